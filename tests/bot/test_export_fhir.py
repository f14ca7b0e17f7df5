"""A case as FHIR R4, and back: what is read back gives the same proposal."""

from __future__ import annotations

import json
import random
import re
import stat
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.export.errors import ExportError
from bot.export.fhir import Held, bundle, interviews_from, read_json, validate
from bot.export.fhir_form import EXTENSION, enable_when, questionnaire
from bot.scenario import _Loader
from bot.service import Service
from flows import facts as f
from flows.conditions import NO, UNKNOWN, YES
from flows.conversation import propose
from flows.interview import Interview
from flows.questions import MOTHER, QUICK, THERAPIST, Kind
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue
from storage.store import Store
from tests.bot.conftest import Run
from tests.bot.exporting import House, destroy_key
from tests.bot.test_two_respondents import STORIES as STORIES_OF_TWO
from tests.bot.test_two_respondents import Two
from tests.bot.walking import STORIES, steps, story

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
CODE = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{3}")


def taken_out(*interviews: Interview, language: str = "nl", **more: Any) -> dict[str, Any]:
    ids = (f"00000000-0000-4000-8000-{number:012}" for number in count())
    held = [Held(interview, THEN) for interview in interviews]
    made = bundle(VOORSTUDIE_CORE, held, language, made_at=THEN, new_id=lambda: next(ids), **more)
    found = read_json(json.dumps(made))
    assert isinstance(found, dict)
    return found


@cache
def last_of(path: Path) -> Interview:
    *_, step = steps(story(path), "nl")
    return step.interview


def response_in(data: dict[str, Any], number: int = 1) -> dict[str, Any]:
    found = data["entry"][number]["resource"]
    assert isinstance(found, dict)
    return found


