"""Words in free text that may mean danger: then the numbers and the question come first.

A list of ours for each language, read by nobody with the language and the profession yet
(`REVIEWED` names those that were). It misses much and finds too much; it only ever asks once more
whether there is danger now, and never decides anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "nl": (
        *("zelfmoord", "suicide", "suïcide", "dood wil", "wil dood", "wil niet meer leven"),
        *("vermoord", "maakt me dood", "doodmaken", "doodslaan", "dreigt", "bedreigt"),
        *("mes", "pistool", "wapen", "wurg", "staat voor de deur", "weet waar"),
    ),
    "en": (
        *("suicide", "kill myself", "want to die", "end my life", "kill me", "kill us"),
        *("kill the child", "threaten", "knife", "gun", "weapon", "strangle", "choke"),
        *("at the door", "knows where"),
    ),
    "pl": (
        *("samobój", "samoboj", "zabić się", "zabic sie", "zabiję się", "zabije sie"),
        *("chcę umrzeć", "chce umrzec", "nie chcę żyć", "nie chce zyc", "nie chcę już żyć"),
        *("nie chce juz zyc", "skończyć ze sobą", "skonczyc ze soba", "zabije mnie", "zabije nas"),
        *("zabije dziec", "zabić mnie", "zabic mnie", "zabić nas", "mnie zabije", "nas zabije"),
        *("grozi", "groźb", "grozb", "nóż", "noż", "noz", "pistolet", "broń", "siekier", "dusi"),
        *("udusi", "pod drzwiami", "dobija się", "dobija sie", "wie gdzie", "gdzie jestem"),
        *("gdzie mieszkam", "znalazł mnie"),
    ),
}
"""Words and beginnings of words, in lower case. Every list is tried on every text: people mix."""

REVIEWED: Final[tuple[str, ...]] = ()
"""The languages whose list a clinician who speaks it has read."""

_WHOLE: Final = frozenset({"mes", "gun", "weet waar"})
"""Words that are looked for whole, because too much else begins with them."""


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted({word for words in WORDS.values() for word in words})
    parts = [re.escape(word) + (r"\b" if word in _WHOLE else "") for word in words]
    return re.compile(r"\b(?:" + "|".join(parts) + ")", re.IGNORECASE)


def has_danger_words(text: str) -> bool:
    """Whether a text has words that may mean danger."""
    return _pattern().search(" ".join(text.split())) is not None
