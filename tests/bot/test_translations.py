"""A reviewer's round trip, a new language, and what a mended text touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import load_workbook

import locales
from bot import translations
from bot.service import Service
from bot.sheet_columns import COLUMNS, SheetError
from bot.touched import touched
from bot.translations import Merged, add_language, export, read_back
from flows import events as ev
from flows.messages import message
from flows.questions import QUICK, THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import NEW, catalogue, languages, offered, status_of, texts_of
from storage.store import Store
from tests.bot.conftest import Run

TODAY = date(2027, 1, 31)
PSYCHOLOGIST = "clinical psychologist, mother tongue"
KEY = "question.food_secure.mother"
PLURAL = "value.years"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Some of the languages' folders as a copy that a test may change: fewer files, fewer rows."""
    copy = tmp_path / "locales"
    for language in ("nl", "en", "pl"):
        left_out = shutil.ignore_patterns("passages.po", "interventions.po", "rules_document.po")
        shutil.copytree(locales.FOLDER / language, copy / language, ignore=left_out)
    monkeypatch.setattr(locales, "FOLDER", copy)
    monkeypatch.setattr(translations, "FOLDER", copy)
    forget()
    yield copy
    monkeypatch.undo()
    forget()


def forget() -> None:
    for remembered in (languages, catalogue, locales.is_draft, locales.lexicon):
        remembered.cache_clear()


@pytest.fixture
def sheet(folder: Path, tmp_path: Path) -> Path:  # noqa: ARG001 - of the copy
    path = tmp_path / "pl.xlsx"
    path.write_bytes(exported())
    return path


@cache
def exported() -> bytes:
    """The spreadsheet of an untouched `folder`, which is the same in every test."""
    with TemporaryDirectory() as made:
        path = Path(made, "pl.xlsx")
        assert export(VOORSTUDIE_CORE, "pl", path, "en") > len(texts_of("pl"))
        return path.read_bytes()


Row = dict[str, str]


def changed(path: Path, how: Callable[[str, Row], Row]) -> Path:
    """Write in a spreadsheet as a reviewer does: by the key of each row."""
    book = load_workbook(path)
    rows = book["pl"]
    for row in rows.iter_rows(min_row=2, max_col=len(COLUMNS)):
        values = {name: str(cell.value or "") for name, cell in zip(COLUMNS, row, strict=True)}
        for name, value in how(values["key"], values).items():
            row[COLUMNS.index(name)].value = value
    book.save(path)
    return path


def back(path: Path, reader: str = PSYCHOLOGIST) -> Merged:
    done = read_back(VOORSTUDIE_CORE, path, reader=reader, read_on=TODAY)
    assert isinstance(done, Merged), done
    forget()
    return done


def test_a_spreadsheet_that_nobody_wrote_in_changes_nothing(sheet: Path, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    done = back(sheet)
    assert (done.changed, done.read) == ((), ())
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_every_row_says_where_its_text_appears_and_what_is_known_of_it(sheet: Path) -> None:
    rows = list(load_workbook(sheet)["pl"].iter_rows(values_only=True, max_col=len(COLUMNS)))
    named = {str(row[0]): dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]}
    assert named[KEY]["where"] == "food_secure: mother"
    assert named[KEY]["source"] == catalogue("nl").say(message(KEY))
    assert named[KEY]["state"] == "draft"
    # What is said of a mother's texts is not said of her therapist's, and the other way round.
    spoken = "Spoken to the mother herself"
    assert spoken in str(named[KEY]["context"])
    assert spoken not in str(named[KEY.removesuffix(".mother")]["context"])
    assert named["danger.title"]["context"] != named["fact_value.yes"]["context"]
    assert {f"{PLURAL} [{number}]" for number in range(3)} <= named.keys()


def test_a_better_text_is_taken_over_and_stays_a_draft_until_it_is_ticked(sheet: Path) -> None:
    better = "Czy ma Pani dość jedzenia?"
    done = back(changed(sheet, lambda key, _: {"new": better} if key == KEY else {}))
    assert (done.changed, done.read) == ((KEY,), ())
    assert catalogue("pl").say(message(KEY)) == better
    assert KEY in locales.drafts_of("pl")


def test_a_language_of_which_every_text_was_read_is_reviewed(sheet: Path, folder: Path) -> None:
    assert "pl" not in offered(())
    remark = {"remark": "warmer?"}
    done = back(changed(sheet, lambda key, _: {"ok": "X", **(remark if key == KEY else {})}))
    assert done.left == 0
    assert [(item.key, item.text) for item in done.remarks] == [(KEY, "warmer?")]
    assert {**status_of("pl"), "same_as_source": []} == {
        "same_as_source": [],
        "state": "reviewed",
        "reader": PSYCHOLOGIST,
        "read_on": TODAY,
        "texts": catalogue("pl").texts,
    }
    assert not catalogue("pl").draft
    assert "pl" in offered(())
    # A text that is changed afterwards, or whose source is, is a draft again.
    for language in ("pl", "nl"):
        path = folder / language / "questions.po"
        words = texts_of(language)[KEY][0]
        path.write_text(path.read_text("utf-8").replace(words, words + "!"), "utf-8")
        forget()
        assert locales.drafts_of("pl") == (KEY,)
        assert "pl" not in offered(())
        path.write_text(path.read_text("utf-8").replace(words + "!", words), "utf-8")
        forget()
        assert "pl" in offered(())


