"""Two sources, one set of facts: whose answer counts where the mother and her therapist both say.

Nothing is settled in silence: where the two differ it is shown, with what each of them said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flows.conditions import UNKNOWN
from flows.interview import Answer, How, Interview, answer_message, seen_by_rules, walk
from flows.messages import Message, message
from flows.proposal import Conflict
from flows.protocol import Protocol
from flows.questions import MOTHER, SAID_BY_MOTHER, THERAPIST, Counts, Kind, Question


@dataclass(frozen=True, slots=True)
class Source:
    """The answer that counts for a question, and whose it is."""

    question: Question
    answer: Answer
    respondent: str

    def to_data(self) -> dict[str, str]:
        """Return it as JSON-ready data: what was said, whose it is, who wrote it down, and when."""
        value = self.answer.value
        return {
            "question": self.question.id,
            "how": str(self.answer.how),
            "value": " ".join(value) if isinstance(value, tuple) else value,
            "respondent": self.respondent,
            "by": self.answer.by or self.respondent,
            "at": self.answer.at.isoformat(),
            "language": self.answer.language,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """A question on which the two do not say the same; `counts` is whose answer counts."""

    question: Question
    hers: Answer
    therapists: Answer
    counts: str

    @property
    def value(self) -> str:
        """The value that counts, as the rules see it."""
        answer = self.hers if self.counts == MOTHER else self.therapists
        return seen_by_rules(self.question, answer) if answer.how is How.GIVEN else UNKNOWN


@dataclass(frozen=True, slots=True)
class Merged:
    """What both know together: the values for the rules, who said each, and where they differ."""

    values: dict[str, str]
    sources: tuple[Source, ...]
    differences: tuple[Difference, ...]


def merge(protocol: Protocol, interview: Interview, beside: Interview | None) -> Merged:
    """Return what the therapist's interview and the mother's beside it say together.

    Where one of them skipped a question or was not asked, the other's answer stands. "I don't know"
    is an answer: of danger it is never read as safe, and a wish that is not known is hers to know.
    """
    own = _said(walk(protocol, interview).standing)
    hers = {} if beside is None else _hers(protocol, beside)
    leads: dict[str, str] = {}
    values: dict[str, str] = {}
    sources: list[Source] = []
    differences: list[Difference] = []
    hers_alone: list[str] = []
    for question in protocol.questions:
        therapists = own.get(question.id)
        mothers = hers.get(question.id) if THERAPIST in question.respondents else None
        lead = leads.get(question.one_with) or _lead(question, therapists, mothers)
        leads[question.id] = lead
        answer = mothers if lead == MOTHER else therapists
        comparable = question.kind is not Kind.TEXT
        if comparable and therapists and mothers and not therapists.same_as(mothers):
            differences.append(Difference(question, mothers, therapists, lead))
        elif beside is not None and mothers is not None and mothers.said:
            # Something less dangerous was written down for her than she had chosen herself.
            written = beside.answers[question.id]
            differences.append(Difference(question, mothers, written, lead))
        if answer is None:
            continue
        sources.append(Source(question, answer, lead))
        if answer.how is How.GIVEN:
            values[question.id] = seen_by_rules(question, answer)
            if lead == MOTHER and (therapists is None or not therapists.same_as(answer)):
                hers_alone.append(question.id)
    if hers_alone:
        values[SAID_BY_MOTHER] = " ".join(hers_alone)
    return Merged(values, tuple(sources), tuple(differences))


@dataclass(frozen=True, slots=True)
class Both:
    """What each of the two answered to a question; `counts` is whose answer counts, `differ` that
    they do not say the same."""

    question: Question
    therapists: Answer | None
    hers: Answer | None
    counts: str
    differ: bool


def both(protocol: Protocol, interview: Interview, beside: Interview | None) -> tuple[Both, ...]:
    """Return every question that one of the two answered or left out, with what each said."""
    merged = merge(protocol, interview, beside)
    counts = {source.question.id: source.respondent for source in merged.sources}
    differ = {item.question.id for item in merged.differences}
    own = walk(protocol, interview).standing
    hers = {} if beside is None else walk(protocol, beside).standing
    return tuple(
        Both(
            question,
            own.get(question.id),
            hers.get(question.id),
            counts.get(question.id, ""),
            question.id in differ,
        )
        for question in protocol.questions
        if question.id in own or question.id in hers
    )


def _hers(protocol: Protocol, beside: Interview) -> dict[str, Answer]:
    """Return what a mother said, as it counts beside her therapist's answers.

    A lack of safety that she told of counts until she says otherwise herself: also where her
    interview was begun anew and she has not answered yet, and where another answer was written down
    for her.
    """
    found = _said(walk(protocol, beside).standing)
    for question in protocol.questions:
        answer = beside.answers.get(question.id)
        if question.counts is not Counts.MORE_DANGEROUS or answer is None:
            continue
        if answer.said:
            found[question.id] = replace(answer, how=How.GIVEN, value=answer.said, by="")
        elif answer.set_aside and question.id not in found and _danger(question, answer):
            found[question.id] = answer
    return found


def _said(standing: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return the answers that say something; leaving a question out says nothing."""
    return {name: answer for name, answer in standing.items() if answer.how is not How.SKIPPED}


def _lead(question: Question, therapists: Answer | None, mothers: Answer | None) -> str:
    """Say whose answer counts."""
    if mothers is None:
        return THERAPIST
    if therapists is None:
        return MOTHER
    match question.counts:
        case Counts.HERS:
            return MOTHER
        case Counts.THERAPISTS:
            return THERAPIST
    worse = _danger(question, mothers) > _danger(question, therapists)
    return MOTHER if worse else THERAPIST


def _danger(question: Question, answer: Answer) -> int:
    if answer.how is How.UNKNOWN:
        return 1
    return 2 if answer.value == question.danger else 0


def conflicts(merged: Merged) -> Iterator[Conflict]:
    """Give a conflict to talk about for each question on which the two differ."""
    for item in merged.differences:
        yield Conflict(
            id=f"S-{item.question.id}",
            kind="two_sources",
            text=message(
                f"conflict.two_sources.{item.question.counts}",
                question=item.question.short,
                hers=answer_message(item.question, item.hers),
                therapists=answer_message(item.question, item.therapists),
            ),
            passages=(),
            ambiguities=(),
            facts={item.question.id: item.value},
        )


def said_by(source: Source) -> Message:
    """Say who gave an answer, and who wrote it down where that was somebody else."""
    if source.answer.by:
        return message(f"sources.{source.respondent}_by_{source.answer.by}")
    return message(f"respondent.{source.respondent}")


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    yield "conflict.two_sources"
    for counts in Counts:
        yield f"conflict.two_sources.{counts}"
    yield f"sources.{MOTHER}_by_{THERAPIST}"
