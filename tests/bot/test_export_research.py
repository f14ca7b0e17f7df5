"""Cases for research: who is in it, what stands in it, and what never does."""

from __future__ import annotations

import csv
import json
import random
import re
import stat
from dataclasses import replace
from datetime import UTC, date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.export import research
from bot.export.periods import period
from bot.export.record import CONSENT
from bot.export.research import COLUMNS, DICTIONARY, Research, as_csv, dictionary, gather
from bot.reviewing import Review, Verdict, give
from bot.scenario import play, read_scenario
from bot.service import Service
from flows import events as ev
from flows.questions import Kind
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.store import Store
from storage.transaction import Transaction
from tests.bot.conftest import Run
from tests.bot.exporting import destroy_key
from tests.bot.walking import STORIES

ALWAYS = period(None, None, UTC)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def told(service: Service, name: str) -> str:
    """Play a story; gives its case."""
    scenario = read_scenario(next(path for path in STORIES if path.stem == name))
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario)
    return turn.interview.case


def consent(store: Store, case: str, said: str = "yes") -> None:
    def work(transaction: Transaction) -> None:
        found = transaction.case_by_code(case)
        assert found is not None
        transaction.people.note(CONSENT[said], actor=None, case=found.id)

    store.run(work)


def rows(store: Store, seed: int = 1) -> Research:
    draw = random.Random(seed)
    return store.run(lambda transaction: gather(transaction, ALWAYS, draw.randrange))


def values(found: Research) -> list[dict[str, Any]]:
    return [dict(row) for row in found.rows]


def test_a_case_is_in_it_only_while_consent_stands(service: Service, store: Store) -> None:
    cases = [told(service, "V04"), told(service, "V05")]
    assert (rows(store).rows, rows(store).left_out) == ((), {"no_consent": 2})
    consent(store, cases[0])
    assert len(rows(store).rows) == 1
    consent(store, cases[0], "no")
    assert rows(store).rows == ()
    consent(store, cases[0])
    found = rows(store)
    assert (len(found.rows), found.left_out) == (1, {"no_consent": 1})


