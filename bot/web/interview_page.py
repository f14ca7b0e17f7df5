"""The page of an interview: what was said, and what can be done about it, for a template. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.service import ASIDE, Said
from bot.signs import is_hers, sign
from flows.messages import Message, message
from flows.questions import FULL, MOTHER, NONE_OF_THESE, QUICK, Kind
from flows.telling_why import EXPLAINED_PARTS, SOURCES_PART
from flows.utterances import Screen
from locales import catalogue

TYPED: Final = (Kind.TEXT, Kind.NUMBER, Kind.AGE, Kind.DATE)
"""What is typed; the rest is chosen."""
_HINTS: Final = {
    Kind.MULTI_CHOICE: "browser.hint.several",
    Kind.TEXT: "browser.hint.text",
    Kind.AGE: "browser.hint.age",
    Kind.DATE: "browser.hint.date",
}
_NOT_AGAIN: Final = ("conversation.draft", "conversation.draft_masked")
"""What is being written stands in its field, and not above it."""
_CHECKED: Final = "danger.checked"
"""When the numbers were looked up: not what somebody in danger has to read first."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its label, and what pressing it does. `sign` stands before the label."""

    label: Message | str
    do: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A choice that can be ticked."""

    label: str
    code: str
    ticked: bool
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A line with its style; `edit` looks at that answer again."""

    words: Message | str
    style: str = "text"
    edit: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One page.

    `beside` stands above what waits; `title` is its first line. `choices` are answered with one
    tap; `boxes` are ticked; `field` is the kind of what is typed, and `text` what stands there.
    `onward` go on, `others` answer otherwise, `moves` move about, and `more` is out of the way.
    """

    screen: str
    language: str
    title: Message | str
    lines: tuple[Told, ...] = ()
    beside: tuple[Told, ...] = ()
    again: str = ""
    place: int = 0
    total: int = 0
    question: str = ""
    choices: tuple[Button, ...] = ()
    boxes: tuple[Box, ...] = ()
    field: str = ""
    text: str = ""
    hint: Message | None = None
    onward: tuple[Button, ...] = ()
    others: tuple[Button, ...] = ()
    moves: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()
    hers: bool = False


def shown(
    said: Sequence[Said],
    *,
    respondent: str,
    offered: Sequence[str],
    note: Message | None = None,
    typed: str | None = None,
    ticked: Sequence[str] | None = None,
) -> Shown:
    """Make the page of what was said last.

    `typed` and `ticked` are what was just sent and could not be taken: it stays where it was.
    """
    waiting = [item for item in said if item.utterance.screen not in ASIDE][-1]
    beside = [Told(note, "important")] if note is not None else []
    again = ""
    for item in said:
        if item.utterance.screen in ASIDE:
            beside.extend(_told(item))
            again = str(item.utterance.data.get("edit", "")) or again
    return _Maker(waiting, respondent, offered).make(tuple(beside), again, typed, ticked)


class _Maker:
    """Makes the page of one screen that waits."""

    def __init__(self, said: Said, respondent: str, offered: Sequence[str]) -> None:
        self.said = said
        self.data = said.utterance.data
        self.screen = said.utterance.screen
        self.hers = respondent == MOTHER
        self.offered = offered

    def make(
        self,
        beside: tuple[Told, ...],
        again: str,
        typed: str | None,
        ticked: Sequence[str] | None,
    ) -> Shown:
        lines = list(_told(self.said))
        place = total = 0
        hint = None
        if self.screen is Screen.QUESTION:
            lines = [line for line in lines[1:] if not _is_draft(line)]  # a bar says how far it is
            place, total = int(self.data["place"]), int(self.data["total"])
            key = _HINTS.get(Kind(self.data["kind"]))
            asks_so = self.hers and self.data["kind"] == Kind.TEXT  # her questions say it
            hint = None if key is None or asks_so else message(key)
        elif self.screen is Screen.PROPOSAL:
            lines = list(_told(self.said, brief=True))
        elif self.screen is Screen.SUMMARY:
            lines = list(self._rows(lines))
        elif self.screen is Screen.EXPLANATION:
            lines.append(
                Told(message("browser.privacy" if self.hers else "browser.privacy.staff"), "item")
            )
            words = catalogue(self.said.language)
            if words.draft and not self.hers:
                lines.append(Told(message("language.draft_told", language=words.name), "detail"))
        elif self.screen is Screen.DANGER:
            lines.append(Told(message("browser.call_list"), "detail"))
        title, rest = lines[0].words, tuple(lines[1:])
        boxes = tuple(self._boxes(ticked))
        return Shown(
            screen=str(self.screen),
            language=self.said.language,
            title=title,
            lines=rest,
            beside=beside,
            again=again,
            place=place,
            total=max(total, place),
            question=str(self.data.get("question", "")),
            choices=tuple(self._choices()),
            boxes=boxes,
            field=self._field(),
            text=self._text(typed),
            hint=hint,
            onward=tuple(self._onward()),
            others=tuple(self._others()),
            moves=tuple(self._moves()),
            more=tuple(self._more()),
            hers=self.hers,
        )

    # --- what is answered -------------------------------------------------------------------------

    def _labels(self) -> Iterator[tuple[str, str, str]]:
        """Give each choice: its code, its label, and its sign where a mother chooses."""
        options = self.said.utterance.options
        signed = is_hers(self.said.utterance)
        listed = zip(options, self.said.option_words, strict=True)
        for place, (option, label) in enumerate(listed, start=1):
            yield option.code, label, sign(place, option.code) if signed else ""

    def _choices(self) -> Iterator[Button]:
        if self.screen is Screen.LANGUAGES:
            yield from self._languages()
        elif self.screen is Screen.CHECK:
            about = self.data["about"]
            for code, label, before in self._labels():
                yield Button(label, f"check:{about}:{code}", before)
        elif self.screen is Screen.QUESTION and self.data["kind"] == Kind.CHOICE:
            for code, label, before in self._labels():
                yield Button(label, f"give:{code}", before)

    def _several(self) -> bool:
        return self.screen is Screen.QUESTION and self.data["kind"] == Kind.MULTI_CHOICE

    def _boxes(self, ticked: Sequence[str] | None) -> Iterator[Box]:
        if self._several():
            marked = self.data.get("draft") or () if ticked is None else ticked
            for code, label, before in self._labels():
                if code != NONE_OF_THESE:
                    yield Box(label, code, code in marked, before)

    def _field(self) -> str:
        kind = str(self.data.get("kind", ""))
        return kind if self.screen is Screen.QUESTION and kind in TYPED else ""

    def _text(self, typed: str | None) -> str:
        draft = self.data.get("draft")
        # What was taken out of a text must not come back with what was typed.
        if isinstance(draft, str) and (self.data.get("masked") or typed is None):
            return draft
        return typed or ""

    def _onward(self) -> Iterator[Button]:
        data = self.data
        match self.screen:
            case Screen.QUESTION if self._field():
                yield _button("typed", "send_masked" if data.get("masked") else "done")
            case Screen.QUESTION if self._several():
                yield _button("marked", "done")
                for code, label, before in self._labels():
                    if code == NONE_OF_THESE:
                        yield Button(label, f"give:{code}", before)
            case Screen.EXPLANATION if data.get("consent"):
                yield _button("proceed", "consent")
                yield _button("stop", "no_consent")
            case Screen.EXPLANATION:
                yield _button("proceed", "begin")
            case Screen.CONSEQUENCES:
                yield _button(f"confirm:{data['shown']}", "confirm")
                yield _button(f"cancel:{data['shown']}", "cancel")
            case Screen.MOVING:
                yield _button(f"move:{data['shown']}", "move")
                yield _button("pause", "pause")
            case Screen.DANGER if data.get("go_on", True):
                yield _button(f"proceed:{data.get('shown', '')}", "proceed")
            case Screen.DANGER:
                yield _button("show", "show")
            case Screen.SUMMARY if data["final"]:
                right = "summary_right_hers" if self.hers else "summary_right"
                yield _button(f"proceed:{data['shown']}", right)
            case Screen.SUMMARY | Screen.PLAN:
                yield _button("show", "go_on")
            case Screen.PROPOSAL:
                yield _button("submit", "submit")
            case Screen.EXPLAINED:
                yield _button("show", "to_proposal")
            case Screen.PAUSED:
                yield _button("show", "resume")
            case Screen.ENDED:
                if data.get("take_back"):
                    yield _button("back", "take_back")
                if data.get("plan"):
                    yield _button("plan", "plan")

    def _others(self) -> Iterator[Button]:
        match self.screen:
            case Screen.QUESTION:
                if self.data["keep"]:
                    yield _button("keep", "keep")
                if not self.data.get("required"):
                    yield _button("unknown", "unknown")
                    yield _button("skip", "skip")
            case Screen.PROPOSAL | Screen.EXPLAINED:
                for part in (*EXPLAINED_PARTS, SOURCES_PART):
                    if part != self.data.get("part"):
                        yield _button(f"explain:{part}", f"explain_{part}")
                if self.screen is Screen.PROPOSAL:
                    yield _button("edit:own_view", "own_view")
                    yield _button("edit:override_order", "own_order")
                    yield _button("summary", "answers")

    def _moves(self) -> Iterator[Button]:
        match self.screen:
            case Screen.QUESTION:
                if self.data["back"]:
                    yield _button("back", "back")
                yield _button("why", "why")
                yield _button("summary", "answers")
                yield _button("pause", "pause")
                if self.hers:
                    yield _button("toomuch", "toomuch")
            case Screen.CHECK | Screen.SUMMARY | Screen.CONSEQUENCES | Screen.PROPOSAL:
                yield _button("pause", "pause")

    def _more(self) -> Iterator[Button]:
        """What is seldom done: for good, or in another way."""
        quick_or_full = (Screen.EXPLANATION, Screen.QUESTION, Screen.SUMMARY)
        if not self.hers and self.screen in quick_or_full:
            for mode in (QUICK, FULL):
                yield _button(f"mode:{mode}", f"mode_{mode}")
        if self.hers and self.screen is not Screen.ENDED:
            yield _button("stop", "stop")

    def _languages(self) -> Iterator[Button]:
        return languages(self.offered)

    def _rows(self, lines: Sequence[Told]) -> Iterator[Told]:
        """Give each answer of an overview the way to look at it again."""
        rows = iter(self.data["rows"])
        for line, given in zip(self.said.utterance.lines, lines, strict=True):
            is_row = line.text.id == "conversation.summary.row"
            yield Told(given.words, given.style, next(rows) if is_row else "")


def languages(offered: Sequence[str]) -> Iterator[Button]:
    """Give a button for each language, by its own name."""
    for code in offered:
        yield Button(catalogue(code).label, f"language:{code}")


def _button(do: str, name: str) -> Button:
    return Button(message(f"telegram.button.{name}"), do)


def _told(said: Said, *, brief: bool = False) -> Iterator[Told]:
    listed = list(zip(said.utterance.lines, said.words, strict=True))
    some = brief and any(line.brief for line, _ in listed)
    for line, words in listed:
        if line.brief or not some:
            style = "draft" if line.text.id in _NOT_AGAIN else line.style
            style = "detail" if line.text.id == _CHECKED else style
            yield Told(words, style)


def _is_draft(line: Told) -> bool:
    return line.style == "draft"


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that stand in a table."""
    yield from _HINTS.values()
