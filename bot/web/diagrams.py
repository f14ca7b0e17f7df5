"""This case's way: through the conversation, and through the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.decision_graph import Graph, Node, decision_graph
from bot.diagram_svg import svg
from flows.conversation import section_message
from flows.decision import Decision
from flows.describing import value
from flows.interview import Interview
from flows.machine import (
    CHECKING,
    CHOOSING_LANGUAGE,
    CONFIRMING,
    EXPLAINING,
    HANDED_OVER,
    IN_DANGER,
    IN_REVIEW,
    PAUSED,
    PROPOSED,
    SIGNED_OFF,
    STOPPED,
    SUMMARY,
)
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import MOTHER, THERAPIST
from flows.telling import short_order
from locales import catalogue
from storage.records import EventRecord

_STAGES: Mapping[str, str] = {
    "language_chosen": CHOOSING_LANGUAGE,
    "safety_checked": CHECKING,
    "accepted": EXPLAINING,
    "consented": EXPLAINING,
    "consequences_shown": CONFIRMING,
    "change_cancelled": CONFIRMING,
    "danger_shown": IN_DANGER,
    "paused": PAUSED,
    "summary_confirmed": SUMMARY,
    "submitted": PROPOSED,
    "reviewed": IN_REVIEW,
    "stopped": STOPPED,
}
"""Where the conversation is when something is kept; what is answered is in its section."""
ASIDE = (CONFIRMING, IN_DANGER, PAUSED, STOPPED)
"""Stages that are no step of the usual way, and are shown only where the conversation was there."""
_ORDERS = ("order", "course_order")
_NO_WORDS = ("verdict_row",)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the conversation: how often something was kept there, and when first and last."""

    stage: str
    label: Message
    times: int
    first: datetime | None
    last: datetime | None


def stage_labels(protocol: Protocol, respondent: str) -> dict[str, Message]:
    """Name the stages that an interview can go through, in their usual order."""
    checking = (CHECKING,) if respondent == MOTHER else ()
    ends = (PROPOSED, IN_REVIEW, SIGNED_OFF) if respondent == THERAPIST else (HANDED_OVER,)
    sections = {
        question.section: section_message(question.section, respondent)
        for question in protocol.questions
        if respondent in question.respondents
    }
    begin = {name: message(f"web.stage.{name}") for name in (CHOOSING_LANGUAGE, *checking)}
    return {
        **begin,
        EXPLAINING: message(f"web.stage.{EXPLAINING}"),
        **{name: sections[name] for name in protocol.sections if name in sections},
        **{name: message(f"web.stage.{name}") for name in (SUMMARY, *ends, *ASIDE)},
    }


def conversation_way(
    protocol: Protocol, interview: Interview, events: Sequence[EventRecord]
) -> list[Stage]:
    """Return the stages of an interview in their usual order, with how often it was there."""
    seen: dict[str, list[datetime]] = {}
    for event in events:
        question = protocol.by_id.get(str(event.payload.get("question", "")))
        stage = _STAGES.get(event.kind) or (question.section if question else "")
        if stage:
            seen.setdefault(stage, []).append(event.at)
    for ended in (SIGNED_OFF, HANDED_OVER):
        if interview.state == ended:
            seen.setdefault(ended, []).append(events[-1].at)
    labels = stage_labels(protocol, interview.respondent)
    return [
        Stage(stage, label, len(at), min(at, default=None), max(at, default=None))
        for stage, label in labels.items()
        if (at := seen.get(stage, [])) or stage not in ASIDE
    ]


def decision_picture(protocol: Protocol, decision: Decision, language: str, title: str) -> str:
    """Return the decision as a picture: what each fact and table is here, and what decided."""
    say = catalogue(language).say
    graph = decision_graph(protocol.rules, say)
    nodes = tuple(_with_values(node, decision, language) for node in graph.nodes)
    way = set(_decided_by(decision))
    marked = {node.id for node in nodes if way.intersection(node.names)}
    return svg(Graph(nodes, graph.arrows), title, way=marked, styled=False)


def _with_values(node: Node, decision: Decision, language: str) -> Node:
    lines = []
    for name, line in zip(node.names, node.lines, strict=True):
        said = _value(name, decision.values.get(name, ""))
        lines.append(line if said is None else f"{line}: {catalogue(language).say(said)}")
    return replace(node, lines=tuple(lines))


def _value(name: str, code: str) -> Message | None:
    """Say a value of the decision; nothing where it has no words of its own, or is not known."""
    if not code or name in _NO_WORDS:
        return None
    return short_order(tuple(code.split())) if name in _ORDERS else value(name, code)


def _decided_by(decision: Decision) -> Iterator[str]:
    """Give the names of what the verdict and the order follow from, back to the facts."""
    waiting = ["verdict", "order"]
    known: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        yield name
        rule = decision.fired.get(name)
        if rule is not None:
            waiting.extend(rule.when.names())
    yield from ("verdict_row", "verdict_reason", "course_order")


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from stages."""
    for stage in (CHOOSING_LANGUAGE, CHECKING, EXPLAINING, SUMMARY, PROPOSED, HANDED_OVER):
        yield f"web.stage.{stage}"
    for stage in (IN_REVIEW, SIGNED_OFF, *ASIDE):
        yield f"web.stage.{stage}"
