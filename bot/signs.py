"""Signs beside choices: a number and a simple shape, the same in all languages.

Somebody who reads little can say "the triangle", and whoever is with her sees which one it is.
"""

from __future__ import annotations

from typing import Final

from flows.conditions import NO, YES
from flows.questions import MOTHER
from flows.utterances import Screen, Utterance

_OF: Final[dict[str, str]] = {YES: "✔", NO: "✖"}
_SHAPES: Final = "●▲■◆★♥✚☂♣☼♠☁✿⚑♫✈⚓☎"
"""By place; after the last one they begin anew, and the number tells them apart."""


def is_hers(utterance: Utterance) -> bool:
    """Whether a mother chooses here, so that the choices carry signs."""
    return utterance.screen is Screen.CHECK or utterance.data.get("respondent") == MOTHER


def sign(place: int, code: str) -> str:
    """Return the sign of the choice with this code at this place, the first of which is 1."""
    return f"{place} {_OF.get(code) or _SHAPES[(place - 1) % len(_SHAPES)]}"