def items(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for group in response["item"]:
        yield from group["item"]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_read_back_gives_the_same_proposal(path: Path) -> None:
    interview = last_of(path)
    read = interviews_from(taken_out(interview), VOORSTUDIE_CORE)
    again = read.hers if interview.respondent == MOTHER else read.own
    assert again is not None
    wanted = propose(VOORSTUDIE_CORE, interview).hash
    assert propose(VOORSTUDIE_CORE, again).hash == wanted
    if interview.respondent == THERAPIST:
        assert read.named == wanted


def test_with_its_texts_an_interview_comes_back_answer_for_answer() -> None:
    interview = full()
    read = interviews_from(taken_out(interview, with_texts=True), VOORSTUDIE_CORE)
    assert read.own is not None
    assert dict(read.own.answers) == dict(interview.answers)
    assert read.own.case == interview.case
    wanted = propose(VOORSTUDIE_CORE, interview).hash
    assert propose(VOORSTUDIE_CORE, read.own).hash == read.named == wanted


@pytest.mark.parametrize("path", STORIES_OF_TWO, ids=lambda path: path.stem)
def test_a_story_of_two_read_back_gives_the_proposal_that_was_kept(
    path: Path, service: Service, store: Store
) -> None:
    told = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    two = Two(service, store, told.get("mode", QUICK), "nl")
    for turn in told["turns"]:
        ((whose, what),) = turn.items()
        two.turn(whose, what)
    read = interviews_from(taken_out(two.state[THERAPIST], two.state[MOTHER]), VOORSTUDIE_CORE)
    proposal = read.proposal(VOORSTUDIE_CORE)
    kept = store.run(lambda transaction: transaction.proposals(two.ids[THERAPIST]))
    assert proposal is not None
    assert proposal.hash == read.named == kept[-1].content_hash


def full() -> Interview:
    return last_of(next(path for path in STORIES if path.stem == "full-intake"))


def test_every_answer_has_its_moment_and_who_wrote_it_down() -> None:
    interview = full()
    found = {item["linkId"]: item for item in items(response_in(taken_out(interview)))}
    assert set(found) == set(interview.answers)
    for name, item in found.items():
        notes = {part["url"].removeprefix(EXTENSION): part for part in item["extension"]}
        assert notes["answered-at"]["valueDateTime"] == interview.answers[name].at.isoformat()
        assert notes["recorded-by"]["valueCode"] == THERAPIST


def test_what_was_written_is_left_out_unless_it_is_asked_for() -> None:
    interview = full()
    written = [
        str(answer.value)
        for name, answer in interview.answers.items()
        if VOORSTUDIE_CORE.by_id[name].kind is Kind.TEXT and answer.value
    ]
    assert written
    without, with_texts = taken_out(interview), taken_out(interview, with_texts=True)
    for text in written:
        assert json.dumps(text) not in json.dumps(without)
        assert json.dumps(text) in json.dumps(with_texts)


def test_the_form_is_fhir_in_every_language_that_is_ours_to_write() -> None:
    for language in ("nl", "en"):
        form = questionnaire(VOORSTUDIE_CORE, language)
        validate("Questionnaire", form)
        asked = [item for group in form["item"] for item in group["item"]]
        assert [item["linkId"] for item in asked] == [item.id for item in VOORSTUDIE_CORE.questions]
        assert (form["status"], form["experimental"]) == ("draft", True)


def test_enable_when_says_the_same_as_the_condition_or_nothing() -> None:
    """FHIR's own reading of the tests, over every value of what they look at."""
    by_id = VOORSTUDIE_CORE.by_id
    said = silent = 0
    for question in VOORSTUDIE_CORE.questions:
        found = enable_when(question.applies, by_id)
        if not found:
            silent += found is None
            continue
        tests, behaviour = found
        names = list(dict.fromkeys(question.applies.names()))
        for name in names:
            for code in (*by_id[name].choices, UNKNOWN):
                values = {} if code == UNKNOWN else {name: code}
                held = [holds(test, values) for test in tests]
                whole = all(held) if behaviour == "all" else any(held)
                assert whole == (question.applies(values) == YES), (question.id, values)
        said += 1
    assert said
    assert not silent  # of the questions of today


def test_what_fhir_has_no_words_for_is_not_said() -> None:
    one, other = f.acute_unsafety.is_(YES), f.food_secure.is_(NO)
    third = f.safe_roof.is_(NO)
    by_id = VOORSTUDIE_CORE.by_id
    assert enable_when(~one, by_id) is None  # of an unknown neither holds
    assert enable_when(one & (other | third), by_id) is None
    assert enable_when(f.parent_trauma.is_("some", "severe") & one, by_id) is None
    together = enable_when(one & other, by_id)
    assert together
    assert (len(together[0]), together[1]) == (2, "all")


def holds(test: dict[str, Any], values: dict[str, str]) -> bool:
    if test["operator"] == "exists":
        return bool((test["question"] in values) == test["answerBoolean"])
    return bool(values.get(test["question"]) == test["answerCoding"]["code"])


def test_what_cannot_be_said_is_marked_as_computed() -> None:
    form = questionnaire(VOORSTUDIE_CORE, "en")
    asked = {item["linkId"]: item for group in form["item"] for item in group["item"]}
    urls = {name: {part["url"] for part in item["extension"]} for name, item in asked.items()}
    assert f"{EXTENSION}computed" in urls["help_topics"]
    assert f"{EXTENSION}computed-choices" in urls["barriers_first"]
    assert f"{EXTENSION}computed" not in urls["preference_second"]


def broken(change: Callable[[dict[str, Any]], Any]) -> ExportError:
    data = deepcopy(taken_out(full()))
    change(data)
    with pytest.raises(ExportError) as refused:
        interviews_from(data, VOORSTUDIE_CORE)
    return refused.value


def first_coded(data: dict[str, Any]) -> dict[str, Any]:
    return next(
        item for item in items(response_in(data)) if "valueCoding" in item.get("answer", [{}])[0]
    )


def no_reason(data: dict[str, Any]) -> None:
    item = first_coded(data)
    del item["answer"]


def of_another_protocol(data: dict[str, Any]) -> None:
    response_in(data, 0)["extension"][0]["valueString"] = "0" * 64


def of_another_age(data: dict[str, Any]) -> None:
    item = next(item for item in items(response_in(data)) if item["linkId"] == "child_age_months")
    item["answer"][0]["valueInteger"] = 84


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda data: data.update(resourceType="Patient"), "resourceType"),
        (of_another_protocol, "Questionnaire.protocol-hash"),
        (lambda data: first_coded(data).update(linkId="shoe_size"), "entry.1.linkId"),
        (lambda data: first_coded(data).update(linkId="help_topics"), "entry.1.linkId"),
        (
            lambda data: first_coded(data)["answer"][0]["valueCoding"].update(code="perhaps"),
            "entry.1.acute_unsafety.answer.code",
        ),
        (
            lambda data: first_coded(data)["answer"][0]["valueCoding"].update(system="urn:x"),
            "entry.1.acute_unsafety.answer.system",
        ),
        (
            lambda data: first_coded(data).update(answer=[{"valueString": "yes"}]),
            "entry.1.acute_unsafety.answer",
        ),
        (no_reason, "entry.1.acute_unsafety.absent"),
        (of_another_age, "entry.1.child_age_months.answer"),
        (lambda data: response_in(data).update(status="amended"), "entry.1.status"),
        (lambda data: response_in(data).update(colour="red"), "colour"),
        (lambda data: data["entry"].append(data["entry"][1]), "entry.2.respondent"),
        (lambda data: data["entry"].pop(0), "Questionnaire"),
        (lambda data: data["entry"].pop(1), "QuestionnaireResponse"),
        (
            lambda data: data["entry"][1].update(resource={"resourceType": "Patient"}),
            "entry.1.resource.resourceType",
        ),
    ],
)
def test_what_cannot_be_read_back_is_refused_by_name(
    change: Callable[[dict[str, Any]], Any], field: str
) -> None:
    problem = broken(change).problem
    params = dict(problem.params)
    assert str(params["field"]).endswith(field)
    assert catalogue("nl").say(problem)


