"""A phone: what a person does with it, and what it shows."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_api.fake import FakeTelegram, Shown

_SIGN = re.compile(r"^([☐☑] )?\d+ \S ")


def without_sign(label: str) -> str:
    """The words of a choice, without the sign that a mother's choices carry."""
    return _SIGN.sub(r"\1", label)


class Phone:
    """One person's private chat with the bot."""

    def __init__(self, telegram: FakeTelegram, user: int, *, language: str = "nl") -> None:
        self.telegram = telegram
        self.user = user
        telegram.chats.setdefault(user, {})
        self.person = {
            "id": user,
            "is_bot": False,
            "first_name": "Fatima",
            "last_name": "Geheim",
            "username": "fatima_geheim",
            "language_code": language,
        }
        self.chat = {"id": user, "type": "private", "first_name": "Fatima"}

    # --- what it shows ----------------------------------------------------------------------------

    @property
    def messages(self) -> list[Shown]:
        return list(self.telegram.chats[self.user].values())

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """The buttons of the newest message that has any."""
        return next((item.buttons for item in reversed(self.messages) if item.buttons), [])

    @property
    def labels(self) -> list[str]:
        return [without_sign(label) for row in self.rows for label, _ in row]

    def screen(self) -> str:
        lines = []
        for item in self.messages:
            lines.append(f"{'me' if item.mine else 'bot'}: {item.text}")
            lines.extend("  " + " ".join(f"[{label}]" for label, _ in row) for row in item.buttons)
        return "\n".join(lines)

    def data(self, label: str) -> str:
        """Return what the button with this label carries."""
        found = [data for row in self.rows for name, data in row if without_sign(name) == label]
        found = found or [data for row in self.rows for name, data in row if label in name]
        assert len(found) == 1, f"{len(found)} buttons {label!r} on\n{self.screen()}"
        return found[0]

    # --- what a person does -----------------------------------------------------------------------

    async def send(self, text: str, *, settle: bool = True, **more: Any) -> int:
        """Type something."""
        if text.startswith("/"):
            command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
            more.setdefault("entities", [command])
        return await self.send_kind(settle=settle, text=text, **more)

    async def send_kind(self, *, settle: bool = True, **content: Any) -> int:
        """Send a message of any kind."""
        number = self.telegram.new_number()
        now = self.telegram.clock()
        self.telegram.chats[self.user][number] = Shown(
            number, mine=True, text=str(content.get("text", "…")), date=now
        )
        message = {
            "message_id": number,
            "date": int(now),
            "chat": self.chat,
            "from": self.person,
            **content,
        }
        await self.telegram.push({"message": message})
        if settle:
            await self.telegram.settled()
        return number

    async def press(self, label: str, *, settle: bool = True) -> None:
        """Press the button with this label."""
        await self.press_data(self.data(label), settle=settle)

    async def press_data(self, data: str, *, settle: bool = True) -> str:
        """Press a button that carries this, wherever it stood; gives the query's id."""
        shown = next(
            (
                item
                for item in reversed(self.messages)
                if any(data == held for row in item.buttons for _, held in row)
            ),
            None,
        )
        query = self.telegram.new_query()
        body: dict[str, Any] = {
            "id": query,
            "from": self.person,
            "chat_instance": "1",
            "data": data,
        }
        if shown is not None:
            body["message"] = {
                "message_id": shown.number,
                "date": int(shown.date),
                "chat": self.chat,
                "text": shown.text,
            }
        await self.telegram.push({"callback_query": body})
        if settle:
            await self.telegram.settled()
        return query

    async def member(self, status: str) -> None:
        """Block (`kicked`) the bot, or let it in again (`member`)."""
        if status == "kicked":
            self.telegram.blocked.add(self.user)
        else:
            self.telegram.blocked.discard(self.user)
        bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
        change: dict[str, Any] = {
            "chat": self.chat,
            "from": self.person,
            "date": int(self.telegram.clock()),
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": {"user": bot, "status": status},
        }
        if status == "kicked":
            change["new_chat_member"]["until_date"] = 0
        await self.telegram.push({"my_chat_member": change})
        await self.telegram.settled()
