"""Words as Telegram shows them: HTML, UTF-16 units, parts that fit, and direction."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from locales import catalogue
from locales.direction import begun

LONGEST = 4096
"""UTF-16 units in one message; Telegram refuses more."""
_ROOM = 4000
_TAGS = {"heading": "b", "important": "b", "detail": "i"}


def units(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parts(lines: Iterable[tuple[str, str]], language: str) -> tuple[str, ...]:
    """Return lines (words and style) as HTML, in as few messages as they fit in."""
    done: list[str] = []
    now: list[str] = []
    used = 0
    for words, style in _pieces(lines):
        size = units(words) + 1 + words.count("\n") + 1  # each line may get a mark
        if now and used + size > _ROOM:
            done.append("\n".join(now))
            now, used = [], 0
        now.append(_tagged(directed(words, language), style))
        used += size
    done.append("\n".join(now))
    return tuple(part for part in done if part.strip())


def directed(words: str, language: str) -> str:
    """Let every line of a right-to-left message run so, whatever its first sign is."""
    if not catalogue(language).right_to_left:
        return words
    return "\n".join(begun(line) if line else line for line in words.split("\n"))


def _pieces(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Cut what is too long for one message by itself."""
    for words, style in lines:
        bullet = "• " if style == "item" else ""
        left = bullet + words
        while units(left) > _ROOM:
            at = _cut(left)
            yield left[:at], style
            left = left[at:].lstrip()
        yield left, style


def _cut(text: str) -> int:
    """Return where to cut: as far as fits, at a space if there is one."""
    at, used = 0, 0
    while at < len(text) and used + units(text[at]) <= _ROOM:
        used += units(text[at])
        at += 1
    space = text.rfind(" ", at // 2, at)
    return space if space > 0 else at


def _tagged(words: str, style: str) -> str:
    safe = html.escape(words, quote=False)
    tag = _TAGS.get(style)
    return f"<{tag}>{safe}</{tag}>" if tag and safe.strip() else safe
