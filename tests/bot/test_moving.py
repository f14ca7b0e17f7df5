"""A database of an earlier version of the protocol: nothing is lost, nothing is rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.scenario import play, read_scenario
from bot.service import Service
from bot.transcript import entries
from flows import events as ev
from flows.utterances import Screen
from flows.voorstudie.protocol import VOORSTUDIE_CORE as NEW
from storage.store import Store

STORY = Path(__file__).parents[1] / "stories" / "quick-intake.yaml"
GONE = replace(NEW.by_id["safe_roof"], id="no_longer_asked", topic="safe_roof")
OLD = replace(NEW, version="1.0.9", questions=(*NEW.questions[:4], GONE, *NEW.questions[4:]))


def service_of(store: Store, protocol: object) -> Service:
    return Service(
        store,
        protocol,  # type: ignore[arg-type]
        channel="terminal",
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_an_interview_moves_and_its_old_proposal_stays(store: Store) -> None:
    scenario = read_scenario(STORY)
    answers = {**scenario.answers, GONE.id: "no"}
    *_, (_, turn) = play(service_of(store, OLD), OLD, replace(scenario, answers=answers))
    case = turn.interview.case
    service = service_of(store, NEW)
    opened = service.open(respondent="therapist", mode="quick", case=case)

    def kept() -> list[tuple[str, str]]:
        found = store.run(lambda transaction: transaction.proposals(opened.id))
        return [(item.protocol_version, item.content_hash) for item in found]

    before = kept()
    said = service.handle(opened.id, ev.Show(), update_key="a").deliveries[-1].said
    assert said.utterance.screen is Screen.MOVING
    assert kept() == before
    service.handle(opened.id, ev.Move(str(said.utterance.data["shown"])), update_key="b")
    service.handle(opened.id, ev.Proceed(), update_key="c")
    assert kept()[: len(before)] == before
    assert [version for version, _ in kept()] == ["1.0.9", NEW.version]
    ((record, events),) = service.events_of(case)
    assert (record.protocol_version, record.protocol_hash) == (NEW.version, NEW.hash)
    said_again = [
        line
        for entry in entries(NEW, "therapist", events, "en")
        for line in (*entry.shown, *entry.reader)
    ]
    assert any("no_longer_asked" in line and "earlier version" in line for line in said_again)
    assert any("went on with version" in line for line in said_again)


def test_a_screen_whose_words_are_gone_is_shown_as_it_was(store: Store) -> None:
    unknown = replace(NEW.by_id["safe_roof"], id="older", topic="words_that_are_gone")
    *_, (_, turn) = play(service_of(store, NEW), NEW, read_scenario(STORY))
    ((_, events),) = service_of(store, NEW).events_of(turn.interview.case)
    screen = next(
        event
        for event in events
        if event.kind == "said" and event.payload["utterance"]["screen"] == "question"
    )
    lines = screen.payload["utterance"]["lines"]
    lines[1] = {"style": "important", "id": unknown.text().id}
    (entry,) = entries(NEW, "therapist", [screen], "en")
    assert entry.reader == entry.shown
