"""Families that answer the quick intake: whoever they are, they always answer the same."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Protocol as Interface

from flows.conditions import UNKNOWN, YES
from flows.facts import OLDEST_CHILD_MONTHS
from flows.interview import asked_of
from flows.questions import NONE_OF_THESE, UNSURE, Kind, Question
from flows.voorstudie.expected import EXPECTED
from flows.voorstudie.protocol import VOORSTUDIE_CORE

QUICK_QUESTIONS = tuple(asked_of(VOORSTUDIE_CORE, "therapist", "quick"))


class Family(Interface):
    """Answers a question; `unknown` where it does not know."""

    def __call__(self, question: Question, values: Mapping[str, str]) -> str: ...


def expected_family(chance: random.Random) -> Family:
    """Return a family as the quick intake expects it (`flows.voorstudie.expected`).

    Each barrier is there to be resolved first in 1 of 50; one in 20 is in doubt about the list.
    """

    def answer(question: Question, values: Mapping[str, str]) -> str:
        offered = question.offered(values)
        if question.kind is Kind.AGE:
            known = chance.random() > 0.03
            return str(chance.randint(0, OLDEST_CHILD_MONTHS)) if known else UNKNOWN
        if question.kind is Kind.MULTI_CHOICE:
            rates = {UNSURE: 0.05} | {
                name.removeprefix("status_"): (100 - weights["not_started"]) / 100
                for name, weights in EXPECTED.items()
                if name.startswith("status_")
            }
            return _several(chance, offered, lambda code: rates.get(code, 0.02))
        weights = EXPECTED.get(question.id, {})
        every = [*offered, UNKNOWN]
        return chance.choices(every, [weights.get(code, 1) for code in every])[0]

    return answer


def any_family(chance: random.Random) -> Family:
    """Return a family for which every answer is as likely as any other."""

    def answer(question: Question, values: Mapping[str, str]) -> str:
        offered = question.offered(values)
        if question.kind is Kind.AGE:
            return chance.choice([*map(str, range(OLDEST_CHILD_MONTHS + 1)), UNKNOWN])
        if question.kind is Kind.MULTI_CHOICE:
            return chance.choice([_several(chance, offered, lambda _: 0.5), UNKNOWN])
        return chance.choice([*offered, UNKNOWN])

    return answer


def _several(chance: random.Random, offered: tuple[str, ...], rate: object) -> str:
    assert callable(rate)
    codes = [code for code in offered if code != NONE_OF_THESE and chance.random() < rate(code)]
    return " ".join(codes) or NONE_OF_THESE


def adaptive(family: Family) -> dict[str, str]:
    """Return the answers of a quick intake, in the order in which they were asked for."""
    answers: dict[str, str] = {}
    values: dict[str, str] = {}
    while True:
        question = VOORSTUDIE_CORE.quick_intake.choose(QUICK_QUESTIONS, answers, values).next
        if question is None:
            return answers
        answers[question.id] = family(question, values)
        if answers[question.id] != UNKNOWN:
            values[question.id] = answers[question.id]


def fixed(family: Family, answers: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the answers to every quick question that applies, in their order.

    `answers` were given already.
    """
    given = dict(answers or {})
    values = {name: value for name, value in given.items() if value != UNKNOWN}
    for question in QUICK_QUESTIONS:
        if question.id not in given and question.applies(values) == YES:
            given[question.id] = family(question, values)
            if given[question.id] != UNKNOWN:
                values[question.id] = given[question.id]
    return given
