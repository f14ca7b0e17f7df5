"""A case as a FHIR R4 Bundle, and back: the form, the answers, and which proposal follows.

What is read back gives the identical proposal. So the bundle holds what the rules can see: the
answers that stand, and a lack of safety that counts though another answer was written down. Free
text is left out unless it is asked for; that something was written is kept either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from bot import strict_json
from bot.export.errors import ExportError, refused
from bot.export.fhir_form import (
    ABSENT,
    CASES,
    CHOICES,
    EXTENSION,
    GROUP,
    code_system,
    coding,
    extension,
    form_url,
    questionnaire,
)
from flows.conversation import propose
from flows.interview import Answer, How, Interview, walk
from flows.machine import HANDED_OVER, IN_REVIEW, SIGNED_OFF, STOPPED
from flows.messages import Message, message
from flows.proposal import DISCLAIMER, Proposal
from flows.protocol import Protocol
from flows.questions import FULL, MODES, MOTHER, RESPONDENTS, THERAPIST, Counts, Kind, Question
from locales import catalogue

COMPLETED, IN_PROGRESS = "completed", "in-progress"
_STATUS = {
    STOPPED: "stopped",
    SIGNED_OFF: COMPLETED,
    IN_REVIEW: COMPLETED,
    HANDED_OVER: COMPLETED,
}
_REASONS = {How.UNKNOWN: "asked-unknown", How.SKIPPED: "asked-declined", How.GIVEN: "masked"}
"""Why an answer has no value: not known, skipped, or written and left out of the bundle."""
_SOURCES = {THERAPIST: "Practitioner", MOTHER: "RelatedPerson"}
_VALUES = {
    Kind.CHOICE: "valueCoding",
    Kind.MULTI_CHOICE: "valueCoding",
    Kind.AGE: "valueInteger",
    Kind.DATE: "valueDate",
    Kind.TEXT: "valueString",
}


@dataclass(frozen=True, slots=True)
class Held:
    """An interview to be taken out, when it was last changed, and whether it still counts.

    `kept` is the hash of its last proposal as it was kept: another one than that of the answers
    where something changed since.
    """

    interview: Interview
    changed_at: datetime
    counts: bool = True
    kept: str = ""


class ReadBack(NamedTuple):
    """What a bundle says: the interviews that count, and the hash of the proposal that it names."""

    own: Interview | None
    hers: Interview | None
    named: str

    def proposal(self, protocol: Protocol) -> Proposal | None:
        """Return what follows from it; None where the therapist's interview is not there."""
        return None if self.own is None else propose(protocol, self.own, self.hers)


# --- out ------------------------------------------------------------------------------------------


def bundle(
    protocol: Protocol,
    held: Sequence[Held],
    language: str,
    *,
    made_at: datetime,
    new_id: Callable[[], str],
    with_texts: bool = False,
) -> dict[str, Any]:
    """Return a case's interviews as a checked Bundle; `new_id` gives a UUID that is used nowhere.

    Raises ExportError for a therapist's interview under another protocol than this: its answers
    may mean something else here.
    """
    counting = {item.interview.respondent: item.interview for item in held if item.counts}
    own, hers = counting.get(THERAPIST), counting.get(MOTHER)
    if own is not None and own.protocol_hash != protocol.hash:
        raise ExportError(
            message(
                "export.fhir.outdated",
                case=own.case,
                version=own.protocol_version,
                wanted=protocol.version,
            )
        )
    resources = [questionnaire(protocol, language)]
    for item in held:
        counts = item.counts and item.interview is own
        proposal = propose(protocol, item.interview, hers) if counts else None
        resources.append(_response(protocol, item, proposal, language, with_texts=with_texts))
    data = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": made_at.isoformat(),
        "entry": [
            {"fullUrl": f"urn:uuid:{new_id()}", "resource": resource} for resource in resources
        ],
    }
    validate("Bundle", data)
    return data


def validate(kind: str, data: Any) -> None:
    """Check a resource against FHIR's own definition. Raises ExportError naming the field."""
    # Loaded only when needed: the models of FHIR take longer than all of the rest.
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        get_fhir_model_class(kind).model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or kind
        raise refused(field, first.get("input"), message("export.fhir.allowed.r4")) from error


