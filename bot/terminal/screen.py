"""The screen: utterances as text, with colour on a terminal and plain when piped."""

from __future__ import annotations

import textwrap

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.style import Style
from rich.text import Text

from bot.service import Said
from bot.signs import is_hers, sign
from flows.messages import Message, message
from flows.questions import MOTHER, Kind
from flows.utterances import Line, Screen
from locales import SOURCE_LANGUAGE, catalogue

_STYLES = {
    "heading": Style(bold=True, underline=True),
    "important": Style(bold=True),
    "detail": Style(dim=True),
    "text": Style(),
    "item": Style(),
}
_WIDEST = 88
_NARROWEST = 24
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
"""Home, clear the screen, clear what can be scrolled back to."""


class TerminalScreen:
    """Writes to a console; knows nothing of interviews."""

    def __init__(self, console: Console, *, hints: bool = True) -> None:
        self.console = console
        self._hints = hints
        self.language = SOURCE_LANGUAGE
        if console.width > _WIDEST:
            console.width = _WIDEST

    def words(self, text: Message) -> str:
        """Return a message in the screen's language."""
        return catalogue(self.language).say(text)

    def say(self, text: Message, style: str = "text") -> None:
        """Write one message."""
        self._write(self.words(text), style)

    def write(self, line: Line) -> None:
        """Write one line of an utterance."""
        self.say(line.text, line.style)

    def show(self, said: Said) -> None:
        """Write an utterance, and what can be typed in answer to it."""
        self.language = said.language
        screen = said.utterance.screen
        if screen is Screen.LEFT:
            self.leave(said.words[0])
            return
        self.console.print()
        if screen is Screen.QUESTION and self.console.is_terminal:
            data = said.utterance.data
            # A bar ends without a line break of its own.
            self.console.print(ProgressBar(total=data["total"], completed=data["place"], width=24))
            self.console.print()
        for line, words in zip(said.utterance.lines, said.words, strict=True):
            self._write(words, line.style)
        self._options(said)
        if self._hints:
            self._hint(said)

    def leave(self, words: str) -> None:
        """Take everything off the screen, and what can be scrolled back to."""
        if self.console.is_terminal:
            self.console.file.write(_CLEAR)
            self.console.file.flush()
        self._write(words, "text")

    def _options(self, said: Said) -> None:
        if not said.utterance.options:
            return
        codes = [option.code for option in said.utterance.options]
        labels = list(said.option_words)
        if said.utterance.screen is Screen.QUESTION:
            codes.append("")
            labels.append(self.words(message("choice.unknown")))
        width = len(str(len(labels)))
        hers = is_hers(said.utterance)
        for number, (code, label) in enumerate(zip(codes, labels, strict=True), start=1):
            before = sign(number, code) if hers and code else str(number)
            self._wrapped(label, " " * (width - len(str(number))) + before + " ", "")

    def _hint(self, said: Said) -> None:
        hers = is_hers(said.utterance)
        match said.utterance.screen:
            case Screen.QUESTION:
                data = said.utterance.data
                if data.get("masked"):
                    self.say(message("terminal.hint.masked"), "important")
                elif data["keep"]:
                    self.say(message("terminal.hint.keep"), "detail")
                if data["kind"] == Kind.MULTI_CHOICE:
                    self.say(message("terminal.hint.multi_choice"), "detail")
                elif data["kind"] == Kind.TEXT and self.console.is_terminal:
                    self.say(message("terminal.hint.text"), "detail")
                elif data["kind"] in (Kind.AGE, Kind.DATE):
                    self.say(message(f"terminal.hint.{data['kind']}"), "detail")
                if self.console.is_terminal:
                    self.say(message("terminal.hint.commands"), "detail")
            case Screen.EXPLANATION if said.utterance.data.get("consent"):
                self.say(message("terminal.hint.consent"), "important")
            case Screen.EXPLANATION:
                self.say(message("terminal.hint.begin"), "important")
            case Screen.DANGER if not said.utterance.data.get("go_on", True):
                self.say(
                    message("terminal.hint.danger_hers", case=said.utterance.data.get("case", ""))
                )
            case Screen.DANGER:
                self.say(message("terminal.hint.danger"), "important")
            case Screen.CONSEQUENCES:
                self.say(message("terminal.hint.consequences"), "important")
            case Screen.MOVING:
                self.say(message("terminal.hint.moving"), "important")
            case Screen.SUMMARY if (
                said.utterance.data["final"] and said.utterance.data.get("respondent") == MOTHER
            ):
                self.say(message("terminal.hint.summary_hers"), "important")
            case Screen.SUMMARY if said.utterance.data["final"]:
                self.say(message("terminal.hint.summary"), "important")
            case Screen.SUMMARY:
                self.say(message("terminal.hint.edit"), "important")
            case Screen.PROPOSAL:
                self.say(message("terminal.hint.proposal"), "important")
            case Screen.PAUSED:
                respondent = " --respondent mother" if hers else ""
                case = f"{said.utterance.data['case']}{respondent}"
                self.say(message("terminal.hint.paused", case=case))

    def _write(self, words: str, style: str) -> None:
        if style == "heading":
            self.console.print()
        for line in words.split("\n"):
            self._wrapped(line, "- " if style == "item" else "", style)

    def _wrapped(self, words: str, before: str, style: str) -> None:
        """Write a line within the width, what follows under its first word."""
        lines = textwrap.wrap(
            words,
            width=max(self.console.width, _NARROWEST),
            initial_indent=before,
            subsequent_indent=" " * len(before),
            break_on_hyphens=False,
        )
        plain = not self.console.is_terminal or not style
        for line in lines or [""]:
            self.console.print(Text(line, style="" if plain else _STYLES[style]), soft_wrap=True)
