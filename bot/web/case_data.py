"""What a case page shows: the kept proposal with all that stands under it, and what became of it.

What is shown is the proposal that was kept, whose hash a verdict names. It is told in the reader's
language where the same rules still give it, else in the words in which it was kept; where the
answers would give another one by now, that is said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.kept import Told, kept_sources, told_again
from bot.reviewing import READ, Verdict
from bot.service import Service
from bot.web.diagrams import Stage, conversation_way, decision_picture
from bot.web.tracing import Cited, Tracer, Why
from flows.describing import value
from flows.facts import BASIC_SAFETY, CODED_FACTS, Facts
from flows.interview import Interview
from flows.messages import Message, age, message
from flows.protocol import Protocol
from flows.sources import Source
from flows.telling import missing_name, short_order
from flows.telling_why import change_line, tell_part
from flows.utterances import Line
from locales import catalogue
from storage.people import Act
from storage.records import EventRecord, InterviewRecord, ProposalRecord, ReviewRecord
from storage.transaction import Transaction

_SECTIONS = ("barriers", "actions", "conflicts", "cautions", "supplementary_help")
_GLANCE = (
    *((name, "") for name in ("acute_unsafety", *BASIC_SAFETY)),
    ("child_age_months", ""),
    ("parent_trauma", "parent_trauma_source"),
    ("loss_of_control", ""),
    ("disruptive_parenting", ""),
    ("child_trauma", "child_trauma_source"),
    ("change_wish", ""),
    ("preference_first", ""),
    ("preference_second", ""),
)
_SAFETY = "safety"
_AMBIGUOUS = "ambiguous_source"
_GENERAL = {
    **{name: message(f"proposal.heading.{name}") for name in ("cautions", "supplementary_help")},
    _AMBIGUOUS: message(f"conflict.{_AMBIGUOUS}"),
}
Interviews = Sequence[tuple[InterviewRecord, Sequence[EventRecord]]]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the order, with its reasons."""

    component: Message
    label: Message
    explained: Message
    variants: tuple[Message, ...]
    why: tuple[Why, ...]
    why_not_earlier: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something beside the order, with the passages it rests on."""

    text: str
    kind: Message | None = None
    rule: str = ""
    passages: tuple[Cited, ...] = ()
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict that was given."""

    verdict: Message
    by: str
    at: datetime
    proposal: str
    comments: tuple[tuple[Message | None, str], ...] = ()
    order: Message | None = None
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A proposal that was made, and what changed since the one before it."""

    hash: str
    at: datetime
    verdict: Message
    order: Message
    changed: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who has seen the case: how often, and when first and last."""

    who: str
    times: int
    first: datetime
    last: datetime


