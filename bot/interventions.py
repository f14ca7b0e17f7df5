"""The command `volgorde interventions`: the catalogue of part 1 as lines and as data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flows.conditions import NO, UNKNOWN, YES
from flows.facts import FactsError, parse_facts
from flows.messages import Message, age, message
from flows.proposal import DISCLAIMER
from flows.readings import Ambiguity
from flows.telling import source_line
from flows.utterances import Line
from flows.voorstudie import interventions
from flows.voorstudie.interventions import (
    AGES_0_TO_6,
    ANY_AGE,
    CRITERIA,
    INTERVENTIONS,
    LEVELS,
    Criterion,
    Importance,
    Intervention,
    Judgement,
    Standing,
)
from flows.voorstudie.protocol import VOORSTUDIE_CORE

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
_CHOSEN = {True: "chosen", False: "not_chosen"}


def read_age(typed: str | None) -> int | None:
    """Read an age in months as a facts object has it; raises FactsError for any other."""
    if typed is None:
        return None
    value = int(typed) if _WHOLE_NUMBER.fullmatch(typed) else typed
    try:
        return parse_facts({"child_age_months": value}).child_age_months
    except FactsError as error:
        raise FactsError("--age-months", value, error.allowed) from error


def tell_interventions(months: int | None) -> Iterator[Line]:
    """Give the catalogue as lines, for a child of this age or for any."""
    yield Line(message("intervention.title"), "heading")
    if months is None:
        yield Line(message("intervention.any_age"))
    else:
        yield Line(message("intervention.for_age", age=age(months)))
    for level in LEVELS:
        yield Line(message(f"intervention.level.{level}"), "heading")
        if level not in AGES_0_TO_6.levels:
            yield Line(_with_passages(ANY_AGE.reason, ANY_AGE.passages))
        for item in INTERVENTIONS:
            if item.level == level:
                yield from _intervention(item, months)
    for importance in Importance:
        yield Line(message(f"intervention.importance.{importance}"), "heading")
        for number, criterion in enumerate(CRITERIA, start=1):
            if criterion.importance == importance:
                yield from _criterion(number, criterion)
    yield Line(message("intervention.heading.ambiguities"), "heading")
    ambiguities = _ambiguities(months)
    for ambiguity in ambiguities:
        yield _item(ambiguity.text, (ambiguity.id, *ambiguity.passages))
    yield Line(message("intervention.heading.sources"), "heading")
    for name in _cited(months, ambiguities):
        yield Line(source_line(VOORSTUDIE_CORE, name), "item")
    yield Line(DISCLAIMER, "important")


def _intervention(item: Intervention, months: int | None) -> Iterator[Line]:
    yield Line(message(f"intervention.{_CHOSEN[item.chosen]}", name=item.name), "heading")
    yield Line(item.about)
    ages = item.judgements.get(AGES_0_TO_6)
    if ages is not None and ages.text is not None:
        if months is None:
            yield _item(ages.text, (*_names(ages.ambiguities), *ages.passages))
        else:
            fit = item.fit(months)
            text = message(f"intervention.fits.{fit.fits}", reason=fit.reason)
            yield _item(text, (*_names(fit.ambiguities), *fit.passages))
    yield _item(item.why, item.why_passages)


def _criterion(number: int, criterion: Criterion) -> Iterator[Line]:
    """Tell a criterion and who stands how; interventions with the same note share a line."""
    text = message("intervention.criterion", number=number, text=criterion.text)
    places = (*_names(criterion.ambiguities), *criterion.passages)
    yield Line(_with_passages(text, places), "important")
    judged: dict[tuple[Standing, Message], list[tuple[Intervention, Judgement]]] = {}
    silent = []
    for item in INTERVENTIONS:
        judgement = dict(item.judged()).get(criterion)
        if judgement is None:  # the criterion is not for this level
            continue
        if judgement.text is None:
            silent.append(item.name)
        else:
            judged.setdefault((judgement.standing, judgement.text), []).append((item, judgement))
    for standing in Standing:
        for (found, note), stood in judged.items():
            if found == standing:
                yield _stood(standing, note, stood)
    if silent:
        yield Line(message("intervention.silent", names=tuple(silent)), "item")


def _stood(
    standing: Standing, note: Message, stood: Iterable[tuple[Intervention, Judgement]]
) -> Line:
    names = tuple(item.name for item, _ in stood)
    places = {
        place
        for _, judgement in stood
        for place in (*_names(judgement.ambiguities), *judgement.passages)
    }
    text = message(f"intervention.standing.{standing}", names=names, note=note)
    return _item(text, sorted(places))


def _item(text: Message, passages: Iterable[str]) -> Line:
    return Line(_with_passages(text, passages), "item")


def _with_passages(text: Message, passages: Iterable[str]) -> Message:
    return message("proposal.reason", text=text, passages=", ".join(passages))


def _names(ambiguities: Iterable[Ambiguity]) -> list[str]:
    return [ambiguity.id for ambiguity in ambiguities]


def _ambiguities(months: int | None) -> tuple[Ambiguity, ...]:
    """Return the places where the source is not clear, in the order in which they are met."""
    found: dict[Ambiguity, None] = {}
    for item in INTERVENTIONS:
        found.update(dict.fromkeys(item.fit(months).ambiguities))
        for criterion, judgement in item.judged():
            found.update(dict.fromkeys((*criterion.ambiguities, *judgement.ambiguities)))
    return tuple(found)


def _cited(months: int | None, ambiguities: Iterable[Ambiguity]) -> list[str]:
    cited = {name for ambiguity in ambiguities for name in ambiguity.passages}
    for item in INTERVENTIONS:
        cited.update(item.passages, item.why_passages, item.fit(months).passages)
        for criterion, judgement in item.judged():
            cited.update(criterion.passages, judgement.passages)
    return sorted(cited)


def interventions_data(months: int | None, say: Callable[[Message], str]) -> dict[str, Any]:
    """Return the catalogue as JSON-ready data; `volgorde rules --format json` has the passages."""
    return {
        "age_months": months,
        "criteria": [
            {
                "id": criterion.id,
                "kind": criterion.importance,
                "levels": list(criterion.levels),
                "passages": list(criterion.passages),
                "ambiguities": _names(criterion.ambiguities),
                "text": say(criterion.text),
            }
            for criterion in CRITERIA
        ],
        "interventions": [_data(item, months, say) for item in INTERVENTIONS],
        "ambiguities": [
            {
                "id": ambiguity.id,
                "passages": list(ambiguity.passages),
                "text": say(ambiguity.text),
            }
            for ambiguity in _ambiguities(months)
        ],
        "disclaimer": say(DISCLAIMER),
    }


def _data(item: Intervention, months: int | None, say: Callable[[Message], str]) -> dict[str, Any]:
    fit = item.fit(months)
    return {
        "id": item.id,
        "level": item.level,
        "name": say(item.name),
        "about": say(item.about),
        "ages": {"from": item.low, "to": item.high},
        "fits": fit.fits,
        "reason": say(fit.reason),
        "fit_passages": list(fit.passages),
        "ambiguities": _names(fit.ambiguities),
        "chosen": item.chosen,
        "why": say(item.why),
        "why_passages": list(item.why_passages),
        "criteria": {
            criterion.id: {
                "judgement": judgement.standing,
                "note": None if judgement.text is None else say(judgement.text),
                "passages": list(judgement.passages),
                "ambiguities": _names(judgement.ambiguities),
            }
            for criterion, judgement in item.judged()
        },
        "passages": list(item.passages),
        "basis": fit.basis,
    }


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that the interventions and their telling make from codes."""
    yield from interventions.message_ids()
    yield from (f"intervention.{code}" for code in _CHOSEN.values())
    yield from (f"intervention.level.{level}" for level in LEVELS)
    yield from (f"intervention.fits.{fits}" for fits in (YES, NO, UNKNOWN))
    yield from (f"intervention.importance.{importance}" for importance in Importance)
    yield from (f"intervention.standing.{standing}" for standing in Standing)
