"""Telling why: an explanation as lines short enough for a phone, the same in every channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.explaining import Change, Explanation, NotChosen
from flows.interview import Interview, answer_message
from flows.messages import Message, age, message
from flows.proposal import DISCLAIMER, Proposal, Reason, Step
from flows.protocol import Protocol
from flows.questions import THERAPIST
from flows.rules import Basis, Table
from flows.sources import Merged, Source, conflicts, said_by
from flows.telling import (
    attention,
    conflict_line,
    label_of,
    missing_lines,
    nothing_known,
    pivot_line,
    protocol_line,
    readings_chosen,
    readings_line,
    result_line,
    short_order,
    tell,
    verdict_lines,
)
from flows.utterances import Line

_CHANGES_SHOWN = 3
_UNKNOWN_SHOWN = 4
STRENGTHS = ("conclusion", "wish", "weak", "inference")


EXPLAINED_PARTS = ("why", "why_not", "changes", "attention", "missing", "whole")
"""The parts of a proposal that can be looked at one by one."""


SOURCES_PART = "sources"
"""The part that says who told what, and when."""


def tell_sources(merged: Merged) -> tuple[Line, ...]:
    """Say for each answer that counts what it is, who gave it and when."""
    lines = [Line(message("sources.title"), "heading")]
    lines.extend(Line(item.text, "important") for item in conflicts(merged))
    lines.extend(source_row(source) for source in merged.sources)
    return tuple(lines)


def source_row(source: Source, respondent: str = THERAPIST) -> Line:
    """Say an answer, who gave it and when."""
    row = message(
        "sources.row",
        question=source.question.short,
        answer=answer_message(source.question, source.answer, respondent),
        who=said_by(source),
        date=source.answer.at.date(),
    )
    return Line(row, "item")


def tell_answers(protocol: Protocol, interview: Interview) -> tuple[Line, ...]:
    """Tell a mother's answers to her therapist: what, who wrote it down, and when."""
    lines = []
    for name, answer in interview.answers.items():
        question = protocol.by_id.get(name)
        if question is not None and not answer.set_aside:
            source = Source(question, answer, interview.respondent)
            lines.append(source_row(source, interview.respondent))
    return tuple(lines)


def tell_part(protocol: Protocol, explanation: Explanation, part: str) -> tuple[Line, ...]:
    """Return one part of `EXPLAINED_PARTS`; ValueError for another."""
    proposal = explanation.proposal
    match part:
        case "why":
            steps = enumerate(proposal.steps, start=1)
            lines = [
                Line(message("explain.heading.why"), "heading"),
                *(line for at, step in steps for line in _step(protocol, proposal, at, step)),
            ]
        case "why_not":
            lines = list(_section("why_not", _why_not(explanation)))
        case "changes":
            lines = [
                *_section("changes", _changes(explanation)),
                *_section("unknown", _unknown(proposal)),
                *_section("readings", _readings(proposal)),
            ]
        case "attention":
            lines = list(attention(proposal))
        case "missing":
            lines = list(missing_lines(protocol, proposal))
        case "whole":
            lines = list(tell(protocol, proposal))
        case _:
            raise ValueError(part)
    return tuple(lines) or (Line(message("explain.nothing_here")),)


def tell_why(protocol: Protocol, explanation: Explanation) -> tuple[Line, ...]:
    """Return the explanation: why so, why not otherwise, what would change it, what disagrees."""
    return tuple(_lines(protocol, explanation))


def _lines(protocol: Protocol, explanation: Explanation) -> Iterator[Line]:
    proposal = explanation.proposal
    yield Line(message("explain.title"), "heading")
    yield from verdict_lines(protocol, proposal)
    yield from readings_chosen(proposal)
    yield Line(message("explain.heading.why"), "heading")
    for position, step in enumerate(proposal.steps, start=1):
        yield from _step(protocol, proposal, position, step)
    yield from _section("why_not", _why_not(explanation))
    yield from _section("changes", _changes(explanation))
    yield from _section("unknown", _unknown(proposal))
    yield from _section("conflicts", _conflicts(proposal))
    yield from _section("readings", _readings(proposal))
    yield Line(DISCLAIMER, "important")
    yield Line(protocol_line(proposal), "detail")


def _section(name: str, lines: Iterable[Message]) -> Iterator[Line]:
    first = True
    for line in lines:
        if first:
            yield Line(message(f"explain.heading.{name}"), "heading")
            first = False
        yield Line(line, "item")


