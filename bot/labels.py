"""Labels: which choice a person means who types it."""

from __future__ import annotations

from bot.service import Said

_BEGINNING = 3
"""Letters that the beginning of a label must have: one letter is too easily typed by mistake."""


def meant(text: str, said: Said) -> str | None:
    """Return the code of the choice whose label this is, or clearly begins to be."""
    options = said.utterance.options
    word = text.casefold()
    yes_or_no = {option.code for option in options} == {"yes", "no"}
    beginning = len(word) >= (1 if yes_or_no else _BEGINNING)
    labels = [
        (option.code, label.casefold())
        for option, label in zip(options, said.option_words, strict=True)
    ]
    exact = [code for code, label in labels if label == word]
    if len(exact) == 1:
        return exact[0]
    begun = [
        code for code, label in labels if (beginning and label.startswith(word)) or code == word
    ]
    return begun[0] if len(begun) == 1 else None
