"""The quick intake: ask next what settles most, and stop when nothing can change the order.

Safety is always asked, and first; then, if they still matter, barriers and what has begun. After
that the next question is the one whose answer is expected to leave least doubt about verdict and
order. It stops when every way in which the open questions could be answered gives the same verdict
and order. Which question comes next follows from the answers alone and is never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log2

from flows.conditions import NO, UNKNOWN, YES, Values
from flows.decision import given
from flows.facts import Facts
from flows.outlook import Outlook, Weights
from flows.questions import Question
from flows.rules import RuleSet
from flows.space import Key, space_of

_NOTHING = 1e-9
"""Bits below which an answer is taken to settle nothing; far above rounding, far below any use."""

_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What to ask next (None: stop), which open questions still matter, and which do not."""

    next: Question | None
    matter: tuple[str, ...]
    settled: tuple[str, ...]


@dataclass
class QuickIntake:
    """Chooses questions under one set of rules.

    `sets` names, for each question, what it gives to the rules. Of the sections, `always` come
    first, whatever the rules make of them; `early` come next if they can still matter; `then` come
    before the rest, because what has begun bears on every order.
    """

    rules: RuleSet
    facts_from: Callable[[Values], Facts]
    sets: Mapping[str, tuple[str, ...]]
    expected: Weights
    meeting_points: tuple[str, ...]
    always: tuple[str, ...]
    early: tuple[str, ...]
    then: tuple[str, ...]
    _choices: dict[tuple[object, ...], Choice] = field(default_factory=dict)

    def choose(
        self, questions: Sequence[Question], answered: Collection[str], values: Values
    ) -> Choice:
        """Choose among questions, in their order; `values` are the answers that were given.

        Whoever answered "I don't know" is not asked again, so `answered` may hold more than
        `values`.
        """
        key = (
            tuple([question.id for question in questions]),
            frozenset(answered),
            frozenset(values.items()),
        )
        if key not in self._choices:
            if len(self._choices) >= _REMEMBERED:
                self._choices.clear()
            self._choices[key] = self._choose(questions, answered, values)
        return self._choices[key]

    def _choose(
        self, questions: Sequence[Question], answered: Collection[str], values: Values
    ) -> Choice:
        waiting = [item for item in questions if item.id not in answered]
        on_path = [item for item in waiting if item.applies(values) == YES]
        pinned = [item for item in on_path if item.section in self.always]
        if pinned:
            return Choice(pinned[0], tuple(item.id for item in on_path), ())
        known = self._known(waiting, values)
        if len(self._outlook.outcomes(known)) == 1:
            return Choice(None, (), tuple(item.id for item in on_path))
        for item in on_path:
            early = item.section in self.early and self._gain(item, known) > _NOTHING
            if early or item.section in self.then:
                return Choice(item, tuple(item.id for item in on_path), ())
        gains = {item.id: self._gain(item, known) for item in on_path}
        # Answers may matter only together; then each is worth asking, in the questions' order.
        matter = [item for item in on_path if gains[item.id] > _NOTHING] or on_path
        best = max(matter, key=lambda item: gains[item.id], default=None)
        ids = tuple(item.id for item in matter)
        return Choice(best, ids, tuple(item.id for item in on_path if item.id not in ids))

    @cached_property
    def _outlook(self) -> Outlook:
        space = space_of(self.rules)
        weights = {
            name: _shares(self.expected.get(name, dict.fromkeys(counts, 1.0)))
            for name, counts in space.given.items()
        }
        bands = space.given["child_age_band"]
        weights["child_age_band"] = _shares({band: float(n) for band, n in bands.items()})
        return Outlook(space, weights, self.meeting_points)

    def _known(self, waiting: Sequence[Question], values: Values) -> dict[str, str]:
        """Return what is known for good: what no question can set any more keeps its value."""
        open_names = {
            name
            for question in _may_come(waiting, values)
            for name in self.sets.get(question.id, ())
        }
        stands = given(self.rules, self.facts_from(values))
        return {
            name: stands.get(name, UNKNOWN)
            for name in self._outlook.space.given
            if name not in open_names
        }

    def _gain(self, question: Question, known: Mapping[str, str]) -> float:
        """Return how many bits of doubt about the outcome the answer is expected to take away."""
        return max(
            (
                _information(self._outlook.by_answer(name, known))
                for name in self.sets.get(question.id, ())
                if name not in known
            ),
            default=0.0,
        )


def _may_come(waiting: Sequence[Question], values: Values) -> Iterator[Question]:
    """Give the open questions that are on the path, or can still come on it."""
    coming: set[str] = set()
    for question in waiting:
        applies = question.applies(values)
        reads = set(question.applies.names())
        if applies == YES or (applies != NO and reads & coming):
            coming.add(question.id)
            yield question


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {value: weight / total for value, weight in weights.items()}


def _information(by_answer: Mapping[str, Mapping[Key, float]]) -> float:
    """Return the mutual information, in bits, of an answer and the outcome."""
    outcomes: dict[Key, float] = {}
    for counts in by_answer.values():
        for outcome, weight in counts.items():
            outcomes[outcome] = outcomes.get(outcome, 0.0) + weight
    total = sum(outcomes.values())
    after = sum(_doubt(counts.values()) for counts in by_answer.values() if counts)
    return (_doubt(outcomes.values()) - after) / total


def _doubt(weights: Collection[float]) -> float:
    """Return the entropy of weights, in bits, times their sum."""
    total = sum(weights)
    return -sum(weight * log2(weight / total) for weight in weights if weight > 0)
