"""A protocol's questions as a FHIR R4 Questionnaire.

The form says what can be asked and answered. Which of it is asked follows from the answers and is
computed by the program; `enableWhen` says so only where FHIR can say exactly the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.conditions import ALWAYS, UNKNOWN, AllOf, AnyOf, Condition, Has, Is
from flows.messages import message
from flows.protocol import Protocol
from flows.questions import LONGEST_TEXT, MOTHER, THERAPIST, Kind, Question
from locales import catalogue

OURS = "urn:volgorde"
"""What our own names begin with; not registered anywhere."""
EXTENSION = f"{OURS}:fhir:"
CASES = f"{OURS}:case"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_STANDARD = "http://hl7.org/fhir/StructureDefinition/"
_UCUM = "http://unitsofmeasure.org"

CHOICES = (Kind.CHOICE, Kind.MULTI_CHOICE)
GROUP = "section."
"""What the linkId of a section begins with; a question's is its id."""


def form_url(protocol: Protocol) -> str:
    """Return the canonical address of a protocol's form, without its version."""
    return f"{OURS}:questionnaire:{protocol.id}"


def code_system(question: Question) -> str:
    """Return the CodeSystem of a question's choices."""
    return f"{OURS}:codes:{question.choice_set}"


def extension(name: str, kind: str, value: Any) -> dict[str, Any]:
    """Make an extension of ours; `kind` is FHIR's type, as in `valueCode`."""
    return {"url": f"{EXTENSION}{name}", f"value{kind}": value}


def coding(question: Question, code: str, language: str, respondent: str = "") -> dict[str, str]:
    """Return a choice as a Coding."""
    label = question.choice_label(code, respondent or voice(question))
    return {
        "system": code_system(question),
        "code": code,
        "display": catalogue(language).say(label),
    }


def voice(question: Question) -> str:
    """Return in whose words a question is shown on the form."""
    return THERAPIST if THERAPIST in question.respondents else MOTHER


def type_of(question: Question) -> str:
    """Return FHIR's type for a question's answers."""
    if question.kind in CHOICES:
        return "choice"
    if question.kind is Kind.NUMBER and question.decimals:
        return "decimal"
    return {
        Kind.NUMBER: "integer",
        Kind.AGE: "integer",
        Kind.DATE: "date",
        Kind.TEXT: "text",
    }[question.kind]


def questionnaire(protocol: Protocol, language: str) -> dict[str, Any]:
    """Return the protocol's questions as a Questionnaire in a language."""
    say = catalogue(language).say
    return {
        "resourceType": "Questionnaire",
        "language": language,
        "extension": [extension("protocol-hash", "String", protocol.hash)],
        "url": form_url(protocol),
        "version": protocol.version,
        "title": say(message("export.fhir.title")),
        # Draft and experimental: nobody has validated the questions or what follows from them.
        "status": "draft",
        "experimental": True,
        "subjectType": ["Patient"],
        "description": say(message("export.fhir.description")),
        "item": [
            {
                "linkId": f"{GROUP}{section}",
                "type": "group",
                "text": say(message(f"section.{section}")),
                "item": [
                    _item(question, protocol.by_id, language)
                    for question in protocol.questions
                    if question.section == section
                ],
            }
            for section in protocol.sections
        ],
    }


def _item(question: Question, by_id: Mapping[str, Question], language: str) -> dict[str, Any]:
    say = catalogue(language).say
    item: dict[str, Any] = {
        "linkId": question.id,
        "text": say(question.text(voice(question))),
        "type": type_of(question),
    }
    notes = list(_bounds(question))
    notes.extend(extension("respondent", "Code", who) for who in question.respondents)
    notes.append(extension("quick", "Boolean", question.quick))
    if MOTHER in question.respondents and voice(question) != MOTHER:
        notes.append(extension("mother-text", "String", say(question.text(MOTHER))))
    enabled = enable_when(question.applies, by_id)
    if enabled is None or question.instead_of:
        notes.append(extension("computed", "String", say(message("export.fhir.path_computed"))))
    elif enabled:
        tests, behaviour = enabled
        item["enableWhen"] = tests
        if len(tests) > 1:
            item["enableBehavior"] = behaviour
    if question.choice_when:
        text = say(message("export.fhir.choices_computed"))
        notes.append(extension("computed-choices", "String", text))
    if question.kind is Kind.TEXT:
        item["maxLength"] = LONGEST_TEXT
    if question.required:
        item["required"] = True
    if question.kind is Kind.MULTI_CHOICE:
        item["repeats"] = True
    if question.kind in CHOICES:
        item["answerOption"] = [
            {"valueCoding": coding(question, code, language)} for code in question.choices
        ]
    return {**item, "extension": notes}


def _bounds(question: Question) -> Iterator[dict[str, Any]]:
    """Give what bounds a number, with FHIR's own extensions."""
    if question.kind not in (Kind.NUMBER, Kind.AGE):
        return
    kind = "Decimal" if question.decimals else "Integer"
    yield {"url": f"{_STANDARD}minValue", f"value{kind}": question.low}
    yield {"url": f"{_STANDARD}maxValue", f"value{kind}": question.high}
    if question.decimals:
        yield {"url": f"{_STANDARD}maxDecimalPlaces", "valueInteger": question.decimals}
    if question.kind is Kind.AGE:
        unit = {"system": _UCUM, "code": "mo"}
        yield {"url": f"{_STANDARD}questionnaire-unit", "valueCoding": unit}


Enabled = tuple[list[dict[str, Any]], str]


def enable_when(condition: Condition, by_id: Mapping[str, Question]) -> Enabled | tuple[()] | None:
    """Return the tests that say exactly what a condition says, and whether all or any must hold.

    Nothing where it always holds; None where FHIR has no words for it: a negation (of an unknown
    neither it nor its opposite holds) and a mixture of "all" and "any".
    """
    if condition == ALWAYS:
        return ()
    parts = _any_of(condition, by_id)
    if parts is not None:
        return parts, "any"
    if isinstance(condition, AllOf):
        each = [_any_of(part, by_id) for part in condition.parts]
        single = [found[0] for found in each if found is not None and len(found) == 1]
        if len(single) == len(each):
            return single, "all"
    return None


def _any_of(condition: Condition, by_id: Mapping[str, Question]) -> list[dict[str, Any]] | None:
    """Return tests of which any says that the condition holds; None where there are none."""
    if isinstance(condition, AnyOf):
        found = [_any_of(part, by_id) for part in condition.parts]
        return None if None in found else [test for tests in found if tests for test in tests]
    if not isinstance(condition, Is | Has):
        return None
    asked = by_id.get(condition.name)
    if asked is None or asked.kind not in CHOICES:
        return None
    codes = (condition.code,) if isinstance(condition, Has) else condition.values
    return [_test(asked, code) for code in codes]


def _test(asked: Question, code: str) -> dict[str, Any]:
    if code == UNKNOWN:  # "I don't know" is kept as a reason why there is no answer
        return {"question": asked.id, "operator": "exists", "answerBoolean": False}
    answer = {"system": code_system(asked), "code": code}
    return {"question": asked.id, "operator": "=", "answerCoding": answer}
