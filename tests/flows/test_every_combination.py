"""Every combination of the decisive facts, counted exactly through the product's own rules.

`flows.space` runs the decision's own derivations on every combination of what each one declares
that it reads; a derivation that read more would raise. What holds for all of these joint values
therefore holds for each of the 10^20 and more combinations of facts behind them.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations, product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conditions import UNKNOWN, YES
from flows.courses import COURSE_ORDER, FIRST
from flows.decision import decide
from flows.decision import given as given_values
from flows.derivations import Derivation
from flows.facts import COMPONENTS, parse_facts
from flows.rules import NAMED_BARRIERS, Basis, Rule
from flows.space import Space, UndeclaredError, given_facts, rows_of, space_of
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from flows.voorstudie.rules import ALL_READINGS, RULES
from tests.flows.facts import facts_objects

READINGS = {"ours": RULES} | {
    f"{ambiguity}={code}": rules for (ambiguity, code), rules in VOORSTUDIE_CORE.other_rules.items()
}
EACH_READING = [
    pytest.param(reading, marks=pytest.mark.xdist_group(f"reading {reading}"))
    for reading in READINGS
]
"""What is counted under one reading is counted in one process, so that its space is made once."""
STATUSES = tuple(f"status_{component}" for component in COMPONENTS)
GATES = tuple(f"gate_{component}" for component in COMPONENTS)
LABELS = tuple(f"label_{component}" for component in COMPONENTS)


@cache
def space(reading: str = "ours") -> Space:
    return space_of(READINGS[reading])


def joint(*names: str, reading: str = "ours") -> list[dict[str, str]]:
    """Give each joint value of these names that some combination of facts leads to."""
    once = tuple(dict.fromkeys(names))
    return [dict(zip(once, key, strict=True)) for key in space(reading).count(once)]


# --- the counting itself --------------------------------------------------------------------------


def test_the_space_is_all_the_interface_allows() -> None:
    given = given_facts(RULES)
    free = prod(
        sum(values.values())
        for name, values in given.items()
        if not name.startswith(("preference", "named", "judged"))
    )
    wishes = 5 * 5 - 3  # the same component twice is refused
    lists = (len(NAMED_BARRIERS) - 1) * 2**3 + 1  # without a list nothing was judged
    assert space().size == free * wishes * lists


def test_counting_agrees_with_going_through_one_by_one() -> None:
    names = ("loss_of_control", "preoccupied", "parent_trauma", "parent_trauma_source")
    counted = space().count(("gate_relationship",))
    domains = [space().values_of(name) for name in names]
    by_hand: dict[tuple[str, ...], int] = {}
    for key in product(*domains):
        values = dict(zip(names, key, strict=True))
        values["parent_trauma_derived"] = RULES.derived_parent_trauma.value(values)
        gate = (RULES.gate_relationship.value(values),)
        by_hand[gate] = by_hand.get(gate, 0) + 1
    behind = prod(len(domain) for domain in domains)
    assert {gate: number * behind for gate, number in counted.items()} == {
        gate: number * sum(counted.values()) for gate, number in by_hand.items()
    }


def test_a_derivation_that_reads_more_than_it_declares_is_found() -> None:
    hiding = Derivation("hiding", ("loss_of_control",), lambda values: values["preoccupied"])
    with pytest.raises(UndeclaredError):
        Space({"loss_of_control": {"yes": 1}}, {}, (hiding,)).values_of("hiding")


@settings(deadline=None)  # the first family of a reading waits for its space
@given(facts_objects(), st.sampled_from(sorted(READINGS)))
def test_every_family_is_one_of_the_combinations(data: dict[str, object], reading: str) -> None:
    rules = READINGS[reading]
    facts = parse_facts(data)
    values = given_values(rules, facts)
    assert all(values.get(name, UNKNOWN) in allowed for name, allowed in space().given.items())
    decision = decide(rules, facts)
    key = (*(decision.gate(component) for component in COMPONENTS), " ".join(decision.order))
    assert space(reading).count((*GATES, COURSE_ORDER))[key] > 0


# --- one row, one verdict, one order --------------------------------------------------------------


def test_the_tables_of_the_specification_that_are_unique_say_so() -> None:
    """T1, T2 and T4 (specification, section 5); wishes and variants besides. T3 is first-hit."""
    unique = {table.name for table in ALL_READINGS.tables if table.unique}
    assert unique == {
        *("gate_relationship", "gate_parent", "order"),
        *("wish_first", "wish_second", "child_variants"),
    }


@pytest.mark.parametrize("reading", EACH_READING)
def test_each_combination_has_one_row_in_each_table(reading: str) -> None:
    rules = READINGS[reading]
    for item in (*rules.derivations, rules.child_variants.derivation()):
        if item.table is None:
            continue
        met = space(reading).count(item.inputs)
        assert sum(met.values()) == space(reading).size
        for key in met:
            values = dict(zip(item.inputs, key, strict=True))
            holding = [rule.id for rule in item.table if rule.when(values) == YES]
            assert holding, (item.name, values)
            if item.table.unique:
                assert len(holding) == 1, (item.name, values, holding)


@pytest.mark.parametrize("reading", EACH_READING)
def test_each_combination_has_one_verdict_and_one_order(reading: str) -> None:
    counted = space(reading).count((COURSE_ORDER, "verdict", "verdict_reason"))
    assert sum(counted.values()) == space(reading).size
    all_orders = {" ".join(order) for order in permutations(COMPONENTS)}
    for order, verdict, reason in counted:
        if reading == "AMBIG-8=M2":
            assert set(order.split()) <= set(COMPONENTS)
        else:
            assert order in all_orders
        assert verdict in ("not_yet", "provisional", "proposed", "complete")
        assert (reason == "none") == (verdict in ("proposed", "complete"))


def test_every_row_decides_somewhere() -> None:
    """Each row under our readings; a row of another reading under the one it belongs to."""
    fired: set[str] = set()
    for reading, rules in READINGS.items():
        for table in rules.tables:
            if table.name in ("label", "dropped"):
                continue  # they look at one component; see below
            rows = rows_of(space(reading), table)
            fired.update(name for name, number in rows.items() if number)
            if reading == "ours":
                assert all(rows.values()), table.name
    for table in ALL_READINGS.tables:
        if table.name not in ("label", "dropped"):
            assert {rule.id for rule in table} <= fired, table.name


def test_every_label_is_given_somewhere() -> None:
    for rule in RULES.label:
        assert any(rule.effect in space().values_of(name) for name in LABELS), rule.id
    assert "yes" in space("AMBIG-8=M2").values_of("dropped_parent")


def test_every_reason_conflict_action_and_caution_can_hold() -> None:
    can_hold: set[str] = set()
    for reading, rules in READINGS.items():
        for collection in rules.collections:
            for rule in collection:
                if rule.id not in can_hold and _can_hold(space(reading), rule):
                    can_hold.add(rule.id)
        if reading == "ours":
            ours = {rule.id for collection in rules.collections for rule in collection}
            assert ours <= can_hold
    assert {rule.id for collection in ALL_READINGS.collections for rule in collection} <= can_hold


def _can_hold(whole: Space, rule: Rule) -> bool:
    names = tuple(dict.fromkeys(rule.when.names()))
    return any(rule.when(dict(zip(names, key, strict=True))) == YES for key in whole.count(names))


def test_the_strength_is_that_of_the_interface_for_each_order_row() -> None:
    table = {
        **dict.fromkeys(("O1a", "O1b"), "conclusion"),
        **dict.fromkeys(("O2a", "O2b", "O3a", "O3b", "O4b"), "wish"),
        "O4c": "inference",
    }
    met = set()
    for case in joint("strength", "wish_first", *RULES.order.inputs):
        row = RULES.order.decide(case).id
        wished = "wish" if case["wish_first"] == "relationship" else "weak"
        assert case["strength"] == table.get(row, wished), case
        met.add(row)
    assert met == {*table, "O4a"}


# --- what must hold for every family --------------------------------------------------------------


@pytest.mark.parametrize("reading", EACH_READING)
def test_a_closed_gate_for_nika_puts_the_parent_before_it(reading: str) -> None:
    for case in joint("gate_relationship", COURSE_ORDER, *STATUSES, reading=reading):
        if case["gate_relationship"] == "closed" and case["status_relationship"] != "done":
            order = case[COURSE_ORDER].split()
            assert order.index("parent") < order.index("relationship"), case


@pytest.mark.parametrize("reading", [name for name in READINGS if name != "AMBIG-6=M3"])
def test_a_child_whose_gate_is_not_open_comes_last(reading: str) -> None:
    for case in joint("gate_child", COURSE_ORDER, *STATUSES, reading=reading):
        if case["gate_child"] == "open" or "child" not in case[COURSE_ORDER]:
            continue
        under_way = case["status_child"] == "under_way" and case["gate_child"] == "unknown"
        if case["status_child"] != "done" and not under_way:
            assert case[COURSE_ORDER].endswith("child"), case


@pytest.mark.parametrize("reading", EACH_READING)
def test_a_parent_who_cannot_start_does_not_come_first_unless_nika_waits_for_it(
    reading: str,
) -> None:
    names = ("gate_parent", "gate_relationship", "gate_child", FIRST, *STATUSES)
    for case in joint(*names, reading=reading):
        if case["gate_parent"] == "closed" and case[FIRST] == "parent":
            waits = case["gate_relationship"] == "closed" and case["status_relationship"] != "done"
            others_done = case["status_relationship"] == case["status_child"] == "done"
            assert waits or others_done or _child_waits_with_nika_done(case, reading), case


def _child_waits_with_nika_done(case: dict[str, str], reading: str) -> bool:
    """NIKA is done and the child's gate is not open, or what is first is dropped."""
    return case["status_relationship"] == "done" or reading == "AMBIG-8=M2"


