"""Which cases a text was shown in, in words that it does not have any more.

What was said is kept with the words in which it was said; said again today, other words come out
where a translation was mended since. So nothing has to be kept about versions to find them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from bot.service import SAID, Said
from flows.messages import Message
from locales import catalogue
from storage.errors import StorageError
from storage.store import Store
from storage.transaction import Transaction


class Touched(NamedTuple):
    """A text that was shown otherwise than it reads now: where, when, which, and both words."""

    case: str
    respondent: str
    at: datetime
    key: str
    shown: str
    now: str


def touched(store: Store, language: str) -> list[Touched]:
    """Give each text of each interview that was shown in this language in other words, once.

    A case that cannot be read (its key was destroyed) is passed over.
    """

    def work(transaction: Transaction) -> list[Touched]:
        found: dict[tuple[str, str, str, str], Touched] = {}
        for case in transaction.cases():
            try:
                for item in _of_case(transaction, case.id, language):
                    found.setdefault((item.case, item.respondent, item.key, item.shown), item)
            except StorageError as error:
                if not error.code.startswith("case_"):
                    raise
        return list(found.values())

    return store.run(work)


def _of_case(transaction: Transaction, case_id: str, language: str) -> Iterator[Touched]:
    for record in transaction.interviews_of(case_id):
        for event in transaction.events(record.id):
            if event.kind != SAID:
                continue
            said = Said.from_data(event.payload)
            if said.language != language:
                continue
            for text, shown in _texts(said):
                now = _now(text, language)
                if now != shown:
                    yield Touched(
                        record.case_code, record.respondent, event.at, text.id, shown, now
                    )


def _texts(said: Said) -> Iterator[tuple[Message, str]]:
    for line, words in zip(said.utterance.lines, said.words, strict=True):
        yield line.text, words
    for option, words in zip(said.utterance.options, said.option_words, strict=True):
        yield option.label, words


def _now(text: Message, language: str) -> str:
    try:
        return catalogue(language).say(text)
    except LookupError:
        return ""  # it has no words any more
