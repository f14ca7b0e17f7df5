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
from flows.conversation import EXPLANATION_PARTS, Outcome, advance, new_interview
from flows.interview import Interview, walk
from flows.messages import Message, message
from flows.mothers import CHECKS, CONSENT_TEXT
from flows.questions import FULL, MOTHER, QUICK
from flows.utterances import Record, Screen
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
            *(
                ev.Submit(),
                ev.TooMuch(),
                ev.ShowPlan(),
                ev.Proceed(),
                ev.Confirm(),
                ev.DangerWords(),
            ),
            *(ev.Move(), ev.ChangeMode(QUICK), ev.ChangeMode(FULL)),
            *(ev.ChooseLanguage(language) for language in languages()),
            *(ev.Check(about, code) for about, codes in CHECKS.items() for code in codes),
            *(ev.Reviewed(verdict) for verdict in ("signed_off", "returned", "disagreed")),
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
    for event in [*forward(), told, ev.Stop()]:
        interview = advance(VOORSTUDIE_CORE, interview, event, NOW, lexicon()).interview
    # As the service does it for a new link: what she said is offered, and stands if she says so.
    answers = {name: replace(answer, set_aside=True) for name, answer in interview.answers.items()}
    interview = new_interview(VOORSTUDIE_CORE, case="K7F-2M9", respondent=MOTHER, mode=FULL)
    interview = replace(interview, answers=answers)
    for event in forward():
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


def after(*events: ev.Event, by: str = "") -> Interview:
    """A mother's interview at its questions, after these."""
    interview = new_interview(VOORSTUDIE_CORE, case="K7F-2M9", respondent=MOTHER, mode=FULL)
    for event in [*forward(), *events]:
        interview = advance(VOORSTUDIE_CORE, interview, event, NOW, lexicon(), by=by).interview
    return interview


YES_DANGER = ev.Give("acute_unsafety", "yes")


@pytest.mark.parametrize(
    "events",
    [
        (ev.Pause("unsupervised"),),
        (ev.Pause("unsupervised"), ev.Show()),
        (ev.Pause("unsupervised"), ev.Show(), ev.Check("company", "alone")),
        (ev.Skip("acute_unsafety"), ev.Skip("food_secure")),
        (ev.Summarise(),),
    ],
)
def test_a_yes_to_danger_counts_wherever_her_questions_stand(events: tuple[ev.Event, ...]) -> None:
    interview = after(*events)
    outcome = advance(VOORSTUDIE_CORE, interview, YES_DANGER, NOW, lexicon())
    assert outcome.interview.danger
    assert outcome.utterances[-1].screen is Screen.DANGER
    assert any(getattr(item, "kind", "") == "danger_shown" for item in outcome.effects)


def test_a_yes_to_danger_counts_after_she_was_done() -> None:
    assert advance(VOORSTUDIE_CORE, finished(), YES_DANGER, NOW, lexicon()).interview.danger


def test_who_to_call_is_shown_also_on_the_paused_screen() -> None:
    interview = after(YES_DANGER)
    outcome = advance(VOORSTUDIE_CORE, interview, ev.Pause(), NOW, lexicon())
    assert any("112" in str(line) for item in say_words(outcome) for line in item)


def say_words(outcome: Outcome) -> list[tuple[str, ...]]:
    return [say_all(item, "nl").words for item in outcome.utterances]


@pytest.mark.parametrize("about", [("company", "someone_else"), ("safe", "no")])
def test_where_somebody_may_read_along_the_pause_says_nothing(about: tuple[str, str]) -> None:
    alone = [ev.Check("company", "alone")] if about[0] == "safe" else []
    interview = after(ev.Pause(), ev.Show(), *alone)
    outcome = advance(VOORSTUDIE_CORE, interview, ev.Check(*about), NOW, lexicon())
    assert say_words(outcome) == [("Het staat even stil. Alles is bewaard.",)]


def test_leaving_is_not_told_as_an_earlier_pause() -> None:
    interview = after(ev.Pause("unsupervised"), ev.Show(), *forward()[1:3], ev.Leave())
    assert interview.paused_for == ""


def test_danger_can_be_taken_off_a_stopped_interview() -> None:
    interview = after(YES_DANGER, ev.Stop())
    assert interview.danger
    interview = advance(VOORSTUDIE_CORE, interview, ev.LetGoOn(), NOW, lexicon()).interview
    assert not interview.danger
    assert interview.state == "stopped"


def test_danger_that_was_let_go_is_not_offered_again() -> None:
    assert "acute_unsafety" not in after(YES_DANGER, ev.LetGoOn()).answers


def test_words_of_danger_that_were_no_answer_bring_the_question_and_are_not_kept() -> None:
    interview = after(ev.Skip("acute_unsafety"), ev.Skip("food_secure"))
    outcome = advance(VOORSTUDIE_CORE, interview, ev.DangerWords(), NOW, lexicon())
    assert outcome.utterances[-1].data["question"] == "acute_unsafety"
    assert [item.kind for item in outcome.effects if isinstance(item, Record)] == ["danger_words"]
    answered = after(ev.Give("acute_unsafety", "no"))
    said = advance(VOORSTUDIE_CORE, answered, ev.DangerWords(), NOW, lexicon()).utterances
    assert not said[-1].data["keep"]
    paused = after(ev.Pause())
    said = advance(VOORSTUDIE_CORE, paused, ev.DangerWords(), NOW, lexicon()).utterances
    assert "112" in " ".join(say_all(said[0], "nl").words)