def test_a_plural_is_read_when_each_of_its_forms_is(sheet: Path) -> None:
    some = changed(sheet, lambda key, _: {"ok": "x"} if key == f"{PLURAL} [0]" else {})
    assert back(some).read == ()
    every = changed(sheet, lambda key, _: {"ok": "x"} if key.startswith(f"{PLURAL} [") else {})
    assert back(every).read == (PLURAL,)


@pytest.mark.parametrize(
    ("key", "written", "problem"),
    [
        ("conversation.progress", {"new": "{section}, pytanie {place}"}, "check.placeholders"),
        ("choice.severity.some", {"new": "poważne"}, "check.labels_equal"),
        (KEY, {"new": "x" * 5000}, "check.too_long"),
        (KEY, {"now": "something else", "ok": "x"}, "sheet.changed_since"),
        (KEY, {"key": "question.no_such", "new": "x"}, "sheet.no_such_text"),
        (KEY, {"ok": "nie"}, "sheet.mark"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_nothing_changes(
    sheet: Path, folder: Path, key: str, written: Row, problem: str
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    path = changed(sheet, lambda name, _: written if name == key else {})
    found = read_back(VOORSTUDIE_CORE, path, reader=PSYCHOLOGIST, read_on=TODAY)
    assert isinstance(found, list)
    assert problem in {item.problem.id for item in found}
    assert all(item.row > 1 for item in found)
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_who_ticks_a_text_says_who_read_it(sheet: Path) -> None:
    path = changed(sheet, lambda *_: {"ok": "x"})
    with pytest.raises(SheetError) as refused:
        read_back(VOORSTUDIE_CORE, path, reader="", read_on=TODAY)
    assert refused.value.problem.id == "sheet.reader_needed"


@pytest.mark.parametrize("content", [b"", b"no spreadsheet", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_spreadsheet_is_one_line(
    content: bytes, tmp_path: Path, volgorde_here: Run
) -> None:
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(content)
    done = volgorde_here("import", "translations", str(path))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "wrong.xlsx" in done.stderr


@pytest.mark.usefixtures("folder")
def test_a_new_language_is_one_folder_and_is_offered_when_it_is_whole(tmp_path: Path) -> None:
    made = add_language("pt")
    assert {path.name for path in made.iterdir()} >= {"glossary.md", "words.toml", "questions.po"}
    assert status_of("pt")["state"] == NEW
    forget()
    assert "pt" not in languages()
    with pytest.raises(SheetError):
        add_language("pt")
    with pytest.raises(SheetError):
        add_language("xx-nowhere")
    path = tmp_path / "pt.xlsx"
    export(VOORSTUDIE_CORE, "pt", path, "nl")
    book = load_workbook(path)
    for row in book["pt"].iter_rows(min_row=2, max_col=len(COLUMNS)):
        values = {name: str(cell.value or "") for name, cell in zip(COLUMNS, row, strict=True)}
        row[COLUMNS.index("new")].value = values["english"]
    book.save(path)
    done = back(path)
    assert len(done.changed) == len(texts_of("pt"))
    assert status_of("pt")["state"] == "draft"
    assert "pt" in languages()
    assert catalogue("pt").name == "Português"


def test_mending_a_text_names_the_cases_in_which_it_was_shown(
    sheet: Path, service: Service, store: Store
) -> None:
    cases = {}
    for language in ("pl", "nl"):
        opened = service.open(respondent=THERAPIST, mode=QUICK, new=True)
        cases[language] = opened.interview.case
        for event in (ev.ChooseLanguage(language), ev.Proceed()):
            service.handle(opened.id, event, update_key=f"{opened.id}{event}")
    assert touched(store, "pl") == []
    key = "question.acute_unsafety"
    back(changed(sheet, lambda name, _: {"new": "Czy grozi coś teraz?"} if name == key else {}))
    found = touched(store, "pl")
    assert {item.case for item in found} == {cases["pl"]}
    assert [(item.key, item.now) for item in found] == [(key, "Czy grozi coś teraz?")]
    assert found[0].shown != found[0].now
    assert touched(store, "nl") == []


def test_the_commands_say_what_they_did(folder: Path, tmp_path: Path, volgorde_here: Run) -> None:
    path = tmp_path / "out.xlsx"
    done = volgorde_here("export", "translations", "--lang", "pl", "--to", str(path))
    assert done.returncode == 0, done.stderr
    assert str(path) in done.stdout
    ticked = changed(path, lambda *_: {"ok": "x"})
    done = volgorde_here("import", "translations", str(ticked))
    assert (done.returncode, "--reader" in done.stderr) == (2, True)
    done = volgorde_here("import", "translations", str(ticked), "--reader", PSYCHOLOGIST)
    assert done.returncode == 0, done.stderr
    assert volgorde_here("locale", "cases", "--lang", "pl").returncode == 0
    done = volgorde_here("locale", "add", "ro")
    assert done.returncode == 0, done.stderr
    assert (folder / "ro" / "questions.po").exists()
