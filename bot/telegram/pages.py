"""Pages: what is said to a person, as messages with buttons. Pure; knows no API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.being_there import ALERTS, HER_STATES, her_state
from bot.case_states import CASE_STATES
from bot.links import say_duration
from bot.service import ASIDE, Said
from bot.sign_in_links import LINK_LASTS
from bot.signs import is_hers, sign
from bot.speech import Spoken, Voices
from bot.telegram import actions as act
from bot.telegram.markup import parts
from flows.conditions import NO, YES
from flows.conversation import mark, section_message
from flows.interview import Interview
from flows.machine import (
    ASKING,
    ENDED,
    HANDED_OVER,
    IN_REVIEW,
    PROPOSED,
)
from flows.messages import Message, message
from flows.mothers import plan_steps
from flows.questions import FULL, MOTHER, NONE_OF_THESE, QUICK, THERAPIST, Kind
from flows.telling import short_order
from flows.telling_why import EXPLAINED_PARTS, SOURCES_PART
from flows.utterances import Line, Option, Screen
from flows.voorstudie.questions import ORDERS
from locales import catalogue, with_first
from locales.direction import unmarked

_SHORT = 16
"""Longer labels stand at most two in a row."""
_LONG = 26
"""Longer labels stand alone."""
CASES_SHOWN = 8
_DRAFT_SHOWN = 800
_LOOK = "❗"
_SPOKEN = (Screen.QUESTION, Screen.CHECK, Screen.EXPLANATION, Screen.DANGER)
_NOT_SPOKEN = (
    *("conversation.progress", "conversation.earlier_answer"),
    *("conversation.draft", "conversation.draft_masked", "danger.checked"),
)
COMMANDS = ("start", "cases", "language", "back", "why", "edit", "pause", "exit", "help")
"""What can be typed with a slash, in the order in which the menu shows it."""


@dataclass(frozen=True, slots=True)
class Button:
    """A label and what pressing it does."""

    label: str
    action: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a screen shows: HTML in one or several messages, and buttons under the last.

    `section` is the part of the intake, which stands in a message of its own; None stays where the
    last page stood. A `picture` comes with the first message, in a message of its own; what is
    `spoken` comes after the last.
    """

    parts: tuple[str, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
    section: str | None = ""
    question: str = ""
    picture: bytes = field(default=b"", repr=False)
    spoken: Spoken | None = None

    @property
    def actions(self) -> tuple[str, ...]:
        """What the buttons do, in their order."""
        return tuple(button.action for row in self.rows for button in row)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as the home page shows it."""

    case_id: str
    code: str
    state: str
    happened: bool = False
    """Whether something happened that was not looked at yet."""


@dataclass(frozen=True, slots=True)
class HerCase:
    """A mother's side of a case, as her therapist sees it.

    `opened` says that she opened her link; `with_her` and `until` that a therapist is there, and
    how long; `progress` how many questions were answered, of about how many.
    """

    code: str
    interview: Interview | None
    progress: tuple[int, int] | None
    opened: bool
    with_her: bool | None
    until: datetime | None
    can_share: bool


class Writer:
    """Writes pages in one language."""

    def __init__(self, language: str, offered: Sequence[str], voices: Voices | None = None) -> None:
        """Write in this language; `offered` are those that can be chosen, `voices` speak."""
        self.language = language
        self._offered = offered
        self._voices = voices
        self._say = catalogue(language).say

    def say(self, key: str, **params: str | int) -> str:
        """Return words of the catalogue."""
        return self._say(message(key, **params))

    def _button(self, action: str, key: str | None = None, **params: str) -> Button:
        name = key or act.split(action)[0]
        return Button(self.say(f"telegram.button.{name}", **params), action)

    def _page(
        self,
        lines: Iterable[tuple[str, str]],
        rows: Iterable[Sequence[Button]] = (),
        *,
        note: Message | None = None,
        section: str | None = "",
        question: str = "",
    ) -> Page:
        said = [] if note is None else [(self._say(note), "text"), ("", "text")]
        return Page(
            parts([*said, *lines], self.language),
            tuple(tuple(row) for row in rows if row),
            section,
            question,
        )

    # --- the chat's own pages ---------------------------------------------------------------------

    def home(
        self, cases: Sequence[CaseLine], at: int, note: Message | None, *, begins: bool = True
    ) -> Page:
        """A colleague's home: cases by code with their state; `begins` offers a new intake."""
        shown = cases[at : at + CASES_SHOWN]
        lines = [(self.say("telegram.home.title"), "heading")]
        lines.extend((self._case_label(case), "item") for case in shown)
        if not cases:
            lines.append((self.say("telegram.home.empty"), "text"))
        rows: list[list[Button]] = [
            [
                Button(self._case_label(case), f"{act.CASE}:{case.case_id}"),
                *([self._button(f"{act.HERS}:{case.case_id}")] if begins else []),
            ]
            for case in shown
        ]
        turning = []
        if at > 0:
            turning.append(self._button(f"{act.HOME}:{max(0, at - CASES_SHOWN)}", "earlier"))
        if at + CASES_SHOWN < len(cases):
            turning.append(self._button(f"{act.HOME}:{at + CASES_SHOWN}", "later"))
        rows.append(turning)
        if begins:
            rows.append(
                [self._button(f"{act.NEW}:{mode}", f"new_{mode}") for mode in (QUICK, FULL)]
            )
        rows.append([self._button(act.HELP), self._button(act.LANGUAGES)])
        return self._page(lines, rows, note=note)

    def _state(self, case: CaseLine) -> str:
        return self.say(f"telegram.case.{case.state}")

    def _case_label(self, case: CaseLine) -> str:
        label = self.say("telegram.home.case", case=case.code, state=self._state(case))
        return f"{label} {_LOOK}" if case.happened else label

    def _language_buttons(self, action: str, first: str = "") -> list[Button]:
        codes = with_first(self._offered, first)
        return [Button(catalogue(code).label, f"{action}:{code}") for code in codes]

    def help(self, note: Message | None = None) -> Page:
        """What can be done here."""
        lines = [(self.say("telegram.help"), "text"), (self.say("telegram.privacy"), "detail")]
        return self._page(lines, [[self._button("show"), self._button(act.HOME)]], note=note)

    def languages(self, note: Message | None = None, *, mother: bool = False) -> Page:
        """The languages to choose from, each by its own name."""
        rows = _in_rows(self._language_buttons(act.LANGUAGE, self.language))
        if mother:
            rows.append([self._button("leave")])
        return self._page([(self.say("conversation.language"), "important")], rows, note=note)

    def neutral(self) -> Page:
        """What is left when a person went away: nothing that says what this is."""
        return self._page([(self.say("telegram.neutral"), "text")])

    def alert(
        self, cases: Sequence[tuple[str, str]], *, reached: bool, urgent: bool = True
    ) -> Page:
        """Something happened on a mother's side: a dull line for each case, since a preview shows
        it.

        `reached` says that this is her therapist's phone, and not that of a colleague who is told
        because the therapist cannot be reached, or, where it is not `urgent`, because something
        waits to be read.
        """
        key = "telegram.alert" if reached else "telegram.alert.unreached"
        key = key if urgent or reached else "telegram.alert.waits"
        look = act.HERS if reached else act.CASE
        lines = [(self.say(key, case=code), "text") for code, _ in cases]
        named = len(cases) > 1
        rows = [[self._look(code, f"{look}:{case_id}", named=named)] for code, case_id in cases]
        return self._page(lines or [(self.say("telegram.neutral"), "text")], rows, section="alert")

    def _look(self, code: str, action: str, *, named: bool = True) -> Button:
        label = self.say("telegram.button.look")
        return Button(f"{label} · {code}" if named else label, action)

    def _about(self, code: str) -> tuple[str, str]:
        """Say which case a page about a mother is about."""
        return self.say("telegram.hers.title", case=code), "heading"

    # --- the mother's side, for her therapist -----------------------------------------------------

    def hers(
        self,
        case: HerCase,
        note: Message | None,
        told: Sequence[str] = (),
        waiting: Sequence[tuple[str, str]] = (),
    ) -> Page:
        """How far she is, and what can be done about it.

        `told` is what happened since it was looked at last; `waiting` are code and id of other
        cases in which something happened.
        """
        interview = case.interview
        lines = [self._about(case.code), *self._told(told)]
        rows: list[list[Button]] = [
            [self._look(code, f"{act.HERS}:{case_id}")] for code, case_id in waiting
        ]
        if interview is None or interview.state in ENDED:
            state = "not_invited" if interview is None else "stopped"
            if interview is not None and interview.danger:
                lines.append((self.say("telegram.hers.danger"), "important"))
                rows.append([self._let_go_on(interview)])
            lines.append((self.say(f"telegram.hers.{state}"), "text"))
            rows.append([self._button(act.INVITE)])
        else:
            lines.extend(self._her_state(case, interview))
            rows.extend(self._her_rows(case, interview))
        if interview is not None:
            rows.append([self._button(act.HER_ANSWERS)])
        rows.append([self._button(act.HAND_OVER), self._button(act.HOME)])
        return self._page(lines, rows, note=note, section="hers")

    def _told(self, told: Sequence[str]) -> list[tuple[str, str]]:
        return [(self.say(f"telegram.alert.{kind}"), "important") for kind in told]

    def _let_go_on(self, interview: Interview) -> Button:
        """The button that says that it is safe again, about this danger and no later one."""
        return self._button(f"{act.LET_GO_ON}:{mark(interview)}")

    def _her_state(self, case: HerCase, interview: Interview) -> list[tuple[str, str]]:
        state = her_state(interview, opened=case.opened)
        lines = [(self.say(f"telegram.hers.{state}"), "important")]
        if case.progress is not None and interview.consent is not None:
            place, total = case.progress
            lines.append((self.say("telegram.hers.progress", place=place, total=total), "text"))
        if case.until is not None:
            there = "with" if case.with_her else "near"
            until = f"{case.until:%H:%M}"
            lines.append((self.say(f"telegram.hers.{there}", until=until), "text"))
        elif state not in ("finished", "danger"):
            lines.append((self.say("telegram.hers.nobody"), "text"))
        if interview.plan:
            lines.append((self.say("telegram.hers.plan_shared"), "text"))
        return lines

    def _her_rows(self, case: HerCase, interview: Interview) -> list[list[Button]]:
        rows: list[list[Button]] = []
        finished = interview.state == HANDED_OVER
        if interview.danger:
            rows.append([self._let_go_on(interview)])
        elif case.until is not None:
            rows.append([self._button(act.AWAY)])
        elif not finished:
            rows.append([self._button(act.WITH), self._button(act.NEAR)])
        if case.can_share and interview.consent is not None and not interview.danger:
            rows.append([self._button(act.SHARE)])
        if not finished:
            rows.append([self._button(act.RECORD)])
            rows.append([self._button(act.LEND), self._button(act.INVITE, "new_link")])
            rows.append([self._button(act.STOP_HERS)])
        return rows

    def invite_language(self, code: str) -> Page:
        """In which language she is asked."""
        rows = [*_in_rows(self._language_buttons(act.INVITE_LANGUAGE)), [self._button(act.HERS)]]
        lines = [self._about(code), (self.say("telegram.invite.language"), "important")]
        return self._page(lines, rows)

    def invite(self, code: str, her_language: str) -> Page:
        """Whether she may be reminded; she is asked herself too. A draft is announced."""
        rows = [
            [Button(self.say("telegram.invite.remind_yes"), f"{act.INVITE_REMIND}:{YES}")],
            [Button(self.say("telegram.invite.remind_no"), f"{act.INVITE_REMIND}:{NO}")],
        ]
        lines = [
            self._about(code),
            (self.say("telegram.invite.reminders"), "important"),
            (self.say("telegram.invite.safety"), "text"),
        ]
        if catalogue(her_language).draft:
            lines.insert(1, (self.say("telegram.invite.draft"), "important"))
        return self._page(lines, rows)

    def link(self, code: str, link: str, picture: bytes, lasts: timedelta) -> Page:
        """The link for her, once; empty where it was shown already."""
        if not link:
            rows = [[self._button(act.INVITE, "new_link")], [self._button(act.HERS)]]
            return self._page([self._about(code), (self.say("telegram.link.gone"), "text")], rows)
        words = self._say(message("telegram.link.hers", lasts=say_duration(lasts), link=link))
        rows = [[self._button(act.LEND)], [self._button(act.HERS)]]
        page = self._page([self._about(code), (words, "text")], rows, section="link")
        return replace(page, picture=picture)

    def web_link(self, link: str) -> Page:
        """The link into a browser, once; empty where it was shown already."""
        lasts = say_duration(LINK_LASTS)
        words = message("browser.telegram.link", lasts=lasts, link=link)
        gone = message("browser.telegram.gone")
        first = (self.say("telegram.ready"), "detail")  # a preview shows the first line to anybody
        rows = [[self._button("show", "go_on"), self._button(act.HOME)]]
        lines = [first, (self._say(words if link else gone), "text")]
        return self._page(lines, rows, section="link")

    def lend(self, code: str) -> Page:
        """The code that gives this phone back, before it is handed to her."""
        if not code:
            return self.neutral()
        lines = [
            (self.say("telegram.lend.code", code=code), "important"),
            (self.say("telegram.lend.how"), "text"),
        ]
        return self._page(lines, [[self._button("show", "lend_now")]], section="lend")

    def her_answers(self, code: str, told: Sequence[Line]) -> Page:
        """What she said, in the therapist's language."""
        lines = [self._about(code), (self.say("telegram.button.heranswers"), "heading")]
        lines.extend((self._say(line.text), line.style) for line in told)
        if not told:
            lines.append((self.say("telegram.hers.no_answers"), "text"))
        return self._page(lines, [[self._button(act.HERS)]])

    def share(self, code: str, order: Sequence[str], verdict: str) -> Page:
        """What she would see, before it is shared."""
        lines = [self._about(code), (self.say("telegram.share.title"), "important")]
        if verdict != "proposed":
            said = self._say(message(f"verdict.{verdict}"))
            lines.insert(1, (self.say("telegram.share.careful", verdict=said), "important"))
        lines.extend((self._say(line.text), "text") for line in plan_steps(order))
        rows = [[self._button(act.SHARE_YES)], [self._button(act.HERS, "not_now")]]
        return self._page(lines, rows)

    def hand_over(self, code: str, colleagues: Sequence[tuple[str, str]]) -> Page:
        """To whom a case goes."""
        key = "telegram.handover.to" if colleagues else "telegram.handover.nobody"
        rows = [[Button(name, f"{act.HAND_OVER_TO}:{person}")] for person, name in colleagues]
        return self._page(
            [self._about(code), (self.say(key), "important")],
            [*rows, [self._button(act.HERS, "not_now")]],
        )

    def proposal_of(
        self,
        code: str,
        told: Sequence[Line],
        happened: Sequence[str] = (),
        *,
        reads: bool = False,
        waits: bool = False,
    ) -> Page:
        """A proposal, for who may read it and not change it; `happened` as on her page."""
        lines = [(self.say("telegram.proposal_of", case=code), "detail"), *self._told(happened)]
        lines.extend((self._say(line.text), line.style) for line in told)
        if not told:
            lines.append((self.say("telegram.no_proposal"), "text"))
        rows = []
        if reads:
            rows.append(
                [
                    self._button(act.READ_REASONS, "reasons"),
                    self._button(f"{act.READ_SECTION}:", "transcript"),
                ]
            )
        if waits:
            rows += [
                [self._button(act.SIGN)],
                [self._button(act.RETURN), self._button(act.DISAGREE)],
            ]
        rows.append([self._button(act.HOME)])
        return self._page(lines, rows, section="proposal_of")

    # --- a supervisor's verdict -------------------------------------------------------------------

    def reviews(self, listed: Sequence[tuple[str, str, timedelta]], note: Message | None) -> Page:
        """What waits for a verdict, and how long: id and code of each case."""
        lines = [(self.say("review.title"), "heading")]
        for _, code, since in listed:
            days = since.days
            lines.append((self.say("review.waits", case=code, count=days), "item"))
        if not listed:
            lines.append((self.say("review.nothing"), "text"))
        rows = [[Button(code, f"{act.CASE}:{case_id}")] for case_id, code, _ in listed]
        return self._page(lines, [*rows, [self._button(act.HOME)]], note=note, section="reviews")

    def _about_review(self, code: str, key: str) -> list[tuple[str, str]]:
        return [
            (self.say("telegram.proposal_of", case=code), "detail"),
            (self.say(key), "important"),
        ]

    def _back_to(self) -> list[Button]:
        return [self._button(act.HOME, "not_now")]

    def sign(self, code: str, proposal: Mapping[str, Any], read: str) -> Page:
        """What is signed, before it is."""
        lines = self._about_review(code, "review.sign")
        verdict = str(proposal.get("verdict", ""))
        if verdict != "proposed":
            said = self._say(message(f"verdict.{verdict}")) if verdict else ""
            lines.append((self.say("telegram.share.careful", verdict=said), "important"))
        order = short_order(proposal.get("order", ()))
        lines.append((self._say(order), "text"))
        lines.append((self.say("review.stays"), "detail"))
        return self._page(lines, [[self._button(f"{act.SIGN_YES}:{read}")], self._back_to()])

    def return_it(
        self,
        code: str,
        answers: Sequence[tuple[str, Line]],
        draft: Mapping[str, Any],
        shorts: Mapping[str, Message | None],
        note: Message | None,
    ) -> Page:
        """The answers to comment on, and the comments so far; without one nothing is returned."""
        lines = self._about_review(code, "review.return")
        for on, text in draft.get("comments", ()):
            short = shorts.get(on)
            said = (
                message("review.on_the_whole", text=text)
                if short is None
                else message("review.on_a_question", question=short, text=text)
            )
            lines.append((self._say(said), "important"))
        lines.extend((self._say(line.text), "text") for _, line in answers)
        numbers = [
            Button(str(number), f"{act.COMMENT_ON}:{question}")
            for number, (question, _) in enumerate(answers, start=1)
        ]
        rows = [numbers[at : at + 5] for at in range(0, len(numbers), 5)]
        rows.append([self._button(f"{act.COMMENT_ON}:", "comment_whole")])
        if draft.get("comments"):
            rows.append([self._button(f"{act.RETURN_YES}:{draft.get('read', '')}")])
        return self._page(lines, [*rows, self._back_to()], note=note)

    def reading(
        self, code: str, case_id: str, told: Sequence[Line], sections: Sequence[str]
    ) -> Page:
        """The reasons or a part of the transcript, and the parts to go on with."""
        lines = [(self.say("telegram.proposal_of", case=code), "detail")]
        lines.extend((self._say(line.text), line.style) for line in told)
        buttons = [
            Button(self.say(f"section.{section}"), f"{act.READ_SECTION}:{section}")
            for section in sections
        ]
        rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
        rows.append([self._button(f"{act.CASE}:{case_id}", "to_proposal")])
        return self._page(lines, rows, section="reading")

    def comment(self, code: str, on: Message | None, note: Message | None) -> Page:
        """Ask for a comment."""
        lines = self._about_review(code, "review.comment")
        if on is not None:
            lines.append((self._say(on), "text"))
        return self._page(lines, [self._back_to()], note=note)

    def disagree(self, code: str) -> Page:
        """Ask for the order that a supervisor would have."""
        rows = [
            [Button(self.say(f"choice.override_order.{order}"), f"{act.DISAGREE_ORDER}:{order}")]
            for order in ORDERS
        ]
        return self._page(self._about_review(code, "review.order"), [*rows, self._back_to()])

    def reason(self, code: str, order: str, note: Message | None) -> Page:
        """Ask why."""
        lines = self._about_review(code, "review.reason")
        if order:
            lines.append((self.say(f"choice.override_order.{order}"), "text"))
        return self._page(lines, [self._back_to()], note=note)

    def rule(self, code: str, rules: Sequence[str]) -> Page:
        """Ask which rule is thought wrong, of those that gave the proposal."""
        buttons = [Button(rule, f"{act.DISAGREE_RULE}:{rule}") for rule in rules]
        rows = [buttons[at : at + 3] for at in range(0, len(buttons), 3)]
        rows.append([self._button(f"{act.DISAGREE_RULE}:", "no_rule")])
        return self._page(self._about_review(code, "review.rule"), [*rows, self._back_to()])

    # --- the mother's own pages -------------------------------------------------------------------

    def mothers_help(self, note: Message | None, crisis_lines: Sequence[Message]) -> Page:
        """What she can do, and whom she can call."""
        rows = [[self._button("show")], [self._button("stop"), self._button("leave")]]
        lines = [
            (self.say("telegram.ready"), "detail"),  # a preview shows the first line to anybody
            (self.say("mother.help"), "text"),
            *((self._say(line), "text") for line in crisis_lines),
            (self.say("telegram.privacy"), "detail"),
        ]
        return self._page(lines, rows, note=note)

    def word(self, note: Message | None) -> Page:
        """Ask for a word that opens what she locked."""
        lines = [(self.say("mother.word"), "important"), (self.say("mother.word.more"), "text")]
        rows = [[self._button(act.NO_WORD)], [self._button("leave")]]
        return self._page(lines, rows, note=note, section="word")

    def reminders(self, note: Message | None) -> Page:
        """Ask whether she may be reminded."""
        lines = [
            (self.say("mother.reminders"), "important"),
            (self.say("mother.reminders.more"), "text"),
        ]
        rows = [
            [
                Button(self.say(f"mother.check.safe.{code}"), f"{act.REMIND}:{code}")
                for code in (YES, NO)
            ],
            [self._button("leave")],
        ]
        return self._page(lines, rows, note=note, section="word")

    def reminder(self) -> Page:
        """A reminder, in words that say nothing."""
        rows = [[self._button("show", "resume")], [self._button("leave")]]
        return self._page([(self.say("mother.reminder"), "text")], rows, section="reminder")

    def only(self, text: Message) -> Page:
        """One line and nothing else."""
        return self._page([(self._say(text), "text")])

    # --- an interview's pages ---------------------------------------------------------------------

    def interview(
        self,
        said: Sequence[Said],
        note: Message | None = None,
        *,
        mother: bool = False,
        recording: bool = False,
    ) -> Page:
        """What was said last: what stands beside it, then the screen that waits.

        The first line is always one that a preview may show to anybody. `mother` gives it her
        buttons; `recording` says that her therapist writes down what she says.
        """
        beside = [item for item in said if item.utterance.screen in ASIDE]
        waiting = [item for item in said if item.utterance.screen not in ASIDE][-1:]
        aside: list[tuple[str, str]] = [] if note is None else [(self._say(note), "text")]
        rows: list[Sequence[Button]] = []
        for item in beside:
            aside.extend(_lines_of(item))
            edit = item.utterance.data.get("edit")
            if edit:
                rows.append([self._button(f"edit:{edit}", "edit_that")])
        lines: list[tuple[str, str]] = []
        section: str | None = None
        question = ""
        for item in waiting:
            writer = Writer(item.language, self._offered, self._voices)
            section, question, added = writer._waiting(item, lines)
            rows.extend(added)
        # What is said beside a screen stands under a first line which says nothing: the number of
        # the question, or that there is something to look at.
        said_first = waiting and waiting[0].utterance.screen in (Screen.QUESTION, Screen.PROPOSAL)
        danger = waiting and waiting[0].utterance.screen is Screen.DANGER
        if (aside or danger) and not said_first:
            lines.insert(0, (self.say("telegram.ready"), "detail"))
        if aside:
            lines[1:1] = [*aside, ("", "text")]
        if mother:
            rows = self._her_own(rows, waiting, recording=recording)
            if recording:
                lines.insert(0, (self.say("telegram.recording"), "detail"))
        return self._page(lines, rows, section=section, question=question)

    def spoken(self, said: Sequence[Said]) -> Spoken | None:
        """What is spoken of a mother's screen: the question and its choices, by their numbers, and
        nothing that she answered. None where it cannot be spoken."""
        waiting = [item for item in said if item.utterance.screen not in ASIDE][-1:]
        for item in waiting:
            lines = [
                (line.text, words)
                for line, words in zip(item.utterance.lines, item.words, strict=True)
                if line.text.id not in _NOT_SPOKEN
            ]
            if not lines or item.utterance.screen not in _SPOKEN:
                return None
            key = lines[0][0].id
            choices = [
                f"{place}: {label}." for place, label in enumerate(item.option_words, start=1)
            ]
            if self._voices is not None and self._voices.can_say(item.language, key):
                words = "\n".join([*(words for _, words in lines), *choices])
                return Spoken(item.language, key, unmarked(words))
        return None

    def _her_own(
        self, rows: Sequence[Sequence[Button]], waiting: Sequence[Said], *, recording: bool
    ) -> list[Sequence[Button]]:
        """Her buttons: nothing of the therapist's, and leaving on every screen."""
        theirs = (act.HOME, act.HELP, "mode", "submit")
        kept: list[Sequence[Button]] = []
        for row in rows:
            left = [item for item in row if act.split(item.action)[0] not in (*theirs, "leave")]
            if left:
                kept.append(left)
        if recording:
            return [*kept, [self._button(act.HERS)]]
        last = [self._button("leave")]
        if self.spoken(waiting) is not None:
            kept.append([self._button(act.LISTEN)])
        match waiting[0].utterance.screen if waiting else None:
            case Screen.QUESTION:
                last.insert(0, self._button("toomuch"))
            case Screen.PAUSED:
                kept.append([self._button(act.HELP)])
                last.insert(0, self._button("stop"))
        return [*kept, last]

    def _waiting(
        self, said: Said, lines: list[tuple[str, str]]
    ) -> tuple[str | None, str, list[Sequence[Button]]]:
        """Add the lines of a screen that waits; return its section, its question, its buttons."""
        screen, data = said.utterance.screen, said.utterance.data
        if screen is Screen.QUESTION:
            lines.extend(self._question_lines(said))
            return f"{ASKING}.{data['section']}", str(data["question"]), self._question_rows(said)
        if screen is Screen.PROPOSAL:
            # A preview shows the first line to anybody.
            lines.append((self.say("telegram.ready"), "detail"))
            lines.extend(_lines_of(said, brief=True))
            return PROPOSED, "", self._proposal_rows(None)
        lines.extend(_lines_of(said))
        match screen:
            case Screen.EXPLAINED:
                return PROPOSED, "", self._proposal_rows(str(data["part"]))
            case Screen.EXPLANATION if data.get("consent"):
                lines.append((self.say("telegram.privacy"), "detail"))
                return (
                    "explaining",
                    "",
                    [[self._button("proceed", "consent")], [self._button("stop", "no_consent")]],
                )
            case Screen.CHECK:
                about = data["about"]
                answers = [
                    Button(label, f"check:{about}:{option.code}") for option, label in _labels(said)
                ]
                return "checking", "", [*_in_rows(answers), [self._button(act.LANGUAGES)]]
            case Screen.PLAN:
                return "plan", "", [[self._button("show", "go_on")]]
            case Screen.EXPLANATION:
                lines.append((self.say("telegram.privacy"), "detail"))
                words = catalogue(self.language)
                if words.draft:
                    lines.append((self.say("language.draft_told", language=words.name), "detail"))
                begin = [self._button("proceed", "begin")]
                modes = [self._button(f"mode:{mode}", f"mode_{mode}") for mode in (QUICK, FULL)]
                return "explaining", "", [begin, modes, [self._button(act.LANGUAGES)]]
            case Screen.LANGUAGES:
                buttons = self._language_buttons(act.LANGUAGE, self.language)
                return "languages", "", list(_in_rows(buttons))
            case Screen.CONSEQUENCES:
                shown = data["shown"]
                yes, no = self._button(f"confirm:{shown}"), self._button(f"cancel:{shown}")
                return None, "", [[yes], [no]]
            case Screen.MOVING:
                return (
                    ASKING,
                    "",
                    [[self._button(f"move:{data['shown']}")], [self._button("pause")]],
                )
            case Screen.DANGER:
                proceed = f"proceed:{data.get('shown', '')}"
                on = [self._button(proceed)] if data.get("go_on", True) else []
                return "danger", "", [on, [self._button("leave")]]
            case Screen.SUMMARY:
                return "summary", "", self._summary_rows(said)
            case Screen.PAUSED:
                return "paused", "", [[self._button("show", "resume")], [self._button(act.HOME)]]
            case Screen.ENDED:
                back = [self._button("back", "take_back")] if data.get("take_back") else []
                plan = [self._button("plan")] if data.get("plan") else []
                return IN_REVIEW, "", [back, plan, [self._button(act.HOME)]]
        return HANDED_OVER, "", [[self._button(act.HOME)]]

    def _question_lines(self, said: Said) -> list[tuple[str, str]]:
        """The question, with a first line that a preview may show to anybody."""
        data = said.utterance.data
        progress = self.say("telegram.progress", place=data["place"], total=data["total"])
        _, *rest = _lines_of(said)
        rest = [(_shortened(words), style) for words, style in rest]
        section = section_message(str(data["section"]), str(data.get("respondent", THERAPIST)))
        lines = [(progress, "detail"), (self._say(section), "detail"), *rest]
        hint = {
            Kind.MULTI_CHOICE: "telegram.hint.several",
            Kind.TEXT: "telegram.hint.text",
            Kind.AGE: "terminal.hint.age",
            Kind.DATE: "terminal.hint.date",
        }.get(Kind(data["kind"]))
        return [*lines, (self.say(hint), "detail")] if hint else lines

    def _question_rows(self, said: Said) -> list[Sequence[Button]]:
        data = said.utterance.data
        draft = data.get("draft")
        rows: list[Sequence[Button]] = []
        if data["keep"]:
            rows.append([self._button("keep")])
        labels = _labels(said)
        if data["kind"] == Kind.MULTI_CHOICE:
            marked = set(draft or ())
            rows.extend(
                [Button(("☑ " if option.code in marked else "☐ ") + label, f"mark:{option.code}")]
                for option, label in labels
                if option.code != NONE_OF_THESE
            )
            # "None of these" needs no second tap.
            none = [
                Button(label, f"give:{option.code}")
                for option, label in labels
                if option.code == NONE_OF_THESE
            ]
            rows.append([self._button("done")] if marked else none)
        else:
            rows.extend(_in_rows(Button(label, f"give:{option.code}") for option, label in labels))
            if draft and data.get("masked"):
                rows.append([self._button("done", "send_masked"), self._button("rewrite")])
            elif draft:
                rows.append([self._button("done")])
        if not data.get("required"):
            rows.append([self._button("unknown"), self._button("skip")])
        moving = [self._button("back")] if data["back"] else []
        rows.append([*moving, self._button("why"), self._button("pause"), self._button("leave")])
        return rows

    def _summary_rows(self, said: Said) -> list[Sequence[Button]]:
        data = said.utterance.data
        rows: list[Sequence[Button]] = []
        if data["final"]:
            hers = data.get("respondent") == MOTHER
            right = "summary_right_hers" if hers else "summary_right"
            rows.append([self._button(f"proceed:{data['shown']}", right)])
        else:
            rows.append([self._button("show", "go_on")])
        numbers = [
            Button(str(number), f"edit:{name}") for number, name in enumerate(data["rows"], start=1)
        ]
        rows.extend(numbers[at : at + 5] for at in range(0, len(numbers), 5))
        rows.append([self._button("pause"), self._button("leave")])
        return rows

    def _proposal_rows(self, part: str | None) -> list[Sequence[Button]]:
        looks = [
            self._button(f"explain:{name}", f"explain_{name}")
            for name in (*EXPLAINED_PARTS, SOURCES_PART)
            if name != part
        ]
        rows: list[Sequence[Button]] = []
        if part is not None:
            rows.append([self._button("show", "to_proposal")])
        rows.extend(looks[at : at + 2] for at in range(0, len(looks), 2))
        if part is None:
            own = [("own_view", "own_view"), ("override_order", "own_order")]
            rows.append([self._button(f"edit:{name}", key) for name, key in own])
            rows.append([self._button("summary", "answers"), self._button("submit")])
            rows.append([self._button(act.HERS), self._button(act.HOME), self._button("leave")])
        return rows


def _lines_of(said: Said, *, brief: bool = False) -> list[tuple[str, str]]:
    told = zip(said.utterance.lines, said.words, strict=True)
    some = brief and any(line.brief for line in said.utterance.lines)
    return [(words, line.style) for line, words in told if line.brief or not some]


def _labels(said: Said) -> list[tuple[Option, str]]:
    """The choices with their words; a mother's with their signs."""
    hers = is_hers(said.utterance)
    listed = zip(said.utterance.options, said.option_words, strict=True)
    return [
        (option, f"{sign(place, option.code)} {label}" if hers else label)
        for place, (option, label) in enumerate(listed, start=1)
    ]


def _shortened(words: str) -> str:
    """Leave out the middle of a long draft: what one writes now is at its end."""
    if len(words) <= _DRAFT_SHOWN:
        return words
    return f"{words[: _DRAFT_SHOWN // 4]} […] {words[-_DRAFT_SHOWN // 2 :]}"


def _in_rows(buttons: Iterable[Button]) -> list[list[Button]]:
    """Put buttons in rows of three, two or one, by the longest label."""
    listed = list(buttons)
    longest = max((len(button.label) for button in listed), default=0)
    width = 1 if longest > _LONG else 2 if longest > _SHORT or len(listed) != 3 else 3
    return [listed[at : at + width] for at in range(0, len(listed), width)]


def message_ids() -> Iterable[str]:
    """Give the catalogue keys that pages make from codes."""
    named = (
        *("back", "why", "show", "pause", "leave", "submit", "home", "help", "languages", "keep"),
        *("done", "unknown", "skip", "proceed", "confirm", "cancel", "move", "begin", "resume"),
        *(
            "take_back",
            "summary_right",
            "summary_right_hers",
            "go_on",
            "to_proposal",
            "answers",
            "edit_that",
        ),
        *("earlier", "later", "new_quick", "new_full", "mode_quick", "mode_full"),
        *(f"explain_{part}" for part in (*EXPLAINED_PARTS, SOURCES_PART)),
        *("look", "stop", "consent", "no_consent", "toomuch", "plan", "rewrite", "send_masked"),
        *("own_view", "own_order", "new_link", "lend_now", "not_now"),
        *(act.HERS, act.INVITE, act.LEND, act.WITH, act.NEAR, act.AWAY, act.STOP_HERS),
        *(act.LET_GO_ON, act.HER_ANSWERS, act.RECORD, act.SHARE, act.SHARE_YES, act.HAND_OVER),
        *(act.NO_WORD, act.LISTEN),
        *(act.SIGN, act.SIGN_YES, act.RETURN, act.RETURN_YES, act.DISAGREE),
        *("comment_whole", "no_rule", "reasons", "transcript"),
    )
    yield from (f"telegram.hers.{state}" for state in HER_STATES)
    yield from (f"telegram.alert.{kind}" for kind in ALERTS)
    yield from (
        f"telegram.hers.{name}"
        for name in (
            *("title", "not_invited", "stopped", "progress", "with", "near", "nobody"),
            *("plan_shared", "no_answers"),
        )
    )
    yield from (
        *(
            "telegram.alert",
            "telegram.alert.unreached",
            "telegram.invite.language",
            "telegram.invite.reminders",
        ),
        *("telegram.invite.remind_yes", "telegram.invite.remind_no", "telegram.invite.safety"),
        "telegram.invite.draft",
        *("telegram.link.gone", "telegram.lend.code", "telegram.lend.how"),
        *("telegram.share.title", "telegram.share.careful"),
        *("telegram.handover.to", "telegram.handover.nobody", "telegram.proposal_of"),
        *("telegram.no_proposal", "telegram.recording", "mother.help", "mother.word"),
        *("mother.word.more", "mother.reminders", "mother.reminders.more", "mother.reminder"),
        *(f"mother.{knows}" for knows in ("told", "told_colleague", "not_told", "give_back")),
    )
    yield "telegram.alert.waits"
    yield from (
        f"review.{name}"
        for name in (
            *("title", "nothing", "waits", "stays", "sign", "return"),
            *("comment", "order", "reason", "rule", "transcript", "transcript_empty"),
            *(f"given.{verdict}" for verdict in ("signed_off", "returned", "disagreed")),
        )
    )
    yield from (f"telegram.button.{name}" for name in named)
    yield from (f"telegram.case.{state}" for state in CASE_STATES)
    yield from (f"telegram.hint.{kind}" for kind in ("several", "text"))
    yield from (f"telegram.home.{name}" for name in ("title", "case", "empty"))
    yield from (f"telegram.{name}" for name in ("help", "privacy", "neutral", "progress", "ready"))
