"""The words that are looked for in what people type: danger, and the words of an age.

The lists are data of each language (`locales/<code>/words.toml`). They are tried on every text,
whichever language was chosen: in a hurry people mix languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from operator import itemgetter

_UNSEEN = (0x00AD, 0x200B, 0x200D, 0x2060, 0xFEFF)
_SAME = {0x0131: "i", **dict.fromkeys((0x0307, 0x0640, *range(0x064B, 0x0653), *_UNSEEN))}
"""Turkish has an i with and one without a dot, and a capital of each; many keyboards have one of
them. Arabic leaves out the signs of vowels. What says where a word may be broken, or joins its
letters, is not seen; the mark that keeps Persian letters apart stays, since it parts words too."""

_SHORT = 5
"""A word with fewer letters is looked for in its own language only: it may be any word in another,
as the Dutch "mes" (knife) is in French (my)."""


def folded(text: str) -> str:
    """Return a text in which spellings that mean the same look the same."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_SAME)


@dataclass(frozen=True, slots=True)
class DangerWords:
    """Words and beginnings of words of one language that may mean danger.

    `whole` are those that must be a whole word, since too much else begins with them; `prefixes`
    may be written before any of them without a space, as the Arabic "and".
    """

    words: frozenset[str]
    whole: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()

    def pattern(self, *, shortest: int = 0) -> str:
        """Return what finds these words in a folded text."""
        whole = {folded(word) for word in self.whole}
        words = sorted(word for word in map(folded, self.words) if len(word) >= shortest)
        # By their first letters: there are hundreds, and most begin otherwise than the text here.
        parts = "|".join(
            re.escape(first)
            + "(?:"
            + "|".join(re.escape(word[1:]) + (r"\b" if word in whole else "") for word in listed)
            + ")"
            for first, listed in groupby(words, key=itemgetter(0))
        )
        before = "|".join(re.escape(folded(prefix)) for prefix in sorted(self.prefixes))
        return rf"\b(?:{before})?(?:{parts})" if parts else r"(?!)"


@dataclass(frozen=True)
class Lexicon:
    """The words of all languages.

    `danger` holds each language's danger words. They miss much and find too much; they only ever
    have the question about danger asked once more, and decide nothing. `years`, `months` and
    `conjunctions` are what an age is typed with.
    """

    danger: Mapping[str, DangerWords] = field(default_factory=dict)
    years: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    conjunctions: frozenset[str] = frozenset()

    def has_danger_words(self, text: str, language: str) -> bool:
        """Whether a text, written to somebody who chose this language, may mean danger."""
        plain = " ".join(folded(text).split())
        own = self._own.get(language)
        return any(found and found.search(plain) for found in (own, self._any))

    @cached_property
    def _own(self) -> dict[str, re.Pattern[str]]:
        return {code: re.compile(words.pattern()) for code, words in self.danger.items()}

    @cached_property
    def _any(self) -> re.Pattern[str]:
        parts = [words.pattern(shortest=_SHORT) for words in self.danger.values()]
        return re.compile("|".join(parts) or r"(?!)")
