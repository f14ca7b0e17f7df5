"""Which texts a clinician who speaks the language has read, and in which words.

`locales/<code>/status.toml` says what the language as a whole is; `reviewed.tsv` beside it has one
line for each text that was read, with a mark of its words. A text whose words, or whose source, is
no longer what was read is a draft again.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from locales.files import Texts

_NAME = "reviewed.tsv"
_COLUMNS = ("key", "mark", "read_on", "reader")


@dataclass(frozen=True, slots=True)
class Review:
    """That a text was read: a mark of its words, when, and by what kind of reader."""

    key: str
    mark: str
    read_on: date
    reader: str


def mark_of(source: tuple[str, ...], text: tuple[str, ...]) -> str:
    """Return the mark of a text and of the source that it translates."""
    return sha256(repr((source, text)).encode()).hexdigest()[:12]


def reviews(folder: Path, language: str) -> dict[str, Review]:
    """Return what was read of a language, by key."""
    path = folder / language / _NAME
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {
            row["key"]: Review(
                row["key"], row["mark"], date.fromisoformat(row["read_on"]), row["reader"]
            )
            for row in rows
        }


def unread(known: Mapping[str, Review], source: Texts, texts: Texts) -> Iterator[str]:
    """Give the keys whose words nobody who speaks the language has read."""
    for key, text in texts.items():
        review = known.get(key)
        if review is None or review.mark != mark_of(source.get(key, ()), text):
            yield key


def write_reviews(folder: Path, language: str, kept: Iterable[Review]) -> None:
    """Write down what was read, by key."""
    with (folder / language / _NAME).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(_COLUMNS)
        for review in sorted(kept, key=lambda item: item.key):
            writer.writerow((review.key, review.mark, review.read_on.isoformat(), review.reader))


def write_status(
    folder: Path,
    language: str,
    state: str,
    *,
    texts: str = "",
    reader: str = "",
    read_on: date | None = None,
) -> None:
    """Write what a language is: `new` (being translated, offered to nobody), `draft` or `reviewed`.

    `texts` is the mark of the texts as a whole. What is meant to be as in the source stays listed.
    """
    path = folder / language / "status.toml"
    before = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    lines = [
        "# new: being translated. draft: read by no clinician who speaks the language as a mother",
        "# tongue. reviewed: every text was read (reviewed.tsv); a changed text is a draft again.",
        f'state = "{state}"',
    ]
    if reader and read_on is not None:
        plain = reader.replace("\\", " ").replace('"', "'")
        lines += [f'reader = "{plain}"', f"read_on = {read_on.isoformat()}", f'texts = "{texts}"']
    lines += [
        "# Texts that are meant to be as in the source: names, and words that both languages have.",
        "same_as_source = [",
        *(f'    "{key}",' for key in sorted(before.get("same_as_source", ()))),
        "]",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
