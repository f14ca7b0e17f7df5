"""Deep links into the bot, and how long they last."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO, StringIO

import segno

from flows.messages import Message, message


def deep_link(bot: str, token: str) -> str:
    """Return the address that opens the bot with a token."""
    return f"https://t.me/{bot}?start={token}"


def say_duration(lasts: timedelta) -> Message:
    """Say how long something lasts, in hours or minutes."""
    minutes = int(lasts.total_seconds() // 60)
    if minutes % 60 == 0:
        return message("value.hours", count=minutes // 60)
    return message("value.minutes", count=minutes)


def _qr(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)


def qr_png(address: str) -> bytes:
    """Return a QR code as a PNG picture that a phone can read from another phone."""
    drawn = BytesIO()
    _qr(address).save(drawn, kind="png", scale=8, border=4)
    return drawn.getvalue()


def qr_text(address: str) -> str:
    """Return a QR code as text for a terminal."""
    drawn = StringIO()
    _qr(address).terminal(drawn, compact=True, border=2)
    return drawn.getvalue().rstrip("\n")
