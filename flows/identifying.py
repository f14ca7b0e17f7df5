"""The identity guard: what in free text could lead someone to a family, masked.

It finds what has a form: numbers, addresses, postcodes, names of accounts, full dates. Names of
people and places have no form and cannot be recognised; the question texts therefore ask to leave
them out, and a masked text may still hold them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.forms import dates, net, numbers, places, plates, telephones
from flows.forms.finding import Finder, Span
from flows.forms.plain import original, plain_text
from flows.messages import Message, message

MASK = "[…]"
"""What stands in a masked text where something identifying stood."""

_PASSES = 8


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text as it may be shown and kept, and the kinds of things that were masked in it."""

    masked: str
    found: tuple[Message, ...]


def guard(text: str) -> Guarded:
    """Mask what seems identifying in the text; a text that holds nothing comes back unchanged."""
    masked = text
    found: set[str] = set()
    passes = 0
    while kinds_and_text := _mask_once(masked, to_the_end=passes >= _PASSES):
        kinds, masked = kinds_and_text
        found |= kinds
        passes += 1
    return Guarded(masked, tuple(named for kind, named in _NAMED.items() if kind in found))


def identifying(text: str) -> Iterator[Message]:
    """Name each kind of identifying thing that the text seems to hold."""
    yield from guard(text).found


def _mask_once(text: str, *, to_the_end: bool) -> tuple[set[str], str] | None:
    """Mask what can be seen at first sight; a mask can make something beside it stand alone.

    `to_the_end` masks all that comes after the first thing found, so that a text in which one thing
    after another comes to stand alone is not gone through without end.
    """
    plain, origins = plain_text(text)
    kinds: set[str] = set()
    taken: list[Span] = []
    for kind, find in _FINDERS:
        spans = list(find(plain))
        if spans:
            kinds.add(kind)
            taken += spans
            plain = _blanked(plain, spans)
    if not taken:
        return None
    spans = [original(span, text, origins) for span in taken]
    if to_the_end:
        spans = [(min(spans)[0], len(text))]
    return kinds, _masked(text, spans)


def _masked(text: str, spans: list[Span]) -> str:
    parts: list[str] = []
    done = 0
    open_mask = False
    for start, end in sorted(spans):
        if start > done or not open_mask:
            parts += (text[done:start], MASK)
            open_mask = True
        done = max(done, end)
    return "".join((*parts, text[done:]))


def _blanked(plain: str, spans: Iterable[Span]) -> str:
    """Put what belongs to no kind in the place of what was found, so that it is found once."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        parts += (plain[done:start], "\0" * (end - max(start, done)))
        done = max(done, end)
    return "".join((*parts, plain[done:]))


_NAMED = {
    "email": message("identifying.email"),
    "link": message("identifying.link"),
    "handle": message("identifying.handle"),
    "bank_account": message("identifying.bank_account"),
    "bsn": message("identifying.bsn"),
    "telephone": message("identifying.telephone"),
    "postcode": message("identifying.postcode"),
    "address": message("identifying.address"),
    "full_date": message("identifying.full_date"),
    "number_plate": message("identifying.number_plate"),
    "number": message("identifying.number"),
}
"""The kinds, in the order in which they are named."""

_FINDERS: tuple[tuple[str, Finder], ...] = (
    ("email", net.emails),
    ("link", net.links),
    ("handle", net.handles),
    ("bank_account", numbers.bank_accounts),
    ("bsn", numbers.named_bsns),
    ("full_date", dates.full_dates),
    ("telephone", telephones.telephones),
    ("bsn", numbers.bsns),
    ("telephone", telephones.foreign_telephones),
    ("number_plate", plates.plates),
    ("postcode", places.postcodes),
    ("address", places.addresses),
    ("number", numbers.named_numbers),
    ("number", numbers.numbers),
)
"""The kinds, in the order in which they are looked for: what has the clearest form comes first."""
