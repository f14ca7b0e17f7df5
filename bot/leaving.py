"""Leaving at once: the words that do it, in any language, however they are written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from flows.lexicon import folded
from flows.messages import message
from locales import catalogue, languages

_FEW_WORDS: Final = 3
_CLEAR: Final = 5
_HIDDEN: Final = ("Cf", "Mn", "Me")


@cache
def exit_words(language: str = "") -> frozenset[str]:
    """Give the words that leave at once, of one language or of all: in a hurry people mix."""
    return frozenset(
        "".join(_letters(word))
        for code in ([language] if language else languages())
        for word in catalogue(code).say(message("mother.exit_words")).split(",")
    )


def is_exit(text: str, language: str) -> bool:
    """Whether a text asks to leave at once: one of the words of any language, however it is
    written, or a few words with one of them.

    Among other words a short one counts in her own language only: the Turkish "dur" (stop) is
    French for hard. So "hij is weg" leaves too, by choice: leaving too often costs less.
    """
    words = _letters(text)
    if "".join(words) in exit_words():
        return True
    own = exit_words(language)
    return len(words) <= _FEW_WORDS and any(
        word in own or (word in exit_words() and len(word) >= _CLEAR) for word in words
    )


def _letters(text: str) -> list[str]:
    """Return the words of a text, letters only: no signs, no pictures, no hidden marks."""
    plain = unicodedata.normalize("NFKC", folded(text))
    seen = "".join(char for char in plain if unicodedata.category(char) not in _HIDDEN)
    return re.findall(r"[^\W\d_]+", seen)


def plain_word(text: str) -> str:
    """Return a word as it is compared: case and spaces do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
