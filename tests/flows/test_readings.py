"""Each other reading of the source does what the specification (section 3) says it would do."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from flows.facts import parse_facts
from flows.protocol import Protocol
from flows.readings import ReadingError, other_than_ours, our_readings, read_readings
from flows.voorstudie.ambiguities import AMBIGUITIES
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from tests.flows.facts import SAFE_FAMILY

P, R, C = "parent", "relationship", "child"
BOTH_SEVERE = {
    "parent_trauma": "severe",
    "disruptive_parenting": "severe",
    "parent_unavailable": "yes",
}
OVERWHELMED = {"parent_trauma": "severe", "loss_of_control": "yes"}
DEADLOCK = {**OVERWHELMED, "change_wish": "no"}


@cache
def protocol(reading: str) -> Protocol:
    return VOORSTUDIE_CORE.under(read_readings([reading] if reading else [], AMBIGUITIES))


def under(reading: str, **differences: Any) -> Any:
    facts = parse_facts({**SAFE_FAMILY, **differences})
    return protocol(reading).propose(facts).to_data(lambda text: text.id)


def labels(data: Any) -> dict[str, str]:
    return {step["component"]: step["label"] for step in data["steps"]}


def rules(data: Any, part: str) -> set[str]:
    return {item["rule"] for item in data[part]}


class TestWhoIsFirstIfBothAreSevere:
    """AMBIG-1."""

    def test_ours_is_nika_weakly(self) -> None:
        data = under("", **BOTH_SEVERE)
        assert (data["verdict"], data["order"], data["strength"]) == ("proposed", [R, P, C], "weak")

    def test_no_proposal_until_the_wish_is_known(self) -> None:
        data = under("AMBIG-1=M2", **BOTH_SEVERE, preference_first="unknown")
        assert (data["verdict"], data["verdict_reason"]) == ("provisional", "wish_unknown")
        assert under("AMBIG-1=M2", **BOTH_SEVERE)["verdict"] == "proposed"  # "none" is known
        known = under("AMBIG-1=M2", **BOTH_SEVERE, preference_first="parent")
        assert (known["verdict"], known["order"]) == ("proposed", [P, R, C])

    @pytest.mark.parametrize("wish", ["none", "unknown"])
    def test_the_parent_first(self, wish: str) -> None:
        data = under("AMBIG-1=M3", **BOTH_SEVERE, preference_first=wish)
        assert (data["verdict"], data["order"], data["strength"]) == ("proposed", [P, R, C], "weak")
        assert data["order_row"] == "O5"

    @pytest.mark.parametrize(
        "differences",
        [
            {"disruptive_parenting": "some"},
            {"disruptive_parenting": "unknown"},
            {"parent_trauma": "some"},
            {"parent_trauma": "unknown"},
            {"preference_first": R},
        ],
    )
    def test_the_parent_first_only_if_both_are_severe_and_nobody_wishes_otherwise(
        self, differences: dict[str, str]
    ) -> None:
        assert under("AMBIG-1=M3", **{**BOTH_SEVERE, **differences})["order"][0] == R

    def test_the_parent_is_not_first_if_the_own_treatment_cannot_start(self) -> None:
        assert under("AMBIG-1=M3", **BOTH_SEVERE, change_wish="no")["order"][0] == R

    @pytest.mark.parametrize("wish", ["none", "unknown"])
    def test_the_professional_picks(self, wish: str) -> None:
        data = under("AMBIG-1=M4", **BOTH_SEVERE, preference_first=wish)
        assert (data["verdict"], data["verdict_reason"]) == ("provisional", "professional_decides")
        wished = under("AMBIG-1=M4", **BOTH_SEVERE, preference_first=R)
        assert wished["verdict"] == "proposed"


class TestBothFactors:
    """AMBIG-2."""

    def gate(self, reading: str, **differences: Any) -> str:
        return str(under(reading, **differences)["gates"][C])

    def test_ours_presumes_with_one_severe_factor(self) -> None:
        for factor in ("parent_trauma", "disruptive_parenting"):
            assert self.gate("", **{factor: "severe", "parent_unavailable": "unknown"}) == "closed"

    def test_both_are_needed(self) -> None:
        one = {"disruptive_parenting": "severe", "parent_unavailable": "unknown"}
        assert self.gate("AMBIG-2=M2", **one) == "open"
        assert self.gate("AMBIG-2=M2", **{**one, "parent_trauma": "severe"}) == "closed"
        assert self.gate("AMBIG-2=M2", **{**one, "parent_trauma": "unknown"}) == "unknown"
        assert self.gate("AMBIG-2=M2", parent_unavailable="yes") == "open"
        assert self.gate("AMBIG-2=M2", **BOTH_SEVERE) == "closed"
        both_but_available = {**BOTH_SEVERE, "parent_unavailable": "no"}
        assert self.gate("AMBIG-2=M2", **both_but_available) == "open"

    def test_any_severe_factor_postpones(self) -> None:
        for factor in ("parent_trauma", "disruptive_parenting"):
            severe = {factor: "severe", "parent_unavailable": "no", "support_compensates": "yes"}
            assert self.gate("", **severe) == "open"
            assert self.gate("AMBIG-2=M3", **severe) == "closed"
        unknown = {"disruptive_parenting": "unknown", "support_compensates": "yes"}
        assert self.gate("", **unknown) == "open"
        assert self.gate("AMBIG-2=M3", **unknown) == "unknown"
        covered = {"parent_unavailable": "yes", "support_compensates": "yes"}
        assert self.gate("AMBIG-2=M3", **covered) == "open"
        assert self.gate("AMBIG-2=M3", parent_unavailable="yes") == "closed"

    def test_only_the_mechanism_counts(self) -> None:
        severe = {"disruptive_parenting": "severe", "parent_unavailable": "unknown"}
        assert self.gate("AMBIG-2=M4", **severe) == "unknown"
        assert self.gate("AMBIG-2=M4", **{**severe, "parent_unavailable": "no"}) == "open"
        assert self.gate("AMBIG-2=M4", **{**severe, "parent_unavailable": "yes"}) == "closed"


def test_a_ban_on_nika_changes_no_order_and_allows_no_departure() -> None:
    """AMBIG-3."""
    ours, ban = under("", **OVERWHELMED), under("AMBIG-3=M2", **OVERWHELMED)
    assert ours["order"] == ban["order"]
    assert "K-no-override" in rules(ban, "cautions") - rules(ours, "cautions")
    assert "K-no-override" not in rules(under("AMBIG-3=M2"), "cautions")


@pytest.mark.parametrize(
    ("reading", "months", "variants"),
    [
        ("", 35, ["story_method"]),
        ("", 47, ["story_method"]),
        ("", 48, ["standard_child_protocol", "story_method"]),
        ("AMBIG-4=M2", 35, ["story_method"]),
        ("AMBIG-4=M2", 36, ["standard_child_protocol", "story_method"]),
        ("AMBIG-4=M2", 48, ["standard_child_protocol", "story_method"]),
        ("AMBIG-4=M3", 47, ["story_method"]),
        ("AMBIG-4=M3", 71, ["story_method"]),
        ("AMBIG-4=M3", 72, ["standard_child_protocol", "story_method"]),
    ],
)
def test_the_age_of_the_story_method(reading: str, months: int, variants: list[str]) -> None:
    """AMBIG-4."""
    data = under(reading, child_age_months=months)
    assert next(step["variants"] for step in data["steps"] if step["component"] == C) == variants


def test_a_support_person_lets_nika_start_too() -> None:
    """AMBIG-5."""
    supported = {**OVERWHELMED, "support_compensates": "yes"}
    assert under("", **supported)["gates"][R] == "closed"
    assert under("AMBIG-5=M2", **supported)["gates"][R] == "open"
    assert under("AMBIG-5=M2", **supported)["order"] == [R, P, C]
    for support in ("no", "unknown"):
        without = {**OVERWHELMED, "support_compensates": support}
        assert under("AMBIG-5=M2", **without)["gates"][R] == "closed"


class TestTheChildFirst:
    """AMBIG-6."""

    WISH = {"preference_first": C}  # noqa: RUF012

    def test_ours_follows_the_wish_if_the_gate_is_open(self) -> None:
        assert under("", **self.WISH)["order"] == [C, R, P]
        closed = {**self.WISH, "child_consent_support": "no"}
        assert under("", **closed)["order"] == [R, P, C]

    def test_never(self) -> None:
        assert under("AMBIG-6=M2", **self.WISH)["order"] == [R, P, C]
        assert under("AMBIG-6=M2", **self.WISH)["strength"] == "weak"
        held = under("AMBIG-6=M2", **self.WISH, change_wish="no")
        assert (held["order"], held["order_row"]) == ([R, C, P], "O4c")
        second = under("AMBIG-6=M2", preference_first=P, preference_second=C)
        assert second["order"] == [P, C, R]

    def test_always(self) -> None:
        closed = {**self.WISH, "child_consent_support": "no"}
        data = under("AMBIG-6=M3", **closed)
        assert (data["order"], data["verdict_reason"]) == ([C, R, P], "deadlock")
        waiting = under("AMBIG-6=M3", **self.WISH, **OVERWHELMED, parent_unavailable="yes")
        assert (waiting["order"], waiting["order_row"]) == ([C, P, R], "O1c")
        assert waiting["strength"] == "wish"
        second = under(
            "AMBIG-6=M3", preference_first=P, preference_second=C, child_consent_support="no"
        )
        assert second["order"] == [P, C, R]


class TestDeadlock:
    """AMBIG-7."""

    def test_ours_starts_nothing(self) -> None:
        data = under("", **DEADLOCK)
        assert (data["verdict_reason"], data["order"]) == ("deadlock", [P, R, C])

    def test_start_with_nika_with_a_support_person(self) -> None:
        data = under("AMBIG-7=M2", **DEADLOCK, support_compensates="yes")
        assert (data["verdict"], data["order"][0]) == ("proposed", R)
        assert labels(data)[R] == "start_now"
        for support in ("no", "unknown"):
            alone = under("AMBIG-7=M2", **DEADLOCK, support_compensates=support)
            assert alone["verdict_reason"] == "deadlock"
        can_start = under("AMBIG-7=M2", **OVERWHELMED, support_compensates="yes")
        assert can_start["order"][0] == P

    def test_the_professional_decides(self) -> None:
        data = under("AMBIG-7=M3", **DEADLOCK)
        assert (data["verdict"], data["verdict_reason"]) == ("provisional", "professional_decides")
        assert data["order"] == [P, R, C]


class TestNoComplaints:
    """AMBIG-8."""

    @pytest.mark.parametrize("fact", ["parent_trauma", "child_trauma"])
    def test_ours_keeps_it_as_not_indicated(self, fact: str) -> None:
        data = under("", **{fact: "none"})
        assert len(data["order"]) == 3
        assert labels(data)[fact.partition("_")[0]] == "not_indicated"

    def test_it_is_dropped(self) -> None:
        assert under("AMBIG-8=M2", parent_trauma="none")["order"] == [R, C]
        assert under("AMBIG-8=M2", child_trauma="none")["order"] == [R, P]
        both = under("AMBIG-8=M2", parent_trauma="none", child_trauma="none")
        assert (both["order"], both["verdict"]) == ([R], "proposed")

    def test_what_waits_for_another_reason_or_has_begun_is_not_dropped(self) -> None:
        assert len(under("AMBIG-8=M2", parent_trauma="none", change_wish="no")["order"]) == 3
        for status in ("under_way", "paused", "done"):
            begun = under("AMBIG-8=M2", child_trauma="none", status={C: status})
            assert len(begun["order"]) == 3


def test_broken_off_means_a_new_indication() -> None:
    """AMBIG-9."""
    assert labels(under("", status={R: "paused"}))[R] == "resume"
    assert labels(under("AMBIG-9=M2", status={R: "paused"}))[R] == "start_now"
    ends = under("AMBIG-9=M2", **OVERWHELMED, status={R: "under_way"})
    assert labels(ends)[R] == "interrupt"
    assert "N-course-ends" in rules(ends, "actions")


class TestWhichBarriersBlock:
    """AMBIG-10."""

    ATTENTION = {"kind": "debts", "present": "yes", "must_resolve_first": "no"}  # noqa: RUF012
    FIRST = {"kind": "debts", "present": "yes", "must_resolve_first": "yes"}  # noqa: RUF012

    def test_all_that_are_present(self) -> None:
        assert under("", barriers=[self.ATTENTION])["verdict"] == "proposed"
        for judgement in ("no", "unknown"):
            line = {**self.ATTENTION, "must_resolve_first": judgement}
            assert under("AMBIG-10=M2", barriers=[line])["verdict_reason"] == "barrier"
            doubtful = {"kind": "other", "present": "unknown"}
            both = under("AMBIG-10=M2", barriers=[line, doubtful])
            assert both["verdict_reason"] == "barrier"
        absent = {**self.FIRST, "present": "no"}
        assert under("AMBIG-10=M2", barriers=[absent])["verdict"] == "proposed"
        judged = [{"kind": "safe_roof", "present": "yes", "must_resolve_first": "no"}]
        assert under("", safe_roof="no", barriers=judged)["verdict"] == "proposed"
        strict = under("AMBIG-10=M2", safe_roof="no", barriers=judged)
        assert strict["verdict_reason"] == "barrier"

    def test_none(self) -> None:
        assert under("", barriers=[self.FIRST])["verdict_reason"] == "barrier"
        assert under("AMBIG-10=M3", barriers=[self.FIRST])["verdict"] == "proposed"
        assert under("AMBIG-10=M3", safe_roof="no")["verdict"] == "proposed"
        danger = under("AMBIG-10=M3", acute_unsafety="yes")
        assert danger["verdict_reason"] == "acute_unsafety"


def test_the_child_itself_must_agree() -> None:
    """AMBIG-11."""
    assert under("")["gates"][C] == "open"
    assert under("AMBIG-11=M2")["gates"][C] == "unknown"
    assert under("AMBIG-11=M2", child_consent_support="no")["gates"][C] == "closed"


def test_expectation_is_a_caution_only() -> None:
    """AMBIG-12."""
    for expectation in ("no", "unknown"):
        data = under("AMBIG-12=M2", positive_expectation=expectation)
        assert data["gates"][P] == "open"
        assert ("K-expectation" in rules(data, "cautions")) == (expectation == "no")
    assert under("", positive_expectation="no")["gates"][P] == "closed"
    assert under("", positive_expectation="unknown")["gates"][P] == "unknown"
    assert under("AMBIG-12=M2", change_wish="unknown")["gates"][P] == "unknown"
    assert "K-expectation" not in rules(under("AMBIG-12=M2"), "cautions")


def test_no_statement_on_the_child_under_way() -> None:
    """AMBIG-15."""
    stopped = {"child_consent_support": "no", "status": {C: "under_way"}}
    assert labels(under("", **stopped))[C] == "interrupt"
    assert labels(under("AMBIG-15=M2", **stopped))[C] == "continue"
    danger = under("AMBIG-15=M2", **stopped, acute_unsafety="yes")
    assert labels(danger)[C] == "interrupt"
    nika = under("AMBIG-15=M2", **OVERWHELMED, status={R: "under_way"})
    assert labels(nika)[R] == "interrupt"


def test_every_ambiguity_of_the_specification_is_a_switch() -> None:
    assert [ambiguity.id for ambiguity in AMBIGUITIES] == [f"AMBIG-{n}" for n in range(1, 17)]
    for ambiguity in AMBIGUITIES:
        assert ambiguity.readings[0] == "M1"
        assert set(ambiguity.passages) <= set(VOORSTUDIE_CORE.passages)


def test_reading_choices() -> None:
    assert read_readings([], AMBIGUITIES) == {}
    chosen = read_readings(["AMBIG-2=M3", "AMBIG-1=M1", "AMBIG-2=M3"], AMBIGUITIES)
    assert chosen == {"AMBIG-2": "M3", "AMBIG-1": "M1"}
    assert other_than_ours(chosen) == {"AMBIG-2": "M3"}
    assert set(our_readings(AMBIGUITIES).values()) == {"M1"}
    for wrong in (["AMBIG-2=M3", "AMBIG-2=M4"], ["AMBIG-13=M2"], ["AMBIG-2=m3"], ["=M1"]):
        with pytest.raises(ReadingError):
            read_readings(wrong, AMBIGUITIES)


def test_the_protocol_is_the_same_whatever_is_read_otherwise() -> None:
    other = VOORSTUDIE_CORE.under({"AMBIG-2": "M3"})
    assert other.hash == VOORSTUDIE_CORE.hash
    assert other.under({}).readings == {}