def test_words_of_danger_in_a_draft_are_heard_before_it_is_sent() -> None:
    interview = after()
    while (asked := walk(VOORSTUDIE_CORE, interview).next) is not None and asked.kind != "text":
        event = ev.Skip(asked.id)
        interview = advance(VOORSTUDIE_CORE, interview, event, NOW, lexicon()).interview
    assert asked is not None
    kinds = []
    for words in ("hij dreigt", "met alles"):
        outcome = advance(VOORSTUDIE_CORE, interview, ev.Write(asked.id, words), NOW, lexicon())
        interview = outcome.interview
        kinds += [item.kind for item in outcome.effects if isinstance(item, Record)]
    assert kinds == ["danger_words"]


def test_an_old_button_to_begin_confirms_no_summary() -> None:
    interview = after()
    while (asked := walk(VOORSTUDIE_CORE, interview).next) is not None:
        event: ev.Event = ev.Skip(asked.id)
        interview = advance(VOORSTUDIE_CORE, interview, event, NOW, lexicon()).interview
    assert interview.state == "summary"
    begin = ev.Proceed(ev.BEGIN)
    assert advance(VOORSTUDIE_CORE, interview, begin, NOW, lexicon()).interview.state == "summary"


def test_her_own_yes_is_asked_where_her_therapist_wrote_one_down() -> None:
    interview = new_interview(VOORSTUDIE_CORE, case="K7F-2M9", respondent=MOTHER, mode=FULL)
    for event in (ev.ChooseLanguage("nl"), ev.Proceed()):
        interview = advance(
            VOORSTUDIE_CORE, interview, event, NOW, lexicon(), by="therapist"
        ).interview
    assert interview.consent is not None
    assert interview.consent["by"] == "therapist"
    assert interview.state.startswith("asking")
    herself: list[ev.Event] = [ev.Show(), ev.Check("company", "alone"), ev.Check("safe", "yes")]
    for step in herself:
        interview = advance(VOORSTUDIE_CORE, interview, step, NOW, lexicon()).interview
    assert interview.state == "explaining"
    interview = advance(VOORSTUDIE_CORE, interview, ev.Proceed(), NOW, lexicon()).interview
    assert interview.consent is not None
    assert "by" not in interview.consent


@pytest.mark.parametrize("event", [ev.ShowPlan(), ev.Summarise(), ev.Edit("change_wish")])
def test_what_she_asked_for_is_shown_once_she_said_that_it_is_safe(event: ev.Event) -> None:
    interview = advance(
        VOORSTUDIE_CORE,
        finished(),
        ev.SharePlan(("parent", "child", "relationship")),
        NOW,
        lexicon(),
    ).interview
    outcome = advance(VOORSTUDIE_CORE, interview, event, NOW, lexicon())
    assert outcome.utterances[-1].screen is Screen.CHECK
    for answer in (ev.Check("company", "alone"), ev.Check("safe", "yes")):
        outcome = advance(VOORSTUDIE_CORE, outcome.interview, answer, NOW, lexicon())
    wanted = {
        ev.ShowPlan: Screen.PLAN,
        ev.Summarise: Screen.SUMMARY,
        ev.Edit: Screen.QUESTION,
    }
    assert outcome.utterances[-1].screen is wanted[type(event)]
    if isinstance(event, ev.ShowPlan):
        again = advance(VOORSTUDIE_CORE, outcome.interview, event, NOW, lexicon())
        assert again.utterances[-1].screen is Screen.CHECK


# --- plain words ----------------------------------------------------------------------------------

MOTHERS_KEYS = re.compile(
    r"\.mother$|^mother\.|^conversation\.(?:explanation\.mother|paused\.|why_mother|handed_over)"
    r"|^danger\.(?:title|body|mother|words)"
)
LONGEST_SENTENCE = 15


def sentences(words: str) -> list[str]:
    return [part for part in re.split(r"[.?!:;\n؟؛።፧፤፦]", words) if part.strip()]


@pytest.mark.parametrize("language", languages())
def test_sentences_for_a_mother_have_fifteen_words_at_most(language: str) -> None:
    too_long: list[tuple[object, str]] = []
    for entry in catalogue(language).entries:
        if not entry.id or not MOTHERS_KEYS.search(str(entry.id)):
            continue
        if entry.id == "mother.exit_words":
            continue  # a list, and no sentence
        too_long.extend(
            (entry.id, sentence)
            for sentence in sentences(str(entry.string))
            if len(sentence.split()) > LONGEST_SENTENCE
        )
    assert too_long == []


# --- what she says yes to -------------------------------------------------------------------------

CONSENT_TEXTS: dict[str, str] = {
    "2026-11": "f0f1ec785ebefa71",
    "2026-11-28": "56ec8759c818872a",
}
"""The hash of each version of the text, in the source language."""


def test_another_text_to_say_yes_to_has_another_version() -> None:
    """Give `CONSENT_TEXT` a new version when this fails, and add its hash here."""
    say = catalogue("nl").say
    parts = (*EXPLANATION_PARTS[MOTHER], "title")
    words = "\n".join(say(message(f"conversation.explanation.mother.{part}")) for part in parts)
    assert CONSENT_TEXTS[CONSENT_TEXT] == sha256(words.encode()).hexdigest()[:16]
    assert list(CONSENT_TEXTS)[-1] == CONSENT_TEXT