def _response(
    protocol: Protocol, held: Held, proposal: Proposal | None, language: str, *, with_texts: bool
) -> dict[str, Any]:
    interview = held.interview
    who = catalogue(language).say(message(f"respondent.{interview.respondent}"))
    notes = [
        extension("respondent", "Code", interview.respondent),
        extension("mode", "Code", interview.mode),
        extension("state", "Code", interview.state),
        extension("free-text", "Boolean", interview.free_text),
        extension("protocol-version", "String", interview.protocol_version),
        extension("protocol-hash", "String", interview.protocol_hash),
        extension("counts", "Boolean", held.counts),
    ]
    if interview.language:
        notes.append(extension("interview-language", "Code", interview.language))
    if proposal is not None:
        notes.append(_proposal(proposal, held.kept, language))
    answers = _to_take_out(protocol, interview)
    sections: dict[str, list[dict[str, Any]]] = {}
    for question in protocol.questions:
        if question.id in answers:
            item = _answered(
                question, answers[question.id], interview, language, with_texts=with_texts
            )
            sections.setdefault(question.section, []).append(item)
    data: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "language": language,
        "extension": notes,
        "questionnaire": f"{form_url(protocol)}|{protocol.version}",
        "status": _STATUS.get(interview.state, IN_PROGRESS),
        "subject": {"type": "Patient", "identifier": {"system": CASES, "value": interview.case}},
        "authored": held.changed_at.isoformat(),
        "source": {"type": _SOURCES[interview.respondent], "display": who},
        "item": [{"linkId": f"{GROUP}{name}", "item": items} for name, items in sections.items()],
    }
    if not data["item"]:
        del data["item"]  # FHIR has no empty lists
    return data


def _to_take_out(protocol: Protocol, interview: Interview) -> dict[str, Answer]:
    """Return the answers that stand in either mode, and hers about safety that may still count."""
    found: dict[str, Answer] = {}
    for mode in (interview.mode, FULL):
        found.update(walk(protocol, interview, mode).standing)
    if interview.respondent == MOTHER:
        for question in protocol.questions:
            answer = interview.answers.get(question.id)
            if question.counts is Counts.MORE_DANGEROUS and answer is not None:
                found[question.id] = answer
    return found


def _answered(
    question: Question, answer: Answer, interview: Interview, language: str, *, with_texts: bool
) -> dict[str, Any]:
    """Return one answer: what, when, in which language, and who wrote it down."""
    notes = [
        extension("answered-at", "DateTime", answer.at.isoformat()),
        extension("recorded-by", "Code", answer.by or interview.respondent),
    ]
    if answer.language and answer.language != interview.language:
        notes.append(extension("answered-in", "Code", answer.language))
    if answer.set_aside:
        notes.append(extension("set-aside", "Boolean", value=True))
    if answer.said:
        said = coding(question, answer.said, language, interview.respondent)
        notes.append(extension("said", "Coding", said))
    item: dict[str, Any] = {
        "linkId": question.id,
        "text": catalogue(language).say(question.text(interview.respondent)),
    }
    hidden = question.kind is Kind.TEXT and not with_texts
    if answer.how is not How.GIVEN or hidden:
        notes.append({"url": ABSENT, "valueCode": _REASONS[answer.how]})
    else:
        item["answer"] = list(_values(question, answer, interview.respondent, language))
    return {**item, "extension": notes}


def _values(
    question: Question, answer: Answer, respondent: str, language: str
) -> Iterator[dict[str, Any]]:
    values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    for value in values:
        if question.kind in CHOICES:
            yield {"valueCoding": coding(question, value, language, respondent)}
        elif question.kind is Kind.AGE:
            yield {"valueInteger": int(value)}
        elif question.kind is Kind.NUMBER:
            yield {_value_of(question): float(value) if "." in value else int(value)}
        else:
            yield {_value_of(question): value}


def _value_of(question: Question) -> str:
    """Return the element that holds a question's answers."""
    if question.kind is Kind.NUMBER:
        return "valueDecimal" if question.decimals else "valueInteger"
    return _VALUES[question.kind]


