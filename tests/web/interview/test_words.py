"""The words of the pages: hers are short, and none names what this is."""

from __future__ import annotations

import re

import pytest

from flows.messages import message
from locales import catalogue

HERS = (
    *("browser.title", "browser.leave.shift", "browser.door.title", "browser.door.button"),
    *("browser.closed.title", "browser.closed.text", "browser.problem.title"),
    *("browser.problem.back", "browser.stale", "browser.later", "browser.more", "browser.help"),
    *("browser.edit", "browser.privacy", "browser.call_list", "browser.tell_too"),
    *("browser.hint.several", "browser.hint.text"),
)
LONGEST = 15
NEUTRAL = HERS[:10]
"""What anybody may see who holds the device."""


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("key", HERS)
def test_her_sentences_are_short(key: str, language: str) -> None:
    text = catalogue(language).say(message(key))
    for sentence in re.split(r"[.?!:;]\s*", text):
        assert len(sentence.split()) <= LONGEST, sentence


@pytest.mark.parametrize("key", NEUTRAL)
def test_what_anybody_may_see_names_nothing(key: str) -> None:
    words = catalogue("nl").say(message(key)).casefold()
    named = ("geweld", "opvang", "behandel", "intake", "moeder", "trauma", "emdr", "veilig")
    assert not [word for word in named if word in words]
