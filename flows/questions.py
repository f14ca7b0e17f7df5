"""Questions as data: what is asked, of whom, when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from flows.conditions import ALWAYS, YES, Condition, Values
from flows.data import canonical
from flows.messages import Message, message

THERAPIST, MOTHER = "therapist", "mother"
RESPONDENTS = (THERAPIST, MOTHER)
QUICK, FULL = "quick", "full"
MODES = (QUICK, FULL)

NONE_OF_THESE = "none"
"""The choice of a multi-choice question that excludes all others."""

UNSURE = "unsure"
"""The choice of a multi-choice question that leaves open what else applies."""

LONGEST_TEXT = 4000
"""Characters of free text that one answer may have."""


SAID_BY_MOTHER = "said_by_mother"
"""Among the values of two sources: the questions answered by the mother's answer alone. What the
therapist judged about their own answer is no judgement of hers."""


class Kind(StrEnum):
    """What kind of answer a question takes. "I don't know" and skipping are always possible."""

    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    NUMBER = "number"
    AGE = "age"
    DATE = "date"
    TEXT = "text"


class Counts(StrEnum):
    """Whose answer counts for the facts where the mother and her therapist both gave one."""

    HERS = "hers"
    THERAPISTS = "therapists"
    MORE_DANGEROUS = "more_dangerous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `id` is the fact's name where the answer is a fact. `applies` is a condition over the answers
    to earlier questions; `quick` says that the question belongs to the quick intake too.
    `choices` are codes, never labels; their labels are in the catalogues under
    `choice.<choice_set>.<code>`. `low` and `high` bound a number (inclusive), with `decimals`
    places at most. `choice_when` says of a choice when it is offered, where that depends on earlier
    answers.
    `passages` are where the source asks for this; a question of ours has none and
    says so in `why`. `topic` replaces the id in the catalogue keys where several questions share
    their words, `about` then fills in what they are about.
    """

    id: str
    section: str
    kind: Kind
    passages: tuple[str, ...]
    choice_set: str = ""
    choices: tuple[str, ...] = ()
    applies: Condition = ALWAYS
    choice_when: Mapping[str, Condition] = field(default_factory=dict)
    respondents: tuple[str, ...] = (THERAPIST,)
    quick: bool = False
    low: int = 0
    high: int = 0
    decimals: int = 0
    topic: str = ""
    about: Message | None = None
    number: int = 0
    instead_of: str = ""
    aside: bool = False
    required: bool = False
    counts: Counts = Counts.THERAPISTS
    danger: str = ""
    one_with: str = ""

    def offered(self, values: Values) -> tuple[str, ...]:
        """Return the choices that can be given, after the answers to earlier questions."""
        if not self.choice_when:
            return self.choices
        return tuple(
            code
            for code in self.choices
            if code not in self.choice_when or self.choice_when[code](values) == YES
        )

    def text(self, respondent: str = THERAPIST) -> Message:
        """Return the question itself, in the words for this respondent."""
        return self._message("mother" if respondent == MOTHER else "")

    @property
    def why(self) -> Message:
        """Return why it is asked."""
        return self._message("why")

    @property
    def short(self) -> Message:
        """Return a few words that name the question, for lists and summaries."""
        return self._message("short")

    def choice_label(self, code: str, respondent: str = THERAPIST) -> Message:
        """Return a choice's label; `unknown` is the same for all questions."""
        voice = ".mother" if respondent == MOTHER else ""
        if code == "unknown":
            return message(f"choice.unknown{voice}")
        return message(f"choice.{self.choice_set}.{code}{voice}")

    @property
    def fingerprint(self) -> str:
        """A short mark of what can be answered here; another mark means another question."""
        data = self.to_data()
        asked = {name: data[name] for name in ("id", "kind", "choices", "choice_when", "range")}
        return sha256(canonical(asked)).hexdigest()[:12]

    def _message(self, part: str) -> Message:
        key = f"question.{self.topic or self.id}" + (f".{part}" if part else "")
        if self.about is None:
            return message(key)
        return message(key, about=self.about, number=self.number)

    def to_data(self) -> dict[str, Any]:
        """Return the question as JSON-ready data, for the protocol's hash."""
        return {
            "id": self.id,
            "section": self.section,
            "kind": self.kind,
            "choices": list(self.choices),
            "applies": self.applies.to_data(),
            "respondents": list(self.respondents),
            "quick": self.quick,
            "range": [self.low, self.high, self.decimals],
            "choice_when": {code: when.to_data() for code, when in self.choice_when.items()},
            "passages": list(self.passages),
            **({"instead_of": self.instead_of} if self.instead_of else {}),
            **({"aside": True} if self.aside else {}),
            **({"required": True} if self.required else {}),
            **({"counts": str(self.counts)} if self.counts is not Counts.THERAPISTS else {}),
            **({"danger": self.danger} if self.danger else {}),
            **({"one_with": self.one_with} if self.one_with else {}),
        }