@dataclass(frozen=True, kw_only=True)
class CaseShown:
    """Everything on a case page."""

    code: str
    hash: str
    at: datetime
    protocol: str
    is_current: bool
    words_of: str
    glance: tuple[tuple[Message, Message], ...]
    unsafe: tuple[tuple[str, str], ...]
    verdict: Message
    verdict_reason: Message | None
    verdict_why: Why
    strength: Message
    order: Message
    later: bool
    steps: tuple[StepShown, ...]
    sections: Mapping[str, tuple[Item, ...]]
    general: Mapping[str, Message]
    """Which of the sections are much the same for every family, and what they are called."""
    missing: tuple[Message, ...]
    other_readings: tuple[Item, ...]
    why_not: tuple[Line, ...]
    changes: tuple[Line, ...]
    lifts: tuple[Message, ...]
    own: tuple[Line, ...]
    crisis: tuple[Message, ...]
    ways: tuple[tuple[Message, tuple[Stage, ...]], ...]
    picture: Callable[[], str] | None = field(repr=False)
    """Draws the decision; not within the unit of work, which others wait for."""
    history: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept proposal, and how it can be told."""

    protocol: Protocol
    record: ProposalRecord
    told: Told

    @property
    def is_ours(self) -> bool:
        """Whether it was made under the present protocol, so that it can be reckoned with."""
        return self.record.protocol_hash == self.protocol.hash

    @property
    def facts(self) -> Facts:
        """The facts under it."""
        return self.told.proposal.facts


def kept_proposal(
    service: Service, transaction: Transaction, record: InterviewRecord
) -> Kept | None:
    """Return a therapist's interview's last kept proposal; None where none was made."""
    kept = transaction.latest_proposal(record.id)
    if kept is None:
        return None
    now = service.proposal(transaction, record.id)
    return Kept(service.protocol, kept, told_again(service.protocol, kept, now))


def case_shown(
    kept: Kept, interviews: Interviews, earlier: Sequence[ProposalRecord], language: str
) -> CaseShown:
    """Return what stands on a case's page, for a reader of a language."""
    protocol, record = kept.protocol, kept.record
    data = kept.told.proposal.to_data(catalogue(language).say)
    sources = {
        item.question.id: item
        for item in kept_sources(protocol, record.payload, UTC)
        if isinstance(item, Source)
    }
    gates = dict(_gates(protocol, data))
    tracer = Tracer(protocol, language, sources, interviews, record.at, gates)
    again = not kept.told.words_of
    explained = protocol.explain_proposal(kept.told.proposal) if again else None
    decision = protocol.propose(kept.facts).decision if kept.is_ours else None
    say = catalogue(language).say
    reason = data["verdict_reason"]
    return CaseShown(
        code=interviews[-1][0].case_code,
        hash=record.content_hash,
        at=record.at,
        protocol=f"{record.protocol_id} {record.protocol_version} · {record.protocol_hash[:12]}",
        is_current=kept.told.is_current,
        words_of=kept.told.words_of,
        glance=tuple(_glance(kept.facts)),
        unsafe=tuple(_unsafe(tracer, data)),
        verdict=message(f"verdict.{data['verdict']}"),
        verdict_reason=message(f"verdict_reason.{reason}") if reason else None,
        verdict_why=tracer.why(data["verdict_because"]),
        strength=message(f"strength.{data['strength']}"),
        order=short_order(data["order"]),
        later=data["verdict"] == "not_yet",
        steps=tuple(_step(step, tracer) for step in data["steps"]),
        sections=_sections(data, tracer),
        general=_GENERAL,
        missing=tuple(missing_name(protocol, name) for name in data["missing"]),
        other_readings=tuple(_readings(data)),
        why_not=() if explained is None else tell_part(protocol, explained, "why_not"),
        changes=() if explained is None else tell_part(protocol, explained, "changes"),
        lifts=tuple(map(change_line, protocol.what_lifts(kept.told.proposal))) if again else (),
        own=tuple(_own(protocol, record.payload.get("own", {}))),
        crisis=protocol.crisis_lines if reason == "acute_unsafety" else (),
        ways=tuple(
            (
                message(f"respondent.{item.respondent}"),
                tuple(conversation_way(protocol, Interview.from_data(item.projection), events)),
            )
            for item, events in interviews
        ),
        picture=None
        if decision is None
        else partial(
            decision_picture, protocol, decision, language, say(message("web.case.decision_way"))
        ),
        history=tuple(_history(earlier)),
    )


