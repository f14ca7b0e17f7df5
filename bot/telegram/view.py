"""The view: what a person's screen should show, and what its buttons mean.

A button carries an opaque key of its screen and a number; what it means stands here, sealed. The
keys of earlier screens are kept for a while, so that an old button can explain itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flows.messages import Message

HOME, HELP, LANGUAGES, INTERVIEW, NEUTRAL = "home", "help", "languages", "interview", "neutral"
ALERT, HERS, INVITE_LANGUAGE, INVITE, LINK = "alert", "hers", "invite_language", "invite", "link"
HER_ANSWERS, SHARE, HAND_OVER, PROPOSAL = "her_answers", "share", "hand_over", "proposal"
LEND, WORD, REMINDERS, REMINDER = "lend", "word", "reminders", "reminder"
REVIEWS, SIGN, RETURN, COMMENT = "reviews", "sign", "return", "comment"
DISAGREE, REASON, RULE, READING = "disagree", "reason", "rule", "reading"
WEB_LINK = "web_link"
SCREENS_KEPT = 24
_KEY_BYTES = 9


@dataclass(frozen=True, slots=True)
class Shown:
    """The buttons of one screen: of which interview, question and case, and what each does."""

    interview: str
    question: str
    actions: tuple[str, ...]
    case: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One chat's screen.

    `page` is what stands there; `interview` whose; `first` the place of its first utterance in
    the outbox, `revision` the interview's at that time: it may have gone on in a browser since.
    `live` is the key of the screen that stands there, `screens` the last ones, the newest last.
    `messages` are the numbers of the messages it stands in, `section` the part of the intake
    they belong to. `note` is said above it once. `pressed` is the button that was pressed last.
    `sweep_after` is set while a message may stand there whose number is not known.

    A colleague's: `case` is the case whose mother they look at, `recording` that they write down
    what she says, `her_language` the language chosen for her, `alerts` what was not looked at yet
    (case and kind), `told` what the page about her tells of it, `review` the
    verdict that a supervisor is writing, `lent` the interview for which they
    gave her this phone, `owner_language` the language to come back to. A mother's: `locked`
    says that nothing opens this but her word; `word` is its digest (on a lent phone the owner's);
    `settled` that she was asked for one since she opened her link;
    `reminders` is `ask`, `yes` or `no`, `reminded` how often that was done.
    """

    language: str
    page: str = HOME
    at: int = 0
    interview: str = ""
    first: int = 0
    revision: int = -1
    live: str = ""
    screens: Mapping[str, Shown] = field(default_factory=dict)
    messages: tuple[int, ...] = ()
    section: str = ""
    note: Message | None = None
    pressed: str = ""
    sweep_after: int | None = None
    case: str = ""
    recording: bool = False
    her_language: str = ""
    alerts: tuple[tuple[str, str], ...] = ()
    told: tuple[str, ...] = ()
    review: Mapping[str, Any] = field(default_factory=dict)
    lent: str = ""
    owner_language: str = ""
    locked: bool = False
    word: str = ""
    settled: bool = False
    reminders: str = ""
    reminded: int = 0

    def with_screen(self, interview: str, question: str, actions: Sequence[str]) -> View:
        """Put a new screen there; the oldest is forgotten."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        screens = {**self.screens, key: Shown(interview, question, tuple(actions), self.case)}
        for old in list(screens)[: max(0, len(screens) - SCREENS_KEPT)]:
            del screens[old]
        return replace(self, live=key, screens=screens)

    def to_data(self) -> dict[str, Any]:
        """Return the view as JSON-ready data."""
        return {
            "language": self.language,
            "page": self.page,
            "at": self.at,
            "interview": self.interview,
            "first": self.first,
            "revision": self.revision,
            "live": self.live,
            "screens": {
                key: [shown.interview, shown.question, *shown.actions]
                for key, shown in self.screens.items()
            },
            "screen_cases": {key: shown.case for key, shown in self.screens.items() if shown.case},
            "messages": list(self.messages),
            "section": self.section,
            "note": self.note and self.note.to_data(),
            "pressed": self.pressed,
            "sweep_after": self.sweep_after,
            "case": self.case,
            "recording": self.recording,
            "her_language": self.her_language,
            "alerts": [list(item) for item in self.alerts],
            "told": list(self.told),
            "review": dict(self.review),
            "lent": self.lent,
            "owner_language": self.owner_language,
            "locked": self.locked,
            "word": self.word,
            "settled": self.settled,
            "reminders": self.reminders,
            "reminded": self.reminded,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> View:
        """Rebuild a view from what `to_data` returned."""
        note = data["note"]
        # Before screens had their cases, the one that stood there was about the case of its view.
        cases = data.get("screen_cases", {data["live"]: data.get("case", "")})
        kept = {name: value for name, value in data.items() if name != "screen_cases"}
        return cls(
            **{
                **kept,
                "screens": {
                    key: Shown(interview, question, tuple(actions), cases.get(key, ""))
                    for key, (interview, question, *actions) in data["screens"].items()
                },
                "messages": tuple(data["messages"]),
                "alerts": tuple((case, kind) for case, kind in data.get("alerts", ())),
                "told": tuple(data.get("told", ())),
                "note": note and Message.from_data(note),
            }
        )


def button_data(key: str, number: int) -> str:
    """Return what a button carries: opaque, and well within 64 bytes."""
    return f"{key}.{number}"


def read_button(data: str) -> tuple[str, int] | None:
    """Return the key of the screen and the number of the button, None for anything made up."""
    key, point, number = data.rpartition(".")
    if not point or not (number.isascii() and number.isdecimal()) or len(number) > 3:
        return None
    return key, int(number)
