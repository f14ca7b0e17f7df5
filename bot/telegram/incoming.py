"""Reading an update: what a person did, without anything that names them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum, auto

from telegram import Message, Update
from telegram.constants import ChatMemberStatus, ChatType

LONGEST_COMMAND = 64
_COMMAND = re.compile(r"/([A-Za-z_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


class Did(Enum):
    """What a person did."""

    PRESSED = auto()
    TYPED = auto()
    COMMANDED = auto()
    FORWARDED = auto()
    EDITED = auto()
    SENT_SOMETHING_ELSE = auto()
    BLOCKED = auto()
    UNBLOCKED = auto()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of one private chat.

    `text` is what was typed, the command without its slash, or the data of the button; `rest` what
    follows a command. `message` is the number of their message, or of the one with the button, and
    `at` when that was sent.
    """

    key: str
    chat: int
    did: Did
    text: str = field(default="", repr=False)
    rest: str = field(default="", repr=False)
    message: int | None = None
    query: str | None = field(default=None, repr=False)
    language: str = ""
    at: datetime | None = None


def read_update(update: Update) -> Incoming | None:
    """Say what an update means; None where there is nothing to do (groups, channels)."""
    key = str(update.update_id)
    query = update.callback_query
    if query is not None:
        pressed = query.message
        if pressed is not None and pressed.chat.type != ChatType.PRIVATE:
            return None
        return Incoming(
            key,
            query.from_user.id,
            Did.PRESSED,
            text=query.data or "",
            message=None if pressed is None else pressed.message_id,
            query=query.id,
            language=query.from_user.language_code or "",
            # Of a message that is too old Telegram says no more than that, with a date of long ago.
            at=None if pressed is None else pressed.date.astimezone(UTC),
        )
    if update.my_chat_member is not None:
        change = update.my_chat_member
        if change.chat.type != ChatType.PRIVATE:
            return None
        out = change.new_chat_member.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
        return Incoming(key, change.chat.id, Did.BLOCKED if out else Did.UNBLOCKED)
    if update.message is not None and update.message.chat.type == ChatType.PRIVATE:
        return _read_message(key, update.message)
    if update.edited_message is not None and update.edited_message.chat.type == ChatType.PRIVATE:
        return replace(_read_message(key, update.edited_message), did=Did.EDITED)
    return None


def _read_message(key: str, sent: Message) -> Incoming:
    did, text, rest = _what(sent)
    user = sent.from_user
    return Incoming(
        key,
        sent.chat.id,
        did,
        text=text,
        rest=rest,
        message=sent.message_id,
        language=(user.language_code or "") if user is not None else "",
        at=sent.date.astimezone(UTC),
    )


def _what(sent: Message) -> tuple[Did, str, str]:
    if sent.forward_origin is not None:
        # Words from elsewhere may name anybody.
        return Did.FORWARDED, "", ""
    if sent.text is None:
        # What is sent is not looked at, but somebody may ask to leave beneath a picture.
        return Did.SENT_SOMETHING_ELSE, sent.caption or "", ""
    if sent.text.startswith("/"):
        command = _COMMAND.fullmatch(sent.text.strip()[:LONGEST_COMMAND])
        if command is not None:
            return Did.COMMANDED, command[1].casefold(), (command[2] or "").strip()
    return Did.TYPED, sent.text, ""
