"""Variants of the components: which form of the child's EMDR, by age."""

from __future__ import annotations

from flows.conditions import any_of
from flows.facts import PARENT, RELATIONSHIP
from flows.rules import Basis, Rule, Table
from flows.voorstudie.ambiguities import AGE_OF_STORY_METHOD
from flows.voorstudie.rules.variables import UNDER_36, child_age_band

CHILD_VARIANTS = Table(
    "child_variants",
    (
        Rule(
            id="V-story",
            when=child_age_band.is_(*UNDER_36),
            effect=("story_method",),
            passages=("E01", "E02", "E06"),
        ),
        Rule(
            id="V-story-three",
            when=child_age_band.is_("36_47") & AGE_OF_STORY_METHOD.is_("M1", "M3"),
            effect=("story_method",),
            passages=("E01", "E02", "E03", "E06"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-4",),
        ),
        Rule(
            id="V-story-always",
            when=child_age_band.is_("48_71") & AGE_OF_STORY_METHOD.is_("M3"),
            effect=("story_method",),
            passages=("E01", "E07"),
            basis=Basis.INFERENCE,
            ambiguities=("AMBIG-4",),
        ),
        Rule(
            id="V-either",
            when=any_of(
                child_age_band.is_("72_83"),
                child_age_band.is_("48_71") & AGE_OF_STORY_METHOD.is_("M1", "M2"),
                child_age_band.is_("36_47") & AGE_OF_STORY_METHOD.is_("M2"),
            ),
            effect=("standard_child_protocol", "story_method"),
            passages=("E01", "E03", "E07"),
            ambiguities=("AMBIG-4",),
        ),
        Rule(
            id="V-age-unknown",
            when=child_age_band.unknown,
            effect=("story_method", "standard_child_protocol"),
            passages=("E01",),
        ),
    ),
    unique=True,
)
VARIANTS = {PARENT: ("emdr",), RELATIONSHIP: ("nika",)}
