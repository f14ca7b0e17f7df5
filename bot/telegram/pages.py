"""Pages: what is said to a person, as messages with buttons. Pure; knows no API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.service import ASIDE, Said
from bot.telegram import actions as act
from bot.telegram.markup import parts
from flows.machine import ASKING, HANDED_OVER, IN_REVIEW, PROPOSED
from flows.messages import Message, message
from flows.questions import FULL, NONE_OF_THESE, QUICK, Kind
from flows.telling_why import EXPLAINED_PARTS
from flows.utterances import Screen
from locales import catalogue, languages

_SHORT = 16
"""Longer labels stand at most two in a row."""
_LONG = 26
"""Longer labels stand alone."""
CASES_SHOWN = 8
_DRAFT_SHOWN = 800
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
    last page stood.
    """

    parts: tuple[str, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
    section: str | None = ""
    question: str = ""

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


class Writer:
    """Writes pages in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
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

    def home(self, cases: Sequence[CaseLine], at: int, note: Message | None) -> Page:
        """The therapist's home: cases by code with their state, and a new intake."""
        shown = cases[at : at + CASES_SHOWN]
        lines = [(self.say("telegram.home.title"), "heading")]
        lines.extend(
            (self.say("telegram.home.case", case=case.code, state=self._state(case)), "item")
            for case in shown
        )
        if not cases:
            lines.append((self.say("telegram.home.empty"), "text"))
        rows: list[list[Button]] = [
            [Button(self._case_label(case), f"{act.CASE}:{case.case_id}")] for case in shown
        ]
        turning = []
        if at > 0:
            turning.append(self._button(f"{act.HOME}:{max(0, at - CASES_SHOWN)}", "earlier"))
        if at + CASES_SHOWN < len(cases):
            turning.append(self._button(f"{act.HOME}:{at + CASES_SHOWN}", "later"))
        rows.append(turning)
        rows.append([self._button(f"{act.NEW}:{mode}", f"new_{mode}") for mode in (QUICK, FULL)])
        rows.append([self._button(act.HELP), self._button(act.LANGUAGES)])
        return self._page(lines, rows, note=note)

    def _state(self, case: CaseLine) -> str:
        return self.say(f"telegram.case.{case.state}")

    def _case_label(self, case: CaseLine) -> str:
        return self.say("telegram.home.case", case=case.code, state=self._state(case))

    def help(self, note: Message | None = None) -> Page:
        """What can be done here."""
        lines = [(self.say("telegram.help"), "text"), (self.say("telegram.privacy"), "detail")]
        return self._page(lines, [[self._button("show"), self._button(act.HOME)]], note=note)

    def languages(self, note: Message | None = None) -> Page:
        """The languages to choose from, each by its own name."""
        names = [Button(catalogue(code).name, f"{act.LANGUAGE}:{code}") for code in languages()]
        return self._page(
            [(self.say("conversation.language"), "important")], _in_rows(names), note=note
        )

    def neutral(self) -> Page:
        """What is left when a person went away: nothing that says what this is."""
        return self._page([(self.say("telegram.neutral"), "text")])

    def only(self, text: Message) -> Page:
        """One line and nothing else."""
        return self._page([(self._say(text), "text")])

    # --- an interview's pages ---------------------------------------------------------------------

    def interview(self, said: Sequence[Said], note: Message | None = None) -> Page:
        """What was said last: what stands beside it first, then the screen that waits."""
        beside = [item for item in said if item.utterance.screen in ASIDE]
        waiting = [item for item in said if item.utterance.screen not in ASIDE][-1:]
        lines: list[tuple[str, str]] = []
        rows: list[Sequence[Button]] = []
        for item in beside:
            lines.extend(_lines_of(item))
            lines.append(("", "text"))
            edit = item.utterance.data.get("edit")
            if edit:
                rows.append([self._button(f"edit:{edit}", "edit_that")])
        section: str | None = None
        question = ""
        for item in waiting:
            writer = Writer(item.language)
            section, question, added = writer._waiting(item, lines)
            rows.extend(added)
        return self._page(lines, rows, note=note, section=section, question=question)

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
            case Screen.EXPLANATION:
                lines.append((self.say("telegram.privacy"), "detail"))
                begin = [self._button("proceed", "begin")]
                modes = [self._button(f"mode:{mode}", f"mode_{mode}") for mode in (QUICK, FULL)]
                return "explaining", "", [begin, modes, [self._button(act.LANGUAGES)]]
            case Screen.LANGUAGES:
                names = [
                    Button(catalogue(code).name, f"{act.LANGUAGE}:{code}") for code in languages()
                ]
                return "languages", "", list(_in_rows(names))
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
                return "danger", "", [[self._button("proceed")], [self._button("leave")]]
            case Screen.SUMMARY:
                return "summary", "", self._summary_rows(said)
            case Screen.PAUSED:
                return "paused", "", [[self._button("show", "resume")], [self._button(act.HOME)]]
            case Screen.ENDED:
                back = [self._button("back", "take_back")] if data.get("take_back") else []
                return IN_REVIEW, "", [back, [self._button(act.HOME)]]
        return HANDED_OVER, "", [[self._button(act.HOME)]]

    def _question_lines(self, said: Said) -> list[tuple[str, str]]:
        """The question, with a first line that a preview may show to anybody."""
        data = said.utterance.data
        progress = self.say("telegram.progress", place=data["place"], total=data["total"])
        _, *rest = _lines_of(said)
        rest = [(_shortened(words), style) for words, style in rest]
        lines = [(progress, "detail"), (self.say(f"section.{data['section']}"), "detail"), *rest]
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
        labels = list(zip(said.utterance.options, said.option_words, strict=True))
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
            if draft:
                rows.append([self._button("done")])
        rows.append([self._button("unknown"), self._button("skip")])
        moving = [self._button("back")] if data["back"] else []
        rows.append([*moving, self._button("why"), self._button("pause"), self._button("leave")])
        return rows

    def _summary_rows(self, said: Said) -> list[Sequence[Button]]:
        data = said.utterance.data
        rows: list[Sequence[Button]] = []
        if data["final"]:
            rows.append([self._button(f"proceed:{data['shown']}", "summary_right")])
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
            for name in EXPLAINED_PARTS
            if name != part
        ]
        rows: list[Sequence[Button]] = []
        if part is not None:
            rows.append([self._button("show", "to_proposal")])
        rows.extend(looks[at : at + 2] for at in range(0, len(looks), 2))
        if part is None:
            rows.append([self._button("summary", "answers"), self._button("submit")])
            rows.append([self._button(act.HOME), self._button("leave")])
        return rows