def places(element: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a bundle's responses: what holds it, and by which key."""
    keys = element if isinstance(element, dict) else range(len(element))
    for key in keys:
        yield element, key
        if isinstance(element[key], dict | list):
            yield from places(element[key])


def test_whatever_is_changed_it_is_read_or_refused() -> None:
    """Seeded: each time one place of the response is taken out or holds something else."""
    draw = random.Random(6)
    before = taken_out(last_of(next(path for path in STORIES if path.stem == "V04")))
    for _ in range(40):
        data = deepcopy(before)
        holder, key = draw.choice(list(places(response_in(data))))
        if draw.random() < 0.3:
            del holder[key]
        else:
            holder[key] = draw.choice([None, "", "x", 7, -1.5, True, [], {}, ["x"], {"code": "x"}])
        try:
            read = interviews_from(data, VOORSTUDIE_CORE)
        except ExportError as refused:
            catalogue("nl").say(refused.problem)
        else:
            assert read.own is None or read.proposal(VOORSTUDIE_CORE)


def test_what_may_turn_a_meaning_around_is_refused() -> None:
    modifier = {"url": "urn:x", "valueBoolean": True}
    problem = broken(lambda data: first_coded(data).update(modifierExtension=[modifier]))
    assert str(dict(problem.problem.params)["field"]).endswith("modifierExtension")
    nested = broken(lambda data: first_coded(data)["answer"][0].update(item=[{"linkId": "x"}]))
    assert str(dict(nested.problem.params)["field"]).endswith("acute_unsafety.item")


def test_an_answer_that_stands_twice_is_refused() -> None:
    problem = broken(lambda data: response_in(data)["item"].append(response_in(data)["item"][0]))
    assert dict(problem.problem.params)["field"] == "entry.1.linkId"


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ExportError):
        read_json('{"resourceType": "Bundle", "resourceType": "Patient"}')


def test_a_status_says_how_far_it_is() -> None:
    interview = full()
    for state, status in (
        ("asking.safety", "in-progress"),
        ("in_review", "completed"),
        ("signed_off", "completed"),
        ("stopped", "stopped"),
    ):
        changed = Interview.from_data({**interview.to_data(), "state": state})
        assert response_in(taken_out(changed))["status"] == status


def test_an_interview_of_an_earlier_version_is_not_passed_off_as_one_of_this() -> None:
    old = Interview.from_data({**full().to_data(), "protocol_hash": "0" * 64})
    with pytest.raises(ExportError) as refused:
        taken_out(old)
    assert refused.value.problem.id == "export.fhir.outdated"


