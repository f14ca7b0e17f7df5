"""`volgorde interventions` as its user runs it, in both languages, for people and for programs."""

from __future__ import annotations

import json
import re

import pytest

from flows.voorstudie.interventions import CRITERIA, INTERVENTIONS
from flows.voorstudie.passages import PASSAGES
from tests.bot.conftest import Run


@pytest.mark.parametrize(
    ("language", "chosen", "not_chosen", "outside"),
    [
        ("nl", "NIKA: gekozen", "VIPP-SD: niet gekozen", "van buiten de voorstudie"),
        ("en", "NIKA: chosen", "VIPP-SD: not chosen", "from outside the pre-study"),
    ],
)
def test_it_says_what_was_chosen_and_what_fits(
    volgorde_here: Run, language: str, chosen: str, not_chosen: str, outside: str
) -> None:
    young = volgorde_here("interventions", "--age-months", "8", "--lang", language, COLUMNS="60")
    assert (young.returncode, young.stderr) == (0, "")
    lines = young.stdout.splitlines()
    assert chosen in lines
    assert not_chosen in lines
    assert outside in _flowing(young.stdout)
    older = volgorde_here("interventions", "--age-months", "9", "--lang", language)
    assert outside not in _flowing(older.stdout)


def _flowing(text: str) -> str:
    return " ".join(text.split())


def test_every_line_stays_within_the_width(volgorde_here: Run) -> None:
    for language in ("nl", "en"):
        done = volgorde_here(
            "interventions", "--age-months", "20", "--lang", language, COLUMNS="40"
        )
        assert max(map(len, done.stdout.splitlines())) <= 40


def test_what_is_cited_is_listed_with_page_and_lines(volgorde_here: Run) -> None:
    before, after = volgorde_here("interventions", "--age-months", "20", COLUMNS="88").stdout.split(
        "\nBronnen\n"
    )
    cited = {
        name
        for places in re.findall(r"\[([^\]]+)\]", _flowing(before))
        for name in places.split(", ")
        if not name.startswith("AMBIG-")
    }
    listed = set(re.findall(r"^- ([A-J]\d\d) · ", after, re.MULTILINE))
    assert cited <= listed <= PASSAGES.keys()
    assert "E12 · " in after
    assert "p. 4, regels 97–118" in _flowing(after)


def test_what_is_not_clear_in_the_source_is_named(volgorde_here: Run) -> None:
    said = volgorde_here("interventions").stdout
    section = said.split("Waar de bron niet eenduidig is")[1].split("\nBronnen\n")[0]
    assert {"AMBIG-4", "AMBIG-13", "AMBIG-14"} == set(re.findall(r"AMBIG-\d+", section))


def test_the_disclaimer_closes_it(volgorde_here: Run) -> None:
    done = volgorde_here("interventions", "--lang", "en", COLUMNS="88")
    assert "not validated" in _flowing(done.stdout)[-200:]


def test_without_an_age_it_says_for_which_ages_each_is(volgorde_here: Run) -> None:
    said = _flowing(volgorde_here("interventions").stdout)
    assert "Past bij deze leeftijd" not in said
    assert "Volgens het NJI voor 2 tot 12 jaar" in said
    assert "--age-months" in said


def test_json_holds_the_whole_catalogue(volgorde_here: Run) -> None:
    done = volgorde_here("interventions", "--age-months", "30", "--json", "--lang", "en")
    data = json.loads(done.stdout)
    assert data["age_months"] == 30
    assert [item["id"] for item in data["criteria"]] == [item.id for item in CRITERIA]
    assert {item["kind"] for item in data["criteria"]} == {"need_to_have", "nice_to_have"}
    assert [item["id"] for item in data["interventions"]] == [item.id for item in INTERVENTIONS]
    by_id = {item["id"]: item for item in data["interventions"]}
    assert by_id["pcit"]["fits"] == "yes"
    assert by_id["tf_cbt"]["fits"] == "no"
    assert by_id["basic_trust"]["ages"] == {"from": 24, "to": 144}
    assert by_id["nika"]["chosen"] is True
    assert by_id["nika"]["criteria"]["evidence_based"]["judgement"] == "does_not_meet"
    assert by_id["nika"]["criteria"]["evidence_based"]["ambiguities"] == ["AMBIG-14"]
    assert by_id["nika"]["criteria"]["diverse_families"] == {
        "judgement": "not_stated",
        "note": None,
        "passages": [],
        "ambiguities": [],
    }
    assert "ages_0_to_6" not in by_id["emdr"]["criteria"]
    assert "not validated" in data["disclaimer"]


def test_json_marks_what_is_not_the_source_s(volgorde_here: Run) -> None:
    def nika(months: str) -> tuple[str, str]:
        data = json.loads(volgorde_here("interventions", "--age-months", months, "--json").stdout)
        found = next(item for item in data["interventions"] if item["id"] == "nika")
        return found["fits"], found["basis"]

    assert nika("8") == ("unknown", "convention")
    assert nika("9") == ("yes", "source")


def test_an_unknown_age_is_null_and_settles_nothing(volgorde_here: Run) -> None:
    without = volgorde_here("interventions", "--json").stdout
    data = json.loads(without)
    assert data["age_months"] is None
    assert {item["fits"] for item in data["interventions"] if item["level"] != "parent"} == {
        "unknown"
    }
    assert volgorde_here("interventions", "--age-months", "unknown", "--json").stdout == without


@pytest.mark.parametrize(
    ("typed", "shown", "allowed"),
    [
        ("-1", "-1", "van 0 tot en met 83"),
        ("84", "84", "buiten het programma"),
        ("abc", '"abc"', "van 0 tot en met 83"),
        ("", '""', "van 0 tot en met 83"),
        ("5.5", '"5.5"', "van 0 tot en met 83"),
        ("9" * 5000, '"999', "van 0 tot en met 83"),
        ("4\n2", '"4', "van 0 tot en met 83"),
    ],
)
def test_an_age_that_is_none_is_one_line(
    volgorde_here: Run, typed: str, shown: str, allowed: str
) -> None:
    for more in ([], ["--json"]):
        done = volgorde_here("interventions", "--age-months", typed, *more)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        assert f"--age-months: {shown}" in done.stderr
        assert allowed in done.stderr
