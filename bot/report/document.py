"""A report: what stands in it, in messages and no language yet.

All that it says of a proposal is said by the telling of every channel (`flows.telling`); here it is
only put in the order in which a page is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.reviewing import Review, Verdict
from flows.explaining import Explanation
from flows.interview import Interview
from flows.messages import Message, message
from flows.mothers import plan_screen
from flows.proposal import DISCLAIMER, Proposal
from flows.protocol import Protocol
from flows.questions import MODES
from flows.telling import protocol_line, tell
from flows.telling_why import tell_why
from flows.utterances import Line
from flows.voorstudie.questions import AS_PROPOSED
from locales import catalogue, name_in


class Audience(StrEnum):
    """Whom a report is for: the file that professionals keep, or the mother."""

    FILE = "file"
    MOTHER = "mother"


@dataclass(frozen=True, slots=True)
class OrderStep:
    """A place in the order: what comes there, and what to do with it (nothing, to a mother)."""

    number: int
    what: Message
    label: Message | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under headings, in groups that may have a name."""

    columns: tuple[Message, ...]
    groups: tuple[tuple[Message | None, tuple[tuple[Message, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report: a heading of a level, its lines, and a table."""

    name: str
    title: Message
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report.

    `title` names the document to whoever sees only its name, so it says nothing of what it is
    about. `case` is empty where no code may stand in it. `summary` is what stands above the order
    (`caption`, `steps`) and `grounds` what stands under it; `status` says what supervisors said.
    """

    audience: Audience
    language: str
    made: datetime
    title: Message
    heading: Message
    case: str = ""
    kicker: Message | None = None
    dates: tuple[Message, ...] = ()
    notices: tuple[Message, ...] = ()
    summary: tuple[Line, ...] = ()
    caption: Message | None = None
    steps: tuple[OrderStep, ...] = ()
    grounds: tuple[Line, ...] = ()
    status: Message | None = None
    parts: tuple[Part, ...] = ()
    signatures: tuple[Message, ...] = ()
    about: tuple[Part, ...] = ()
    footer: Message | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: to what, what it is, who gave it when and in which language (its code).

    `skipped` says that the question was left out.
    """

    section: str
    question: Message
    answer: Message
    who: Message
    on: Message
    language: str
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """An interview that was held: with whom, how, in which language, from when until when."""

    respondent: str
    mode: str
    language: str
    begun: datetime
    last: datetime
    protocol: str


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """A supervisor's verdict: whose (code and role), when, on which proposal (hash), and why."""

    code: str
    role: str
    at: datetime
    read: str
    review: Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a report for the file is made of.

    `at` is when the proposal was made, `content_hash` its hash. `answers` are those it rests on,
    `others` what was asked besides; `verdicts` are given on this proposal and earlier ones, the
    oldest first. `shorts` names the questions of which comments speak.
    """

    case: str
    proposal: Proposal
    at: datetime
    content_hash: str
    explanation: Explanation | None = None
    notices: tuple[Message, ...] = ()
    own: tuple[Line, ...] = ()
    answers: tuple[Given, ...] = ()
    others: tuple[Given, ...] = ()
    held: tuple[Held, ...] = ()
    verdicts: tuple[GivenVerdict, ...] = ()
    shorts: dict[str, Message] = field(default_factory=dict)
    therapist: str = ""


_ORDER = ("proposal.order", "proposal.order_later")
_STEP = "proposal.step"
_ELSEWHERE = ("proposal.disclaimer", "proposal.protocol", "proposal.see_interventions")
"""Lines that have another place on paper, or that name a command."""
_FIRST = ("proposal.heading.barriers", "proposal.heading.actions", "proposal.heading.conflicts")
_WHY = ("explain.heading.why_not", "explain.heading.changes")
_SOURCES = "proposal.heading.sources"
SIGNED_WITH = ("name", "date", "hand")
"""What is written by hand beside a signature, and the signature."""
_SHORT = 12
"""How much of a hash is enough to tell two apart."""


def short(content_hash: str) -> str:
    """Return as much of a hash as people compare."""
    return content_hash[:_SHORT]


# --- for the file ---------------------------------------------------------------------------------


def file_report(
    protocol: Protocol, material: Material, *, language: str, made: datetime, draft: Message | None
) -> Report:
    """Return the report for the file. `draft` says that the language is one, where it is."""
    proposal = material.proposal
    beginning, *told = _chapters(tell(protocol, proposal))
    lines = beginning.lines
    at = next(at for at, line in enumerate(lines) if line.text.id in _ORDER)
    steps = tuple(chapter for chapter in told if chapter.title.id == _STEP)
    rest = {chapter.title.id: chapter for chapter in told if chapter.title.id != _STEP}
    passages = rest.pop(_SOURCES, None)
    why = {chapter.title.id: chapter for chapter in _chapters(_why(protocol, material))}
    return Report(
        audience=Audience.FILE,
        language=language,
        made=made,
        case=material.case,
        title=message("report.file.title", case=material.case),
        kicker=message("report.file.kicker", case=material.case),
        heading=beginning.title,
        dates=(
            moment("report.proposed_at", material.at, made),
            moment("report.made_at", made, made),
        ),
        notices=(*material.notices, *((draft,) if draft else ())),
        summary=lines[:at],
        caption=lines[at].text,
        steps=tuple(_order_step(chapter.title) for chapter in steps),
        grounds=(*lines[at + 1 :], *_other_order(material.own)),
        status=_status(material, made),
        parts=tuple(
            part
            for part in (
                Part("own", message("report.heading.own"), material.own),
                *(_part(rest.pop(name)) for name in _FIRST if name in rest),
                Part("reasons", message("report.heading.reasons")),
                *(_part(chapter, level=3) for chapter in steps),
                *(_part(why[name]) for name in _WHY if name in why),
                *map(_part, rest.values()),
                _answers("answers", material.answers, language),
                _answers("others", material.others, language),
                _held(material.held, language),
                *(() if passages is None else (_part(passages),)),
                _verdicts(material, made),
            )
            if part.lines or part.table or part.name == "reasons"
        ),
        signatures=_signatures(material),
        about=(_about(proposal, material, made),),
        footer=message("report.footer", case=material.case, proposal=short(material.content_hash)),
    )


@dataclass(frozen=True, slots=True)
class _Chapter:
    """What is told under one heading."""

    title: Message
    lines: tuple[Line, ...]


def _chapters(lines: Iterable[Line]) -> Iterator[_Chapter]:
    """Give what was told by its headings; the first line is one."""
    title: Message | None = None
    under: list[Line] = []
    for line in lines:
        if line.style == "heading":
            if title is not None:
                yield _Chapter(title, tuple(under))
            title, under = line.text, []
        elif line.text.id not in _ELSEWHERE:
            under.append(line)
    if title is not None:
        yield _Chapter(title, tuple(under))


def _part(chapter: _Chapter, level: int = 2) -> Part:
    return Part(chapter.title.id.rpartition(".")[2], chapter.title, chapter.lines, level=level)


def _why(protocol: Protocol, material: Material) -> Sequence[Line]:
    return () if material.explanation is None else tell_why(protocol, material.explanation)


def _other_order(own: Iterable[Line]) -> Iterator[Line]:
    """Say beside the order that was proposed that the therapist chose another: it must not be
    missed by whoever reads no further."""
    for line in own:
        answer = dict(line.text.params).get("answer")
        same = isinstance(answer, Message) and answer.id.endswith(f".{AS_PROPOSED}")
        if line.text.id == "proposal.override_order" and not same:
            yield replace(line, style="important")


def _order_step(told: Message) -> OrderStep:
    params = dict(told.params)
    number, what, label = params["position"], params["component"], params["label"]
    if not (isinstance(number, int) and isinstance(what, Message) and isinstance(label, Message)):
        raise TypeError(f"not a step: {told}")
    return OrderStep(number, what, label)


def _answers(name: str, given_or_not: Sequence[Given], reader: str) -> Part:
    """Make the table of answers, by the section of their questions; what was left out is listed."""
    answers = [given for given in given_or_not if not given.skipped]
    left_out: dict[Message, list[Message]] = {}
    for given in given_or_not:
        if given.skipped:
            left_out.setdefault(given.who, []).append(given.question)
    groups: dict[str, list[tuple[Message, ...]]] = {}
    for given in answers:
        row = (given.question, given.answer, given.who, given.on, _named(given.language, reader))
        groups.setdefault(given.section, []).append(row)
    table = Table(
        _columns("question", "answer", "who", "when", "language"),
        tuple(
            (message(f"section.{section}") if section else None, tuple(rows))
            for section, rows in groups.items()
        ),
    )
    lines = tuple(
        Line(message("report.skipped", who=who, questions=tuple(questions)))
        for who, questions in left_out.items()
    )
    return Part(name, message(f"report.heading.{name}"), lines, table if answers else None)


def _held(held: Sequence[Held], reader: str) -> Part:
    rows = tuple(
        (
            message(f"respondent.{item.respondent}"),
            message(f"report.mode.{item.mode}"),
            _named(item.language, reader),
            message("value.date", date=item.begun.date()),
            message("value.date", date=item.last.date()),
            message("value.text", text=item.protocol),
        )
        for item in held
    )
    columns = _columns("who", "mode", "language", "begun", "last", "protocol")
    return Part("held", message("report.heading.held"), table=Table(columns, ((None, rows),)))


def _columns(*names: str) -> tuple[Message, ...]:
    return tuple(message(f"report.column.{name}") for name in names)


def _named(language: str, reader: str) -> Message:
    """Name a language to the reader; a draft is called one."""
    if not language:
        return message("report.no_language")
    name = name_in(language, reader)
    return message(
        "language.draft" if catalogue(language).draft else "report.language", language=name
    )


def moment(key: str, at: datetime, made: datetime) -> Message:
    """Say when something was, by the clock of whoever makes the report."""
    local = at.astimezone(made.tzinfo)
    return message(key, date=local.date(), time=f"{local:%H:%M}")


def _status(material: Material, made: datetime) -> Message:
    """Say what a supervisor last said of this very proposal."""
    given = [item for item in material.verdicts if item.read == material.content_hash]
    if not given:
        return message("report.status.open")
    last = given[-1]
    on = last.at.astimezone(made.tzinfo).date()
    return message(f"report.status.{last.review.verdict}", code=last.code, date=on)


def _verdicts(material: Material, made: datetime) -> Part:
    lines = []
    for item in material.verdicts:
        local = item.at.astimezone(made.tzinfo)
        given = message(
            f"report.verdict.{item.review.verdict}",
            role=message(f"role.{item.role}"),
            code=item.code,
            date=local.date(),
            time=f"{local:%H:%M}",
        )
        lines.append(Line(given, "important"))
        this = item.read == material.content_hash
        read = "report.verdict.read" if this else "report.verdict.read_earlier"
        lines.append(Line(message(read, proposal=short(item.read)), "detail"))
        lines.extend(Line(text, "item") for text in _grounds(item.review, material))
    return Part("verdicts", message("report.heading.verdicts"), tuple(lines))


def _grounds(review: Review, material: Material) -> Iterator[Message]:
    for name, text in review.comments:
        question = material.shorts.get(name)
        if question is None:
            yield message("review.on_the_whole", text=text)
        else:
            yield message("review.on_a_question", question=question, text=text)
    if review.order:
        order = message(f"choice.override_order.{review.order}")
        yield message("report.verdict.order", order=order)
    if review.reason:
        yield message("report.verdict.reason", text=review.reason)
    if review.rule:
        yield message("report.verdict.rule", rule=review.rule)


def _signatures(material: Material) -> tuple[Message, ...]:
    """Say who signs by hand; whoever has a code is named by it."""
    signed = [item for item in material.verdicts if item.review.verdict == Verdict.SIGNED_OFF]
    people = (
        (message("role.therapist"), material.therapist),
        (message("report.signature.parent"), ""),
        (message("role.supervisor"), signed[-1].code if signed else ""),
    )
    return tuple(
        message("report.signature.with_code", who=who, code=code) if code else who
        for who, code in people
    )


def _about(proposal: Proposal, material: Material, made: datetime) -> Part:
    """Say by what the report can be checked, and what it is not."""
    return Part(
        "about",
        message("report.heading.about"),
        (
            Line(DISCLAIMER, "important"),
            Line(message("report.not_validated")),
            Line(protocol_line(proposal), "detail"),
            Line(message("report.protocol_hash", hash=proposal.protocol_hash), "detail"),
            Line(message("report.proposal_hash", hash=material.content_hash), "detail"),
            Line(moment("report.made_at", made, made), "detail"),
        ),
    )


# --- for the mother -------------------------------------------------------------------------------


def mother_report(interview: Interview, *, made: datetime, language: str, draft: bool) -> Report:
    """Return her version of a plan that her therapist shared: what her own screen says of it.

    No code, no reason and no name stands in it, and its title says nothing: paper gets lost.
    """
    first, *lines = plan_screen(interview).lines
    steps = [line.text for line in lines if line.text.id == "mother.plan.step"]
    return Report(
        audience=Audience.MOTHER,
        language=language,
        made=made,
        title=message("report.mother.title"),
        heading=first.text,
        notices=(message("report.mother.draft"),) if draft else (),
        steps=tuple(_her_step(told) for told in steps),
        grounds=tuple(line for line in lines if line.text.id != "mother.plan.step"),
        dates=(message("value.date", date=made.date()),),
    )


def _her_step(told: Message) -> OrderStep:
    params = dict(told.params)
    number, what = params["number"], params["what"]
    if not (isinstance(number, int) and isinstance(what, Message)):
        raise TypeError(f"not a step: {told}")
    return OrderStep(number, what)


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    columns = ("question", "answer", "who", "when", "language", "mode", "begun", "last", "protocol")
    yield from (f"report.column.{name}" for name in columns)
    yield from (f"report.heading.{name}" for name in ("answers", "others"))
    yield from (f"report.mode.{mode}" for mode in MODES)
    yield from ("report.status.open", "report.verdict.read", "report.verdict.read_earlier")
    for verdict in Verdict:
        yield f"report.status.{verdict}"
        yield f"report.verdict.{verdict}"
    yield from (f"report.signature.{what}" for what in SIGNED_WITH)
    yield from ("report.proposed_at", "report.made_at", "report.language")