@pytest.mark.parametrize("reading", EACH_READING)
@pytest.mark.parametrize("label", LABELS)
def test_nothing_starts_or_goes_on_in_danger_or_under_a_barrier(label: str, reading: str) -> None:
    for case in joint("acute_unsafety", "inventory", label, reading=reading):
        if case["acute_unsafety"] != "no" or case["inventory"] == "blocking":
            assert case[label] not in ("start_now", "resume", "continue"), case
        if case["inventory"] == "incomplete":
            assert case[label] not in ("start_now", "resume"), case


@pytest.mark.parametrize("reading", EACH_READING)
def test_only_the_first_that_is_not_done_starts_and_only_with_its_gate_open(reading: str) -> None:
    for component in COMPONENTS:
        label, gate = f"label_{component}", f"gate_{component}"
        for case in joint(label, gate, FIRST, "verdict", reading=reading):
            if case[label] in ("start_now", "resume"):
                assert case[FIRST] == component, case
                assert (case[gate], case["verdict"]) == ("open", "proposed"), case


def test_one_more_barrier_never_starts_anything() -> None:
    """A worse list of barriers never leads to a label that starts, all else being the same.

    A line that judges a lack of basic safety as "need not come first" is a judgement and no
    barrier; by convention 3 of the interface it may lift one.
    """
    worse = {
        "none": ("present", "doubtful", "doubtful_and_present", "priority_unknown", "first"),
        "present": ("doubtful_and_present", "priority_unknown", "first"),
        "doubtful": ("doubtful_and_present", "first"),
        "doubtful_and_present": ("first",),
        "priority_unknown": ("doubtful_and_present", "first"),
        "not_made": tuple(name for name in NAMED_BARRIERS if name != "not_made"),
    }
    inputs = RULES.inventory.inputs
    severity = ("clear", "incomplete", "blocking")
    for key in space().count(inputs):
        values = dict(zip(inputs, key, strict=True))
        before = severity.index(RULES.inventory.value(values))
        if values["named_barriers"] == "not_made":
            assert (
                before > 0
            )  # nothing starts without an inventory, so nothing can be started by it
            continue
        for more in worse.get(values["named_barriers"], ()):
            after = severity.index(RULES.inventory.value({**values, "named_barriers": more}))
            assert after >= before, (values, more)
    # The inventory is all that the labels see of the barriers, apart from the verdict's reason ...
    unseen = ("named_barriers", "judged_not_first_food_secure", "judged_not_first_safe_roof")
    for item in (*RULES.derivations, *RULES.label_derivations):
        assert item.name == "inventory" or not set(unseen) & set(item.inputs)
    # ... and nothing starts unless it is clear.
    for label in LABELS:
        for case in joint("inventory", label):
            assert case["inventory"] == "clear" or case[label] not in ("start_now", "resume")


