"""What somebody might try at the pages of an interview, to harm her or by accident."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from flows import events as ev
from flows.machine import CONFIRMING
from tests.web.interview.house import AWAY, House
from tests.web.interview.test_her_safety import GONE, at_questions, at_text


class TestDangerInAFormThatWasSentBefore:
    """The page still loads, and she mends what she sent: the same form, with something else."""

    def test_a_no_that_becomes_a_yes_is_heard(self, house: House) -> None:
        own, browser = at_questions(house)
        form = browser.fields.hidden
        browser.post("/i", {**form, "do": "give:no"})
        browser.post("/i", {**form, "do": "give:yes"})
        assert house.interview(house.hers(own)).danger
        assert "danger" in house.notices(own)
        assert "112" in browser.page

    def test_words_that_are_added_are_heard(self, house: House) -> None:
        own, browser = at_text(house)
        form = {**browser.fields.hidden, "do": "typed"}
        browser.post("/i", {**form, "text": "het gaat"})
        browser.post("/i", {**form, "text": "het gaat niet, hij wil mij vermoorden"})
        assert "danger_words" in house.notices(own)

    def test_a_second_answer_of_one_form_changes_no_other(self, house: House) -> None:
        own, browser = at_questions(house)
        form = browser.fields.hidden
        for do in ("give:no", "skip", "give:no", "unknown"):
            browser.post("/i", {**form, "do": do})
        answers = house.interview(house.hers(own)).answers
        assert {name: answer.value for name, answer in answers.items()} == {"acute_unsafety": "no"}


_TOLD = {"do": "typed", "text": "hij wil mij vermoorden"}


@pytest.mark.parametrize(
    "told",
    [
        {**_TOLD, "mark": "0" * 64},
        {**_TOLD, "key": ""},
        {**_TOLD, "do": "of another version"},
        {"do": "give:yes", "mark": "0" * 64},
    ],
)
def test_danger_is_heard_in_a_form_of_before(house: House, told: dict[str, str]) -> None:
    """Her link was opened anew, and the page of before still stands in another tab."""
    own, browser = at_questions(house)
    browser.post("/i", {**browser.fields.hidden, **told})
    assert house.notices(own) == ["danger_words"]
    assert "112" in browser.page
    assert "acute_unsafety" not in house.interview(house.hers(own)).answers


@pytest.mark.parametrize("told", [{"do": "give:yes"}, _TOLD])
def test_danger_is_heard_on_a_page_that_was_stopped_elsewhere(
    house: House, told: dict[str, str]
) -> None:
    """Her therapist stops her questions for good, and her page still asks."""
    own, browser = at_questions(house)
    house.apply(house.hers(own), ev.Stop())
    browser.post("/i", {**browser.fields.hidden, **told})
    assert house.notices(own) == ["danger_words"]
    assert "112" in browser.page


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\u2060"])
def test_danger_is_heard_in_a_word_with_unseen_marks(house: House, unseen: str) -> None:
    own, browser = at_text(house)
    browser.write(f"hij wil mij ver{unseen}moorden")
    assert "danger_words" in house.notices(own)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Another program holds the database."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


class TestWhoeverOpensHerLinkNext:
    def test_a_change_that_waits_for_a_yes_is_not_shown(self, house: House) -> None:
        own, browser = at_questions(house)
        while "preference_second" not in browser.page:
            browser.press("give:no" if "give:no" in browser.fields.buttons else "unknown")
            if "give:parent" in browser.fields.buttons:
                browser.choose("parent")
        browser.choose("relationship")
        browser.press("back")
        browser.press("back")
        browser.choose("relationship")
        assert house.interview(house.hers(own)).state == CONFIRMING
        him = house.browser("his")
        him.open(house.invite(own))
        assert "check:company:alone" in him.fields.buttons
        assert house.interview(house.hers(own)).company == ""

    def test_who_is_there_is_asked_again_in_the_middle_of_it(self, house: House) -> None:
        own = house.begin()
        browser = house.mother(own)
        browser.press("check:company:alone")
        him = house.browser("his")
        him.open(house.invite(own))
        assert "check:company:alone" in him.fields.buttons

    def test_the_console_of_this_browser_is_not_hers(self, house: House) -> None:
        own = house.begin()
        browser = house.browser("a laptop").sign_in("therapist")
        kept = browser.client.cookies["s"]
        browser.open(house.invite(own))
        assert "check:company:alone" in browser.fields.buttons
        browser.client.cookies.set("s", kept)
        browser.get("/queue")
        assert browser.status == 401


def test_a_page_that_nobody_looks_at_keeps_no_other_one_open(house: House) -> None:
    _, browser = at_questions(house)
    _, _, to = browser.headers["refresh"].partition("url=")
    for _ in range(3):
        house.clock.now += timedelta(minutes=10)
        browser.get(to)
        assert GONE in browser.page
    browser.get("/i")
    assert GONE in browser.page


class TestLeavingWhateverIsTheMatter:
    def test_nobody_waits_for_a_database_that_is_in_use(self, house: House, tmp_path: Path) -> None:
        own, browser = at_questions(house)
        began = time.monotonic()
        with _locked(tmp_path / "volgorde.db"):
            browser.leave()
            assert time.monotonic() - began < 3
        assert browser.path == AWAY
        assert "left" in house.notices(own)  # it is kept as soon as it can be

    def test_a_word_leaves_then_too(self, house: House, tmp_path: Path) -> None:
        own, browser = at_text(house)
        with _locked(tmp_path / "volgorde.db"):
            browser.write("weg")
        assert browser.path == AWAY
        assert "i" not in browser.client.cookies
        assert "left" in house.notices(own)

    def test_an_error_of_ours_holds_nobody_up(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, browser = at_questions(house)
        monkeypatch.delattr("bot.web.interviewing.Answering.leave")
        browser.leave()
        assert browser.path == AWAY

    def test_a_word_leaves_from_a_page_of_before(self, house: House) -> None:
        _, browser = at_text(house)
        browser.post("/i", {**browser.fields.hidden, "do": "typed", "text": "weg", "mark": "x"})
        assert browser.path == AWAY

    def test_danger_is_heard_there_too(self, house: House) -> None:
        own, browser = at_text(house)
        form = {**browser.fields.hidden, "do": "typed", "mark": "x"}
        browser.post("/i", {**form, "text": "weg vermoorden"})
        assert browser.path == AWAY
        assert house.notices(own) == ["danger_words", "left"]

    def test_a_word_that_is_sent_twice_leaves(self, house: House) -> None:
        _, browser = at_text(house)
        form = {**browser.fields.hidden, "do": "typed", "text": "weg"}
        token = browser.client.cookies["i"]
        browser.post("/i", form)
        browser.client.cookies.set("i", token)  # the first answer never arrived
        browser.post("/i", form)
        assert browser.path == AWAY

    def test_a_therapists_short_answer_is_an_answer(self, house: House) -> None:
        own = house.begin()
        browser = house.therapist(own)
        browser.press("proceed")
        browser.choose("no")
        browser.send("typed", text="stop")
        assert browser.path == "/i"
        assert browser.status != 404
