"""Telegram's subset of HTML: what it shows, and how it refuses what it cannot read."""

import html
import re
from typing import Any, NamedTuple

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}
_PIECE = re.compile(
    r"<(?P<end>/?)(?P<name>[^\s<>/]*)(?P<attributes>[^<>]*)>"
    r"|(?P<entity>&(?:lt|gt|amp|quot|#\d+|#[xX][0-9a-fA-F]+);)"
    r"|(?P<words>[^<&]+)"
    r"|(?P<stray>[<&])"
)
_LINK = re.compile(r"""href\s*=\s*["']?([^"']*)""")


class MarkupError(ValueError):
    """The text cannot be read; the message is Telegram's."""


class Parsed(NamedTuple):
    """What is shown, and which parts of it are shown differently."""

    text: str
    entities: list[dict[str, Any]]


def utf16_length(text: str) -> int:
    """Count as Telegram does: in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> Parsed:
    """Read a text. Stricter than Telegram in one thing: a bare `&` is refused, not shown."""
    shown = ""
    at = 0
    begun: list[tuple[str, dict[str, Any]]] = []
    entities: list[dict[str, Any]] = []
    for piece in _PIECE.finditer(source):
        where = f"at byte offset {len(source[: piece.start()].encode())}"
        name = (piece["name"] or "").lower()
        if piece["words"] or piece["entity"]:
            words = html.unescape(piece[0]) if piece["entity"] else piece[0]
            shown += words
            at += utf16_length(words)
        elif piece["stray"] == "<":
            raise _refusal(f"Unclosed start tag {where}")
        elif piece["stray"]:
            raise _refusal(
                f'Unsupported entity "{source[piece.start() : piece.start() + 8]}" {where}'
            )
        elif piece["end"]:
            if not begun:
                raise _refusal(f"Unexpected end tag {where}")
            expected, entity = begun.pop()
            if name != expected:
                raise _refusal(
                    f'Unmatched end tag {where}, expected "</{expected}>", found "</{name}>"'
                )
            entity["length"] = at - entity["offset"]
            if entity["length"]:
                entities.append(entity)
        elif name not in _KINDS:
            raise _refusal(f'Unsupported start tag "{name}" {where}')
        elif name == "span" and "tg-spoiler" not in piece["attributes"]:
            raise _refusal(f'Tag "span" must have class "tg-spoiler" {where}')
        else:
            link = _LINK.search(piece["attributes"]) if name == "a" else None
            more = {"url": html.unescape(link[1])} if link else {}
            begun.append((name, {"type": _KINDS[name], "offset": at, **more}))
    if begun:
        raise _refusal(f'Can\'t find end tag corresponding to start tag "{begun[-1][0]}"')
    return Parsed(shown, sorted(entities, key=lambda each: (each["offset"], -each["length"])))


def _refusal(reason: str) -> MarkupError:
    return MarkupError(f"Bad Request: can't parse entities: {reason}")