def _proposal(proposal: Proposal, kept: str, language: str) -> dict[str, Any]:
    """Return what follows from the answers; never without saying what it is not."""
    decision = proposal.decision
    parts = [
        {"url": "hash", "valueString": proposal.hash},
        {"url": "verdict", "valueCode": decision.verdict},
        *({"url": "component", "valueCode": component} for component in decision.order),
        {"url": "order-row", "valueString": decision.fired["order"].id},
        {"url": "strength", "valueCode": proposal.strength},
        {"url": "disclaimer", "valueString": catalogue(language).say(DISCLAIMER)},
    ]
    if decision.verdict_reason:
        parts.append({"url": "verdict-reason", "valueCode": decision.verdict_reason})
    if kept and kept != proposal.hash:
        parts.append({"url": "kept-hash", "valueString": kept})
    return {"url": f"{EXTENSION}proposal", "extension": parts}


# --- back -----------------------------------------------------------------------------------------


def read_json(text: str) -> Any:
    """Read JSON; a key that stands twice is refused, as it could hide a danger."""
    try:
        return strict_json.read_json(text)
    except strict_json.TwiceError as error:
        raise refused(error.key, error.value, message("facts.allowed.once")) from error
    except (ValueError, RecursionError) as error:
        raise refused("Bundle", text.strip(), message("export.fhir.allowed.bundle")) from error


def interviews_from(data: Any, protocol: Protocol) -> ReadBack:
    """Rebuild the interviews that count from a Bundle; `propose` then gives the same proposal.

    Raises ExportError, naming the field, for anything that is not a bundle of this protocol: a
    value that cannot be read must never become "unknown" on its own.
    """
    if not isinstance(data, dict) or data.get("resourceType") != "Bundle":
        kind = data.get("resourceType", "") if isinstance(data, dict) else type(data).__name__
        raise refused("resourceType", kind, "Bundle")
    validate("Bundle", data)
    _nothing_that_modifies(data)
    forms: list[dict[str, Any]] = []
    responses: list[tuple[str, dict[str, Any]]] = []
    for number, entry in enumerate(data.get("entry", ())):
        resource = entry.get("resource", {})
        match resource.get("resourceType"):
            case "Questionnaire":
                forms.append(resource)
            case "QuestionnaireResponse":
                responses.append((f"entry.{number}", resource))
            case other:
                field = f"entry.{number}.resource.resourceType"
                raise refused(field, other, "Questionnaire, QuestionnaireResponse")
    if len(forms) != 1:
        raise refused("Questionnaire", len(forms), "1")
    _same_protocol("Questionnaire.protocol-hash", _notes(forms[0]), protocol)
    found: dict[str, Interview] = {}
    named = ""
    for place, response in responses:
        notes = _notes(response)
        if not _true(notes, "counts", place):
            continue
        interview = _Reader(protocol, place, response).interview()
        if interview.respondent in found:
            raise refused(
                f"{place}.respondent", interview.respondent, message("export.allowed.one")
            )
        found[interview.respondent] = interview
        if interview.respondent == THERAPIST:
            _same_protocol(f"{place}.protocol-hash", notes, protocol)
            named = _named(response)
    if not found:
        raise refused("QuestionnaireResponse", 0, "1, 2")
    return ReadBack(found.get(THERAPIST), found.get(MOTHER), named)


def _notes(element: Mapping[str, Any]) -> dict[str, Any]:
    """Return our extensions of an element by their names, and why there is no answer."""
    found: dict[str, Any] = {}
    for item in element.get("extension", ()):
        url = str(item.get("url", ""))
        name = "absent" if url == ABSENT else url.removeprefix(EXTENSION)
        value = next((value for key, value in item.items() if key.startswith("value")), None)
        found[name] = value
    return found


def _needed(notes: Mapping[str, Any], name: str, place: str) -> Any:
    if notes.get(name) is None:
        raise refused(f"{place}.{name}", "", message("export.allowed.present"))
    return notes[name]


