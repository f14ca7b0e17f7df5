"""Labels: which choice a person means who types it."""

from __future__ import annotations

from bot.service import Said
from bot.signs import is_hers
from flows.lexicon import folded
from flows.utterances import Option
from locales import catalogue, languages
from locales.direction import unmarked

_DIGITS = 2
_BEGINNING = 3
"""Letters that the beginning of a label must have: one letter is too easily typed by mistake."""


def meant(text: str, said: Said) -> str | None:
    """Return the code of the choice whose label this is, or clearly begins to be.

    A whole label of another language will do too, and the number of a choice where choices carry
    one.
    """
    options = said.utterance.options
    word = folded(text)
    yes_or_no = {option.code for option in options} == {"yes", "no"}
    beginning = len(word) >= (1 if yes_or_no else _BEGINNING)
    labels = [
        (option.code, folded(unmarked(label)))
        for option, label in zip(options, said.option_words, strict=True)
    ]
    exact = [code for code, label in labels if label == word]
    if len(exact) == 1:
        return exact[0]
    if text.isdecimal() and len(text) <= _DIGITS and is_hers(said.utterance):
        place = int(text)  # in the digits of any script
        return options[place - 1].code if 1 <= place <= len(options) else None
    begun = [
        code for code, label in labels if (beginning and label.startswith(word)) or code == word
    ]
    if begun:
        return begun[0] if len(begun) == 1 else None
    return _in_any_language(word, said)


def _in_any_language(word: str, said: Said) -> str | None:
    """Return the code whose whole label this is in another language: in a hurry people mix."""
    codes = {
        option.code
        for language in languages()
        for option in said.utterance.options
        if _label(option, language) == word
    }
    return codes.pop() if len(codes) == 1 else None


def _label(option: Option, language: str) -> str:
    try:
        return folded(unmarked(catalogue(language).say(option.label)))
    except LookupError:
        return ""  # a screen of an earlier version, whose label has no words any more
