"""Cases for research: who is in it, what stands in it, and what never does."""

from __future__ import annotations

import csv
import json
import random
import re
import stat
from dataclasses import replace
from datetime import UTC, date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.export import research
from bot.export.periods import period
from bot.export.record import CONSENT
from bot.export.research import COLUMNS, DICTIONARY, Research, as_csv, dictionary, gather
from flows.questions import Kind
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.transaction import Transaction
from tests.bot.conftest import Run
from tests.bot.exporting import (
    AGREED,
    DISAGREED,
    OTHER_ORDER,
    REASON,
    House,
    acts,
    destroy_key,
)
from tests.bot.walking import STORIES, steps, story

ALWAYS = period(None, None, UTC)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def consent(house: House, *names: str, said: str = "yes") -> None:
    def work(transaction: Transaction) -> None:
        for name in names:
            found = transaction.case_by_code(house.codes[name])
            assert found is not None
            transaction.people.note(CONSENT[said], actor=None, case=found.id)

    house.store.run(work)


def rows(house: House, seed: int = 1) -> Research:
    draw = random.Random(seed)
    return house.store.run(lambda transaction: gather(transaction, ALWAYS, draw.randrange))


def values(found: Research) -> list[dict[str, Any]]:
    return [dict(row) for row in found.rows]


def test_a_case_is_in_it_only_while_consent_stands(house: House) -> None:
    assert (rows(house).rows, rows(house).left_out) == ((), {"no_consent": 6})
    consent(house, "V04")
    assert len(rows(house).rows) == 1
    consent(house, "V04", said="no")
    assert rows(house).rows == ()
    consent(house, "V04")
    found = rows(house)
    assert (len(found.rows), found.left_out) == (1, {"no_consent": 5})


def test_nothing_is_opened_of_a_case_without_consent(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*case: object) -> None:
        raise AssertionError(case)

    monkeypatch.setattr(Transaction, "interviews_of", opened)
    assert rows(house).left_out == {"no_consent": 6}


def test_a_row_says_what_was_proposed_and_on_which_facts(house: House) -> None:
    consent(house, "V04")
    (row,) = values(rows(house))
    assert row["order"] == "parent_relationship_child"
    assert row["respondent"] == "therapist"
    assert row["language"] == "nl"
    assert row["protocol_version"] == VOORSTUDIE_CORE.version
    assert row["parent_trauma"] == "severe"
    assert row["status_parent"] == "not_started"
    assert row["reviews"] == 0


def test_a_pseudonym_belongs_to_one_export(house: House) -> None:
    case = house.codes["V04"]
    consent(house, "V04")
    (one,), (other,) = values(rows(house, 1)), values(rows(house, 2))
    for name in ("pseudonym", "proposal_mark", "opened_date"):
        assert one[name] != other[name]
    kept = house.store.run(lambda transaction: [act.detail for act in transaction.people.acts()])
    everything = json.dumps([one, other, kept])
    assert case not in everything
    assert case.replace("-", "") not in everything


def test_the_mark_of_a_proposal_is_not_its_hash(house: House) -> None:
    """The hash stands readable in the database, beside what leads to the case."""
    case = house.codes["V04"]
    consent(house, "V04")

    def work(transaction: Transaction) -> list[str]:
        found = transaction.case_by_code(case)
        assert found is not None
        records = transaction.interviews_of(found.id)
        return [item.content_hash for one in records for item in transaction.proposals(one.id)]

    hashes = house.store.run(work)
    written = json.dumps(values(rows(house)))
    assert hashes
    assert not any(content[:16].casefold() in written.casefold() for content in hashes)


def test_equal_proposals_of_one_export_have_the_same_mark(house: House) -> None:
    consent(house, "V04", AGREED, "V05")
    marks = [row["proposal_mark"] for row in values(rows(house))]
    assert len(set(marks)) == 2