def _true(notes: Mapping[str, Any], name: str, place: str) -> bool:
    value = _needed(notes, name, place)
    if not isinstance(value, bool):
        raise refused(f"{place}.{name}", value, "true, false")
    return value


def _nothing_that_modifies(element: Any, place: str = "Bundle") -> None:
    """Refuse what FHIR says must not be passed over, as it may turn a meaning around; and null."""
    if isinstance(element, list):
        for number, part in enumerate(element):
            _nothing_that_modifies(part, f"{place}.{number}")
    elif isinstance(element, dict):
        for name, part in element.items():
            if name in ("modifierExtension", "implicitRules"):
                raise refused(f"{place}.{name}", part, message("export.allowed.nothing"))
            if part is None:
                raise refused(f"{place}.{name}", "null", message("export.allowed.present"))
            _nothing_that_modifies(part, f"{place}.{name}")


def _same_protocol(field: str, notes: Mapping[str, Any], protocol: Protocol) -> None:
    if notes.get("protocol-hash") != protocol.hash:
        raise refused(field, notes.get("protocol-hash", ""), protocol.hash)


def _named(response: Mapping[str, Any]) -> str:
    """Return the hash of the proposal that a response names, empty where it names none."""
    for item in response.get("extension", ()):
        if item.get("url") == f"{EXTENSION}proposal":
            for part in item.get("extension", ()):
                if part.get("url") == "hash":
                    return str(part.get("valueString", ""))
    return ""


