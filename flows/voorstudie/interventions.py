"""The interventions and criteria of part 1 of the pre-study: what was considered, and what for.

Ages are in months; a lower bound belongs to the range, an upper bound does not ("0 to 6 years" is
0 up to and including 71 months). What the pre-study does not say is `not_stated`, never guessed;
what comes from outside it carries another basis than `source`, and its text says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.conditions import NO, UNKNOWN, YES, Tri
from flows.facts import CHILD, COMPONENTS, PARENT, RELATIONSHIP
from flows.messages import Message, message
from flows.readings import Ambiguity
from flows.rules import Basis
from flows.voorstudie.ambiguities import AGE_OF_STORY_METHOD, EFFECT_OF_NIKA, THREE_MONTHS

LEVELS = (RELATIONSHIP, CHILD, PARENT)
"""What an intervention treats, by the component it could have been; in the source's order."""


class Importance(StrEnum):
    """How much a criterion weighed in the selection (figure 1)."""

    NEED_TO_HAVE = "need_to_have"
    NICE_TO_HAVE = "nice_to_have"


class Standing(StrEnum):
    """What the pre-study says about an intervention under a criterion.

    `partly`: of part of the criterion, or with a reservation.
    """

    MEETS = "meets"
    PARTLY = "partly"
    DOES_NOT_MEET = "does_not_meet"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of figure 1, and the levels for which it holds."""

    id: str
    importance: Importance
    passages: tuple[str, ...]
    levels: tuple[str, ...] = COMPONENTS
    ambiguities: tuple[Ambiguity, ...] = ()

    @property
    def text(self) -> Message:
        """What the criterion asks."""
        return message(f"criterion.{self.id}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an intervention stands under a criterion.

    `note` is the code of a sentence that says what the source says; several may share it.
    """

    standing: Standing
    note: str = ""
    passages: tuple[str, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()

    @property
    def text(self) -> Message | None:
        """What the source says, where it says something."""
        return message(f"intervention.note.{self.note}") if self.note else None


NOT_STATED = Judgement(Standing.NOT_STATED)


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether an intervention fits children below an age (exclusive; None is all that are left)."""

    code: str
    fits: Tri
    passages: tuple[str, ...]
    below: int | None = None
    basis: Basis = Basis.SOURCE
    ambiguities: tuple[Ambiguity, ...] = ()

    @property
    def reason(self) -> Message:
        """Why it fits, or not, or why that is not settled."""
        return message(f"intervention.fit.{self.code}")


ANY_AGE = Fit("any_age", YES, ("E15",))
"""The child's age does not matter: the criterion of age is not for what treats the parent."""
AGE_NOT_GIVEN = Fit("age_not_given", UNKNOWN, (), basis=Basis.CONVENTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """One intervention that the pre-study considered.

    `low` (inclusive) and `high` (exclusive) are the ages in months that the source states, None
    where it states none. `bands` says what follows for a child, youngest first. Criteria of which
    the source says nothing are left out of `judgements`.
    """

    id: str
    level: str
    passages: tuple[str, ...]
    why_passages: tuple[str, ...]
    bands: tuple[Fit, ...]
    low: int | None = None
    high: int | None = None
    chosen: bool = False
    judgements: Mapping[Criterion, Judgement] = field(default_factory=dict)

    @property
    def name(self) -> Message:
        """Its short name."""
        return message(f"intervention.{self.id}")

    @property
    def about(self) -> Message:
        """What it is, in one line."""
        return message(f"intervention.{self.id}.about")

    @property
    def why(self) -> Message:
        """Why the pre-study chose it, or did not."""
        return message(f"intervention.{self.id}.why")

    def judged(self) -> Iterator[tuple[Criterion, Judgement]]:
        """Give each criterion that holds for this level, and how the intervention stands there."""
        for criterion in CRITERIA:
            if self.level in criterion.levels:
                yield criterion, self.judgements.get(criterion, NOT_STATED)

    def fit(self, months: int | None) -> Fit:
        """Say whether it fits a child of this age in months; None is an age that is not given."""
        if months is None:
            return ANY_AGE if ANY_AGE in self.bands else AGE_NOT_GIVEN
        return next(band for band in self.bands if band.below is None or months < band.below)


# --- the criteria of figure 1 ---------------------------------------------------------------------

AGES_0_TO_6 = Criterion(
    "ages_0_to_6", Importance.NEED_TO_HAVE, ("E15", "E31"), levels=(RELATIONSHIP, CHILD)
)
WELL_FOUNDED = Criterion("well_founded", Importance.NEED_TO_HAVE, ("E15", "E31"))
SHORT = Criterion("short", Importance.NEED_TO_HAVE, ("E15", "E31"), ambiguities=(THREE_MONTHS,))
DUTCH_PROTOCOL = Criterion("dutch_protocol", Importance.NEED_TO_HAVE, ("E15", "E31"))
EVIDENCE_BASED = Criterion("evidence_based", Importance.NICE_TO_HAVE, ("E16", "E31"))
DIVERSE_FAMILIES = Criterion("diverse_families", Importance.NICE_TO_HAVE, ("E16", "E31"))
USED_IN_SHELTERS = Criterion("used_in_shelters", Importance.NICE_TO_HAVE, ("E16", "E31"))

CRITERIA = (
    AGES_0_TO_6,
    WELL_FOUNDED,
    SHORT,
    DUTCH_PROTOCOL,
    EVIDENCE_BASED,
    DIVERSE_FAMILIES,
    USED_IN_SHELTERS,
)

# --- the interventions ----------------------------------------------------------------------------


def _meets(note: str, *passages: str) -> Judgement:
    return Judgement(Standing.MEETS, note, passages)


def _partly(note: str, *passages: str) -> Judgement:
    return Judgement(Standing.PARTLY, note, passages)


def _does_not_meet(note: str, *passages: str) -> Judgement:
    return Judgement(Standing.DOES_NOT_MEET, note, passages)


def _not_stated_but(note: str, *passages: str) -> Judgement:
    return Judgement(Standing.NOT_STATED, note, passages)


_IN_DATABASE = {
    WELL_FOUNDED: _meets("in_database", "E26"),
    DUTCH_PROTOCOL: _meets("database_protocol", "E26"),
}

_RELATIONSHIP = (
    Intervention(
        id="vipp_sd",
        level=RELATIONSHIP,
        passages=("E09", "E25"),
        why_passages=("E18", "E19", "E25", "E30"),
        low=0,
        high=72,
        bands=(
            Fit("within_0_to_6", YES, ("E09",), below=72),
            Fit("six_years", UNKNOWN, ("E09", "E15"), basis=Basis.CONVENTION),
        ),
        judgements={
            **_IN_DATABASE,
            AGES_0_TO_6: _meets("ages_0_to_6", "E09"),
            SHORT: _partly("called_short", "E09"),
            EVIDENCE_BASED: _meets("strong_indications", "E09", "E25"),
            USED_IN_SHELTERS: _not_stated_but("few_trained", "E19"),
        },
    ),
    Intervention(
        id="nika",
        level=RELATIONSHIP,
        passages=("E10", "E11", "E19"),
        why_passages=("E18", "E19", "E30"),
        low=0,
        high=72,
        chosen=True,
        bands=(
            # The lower bound of 9 months is not the pre-study's: specification 9, rule K-nika-age.
            Fit("nika_under_9_months", UNKNOWN, ("E10",), below=9, basis=Basis.CONVENTION),
            Fit("within_0_to_6", YES, ("E10",), below=72),
            Fit("six_years", UNKNOWN, ("E10", "E15"), basis=Basis.CONVENTION),
        ),
        judgements={
            **_IN_DATABASE,
            AGES_0_TO_6: _meets("ages_0_to_6", "E10"),
            WELL_FOUNDED: _meets("in_database", "E26", "E10"),
            SHORT: _partly("called_short", "E10"),
            EVIDENCE_BASED: Judgement(
                Standing.DOES_NOT_MEET,
                "nika_effect",
                ("E10", "E25", "F13"),
                (EFFECT_OF_NIKA,),
            ),
            USED_IN_SHELTERS: _meets("used_and_trained", "E10", "E19"),
        },
    ),
    Intervention(
        id="pcit",
        level=RELATIONSHIP,
        passages=("E12", "E24"),
        why_passages=("E12", "E24"),
        low=24,
        bands=(
            Fit("pcit_too_young", NO, ("E12", "E24"), below=24),
            Fit("pcit_from_2", YES, ("E12", "E24")),
        ),
        judgements={
            **_IN_DATABASE,
            AGES_0_TO_6: _partly("ages_from_2", "E12", "E24"),
            SHORT: _partly("weeks_9_to_20", "E12"),
            EVIDENCE_BASED: _partly("first_indications_abuse", "E12"),
        },
    ),
    Intervention(
        id="basic_trust",
        level=RELATIONSHIP,
        passages=("E13", "E24"),
        why_passages=("E13", "E24"),
        low=24,
        high=144,
        bands=(
            Fit("basic_trust_too_young", NO, ("E13", "E24"), below=24),
            Fit("basic_trust_from_2", YES, ("E13",)),
        ),
        judgements={
            **_IN_DATABASE,
            AGES_0_TO_6: _partly("ages_2_to_12", "E13", "E24"),
            SHORT: _partly("called_short", "E13"),
            EVIDENCE_BASED: _partly("first_indications", "E13"),
        },
    ),
    Intervention(
        id="k_vht",
        level=RELATIONSHIP,
        passages=("E14", "E24"),
        why_passages=("E14", "E24"),
        high=48,
        bands=(
            Fit("k_vht_until_4", YES, ("E14", "E24"), below=48),
            Fit("k_vht_too_old", NO, ("E14", "E24")),
        ),
        judgements={
            **_IN_DATABASE,
            AGES_0_TO_6: _partly("ages_until_4", "E14", "E24"),
            WELL_FOUNDED: _meets("in_database", "E26", "E14"),
            SHORT: _partly("called_short", "E14"),
            EVIDENCE_BASED: _does_not_meet("effect_not_well_studied", "E14"),
            USED_IN_SHELTERS: _not_stated_but("preventive", "E14", "E24"),
        },
    ),
)

_STORY_METHOD = (AGE_OF_STORY_METHOD,)
_CHILD = (
    Intervention(
        id="tf_cbt",
        level=CHILD,
        passages=("E03", "E05"),
        why_passages=("E02", "E03"),
        low=36,
        bands=(
            Fit("tf_cbt_too_young", NO, ("E03", "E05"), below=36),
            Fit("tf_cbt_from_3", YES, ("E03",)),
        ),
        judgements={
            AGES_0_TO_6: _partly("ages_from_3", "E03"),
            WELL_FOUNDED: _not_stated_but("in_knowledge_centre", "E03"),
            EVIDENCE_BASED: _partly("effective_from_3", "E03", "E04", "E05"),
        },
    ),
    Intervention(
        id="standard_child_protocol",
        level=CHILD,
        passages=("E01", "E03"),
        why_passages=("E01", "E02"),
        low=48,
        chosen=True,
        # E03 speaks of EMDR and names no protocol; that it is the standard one is our reading.
        bands=(
            Fit(
                "standard_too_young",
                NO,
                ("E01", "E03"),
                below=48,
                basis=Basis.INFERENCE,
                ambiguities=_STORY_METHOD,
            ),
            Fit(
                "standard_from_4",
                YES,
                ("E01", "E03"),
                basis=Basis.INFERENCE,
                ambiguities=_STORY_METHOD,
            ),
        ),
        judgements={
            AGES_0_TO_6: Judgement(Standing.PARTLY, "ages_from_4", ("E03",), _STORY_METHOD),
            WELL_FOUNDED: _not_stated_but("in_knowledge_centre", "E03"),
            DUTCH_PROTOCOL: _not_stated_but("standard_protocol", "E01"),
            EVIDENCE_BASED: _partly("effective_from_4", "E03", "E04", "E05", "F13"),
        },
    ),
    Intervention(
        id="story_method",
        level=CHILD,
        passages=("E01", "E02", "E06", "E07"),
        why_passages=("E01", "E02", "E06"),
        chosen=True,
        bands=(
            Fit(
                "story_youngest",
                YES,
                ("E02", "E04", "E06"),
                below=36,
                ambiguities=_STORY_METHOD,
            ),
            Fit(
                "story_under_4",
                YES,
                ("E01", "E02", "E03", "E06"),
                below=48,
                basis=Basis.INFERENCE,
                ambiguities=_STORY_METHOD,
            ),
            Fit(
                "story_under_6",
                YES,
                ("E01", "E07"),
                below=72,
                basis=Basis.INFERENCE,
                ambiguities=_STORY_METHOD,
            ),
            Fit(
                "story_six_years",
                UNKNOWN,
                ("E01", "E07"),
                basis=Basis.CONVENTION,
                ambiguities=_STORY_METHOD,
            ),
        ),
        judgements={
            AGES_0_TO_6: Judgement(Standing.PARTLY, "ages_youngest", ("E02", "E06"), _STORY_METHOD),
            EVIDENCE_BASED: _does_not_meet("case_studies", "E04", "E06", "F13"),
            USED_IN_SHELTERS: _meets("interviewed_families", "E07", "J05"),
        },
    ),
    Intervention(
        id="child_parent_psychotherapy",
        level=CHILD,
        passages=("E08", "E27"),
        why_passages=("E02", "E08"),
        low=36,
        bands=(
            Fit("child_parent_under_3", UNKNOWN, ("E05", "E08"), below=36),
            Fit("child_parent_from_3", YES, ("E08",)),
        ),
        judgements={
            AGES_0_TO_6: _partly("made_for_under_3", "E08"),
            WELL_FOUNDED: _not_stated_but("in_knowledge_centre", "E27"),
            SHORT: _does_not_meet("long", "E08"),
            DUTCH_PROTOCOL: _partly("translated", "E27"),
            EVIDENCE_BASED: _partly("one_study_from_3", "E08"),
        },
    ),
)

_PARENT = (
    Intervention(
        id="cbt",
        level=PARENT,
        passages=("E20", "E22", "E28"),
        why_passages=("E20", "E21"),
        bands=(ANY_AGE,),
        judgements={EVIDENCE_BASED: _meets("adults_in_guidelines", "E28", "E22")},
    ),
    Intervention(
        id="emdr",
        level=PARENT,
        passages=("E20", "E21", "E22", "E23", "E28"),
        why_passages=("E29", "E20", "E21", "E23"),
        chosen=True,
        bands=(ANY_AGE,),
        judgements={
            EVIDENCE_BASED: _meets("adults_in_guidelines", "E28", "E22", "F13"),
            USED_IN_SHELTERS: _meets("interviewed_families", "E07", "J05"),
        },
    ),
    Intervention(
        id="exposure",
        level=PARENT,
        passages=("E20", "E22", "E28"),
        why_passages=("E20", "E21"),
        bands=(ANY_AGE,),
        judgements={EVIDENCE_BASED: _meets("adults_effective", "E28", "E22")},
    ),
)

INTERVENTIONS = (*_RELATIONSHIP, *_CHILD, *_PARENT)


def cited() -> Iterator[tuple[str, str]]:
    """Give every passage on which the catalogue rests, with what names it there."""
    for criterion in CRITERIA:
        yield from ((name, f"criterion {criterion.id}") for name in criterion.passages)
    for item in INTERVENTIONS:
        grounds = (item.passages, item.why_passages, *(band.passages for band in item.bands))
        judged = (judgement.passages for _, judgement in item.judged())
        yield from ((name, item.id) for names in (*grounds, *judged) for name in names)


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes here."""
    yield AGE_NOT_GIVEN.reason.id
    for criterion in CRITERIA:
        yield criterion.text.id
    for intervention in INTERVENTIONS:
        yield from (intervention.name.id, intervention.about.id, intervention.why.id)
        yield from (band.reason.id for band in intervention.bands)
        for judgement in intervention.judgements.values():
            if judgement.text is not None:
                yield judgement.text.id