def test_all_dates_of_a_case_are_shifted_alike(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent(house, "V04", "V05")
    shifted = values(rows(house, 3))
    monkeypatch.setattr(research, "_shift", lambda draw: timedelta(draw(1)))
    for row in shifted:
        moved = [date.fromisoformat(row[name]) for name in dates() if row[name]]
        assert len(moved) >= 3
        # All of a story happens on one day here.
        assert len(set(moved)) == 1
        assert abs(moved[0] - date(2026, 1, 1)) <= timedelta(days=365)
    assert len({row["opened_date"] for row in shifted}) == 2
    assert {row["opened_date"] for row in values(rows(house, 3))} == {"2026-01-01"}


def test_a_shift_is_up_to_a_year_and_never_none() -> None:
    drawn = [research._shift({730: at}.__getitem__).days for at in (0, 364, 365, 729)]
    assert drawn == [-365, -1, 1, 365]


def dates() -> list[str]:
    return [column.name for column in COLUMNS if column.unit == "date"]


def test_verdicts_stand_in_it_as_codes(house: House) -> None:
    consent(house, DISAGREED)
    found = rows(house)
    (row,) = values(found)
    assert (row["reviews"], row["review_1_verdict"]) == (1, "disagreed")
    assert row["review_1_order"] == OTHER_ORDER
    assert row["review_1_hours"] == 0
    assert row["submitted_date"]
    assert REASON.split()[3] not in as_csv(found.rows)


def test_nothing_that_was_written_and_nothing_of_an_instrument_is_in_it(house: House) -> None:
    *_, step = steps(story(next(path for path in STORIES if path.stem == "full-intake")), "nl")
    consent(house, "full-intake")
    written = as_csv(rows(house).rows)
    texts = [
        str(answer.value)
        for name, answer in step.interview.answers.items()
        if VOORSTUDIE_CORE.by_id[name].kind is Kind.TEXT and answer.value
    ]
    assert texts
    assert not any(text in written for text in texts)
    assert not any("instrument" in column.name for column in COLUMNS)
    assert not any(VOORSTUDIE_CORE.by_id.get(column.name, None) in TEXTS for column in COLUMNS)


TEXTS = [question for question in VOORSTUDIE_CORE.questions if question.kind is Kind.TEXT]


def test_an_age_is_a_band(house: House) -> None:
    consent(house, "full-intake")
    (row,) = values(rows(house))
    assert "_" in row["child_age_band"]
    assert "child_age_months" not in row


def test_the_dictionary_and_the_rows_have_the_same_variables(house: House) -> None:
    consent(house, DISAGREED)
    consent(house, "full-intake")
    consent(house, "mother-answers")
    found = rows(house)
    header, *data = csv.reader(StringIO(as_csv(found.rows)))
    described = list(csv.DictReader(StringIO(dictionary())))
    assert tuple(described[0]) == DICTIONARY
    assert [line["variable"] for line in described] == header
    assert all(list(row) == header for row in found.rows)
    for line, column in zip(described, zip(*data, strict=True), strict=True):
        assert line["label_nl"]
        assert line["label_en"]
        allowed = [*line["values"].split(" | "), ""]
        for cell in column:
            if line["values"]:
                assert cell in allowed, line["variable"]
            elif line["unit"] == "date":
                assert cell == "" or DAY.fullmatch(cell)
            elif line["unit"] in ("hours", "count"):
                assert cell == "" or cell.isdecimal()


def test_every_source_in_the_dictionary_is_a_question_or_a_rule() -> None:
    known = {*VOORSTUDIE_CORE.by_id, *(rule.id for rule in VOORSTUDIE_CORE.all_rules)}
    for column in COLUMNS:
        assert set(column.source.split()) <= known, column.name


def test_no_cell_is_a_formula(house: House) -> None:
    consent(house, "full-intake")
    for text in (as_csv(rows(house).rows), dictionary()):
        for line in csv.reader(StringIO(text)):
            assert not any(cell.startswith(FORMULA) for cell in line)
    for begin in FORMULA:
        with pytest.raises(ValueError, match="code"):
            as_csv([dict.fromkeys((column.name for column in COLUMNS), f"{begin}1+1")])


def test_a_value_that_the_dictionary_does_not_name_leaves_a_hole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent(house, "V04")
    narrow = [
        replace(column, values=("O999",)) if column.name == "order_row" else column
        for column in COLUMNS
    ]
    monkeypatch.setattr(research, "COLUMNS", tuple(narrow))
    (row,) = values(rows(house))
    assert row["order_row"] is None


def test_what_cannot_be_read_is_counted(
    house: House,
) -> None:
    consent(house, "V04", "V05")
    destroy_key(house, "V04")
    found = rows(house)
    assert (len(found.rows), found.left_out) == (1, {"no_consent": 4, "unreadable": 1})


def test_rows_stand_in_the_order_of_their_pseudonyms(house: House) -> None:
    consent(house, "V04", "V05", "full-intake")
    names = [row["pseudonym"] for row in values(rows(house))]
    assert names == sorted(names)
    assert rows(house).rare == 3


def test_the_command_writes_private_files_and_logs_what_was_in_them(
    volgorde_here: Run, house: House, tmp_path: Path
) -> None:
    case = house.codes["V04"]
    asked = ("export", "research", "--why", "onderzoek", "--out", "out")
    said = volgorde_here("case", "research", case, "--consent", "yes", **house.settings)
    assert case in said.stdout
    done = volgorde_here(*asked, **house.settings)
    assert done.returncode == 0, done.stderr
    assert "1 casus in" in done.stdout
    assert "zonder toestemming" in done.stdout
    assert "niet anoniem" in done.stdout
    folder = tmp_path / "out"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(folder.iterdir())
    assert [path.name for path in files] == ["dictionary.csv", "research.csv"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    before = files[1].read_bytes()
    again = volgorde_here(*asked, **house.settings)
    assert again.returncode == 2
    assert files[1].read_bytes() == before
    assert volgorde_here(*asked, "--force", "--format", "csv", **house.settings).returncode == 0
    assert files[1].read_bytes() != before
    assert volgorde_here(*asked, "--format", "json", "--force", **house.settings).returncode == 0
    assert len(json.loads((folder / "research.json").read_text(encoding="utf-8"))) == 1
    log = volgorde_here("export", "log", **house.settings).stdout
    assert len(log.strip().splitlines()) == 3
    assert acts(house).count("in_export_research") == 3


def test_a_case_outside_the_days_is_not_in_it(
    volgorde_here: Run, house: House, tmp_path: Path
) -> None:
    consent(house, "V04")
    asked = ("export", "research", "--why", "onderzoek", "--out")
    for number, (first, last, count) in enumerate(
        (("2026-01-01", "2026-01-01", 1), ("2026-01-02", "2026-12-31", 0))
    ):
        days = ("--from", first, "--to", last, "--format", "json")
        assert volgorde_here(*asked, f"out{number}", *days, **house.settings).returncode == 0
        file = tmp_path / f"out{number}" / "research.json"
        assert len(json.loads(file.read_text(encoding="utf-8"))) == count


def test_what_is_asked_wrongly_is_one_line_and_not_logged(volgorde_here: Run, house: House) -> None:
    case, destroyed = house.codes["V04"], house.codes["V05"]
    destroy_key(house, "V05")
    before = acts(house)
    for arguments in (
        ("export", "research", "--out", "out"),
        ("export", "research", "--why", "x", "--out", "out"),
        ("export", "research", "--why", "toets"),
        ("export", "research", "--why", "toets", "--out", "out", "--format", "xls"),
        ("export", "research", "--why", "toets", "--out", "out", "--from", "gisteren"),
        *[("export", "research", "--why", "toets", "--out", "out", *BACKWARDS)],
        ("case", "research", case),
        ("case", "research", case, "--consent", "perhaps"),
        ("case", "research", "ZZZ-ZZZ", "--consent", "yes"),
        ("case", "research", destroyed, "--consent", "yes"),
    ):
        done = volgorde_here(*arguments, **house.settings)
        assert done.returncode == 2, arguments
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert acts(house) == before


BACKWARDS = ("--from", "2026-02-01", "--to", "2026-01-01")
