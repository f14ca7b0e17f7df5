"""Telling: a proposal as lines that a person reads, the same in every channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flows.conditions import UNKNOWN
from flows.facts import COMPONENTS
from flows.messages import Message, age, message
from flows.proposal import (
    DISCLAIMER,
    Conflict,
    OtherReading,
    Pivot,
    Proposal,
    Reason,
    Step,
    barrier_text,
)
from flows.protocol import Protocol
from flows.utterances import Line

_MISSING_SHOWN = 8


def tell(protocol: Protocol, proposal: Proposal) -> tuple[Line, ...]:
    """Return the whole proposal: verdict and order first, then reasons, then the rest."""
    return tuple(_lines(protocol, proposal))


def _lines(protocol: Protocol, proposal: Proposal) -> Iterator[Line]:
    yield from _briefly(_beginning(protocol, proposal))
    told: set[str] = set()
    for position, step in enumerate(proposal.steps, start=1):
        yield from _step(position, step, told)
    yield from attention(proposal)
    yield from _section("other_readings", map(readings_line, proposal.other_readings))
    yield from _section("unknown", _unknown(proposal))
    yield from missing_lines(protocol, proposal)
    yield from _section("cautions", (_with_passages(item) for item in proposal.cautions))
    yield from _section(
        "supplementary_help", (_with_passages(item) for item in proposal.supplementary_help)
    )
    yield from _section("sources", sources(protocol, proposal))
    months = proposal.facts.child_age_months
    shown = UNKNOWN if months is None else str(months)
    yield Line(message("proposal.see_interventions", months=shown), "detail")
    yield from _briefly([Line(DISCLAIMER, "important"), Line(protocol_line(proposal), "detail")])


def _briefly(lines: Iterable[Line]) -> Iterator[Line]:
    return (replace(line, brief=True) for line in lines)


def _beginning(protocol: Protocol, proposal: Proposal) -> Iterator[Line]:
    yield Line(message("proposal.title"), "heading")
    yield from verdict_lines(protocol, proposal)
    if nothing_known(proposal):
        yield Line(message("verdict.no_data"))
    elif proposal.decision.verdict != "complete":
        yield Line(message(f"strength.{proposal.strength}"))
    yield from readings_chosen(proposal)


def attention(proposal: Proposal) -> Iterator[Line]:
    """Give what stands in the way, what to do, and what does not go together."""
    yield from _section("barriers", (barrier_text(item) for item in proposal.barriers))
    yield from _section("actions", (_with_passages(item) for item in proposal.actions))
    yield from _section("conflicts", map(conflict_line, proposal.conflicts))


def conflict_line(item: Conflict) -> Message:
    """Say what does not agree, and where the source speaks of it, if it does.

    What two people say differently rests on no passage, and says itself what it is.
    """
    places = ", ".join((*item.ambiguities, *item.passages))
    if not places:
        return item.text
    return message(
        "proposal.conflict",
        kind=message(f"conflict.{item.kind}"),
        text=item.text,
        passages=places,
    )


def missing_lines(protocol: Protocol, proposal: Proposal) -> Iterator[Line]:
    """Give what the intake still has to collect."""
    yield from _section("missing", _missing(protocol, proposal.missing))


def verdict_lines(protocol: Protocol, proposal: Proposal) -> Iterator[Line]:
    """Give the verdict, why, whom to call in danger, and the order."""
    decision = proposal.decision
    yield Line(message(f"verdict.{decision.verdict}"), "important")
    if decision.verdict_reason:
        yield Line(message(f"verdict_reason.{decision.verdict_reason}"))
        yield Line(_with_passages(proposal.verdict_because), "item")
    if decision.verdict_reason == "acute_unsafety":
        for crisis_line in protocol.crisis_lines:
            yield Line(crisis_line, "important")
    later = decision.verdict == "not_yet"
    yield Line(
        message(
            "proposal.order_later" if later else "proposal.order", order=short_order(decision.order)
        ),
        "important",
    )


def protocol_line(proposal: Proposal) -> Message:
    """Say under which protocol the proposal was made."""
    return message(
        "proposal.protocol",
        id=proposal.protocol_id,
        version=proposal.protocol_version,
        hash=proposal.protocol_hash[:12],
    )


def readings_chosen(proposal: Proposal) -> Iterator[Line]:
    """Say where the source was read otherwise than the product itself does."""
    if proposal.readings:
        chosen = ", ".join(f"{name}={code}" for name, code in proposal.readings.items())
        yield Line(message("proposal.readings_chosen", readings=chosen), "important")


def readings_line(other: OtherReading) -> Message:
    """Say what another reading of the source would make of these facts."""
    return message(
        "explain.reading",
        ambiguity=other.ambiguity,
        reading=other.reading,
        text=other.text,
        result=result_line(other),
    )


def short_order(order: Iterable[str]) -> Message:
    """Return components, by their short names, with arrows between them."""
    return order_line(message(f"component_short.{component}") for component in order)


def order_line(order: Iterable[Message]) -> Message:
    """Return the components with arrows between them."""
    line, *rest = order
    for component in rest:
        line = message("proposal.arrow", before=line, after=component)
    return line


def nothing_known(proposal: Proposal) -> bool:
    """Whether the order rests on no fact at all."""
    facts = proposal.facts
    return not facts.coded and facts.barriers is None and facts.child_age_months is None


def label_of(step: Step) -> Message:
    """Return what to do with a component, in a few words."""
    if step.after is None:
        return message(f"label.{step.label}")
    return message("label.after", component=message(f"component_short.{step.after}"))


def _step(position: int, step: Step, told: set[str]) -> Iterator[Line]:
    """Tell one step; a rule that was told with an earlier step is not told again."""
    yield Line(
        message(
            "proposal.step",
            position=position,
            component=message(f"component.{step.component}"),
            label=label_of(step),
        ),
        "heading",
        brief=True,
    )
    yield Line(message(f"label.{step.label}.explained"))
    if step.label != "done":
        yield Line(_variants(step), "detail")
    yield from _untold(step.reasons, told)
    not_earlier = list(_untold(step.why_not_earlier, told))
    if not_earlier:
        yield Line(message("proposal.heading.not_earlier"), "detail")
        yield from not_earlier


def _untold(reasons: Iterable[Reason], told: set[str]) -> Iterator[Line]:
    for reason in reasons:
        if reason.rule.id not in told:
            told.add(reason.rule.id)
            yield Line(_with_passages(reason), "item")


def _variants(step: Step) -> Message:
    names = [message(f"variant.{name}") for name in step.variants]
    if len(names) == 1:
        return message("proposal.variant", variant=names[0])
    return message("proposal.variant_either", first=names[0], second=names[1])


def _with_passages(reason: Reason) -> Message:
    return message(
        "proposal.reason", text=reason.rule.text, passages=", ".join(reason.rule.passages)
    )


def _section(name: str, lines: Iterable[Message]) -> Iterator[Line]:
    first = True
    for line in lines:
        if first:
            yield Line(message(f"proposal.heading.{name}"), "heading")
            first = False
        yield Line(line, "item")


def pivot_line(pivot: Pivot) -> Message:
    """Say what the result would be if an unknown fact had a value."""
    if pivot.fact == "child_age_months":
        value = age(int(pivot.value))
    else:
        value = message(f"fact_value.{pivot.value}")
    return message(
        "proposal.pivot",
        fact=message(f"fact.{pivot.fact}"),
        value=value,
        result=result_line(pivot),
    )


def result_line(result: Pivot | OtherReading) -> Message:
    """Say a verdict and the order with it, for now or for later."""
    later = result.verdict == "not_yet"
    return message(
        "proposal.pivot_later" if later else "proposal.pivot_result",
        verdict=message(f"verdict.{result.verdict}"),
        order=short_order(result.order),
    )


def _unknown(proposal: Proposal) -> Iterator[Message]:
    for pivot in proposal.pivots:
        yield pivot_line(pivot)
    for pivot in proposal.reassess:
        yield message("proposal.reassess", result=pivot_line(pivot))
    if not proposal.pivots and not proposal.reassess:
        yield message("proposal.nothing_pivotal")


def _missing(protocol: Protocol, missing: tuple[str, ...]) -> Iterator[Message]:
    for name in missing[:_MISSING_SHOWN]:
        yield missing_name(protocol, name)
    if len(missing) > _MISSING_SHOWN:
        yield message("proposal.missing_more", count=len(missing) - _MISSING_SHOWN)


def missing_name(protocol: Protocol, name: str) -> Message:
    """Return what a fact or question that is still missing is called."""
    question = protocol.by_id.get(name)
    return question.short if question else message(f"fact.{name}")


def sources(protocol: Protocol, proposal: Proposal) -> Iterator[Message]:
    """Give a line for each passage that the order, its reasons and its conflicts rest on.

    A proposal that was kept under an earlier version may cite one that is no longer there.
    """
    cited: dict[str, None] = {}
    for step in proposal.steps:
        for reason in (*step.reasons, *step.why_not_earlier):
            cited.update(dict.fromkeys(reason.rule.passages))
    for conflict in proposal.conflicts:
        cited.update(dict.fromkeys(conflict.passages))
    cited.update(dict.fromkeys(proposal.decision.fired["verdict"].passages))
    for name in sorted(cited.keys() & protocol.passages.keys()):
        yield source_line(protocol, name)


def source_line(protocol: Protocol, passage_id: str) -> Message:
    """Say where a passage stands, how strong it is, and what it says in our words."""
    passage = protocol.passages[passage_id]
    first, last = passage.lines
    return message(
        "proposal.source_line",
        id=passage.id,
        heading=passage.heading,
        page=passage.page,
        first=first,
        last=last,
        evidence=message(f"evidence.{passage.evidence}"),
        paraphrase=passage.paraphrase,
    )


def message_ids(protocol: Protocol) -> Iterator[str]:
    """Give the catalogue keys that telling makes from codes."""
    for component in COMPONENTS:
        yield f"component.{component}"
        yield f"component_short.{component}"
    for rule in protocol.all_rules.label:
        yield f"label.{rule.effect}"
        yield f"label.{rule.effect}.explained"
    for rule in protocol.all_rules.verdict:
        verdict, reason = rule.effect
        yield f"verdict.{verdict}"
        if reason:
            yield f"verdict_reason.{reason}"
    for rule in protocol.all_rules.strength:
        yield f"strength.{rule.effect}"
    for rule in protocol.all_rules.conflicts:
        yield f"conflict.{rule.effect}"
    for names in (
        *protocol.all_rules.variants.values(),
        *(rule.effect for rule in protocol.all_rules.child_variants),
    ):
        yield from (f"variant.{name}" for name in names)
    for passage in protocol.passages.values():
        yield f"evidence.{passage.evidence}"
    for section in (
        "not_earlier",
        "barriers",
        "actions",
        "conflicts",
        "other_readings",
        "unknown",
        "missing",
        "cautions",
        "supplementary_help",
        "sources",
    ):
        yield f"proposal.heading.{section}"
