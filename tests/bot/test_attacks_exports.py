"""What an attacker found in the exports: small numbers that could be found by subtraction."""

from __future__ import annotations

from bot.export.feedback import ORDER, ROW, RULE, TOTAL, Gathered, Given, report
from bot.reviewing import Verdict
from tests.bot.test_export_feedback import given

DISAGREED = Verdict.DISAGREED
ORDERS = ("relationship_parent_child", "child_parent_relationship", "parent_child_relationship")


def counted(verdicts: list[Given]) -> dict[tuple[str, str], str]:
    counts = report(Gathered(tuple(verdicts), 0)).counts
    return {
        (kind, code): text
        for (kind, code, verdict), text in counts.items()
        if verdict in ("", DISAGREED)
    }


def test_an_order_that_few_would_choose_is_not_what_all_leave_over() -> None:
    """Each disagreement names one order, so that the orders add up to the disagreements."""
    orders = [*[ORDERS[0]] * 8, *[ORDERS[1]] * 8, *[ORDERS[2]] * 2]
    told = counted(
        [given(number, DISAGREED, "O4a", order=order) for number, order in enumerate(orders)]
    )
    assert [told[ORDER, order] for order in ORDERS] == ["8", "8", "< 5"]
    assert told[TOTAL, ""] == told[ROW, "O4a"] == "≥ 17"


def test_a_row_that_is_not_told_exactly_is_not_what_all_leave_over() -> None:
    """A total less the other row would say how many there are, and how few were without a rule."""
    verdicts = [given(number, DISAGREED, "O4a", rules=("C4",)) for number in range(7)]
    verdicts += [given(10 + number, DISAGREED, "O4a", rules=()) for number in range(2)]
    verdicts += [given(20 + number, DISAGREED, "O5", rules=()) for number in range(10)]
    told = counted(verdicts)
    assert (told[RULE, "C4"], told[ROW, "O4a"], told[ROW, "O5"]) == ("7", "≥ 7", "10")
    assert told[TOTAL, ""].startswith("≥")
