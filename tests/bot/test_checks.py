"""The checker finds what it says it finds, and finds nothing in the product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bot import checks
from bot.checks import Finding
from flows.conditions import NEVER, NO, YES, Has, Variable
from flows.protocol import Protocol
from flows.readings import Ambiguity
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from flows.voorstudie.rules import ALL_READINGS


def finds(found: Iterable[checks.Finding], wanted: tuple[str, str]) -> bool:
    """Whether this is found; the checks after it are not waited for."""
    return any((item.code, item.place) == wanted for item in found)


def codes(found: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.place) for finding in found}


def with_question(name: str, **changes: Any) -> Protocol:
    return replace(
        VOORSTUDIE_CORE,
        questions=tuple(
            replace(question, **changes) if question.id == name else question
            for question in VOORSTUDIE_CORE.questions
        ),
    )


def with_row(table: str, rule_id: str, **changes: Any) -> Protocol:
    old = getattr(ALL_READINGS, table)
    rows = tuple(replace(rule, **changes) if rule.id == rule_id else rule for rule in old)
    changed = replace(ALL_READINGS, **{table: replace(old, rules=rows)})
    return replace(VOORSTUDIE_CORE, all_rules=changed)


class TestTexts:
    SOURCE = {"a": ("one {name}",), "b": ("two",)}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("found", "code"),
        [
            ({"a": ("een {name}",)}, ("text-missing", "nl: b")),
            ({"a": ("een {name}",), "b": (" ",)}, ("text-missing", "nl: b")),
            ({"a": ("een {naam}",), "b": ("twee",)}, ("placeholders-differ", "nl: a")),
            ({"a": ("een {name}",), "b": ("twee",), "c": ("drie",)}, ("text-unused", "nl: c")),
            ({"a": ("een {name}",), "b": ("t" * 4097,)}, ("text-too-long", "nl: b")),
            ({"a": ("een {name}",), "b": ("𝄞" * 2049,)}, ("text-too-long", "nl: b")),
        ],
    )
    def test_one_language_against_what_is_needed(self, found: Any, code: tuple[str, str]) -> None:
        assert codes(checks.compare_texts("nl", {"a", "b"}, self.SOURCE, found)) == {code}

    def test_a_plural_form_may_leave_the_number_out(self) -> None:
        source = {"a": ("{count} answers",)}
        found = {"a": ("one answer", "{count} answers")}
        assert codes(checks.compare_texts("en", {"a"}, source, found)) == set()

    def test_a_screen_that_is_too_long(self) -> None:
        many = tuple(VOORSTUDIE_CORE.passages)
        found = codes(checks.screens(with_question("safe_roof", passages=many)))
        assert ("text-too-long", "nl: question safe_roof") in found


class TestChannels:
    def test_choices_that_read_the_same(self) -> None:
        broken = with_question("safe_roof", choices=(YES, NO, YES))
        assert ("labels-equal", "nl: choice.yes_no.yes") in codes(checks.labels(broken))

    def test_a_code_that_does_not_fit_a_button(self) -> None:
        broken = with_question("safe_roof", choices=("x" * 60,))
        assert codes(checks.buttons(broken)) == {
            ("button-data-too-long", f"question safe_roof: {'x' * 60}")
        }


class TestQuestions:
    def test_a_question_that_no_answer_leads_to(self) -> None:
        roof = Variable("safe_roof", (YES, NO))
        broken = with_question("barriers_first", applies=roof.is_(YES) & roof.is_(NO))
        assert ("question-unreachable", "question barriers_first") in codes(
            checks.questions(broken)
        )

    @pytest.mark.parametrize("name", ["preference_first", "safe_roof", "never_asked"])
    def test_a_question_that_looks_ahead(self, name: str) -> None:
        broken = with_question("safe_roof", applies=Has(name, "x"))
        assert codes(checks.questions(broken)) == {("question-reads-ahead", "question safe_roof")}

    def test_a_question_with_nothing_to_choose(self) -> None:
        food = Variable("food_secure", (YES, NO))
        broken = with_question("safe_roof", choice_when={YES: food.is_(YES), NO: food.is_(YES)})
        assert codes(checks.questions(broken)) == {("question-inescapable", "question safe_roof")}


class TestRules:
    def test_a_fact_that_no_question_sets(self) -> None:
        sets = {k: v for k, v in VOORSTUDIE_CORE.sets.items() if k != "preoccupied"}
        broken = replace(VOORSTUDIE_CORE, sets=sets)
        assert codes(checks.facts(broken)) == {("fact-not-asked", "preoccupied")}

    def test_a_background_fact_that_no_question_sets(self) -> None:
        questions = tuple(q for q in VOORSTUDIE_CORE.questions if q.id != "therapist_trained")
        broken = replace(VOORSTUDIE_CORE, questions=questions)
        assert codes(checks.facts(broken)) == {("fact-not-asked", "therapist_trained")}

    def test_a_rule_that_can_never_hold(self) -> None:
        parent = Variable("gate_parent", ("open", "closed"), settled=True)
        broken = with_row("cautions", "K-depression", when=parent.is_("open") & NEVER)
        assert finds(checks.rules(broken), ("rule-never-fires", "rule K-depression"))

    def test_a_row_that_others_always_decide_before(self) -> None:
        first = ALL_READINGS.verdict.rules[0]
        broken = with_row("verdict", "T5-deadlock", when=first.when)
        assert finds(checks.rules(broken), ("rule-shadowed", "rule T5-deadlock"))

    def test_rows_of_a_unique_table_that_contradict(self) -> None:
        rows = {rule.id: rule for rule in ALL_READINGS.gate_relationship}
        both = rows["R4"].when | rows["R2"].when
        broken = with_row("gate_relationship", "R4", when=both)
        found = {code for code, place in codes(checks.rules(broken)) if "gate_rel" in place}
        assert found == {"rules-contradict"}

    def test_a_table_with_a_hole(self) -> None:
        broken = with_row("gate_relationship", "R4", when=NEVER)
        assert "table-incomplete" in {code for code, _ in codes(checks.rules(broken))}

    def test_a_name_that_stands_twice(self) -> None:
        broken = with_row("gate_relationship", "R4", id="R3")
        assert finds(checks.rules(broken), ("rules-contradict", "rule R3"))

    def test_a_reading_without_rules(self) -> None:
        more = (*ALL_READINGS.ambiguities, Ambiguity("AMBIG-17", ("A01",), ("M1", "M2")))
        broken = replace(VOORSTUDIE_CORE, all_rules=replace(ALL_READINGS, ambiguities=more))
        assert finds(checks.rules(broken), ("reading-unused", "AMBIG-17"))


class TestPassages:
    def test_a_passage_that_is_not_there(self) -> None:
        broken = with_question("safe_roof", passages=("Z99",))
        assert codes(checks.passages(broken)) == {("passage-missing", "question safe_roof: Z99")}

    def test_a_passage_that_nothing_rests_on(self) -> None:
        known = dict(VOORSTUDIE_CORE.passages)
        known["J01"] = replace(known["J01"], context=False)
        broken = replace(VOORSTUDIE_CORE, passages=known)
        assert codes(checks.passages(broken)) == {("passage-unused", "J01")}


class TestTranslations:
    def test_a_number_that_is_another_than_in_the_source(self) -> None:
        source = {"x": ("Bel 112 of {count}.",), "y": ("4 van 7",)}
        other = {"x": ("Zadzwoń pod 113 lub {count}.",), "y": ("٤ من ٧",)}
        found = list(checks.compare_texts("pl", {"x", "y"}, source, other))
        assert [(item.code, item.place) for item in found] == [("numbers-differ", "pl: x")]

    def test_a_text_that_was_left_in_the_source_language(self) -> None:
        source = {"x": ("Is er gevaar?",), "y": ("{a}: {b}",), "z": ("EMDR",), "p": ("a", "b")}
        other = {"x": ("Is er gevaar?",), "y": ("{a}: {b}",), "z": ("EMDR",), "p": ("a", "c")}
        assert checks.untranslated(source, other) == {"x", "z"}

    def test_what_a_language_is_stands_in_its_report(self) -> None:
        said = {text.id for text in checks.language_states()}
        assert {"check.state.source", "check.state.draft", "check.state.danger_words"} <= said
