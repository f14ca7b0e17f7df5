"""Every word that a person reads is in the catalogues: a made-up language shows what is not.

In the made-up language each letter of every text is a Cherokee one. What is then still written in
letters of ours was put into the code.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import locales
from bot import interventions, rules_document
from bot.being_there import ALERTS
from bot.case_states import CASE_STATES
from bot.scenario import play
from bot.service import Service, say_all
from bot.telegram.pages import CaseLine, HerCase, Page, Writer
from bot.terminal.screen import TerminalScreen
from bot.transcript import entries
from flows import events as ev
from flows.conversation import new_interview, propose
from flows.messages import Message
from flows.questions import FULL, MOTHER
from flows.telling import tell
from flows.telling_why import EXPLAINED_PARTS, tell_part, tell_why
from flows.utterances import Line
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages, texts_of
from locales.files import write
from tests.bot.test_translations import forget
from tests.bot.walking import STORIES, THEN, steps, story

PSEUDO = "eo"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_MADE_UP = str.maketrans({letter: chr(0x13A0 + at) for at, letter in enumerate(_LETTERS)})
_PLACE = re.compile(r"(\{[^}]*\})")

MEANT = re.compile(
    r"K7F-2M9|[0-9A-Z]{3}-[0-9A-Z]{3}"  # codes of cases
    r"|\b(?:[A-J]\d{2}|[A-Z]{1,3}[\w-]*\d\w*|AMBIG-\d+(?:\.M\d)?)\b"  # passages, rules, readings
    r"|</?[bi]>|&\w+;"  # markup
    r"|voorstudie-core-v1|\b[0-9a-f]{12}\b"  # the protocol
    r"|\bunknown\b"  # what a command takes
    r"|\bkaj\b"  # how CLDR makes a list in the made-up language
)
"""What is the same in every language."""


HEADINGS = sorted(
    {passage.heading for passage in VOORSTUDIE_CORE.passages.values()}, key=len, reverse=True
)
"""The source's own, which are not translated."""
RULES = sorted({rule.id for rule in VOORSTUDIE_CORE.all_rules}, key=len, reverse=True)


def made_up(text: str) -> str:
    """A text in the made-up language; its places stay."""
    parts = _PLACE.split(text)
    return "".join(part if part.startswith("{") else part.translate(_MADE_UP) for part in parts)


