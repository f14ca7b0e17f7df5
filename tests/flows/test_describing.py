"""Conditions in words, in both languages."""

from __future__ import annotations

import pytest

from flows import facts as f
from flows.conditions import ALWAYS, NEVER, NO, UNKNOWN, YES, Condition, Has, Variable, all_of
from flows.describing import Wording, describe, describe_lines, wording
from flows.rules import Rule, RuleSet
from flows.voorstudie.ambiguities import BOTH_FACTORS
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages
from locales.direction import unmarked

OURS = VOORSTUDIE_CORE.rules
ALL = VOORSTUDIE_CORE.all_rules
WORDS = wording(VOORSTUDIE_CORE, OURS)

wish = f.change_wish.is_(YES)
control = f.loss_of_control.is_(YES)
attention = f.preoccupied.is_(YES)
CONTROL = "te weinig controle over eigen gedrag door de klachten: ‘ja’"
ATTENTION = "te weinig aandacht voor NIKA door de klachten: ‘ja’"
WISH = "wens van de ouder om iets aan de eigen klachten te veranderen: ‘ja’"


def say(condition: Condition, words: Wording = WORDS, language: str = "nl") -> str:
    return catalogue(language).say(describe(condition, words))


def rule(rules: RuleSet, rule_id: str) -> Rule:
    return next(item for item in rules if item.id == rule_id)


@pytest.mark.parametrize(
    ("condition", "dutch", "english"),
    [
        (ALWAYS, "altijd", "always"),
        (NEVER, "nooit", "never"),
        (f.food_secure.is_(NO), "genoeg eten: ‘nee’", "enough food: ‘no’"),
        (f.food_secure.unknown, "genoeg eten: ‘onbekend’", "enough food: ‘unknown’"),
        (
            f.food_secure.known,
            "genoeg eten: bekend, wat het ook is",
            "enough food: known, whatever it is",
        ),
        (
            f.food_secure.not_yes,
            "genoeg eten: ‘nee’ of ‘onbekend’",
            "enough food: ‘no’ or ‘unknown’",
        ),
        (~f.food_secure.is_(NO), "genoeg eten: niet ‘nee’", "enough food: not ‘no’"),
        (
            BOTH_FACTORS.is_("M3"),
            "onder lezing AMBIG-2=M3",
            "under reading AMBIG-2=M3",
        ),
        (
            Has("barriers_present", "debts"),
            "Belemmeringen nu: onder meer ‘schulden’",
            "Barriers now: ‘debts’ among others",
        ),
    ],
)
def test_one_statement(condition: Condition, dutch: str, english: str) -> None:
    assert say(condition) == dutch
    assert say(condition, language="en") == english


def test_what_is_nested_stands_in_brackets() -> None:
    assert say(wish & (control | attention)) == f"{WISH} EN ({CONTROL} OF {ATTENTION})"
    assert say(wish & control | attention) == f"({WISH} EN {CONTROL}) OF {ATTENTION}"
    assert say(~(control | attention)) == f"NIET ({CONTROL} OF {ATTENTION})"
    assert (
        say(wish & (control | attention), language="en")
        == "parent's wish to change something about their own symptoms: ‘yes’ AND "
        "(too little control over own behaviour because of the symptoms: ‘yes’ OR "
        "too little attention for NIKA because of the symptoms: ‘yes’)"
    )


def test_parts_of_the_same_kind_need_no_brackets() -> None:
    assert say(wish & control & attention) == say(all_of(wish, control, attention))
    assert "(" not in say(wish & control & attention)


def test_values_of_one_fact_are_named_together() -> None:
    apart = f.food_secure.is_(NO) | f.food_secure.unknown
    assert say(apart) == say(f.food_secure.not_yes)
    assert say(wish & apart) == f"{WISH} EN genoeg eten: ‘nee’ of ‘onbekend’"
    for value in (YES, NO, UNKNOWN):  # which is the same, also where it is not known
        values = {"food_secure": value}
        assert apart(values) == f.food_secure.not_yes(values)


def test_a_settled_value_is_not_named_together_with_one_that_may_be_unknown() -> None:
    apart = f.food_secure.is_(NO) | f.food_secure.surely(YES)
    assert say(apart) == "genoeg eten: ‘nee’ OF genoeg eten: ‘ja’"


def test_an_alternative_that_only_asks_for_more_is_left_out() -> None:
    assert say(control | control & wish) == CONTROL
    assert say(control & wish | control) == CONTROL
    assert say(attention & (control | control & wish)) == f"{ATTENTION} EN {CONTROL}"


def test_a_rule_of_the_order_says_which_others_do_not_apply() -> None:
    words = WORDS.beside(rule(OURS, "O4a"))
    assert say(rule(OURS, "O4a").when, words).endswith(
        "EN regel O4b geldt niet EN regel O4c geldt niet"
    )
    own = WORDS.beside(rule(OURS, "O4b"))
    assert say(rule(OURS, "O4b").when, own).startswith("poort van NIKA: ‘open’ of ‘onbekend’ EN")


def test_readings_are_said_as_readings() -> None:
    words = wording(VOORSTUDIE_CORE, ALL)
    assert "onder lezing AMBIG-2=M1 of AMBIG-2=M3 of AMBIG-2=M4" in say(
        rule(ALL, "DA1").when, words
    )
    assert "under reading AMBIG-2=M3 AND (" in say(rule(ALL, "DA6").when, words, "en")
    assert "AMBIG" not in say(rule(OURS, "DA1").when)


def test_lines_say_the_same_as_the_sentence() -> None:
    for language in languages():
        for item in OURS:
            words = WORDS.beside(item)
            lines = [catalogue(language).say(line) for line in describe_lines(item.when, words)]
            whole = say(item.when, words, language)
            assert unmarked(" ".join(lines)) == unmarked(whole)


def test_every_condition_can_be_said_in_every_language() -> None:
    conditions = [item.when for item in ALL]
    for question in VOORSTUDIE_CORE.questions:
        conditions.extend((question.applies, *question.choice_when.values()))
    for language in languages():
        for words in (WORDS, wording(VOORSTUDIE_CORE, ALL)):
            for condition in conditions:
                said = say(condition, words, language)
                assert said.count("(") == said.count(")")
                assert "_" not in said  # no code without words


def test_a_condition_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        describe(Condition(), WORDS)


def test_readings_are_known_by_the_ambiguities_of_the_protocol() -> None:
    foreign = Variable("food_secure", (YES, NO)).is_(YES)
    assert say(foreign, Wording(ambiguities=frozenset({"food_secure"}))) == (
        "onder lezing food_secure=yes"
    )
