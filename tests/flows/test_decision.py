"""The decision: its tables are complete, and it keeps its promises for every family."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.conditions import UNKNOWN, YES
from flows.decision import Decision, decide
from flows.facts import COMPONENTS, Barrier, Facts, parse_facts
from flows.proposal import completions
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from flows.voorstudie.rules import RULES
from tests.flows.facts import SAFE_FAMILY, decisive_facts, facts_objects

GATES = ("open", "closed", UNKNOWN)


def result(data: dict[str, Any]) -> Decision:
    return decide(RULES, parse_facts(data))


def family(**differences: Any) -> Decision:
    return result({**SAFE_FAMILY, **differences})


def test_the_order_table_has_exactly_one_row_for_each_combination_with_the_counts_of_the_spec() -> (
    None
):
    counted: Counter[str] = Counter()
    for relationship, parent, child in itertools.product(GATES, repeat=3):
        for first, second in itertools.product((*COMPONENTS, "none"), repeat=2):
            if first == second != "none":
                continue
            values = {
                "gate_relationship": relationship,
                "gate_parent": parent,
                "gate_child": child,
                "preference_first": first,
                "preference_second": second,
            }
            values["wish_first"] = RULES.wish_first.decide(values).effect
            values["wish_second"] = RULES.wish_second.decide(values).effect
            holding = [rule.id for rule in RULES.order if rule.when(values) == YES]
            assert len(holding) == 1, (values, holding)
            counted[holding[0]] += 1
    # The counts of the independent check in the clinical specification, section 5.
    assert counted == {
        "O3a": 32,
        "O3b": 4,
        "O4a": 156,
        "O4b": 4,
        "O2b": 4,
        "O2a": 14,
        "O4c": 20,
        "O1a": 105,
        "O1b": 12,
    }


@given(facts_objects())
def test_every_family_gets_one_verdict_and_one_order(data: dict[str, Any]) -> None:
    decision = result(data)
    assert sorted(decision.order) == sorted(COMPONENTS)
    assert decision.verdict in ("not_yet", "provisional", "proposed", "complete")
    assert (decision.verdict_reason is None) == (decision.verdict in ("proposed", "complete"))


@given(facts_objects())
def test_nothing_starts_under_a_barrier_or_in_danger(data: dict[str, Any]) -> None:
    proposal = VOORSTUDIE_CORE.propose(parse_facts(data))
    if proposal.decision.verdict == "not_yet":
        assert not {step.label for step in proposal.steps} & {"start_now", "resume"}


@given(decisive_facts())
def test_one_more_barrier_never_starts_anything(data: dict[str, Any]) -> None:
    facts = parse_facts(data)
    more = replace(facts, barriers=(*(facts.barriers or ()), Barrier("debts", "yes", "yes")))

    def started(one: Facts) -> set[str]:
        steps = VOORSTUDIE_CORE.propose(one).steps
        return {step.component for step in steps if step.label in ("start_now", "resume")}

    assert started(more) <= started(facts)


@given(
    decisive_facts(),
    st.dictionaries(
        st.sampled_from(["parent_depression", "dissociation"]), st.sampled_from(["yes", "no"])
    ),
)
def test_background_never_changes_verdict_order_or_labels(
    data: dict[str, Any], background: dict[str, str]
) -> None:
    facts = parse_facts(data)
    plain = VOORSTUDIE_CORE.propose(facts)
    told = VOORSTUDIE_CORE.propose(replace(facts, background=background))
    assert plain.decision.order == told.decision.order
    assert plain.decision.verdict == told.decision.verdict
    assert [step.label for step in plain.steps] == [step.label for step in told.steps]


@given(facts_objects())
def test_pivotal_facts_are_exactly_the_unknown_ones_that_can_change_the_result(
    data: dict[str, Any],
) -> None:
    facts = parse_facts(data)
    proposal = VOORSTUDIE_CORE.propose(facts)
    now = (proposal.decision.verdict, proposal.decision.order)
    changing = {
        name
        for name, _, changed in completions(facts)
        if (decide(RULES, changed).verdict, decide(RULES, changed).order) != now
    }
    assert set(proposal.pivotal) == changing
    stated = {name for name, value in data.items() if value != UNKNOWN}
    assert not (set(proposal.pivotal) - {"barriers"}) & stated


@given(facts_objects())
def test_every_reason_names_passages_that_exist(data: dict[str, Any]) -> None:
    proposal = VOORSTUDIE_CORE.propose(parse_facts(data))
    for step in proposal.steps:
        assert step.reasons
        for reason in (*step.reasons, *step.why_not_earlier):
            assert reason.rule.passages
            assert set(reason.rule.passages) <= set(VOORSTUDIE_CORE.passages)


class TestDerivedFacts:
    """Interface, conventions 1 to 3."""

    @pytest.mark.parametrize("value", ["none", "some"])
    @pytest.mark.parametrize("source", ["self_report", "unknown"])
    def test_few_complaints_without_a_clinical_view_count_as_unknown(
        self, value: str, source: str
    ) -> None:
        decision = family(parent_trauma=value, parent_trauma_source=source)
        assert decision.values["parent_trauma_derived"] == UNKNOWN

    @pytest.mark.parametrize("source", ["self_report", "unknown", "interview"])
    def test_severe_complaints_of_the_parent_stand_whoever_says_so(self, source: str) -> None:
        decision = family(parent_trauma="severe", parent_trauma_source=source)
        assert decision.values["parent_trauma_derived"] == "severe"

    @pytest.mark.parametrize(
        ("age", "source", "expected"),
        [
            (35, "parent_report", UNKNOWN),
            (35, "clinical_judgement", UNKNOWN),
            (35, "interview_0_6", "severe"),
            ("unknown", "clinical_judgement", UNKNOWN),
            ("unknown", "interview_0_6", "severe"),
            (36, "parent_report", "severe"),
            (36, "clinical_judgement", "severe"),
            (36, "unknown", UNKNOWN),
        ],
    )
    def test_complaints_of_a_child_count_by_age_and_instrument(
        self, age: int | str, source: str, expected: str
    ) -> None:
        decision = family(child_age_months=age, child_trauma="severe", child_trauma_source=source)
        assert decision.values["child_trauma_derived"] == expected

    @pytest.mark.parametrize("source", ["external", "both", "unknown"])
    def test_harm_that_goes_on_from_outside_means_the_threat_has_not_stopped(
        self, source: str
    ) -> None:
        decision = family(ongoing_traumatisation="yes", ongoing_traumatisation_source=source)
        assert (decision.verdict, decision.verdict_reason) == ("not_yet", "barrier")

    @pytest.mark.parametrize("source", ["parent_report", "interview_0_6", "clinical_judgement"])
    def test_complaints_that_nobody_rated_are_unknown(self, source: str) -> None:
        decision = family(child_trauma="unknown", child_trauma_source=source)
        assert decision.values["child_trauma_derived"] == UNKNOWN
        assert decision.gate("child") == UNKNOWN

    def test_harm_by_parenting_is_not_a_threat_from_outside(self) -> None:
        decision = family(ongoing_traumatisation="yes", ongoing_traumatisation_source="parenting")
        assert decision.verdict == "proposed"
        assert decision.gate("child") == "closed"


class TestBarriers:
    @pytest.mark.parametrize("kind", ["food_secure", "safe_roof", "threat_stopped"])
    def test_lack_of_basic_safety_blocks_unless_judged_otherwise(self, kind: str) -> None:
        assert family(**{kind: "no"}).verdict_reason == "barrier"
        judged = [{"kind": kind, "present": "yes", "must_resolve_first": "no"}]
        assert family(**{kind: "no"}, barriers=judged).verdict == "proposed"

    def test_a_judgement_on_another_kind_does_not_lift_it(self) -> None:
        judged = [{"kind": "debts", "present": "yes", "must_resolve_first": "no"}]
        assert family(safe_roof="no", barriers=judged).verdict_reason == "barrier"

    def test_an_inventory_that_was_not_made_leaves_the_order_provisional(self) -> None:
        data = {name: value for name, value in SAFE_FAMILY.items() if name != "barriers"}
        assert result(data).verdict_reason == "barriers_unknown"

    @pytest.mark.parametrize(
        ("present", "first", "reason"),
        [
            ("yes", "yes", "barrier"),
            ("yes", "no", None),
            ("yes", "unknown", "barriers_unknown"),
            ("unknown", "yes", "barriers_unknown"),
            ("no", "yes", None),
        ],
    )
    def test_a_barrier_counts_by_presence_and_judgement(
        self, present: str, first: str, reason: str | None
    ) -> None:
        barrier = {"kind": "court_cases", "present": present, "must_resolve_first": first}
        assert family(barriers=[barrier]).verdict_reason == reason

    def test_a_doubtful_line_on_basic_safety_keeps_the_inventory_incomplete(self) -> None:
        lines = [
            {"kind": "safe_roof", "present": "yes", "must_resolve_first": "no"},
            {"kind": "safe_roof", "present": "unknown", "must_resolve_first": "yes"},
        ]
        assert family(safe_roof="no", barriers=lines).verdict_reason == "barriers_unknown"

    def test_an_inventory_not_made_is_pivotal_where_a_judgement_could_lift_what_blocks(
        self,
    ) -> None:
        data = {name: value for name, value in SAFE_FAMILY.items() if name != "barriers"}
        proposal = VOORSTUDIE_CORE.propose(parse_facts({**data, "food_secure": "no"}))
        assert "barriers" in proposal.pivotal

    def test_another_programs_kind_of_barrier_still_counts(self) -> None:
        barrier = {"kind": "waiting_list", "present": "yes", "must_resolve_first": "yes"}
        assert family(barriers=[barrier]).verdict_reason == "barrier"


class TestCourses:
    """Interface, convention 5; specification, section 6."""

    def test_what_is_done_comes_first_in_the_fixed_order(self) -> None:
        decision = family(status={"child": "done", "parent": "done"})
        assert decision.order == ("parent", "child", "relationship")

    def test_what_is_under_way_goes_on_before_the_others(self) -> None:
        assert family(status={"child": "under_way"}).order == ("child", "relationship", "parent")

    def test_what_is_under_way_against_a_closed_gate_keeps_the_tables_place(self) -> None:
        decision = family(
            status={"relationship": "under_way"}, parent_trauma="severe", preoccupied="yes"
        )
        assert decision.order == ("parent", "relationship", "child")

    def test_a_pause_counts_as_not_started(self) -> None:
        assert family(status={"child": "paused"}).order == family().order

    def test_the_verdict_looks_at_the_first_that_is_not_done(self) -> None:
        decision = family(status={"parent": "done"}, parent_trauma="severe", loss_of_control="yes")
        assert (decision.verdict, decision.verdict_reason) == ("not_yet", "deadlock")

    def test_all_done_is_complete_even_in_danger(self) -> None:
        done = dict.fromkeys(COMPONENTS, "done")
        assert family(status=done, acute_unsafety="yes").verdict == "complete"


class TestLabels:
    def labels(self, **differences: Any) -> dict[str, str]:
        proposal = VOORSTUDIE_CORE.propose(parse_facts({**SAFE_FAMILY, **differences}))
        return {step.component: step.label for step in proposal.steps}

    def test_the_first_starts_and_the_others_follow(self) -> None:
        assert self.labels() == {
            "relationship": "start_now",
            "parent": "after",
            "child": "after",
        }

    def test_after_names_the_component_before(self) -> None:
        proposal = VOORSTUDIE_CORE.propose(parse_facts(SAFE_FAMILY))
        assert [step.after for step in proposal.steps] == [None, "relationship", "parent"]

    def test_a_paused_first_component_is_resumed(self) -> None:
        assert self.labels(status={"relationship": "paused"})["relationship"] == "resume"

    @pytest.mark.parametrize(
        "danger", [{"acute_unsafety": "yes"}, {"acute_unsafety": "unknown"}, {"safe_roof": "no"}]
    )
    def test_danger_and_barriers_interrupt_what_is_under_way(self, danger: dict[str, str]) -> None:
        labels = self.labels(status={"relationship": "under_way"}, **danger)
        assert labels["relationship"] == "interrupt"

    def test_an_incomplete_inventory_does_not_interrupt_what_is_under_way(self) -> None:
        labels = self.labels(status={"relationship": "under_way"}, safe_roof="unknown")
        assert labels["relationship"] == "continue"

    def test_what_was_under_way_before_a_closed_gate_is_interrupted(self) -> None:
        labels = self.labels(status={"child": "under_way"}, child_consent_support="no")
        assert labels["child"] == "interrupt"

    def test_no_complaints_is_not_indicated_and_other_closures_hold(self) -> None:
        assert self.labels(parent_trauma="none")["parent"] == "not_indicated"
        assert self.labels(child_trauma="none")["child"] == "not_indicated"
        assert self.labels(change_wish="no")["parent"] == "hold"

    def test_no_complaints_beside_another_reason_holds(self) -> None:
        assert self.labels(parent_trauma="none", change_wish="no")["parent"] == "hold"
        ongoing = {"ongoing_traumatisation": "yes", "ongoing_traumatisation_source": "parenting"}
        assert self.labels(child_trauma="none", **ongoing)["child"] == "hold"

    def test_an_unknown_gate_is_asked_about_first(self) -> None:
        assert self.labels(child_consent_support="unknown")["child"] == "ask_first"

    def test_a_provisional_verdict_asks_before_the_first_starts(self) -> None:
        assert self.labels(safe_roof="unknown")["relationship"] == "ask_first"

    def test_a_deadlock_holds_the_first(self) -> None:
        labels = self.labels(parent_trauma="severe", loss_of_control="yes", change_wish="no")
        assert labels == {"parent": "hold", "relationship": "hold", "child": "after"}


def test_a_severity_that_counts_as_unknown_shows_what_an_interview_could_change() -> None:
    proposal = VOORSTUDIE_CORE.propose(
        parse_facts(
            {
                **SAFE_FAMILY,
                "parent_trauma_source": "self_report",
                "loss_of_control": "unknown",
                "preoccupied": "unknown",
            }
        )
    )
    assert "parent_trauma" not in proposal.pivotal  # it is stated, only not in a way that counts
    assert {(item.fact, item.value, item.verdict) for item in proposal.reassess} >= {
        ("parent_trauma", "some", "proposed")
    }


class TestCoursesAndVerdicts:
    """Interface, convention 5, and the reasons of the verdicts."""

    def test_what_is_done_comes_before_what_is_under_way(self) -> None:
        decision = family(status={"child": "done", "parent": "under_way"})
        assert decision.order == ("child", "parent", "relationship")

    def test_what_is_done_keeps_the_order_of_the_components(self) -> None:
        decision = family(status={"child": "done", "relationship": "done"})
        assert decision.order == ("relationship", "child", "parent")

    def test_of_two_under_way_the_table_decides(self) -> None:
        decision = family(status={"child": "under_way", "parent": "under_way"})
        assert decision.order == ("parent", "child", "relationship")

    def test_what_is_under_way_and_may_not_go_on_keeps_its_place(self) -> None:
        stopped = family(status={"child": "under_way"}, child_consent_support="no")
        assert stopped.order == ("relationship", "parent", "child")

    def test_a_paused_component_counts_as_not_started(self) -> None:
        assert family(status={"child": "paused"}).order == family().order

    @pytest.mark.parametrize(
        ("differences", "verdict", "reason"),
        [
            ({}, "proposed", None),
            ({"acute_unsafety": "yes"}, "not_yet", "acute_unsafety"),
            ({"acute_unsafety": "unknown"}, "not_yet", "safety_unknown"),
            ({"safe_roof": "no"}, "not_yet", "barrier"),
            ({"safe_roof": "unknown"}, "provisional", "barriers_unknown"),
            (
                {"parent_trauma": "unknown", "preoccupied": "unknown"},
                "provisional",
                "first_gate_unknown",
            ),
            (
                {"parent_trauma": "severe", "preoccupied": "yes", "change_wish": "no"},
                "not_yet",
                "deadlock",
            ),
            ({"status": dict.fromkeys(COMPONENTS, "done")}, "complete", None),
        ],
    )
    def test_each_verdict_has_its_reason(
        self, differences: dict[str, Any], verdict: str, reason: str | None
    ) -> None:
        decision = family(**differences)
        assert (decision.verdict, decision.verdict_reason) == (verdict, reason)
        steps = VOORSTUDIE_CORE.propose(parse_facts({**SAFE_FAMILY, **differences})).steps
        labels = {step.label for step in steps}
        if verdict == "not_yet":
            assert labels <= {"hold", "after"}
        elif verdict == "complete":
            assert labels == {"done"}
        elif verdict == "provisional":
            assert steps[0].label == "ask_first"
        else:
            assert steps[0].label == "start_now"


def test_the_components_are_given_as_the_pre_study_chose_them() -> None:
    proposal = VOORSTUDIE_CORE.propose(parse_facts(SAFE_FAMILY))
    assert {step.component: step.variants for step in proposal.steps} == {
        "parent": ("emdr",),
        "relationship": ("nika",),
        "child": ("story_method",),
    }
    unknown = VOORSTUDIE_CORE.propose(parse_facts({}))
    assert unknown.steps[2].variants == ("story_method", "standard_child_protocol")


class TestInventory:
    """The barriers that a proposal shows: what was named, and what is missing of basic safety."""

    def shown(self, **differences: Any) -> list[tuple[str, str, str]]:
        return [
            (item.kind, item.present, item.must_resolve_first)
            for item in family(**differences).barriers
        ]

    def test_what_is_missing_of_basic_safety_is_a_barrier(self) -> None:
        assert self.shown() == []
        assert self.shown(safe_roof="no") == [("safe_roof", "yes", "yes")]
        assert self.shown(threat_stopped="no") == [("threat_stopped", "yes", "yes")]

    def test_harm_from_outside_is_the_threat(self) -> None:
        harm = {"ongoing_traumatisation": "yes", "ongoing_traumatisation_source": "external"}
        assert self.shown(**harm) == [("threat_stopped", "yes", "yes")]

    def test_a_line_that_says_it_again_is_shown_once_and_a_doubtful_one_too(self) -> None:
        judged = {"kind": "safe_roof", "present": "yes", "must_resolve_first": "no"}
        assert self.shown(safe_roof="no", barriers=[judged]) == [("safe_roof", "yes", "no")]
        doubtful = {"kind": "safe_roof", "present": "unknown"}
        assert self.shown(safe_roof="no", barriers=[doubtful]) == [
            ("safe_roof", "yes", "yes"),
            ("safe_roof", "unknown", "unknown"),
        ]
        assert self.shown(barriers=[judged]) == [("safe_roof", "yes", "no")]

    def test_other_lines_are_shown_as_they_were_named(self) -> None:
        debts = {"kind": "debts", "present": "yes", "must_resolve_first": "no"}
        assert self.shown(safe_roof="no", barriers=[debts])[1:] == [("debts", "yes", "no")]
