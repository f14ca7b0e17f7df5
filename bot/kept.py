"""A kept proposal, as one that can be told again.

What was proposed is kept with its hash. Where the same rules still give that very proposal it is
told in any language; otherwise (the protocol is another one by now) its reasons stand in the words
in which they were kept. Nothing is recomputed in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from flows.conditions import ALWAYS
from flows.decision import Decision
from flows.facts import COMPONENTS, Barrier, FactsError, parse_facts
from flows.interview import Answer, How
from flows.messages import Message, message
from flows.proposal import Conflict, OtherReading, Pivot, Proposal, Reason, Step
from flows.protocol import Protocol
from flows.questions import MOTHER, SAID_BY_MOTHER, Kind
from flows.rules import Basis, Rule
from flows.sources import Source
from storage.records import ProposalRecord

_TWO_SOURCES = "two_sources"


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal that can be told; `words_of` is the language in which its reasons were kept, where
    they can only be told in that. `is_current` says that the answers still give this proposal."""

    proposal: Proposal
    words_of: str = ""
    is_current: bool = False


def told_again(protocol: Protocol, record: ProposalRecord, live: Proposal | None) -> Told:
    """Return a kept proposal to be told; `live` is what the answers give now, if they can be.

    Raises FactsError where the kept facts cannot be read.
    """
    if live is not None and live.hash == record.content_hash:
        return Told(live, is_current=True)
    if record.protocol_hash == protocol.hash:
        again = _from_sources(protocol, record.payload)
        if again is not None and again.hash == record.content_hash:
            return Told(_with_kept_conflicts(again, record.payload["proposal"]))
    return Told(_from_words(record), words_of=str(record.payload["language"]))


def kept_sources(
    protocol: Protocol, payload: Mapping[str, Any], zone: tzinfo | None
) -> Iterator[Source | Mapping[str, str]]:
    """Give the answers on which a proposal rests, each with its question.

    What was asked by a question that is no longer there is given as it was kept.
    """
    for kept in payload.get("sources", ()):
        source = _source(protocol, kept, zone)
        yield kept if source is None else source


def own_answers(
    protocol: Protocol, own: Mapping[str, str], at: datetime, language: str
) -> dict[str, Answer]:
    """Return what a therapist put beside a proposal, as answers; `own` is as it was kept."""
    return {
        name: Answer(How.GIVEN, value, at, language)
        for name, value in own.items()
        if name in protocol.by_id
    }


def _source(protocol: Protocol, kept: Mapping[str, str], zone: tzinfo | None) -> Source | None:
    question = protocol.by_id.get(kept["question"])
    if question is None:
        return None
    several = question.kind is Kind.MULTI_CHOICE and kept["how"] == How.GIVEN
    answer = Answer(
        How(kept["how"]),
        tuple(kept["value"].split()) if several else kept["value"],
        datetime.fromisoformat(kept["at"]).astimezone(zone),
        kept["language"],
        by="" if kept["by"] == kept["respondent"] else kept["by"],
    )
    return Source(question, answer, kept["respondent"])


# --- by the same rules ----------------------------------------------------------------------------


def _from_sources(protocol: Protocol, payload: Mapping[str, Any]) -> Proposal | None:
    """Propose once more from the answers that were kept with a proposal; None where one of them is
    no answer any more. Whoever asks compares the hash."""
    values: dict[str, str] = {}
    hers = []
    for kept in payload["sources"]:
        question = protocol.by_id.get(kept["question"])
        if question is None:
            return None
        if kept["how"] != How.GIVEN:
            continue
        seen = How.GIVEN if question.kind in (Kind.TEXT, Kind.DATE) else kept["value"]
        values[question.id] = str(seen)
        if kept["respondent"] == MOTHER:
            hers.append(question.id)
    if hers:
        values[SAID_BY_MOTHER] = " ".join(hers)
    proposal = payload["proposal"]
    conflicts = []
    for item in proposal["conflicts"]:
        if item["kind"] == _TWO_SOURCES:
            question = protocol.by_id.get(item["id"].removeprefix("S-"))
            if question is None:
                return None
            text = message(f"conflict.{_TWO_SOURCES}.{question.counts}")
            conflicts.append(_conflict(item, text))
    try:
        return protocol.propose_from(values, tuple(proposal["missing"]), tuple(conflicts))
    except (FactsError, LookupError, ValueError):
        return None  # an answer that the questions of today do not offer