# --- the commands ---------------------------------------------------------------------------------


def test_a_case_goes_out_with_a_reason_and_comes_back(
    volgorde_here: Run, house: House, tmp_path: Path
) -> None:
    case = house.codes["V04"]
    done = volgorde_here(
        "export", "fhir", case, "--why", "naar het dossier", "--out", "case.json", **house.settings
    )
    assert done.returncode == 0, done.stderr
    path = tmp_path / "case.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    checked = volgorde_here("export", "check-fhir", "case.json", **house.settings)
    assert checked.returncode == 0, checked.stderr
    assert "hetzelfde voorstel" in checked.stdout
    log = volgorde_here("export", "log", **house.settings).stdout
    assert "naar het dossier" in log
    assert case in log
    again = volgorde_here(
        "export", "fhir", case, "--why", "nog eens", "--out", "case.json", **house.settings
    )
    assert again.returncode == 2
    assert "case.json" in again.stderr
    assert "nog eens" not in volgorde_here("export", "log", **house.settings).stdout
    forced = ("export", "fhir", case, "--why", "nog eens", "--out", "case.json", "--force")
    assert volgorde_here(*forced, **house.settings).returncode == 0


def test_a_changed_file_no_longer_names_its_proposal(
    volgorde_here: Run, house: House, tmp_path: Path
) -> None:
    case = house.codes["V04"]
    data = json.loads(
        volgorde_here("export", "fhir", case, "--why", "toets", **house.settings).stdout
    )
    first_coded(data)["answer"][0]["valueCoding"]["code"] = "yes"  # there is danger now
    (tmp_path / "other.json").write_text(json.dumps(data), encoding="utf-8")
    checked = volgorde_here("export", "check-fhir", "other.json", **house.settings)
    assert checked.returncode == 1
    assert "not_yet" in checked.stdout
    assert "een ander voorstel" in checked.stdout


def test_the_form_alone_needs_no_reason_and_no_database(volgorde_here: Run) -> None:
    done = volgorde_here("export", "fhir-questionnaire", "--lang", "en")
    assert json.loads(done.stdout)["resourceType"] == "Questionnaire"


def test_what_cannot_be_exported_is_one_line_and_not_logged(
    volgorde_here: Run, house: House, tmp_path: Path
) -> None:
    case = house.codes["V04"]
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    for arguments, part in (
        (("fhir", case), "--why"),
        (("fhir", case, "--why", "ab"), "--why"),
        (("fhir", case, "--why", "   "), "--why"),
        (("fhir", "ZZZ-ZZZ", "--why", "toets"), "ZZZ-ZZZ"),
        (("fhir", case, "--why", "toets", "--by", "ZZZ-ZZZ"), ""),
        (("fhir", case, "--why", "toets", "--out", "nowhere/case.json"), "nowhere"),
        (("fhir", case, "--why", "toets", "--lang", "xx"), "xx"),
        (("check-fhir", "broken.json"), "Bundle"),
        (("check-fhir", "nowhere.json"), "nowhere.json"),
    ):
        done = volgorde_here("export", *arguments, **house.settings)
        assert done.returncode == 2, arguments
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert part in done.stderr
        assert done.stdout == ""
    assert "nog niets" in volgorde_here("export", "log", **house.settings).stdout


def test_a_case_whose_key_was_destroyed_is_one_line(volgorde_here: Run, house: House) -> None:
    case = house.codes["V04"]
    destroy_key(house, "V04")
    done = volgorde_here("export", "fhir", case, "--why", "toets", **house.settings)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert case in done.stderr


def test_who_asked_stands_in_the_log_and_what_identifies_does_not(
    volgorde_here: Run, house: House
) -> None:
    case = house.codes["V04"]
    added = volgorde_here("user", "add", "--role", "supervisor", **house.settings).stdout
    code = CODE.search(added)
    assert code is not None
    why = "voor mevrouw op 06-12345678"
    arguments = ("export", "fhir", case, "--why", why, "--by", code[0])
    assert volgorde_here(*arguments, **house.settings).returncode == 0
    log = volgorde_here("export", "log", **house.settings).stdout
    assert code[0] in log
    assert "06-12345678" not in log
