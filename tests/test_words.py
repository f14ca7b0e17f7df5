"""The words that are looked for in what people type, of every language."""

from __future__ import annotations

import tomllib

import pytest

from bot.leaving import is_exit
from flows.lexicon import Lexicon
from flows.questions import MOTHER, Kind
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import FOLDER, catalogue, languages, lexicon


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("nl", text) for text in ("hij dreigt met een mes", "Ik wil niet  meer leven")),
        *(("nl", text) for text in ("hij staat voor de deur", "hij gaat ons VERMOORDEN")),
        *(("pl", text) for text in ("on grozi, że mnie zabije", "chcę umrzeć")),
        *(("en", text) for text in ("He knows where we live", "I want to die")),
        *(("pl", text) for text in ("hij dreigt", "he will strangle me")),
    ],
)
def test_words_that_may_mean_danger_are_seen(language: str, text: str) -> None:
    assert lexicon().has_danger_words(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("nl", text) for text in ("mijn kind slaapt slecht", "we gaan naar de mesthoop")),
        *(("nl", text) for text in ("ik weet waarom", "gunstig")),
        *(("pl", text) for text in ("mes enfants", "el mes pasado", "bu gun")),
    ],
)
def test_other_words_are_left_alone(language: str, text: str) -> None:
    assert not lexicon().has_danger_words(text, language)


@pytest.mark.parametrize("language", languages())
def test_no_ordinary_answer_is_taken_for_danger(language: str) -> None:
    """What she can choose, and what she is asked, says nothing of danger, in any language."""
    say = catalogue(language).say
    found = []
    for question in VOORSTUDIE_CORE.questions:
        if MOTHER not in question.respondents or question.section == "safety":
            continue
        texts = [question.text(MOTHER)]
        if question.kind in (Kind.CHOICE, Kind.MULTI_CHOICE):
            texts.extend(question.choice_label(code, MOTHER) for code in question.choices)
        for text in texts:
            if lexicon().has_danger_words(say(text), language):
                found.append((text.id, say(text)))
    assert found == []


@pytest.mark.parametrize("language", languages())
def test_every_danger_word_is_found_where_it_stands_in_a_sentence(language: str) -> None:
    words = lexicon().danger[language]
    assert len(words.words) >= 12
    assert words.whole <= words.words
    for word in words.words:
        assert lexicon().has_danger_words(f"… {word} …", language), word


@pytest.mark.parametrize("language", languages())
def test_no_choice_of_hers_is_taken_for_leaving(language: str) -> None:
    say = catalogue(language).say
    found = [
        label
        for question in VOORSTUDIE_CORE.questions
        if MOTHER in question.respondents and question.kind in (Kind.CHOICE, Kind.MULTI_CHOICE)
        for code in (*question.choices, "unknown")
        if is_exit(label := say(question.choice_label(code, MOTHER)), language)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("language", "text", "leaves"),
    [
        *(("nl", text, True) for text in ("Weg!", "ik moet weg", "exit🙏", "/stop.")),
        *(("tr", text, True) for text in ("dur", "dur artık", "çık", "ÇIKIŞ")),
        *(("fr", text, False) for text in ("c'est dur", "je ne sais pas")),
        *(("fr", text, True) for text in ("dur", "exit", "stop maintenant")),
        ("nl", "hij gaat nooit meer weg", False),
    ],
)
def test_who_asks_to_leave_leaves(language: str, text: str, leaves: bool) -> None:
    assert is_exit(text, language) is leaves


@pytest.mark.parametrize(
    ("language", "text"),
    [("bg", "няма изход"), ("pl", "nie ma wyjścia"), ("en", "there is no way out")],
)
def test_no_way_out_is_heard(language: str, text: str) -> None:
    assert lexicon().has_danger_words(text, language)


def test_no_list_of_danger_words_is_said_to_be_reviewed() -> None:
    for language in languages():
        words = tomllib.loads((FOLDER / language / "words.toml").read_text(encoding="utf-8"))
        assert words["danger_reviewed"] is False


def test_no_word_of_an_age_is_both_a_year_and_a_month() -> None:
    known = lexicon()
    assert not known.years & known.months
    # Between years and months a word may be what it is not after a number, as the Spanish "y".
    assert not known.conjunctions & known.months


def test_without_words_nothing_is_found() -> None:
    assert not Lexicon().has_danger_words("anything at all", "nl")
