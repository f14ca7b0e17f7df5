"""Why not another order, and the smallest change: true for every combination of facts."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given

from flows.conditions import UNKNOWN, YES
from flows.courses import COURSE_ORDER
from flows.decision import decide
from flows.explaining import Change
from flows.facts import CODED_FACTS, COMPONENTS, parse_facts
from flows.limits import meets
from flows.proposal import Proposal, same_wish_twice
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from flows.voorstudie.rules import RULES
from tests.flows.facts import SAFE_FAMILY, decisive_facts
from tests.flows.test_every_combination import GATES, READINGS, STATUSES, joint

NOT_STARTED = dict.fromkeys(STATUSES, "not_started")


@pytest.mark.parametrize("reading", READINGS)
def test_the_limits_leave_exactly_the_order_of_the_table(reading: str) -> None:
    """What nothing has started yet for: the limits explain the table completely."""
    rules = READINGS[reading]
    names = {name for rule in rules.order_limits for name in rule.when.names()}
    for case in joint(*sorted(names | {"order", *GATES}), reading=reading):
        values = {**case, **NOT_STARTED}
        limits = [r.value for r in rules.order_limits if r.when(values) == YES]
        left = [
            order
            for order in permutations(COMPONENTS)
            if all(meets(order, limit, values) for limit in limits)
        ]
        assert [" ".join(order) for order in left] == [case["order"]], (case, limits, left)


def test_every_limit_is_sometimes_the_first_that_an_order_breaks() -> None:
    used = set()
    names = {name for rule in RULES.order_limits for name in rule.when.names()}
    for case in joint(*sorted(names | {COURSE_ORDER, "order", *GATES, *STATUSES})):
        chosen = tuple(case[COURSE_ORDER].split())
        limits = [
            rule
            for rule in RULES.order_limits
            if rule.when(case) == YES and meets(chosen, rule.value, case)
        ]
        for order in permutations(COMPONENTS):
            broken = (rule.id for rule in limits if not meets(order, rule.value, case))
            used.add(next(broken, None))
    assert {rule.id for rule in RULES.order_limits} <= used


def explained(**differences: Any) -> Any:
    facts = parse_facts({**SAFE_FAMILY, **differences})
    return VOORSTUDIE_CORE.explain(facts).to_data(lambda text: text.id)


def why_not(explanation: Any, *order: str) -> str:
    return next(
        str(item["rule"]) for item in explanation["why_not"] if item["order"] == list(order)
    )


def test_all_five_other_orders_are_explained() -> None:
    explanation = explained()
    others = {tuple(item["order"]) for item in explanation["why_not"]}
    assert others == set(permutations(COMPONENTS)) - {tuple(explanation["order"])}
    assert why_not(explanation, "parent", "relationship", "child") == "L-nika-by-default"
    assert why_not(explanation, "relationship", "child", "parent") == "L-child-after-parent"


def test_a_gate_is_named_before_a_wish() -> None:
    explanation = explained(
        parent_trauma="severe", loss_of_control="yes", preference_first="relationship"
    )
    assert why_not(explanation, "relationship", "parent", "child") == "L-nika-waits"
    explanation = explained(
        disruptive_parenting="severe", parent_unavailable="unknown", preference_first="child"
    )
    assert why_not(explanation, "child", "relationship", "parent") == "L-child-waits"


def test_a_child_that_must_wait_is_named_before_what_experts_prefer() -> None:
    explanation = explained(
        parent_trauma="severe", loss_of_control="yes", child_consent_support="no"
    )
    assert why_not(explanation, "parent", "child", "relationship") == "L-child-waits"


def test_what_is_done_is_fixed_and_what_is_under_way_goes_on() -> None:
    explanation = explained(status={"parent": "done", "child": "under_way"})
    assert explanation["order"] == ["parent", "child", "relationship"]
    assert [item["order"] for item in explanation["why_not"]] == [
        ["parent", "relationship", "child"]
    ]
    assert why_not(explanation, "parent", "relationship", "child") == "L-under-way"


def test_the_smallest_change_comes_first() -> None:
    explanation = explained(parent_trauma="severe", loss_of_control="yes", parent_unavailable="no")
    first = explanation["smallest_changes"][0]
    assert first["steps"] == 1
    assert {change["fact"] for change in explanation["smallest_changes"]} >= {
        "parent_trauma",
        "loss_of_control",
    }


def test_the_counterfactuals_of_the_specification() -> None:
    """Section 7: for V10 the wish is the only lever; V05 with a wish to change is V04."""
    v10 = explained(parent_trauma="severe", disruptive_parenting="severe", parent_unavailable="yes")
    assert "preference_first" in {change["fact"] for change in v10["smallest_changes"]}
    v05 = {
        "parent_trauma": "severe",
        "loss_of_control": "yes",
        "change_wish": "no",
        "parent_unavailable": "yes",
    }
    assert explained(**v05)["verdict_reason"] == "deadlock"
    assert explained(**{**v05, "change_wish": "yes"})["verdict"] == "proposed"


@given(decisive_facts())
def test_each_change_does_what_it_says_and_nothing_nearer_does(data: dict[str, Any]) -> None:
    facts = parse_facts(data)
    now = decide(RULES, facts)
    for change in VOORSTUDIE_CORE.explain(facts).changes:
        result = change.result
        assert result.order != now.order
        if result.fact == "child_age_months":
            continue
        other = decide(RULES, facts.with_coded(result.fact, result.value))
        assert (other.order, other.verdict) == (result.order, result.verdict)
        domain = CODED_FACTS[result.fact].domain
        if "severe" in domain and change.steps == 2:
            middle = decide(RULES, facts.with_coded(result.fact, "some"))
            assert middle.order == now.order


@given(decisive_facts())
def test_a_known_fact_that_is_not_named_changes_no_order(data: dict[str, Any]) -> None:
    facts = parse_facts(data)
    now = decide(RULES, facts)
    named = {change.result.fact for change in VOORSTUDIE_CORE.explain(facts).changes}
    for name, variable in CODED_FACTS.items():
        if name in named or facts.get(name) == UNKNOWN or name.startswith("preference"):
            continue
        for value in variable.domain:
            assert decide(RULES, facts.with_coded(name, value)).order == now.order, (name, value)


@given(decisive_facts())
def test_what_lifts_a_not_yet_is_every_single_fact_that_does(data: dict[str, Any]) -> None:
    proposal = VOORSTUDIE_CORE.propose(parse_facts(data))
    lifts = {(change.result.fact, change.result.value) for change in lifting(proposal)}
    if proposal.decision.verdict != "not_yet":
        assert lifts == set()
        return
    for name, variable in CODED_FACTS.items():
        for value in variable.domain:
            if proposal.facts.get(name) in (UNKNOWN, value) or same_wish_twice(
                proposal.facts, name, value
            ):
                assert (name, value) not in lifts
                continue
            begins = decide(RULES, proposal.facts.with_coded(name, value)).verdict != "not_yet"
            assert ((name, value) in lifts) == begins


def lifting(proposal: Proposal) -> tuple[Change, ...]:
    return VOORSTUDIE_CORE.what_lifts(proposal)
