"""The passages: they point into the source, are said in every language, and never copy it."""

from __future__ import annotations

import os
import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from flows.voorstudie.passages import PASSAGES

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / ".." / "shared" / "source" / "voorstudie.txt"
LANGUAGES = sorted(file.parent.name for file in (ROOT / "locales").glob("*/passages.po"))
LAST_LINE, LAST_PAGE = 678, 19
RUN = 7  # so many words in a row as in the source count as a copy
MOST_WORDS = 33
LONGER = 48
"""Some languages need more words for the same."""

SECTION_SIZES = {
    "A": 31, "B": 24, "C": 17, "D": 13, "E": 25 + 6, "F": 24, "G": 10, "H": 6, "I": 11, "J": 6,
}  # fmt: skip

# The line with which each page begins (clinical specification, section 0).
PAGE_STARTS = {
    1: 1, 2: 43, 3: 49, 4: 76, 5: 117, 6: 160, 7: 203, 8: 228, 9: 268, 10: 313, 11: 358, 12: 401,
    13: 445, 14: 487, 15: 529, 16: 571, 17: 616, 18: 656, 19: 666,
}  # fmt: skip


@cache
def source_text() -> str:
    """Return the source; without it the test is skipped, but fails in continuous integration."""
    if SOURCE.exists():
        return SOURCE.read_text(encoding="utf-8")
    reason = "the source is not beside the repository (../shared/source/voorstudie.txt)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def paraphrases(language: str) -> dict[str, str]:
    with (ROOT / "locales" / language / "passages.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in catalog if entry.id and not entry.fuzzy}


def words(text: str, hyphen: str) -> list[str]:
    """Return the words without case and punctuation, a word split over two lines made whole.

    A hyphen inside a word joins ("") or separates (" "), so that neither spelling hides a copy.
    """
    lines = [line.strip() for line in text.casefold().splitlines()]
    whole = " ".join(line for line in lines if not line.isdigit())  # a bare number is a page's
    whole = re.sub(r"(?<=\w)-(?=\w)", hyphen, re.sub(r"(?<=\w)- (?=\w)", "-", whole))
    return re.findall(r"\w+", re.sub(r"['’]", "", whole))


@lru_cache(maxsize=4)  # the source is compared with every text there is
def runs(text: str, hyphen: str) -> set[tuple[str, ...]]:
    found = words(text, hyphen)
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def copies(text: str, source: str) -> set[tuple[str, ...]]:
    """Return the runs of words that the text shares with the source."""
    return {run for hyphen in ("", " ") for run in runs(text, hyphen) & runs(source, hyphen)}


def test_the_passages_of_the_specification_and_six_more_are_numbered_by_section() -> None:
    assert len(PASSAGES) == 167 + 6
    assert list(PASSAGES) == [
        f"{section}{number:02}"
        for section, size in SECTION_SIZES.items()
        for number in range(1, size + 1)
    ]
    assert all(key == passage.id for key, passage in PASSAGES.items())


def test_lines_ascend_within_the_source() -> None:
    for passage in PASSAGES.values():
        first, last = passage.lines
        assert 1 <= first <= last <= LAST_LINE, passage.id
        assert last - first < 25, passage.id


def test_page_is_the_one_on_which_the_first_line_stands() -> None:
    assert list(PAGE_STARTS.values()) == sorted(PAGE_STARTS.values())
    for passage in PASSAGES.values():
        assert 1 <= passage.page <= LAST_PAGE, passage.id
        first = passage.lines[0]
        assert passage.page == max(page for page, line in PAGE_STARTS.items() if line <= first), (
            passage.id
        )


def test_counts_of_clients_are_of_the_four_interviewed() -> None:
    counted = {key: item.clients for key, item in PASSAGES.items() if item.clients is not None}
    assert counted == {
        "B07": (3, 4),
        "B08": (3, 4),
        "B09": (1, 4),
        "B10": (1, 4),
        "B11": (1, 4),
        "G01": (3, 4),
        "I09": (4, 4),
    }
    assert {PASSAGES[key].evidence.name for key in counted} == {"CLI"}


def test_headings_are_the_source_s_own() -> None:
    source = "".join(words(source_text(), ""))
    for heading in {passage.heading for passage in PASSAGES.values()}:
        for part in heading.split(", "):
            assert "".join(words(part, "")) in source, heading


def test_source_has_the_lines_that_are_cited() -> None:
    assert len(source_text().splitlines()) == LAST_LINE


def test_the_source_language_has_paraphrases() -> None:
    assert "nl" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_passage_has_a_paraphrase(language: str) -> None:
    said = paraphrases(language)
    assert set(said) == {passage.paraphrase.id for passage in PASSAGES.values()}
    for key, text in said.items():
        assert text == text.strip(), key
        assert text.endswith((".", "።")), key
        assert not set(text) & set("{}"), key
        assert len(text.split()) <= (MOST_WORDS if language == "nl" else LONGER), key
    assert not [text for text, times in Counter(said.values()).items() if times > 1]


def test_a_copy_would_be_found() -> None:
    source = "Een huis met zeven ka-\nmers en een ouder-kind tuin\n12\nstaat aan zee."
    assert copies("Wij zagen: een HUIS met zeven kamers, en een deur.", source)
    assert copies("zeven kamers en een ouder-\nkind tuin staat", source)
    assert copies("en een ouder kind tuin staat aan", source)
    assert not copies("een huis met zeven kamers en geen deur", source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_paraphrase_repeats_the_source(language: str) -> None:
    source = source_text()
    taken = {hyphen: runs(source, hyphen) for hyphen in ("", " ")}
    found = {
        key: sorted(" ".join(run) for run in shared)
        for key, text in paraphrases(language).items()
        if (
            shared := {run for hyphen, known in taken.items() for run in runs(text, hyphen) & known}
        )
    }
    assert not found
