"""The program as its user runs it: what is printed, what is kept, and how mistakes are met."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.bot.conftest import Run
from tests.flows.facts import SAFE_FAMILY

TYPED_STORY = "zij slaapt slecht en schrikt van elk geluid"


class TestChat:
    def test_a_newcomer_is_told_what_it_is_and_asked_about_danger_first(
        self, volgorde: Run
    ) -> None:
        done = volgorde("chat", typed="\n")
        assert done.returncode == 0, done.stderr
        assert "voorstel en geen besluit" in done.stdout
        assert "vraag 1 van ongeveer" in done.stdout

    def test_the_terminal_speaks_english_where_the_environment_does(
        self, volgorde_here: Run
    ) -> None:
        done = volgorde_here("chat", typed="\n", LANG="en_GB.UTF-8")
        assert "question 1 of about" in done.stdout

    def test_at_the_end_of_input_it_says_what_is_kept_and_how_to_go_on(
        self, volgorde_here: Run
    ) -> None:
        done = volgorde_here("chat", typed="\n2\n")
        assert "Alles is bewaard" in done.stdout
        assert "volgorde chat --case" in done.stdout

    def test_the_next_start_goes_on_with_the_next_question(self, volgorde_here: Run) -> None:
        volgorde_here("chat", typed="\n2\n1\n")
        again = volgorde_here("chat", typed="")
        assert "vraag 3 van ongeveer" in again.stdout
        assert "vraag 1 van ongeveer" not in again.stdout

    def test_danger_shows_whom_to_call_before_anything_else(self, volgorde_here: Run) -> None:
        done = volgorde_here("chat", typed="\n1\n")
        after = done.stdout.split("> 1")[1]
        assert "112" in after
        assert "0800-2000" in after
        assert "vraag 2" not in after

    def test_leaving_at_once_says_nothing_about_the_subject(self, volgorde_here: Run) -> None:
        done = volgorde_here("chat", typed="\nx\n")
        after = done.stdout.split("> x")[1]
        assert after.strip() == "Tot ziens."
        assert "vraag 1" in volgorde_here("chat", typed="").stdout

    @pytest.mark.parametrize("typed", ["", "9", "misschien", "\x1b[31m", "x" * 5000])
    def test_what_cannot_be_read_is_asked_again_and_nothing_is_lost(
        self, volgorde_here: Run, typed: str
    ) -> None:
        done = volgorde_here("chat", typed=f"\n{typed}\n2\n")
        assert done.returncode == 0
        assert "vraag 2 van ongeveer" in done.stdout

    @pytest.mark.parametrize("typed", ["9" * 5000, "l " + "9" * 5000, "\ufffd\ufffd"])
    def test_a_line_beyond_measure_does_no_harm(self, volgorde_here: Run, typed: str) -> None:
        done = volgorde_here("chat", typed=f"\n{typed}\n2\n")
        assert (done.returncode, done.stderr) == (0, "")
        assert "vraag 2 van ongeveer" in done.stdout

    def test_bytes_that_are_no_text_do_no_harm(
        self, environment: dict[str, str], tmp_path: Path
    ) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "chat"],
            input=b"\n\xff\xfe\n2\n",
            capture_output=True,
            cwd=tmp_path,
            env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")

    def test_why_names_rule_page_and_lines(self, volgorde_here: Run) -> None:
        done = volgorde_here("chat", typed="\n?\n")
        assert "C04" in done.stdout
        assert "B1" in done.stdout

    def test_a_mother_is_spoken_to_in_her_own_words_and_sees_no_order(
        self, volgorde_here: Run
    ) -> None:
        answers = "1\n1\n\n" + "s\n" * 40 + "\n"
        done = volgorde_here("chat", "--respondent", "mother", typed=answers)
        assert "Een mens leest wat je antwoordt" in done.stdout
        assert "NIKA →" not in done.stdout
        assert "Dank je wel" in done.stdout

    def test_an_unknown_case_is_one_line_and_exit_code_2(self, volgorde_here: Run) -> None:
        done = volgorde_here("chat", "--case", "ZZZ-ZZZ")
        assert done.returncode == 2
        assert "ZZZ-ZZZ" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1

    def test_a_full_intake_takes_up_what_a_quick_one_left(self, volgorde_here: Run) -> None:
        volgorde_here("chat", typed="\n2\n1\n")
        again = volgorde_here("chat", "--full", typed="")
        assert "vraag 3 van ongeveer" in again.stdout
        about = int(again.stdout.split("van ongeveer ")[1].split()[0])
        assert about > 40

    def test_nothing_that_was_typed_stands_in_database_log_or_journal(
        self, volgorde: Run, tmp_path: Path
    ) -> None:
        log = tmp_path / "volgorde.log"
        typed = "\n2\n1\n1\n1\n" + f"{TYPED_STORY}\n" * 3
        done = volgorde("chat", "--full", typed=typed, VOLGORDE_LOG_FILE=str(log))
        assert TYPED_STORY in done.stdout
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert any(path.suffix == ".db" for path in files)
        assert log in files
        for path in files:
            content = path.read_bytes()
            assert TYPED_STORY.encode() not in content, path
            assert b"slaapt" not in content, path

    def test_identifying_things_are_refused_before_they_are_kept(self, volgorde_here: Run) -> None:
        typed = "\n2\n1\n1\n1\nbel haar op 06-12345678\n"
        done = volgorde_here("chat", "--full", typed=typed)
        assert "telefoonnummer" in done.stdout


class TestOperatorsMistakes:
    """One line that names the setting, exit code 2, the database untouched."""

    def refused(self, done: Any, *parts: str) -> None:
        assert done.returncode == 2, done.stdout + done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert "Traceback" not in done.stderr
        for part in parts:
            assert part in done.stderr

    def test_a_wrong_key(self, volgorde: Run, tmp_path: Path) -> None:
        volgorde("chat", typed="\n2\n")
        database = next(tmp_path.rglob("*.db"))
        before = hashlib.sha256(database.read_bytes()).hexdigest()
        wrong = "A" * 43
        self.refused(volgorde("chat", VOLGORDE_MASTER_KEY=wrong), "VOLGORDE_MASTER_KEY")
        assert hashlib.sha256(database.read_bytes()).hexdigest() == before

    def test_a_key_that_is_none(self, volgorde_here: Run) -> None:
        self.refused(volgorde_here("chat", VOLGORDE_MASTER_KEY="geheim"), "VOLGORDE_MASTER_KEY")

    def test_a_key_file_that_is_not_there(self, volgorde_here: Run, tmp_path: Path) -> None:
        missing = str(tmp_path / "none" / "key")
        self.refused(
            volgorde_here("chat", VOLGORDE_MASTER_KEY_FILE=missing), "VOLGORDE_MASTER_KEY_FILE"
        )

    def test_someone_elses_database(self, volgorde_here: Run, tmp_path: Path) -> None:
        other = tmp_path / "other.db"
        with sqlite3.connect(other) as connection:
            connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.close()
        before = other.read_bytes()
        self.refused(
            volgorde_here("chat", VOLGORDE_DATABASE_URL=f"sqlite:///{other}"),
            "VOLGORDE_DATABASE_URL",
        )
        assert other.read_bytes() == before

    def test_a_newer_database(self, volgorde_here: Run, tmp_path: Path) -> None:
        database = tmp_path / "newer.db"
        url = f"sqlite:///{database}"
        assert volgorde_here("migrate", VOLGORDE_DATABASE_URL=url).returncode == 0
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
        connection.close()
        self.refused(volgorde_here("chat", VOLGORDE_DATABASE_URL=url), "9999_later")

    def test_a_database_in_a_place_that_cannot_be(self, volgorde_here: Run) -> None:
        self.refused(
            volgorde_here("chat", VOLGORDE_DATABASE_URL="sqlite:////proc/no/volgorde.db"),
            "VOLGORDE_DATABASE_URL",
        )

    def test_an_unknown_option(self, volgorde_here: Run) -> None:
        self.refused(volgorde_here("chat", "--fast"), "--fast")

    def test_a_scenario_that_is_not_there(self, volgorde_here: Run) -> None:
        self.refused(volgorde_here("chat", "--answers", "none.yaml"), "none.yaml")


class TestDecide:
    def test_facts_become_a_proposal_in_the_interfaces_form(self, volgorde: Run) -> None:
        done = volgorde("decide", "--json", typed=json.dumps(SAFE_FAMILY))
        proposal = json.loads(done.stdout)
        assert proposal["verdict"] == "proposed"
        assert proposal["verdict_reason"] is None
        assert proposal["order"] == ["relationship", "parent", "child"]
        assert proposal["order_row"] == "O4a"
        assert proposal["strength"] == "weak"
        assert proposal["gates"] == dict.fromkeys(("parent", "relationship", "child"), "open")
        first = proposal["steps"][0]
        assert first["label"] == "start_now"
        assert first["variants"] == ["nika"]
        reason = next(item for item in first["reasons"] if item["rule"] == "R2")
        assert reason["passages"] == ["A01"]
        assert reason["evidence"] == "CON"
        assert reason["facts"]["loss_of_control"] == "no"
        assert reason["text"]
        assert set(proposal) >= {
            "protocol", "barriers", "actions", "cautions", "conflicts", "supplementary_help",
            "pivotal", "missing", "disclaimer",
        }  # fmt: skip

    def test_a_file_and_the_words_of_a_language(self, volgorde_here: Run, tmp_path: Path) -> None:
        path = tmp_path / "facts.json"
        path.write_text(json.dumps(SAFE_FAMILY), encoding="utf-8")
        dutch = volgorde_here("decide", str(path), "--lang", "nl").stdout
        english = volgorde_here("decide", str(path), "--lang", "en").stdout
        assert "NIKA → EMDR ouder → EMDR kind" in dutch
        assert "NIKA → EMDR" in english
        assert dutch != english

    @pytest.mark.parametrize(
        ("facts", "named"),
        [
            ({"acute_unsafety": "maybe"}, ["acute_unsafety", "maybe", "yes, no, unknown"]),
            ({"shoe_size": 38}, ["shoe_size"]),
            ({"child_age_months": 84}, ["child_age_months", "84", "83"]),
            ({"child_age_months": True}, ["child_age_months", "true"]),
            ({"child_age_months": -1}, ["child_age_months", "-1"]),
            ({"barriers": [{"kind": "debts", "present": "ja"}]}, ["barriers[0].present", "ja"]),
            ({"barriers": "none"}, ["barriers"]),
            ({"barriers": [{"kind": "De Heer"}]}, ["barriers[0].kind"]),
            ({"status": {"parent": "finished"}}, ["status.parent", "finished"]),
            ({"status": {"family": "done"}}, ["status.family"]),
            (
                {"preference_first": "child", "preference_second": "child"},
                ["preference_second", "child"],
            ),
            ([], ["facts"]),
            ({"a\nb": 1}, ["a b"]),
            ({"child_age_months": 10**300}, ["child_age_months"]),
        ],
    )
    def test_wrong_facts_are_one_line_that_names_field_value_and_what_is_allowed(
        self, volgorde_here: Run, facts: Any, named: list[str]
    ) -> None:
        done = volgorde_here("decide", "--json", typed=json.dumps(facts))
        assert done.returncode == 2
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1
        for part in named:
            assert part in done.stderr

    @pytest.mark.parametrize(
        "typed", ["", "{", "niets", '{"a": ', '{"safe_roof":"no","safe_roof":"yes"}']
    )
    def test_what_is_not_json_or_says_a_thing_twice_is_refused(
        self, volgorde_here: Run, typed: str
    ) -> None:
        done = volgorde_here("decide", "--json", typed=typed)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr

    def test_a_number_beyond_measure_is_refused_and_a_batch_goes_on(
        self, volgorde_here: Run, tmp_path: Path
    ) -> None:
        huge = '{"child_age_months": ' + "9" * 5000 + "}"
        assert volgorde_here("decide", typed=huge).returncode == 2
        path = tmp_path / "batch.jsonl"
        path.write_text(f'{huge}\n{{"\\ud800": 1}}\n{{}}\n', encoding="utf-8")
        done = volgorde_here("decide", "--batch", str(path))
        assert (done.returncode, done.stderr) == (0, "")
        assert len(done.stdout.splitlines()) == 3

    def test_a_batch_goes_on_after_a_bad_line_and_keeps_the_order(
        self, volgorde_here: Run, tmp_path: Path
    ) -> None:
        path = tmp_path / "batch.jsonl"
        lines = [SAFE_FAMILY, {"acute_unsafety": "perhaps"}, {}]
        path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
        done = volgorde_here("decide", "--json", "--batch", str(path))
        assert done.returncode == 0
        first, second, third = (json.loads(line) for line in done.stdout.splitlines())
        assert first["verdict"] == "proposed"
        assert second["error"]["field"] == "acute_unsafety"
        assert "perhaps" in second["error"]["message"]
        assert third["verdict_reason"] == "safety_unknown"

    def test_the_second_preference_is_ignored_where_there_is_no_first(
        self, volgorde_here: Run
    ) -> None:
        facts = {**SAFE_FAMILY, "preference_first": "none", "preference_second": "child"}
        proposal = json.loads(volgorde_here("decide", "--json", typed=json.dumps(facts)).stdout)
        assert proposal["order"] == ["relationship", "parent", "child"]


def test_the_transcript_shows_both_languages_side_by_side(volgorde_here: Run) -> None:
    done = volgorde_here("chat", typed="\n2\n1\n")
    code = done.stdout.split("--case ")[1].split()[0]
    told = volgorde_here("transcript", code, "--lang", "en")
    assert told.returncode == 0, told.stderr
    assert "voorstel en geen besluit" in told.stdout
    assert "a proposal and not a decision" in told.stdout
    assert "(no)" in told.stdout


def test_migrating_twice_does_no_harm(volgorde_here: Run) -> None:
    assert volgorde_here("migrate").returncode == 0
    again = volgorde_here("migrate")
    assert again.returncode == 0
    assert "al op versie" in again.stdout


def test_help_lists_every_setting(volgorde_here: Run) -> None:
    told = volgorde_here("--help").stdout
    for name in ("VOLGORDE_DATABASE_URL", "VOLGORDE_MASTER_KEY_FILE", "VOLGORDE_LOG_FILE"):
        assert name in told.replace("\n", "").replace(" ", "") or name in told


class TestExplain:
    FACTS: ClassVar[dict[str, Any]] = {
        **SAFE_FAMILY,
        "disruptive_parenting": "severe",
        "parent_unavailable": "unknown",
        "preference_first": "child",
    }

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_it_fits_one_message_on_a_phone(self, volgorde_here: Run, language: str) -> None:
        done = volgorde_here("explain", "--lang", language, typed=json.dumps(self.FACTS))
        assert (done.returncode, done.stderr) == (0, "")
        assert len(done.stdout.encode("utf-16-le")) // 2 <= 4096

    def test_it_says_what_is_ours_and_what_few_people_said(self, volgorde_here: Run) -> None:
        done = volgorde_here("explain", "--lang", "en", typed=json.dumps(self.FACTS))
        words = " ".join(done.stdout.split())
        assert "our safety rule, not in the source" in words
        assert "our convention, not in the source" in words
        assert "3 of the 4" in words
        assert "experts are divided" in words
        assert "Not EMDR parent" in words
        assert "AMBIG-2=M2" in words

    def test_for_programs_every_passage_resolves_and_every_other_order_has_a_rule(
        self, volgorde_here: Run
    ) -> None:
        done = volgorde_here("explain", "--json", typed=json.dumps(self.FACTS))
        data = json.loads(done.stdout)
        assert len(data["why_not"]) == 5
        assert all(item["rule"] and item["passages"] for item in data["why_not"])
        assert data["smallest_changes"]
        assert {item["fact"] for item in data["what_if"]} >= {"parent_unavailable"}
        assert data["conflicts"][0]["id"] == "XW3"
        changed = {(item["ambiguity"], item["reading"]) for item in data["other_readings"]}
        assert ("AMBIG-2", "M2") in changed

    def test_wrong_facts_are_refused_in_one_line(self, volgorde_here: Run) -> None:
        done = volgorde_here("explain", typed='{"child_age_months": 84}')
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        assert "child_age_months" in done.stderr


class TestReadings:
    def test_another_reading_gives_its_own_order_and_says_so(self, volgorde_here: Run) -> None:
        facts = json.dumps(TestExplain.FACTS)
        ours = json.loads(volgorde_here("decide", "--json", typed=facts).stdout)
        other = json.loads(
            volgorde_here("decide", "--json", "--reading", "AMBIG-2=M2", typed=facts).stdout
        )
        assert ours["order"] == ["relationship", "parent", "child"]
        assert ours["protocol"]["readings"] == {}
        assert other["order"] == ["child", "relationship", "parent"]
        assert other["protocol"]["readings"] == {"AMBIG-2": "M2"}
        listed = next(i for i in ours["other_readings"] if i["reading"] == "M2")
        assert listed["order"] == other["order"]

    def test_the_strictest_reading_holds_whatever_else_is_read_otherwise(
        self, volgorde_here: Run
    ) -> None:
        facts = json.dumps({**TestExplain.FACTS, "parent_unavailable": "no"})
        done = volgorde_here(
            *("decide", "--json", "--reading", "AMBIG-2=M3", "--reading", "AMBIG-8=M2"),
            typed=facts,
        )
        assert json.loads(done.stdout)["gates"]["child"] == "closed"

    @pytest.mark.parametrize(
        ("reading", "named"),
        [
            ("AMBIG-2=M9", "AMBIG-2=M4"),
            ("AMBIG-99=M1", "AMBIG-16"),
            ("AMBIG-2", "AMBIG-2=M1"),
            ("nonsense", "AMBIG-1"),
        ],
    )
    def test_a_reading_that_there_is_not_is_refused_with_what_is_allowed(
        self, volgorde_here: Run, reading: str, named: str
    ) -> None:
        for command in ("decide", "explain"):
            done = volgorde_here(command, "--reading", reading, typed="{}")
            assert (done.returncode, done.stdout) == (2, "")
            assert len(done.stderr.splitlines()) == 1
            assert reading in done.stderr
            assert named in done.stderr

    def test_a_batch_is_read_otherwise_too(self, volgorde_here: Run, tmp_path: Path) -> None:
        path = tmp_path / "batch.jsonl"
        path.write_text(json.dumps(TestExplain.FACTS) + "\n[]\n", encoding="utf-8")
        done = volgorde_here("decide", "--batch", str(path), "--reading", "AMBIG-2=M2")
        first, second = (json.loads(line) for line in done.stdout.splitlines())
        assert first["order"][0] == "child"
        assert second["error"]["field"] == "facts"