@pytest.fixture(autouse=True, scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    monkeypatch = pytest.MonkeyPatch()
    copy = tmp_path_factory.mktemp("made-up") / "locales"
    for language in ("nl", "en"):
        shutil.copytree(locales.FOLDER / language, copy / language)
    shutil.copytree(copy / "en", copy / PSEUDO)
    monkeypatch.setattr(locales, "FOLDER", copy)
    forget()
    texts = {key: tuple(map(made_up, forms)) for key, forms in texts_of("en").items()}
    write(copy, "nl", PSEUDO, texts)
    forget()
    assert PSEUDO in languages()
    yield
    monkeypatch.undo()
    forget()


def literals(words: str) -> list[str]:
    """What stands there in letters of ours and is not meant to."""
    rest = words
    for name in (*HEADINGS, *RULES, *(catalogue(language).name for language in languages())):
        rest = rest.replace(name, " ")
    rest = MEANT.sub(" ", rest)
    return re.findall(r"[A-Za-zÀ-ÿ]{2,}", rest)


def words_on(page: Page) -> str:
    return "\n".join([*page.parts, *(button.label for row in page.rows for button in row)])


def terminal() -> tuple[TerminalScreen, StringIO]:
    out = StringIO()
    screen = TerminalScreen(Console(file=out, highlight=False, markup=False, width=88))
    screen.language = PSEUDO
    return screen, out


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_no_screen_of_a_story_has_words_of_the_code(path: Path) -> None:
    scenario = story(path)
    writer = Writer(PSEUDO, languages())
    mother = scenario.respondent == MOTHER
    screen, out = terminal()
    for step in steps(scenario, PSEUDO):
        if step.interview.language != PSEUDO:
            return  # the story goes on in another language
        said = [say_all(utterance, PSEUDO) for utterance in step.said]
        for item in said:
            screen.show(item)
        # What somebody wrote themselves stays as it is.
        own = {
            word
            for answer in step.interview.answers.values()
            for word in re.findall(r"[A-Za-zÀ-ÿ]{2,}", str(answer.value))
        }
        shown = " ".join(out.getvalue().split())  # lines are broken anywhere
        page = words_on(writer.interview(said, mother=mother))
        assert [word for word in literals(f"{page} {shown}") if word not in own] == []
        out.truncate(0)
        out.seek(0)


def test_no_page_of_the_messenger_has_words_of_the_code() -> None:
    writer = Writer(PSEUDO, languages())
    interview = new_interview(VOORSTUDIE_CORE, case="K7F-2M9", respondent=MOTHER, mode=FULL)
    hers = HerCase("K7F-2M9", interview, (1, 11), True, True, THEN, True)
    cases = [CaseLine(state, "K7F-2M9", state, happened=True) for state in CASE_STATES]
    order = ("parent", "relationship", "child")
    pages = [
        *(writer.home(cases[at : at + 3], 0, None) for at in range(0, len(cases), 3)),
        *(writer.home([], 0, None), writer.help(), writer.neutral()),
        writer.hers(hers, None, ALERTS, [("K7F-2M9", "x")]),
        writer.hers(HerCase("K7F-2M9", None, None, False, None, None, False), None),
        writer.invite("K7F-2M9", "en"),
        writer.lend("123456"),
        *(writer.her_answers("K7F-2M9", ()), writer.share("K7F-2M9", order, "provisional")),
        *(writer.hand_over("K7F-2M9", []), writer.proposal_of("K7F-2M9", (), ALERTS)),
        *(
            writer.mothers_help(None, VOORSTUDIE_CORE.crisis_lines),
            writer.word(None),
            writer.reminders(None),
            writer.reminder(),
        ),
        *(writer.alert([("K7F-2M9", "x")], reached=reached) for reached in (True, False)),
    ]
    for page in pages:
        assert literals(words_on(page)) == []


@pytest.mark.parametrize("path", STORIES[::5], ids=lambda path: path.stem)
def test_no_proposal_or_explanation_has_words_of_the_code(path: Path) -> None:
    scenario = story(path)
    *_, last = steps(scenario, "nl")
    proposal = propose(VOORSTUDIE_CORE, last.interview)
    explanation = VOORSTUDIE_CORE.explain_proposal(proposal)
    lines: list[Line] = [*tell(VOORSTUDIE_CORE, proposal), *tell_why(VOORSTUDIE_CORE, explanation)]
    for part in EXPLAINED_PARTS:
        lines.extend(tell_part(VOORSTUDIE_CORE, explanation, part))
    say = catalogue(PSEUDO).say
    for line in lines:
        assert literals(say(line.text)) == [], line.text.id


def test_no_transcript_has_words_of_the_code(service: Service) -> None:
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, story(STORIES[0]), PSEUDO)
    opened = service.open(respondent="therapist", mode="quick", case=turn.interview.case)
    service.handle(opened.id, ev.Back(), update_key="back")
    # The codes of answers are shown beside their words.
    codes = {
        part
        for question in VOORSTUDIE_CORE.questions
        for code in (*question.choices, question.id)
        for part in re.findall("[a-z]+", code)
    }
    for record, events in service.events_of(turn.interview.case):
        for entry in entries(VOORSTUDIE_CORE, record.respondent, events, PSEUDO):
            found = literals(" ".join(entry.reader))
            assert [word for word in found if word not in codes] == []


def test_no_list_of_interventions_has_words_of_the_code() -> None:
    say = catalogue(PSEUDO).say
    for months in (None, 3, 20, 40, 75):
        for line in interventions.tell_interventions(months):
            assert literals(say(line.text)) == [], line.text.id


def test_a_literal_would_be_found() -> None:
    assert literals(f"{catalogue(PSEUDO).say(Message('telegram.neutral'))} Goodbye") == ["Goodbye"]
    assert rules_document.document(VOORSTUDIE_CORE, PSEUDO)
