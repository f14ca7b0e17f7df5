"""The stories by hand in a browser give the transcript and the proposal that the terminal gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.access import WEB
from bot.scenario import Player, Scenario, differences, play, read_scenario
from bot.service import ASIDE, Said, Service
from flows import events as ev
from flows.conversation import propose
from flows.questions import MOTHER, NONE_OF_THESE, Kind
from flows.utterances import Screen
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import SOURCE_LANGUAGE, catalogue
from storage.records import EventRecord
from tests.web.interview.house import Browser, House

FOLDER = Path(__file__).parents[2] / "stories"
PLAYED = (
    *("mother-answers", "quick-intake", "full-intake", "into-review", "two-languages"),
    "V05",
)
_OTHERWISE = {"dontknow": "unknown", "summarise": "summary"}


def transcript(events: list[EventRecord]) -> list[tuple[str, Any]]:
    """What happened, without when; what was said only as far as it says what was asked."""
    left_out = {"said", "language_chosen"}
    return [(item.kind, item.payload) for item in events if item.kind not in left_out]


class Reader:
    """Somebody who plays a story in a browser, with the buttons that stand there."""

    def __init__(self, house: House, browser: Browser, interview: str) -> None:
        self.house = house
        self.browser = browser
        self.interview = interview

    def play(self, scenario: Scenario) -> None:
        player = Player(VOORSTUDIE_CORE, scenario)
        event = player.next_event(self.waiting().utterance)
        while event is not None:
            self.do(event)
            event = player.next_event(self.waiting().utterance)

    def waiting(self) -> Said:
        """The screen that waits, as it was said last."""
        rows = self.house.store.run(lambda tx: tx.outgoing_from(self.interview, WEB, 0))
        said = [Said.from_data(row.payload) for row in rows]
        return next(item for item in reversed(said) if item.utterance.screen not in ASIDE)

    def do(self, event: ev.Event) -> None:
        browser = self.browser
        match event:
            case ev.Give(question, value) if isinstance(value, tuple):
                if value == (NONE_OF_THESE,):
                    browser.choose(NONE_OF_THESE)
                else:
                    assert set(value) <= set(browser.fields.boxes)
                    browser.press("marked", *value)
                assert question in VOORSTUDIE_CORE.by_id
            case ev.Give(question, str(value)):
                if (
                    VOORSTUDIE_CORE.by_id[question].kind in (Kind.CHOICE, Kind.MULTI_CHOICE)
                    or f"give:{value}" in browser.fields.buttons
                ):
                    browser.choose(value)
                else:
                    browser.write(value)
            case ev.Edit(question):
                if f"edit:{question}" not in browser.fields.buttons:
                    browser.press("summary")
                browser.press(f"edit:{question}")
            case ev.ChooseLanguage(language):
                browser.press(f"language:{language}")
            case ev.Check(about, code):
                browser.press(f"check:{about}:{code}")
            case ev.Proceed() | ev.Confirm() | ev.Cancel() | ev.Move():
                name = type(event).__name__.lower()
                (found,) = [do for do in browser.fields.buttons if do.partition(":")[0] == name]
                browser.press(found)
            case ev.Show() if "show" not in browser.fields.buttons:
                browser.get("/i")  # it stays
            case _:
                name = type(event).__name__.lower()
                browser.press(_OTHERWISE.get(name, name))
        assert browser.status in (200, 422), browser.page
        assert browser.fields.lang == self.house.interview(self.interview).language


def in_terminal(
    path: Path, service: Service, language: str | None
) -> tuple[list[tuple[str, Any]], str]:
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, read_scenario(path), language)
    ((_, events),) = service.events_of(turn.interview.case)
    return transcript(events), propose(VOORSTUDIE_CORE, turn.interview).hash


@pytest.mark.parametrize("name", PLAYED)
def test_a_story_by_hand(name: str, house: House) -> None:
    path = FOLDER / f"{name}.yaml"
    scenario = read_scenario(path)
    own = house.begin(scenario.mode)
    if scenario.respondent == MOTHER:
        browser, interview = house.mother(own, scenario.language), house.hers(own)
    else:
        browser, interview = house.therapist(own), own
        if scenario.language != SOURCE_LANGUAGE:
            browser.press(f"language:{scenario.language}")
    Reader(house, browser, interview).play(scenario)
    service = Service(house.store, VOORSTUDIE_CORE, channel="test", clock=house.clock)
    wanted, proposal = in_terminal(path, service, scenario.language)
    assert transcript(house.events(interview)) == wanted
    found = propose(VOORSTUDIE_CORE, house.interview(interview))
    assert found.hash == proposal
    expect = {name: value for name, value in scenario.expect.items() if name != "state"}
    if scenario.respondent != MOTHER:
        assert list(differences(expect, found.to_data(catalogue("nl").say))) == []
    assert house.interview(interview).state == scenario.expect.get(
        "state", house.interview(interview).state
    )


def test_every_kind_of_screen_has_a_form() -> None:
    """Whoever adds a screen has to say what stands on its page."""
    assert {str(screen) for screen in Screen} == {
        *("explanation", "languages", "check", "plan", "question", "notice", "problem", "why"),
        *("consequences", "moving", "danger", "summary", "proposal", "explained", "paused"),
        *("left", "ended"),
    }
