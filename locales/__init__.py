"""Every word a person reads: one catalogue for each language, and how a message becomes words."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from flows.lexicon import DangerWords, Lexicon, folded
from flows.messages import Message, Param, message
from locales.direction import isolated
from locales.files import Texts
from locales.reviews import reviews, unread

SOURCE_LANGUAGE = "nl"
FOLDER = Path(__file__).parent
NEW = "new"
"""What a language is while it is being translated: it is offered to nobody."""


class UnknownLanguageError(ValueError):
    """A language for which there is no catalogue."""


class Catalogue:
    """The words of one language.

    The catalogues are read as they are written (PO files): there is no compiled form that could be
    older than its source.
    """

    def __init__(self, language: str) -> None:
        if language not in languages():
            raise UnknownLanguageError(language)
        self.language = language
        self.locale = Locale.parse(language)
        self.entries = read_entries(language)
        compiled = BytesIO()
        write_mo(compiled, self.entries)
        compiled.seek(0)
        self._words = Translations(fp=compiled)
        self.texts = texts_hash(_texts(self.entries))
        self.draft = is_draft(language)

    @property
    def name(self) -> str:
        """The language's name in itself."""
        return name_of(self.language)

    @cached_property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.locale.text_direction == "rtl"

    @property
    def label(self) -> str:
        """The language's name where it is offered: a draft says in its own words that it is one."""
        if not self.draft:
            return self.name
        return self.say(message("language.draft", language=self.name))

    def say(self, text: Message) -> str:
        """Return the message in this language.

        Raises LookupError for a key that the catalogue lacks; the catalogue check finds it first.
        """
        params = dict(text.params)
        count = params.get("count")
        if isinstance(count, int):
            words = self._words.ungettext(text.id, text.id, count)
        else:
            words = self._words.ugettext(text.id)
        if words == text.id:
            raise LookupError(f"{text.id} has no words in {self.language}")
        if not params:
            return str(words)
        return str(words).format_map({name: self._param(value) for name, value in params.items()})

    def _param(self, value: Param) -> str:
        if isinstance(value, int):
            return str(format_decimal(value, locale=self.locale))
        own = not isinstance(value, str)
        return isolated(self._words_of(value), right_to_left=self.right_to_left, own=own)

    def _words_of(self, value: str | date | Message | tuple[Message, ...]) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, date):
            return str(format_date(value, format="long", locale=self.locale))
        if isinstance(value, Message):
            return self.say(value)
        listed = [self._param(item) for item in value]
        return format_list(listed, locale=self.locale)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a catalogue, the source language first."""
    found = [code for code in folders() if status_of(code)["state"] != NEW]
    return with_first(found, SOURCE_LANGUAGE)


def folders() -> tuple[str, ...]:
    """Return the codes of all languages that have a folder, those being translated too."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/status.toml")))


def status_of(language: str) -> dict[str, Any]:
    """Return what `status.toml` says of a language."""
    return _read_toml(language, "status.toml")


def offered(drafts: Collection[str]) -> tuple[str, ...]:
    """Return the languages that a person may choose, by their own names.

    A language that no clinician who speaks it has read is offered only where it is among `drafts`.
    """
    chosen = [code for code in languages() if code in drafts or not is_draft(code)]
    return tuple(sorted(chosen, key=lambda code: _collated(name_of(code))))


def name_of(language: str) -> str:
    """Return a language's name in itself, as CLDR has it."""
    locale = Locale.parse(language)
    name = str(locale.get_display_name(locale))
    return upper(name[0], language) + name[1:]


def name_in(language: str, reader: str) -> str:
    """Return a language's name for a reader of another, as CLDR has it."""
    return str(Locale.parse(reader).languages.get(language) or name_of(language))


def with_first(codes: Sequence[str], first: str) -> tuple[str, ...]:
    """Return languages with this one before all others, where it is among them."""
    return tuple(sorted(codes, key=lambda code: code != first))