def _with_kept_conflicts(again: Proposal, kept: Mapping[str, Any]) -> Proposal:
    """Return the proposal with what its two sources said, which only the kept words tell."""
    words = {item["id"]: item["text"] for item in kept["conflicts"]}
    return replace(
        again,
        conflicts=tuple(
            replace(item, text=_words(words[item.id])) if item.kind == _TWO_SOURCES else item
            for item in again.conflicts
        ),
    )


# --- in the words in which it was kept ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptRule(Rule):
    """A rule as it once held, with the words in which it was told then."""

    words: str

    @property
    def text(self) -> Message:
        return _words(self.words)


def _words(text: str) -> Message:
    return message("value.text", text=text)


def _from_words(record: ProposalRecord) -> Proposal:
    kept = record.payload["proposal"]
    because = _reason(kept.get("verdict_because") or _nothing_kept(kept))
    row = _KeptRule(id=kept["order_row"], when=ALWAYS, effect="", passages=(), words="")
    facts = parse_facts(record.payload["facts"])
    decision = Decision(
        values={f"gate_{name}": kept["gates"][name] for name in COMPONENTS},
        fired={"verdict": because.rule, "order": row},
        barriers=tuple(_barrier(item) for item in kept["barriers"]),
        order=tuple(kept["order"]),
        verdict=kept["verdict"],
        verdict_reason=kept["verdict_reason"],
    )
    return Proposal(
        record.protocol_id,
        record.protocol_version,
        record.protocol_hash,
        facts=facts,
        decision=decision,
        strength=kept["strength"],
        verdict_because=because,
        steps=tuple(
            Step(
                item["component"],
                item["label"],
                item["after"],
                tuple(item["variants"]),
                _reasons(item["reasons"]),
                _reasons(item["why_not_earlier"]),
            )
            for item in kept["steps"]
        ),
        barriers=decision.barriers,
        actions=_reasons(kept["actions"]),
        cautions=_reasons(kept["cautions"]),
        conflicts=tuple(_conflict(item, _words(item["text"])) for item in kept["conflicts"]),
        supplementary_help=_reasons(kept["supplementary_help"]),
        pivots=tuple(_pivot(item) for item in kept.get("what_if", ())),
        reassess=tuple(_pivot(item) for item in kept.get("reassess", ())),
        other_readings=tuple(
            OtherReading(
                item["ambiguity"],
                item["reading"],
                item["verdict"],
                item["verdict_reason"],
                tuple(item["order"]),
            )
            for item in kept.get("other_readings", ())
        ),
        readings=kept["protocol"].get("readings", {}),
        missing=tuple(kept["missing"]),
    )


def _nothing_kept(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Early proposals did not keep the rule of their verdict; its code says which it was."""
    verdict = "/".join(filter(None, (kept["verdict"], kept["verdict_reason"])))
    return {"rule": verdict, "passages": [], "evidence": "", "facts": {}, "text": verdict}


def _reasons(items: list[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(_reason(item) for item in items)


def _reason(item: Mapping[str, Any]) -> Reason:
    rule = _KeptRule(
        id=item["rule"],
        when=ALWAYS,
        effect="",
        passages=tuple(item["passages"]),
        basis=Basis(item.get("basis", Basis.SOURCE)),
        words=item["text"],
    )
    return Reason(rule, item["evidence"], dict(item["facts"]))


def _barrier(item: Mapping[str, Any]) -> Barrier:
    return Barrier(item["kind"], item["present"], item["must_resolve_first"])


def _conflict(item: Mapping[str, Any], text: Message) -> Conflict:
    return Conflict(
        item["id"],
        item["kind"],
        text,
        tuple(item["passages"]),
        tuple(item["ambiguities"]),
        dict(item["facts"]),
    )


def _pivot(item: Mapping[str, Any]) -> Pivot:
    return Pivot(
        item["fact"],
        item["value"],
        item["verdict"],
        item["verdict_reason"],
        tuple(item["order"]),
    )
