"""The catalogue of part 1: complete, true to the passages, and never surer than they are."""

from __future__ import annotations

import pytest

from flows.facts import CHILD, COMPONENTS, OLDEST_CHILD_MONTHS, PARENT, RELATIONSHIP
from flows.messages import Message, message
from flows.rules import Basis
from flows.voorstudie.ambiguities import AGE_OF_STORY_METHOD, EFFECT_OF_NIKA, THREE_MONTHS
from flows.voorstudie.interventions import (
    AGES_0_TO_6,
    CRITERIA,
    DIVERSE_FAMILIES,
    DUTCH_PROTOCOL,
    EVIDENCE_BASED,
    INTERVENTIONS,
    SHORT,
    USED_IN_SHELTERS,
    WELL_FOUNDED,
    Importance,
    Standing,
    message_ids,
)
from flows.voorstudie.passages import PASSAGES
from flows.voorstudie.rules import RULES
from locales import catalogue, languages
from tests.flows.ours import ours_in
from tests.test_passages import copies, source_text

BY_ID = {item.id: item for item in INTERVENTIONS}
AGES = (0, 8, 9, 23, 24, 35, 36, 47, 48, 71, 72, 83)

# One letter for each of AGES: y fits, n does not, ? is not settled by the source.
FITS = {
    "vipp_sd": "yyyyyyyyyy??",  # E09: 0 to 6; whether 6 itself counts is not said
    "nika": "??yyyyyyyy??",  # E10; the first 9 months: from outside the pre-study
    "pcit": "nnnnyyyyyyyy",  # E12
    "basic_trust": "nnnnyyyyyyyy",  # E13
    "k_vht": "yyyyyyyynnnn",  # E14
    "tf_cbt": "nnnnnnyyyyyy",  # E03
    "standard_child_protocol": "nnnnnnnnyyyy",  # E03, AMBIG-4
    "story_method": "yyyyyyyyyy??",  # E06, E07, AMBIG-4
    "child_parent_psychotherapy": "??????yyyyyy",  # E08: made for under 3, studied from 3
    "cbt": "y" * 12,
    "emdr": "y" * 12,
    "exposure": "y" * 12,
}
LETTERS = {"yes": "y", "no": "n", "unknown": "?"}

LEVELS = {
    RELATIONSHIP: ["vipp_sd", "nika", "pcit", "basic_trust", "k_vht"],
    CHILD: ["tf_cbt", "standard_child_protocol", "story_method", "child_parent_psychotherapy"],
    PARENT: ["cbt", "emdr", "exposure"],
}

M, P, D, N = Standing.MEETS, Standing.PARTLY, Standing.DOES_NOT_MEET, Standing.NOT_STATED
# In the order of figure 1; the first is not for what treats the parent.
JUDGED = {
    "vipp_sd": (M, M, P, M, M, N, N),
    "nika": (M, M, P, M, D, N, M),
    "pcit": (P, M, P, M, P, N, N),
    "basic_trust": (P, M, P, M, P, N, N),
    "k_vht": (P, M, P, M, D, N, N),
    "tf_cbt": (P, N, N, N, P, N, N),
    "standard_child_protocol": (P, N, N, N, P, N, N),
    "story_method": (P, N, N, N, D, N, M),
    "child_parent_psychotherapy": (P, N, D, P, P, N, N),
    "cbt": (N, N, N, M, N, N),
    "emdr": (N, N, N, M, N, M),
    "exposure": (N, N, N, M, N, N),
}


def test_every_intervention_of_the_pre_study_is_there_at_its_level() -> None:
    assert {
        level: [item.id for item in INTERVENTIONS if item.level == level] for level in COMPONENTS
    } == LEVELS


def test_what_was_chosen_is_what_the_rules_propose() -> None:
    proposed = {name for names in RULES.variants.values() for name in names}
    proposed.update(name for rule in RULES.child_variants for name in rule.effect)
    assert {item.id for item in INTERVENTIONS if item.chosen} == proposed


@pytest.mark.parametrize("name", FITS)
def test_what_fits_an_age(name: str) -> None:
    found = "".join(LETTERS[BY_ID[name].fit(months).fits] for months in AGES)
    assert found == FITS[name]


@pytest.mark.parametrize("name", FITS)
def test_the_bounds_are_those_by_which_it_fits(name: str) -> None:
    """From `low` on and below `high` nothing is refused, outside them nothing is sure."""
    item = BY_ID[name]
    for months in range(OLDEST_CHILD_MONTHS + 1):
        inside = (item.low is None or months >= item.low) and (
            item.high is None or months < item.high
        )
        fits = item.fit(months).fits
        if inside:
            assert fits != "no", months
        else:
            assert fits != "yes", months


def test_the_bounds_that_the_source_states() -> None:
    assert {item.id: (item.low, item.high) for item in INTERVENTIONS} == {
        "vipp_sd": (0, 72),
        "nika": (0, 72),
        "pcit": (24, None),
        "basic_trust": (24, 144),
        "k_vht": (None, 48),
        "tf_cbt": (36, None),
        "standard_child_protocol": (48, None),
        "story_method": (None, None),
        "child_parent_psychotherapy": (36, None),
        "cbt": (None, None),
        "emdr": (None, None),
        "exposure": (None, None),
    }


