"""A language's files: always in the order, and with the comments, of the source language's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.plurals import get_plural
from babel.messages.pofile import escape, read_po

Texts = Mapping[str, tuple[str, ...]]
"""The texts of a language by their keys: one text, or one for each plural form."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: its file, what is said there of it and what follows, and whether it
    has plural forms."""

    key: str
    file: str
    comments: tuple[str, ...]
    plural: bool


def places(folder: Path, language: str) -> Iterator[Place]:
    """Give every message of a language's files, in their order."""
    for file in sorted((folder / language).glob("*.po")):
        with file.open("rb") as stream:
            for entry in read_po(stream, locale=language, abort_invalid=True):
                if entry.id:
                    plural = isinstance(entry.id, tuple | list)
                    key = str(entry.id[0] if plural else entry.id)
                    yield Place(key, file.stem, tuple(entry.auto_comments), plural)


def plural_forms(folder: Path, language: str) -> tuple[int, str]:
    """Return how many plural forms a language has, and gettext's expression for them.

    The files say it; a language that has none yet gets what Babel knows.
    """
    for file in sorted((folder / language).glob("*.po")):
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=language)
        return catalog.num_plurals, str(catalog.plural_expr)
    plural = get_plural(language)
    return plural.num_plurals, plural.plural_expr


def write(folder: Path, source: str, language: str, texts: Texts) -> None:
    """Write a language's files; a message without a text is written empty."""
    count, expression = plural_forms(folder, language)
    by_file: dict[str, list[Place]] = {}
    for place in places(folder, source):
        by_file.setdefault(place.file, []).append(place)
    for name, listed in by_file.items():
        lines = [_header(language, count, expression)]
        for place in listed:
            lines.append("")
            lines.extend(f"#. {comment}" for comment in place.comments)
            lines.extend(_entry(place, texts.get(place.key, ()), count))
        path = folder / language / f"{name}.po"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _header(language: str, count: int, expression: str) -> str:
    return "\n".join(
        (
            'msgid ""',
            'msgstr ""',
            '"Project-Id-Version: volgorde\\n"',
            f'"Language: {language}\\n"',
            '"MIME-Version: 1.0\\n"',
            '"Content-Type: text/plain; charset=UTF-8\\n"',
            '"Content-Transfer-Encoding: 8bit\\n"',
            f'"Plural-Forms: nplurals={count}; plural={expression};\\n"',
        )
    )


def _entry(place: Place, forms: Sequence[str], count: int) -> Iterator[str]:
    yield f"msgid {escape(place.key)}"
    if place.plural:
        yield f"msgid_plural {escape(place.key)}"
        for number in range(count):
            form = forms[number] if number < len(forms) else ""
            yield f"msgstr[{number}] {escape(form)}"
    else:
        yield f"msgstr {escape(forms[0] if forms else '')}"
