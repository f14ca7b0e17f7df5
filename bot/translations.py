"""A reviewer's round trip: a language's texts as a spreadsheet, and back.

One row for each text (one for each plural form). A reviewer writes a better text in its column, and
puts an x where what stands there may stay; nothing else is read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from bot.checks import compare_texts, equal_labels
from bot.sheet_columns import COLUMNS, WIDTHS, WRITTEN_IN, SheetError
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import MOTHER, RESPONDENTS, Kind
from locales import (
    FOLDER,
    NEW,
    SOURCE_LANGUAGE,
    catalogue,
    drafts_of,
    folders,
    name_of,
    status_of,
    texts_hash,
    texts_of,
)
from locales.files import Texts, places, write
from locales.reviews import Review, mark_of, reviews, write_reviews, write_status

_ABOUT: Final = "volgorde"
"""A sheet that says which language the texts are in."""
_LONGEST_CELL = 32_000


_READ: Final = "x"
"""What says in its column that a text was read and is good."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that cannot be taken: its number, its text, and why."""

    row: int
    key: str
    problem: Message


class Remark(NamedTuple):
    """What a reviewer wrote beside a text, for whoever takes the spreadsheet in."""

    row: int
    key: str
    text: str


class _Row(NamedTuple):
    """One row as it came back: the text as it was, and what was written beside it."""

    number: int
    name: str
    now: str
    new: str
    ok: str
    remark: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of reading a spreadsheet back: keys whose text changed, and keys that were read."""

    language: str
    changed: tuple[str, ...]
    read: tuple[str, ...]
    left: int
    remarks: tuple[Remark, ...] = ()


# --- out ------------------------------------------------------------------------------------------


def export(protocol: Protocol, language: str, path: Path, headings: str) -> int:
    """Write a language's texts to a spreadsheet; gives the number of rows.

    `headings` is the language of the headings.
    """
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a workbook without a sheet")
    sheet.title = language
    say = catalogue(headings).say
    sheet.append([say(message(f"sheet.{name}")) for name in COLUMNS])
    rows = 0
    for row in _rows(protocol, language, say(message("sheet.read")), say(message("sheet.draft"))):
        sheet.append([value[:_LONGEST_CELL] for value in row])
        rows += 1
    _dress(sheet)
    about = book.create_sheet(_ABOUT)
    about.append(["language", language])
    about.append(["texts", texts_hash(texts_of(language))])
    about.sheet_state = "hidden"
    book.save(path)
    return rows


def _rows(protocol: Protocol, language: str, read: str, draft: str) -> Iterator[tuple[str, ...]]:
    source, english, texts = texts_of(SOURCE_LANGUAGE), texts_of("en"), texts_of(language)
    unread = set(drafts_of(language))
    appears = appearances(protocol)
    contexts: dict[tuple[str, str, bool], str] = {}
    for place in places(FOLDER, SOURCE_LANGUAGE):
        # A comment is about the texts after it too, as far as they are of the same kind.
        kind = (place.file, place.key.partition(".")[0], place.key.endswith(f".{MOTHER}"))
        if place.comments:
            contexts[kind] = " ".join(place.comments)
        forms = texts.get(place.key) or ("",)
        for number, form in enumerate(forms):
            name = place.key if not place.plural else f"{place.key} [{number}]"
            state = "" if not form else draft if place.key in unread else read
            yield (
                name,
                appears.get(place.key, place.file),
                contexts.get(kind, ""),
                _form(source[place.key], number),
                _form(english.get(place.key, ("",)), number),
                form,
                state,
                *("", "", ""),
            )


def _form(forms: tuple[str, ...], number: int) -> str:
    return forms[min(number, len(forms) - 1)]


def _dress(sheet: Worksheet) -> None:
    """Make a sheet that can be worked in: fixed headings, wrapped text, only our cells open."""
    sheet.freeze_panes = "B2"
    wrapped = Alignment(wrap_text=True, vertical="top")
    shade = PatternFill("solid", fgColor="FFF8E1")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    columns = zip(COLUMNS, WIDTHS, sheet.columns, strict=True)
    for number, (name, width, column) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        for cell in column[1:]:
            cell.alignment = wrapped
            # A text that begins with = is a text, and no formula.
            cell.data_type = "s"
            if name in WRITTEN_IN:
                cell.protection = Protection(locked=False)
                cell.fill = shade
    sheet.protection.sheet = True
    sheet.protection.autoFilter = False
    sheet.protection.sort = False
    sheet.auto_filter.ref = sheet.dimensions


def appearances(protocol: Protocol) -> dict[str, str]:
    """Say of each text of a question where it appears: the question, whose it is, and as what."""
    found: dict[str, list[str]] = {}

    def add(text: Message, where: str) -> None:
        listed = found.setdefault(text.id, [])
        if where not in listed:
            listed.append(where)

    for question in protocol.questions:
        for respondent in RESPONDENTS:
            if respondent not in question.respondents:
                continue
            add(question.text(respondent), f"{question.id}: {respondent}")
            if question.kind in (Kind.CHOICE, Kind.MULTI_CHOICE):
                for code in question.choices:
                    add(
                        question.choice_label(code, respondent),
                        f"{question.id}={code}: {respondent}",
                    )
        add(question.short, f"{question.id}: short")
        add(question.why, f"{question.id}: why")
    return {
        key: ", ".join(listed[:4]) + (" …" if len(listed) > 4 else "")
        for key, listed in found.items()
    }


# --- back -----------------------------------------------------------------------------------------


def read_back(
    protocol: Protocol, path: Path, *, reader: str, read_on: date
) -> Merged | list[Finding]:
    """Take over a spreadsheet; gives what came of it, or the rows that cannot be taken.

    Where one row cannot be taken nothing is. Raises SheetError for a file that is no such
    spreadsheet, and where texts were marked as read and `reader` does not say by whom.
    """
    language, rows = _open(path)
    before = texts_of(language)
    wanted, marked, findings = _changes(rows, before)
    after = {**before, **wanted}
    source = texts_of(SOURCE_LANGUAGE)
    if marked and not reader:
        raise SheetError(message("sheet.reader_needed", option="--reader"))
    numbers = {row.name.partition(" [")[0]: row.number for row in reversed(rows)}
    findings.extend(_wrong(protocol, language, source, after, {*wanted, *marked}, numbers))
    if findings:
        return sorted(set(findings), key=lambda item: (item.row, item.key))
    changed = tuple(key for key, forms in wanted.items() if forms != before.get(key))
    kept = reviews(FOLDER, language)
    for key in marked:
        kept[key] = Review(key, mark_of(source.get(key, ()), after[key]), read_on, reader)
    write(FOLDER, SOURCE_LANGUAGE, language, after)
    if kept:
        write_reviews(FOLDER, language, kept.values())
    left = len(drafts_of(language))
    _say_what_it_is(language, after, left, reader, read_on)
    remarks = tuple(Remark(row.number, row.name, row.remark) for row in rows if row.remark)
    return Merged(language, changed, tuple(marked), left, remarks)


def _say_what_it_is(language: str, texts: Texts, left: int, reader: str, read_on: date) -> None:
    if language == SOURCE_LANGUAGE:
        return
    complete = all(all(texts.get(key, ("",))) for key in texts_of(SOURCE_LANGUAGE))
    if not complete:
        return
    if left == 0:
        write_status(
            FOLDER, language, "reviewed", texts=texts_hash(texts), reader=reader, read_on=read_on
        )
    elif status_of(language)["state"] == NEW:
        write_status(FOLDER, language, "draft")


def _open(path: Path) -> tuple[str, list[_Row]]:
    """Read a spreadsheet: its language, and its rows."""
    try:
        book = load_workbook(path, read_only=False, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise SheetError(message("sheet.unreadable", path=str(path))) from error
    if _ABOUT not in book.sheetnames:
        raise SheetError(message("sheet.unreadable", path=str(path)))
    about = {
        str(name): value for name, value in book[_ABOUT].iter_rows(values_only=True, max_col=2)
    }
    language = str(about.get("language", ""))
    if language not in folders() or language not in book.sheetnames:
        raise SheetError(message("sheet.language", value=language, languages=", ".join(folders())))
    rows: list[_Row] = []
    found = book[language].iter_rows(min_row=2, max_col=len(COLUMNS), values_only=True)
    for number, row in enumerate(found, start=2):
        cells = ["" if value is None else str(value).replace("\r\n", "\n") for value in row]
        key, now, *written = (
            cells[COLUMNS.index(name)] for name in ("key", "now", "new", "ok", "remark")
        )
        if key:
            rows.append(_Row(number, key, now, *(words.strip() for words in written)))
    return language, rows


def _changes(
    rows: Iterable[_Row], before: Texts
) -> tuple[dict[str, tuple[str, ...]], list[str], list[Finding]]:
    """Return the new texts, the keys that were marked as read, and rows that do not fit."""
    forms: dict[str, list[str]] = {}
    marked: dict[str, list[bool]] = {}
    findings: list[Finding] = []
    for row in rows:
        key, _, rest = row.name.partition(" [")
        index = int(rest.rstrip("]") or 0) if rest.rstrip("]").isdecimal() or not rest else -1
        kept = before.get(key)
        if kept is None or not 0 <= index < len(kept):
            if row.new or row.ok:
                findings.append(Finding(row.number, key, message("sheet.no_such_text")))
            continue
        listed = forms.setdefault(key, list(kept))
        is_read = row.ok.casefold() == _READ
        marked.setdefault(key, []).append(is_read)
        if row.ok and not is_read:
            # A "no" or a question mark is no sign that the text was read and is good.
            findings.append(Finding(row.number, key, message("sheet.mark")))
        elif (row.new or row.ok) and row.now != kept[index]:
            # Somebody changed it since the spreadsheet was made: what was read is not what is.
            findings.append(Finding(row.number, key, message("sheet.changed_since")))
        elif row.new:
            listed[index] = row.new
    wanted = {key: tuple(listed) for key, listed in forms.items() if tuple(listed) != before[key]}
    read = [key for key, marks in marked.items() if all(marks) and len(marks) == len(before[key])]
    return wanted, read, findings


def _wrong(
    protocol: Protocol,
    language: str,
    source: Texts,
    texts: Texts,
    touched: set[str],
    rows: Mapping[str, int],
) -> Iterator[Finding]:
    """Give what would be wrong with the texts of these keys."""
    for key in equal_labels(protocol, lambda label: texts.get(label.id, ("",))[0]):
        if key in touched:
            yield Finding(rows.get(key, 0), key, message("check.labels_equal"))
    checked = {key: texts[key] for key in touched if key in texts}
    for finding in compare_texts(language, set(checked), source, checked):
        key = finding.place.partition(": ")[2]
        yield Finding(rows.get(key, 0), key, finding.todo)


# --- a new language -------------------------------------------------------------------------------


def add_language(language: str) -> Path:
    """Make the folder of a new language, with every text still to be translated.

    Raises SheetError where there is one already, or where CLDR does not know the language.
    """
    try:
        name_of(language)
    except (ValueError, LookupError) as error:
        raise SheetError(message("locale.unknown", value=language)) from error
    folder = FOLDER / language
    if folder.exists():
        raise SheetError(message("locale.there", value=language))
    folder.mkdir()
    write(FOLDER, SOURCE_LANGUAGE, language, {})
    write_status(FOLDER, language, NEW)
    (folder / "words.toml").write_text(_WORDS, encoding="utf-8")
    (folder / "glossary.md").write_text(
        _GLOSSARY.format(name=name_of(language), code=language), encoding="utf-8"
    )
    return folder


_WORDS: Final = """\
# Words that may mean danger, or their beginnings; lower case, also as typed without diacritics.
# Read by no clinician who speaks the language yet: then danger_reviewed = true.
danger_reviewed = false
danger = []
# Those of them that must be whole words, because too much else begins with them.
danger_whole = []

# Words of an age, as typed after a number, and between years and months.
years = []
months = []
and = []
"""
_GLOSSARY: Final = """\
# Glossary: {name} ({code})

## Form of address and gender

## Tone

## Variety and script

## Terms
| Dutch | English | {name} | Why / rejected |
|---|---|---|---|

## Doubtful
"""
