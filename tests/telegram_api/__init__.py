"""A small Telegram of our own: the Bot API over HTTP, and the phones of the people who use the bot."""

from tests.telegram_api.chats import Button, Shown
from tests.telegram_api.markup import MarkupError, parse_html, utf16_length
from tests.telegram_api.phone import Group, Phone
from tests.telegram_api.server import Call, FakeTelegram, Faults

__all__ = [
    "Button",
    "Call",
    "FakeTelegram",
    "Faults",
    "Group",
    "MarkupError",
    "Phone",
    "Shown",
    "parse_html",
    "utf16_length",
]
