"""A session: one person at a terminal, or lines from a pipe, with one interview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Protocol as Interface

from bot.service import ASIDE, Opened, Said, Service, superseded_left_out
from bot.terminal.reading import Close, Help, Languages, Misread, NewCase, read
from bot.terminal.screen import TerminalScreen
from flows import events as ev
from flows.messages import message
from flows.questions import Kind
from flows.utterances import Screen
from locales import catalogue, with_first

_ALWAYS: dict[str, ev.Event] = {"x": ev.Leave(), "p": ev.Pause(), "": ev.Show()}
"""What can be typed even where something else is asked for."""


class LineReader(Interface):
    """Where lines come from."""

    def __call__(self, prompt: str, *, several: bool) -> str:
        """Return one line, or several up to an empty one; raises EOFError at the end."""


class Session:
    """Runs an interview until it is paused, handed over or ended."""

    def __init__(
        self,
        service: Service,
        screen: TerminalScreen,
        read_line: LineReader,
        *,
        new_key: Callable[[], str],
        language: str,
        choose_language: bool,
        respondent: str,
        mode: str,
        change_mode: bool,
        offered: Sequence[str],
        after_danger: bool = False,
    ) -> None:
        """Go on in `language`, which is chosen anew with `choose_language`; `offered` are those
        that can be chosen."""
        self._service = service
        self._screen = screen
        self._read_line = read_line
        self._key = new_key()
        self._numbers = count(1)
        self._language = language
        self._choose_language = choose_language
        self._respondent = respondent
        self._mode = mode
        self._change_mode = change_mode
        self._offered = offered
        self._after_danger = after_danger

    def run(self, opened: Opened) -> None:
        """Run until there is nothing more to do here. Ctrl-C and the end of input are a pause."""
        current: Opened | None = opened
        while current is not None:
            current = self._run_one(current)

    def _run_one(self, opened: Opened) -> Opened | None:
        waiting: Said | None = None
        try:
            waiting = self._begin(opened)
            if not opened.is_new and waiting.utterance.data.get("take_back"):
                self._screen.say(message("terminal.hint.in_review"), "important")
            elif self._is_over(waiting):
                return None
            while True:
                reading = self._read(waiting)
                match reading:
                    case Help():
                        self._screen.say(message("terminal.help"))
                    case Languages(wanted):
                        waiting = self._change_language(opened, wanted) or waiting
                        if self._is_over(waiting):
                            return None
                    case Misread(problem):
                        self._screen.say(problem)
                    case Close():
                        return None
                    case NewCase():
                        return self._service.open(
                            respondent=self._respondent, mode=self._mode, new=True
                        )
                    case _:
                        waiting = self._send(opened, reading) or waiting
                        if self._is_over(waiting):
                            return None
        except (KeyboardInterrupt, EOFError):
            if waiting is not None and not self._is_over(waiting):
                self._send(opened, ev.Pause())
            return None

    def _begin(self, opened: Opened) -> Said:
        if opened.is_new or not opened.interview.language:
            self._tell_of_a_draft(self._language)
            said = self._send(opened, ev.ChooseLanguage(self._language))
        else:
            self._screen.language = opened.interview.language or self._language
            self._screen.say(message("terminal.continuing", case=opened.interview.case))
            if self._choose_language and self._language != opened.interview.language:
                self._tell_of_a_draft(self._language)
                self._send(opened, ev.ChooseLanguage(self._language), quiet=True)
            if self._after_danger and opened.interview.danger:
                self._send(opened, ev.LetGoOn(), quiet=True)
            if self._change_mode and self._mode != opened.interview.mode:
                self._send(opened, ev.ChangeMode(self._mode), quiet=True)
            said = self._send(opened, ev.Show())
        if said is None:
            raise RuntimeError("an interview that shows nothing")
        return said

    def _send(self, opened: Opened, event: ev.Event, *, quiet: bool = False) -> Said | None:
        """Apply an event, deliver what is said, and return the screen that waits for an answer."""
        turn = self._service.handle(
            opened.id, event, update_key=f"{self._key}:{next(self._numbers)}"
        )
        waiting = None
        for delivery in superseded_left_out(turn.deliveries):
            if not quiet:
                self._screen.show(delivery.said)
            if delivery.said.utterance.screen not in ASIDE:
                waiting = delivery.said
        self._service.acknowledge(turn.deliveries)
        return waiting

    def _change_language(self, opened: Opened, wanted: str) -> Said | None:
        codes = with_first(self._offered, self._screen.language)
        if not wanted:
            for number, code in enumerate(codes, start=1):
                self._screen.say(
                    message("terminal.language", number=number, name=catalogue(code).label)
                )
            wanted = self._read_line("> ", several=False).strip().casefold()
            if wanted in _ALWAYS:
                return self._send(opened, _ALWAYS[wanted])
        if wanted.isdecimal() and len(wanted) < 4 and 0 < int(wanted) <= len(codes):
            wanted = codes[int(wanted) - 1]
        if wanted not in codes:
            self._screen.say(message("terminal.unknown_language", codes=", ".join(codes)))
            return None
        self._tell_of_a_draft(wanted)
        return self._send(opened, ev.ChooseLanguage(wanted))

    def _tell_of_a_draft(self, language: str) -> None:
        words = catalogue(language)
        if words.draft:
            self._screen.say(message("language.draft_told", language=words.name), "detail")

    def _read(self, waiting: Said) -> ev.Event | Help | Languages | NewCase | Close | Misread:
        several = waiting.utterance.data.get("kind") == Kind.TEXT
        return read(self._read_line("> ", several=several), waiting)

    def _is_over(self, waiting: Said) -> bool:
        screen, data = waiting.utterance.screen, waiting.utterance.data
        if screen is Screen.DANGER:
            # A mother's interview is gone on with by her therapist, or not at all.
            return not data.get("go_on", True)
        return screen in (Screen.PAUSED, Screen.LEFT, Screen.ENDED)