@pytest.mark.parametrize("months", range(OLDEST_CHILD_MONTHS + 1))
def test_the_child_s_emdr_fits_wherever_the_rules_offer_it_without_a_caution(months: int) -> None:
    band = RULES.age_band(months)
    offered = RULES.child_variants.decide({"child_age_band": band}).effect
    fitting = {
        name
        for name in ("story_method", "standard_child_protocol")
        if BY_ID[name].fit(months).fits == "yes"
    }
    assert fitting == (set(offered) if months < 72 else {"standard_child_protocol"})


def test_an_age_that_is_not_given_settles_nothing_but_for_the_parent() -> None:
    for item in INTERVENTIONS:
        assert item.fit(None).fits == ("yes" if item.level == PARENT else "unknown"), item.id


def test_bands_ascend_and_only_the_last_is_open() -> None:
    for item in INTERVENTIONS:
        *bounds, last = [band.below for band in item.bands]
        assert last is None, item.id
        assert bounds == sorted(bound for bound in bounds if bound is not None), item.id


def test_nine_months_for_nika_is_not_passed_off_as_the_source_s() -> None:
    fit = BY_ID["nika"].fit(8)
    assert fit.basis is Basis.CONVENTION
    assert "van buiten de voorstudie" in catalogue("nl").say(fit.reason)
    assert "from outside the pre-study" in catalogue("en").say(fit.reason)
    assert BY_ID["nika"].fit(9).basis is Basis.SOURCE


@pytest.mark.parametrize("language", languages())
def test_what_is_ours_says_so_and_what_is_the_source_s_does_not(language: str) -> None:
    words, ours = catalogue(language), ours_in(language)
    marks = (*ours["not_in_source"], *ours["inference"])
    wrong = []
    for item in INTERVENTIONS:
        for band in item.bands:
            said = words.say(band.reason)
            if (band.basis is not Basis.SOURCE) != any(mark in said for mark in marks):
                wrong.append((item.id, band.code, said))
    assert wrong == []


def test_the_criteria_of_figure_1() -> None:
    assert CRITERIA == (
        AGES_0_TO_6,
        WELL_FOUNDED,
        SHORT,
        DUTCH_PROTOCOL,
        EVIDENCE_BASED,
        DIVERSE_FAMILIES,
        USED_IN_SHELTERS,
    )
    assert [item.importance for item in CRITERIA] == [Importance.NEED_TO_HAVE] * 4 + [
        Importance.NICE_TO_HAVE
    ] * 3


@pytest.mark.parametrize("name", JUDGED)
def test_how_each_stands_under_the_criteria(name: str) -> None:
    item = BY_ID[name]
    judged = dict(item.judged())
    assert tuple(judgement.standing for judgement in judged.values()) == JUDGED[name]
    assert (AGES_0_TO_6 in judged) == (item.level != PARENT)


def test_a_judgement_says_on_what_it_rests() -> None:
    for item in INTERVENTIONS:
        assert set(item.judgements) <= {criterion for criterion, _ in item.judged()}, item.id
        for criterion, judgement in item.judged():
            stated = judgement.standing is not Standing.NOT_STATED
            if stated:
                assert judgement.text is not None, (item.id, criterion.id)
            assert bool(judgement.passages) == (judgement.text is not None), (item.id, criterion.id)


def test_what_is_not_clear_in_the_source_is_shown_as_such() -> None:
    assert SHORT.ambiguities == (THREE_MONTHS,)
    assert BY_ID["nika"].judgements[EVIDENCE_BASED].ambiguities == (EFFECT_OF_NIKA,)
    for name in ("story_method", "standard_child_protocol"):
        for months in AGES:
            assert BY_ID[name].fit(months).ambiguities == (AGE_OF_STORY_METHOD,)


def test_every_passage_that_is_cited_exists() -> None:
    for criterion in CRITERIA:
        _exist(criterion.passages, criterion.id)
    for item in INTERVENTIONS:
        _exist(item.passages, item.id)
        _exist(item.why_passages, item.id)
        for band in item.bands:
            _exist(band.passages, band.code)
        for judgement in item.judgements.values():
            _exist(judgement.passages, judgement.note)


def test_each_rests_on_the_passage_that_describes_it() -> None:
    own = {
        "vipp_sd": "E09",
        "nika": "E10",
        "pcit": "E12",
        "basic_trust": "E13",
        "k_vht": "E14",
        "tf_cbt": "E03",
        "standard_child_protocol": "E01",
        "story_method": "E06",
        "child_parent_psychotherapy": "E08",
        "cbt": "E20",
        "emdr": "E20",
        "exposure": "E20",
    }
    for name, passage in own.items():
        assert passage in BY_ID[name].passages, name
        if BY_ID[name].level == RELATIONSHIP:
            for band in BY_ID[name].bands:
                assert passage in band.passages, band.code


def _exist(names: tuple[str, ...], where: str) -> None:
    assert names, where
    assert set(names) <= PASSAGES.keys(), where


@pytest.mark.parametrize("language", languages())
def test_texts_are_short_and_copy_nothing(language: str) -> None:
    words = catalogue(language)
    said = {key: words.say(Message(key)) for key in message_ids()}
    assert len(said) > 90
    longest = 240 if language == "nl" else 300  # some languages need more letters for the same
    assert not {key: text for key, text in said.items() if len(text) > longest}
    assert not {key: text for key, text in said.items() if copies(text, source_text())}


@pytest.mark.parametrize("language", languages())
def test_the_proposal_s_reference_takes_the_age(language: str) -> None:
    line = catalogue(language).say(message("proposal.see_interventions", months="31"))
    assert line.endswith("volgorde interventions --age-months 31")
