"""Pages and their markup: what fits, what is safe, and which way it runs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.case_states import CASE_STATES
from bot.telegram import markup
from bot.telegram.actions import event_of, is_answer
from bot.telegram.markup import LONGEST, directed, parts, units
from bot.telegram.pages import CASES_SHOWN, CaseLine, Writer
from bot.telegram.view import SCREENS_KEPT, View, button_data, read_button
from flows import events as ev
from flows.messages import message
from locales import languages
from tests.telegram_api.fake import plain

_words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=3000
)
_lines = st.lists(
    st.tuples(_words, st.sampled_from(("text", "heading", "important", "detail", "item"))),
    min_size=1,
    max_size=8,
)


@given(_lines)
def test_every_part_fits_and_is_markup_that_telegram_reads(lines: list[tuple[str, str]]) -> None:
    for part in parts(lines, "nl"):
        assert 0 < units(plain(part)) <= LONGEST


@given(_lines)
def test_no_word_is_lost_on_the_way(lines: list[tuple[str, str]]) -> None:
    shown = "".join("".join(map(plain, parts(lines, "nl"))).split())
    wanted = "".join(
        "".join((("• " if style == "item" else "") + words).split()) for words, style in lines
    )
    assert shown == wanted


def test_a_right_to_left_message_begins_so_whatever_stands_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(markup, "catalogue", lambda _: SimpleNamespace(right_to_left=True))
    assert directed("EMDR: سؤال\nسؤال", "ar") == "\u200fEMDR: سؤال\nسؤال"
    assert directed("3 من 12", "ar") == "3 من 12"
    assert directed("\u2068K7F-2M9\u2069 · سؤال", "ar")[0] == "\u2068"
    assert directed("\u2068K7F-2M9\u2069", "ar")[0] == "\u200f"


def test_a_left_to_right_message_stays_as_it_is() -> None:
    assert directed("K7F-2M9 is bezig", "nl") == "K7F-2M9 is bezig"


@pytest.mark.parametrize("language", languages())
def test_the_overview_turns_its_pages(language: str) -> None:
    cases = [
        CaseLine(f"{number:032x}", f"AAA-{number:03}", state)
        for number, state in enumerate(CASE_STATES * 3)
    ]
    writer = Writer(language, languages())
    at, seen = 0, []
    while True:
        page = writer.home(cases, at, None)
        seen += [action for action in page.actions if action.startswith("case:")]
        following = [a for a in page.actions if a == f"home:{at + CASES_SHOWN}"]
        if not following:
            break
        at += CASES_SHOWN
    assert seen == [f"case:{case.case_id}" for case in cases]


def test_a_note_stands_above_the_page() -> None:
    page = Writer("nl", languages()).home([], 0, message("telegram.old_button"))
    assert page.parts[0].startswith("Die knop werkt niet meer")


def test_a_button_carries_a_key_and_a_number_and_no_answer() -> None:
    view = View(language="nl").with_screen("i", "acute_unsafety", ["give:yes", "give:no"])
    data = button_data(view.live, 99)
    assert len(data.encode()) <= 64
    assert "yes" not in data
    assert read_button(data) == (view.live, 99)
    assert view.screens[view.live].actions == ("give:yes", "give:no")


@pytest.mark.parametrize("data", ["", ".", "x", "x.", "x.-1", "x.1a", "x.1000", "x.٣"])
def test_made_up_button_data_is_none(data: str) -> None:
    assert read_button(data) is None


def test_only_the_last_screens_are_remembered() -> None:
    view = View(language="nl")
    keys = []
    for _ in range(SCREENS_KEPT + 5):
        view = view.with_screen("i", "q", [])
        keys.append(view.live)
    assert list(view.screens) == keys[-SCREENS_KEPT:]
    assert View.from_data(view.to_data()) == view


def test_a_view_with_everything_comes_back_as_it_was() -> None:
    view = View(
        language="nl",
        page="interview",
        interview="i",
        first=3,
        messages=(1, 2),
        section="asking.safety",
        note=message("telegram.no_such_case"),
        pressed="a.1",
        sweep_after=4,
    ).with_screen("i", "q", ["give:yes"])
    assert View.from_data(view.to_data()) == view


def test_a_screen_from_before_screens_had_cases_is_about_the_case_looked_at() -> None:
    view = View(language="nl", case="c").with_screen("", "", ["old"]).with_screen("", "", ["live"])
    data = view.to_data()
    del data["screen_cases"], data["told"]
    known = {shown.actions: shown.case for shown in View.from_data(data).screens.values()}
    assert known == {("old",): "", ("live",): "c"}


@pytest.mark.parametrize(
    ("action", "event"),
    [
        ("give:yes", ev.Give("q", "yes")),
        ("mark:debts", ev.Mark("q", "debts")),
        ("done", ev.Done("q")),
        ("unknown", ev.DontKnow("q")),
        ("skip", ev.Skip("q")),
        ("keep", ev.Keep("q")),
        ("edit:other", ev.Edit("other")),
        ("proceed", ev.Proceed(ev.BEGIN)),
        ("proceed:mark", ev.Proceed("mark")),
        ("confirm:mark", ev.Confirm("mark")),
        ("explain:why", ev.Explain("why")),
        ("back", ev.Back()),
        ("home:8", None),
        ("new:quick", None),
    ],
)
def test_what_a_button_does(action: str, event: ev.Event | None) -> None:
    assert event_of(action, "q") == event


def test_an_answer_belongs_to_its_question() -> None:
    assert is_answer("give:yes")
    assert is_answer("done")
    assert not is_answer("back")
    assert not is_answer("edit:q")