def upper(text: str, language: str) -> str:
    """Return a text in capitals, as the language writes them: Turkish has an I with a dot."""
    return text.replace("i", "İ").upper() if language in ("tr", "az") else text.upper()


def _collated(name: str) -> str:
    """Return what a name is sorted by: letters without their signs, each script by itself."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in letters if not unicodedata.combining(char))


@cache
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language; raises UnknownLanguageError where there is none."""
    return Catalogue(language)


@cache
def lexicon() -> Lexicon:
    """Return the words of all languages that are looked for in what people type."""
    listed = {code: _read_toml(code, "words.toml") for code in languages()}
    return Lexicon(
        {
            code: DangerWords(
                frozenset(words["danger"]),
                frozenset(words["danger_whole"]),
                frozenset(words.get("prefixes", ())),
            )
            for code, words in listed.items()
        },
        *(
            frozenset(folded(word) for words in listed.values() for word in words[name])
            for name in ("years", "months", "and")
        ),
    )


def nearest(tag: str | None, among: Collection[str] | None = None) -> str:
    """Return the language that fits a tag such as `en_GB.UTF-8` or `nl-BE`, of all or of these.

    Falls back to the source language.
    """
    if tag:
        try:
            code = Locale.parse(tag.partition(".")[0].replace("-", "_")).language
        except (ValueError, UnknownLocaleError):
            return SOURCE_LANGUAGE
        if code in (languages() if among is None else among):
            return str(code)
    return SOURCE_LANGUAGE


def read_entries(language: str) -> Catalog:
    """Read all PO files of a language into one catalogue; a key in two files is refused."""
    merged: Catalog | None = None
    for file in sorted((FOLDER / language).glob("*.po")):
        with file.open("rb") as stream:
            part = read_po(stream, locale=language, abort_invalid=True)
        if merged is None:
            merged = part
            continue
        for entry in part:
            if entry.id:
                if merged.get(_key(entry.id)) is not None:
                    raise ValueError(f"{_key(entry.id)} stands twice in {language}, also in {file}")
                merged[_key(entry.id)] = entry
    if merged is None:
        raise UnknownLanguageError(language)
    return merged


def texts_hash(texts: Texts) -> str:
    """Return a mark of all texts of a language."""
    return sha256(repr(sorted(texts.items())).encode()).hexdigest()[:12]


def texts_of(language: str) -> Texts:
    """Return every text of a language that has a folder, with its plural forms, by key."""
    return _texts(read_entries(language))


def _texts(entries: Catalog) -> Texts:
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        if entry.id:
            text: Any = entry.string
            forms = text if isinstance(text, tuple | list) else (text,)
            found[_key(entry.id)] = tuple(str(form) for form in forms)
    return found


def fuzzy(language: str) -> Iterator[str]:
    """Give the keys whose translation is marked as uncertain."""
    for entry in read_entries(language):
        if entry.id and entry.fuzzy:
            yield _key(entry.id)


def danger_words_are_read(language: str) -> bool:
    """Whether a clinician who speaks the language has read its list of danger words."""
    return bool(_read_toml(language, "words.toml")["danger_reviewed"])


def drafts_of(language: str) -> tuple[str, ...]:
    """Return the keys of the texts that no clinician who speaks the language has read.

    The source language has none: its texts are what the others are held to.
    """
    if language == SOURCE_LANGUAGE:
        return ()
    known = reviews(FOLDER, language)
    return tuple(unread(known, texts_of(SOURCE_LANGUAGE), texts_of(language)))


@cache
def is_draft(language: str) -> bool:
    """Whether some text of a language was read by no clinician who speaks it."""
    match status_of(language)["state"]:
        case "source":
            return False
        case "reviewed":
            return bool(drafts_of(language))
        case "draft" | "new":
            return True
    raise ValueError(f"{language}/status.toml: state is source, reviewed, draft or new")


def _read_toml(language: str, name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / language / name).read_text(encoding="utf-8"))


def _key(message_id: Any) -> str:
    return str(message_id[0] if isinstance(message_id, tuple | list) else message_id)