def _step(protocol: Protocol, proposal: Proposal, position: int, step: Step) -> Iterator[Line]:
    yield Line(
        message(
            "explain.step",
            position=position,
            component=message(f"component_short.{step.component}"),
            label=label_of(step),
        ),
        "important",
    )
    telling = _telling_rules(protocol, step.component)
    row = proposal.decision.fired["order"]
    for reason in step.reasons:
        if reason.rule is row:
            yield Line(_reason(reason, message(f"explain.strength.{proposal.strength}")), "item")
        elif reason.rule.id in telling:
            yield Line(_reason(reason, evidence_of(reason)), "item")


def _telling_rules(protocol: Protocol, component: str) -> set[str]:
    """Return the rules that a short explanation names: gates, labels, derived severities.

    What only supports a step is left to the whole proposal.
    """
    rules = protocol.rules
    gate: Table = getattr(rules, f"gate_{component}")
    tables = (
        gate,
        rules.label,
        rules.derived_parent_trauma,
        rules.derived_child_trauma,
        rules.derived_availability,
    )
    return {rule.id for table in tables for rule in table}


def evidence_of(reason: Reason) -> Message:
    """Say how strong a reason is, or that it is ours and not the source's."""
    if reason.rule.basis is Basis.SOURCE:
        return message(f"evidence.{reason.evidence}")
    return message(f"basis.{reason.rule.basis}")


def _reason(reason: Reason, strength: Message) -> Message:
    return message(
        "explain.reason",
        text=reason.rule.text,
        evidence=strength,
        passages=", ".join(reason.rule.passages),
    )


def _why_not(explanation: Explanation) -> Iterator[Message]:
    """Give a line for each rule that rules orders out, with all that it rules out."""
    ruled_out: dict[str, list[NotChosen]] = {}
    for other in explanation.why_not:
        ruled_out.setdefault(other.because.rule.id, []).append(other)
    for others in ruled_out.values():
        orders, *rest = (short_order(other.order) for other in others)
        for order in rest:
            orders = message("explain.or", before=orders, after=order)
        because = others[0].because
        yield message(
            "explain.why_not", orders=orders, reason=_reason(because, evidence_of(because))
        )


def _changes(explanation: Explanation) -> Iterator[Message]:
    changes = explanation.changes
    for change in changes[:_CHANGES_SHOWN]:
        yield change_line(change)
    if not changes and not nothing_known(explanation.proposal):
        yield message("explain.no_change")


def change_line(change: Change) -> Message:
    """Say what would come of a fact that were otherwise."""
    result = change.result
    if result.fact == "child_age_months":
        now, value = age(int(change.now)), age(int(result.value))
    else:
        now = message(f"fact_value.{change.now}")
        value = message(f"fact_value.{result.value}")
    return message(
        "explain.change",
        fact=message(f"fact.{result.fact}"),
        now=now,
        value=value,
        result=result_line(result),
    )


def _unknown(proposal: Proposal) -> Iterator[Message]:
    for pivot in proposal.pivots[:_UNKNOWN_SHOWN]:
        yield pivot_line(pivot)
    shown = {pivot.fact for pivot in proposal.pivots[:_UNKNOWN_SHOWN]}
    rest = tuple(message(f"fact.{name}") for name in proposal.pivotal if name not in shown)
    if rest:
        yield message("explain.unknown_more", names=rest)
    for pivot in proposal.reassess:
        yield message("proposal.reassess", result=pivot_line(pivot))
    if not proposal.pivots and not proposal.reassess:
        yield message("proposal.nothing_pivotal")


def _conflicts(proposal: Proposal) -> Iterator[Message]:
    """What disagrees in this family or among the experts; how the source is read comes after."""
    found = [item for item in proposal.conflicts if item.kind != "ambiguous_source"]
    for item in found:
        yield conflict_line(item)
    if not found:
        yield message("explain.no_conflict")


def _readings(proposal: Proposal) -> Iterator[Message]:
    for other in proposal.other_readings:
        yield readings_line(other)
    if not proposal.other_readings:
        yield message("explain.no_reading")


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that this makes from codes."""
    for section in ("why", "why_not", "changes", "unknown", "conflicts", "readings"):
        yield f"explain.heading.{section}"
    for basis in Basis:
        if basis is not Basis.SOURCE:
            yield f"basis.{basis}"
    for strength in STRENGTHS:
        yield f"explain.strength.{strength}"
