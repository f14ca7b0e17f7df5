"""Whatever a mother does, she is shown no score, no rule and no order; in plain words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.service import say_all
from bot.telegram.pages import Writer
from flows import events as ev
from flows.conversation import EXPLANATION_PARTS, advance, new_interview
from flows.interview import Interview, walk
from flows.messages import Message, message
from flows.mothers import CHECKS, CONSENT_TEXT
from flows.questions import FULL, MOTHER, QUICK
from flows.utterances import Screen
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages, lexicon

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUESTIONS = [question.id for question in VOORSTUDIE_CORE.questions]
CODES = sorted({code for question in VOORSTUDIE_CORE.questions for code in question.choices})
PARTS = ["why", "why_not", "changes", "attention", "missing", "whole", "sources"]

NOT_FOR_HER = re.compile(
    r"\b(?:emdr|nika|verdict|gate|passage|voorstudie|pre-study|regel|rule)\b"
    r"|\b(?:[ABCDEFGHIJ]\d\d|O[1-4][abc]?|DP\d|DC\d)\b",
    re.IGNORECASE,
)
KEYS_NOT_FOR_HER = (
    *("rule.", "proposal.", "label.", "verdict", "component", "explain.", "strength.", "fact"),
    *("reading.", "ambiguity.", "conflict.", "sources.", "passage.", "moving.order"),
)

_question = st.sampled_from(QUESTIONS)
_value = st.one_of(
    st.sampled_from(CODES),
    st.lists(st.sampled_from(CODES), max_size=3).map(tuple),
    st.sampled_from(["12", "3 jaar", "01-02-2026", "ik wil rust", "hij dreigt", "bel 0612345678"]),
)
_events = st.one_of(
    st.sampled_from(
        [
            *(ev.Show(), ev.Back(), ev.Why(), ev.Summarise(), ev.Pause(), ev.Leave(), ev.Stop()),
            *(ev.Submit(), ev.TooMuch(), ev.ShowPlan(), ev.Proceed(), ev.Confirm(), ev.Cancel()),
            *(ev.Move(), ev.ChangeMode(QUICK), ev.ChangeMode(FULL)),
            *(ev.ChooseLanguage(language) for language in languages()),
            *(ev.Check(about, code) for about, codes in CHECKS.items() for code in codes),
            *(ev.Reviewed(verdict) for verdict in ("signed_off", "returned")),
        ]
    ),
    st.sampled_from(PARTS).map(ev.Explain),
    st.builds(ev.Give, _question, _value),
    st.builds(ev.Write, _question, st.sampled_from(["rust", "hij dreigt", "bel 0612345678"])),
    st.builds(ev.Mark, _question, st.sampled_from(CODES)),
    *(
        st.builds(kind, _question)
        for kind in (ev.Done, ev.DontKnow, ev.Skip, ev.Keep, ev.Edit, ev.Rewrite)
    ),
)


def ids(text: Message) -> list[str]:
    """Every catalogue key in a message, those inside it too."""
    found = [text.id]
    for _, value in text.params:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Message):
                found.extend(ids(item))
    return found


def forward() -> list[ev.Event]:
    """What brings an interview to its questions, so that not every sequence ends at the door."""
    return [
        ev.ChooseLanguage("nl"),
        ev.Check("company", "alone"),
        ev.Check("safe", "yes"),
        ev.Proceed(),
    ]


@settings(max_examples=250, deadline=None)
@given(st.lists(_events, max_size=25), st.booleans(), st.booleans())
def test_no_sequence_of_her_inputs_reveals_a_score_a_rule_or_an_order(
    events: list[ev.Event], free_text: bool, begins: bool
) -> None:
    interview = new_interview(VOORSTUDIE_CORE, case="K7F-2M9", respondent=MOTHER, mode=FULL)
    interview = replace(interview, free_text=free_text)
    at = NOW
    for event in [*(forward() if begins else []), *events]:
        at += timedelta(seconds=5)
        outcome = advance(VOORSTUDIE_CORE, interview, event, at, lexicon())
        interview = outcome.interview
        assert not [item for item in outcome.effects if type(item).__name__ == "ProposalMade"]
        said = [say_all(item, interview.language or "nl") for item in outcome.utterances]
        for item in said:
            for line in item.utterance.lines:
                for key in ids(line.text):
                    assert not key.startswith(KEYS_NOT_FOR_HER), key
        page = Writer(interview.language or "nl", languages()).interview(said, mother=True)
        words = "\n".join([*page.parts, *(b.label for row in page.rows for b in row)])
        assert not NOT_FOR_HER.search(words), words
        if "0612345678" in str(event):
            assert "0612345678" not in words
            assert "0612345678" not in str(interview.to_data())


def test_danger_that_she_lets_stand_is_danger_still() -> None:
    interview = new_interview(VOORSTUDIE_CORE, case="K7F-2M9", respondent=MOTHER, mode=FULL)
    told = ev.Give("acute_unsafety", "yes")
    again: list[ev.Event] = [ev.Show(), ev.Check("company", "alone"), ev.Check("safe", "yes")]
    for event in [*forward(), told, ev.LetGoOn(), *again]:
        interview = advance(VOORSTUDIE_CORE, interview, event, NOW, lexicon()).interview
    assert not interview.danger
    interview = advance(
        VOORSTUDIE_CORE, interview, ev.Keep("acute_unsafety"), NOW, lexicon()
    ).interview
    assert interview.danger
    assert interview.state == "in_danger"


def finished() -> Interview:
    interview = new_interview(VOORSTUDIE_CORE, case="K7F-2M9", respondent=MOTHER, mode=FULL)
    for event in forward():
        interview = advance(VOORSTUDIE_CORE, interview, event, NOW, lexicon()).interview
    while (asked := walk(VOORSTUDIE_CORE, interview).next) is not None:
        interview = advance(VOORSTUDIE_CORE, interview, ev.Skip(asked.id), NOW, lexicon()).interview
    return advance(VOORSTUDIE_CORE, interview, ev.Proceed(), NOW, lexicon()).interview


@pytest.mark.parametrize("event", [ev.Summarise(), ev.Edit("change_wish"), ev.Back()])
@pytest.mark.parametrize("paused", [False, True])
def test_what_she_said_is_shown_again_only_after_the_safety_check(
    event: ev.Event, paused: bool
) -> None:
    interview = finished()
    assert interview.state == "handed_over"
    if paused:
        interview = advance(VOORSTUDIE_CORE, interview, ev.Pause(), NOW, lexicon()).interview
    outcome = advance(VOORSTUDIE_CORE, interview, event, NOW, lexicon())
    assert outcome.interview.state == "checking"
    assert outcome.utterances[-1].screen is Screen.CHECK
    assert not any(item.screen is Screen.SUMMARY for item in outcome.utterances)


# --- plain words ----------------------------------------------------------------------------------

MOTHERS_KEYS = re.compile(
    r"\.mother$|^mother\.|^conversation\.(?:explanation\.mother|paused\.|why_mother|handed_over)"
    r"|^danger\.(?:title|body|mother|words)"
)
LONGEST_SENTENCE = 15


def sentences(words: str) -> list[str]:
    return [part for part in re.split(r"[.?!:;\n]", words) if part.strip()]


@pytest.mark.parametrize("language", languages())
def test_sentences_for_a_mother_have_fifteen_words_at_most(language: str) -> None:
    too_long: list[tuple[object, str]] = []
    for entry in catalogue(language).entries:
        if not entry.id or not MOTHERS_KEYS.search(str(entry.id)):
            continue
        too_long.extend(
            (entry.id, sentence)
            for sentence in sentences(str(entry.string))
            if len(sentence.split()) > LONGEST_SENTENCE
        )
    assert too_long == []


# --- what she says yes to -------------------------------------------------------------------------

CONSENT_TEXTS: dict[str, str] = {"2026-11": "f0f1ec785ebefa71"}
"""The hash of each version of the text, in the source language."""


def test_another_text_to_say_yes_to_has_another_version() -> None:
    """Give `CONSENT_TEXT` a new version when this fails, and add its hash here."""
    say = catalogue("nl").say
    parts = (*EXPLANATION_PARTS[MOTHER], "title")
    words = "\n".join(say(message(f"conversation.explanation.mother.{part}")) for part in parts)
    assert CONSENT_TEXTS[CONSENT_TEXT] == sha256(words.encode()).hexdigest()[:16]
    assert list(CONSENT_TEXTS)[-1] == CONSENT_TEXT