def _gates(protocol: Protocol, data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the reason of each gate, which stands with its step."""
    for step in data["steps"]:
        name = f"gate_{step['component']}"
        rows = {rule.id for rule in getattr(protocol.rules, name)}
        for reason in step["reasons"]:
            if reason["rule"] in rows:
                yield name, reason
                break


def _glance(facts: Facts) -> Iterator[tuple[Message, Message]]:
    """Tell the family in a few lines: what most of the order follows from."""
    for name, source in _GLANCE:
        code = facts.child_age_months if name == "child_age_months" else facts.coded.get(name)
        said = fact_value(name, code)
        measured = facts.coded.get(source)
        if code is not None and measured is not None:
            said = message("web.case.measured", value=said, source=value(source, measured))
        yield message(f"fact.{name}"), said
    code = "unknown"
    if facts.barriers is not None:
        code = "some_first" if any(item.blocks for item in facts.barriers) else "none_first"
    yield message("fact.barriers"), message(f"fact_value.{code}")


def _step(step: Mapping[str, Any], tracer: Tracer) -> StepShown:
    label = message(f"label.{step['label']}")
    if step["label"] == "after":
        label = message("label.after", component=message(f"component_short.{step['after']}"))
    return StepShown(
        component=message(f"component.{step['component']}"),
        label=label,
        explained=message(f"label.{step['label']}.explained"),
        variants=tuple(message(f"variant.{name}") for name in step["variants"]),
        why=tuple(map(tracer.why, step["reasons"])),
        why_not_earlier=tuple(map(tracer.why, step["why_not_earlier"])),
    )


def _sections(data: Mapping[str, Any], tracer: Tracer) -> dict[str, tuple[Item, ...]]:
    """Give what needs attention; how the source was read is apart from what is this family's."""
    found = {name: tuple(_items(data, name, tracer)) for name in _SECTIONS}
    kinds = [item["kind"] for item in data["conflicts"]]
    read = [kind == _AMBIGUOUS for kind in kinds]
    both = list(zip(found["conflicts"], read, strict=True))
    found["conflicts"] = tuple(item for item, ambiguous in both if not ambiguous)
    found[_AMBIGUOUS] = tuple(item for item, ambiguous in both if ambiguous)
    return found


def _unsafe(tracer: Tracer, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what the two do not say the same about where it is about safety, and where the answer
    that counts stands in the transcript: that comes first."""
    for item in data["conflicts"]:
        question = tracer.protocol.by_id.get(item["id"].removeprefix("S-"))
        two = item["kind"] == "two_sources"
        if two and question is not None and question.section == _SAFETY:
            told = tracer.told(question)
            asked = None if told is None else told.shown
            place = asked.place if asked is not None else "" if told is None else told.place
            yield str(item["text"]), place


def _items(data: Mapping[str, Any], section: str, tracer: Tracer) -> Iterator[Item]:
    for item in data[section]:
        yield Item(
            text=item["text"],
            kind=message(f"conflict.{item['kind']}") if section == "conflicts" else None,
            rule=item.get("rule", item.get("id", "")),
            passages=tracer.passages(item["passages"]),
            blocks=bool(item.get("blocks")),
        )


def _readings(data: Mapping[str, Any]) -> Iterator[Item]:
    for other in data["other_readings"]:
        yield Item(
            text=other["text"],
            kind=message(
                "proposal.pivot_later"
                if other["verdict"] == "not_yet"
                else "proposal.pivot_result",
                verdict=message(f"verdict.{other['verdict']}"),
                order=short_order(other["order"]),
            ),
            rule=f"{other['ambiguity']} {other['reading']}",
        )


def _own(protocol: Protocol, own: Mapping[str, str]) -> Iterator[Line]:
    """Tell what the therapist put beside the proposal."""
    for name, code in own.items():
        question = protocol.by_id.get(name)
        if question is not None:
            said = (
                question.choice_label(code)
                if question.choices
                else message("value.text", text=code)
            )
            yield Line(message(f"proposal.{name}", answer=said))


def _history(proposals: Sequence[ProposalRecord]) -> Iterator[Earlier]:
    before: ProposalRecord | None = None
    for record in proposals:
        proposal = record.payload["proposal"]
        yield Earlier(
            record.content_hash[:12],
            record.at,
            message(f"verdict.{proposal['verdict']}"),
            short_order(proposal["order"]),
            () if before is None else tuple(_changed(before, record)),
        )
        before = record


def _changed(before: ProposalRecord, after: ProposalRecord) -> Iterator[Message]:
    """Say which facts are other ones, and where the rules are other ones."""
    if before.protocol_hash != after.protocol_hash:
        yield message(
            "web.history.protocol",
            before=before.protocol_version,
            after=after.protocol_version,
        )
    old, new = before.payload["facts"], after.payload["facts"]
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) == new.get(name):
            continue
        if name in CODED_FACTS or name == "child_age_months":
            yield message(
                "web.history.fact",
                fact=message(f"fact.{name}"),
                before=fact_value(name, old.get(name)),
                after=fact_value(name, new.get(name)),
            )
        else:
            yield message(
                "web.history.other",
                fact=message("fact.barriers" if name == "barriers" else "web.history.courses"),
            )
    if before.payload.get("own", {}) != after.payload.get("own", {}):
        yield message("web.history.own")


def fact_value(name: str, code: Any) -> Message:
    """Say a fact's value; what is not there is unknown."""
    if code is None:
        return message("fact_value.unknown")
    return age(code) if name == "child_age_months" else value(name, str(code))


def verdicts(
    service: Service,
    transaction: Transaction,
    given: Sequence[ReviewRecord],
    hashes: Mapping[str, str],
) -> list[Given]:
    """Return verdicts with their grounds; `hashes` are those of the proposals by their ids."""
    found = []
    for review in given:
        grounds = json.loads(review.reason or "{}")
        person = transaction.people.person(review.reviewer_id)
        found.append(
            Given(
                verdict=message(f"web.verdict.{review.verdict}"),
                by=person.label or person.code,
                at=review.at,
                proposal=hashes.get(review.proposal_id, "")[:12],
                comments=tuple(
                    (service.question_short(on), text) for on, text in grounds.get("comments", ())
                ),
                order=short_order(grounds["order"].split("_")) if grounds.get("order") else None,
                reason=grounds.get("reason", ""),
                rule=grounds.get("rule", ""),
            )
        )
    return found


def readers(transaction: Transaction, acts: Sequence[Act]) -> list[Reader]:
    """Return who has read a case, the last one first."""
    found: dict[str, list[datetime]] = {}
    for act in acts:
        if act.act == READ and act.actor_id is not None:
            found.setdefault(act.actor_id, []).append(act.at)
    people = transaction.people
    read = []
    for person_id, at in found.items():
        person = people.person(person_id)
        read.append(Reader(person.label or person.code, len(at), min(at), max(at)))
    return sorted(read, key=lambda item: item.last, reverse=True)


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    for verdict in Verdict:
        yield f"web.verdict.{verdict}"
