"""The feedback round: counts that give no small number away, and what supervisors wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from bot.export.feedback import (
    ORDER,
    OWN,
    QUESTION,
    ROW,
    RULE,
    TOTAL,
    WRONG,
    Gathered,
    Given,
    as_data,
    as_markdown,
    gather,
    report,
)
from bot.export.periods import Period, period
from bot.export.small_numbers import told
from bot.reviewing import Verdict
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from tests.bot.conftest import Run
from tests.bot.exporting import DISAGREED as DISAGREED_CASE
from tests.bot.exporting import OTHER_ORDER, REASON, House, acts, destroy_key

ALWAYS = period(None, None, UTC)
JANUARY = period(datetime(2026, 1, 1), datetime(2026, 1, 31), UTC)  # noqa: DTZ001 - as typed
AGREED, RETURNED, DISAGREED = Verdict.SIGNED_OFF, Verdict.RETURNED, Verdict.DISAGREED


def cell(*ids: int) -> frozenset[str]:
    return frozenset(map(str, ids))


class TestSmallNumbers:
    def test_one_to_four_are_told_as_small_and_nothing_is_nothing(self) -> None:
        cells = {
            "none": cell(),
            "one": cell(1),
            "four": cell(2, 3, 4, 5),
            "five": cell(*range(6, 11)),
        }
        assert told(cells, ()) == {"none": "0", "one": "< 5", "four": "< 5", "five": "5"}

    def test_a_total_is_at_least_what_is_told_where_a_part_is_small(self) -> None:
        parts = {"a": cell(*range(10)), "b": cell(20, 21), "c": cell(*range(30, 36))}
        cells = {**parts, "total": cell(*range(10), 20, 21, *range(30, 36))}
        assert told(cells, tuple(parts)) == {"a": "10", "b": "< 5", "c": "6", "total": "≥ 17"}

    def test_a_total_without_small_parts_is_exact(self) -> None:
        parts = {"a": cell(*range(10)), "b": cell(*range(20, 26))}
        cells = {**parts, "total": cell(*range(10), *range(20, 26))}
        assert told(cells, tuple(parts))["total"] == "16"

    def test_a_count_that_is_a_little_more_than_one_within_it_is_not_exact(self) -> None:
        cells = {"rule": cell(*range(10)), "other": cell(*range(12)), "far": cell(*range(17))}
        assert told(cells, ()) == {"rule": "10", "other": "≥ 10", "far": "17"}

    def test_what_is_left_over_of_the_parts_gives_nothing_away(self) -> None:
        parts = {"a": cell(*range(5)), "b": cell(*range(10, 15)), "c": cell(*range(20, 40))}
        cells = {**parts, "rule": cell(*range(5), *range(10, 15), 20, 21)}
        assert told(cells, tuple(parts))["rule"] == "≥ 10"

    @pytest.mark.parametrize("sizes", [(7, 2), (7, 2, 3), (5, 1), (9, 4, 4), (3, 3, 3), (12, 5, 1)])
    def test_no_small_part_follows_from_the_total_and_the_others(
        self, sizes: tuple[int, ...]
    ) -> None:
        """Whatever it is, all that is told fits."""
        start, parts = 0, {}
        for number, size in enumerate(sizes):
            parts[f"{number}"] = cell(*range(start, start + size))
            start += size
        found = told({**parts, "total": cell(*range(start))}, tuple(parts))
        rest = sum(int(count) for name, count in found.items() if name in parts and count.isdigit())
        small = sum(count == "< 5" for count in found.values())
        least = int(found["total"].removeprefix("≥ "))
        assert found["total"].startswith("≥")
        for size in range(1, 5):  # any of them fits what is told
            assert rest + size + 4 * (small - 1) >= least


def given(number: int, verdict: Verdict, row: str, **more: object) -> Given:
    known: dict[str, object] = {
        "id": str(number),
        "case_id": f"case-{number}",
        "verdict": str(verdict),
        "version": "1.3.0",
        "row": row,
        "rules": (row, "R2"),
        **more,
    }
    return Given(**known)  # type: ignore[arg-type]


def many() -> list[Given]:
    verdicts = [given(number, AGREED, "O4a") for number in range(12)]
    verdicts += [
        given(20 + number, DISAGREED, "O4a", reason=f"reden {number}", rule="R2", order=ORDERED)
        for number in range(6)
    ]
    verdicts += [given(40, DISAGREED, "O5", reason="een zeldzame | reden", rule="C4")]
    verdicts += [given(41, AGREED, "O5", own_order="child_parent_relationship")]
    verdicts += [
        given(50 + number, RETURNED, "O4a", comments=(("parent_trauma", f"vraag {number}"),))
        for number in range(5)
    ]
    verdicts += [given(60, RETURNED, "O5", comments=(("", "het geheel is dun"),))]
    return verdicts


ORDERED = "relationship_parent_child"


def made(verdicts: Iterable[Given]) -> Gathered:
    return Gathered(tuple(verdicts), 0)


def test_counts_by_row_and_rule() -> None:
    counts = report(made(many())).counts
    assert counts[(ROW, "O4a", AGREED)] == "12"
    assert counts[(ROW, "O4a", DISAGREED)] == "6"
    assert counts[(ROW, "O4a", RETURNED)] == "5"
    assert counts[(ROW, "O5", DISAGREED)] == "< 5"
    assert counts[(ROW, "O5", AGREED)] == "< 5"
    assert counts[(RULE, "O4a", DISAGREED)] == "6"
    assert counts[(RULE, "R2", AGREED)] == "≥ 13"
    assert counts[(WRONG, "R2", "")] == "6"
    assert counts[(WRONG, "C4", "")] == "< 5"
    assert counts[(ORDER, ORDERED, "")] == "6"
    assert counts[(OWN, "child_parent_relationship", "")] == "< 5"
    assert counts[(QUESTION, "parent_trauma", "")] == "5"
    assert counts[(TOTAL, "", AGREED)] == "≥ 13"
    assert counts[(TOTAL, "", DISAGREED)] == "≥ 7"


def test_what_few_wrote_stands_under_nothing() -> None:
    texts = report(made(many())).texts
    assert texts[(ROW, "O4a")] == tuple(f"reden {number}" for number in range(6))
    assert texts[(QUESTION, "parent_trauma")] == tuple(f"vraag {number}" for number in range(5))
    assert texts[("", "")] == ("een zeldzame | reden", "het geheel is dun")
    assert (ROW, "O5") not in texts


def test_a_text_that_two_wrote_stands_there_once() -> None:
    texts = report(made(given(n, DISAGREED, "O5", reason="te vroeg") for n in range(3))).texts
    assert texts == {("", ""): ("te vroeg",)}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_report_says_first_that_it_is_to_be_read(language: str) -> None:
    written = as_markdown(report(made(many())), VOORSTUDIE_CORE, JANUARY, language)
    lines = written.splitlines()
    assert lines[4].startswith("> ")
    assert "een zeldzame \\| reden" in written
    assert "case-" not in written
    assert re.search(r"\| O4a [^|]+ \| 12 \| 6 \| 5 \|", written)
    data = as_data(report(made(many())), VOORSTUDIE_CORE, JANUARY, language)
    assert data["notice"] in lines[4]
    assert "case-" not in json.dumps(data)
    assert data["from"] == "2026-01-01"


def test_an_empty_round_is_a_report_too() -> None:
    written = as_markdown(report(made(())), VOORSTUDIE_CORE, JANUARY, "nl")
    assert "| 0 | 0 | 0 |" in written


# --- from the store -------------------------------------------------------------------------------


def test_the_verdicts_of_a_period_are_found(house: House) -> None:
    def at(chosen: Period) -> Gathered:
        return house.store.run(lambda transaction: gather(transaction, chosen))

    assert len(at(ALWAYS).verdicts) == len(at(JANUARY).verdicts) == 2
    february = period(datetime(2026, 2, 1), datetime(2026, 2, 28), UTC)  # noqa: DTZ001
    assert at(february).verdicts == ()
    disagreed = next(item for item in at(ALWAYS).verdicts if item.verdict == DISAGREED)
    assert (disagreed.order, disagreed.rule) == (OTHER_ORDER, "P1")
    assert disagreed.row in disagreed.rules


def test_the_command_prints_the_round_warns_and_logs_it(volgorde_here: Run, house: House) -> None:
    asked = ("export", "feedback-round", "--from", "2026-01-01", "--to", "2026-01-31")
    done = volgorde_here(*asked, "--why", "overleg met de eigenaren", **house.settings)
    assert done.returncode == 0, done.stderr
    assert REASON in done.stdout
    assert "< 5" in done.stdout
    assert "Lees het verslag" in done.stderr
    for hidden in (*house.codes.values(), "Wilma", "2026-01-01T"):
        assert hidden not in done.stdout
    data = json.loads(
        volgorde_here(
            *asked, "--why", "nog eens", "--format", "json", "--lang", "en", **house.settings
        ).stdout
    )
    assert data["total"] == {"signed_off": "< 5", "disagreed": "< 5", "returned": "0"}
    log = volgorde_here("export", "log", **house.settings).stdout
    assert log.count("feedbackronde") == 2
    assert "overleg met de eigenaren" in log
    assert acts(house).count("in_export_feedback_round") == 4


def test_a_case_that_cannot_be_read_is_left_out_and_said(volgorde_here: Run, house: House) -> None:
    destroy_key(house, DISAGREED_CASE)
    asked = ("export", "feedback-round", "--from", "2026-01-01", "--to", "2026-01-31")
    done = volgorde_here(*asked, "--why", "overleg", **house.settings)
    assert done.returncode == 0, done.stderr
    assert REASON not in done.stdout
    assert "niet meer te lezen" in done.stdout


def test_what_is_asked_wrongly_is_one_line(volgorde_here: Run, house: House) -> None:
    for arguments in (
        ("--from", "2026-01-01", "--to", "2026-01-31"),
        ("--from", "2026-01-01", "--why", "toets"),
        ("--from", "2026-02-01", "--to", "2026-01-31", "--why", "toets"),
        ("--from", "2026-13-01", "--to", "2026-01-31", "--why", "toets"),
        ("--from", "2026-01-01", "--to", "2026-01-31", "--why", "toets", "--format", "pdf"),
    ):
        done = volgorde_here("export", "feedback-round", *arguments, **house.settings)
        assert done.returncode == 2, arguments
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
