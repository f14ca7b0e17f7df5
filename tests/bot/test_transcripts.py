"""The transcript in any language: what was written stays, with a place for its translation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.scenario import play, read_scenario
from bot.service import Service
from bot.transcript import Entry, entries
from flows.inputs import InputError
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.errors import StorageError
from tests.bot.conftest import Run

HERS = Path(__file__).parents[1] / "stories" / "mother-answers.yaml"


def transcript(service: Service, case: str, language: str) -> list[tuple[int, Entry]]:
    return [
        (number, entry)
        for number, (record, events) in enumerate(service.events_of(case), start=1)
        for entry in entries(VOORSTUDIE_CORE, record.respondent, events, language)
    ]


@pytest.fixture
def case(service: Service) -> str:
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, read_scenario(HERS), "pl")
    return turn.interview.case


def written(service: Service, case: str, language: str = "nl") -> tuple[str, Entry]:
    number, entry = next(item for item in transcript(service, case, language) if item[1].written)
    return f"{number}.{entry.place}", entry


def test_what_was_written_has_a_place_for_a_translation(service: Service, case: str) -> None:
    place, entry = written(service, case)
    assert entry.translations == ()
    kept = service.translate(case, place, language="nl", text="Ik wil rust.", by="interpreter")
    assert kept == "Ik wil rust."
    _, after = written(service, case)
    assert after.shown == entry.shown  # the original stays as it is
    (made,) = after.translations
    assert (made.text, made.by) == ("Ik wil rust.", "interpreter")
    # A second one stands beside the first, and for a reader of another language there is none yet.
    service.translate(case, place, language="nl", text="Ik zoek rust.", by="therapist")
    assert [item.by for item in written(service, case)[1].translations] == [
        "interpreter",
        "therapist",
    ]
    assert written(service, case, "en")[1].translations == ()


def test_in_the_language_it_was_written_in_it_needs_none(service: Service, case: str) -> None:
    assert not any(entry.written for _, entry in transcript(service, case, "pl"))


def test_a_translation_is_guarded_as_what_was_written_is(service: Service, case: str) -> None:
    place, _ = written(service, case)
    kept = service.translate(case, place, language="nl", text="Bel 0612345678", by="therapist")
    assert "0612345678" not in kept
    assert "0612345678" not in written(service, case)[1].translations[0].text
    with pytest.raises(InputError):
        service.translate(case, place, language="nl", text="  ", by="therapist")


@pytest.mark.parametrize("place", ["", "1", "1.0", "1.1", "9.9", "x.y", "1.99999", "0.1"])
def test_only_what_was_written_can_be_translated(service: Service, case: str, place: str) -> None:
    with pytest.raises(StorageError) as refused:
        service.translate(case, place, language="nl", text="tekst", by="therapist")
    assert refused.value.code == "text_unknown"


def test_every_answer_says_in_which_words_its_question_stood_there(
    service: Service, case: str
) -> None:
    answered = [entry for _, entry in transcript(service, case, "nl") if entry.words]
    assert len(answered) > 5
    assert all(re.fullmatch(r"[0-9a-f]{8}", entry.words) for entry in answered)
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, read_scenario(HERS), "nl")
    others = {entry.words for _, entry in transcript(service, turn.interview.case, "nl")}
    assert not {entry.words for entry in answered} & (others - {""})


def test_at_the_command_line(volgorde_here: Run) -> None:
    said = volgorde_here(
        *("chat", "--respondent", "mother", "--lang", "en"),
        typed="1\nyes\n\nno\nyes\nyes\nyes\nI want rest\n\np\n",
    )
    code = re.search(r"[0-9A-Z]{3}-[0-9A-Z]{3}", said.stdout)
    assert code is not None, said.stdout
    again = f"volgorde chat --case {code[0]} --respondent mother"
    assert again in " ".join(said.stdout.split())
    shown = volgorde_here("transcript", code[0], "--lang", "nl").stdout
    assert "zei of antwoorden nu kan: Is het nu veilig om te antwoorden? ja" in shown
    command = re.search(r"volgorde (translate \S+ \S+)", shown)
    assert command is not None, shown
    arguments = (*command[1].split(), "--lang", "nl", "--by", "interpreter")
    done = volgorde_here(*arguments, typed="Ik wil rust")
    assert done.returncode == 0, done.stderr
    assert "vertaling (tolk, " in volgorde_here("transcript", code[0], "--lang", "nl").stdout
    wrong = volgorde_here("translate", code[0], "7.7", "--by", "interpreter", typed="x")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)