GATE_READINGS = {
    str([rules.to_data()["tables"][name] for name in ("availability", *GATES)]): reading
    for reading, rules in reversed(READINGS.items())
}.values()
"""One reading for each way in which the gates can be read."""


@pytest.mark.parametrize("reading", GATE_READINGS)
def test_an_open_gate_is_never_closed_by_what_is_still_unknown(reading: str) -> None:
    """Regression of the specification's first draft (section 5, "Completeness check done")."""
    rules = READINGS[reading]
    for component in COMPONENTS:
        item = next(d for d in rules.derivations if d.name == f"gate_{component}")
        behind = [space(reading).given_behind(name) for name in item.inputs]
        assert sum(map(len, behind)) == len(frozenset().union(*behind)) or reading == "AMBIG-7=M2"
        can_become = [_can_become(reading, name) for name in item.inputs]
        for key in product(*(space(reading).values_of(name) for name in item.inputs)):
            if item.value(dict(zip(item.inputs, key, strict=True))) != "open":
                continue
            for later in product(
                *(turns[value] for turns, value in zip(can_become, key, strict=True))
            ):
                values = dict(zip(item.inputs, later, strict=True))
                assert item.value(values) != "closed", (component, key, values)


@cache
def _can_become(reading: str, name: str) -> dict[str, set[str]]:
    """Return for each value of a name what it can become when unknown facts become known."""
    rules, space_ = READINGS[reading], space(reading)
    given = sorted(space_.given_behind(name))
    chain = [item for item in rules.derivations if item.name in space_.behind((name,))]

    def value(facts: dict[str, str]) -> str:
        values = dict(facts)
        for item in chain:
            values[item.name] = item.value(values)
        return values[name]

    becomes: dict[str, set[str]] = {}
    for key in product(*(space_.values_of(fact) for fact in given)):
        now = value(dict(zip(given, key, strict=True)))
        later = product(
            *(
                space_.values_of(fact) if known == UNKNOWN else (known,)
                for fact, known in zip(given, key, strict=True)
            )
        )
        becomes.setdefault(now, set()).update(
            value(dict(zip(given, full, strict=True))) for full in later
        )
    return becomes


@pytest.mark.parametrize("reading", EACH_READING)
def test_background_culture_and_language_are_in_no_premise_that_decides(reading: str) -> None:
    whole = space(reading)
    decisive = (COURSE_ORDER, "verdict", "verdict_reason", "strength", *LABELS)
    assert not set(whole.behind(decisive)) & set(RULES.background)
    banned = ("ethnic", "cultur", "language", "nationality", "religion", "country")
    for rule in ALL_READINGS:
        for name in rule.when.names():
            assert not any(word in name for word in banned), rule.id


def test_every_rule_cites_passages_that_exist_and_says_where_it_comes_from() -> None:
    for rule in ALL_READINGS:
        assert rule.passages, rule.id
        assert set(rule.passages) <= set(VOORSTUDIE_CORE.passages), rule.id
        assert rule.basis in Basis
    known = {ambiguity.id for ambiguity in ALL_READINGS.ambiguities}
    for rule in ALL_READINGS:
        assert set(rule.ambiguities) <= known, rule.id
        assert {name for name in rule.when.names() if name.startswith("AMBIG")} <= known, rule.id