def test_nothing_is_opened_of_a_case_without_consent(
    service: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(service, "V04")

    def opened(*case: object) -> None:
        raise AssertionError(case)

    monkeypatch.setattr(Transaction, "interviews_of", opened)
    assert rows(store).left_out == {"no_consent": 1}


def test_a_row_says_what_was_proposed_and_on_which_facts(service: Service, store: Store) -> None:
    consent(store, told(service, "V04"))
    (row,) = values(rows(store))
    assert row["order"] == "parent_relationship_child"
    assert row["respondent"] == "therapist"
    assert row["language"] == "nl"
    assert row["protocol_version"] == VOORSTUDIE_CORE.version
    assert row["parent_trauma"] == "severe"
    assert row["status_parent"] == "not_started"
    assert row["reviews"] == 0


def test_a_pseudonym_belongs_to_one_export(service: Service, store: Store) -> None:
    case = told(service, "V04")
    consent(store, case)
    (one,), (other,) = values(rows(store, 1)), values(rows(store, 2))
    for name in ("pseudonym", "proposal_mark", "opened_date"):
        assert one[name] != other[name]
    kept = store.run(lambda transaction: [act.detail for act in transaction.people.acts()])
    everything = json.dumps([one, other, kept])
    assert case not in everything
    assert case.replace("-", "") not in everything


def test_the_mark_of_a_proposal_is_not_its_hash(service: Service, store: Store) -> None:
    """The hash stands readable in the database, beside what leads to the case."""
    case = told(service, "V04")
    consent(store, case)

    def work(transaction: Transaction) -> list[str]:
        found = transaction.case_by_code(case)
        assert found is not None
        records = transaction.interviews_of(found.id)
        return [item.content_hash for one in records for item in transaction.proposals(one.id)]

    hashes = store.run(work)
    written = json.dumps(values(rows(store)))
    assert hashes
    assert not any(content[:16].casefold() in written.casefold() for content in hashes)


def test_equal_proposals_of_one_export_have_the_same_mark(service: Service, store: Store) -> None:
    for name in ("V04", "V04", "V05"):
        consent(store, told(service, name))
    marks = [row["proposal_mark"] for row in values(rows(store))]
    assert len(set(marks)) == 2


def test_all_dates_of_a_case_are_shifted_alike(
    service: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("V04", "V05"):
        consent(store, told(service, name))
    shifted = values(rows(store, 3))
    monkeypatch.setattr(research, "_shift", lambda draw: timedelta(draw(1)))
    for row in shifted:
        moved = [date.fromisoformat(row[name]) for name in dates() if row[name]]
        assert len(moved) >= 3
        # All of a story happens on one day here.
        assert len(set(moved)) == 1
        assert abs(moved[0] - date(2026, 1, 1)) <= timedelta(days=365)
    assert len({row["opened_date"] for row in shifted}) == 2
    assert {row["opened_date"] for row in values(rows(store, 3))} == {"2026-01-01"}


def test_a_shift_is_up_to_a_year_and_never_none() -> None:
    drawn = [research._shift({730: at}.__getitem__).days for at in (0, 364, 365, 729)]
    assert drawn == [-365, -1, 1, 365]


def dates() -> list[str]:
    return [column.name for column in COLUMNS if column.unit == "date"]


def reviewed(service: Service, store: Store) -> str:
    """A case that was handed in and disagreed with."""
    case = told(service, "V04")
    opened = service.open(respondent="therapist", mode="quick", case=case)
    service.handle(opened.id, ev.Submit(), update_key="submit")

    def work(transaction: Transaction) -> None:
        found = transaction.case_by_code(case)
        assert found is not None
        person = transaction.people.add("supervisor")
        proposal = transaction.latest_proposal(opened.id)
        assert proposal is not None
        review = Review(
            Verdict.DISAGREED,
            order="child_parent_relationship",
            reason="Het verhaal van Fatima wijst op iets anders",
            rule="O1",
        )
        give(
            service,
            transaction,
            found.id,
            review,
            reviewer=person.id,
            read=proposal.content_hash,
            key="review",
        )

    store.run(work)
    return case


def test_verdicts_stand_in_it_as_codes(service: Service, store: Store) -> None:
    consent(store, reviewed(service, store))
    found = rows(store)
    (row,) = values(found)
    assert (row["reviews"], row["review_1_verdict"]) == (1, "disagreed")
    assert row["review_1_order"] == "child_parent_relationship"
    assert row["review_1_hours"] == 0
    assert row["submitted_date"]
    assert "Fatima" not in as_csv(found.rows)


def test_nothing_that_was_written_and_nothing_of_an_instrument_is_in_it(
    service: Service, store: Store
) -> None:
    scenario = read_scenario(next(path for path in STORIES if path.stem == "full-intake"))
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario)
    consent(store, turn.interview.case)
    written = as_csv(rows(store).rows)
    texts = [
        str(answer.value)
        for name, answer in turn.interview.answers.items()
        if VOORSTUDIE_CORE.by_id[name].kind is Kind.TEXT and answer.value
    ]
    assert texts
    assert not any(text in written for text in texts)
    assert not any("instrument" in column.name for column in COLUMNS)
    assert not any(VOORSTUDIE_CORE.by_id.get(column.name, None) in TEXTS for column in COLUMNS)


TEXTS = [question for question in VOORSTUDIE_CORE.questions if question.kind is Kind.TEXT]


def test_an_age_is_a_band(service: Service, store: Store) -> None:
    consent(store, told(service, "full-intake"))
    (row,) = values(rows(store))
    assert "_" in row["child_age_band"]
    assert "child_age_months" not in row


def test_the_dictionary_and_the_rows_have_the_same_variables(
    service: Service, store: Store
) -> None:
    consent(store, reviewed(service, store))
    consent(store, told(service, "full-intake"))
    consent(store, told(service, "mother-answers"))
    found = rows(store)
    header, *data = csv.reader(StringIO(as_csv(found.rows)))
    described = list(csv.DictReader(StringIO(dictionary())))
    assert tuple(described[0]) == DICTIONARY
    assert [line["variable"] for line in described] == header
    assert all(list(row) == header for row in found.rows)
    for line, column in zip(described, zip(*data, strict=True), strict=True):
        assert line["label_nl"]
        assert line["label_en"]
        allowed = [*line["values"].split(" | "), ""]
        for cell in column:
            if line["values"]:
                assert cell in allowed, line["variable"]
            elif line["unit"] == "date":
                assert cell == "" or DAY.fullmatch(cell)
            elif line["unit"] in ("hours", "count"):
                assert cell == "" or cell.isdecimal()


def test_every_source_in_the_dictionary_is_a_question_or_a_rule() -> None:
    known = {*VOORSTUDIE_CORE.by_id, *(rule.id for rule in VOORSTUDIE_CORE.all_rules)}
    for column in COLUMNS:
        assert set(column.source.split()) <= known, column.name


def test_no_cell_is_a_formula(service: Service, store: Store) -> None:
    consent(store, told(service, "full-intake"))
    for text in (as_csv(rows(store).rows), dictionary()):
        for line in csv.reader(StringIO(text)):
            assert not any(cell.startswith(FORMULA) for cell in line)
    for begin in FORMULA:
        with pytest.raises(ValueError, match="code"):
            as_csv([dict.fromkeys((column.name for column in COLUMNS), f"{begin}1+1")])


def test_a_value_that_the_dictionary_does_not_name_leaves_a_hole(
    service: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent(store, told(service, "V04"))
    narrow = [
        replace(column, values=("O999",)) if column.name == "order_row" else column
        for column in COLUMNS
    ]
    monkeypatch.setattr(research, "COLUMNS", tuple(narrow))
    (row,) = values(rows(store))
    assert row["order_row"] is None


def test_what_cannot_be_read_is_counted(
    service: Service, store: Store, here: dict[str, str]
) -> None:
    cases = [told(service, "V04"), told(service, "V05")]
    for case in cases:
        consent(store, case)
    destroy_key(here, cases[0])
    found = rows(store)
    assert (len(found.rows), found.left_out) == (1, {"unreadable": 1})


def test_rows_stand_in_the_order_of_their_pseudonyms(service: Service, store: Store) -> None:
    for name in ("V04", "V05", "V06"):
        consent(store, told(service, name))
    names = [row["pseudonym"] for row in values(rows(store))]
    assert names == sorted(names)
    assert rows(store).rare == 3


def test_the_command_writes_private_files_and_logs_what_was_in_them(
    volgorde_here: Run, here: dict[str, str], service: Service, store: Store, tmp_path: Path
) -> None:
    case = told(service, "V04")
    told(service, "V05")
    asked = ("export", "research", "--why", "onderzoek", "--out", "out")
    said = volgorde_here("case", "research", case, "--consent", "yes", **here)
    assert case in said.stdout
    done = volgorde_here(*asked, **here)
    assert done.returncode == 0, done.stderr
    assert "1 casus in" in done.stdout
    assert "zonder toestemming" in done.stdout
    assert "niet anoniem" in done.stdout
    folder = tmp_path / "out"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(folder.iterdir())
    assert [path.name for path in files] == ["dictionary.csv", "research.csv"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    before = files[1].read_bytes()
    again = volgorde_here(*asked, **here)
    assert again.returncode == 2
    assert files[1].read_bytes() == before
    assert volgorde_here(*asked, "--force", "--format", "csv", **here).returncode == 0
    assert files[1].read_bytes() != before
    assert volgorde_here(*asked, "--format", "json", "--force", **here).returncode == 0
    assert len(json.loads((folder / "research.json").read_text(encoding="utf-8"))) == 1
    log = volgorde_here("export", "log", **here).stdout
    assert len(log.strip().splitlines()) == 3
    acts = store.run(lambda transaction: [act.act for act in transaction.people.acts()])
    assert acts.count("in_export_research") == 3


def test_a_case_outside_the_days_is_not_in_it(
    volgorde_here: Run, here: dict[str, str], service: Service, store: Store, tmp_path: Path
) -> None:
    consent(store, told(service, "V04"))
    asked = ("export", "research", "--why", "onderzoek", "--out")
    for number, (first, last, count) in enumerate(
        (("2026-01-01", "2026-01-01", 1), ("2026-01-02", "2026-12-31", 0))
    ):
        days = ("--from", first, "--to", last, "--format", "json")
        assert volgorde_here(*asked, f"out{number}", *days, **here).returncode == 0
        file = tmp_path / f"out{number}" / "research.json"
        assert len(json.loads(file.read_text(encoding="utf-8"))) == count


def test_what_is_asked_wrongly_is_one_line_and_not_logged(
    volgorde_here: Run, here: dict[str, str], service: Service, store: Store
) -> None:
    case = told(service, "V04")
    destroyed = told(service, "V05")
    destroy_key(here, destroyed)
    for arguments in (
        ("export", "research", "--out", "out"),
        ("export", "research", "--why", "x", "--out", "out"),
        ("export", "research", "--why", "toets"),
        ("export", "research", "--why", "toets", "--out", "out", "--format", "xls"),
        ("export", "research", "--why", "toets", "--out", "out", "--from", "gisteren"),
        *[("export", "research", "--why", "toets", "--out", "out", *BACKWARDS)],
        ("case", "research", case),
        ("case", "research", case, "--consent", "perhaps"),
        ("case", "research", "ZZZ-ZZZ", "--consent", "yes"),
        ("case", "research", destroyed, "--consent", "yes"),
    ):
        done = volgorde_here(*arguments, **here)
        assert done.returncode == 2, arguments
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert store.run(lambda transaction: transaction.people.acts()) == []


BACKWARDS = ("--from", "2026-02-01", "--to", "2026-01-01")
