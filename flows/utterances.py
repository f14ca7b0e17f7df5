"""Utterances: what is said to a person, and effects: what must happen besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from flows.messages import Message
from flows.proposal import Proposal


class Screen(StrEnum):
    """What kind of thing is said; a channel gives each its own form."""

    EXPLANATION = "explanation"
    LANGUAGES = "languages"
    CHECK = "check"
    PLAN = "plan"
    QUESTION = "question"
    NOTICE = "notice"
    PROBLEM = "problem"
    WHY = "why"
    CONSEQUENCES = "consequences"
    MOVING = "moving"
    DANGER = "danger"
    SUMMARY = "summary"
    PROPOSAL = "proposal"
    EXPLAINED = "explained"
    PAUSED = "paused"
    LEFT = "left"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen: a code, and its label."""

    code: str
    label: Message


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a message, and how it stands on the screen.

    `style` is `heading`, `text`, `item`, `detail` or `important`. `brief` marks the lines that are
    enough where there is little room.
    """

    text: Message
    style: str = "text"
    brief: bool = False

    def to_data(self) -> dict[str, Any]:
        """Return the line as JSON-ready data."""
        data = {"style": self.style, **self.text.to_data()}
        return {**data, "brief": True} if self.brief else data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Line:
        """Rebuild a line from what `to_data` returned."""
        return cls(Message.from_data(data), data["style"], data.get("brief", False))


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing said: lines, options, and plain data that a channel may use."""

    screen: Screen
    lines: tuple[Line, ...]
    options: tuple[Option, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Return the utterance as JSON-ready data, for the transcript and the outbox."""
        return {
            "screen": str(self.screen),
            "lines": [line.to_data() for line in self.lines],
            "options": [{"code": item.code, **item.label.to_data()} for item in self.options],
            "data": dict(self.data),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Utterance:
        """Rebuild an utterance from what `to_data` returned."""
        return cls(
            Screen(data["screen"]),
            tuple(Line.from_data(line) for line in data["lines"]),
            tuple(Option(item["code"], Message.from_data(item)) for item in data["options"]),
            data["data"],
        )


@dataclass(frozen=True, slots=True)
class Record:
    """Something that happened and is kept for good, in the interview's append-only events."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProposalMade:
    """A proposal was made and shown; it is kept as it is and never rewritten.

    `sources` say who gave each answer that counted, and when; `own` is what the therapist put
    beside it: an own view, another order and its reason.
    """

    proposal: Proposal
    sources: tuple[Mapping[str, str], ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)


Effect: TypeAlias = Record | ProposalMade
