"""What a typed line means, screen by screen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.service import Said
from bot.terminal.reading import Close, Help, Languages, Misread, NewCase, Reading, read
from flows import events as ev
from flows.messages import message
from flows.utterances import Option, Screen, Utterance


def question(kind: str = "choice", *, keep: bool = False) -> Said:
    options = tuple(Option(code, message(code)) for code in ("yes", "no", "not_sure"))
    return Said(
        Utterance(Screen.QUESTION, (), options, {"question": "q", "kind": kind, "keep": keep}),
        "nl",
        (),
        ("Ja", "Nee", "Niet zeker"),
    )


def screen(which: Screen, **data: Any) -> Said:
    return Said(Utterance(which, (), (), data), "nl", (), ())


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("1", ev.Give("q", "yes")),
        (" 2 ", ev.Give("q", "no")),
        ("4", ev.DontKnow("q")),
        ("ja", ev.Give("q", "yes")),
        ("NEE", ev.Give("q", "no")),
        ("niet", ev.Give("q", "not_sure")),
        ("not_sure", ev.Give("q", "not_sure")),
        ("yes", ev.Give("q", "yes")),
        ("?", ev.Why()),
        ("b", ev.Back()),
        ("e", ev.Summarise()),
        ("s", ev.Skip("q")),
        ("d", ev.DontKnow("q")),
        ("r", ev.Show()),
        ("p", ev.Pause()),
        ("x", ev.Leave()),
        ("X", ev.Leave()),
        ("stop", ev.Stop()),
        ("h", Help()),
        ("l", Languages()),
        ("l en", Languages("en")),
    ],
)
def test_at_a_choice(line: str, meaning: Reading) -> None:
    assert read(line, question()) == meaning


@pytest.mark.parametrize(
    "line", ["", "0", "5", "-1", "misschien", "1 2", "n", "j", "k", "²", "9" * 5000, "l xx"]
)
def test_what_is_no_choice_is_asked_again(line: str) -> None:
    assert isinstance(read(line, question()), Misread)


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("1 2", ev.Give("q", ("yes", "no"))),
        ("1,3", ev.Give("q", ("yes", "not_sure"))),
        ("niet zeker", ev.Give("q", ("not_sure",))),
        ("4", ev.DontKnow("q")),
    ],
)
def test_at_a_choice_of_several(line: str, meaning: Reading) -> None:
    assert read(line, question("multi_choice")) == meaning


@pytest.mark.parametrize("line", ["", "1 4", "1 9", "ja misschien"])
def test_what_is_no_choice_of_several_is_asked_again(line: str) -> None:
    assert isinstance(read(line, question("multi_choice")), Misread)


def test_an_offered_answer_is_kept_by_enter_or_k() -> None:
    assert read("", question(keep=True)) == ev.Keep("q")
    assert read("k", question(keep=True)) == ev.Keep("q")


def test_one_letter_is_enough_where_there_is_only_yes_and_no() -> None:
    options = tuple(Option(code, message(code)) for code in ("yes", "no"))
    data = {"question": "q", "kind": "choice", "keep": False}
    asked = Said(Utterance(Screen.QUESTION, (), options, data), "nl", (), ("ja", "nee"))
    assert read("j", asked) == ev.Give("q", "yes")
    assert read("n", asked) == ev.Give("q", "no")


def test_a_text_that_begins_with_an_initial_is_a_text() -> None:
    assert read("L is bang in het donker", question("text")) == ev.Give(
        "q", "L is bang in het donker"
    )
    assert isinstance(read("k", question("text")), Misread)


def test_words_and_numbers_are_passed_on_as_they_are_typed() -> None:
    assert read("3 jaar", question("age")) == ev.Give("q", "3 jaar")
    assert read("zij slaapt slecht", question("text")) == ev.Give("q", "zij slaapt slecht")


def test_consequences_take_one_or_two() -> None:
    shown = screen(Screen.CONSEQUENCES, shown="abc")
    assert read("1", shown) == ev.Confirm("abc")
    assert read("2", shown) == ev.Cancel("abc")
    assert isinstance(read("", shown), Misread)


def test_the_summary_is_confirmed_or_a_row_is_chosen() -> None:
    final = screen(Screen.SUMMARY, rows=["a", "b"], final=True, shown="abc")
    assert read("", final) == ev.Proceed("abc")
    assert read("2", final) == ev.Edit("b")
    assert read("e 1", final) == ev.Edit("a")
    assert isinstance(read("3", final), Misread)
    between = screen(Screen.SUMMARY, rows=["a"], final=False, shown="abc")
    assert read("", between) == ev.Show()


def test_after_the_proposal() -> None:
    shown = screen(Screen.PROPOSAL)
    assert read("", shown) == ev.Pause()
    assert read("v", shown) == ev.Submit()
    assert read("n", shown) == NewCase()
    assert read("e", shown) == ev.Summarise()
    assert isinstance(read("z", shown), Misread)


def test_after_the_end() -> None:
    assert read("", screen(Screen.ENDED)) == Close()
    assert read("b", screen(Screen.ENDED)) == ev.Back()


def test_an_explanation_or_a_warning_goes_on_at_enter_only() -> None:
    for which in (Screen.EXPLANATION, Screen.DANGER):
        assert read("", screen(which)) == ev.Proceed()
        assert isinstance(read("ja", screen(which)), Misread)


def test_moving_to_another_version_takes_one_or_two() -> None:
    shown = screen(Screen.MOVING, shown="abc")
    assert read("1", shown) == ev.Move("abc")
    assert read("2", shown) == ev.Pause()
    assert read("x", shown) == ev.Leave()
    assert isinstance(read("", shown), Misread)