class _Reader:
    """Reads one QuestionnaireResponse."""

    def __init__(self, protocol: Protocol, place: str, response: Mapping[str, Any]) -> None:
        self._protocol = protocol
        self._place = place
        self._response = response
        self._notes = _notes(response)

    def interview(self) -> Interview:
        respondent = self._one_of("respondent", RESPONDENTS)
        self._allowed("status", self._response.get("status", ""), (*_STATUS.values(), IN_PROGRESS))
        form = f"{form_url(self._protocol)}|{self._protocol.version}"
        self._allowed("questionnaire", self._response.get("questionnaire", ""), (form,))
        free_text = _true(self._notes, "free-text", self._place)
        case = self._response.get("subject", {}).get("identifier", {}).get("value", "")
        interview = Interview(
            case=case,
            respondent=respondent,
            mode=self._one_of("mode", MODES),
            language=str(self._notes.get("interview-language", "")),
            protocol_id=self._protocol.id,
            protocol_version=str(_needed(self._notes, "protocol-version", self._place)),
            protocol_hash=str(_needed(self._notes, "protocol-hash", self._place)),
            state=str(_needed(self._notes, "state", self._place)),
            free_text=free_text,
        )
        answers: dict[str, Answer] = {}
        for question, item in self._items():
            if respondent not in question.respondents:
                allowed = ", ".join(
                    known.id
                    for known in self._protocol.questions
                    if respondent in known.respondents
                )
                raise refused(f"{self._place}.linkId", question.id, allowed)
            if question.id in answers:
                raise refused(f"{self._place}.linkId", question.id, message("export.allowed.one"))
            answers[question.id] = self._answer(question, item, interview)
        return replace(interview, answers=answers)

    def _items(self) -> Iterator[tuple[Question, Mapping[str, Any]]]:
        groups = {f"{GROUP}{section}": section for section in self._protocol.sections}
        for group in self._response.get("item", ()):
            section = groups.get(group.get("linkId", ""))
            if section is None or "answer" in group:
                raise refused(f"{self._place}.linkId", group.get("linkId", ""), ", ".join(groups))
            for item in group.get("item", ()):
                question = self._protocol.by_id.get(item.get("linkId", ""))
                if question is None or question.section != section:
                    allowed = ", ".join(
                        known.id for known in self._protocol.questions if known.section == section
                    )
                    raise refused(f"{self._place}.linkId", item.get("linkId", ""), allowed)
                yield question, item

    def _answer(self, question: Question, item: Mapping[str, Any], interview: Interview) -> Answer:
        notes = _notes(item)
        place = f"{self._place}.{question.id}"
        how, value = self._value(question, item, notes, place)
        by = self._allowed(
            f"{question.id}.recorded-by", _needed(notes, "recorded-by", place), RESPONDENTS
        )
        said = ""
        if "said" in notes:
            said = self._code(question, notes["said"], f"{place}.said")
        return Answer(
            how=how,
            value=value,
            at=_moment(_needed(notes, "answered-at", place), f"{place}.answered-at"),
            language=str(notes.get("answered-in") or interview.language),
            set_aside=notes.get("set-aside") is True,
            asked=question.fingerprint,
            by="" if by == interview.respondent else by,
            said=said,
        )

    def _value(
        self, question: Question, item: Mapping[str, Any], notes: Mapping[str, Any], place: str
    ) -> tuple[How, str | tuple[str, ...]]:
        given = item.get("answer", [])
        if "item" in item or any("item" in answer for answer in given):
            raise refused(f"{place}.item", len(given), message("export.allowed.nothing"))
        if not given:
            hows = {reason: how for how, reason in _REASONS.items()}
            if question.kind is not Kind.TEXT:
                del hows[_REASONS[How.GIVEN]]  # only what was written can be left out
            reason = _needed(notes, "absent", place)
            self._allowed(f"{question.id}.data-absent-reason", reason, tuple(hows))
            return hows[reason], ""
        if "absent" in notes or (len(given) > 1 and question.kind is not Kind.MULTI_CHOICE):
            raise refused(f"{place}.answer", len(given), message("export.allowed.one"))
        element = _value_of(question)
        for answer in given:
            if element not in answer:
                raise refused(f"{place}.answer", ", ".join(sorted(answer)), element)
        values = [answer[element] for answer in given]
        if question.kind in CHOICES:
            codes = tuple(self._code(question, value, f"{place}.answer") for value in values)
            if len(set(codes)) != len(codes):
                raise refused(f"{place}.answer", ", ".join(codes), message("export.allowed.one"))
            return How.GIVEN, codes if question.kind is Kind.MULTI_CHOICE else codes[0]
        return How.GIVEN, _plain(question, values[0], f"{place}.answer")

    def _code(self, question: Question, value: Any, field: str) -> str:
        found = value if isinstance(value, dict) else {}
        system, code = found.get("system"), found.get("code")
        if system != code_system(question):
            raise refused(f"{field}.system", system, code_system(question))
        if code not in question.choices:
            raise refused(f"{field}.code", code, ", ".join(question.choices))
        return str(code)

    def _one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        return self._allowed(name, _needed(self._notes, name, self._place), allowed)

    def _allowed(self, field: str, value: object, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            raise refused(f"{self._place}.{field}", value, ", ".join(dict.fromkeys(allowed)))
        return str(value)


def _plain(question: Question, value: Any, field: str) -> str:
    """Return a number, a date or a text as an answer holds it."""
    if question.kind in (Kind.NUMBER, Kind.AGE):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not question.low <= value <= question.high:
            raise refused(field, value, f"{question.low}-{question.high}")
        return str(value)
    if question.kind is Kind.DATE:
        try:
            return date.fromisoformat(value).isoformat()
        except (TypeError, ValueError) as error:
            raise refused(field, value, message("export.allowed.date")) from error
    return str(value)


def _moment(value: Any, field: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise refused(field, value, message("export.allowed.moment")) from error
    if found.tzinfo is None:
        raise refused(field, value, message("export.allowed.moment"))
    return found


def check_lines(protocol: Protocol, read: ReadBack) -> tuple[list[Message], bool]:
    """Say which proposal follows from what was read back, and whether the bundle names that one."""
    proposal = read.proposal(protocol)
    if proposal is None:
        return [message("export.fhir.no_proposal")], False
    lines = [
        message(
            "export.fhir.follows",
            verdict=proposal.decision.verdict,
            order=" > ".join(proposal.decision.order),
            hash=proposal.hash,
        )
    ]
    same = read.named == proposal.hash
    if same:
        lines.append(message("export.fhir.same"))
    elif read.named:
        lines.append(message("export.fhir.another", hash=read.named))
    else:
        lines.append(message("export.fhir.unnamed"))
    return lines, same