def _lines_of(said: Said, *, brief: bool = False) -> list[tuple[str, str]]:
    told = zip(said.utterance.lines, said.words, strict=True)
    some = brief and any(line.brief for line in said.utterance.lines)
    return [(words, line.style) for line, words in told if line.brief or not some]


def _shortened(words: str) -> str:
    """Leave out the middle of a long draft: what one writes now is at its end."""
    if len(words) <= _DRAFT_SHOWN:
        return words
    return f"{words[: _DRAFT_SHOWN // 4]} […] {words[-_DRAFT_SHOWN // 2 :]}"


def _in_rows(buttons: Iterable[Button]) -> list[Sequence[Button]]:
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
        *("take_back", "summary_right", "go_on", "to_proposal", "answers", "edit_that"),
        *("earlier", "later", "new_quick", "new_full", "mode_quick", "mode_full"),
        *(f"explain_{part}" for part in EXPLAINED_PARTS),
    )
    yield from (f"telegram.button.{name}" for name in named)
    yield from (f"telegram.case.{state}" for state in CASE_STATES)
    yield from (f"telegram.hint.{kind}" for kind in ("several", "text"))
    yield from (f"telegram.home.{name}" for name in ("title", "case", "empty"))
    yield from (f"telegram.{name}" for name in ("help", "privacy", "neutral", "progress", "ready"))


CASE_STATES = ("new", "asking", "ready", "in_review", "returned", "ended", "unreadable")
"""What the home page says of a case."""
