"""The methods of the Bot API that have to do with chats and with the bot's own account."""

import html
import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.telegram_api.chats import Button, Chat, Json, Shown
from tests.telegram_api.markup import MarkupError, Parsed, parse_html, utf16_length

LONGEST_TEXT = 4096
LONGEST_TOAST = 200
LONGEST_DATA = 64
MOST_BUTTONS = 100
MOST_DELETED = 100
DELETABLE_SECONDS = 48 * 3600
QUERY_SECONDS = 30.0
_MOST = {"name": 64, "description": 512, "short_description": 120}


class ApiError(Exception):
    """A call that is refused."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def json(self) -> Json:
        told: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return told | ({"parameters": self.parameters} if self.parameters else {})


def bad(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


class Methods:
    """All chats, and what the bot can do in them."""

    def __init__(self, me: Json, clock: Callable[[], float]) -> None:
        self.me = me
        self.clock = clock
        self.chats: dict[int, Chat] = {}
        self.table: dict[str, Callable[[Json], Any]] = {
            "getMe": lambda _: self.me | {"can_join_groups": False},
            "sendMessage": self._send_message,
            "sendChatAction": lambda given: bool(self._chat(given)),
            "editMessageText": self._edit_text,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete_message,
            "deleteMessages": self._delete_messages,
            "answerCallbackQuery": self._answer_query,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda given: self._settings.get(_key("commands", given), []),
            "deleteMyCommands": self._delete_commands,
        }
        for kind in ("name", "description", "short_description"):
            self._offer_words(kind)
        self._settings: dict[tuple[str, ...], Any] = {}
        self._queries: dict[str, tuple[Chat, float]] = {}
        self._tried: set[str] = set()
        self._messages = 0

    # --- what people do ---------------------------------------------------------------------------

    def post(self, chat: Chat, sender: Json, text: str, content: Json, **more: Any) -> Shown:
        """Put a message in a chat."""
        self._messages += 1
        shown = Shown(
            self._messages,
            mine=sender["id"] != self.me["id"],
            text=text,
            html=more.get("html", html.escape(text, quote=False)),
            buttons=more.get("buttons", []),
            protected=more.get("protected", False),
            silent=more.get("silent", False),
            date=int(self.clock()),
            sender=sender,
            content=content,
        )
        chat.messages[shown.message_id] = shown
        return shown

    def ask(self, chat: Chat) -> str:
        """Open a callback query; gives its id."""
        query = str(7_000_000 + len(self._queries) + 1)
        self._queries[query] = (chat, self.clock())
        return query

    def tried(self, query: str) -> bool:
        """Tell whether the bot answered a query, or at least called for it."""
        return query in self._tried

    def note(self, method: str, given: Json) -> Chat | None:
        """Note that a call came in; gives the chat that it is about."""
        query = str(given.get("callback_query_id", ""))
        if method == "answerCallbackQuery":
            self._tried.add(query)
            return self._queries[query][0] if query in self._queries else None
        chat = given.get("chat_id")
        return self.chats.get(chat) if isinstance(chat, int) else None

    # --- messages ---------------------------------------------------------------------------------

    def _send_message(self, given: Json) -> Json:
        chat = self._chat(given)
        parsed = _text(given)
        shown = self.post(
            chat,
            self.me,
            parsed.text,
            _content(parsed),
            html=_html(given),
            buttons=_buttons(given),
            protected=_yes(given, "protect_content"),
            silent=_yes(given, "disable_notification"),
        )
        return chat.message_json(shown.message_id)

    def _edit_text(self, given: Json) -> Json:
        chat = self._chat(given)
        shown = self._editable(chat, given)
        parsed = _text(given)
        new = replace(
            shown,
            text=parsed.text,
            html=_html(given),
            content=_content(parsed),
            buttons=_buttons(given, only_inline=True),
        )
        return self._replace(chat, shown, new)

    def _edit_markup(self, given: Json) -> Json:
        chat = self._chat(given)
        shown = self._editable(chat, given)
        buttons = _buttons(given, only_inline=True)
        content = {name: value for name, value in shown.content.items() if name != "edit_date"}
        return self._replace(chat, shown, replace(shown, buttons=buttons, content=content))

    def _replace(self, chat: Chat, old: Shown, new: Shown) -> Json:
        before = {name: value for name, value in old.content.items() if name != "edit_date"}
        if before == new.content and old.buttons == new.buttons:
            raise bad(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        content = {**new.content, "edit_date": int(self.clock())}
        chat.messages[new.message_id] = replace(new, content=content)
        return chat.message_json(new.message_id)

    def _delete_message(self, given: Json) -> bool:
        chat = self._chat(given)
        message = _int(given, "message_id")
        if message not in chat.messages:
            raise bad("message to delete not found")
        if not self._delete(chat, message):
            raise bad("message can't be deleted")
        return True

    def _delete_messages(self, given: Json) -> bool:
        chat = self._chat(given)
        messages = given.get("message_ids")
        if not isinstance(messages, list) or not messages:
            raise bad("message identifiers are not specified")
        if len(messages) > MOST_DELETED:
            raise bad("too many message identifiers specified")
        for message in messages:
            self._delete(chat, int(message))
        return True

    def _delete(self, chat: Chat, message: int) -> bool:
        shown = chat.messages.get(message)
        if shown is None or self.clock() - shown.date > DELETABLE_SECONDS:
            return False
        del chat.messages[message]
        chat.deleted.append(message)
        return True

    def _answer_query(self, given: Json) -> bool:
        text = str(given.get("text") or "")
        if utf16_length(text) > LONGEST_TOAST:
            raise bad("MESSAGE_TOO_LONG")
        query = str(given.get("callback_query_id", ""))
        chat, asked = self._queries.get(query, (None, 0.0))
        if chat is None or self.clock() - asked > QUERY_SECONDS:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self._queries[query] = (chat, -math.inf)
        if text:
            chat.toasts.append(text)
        return True

    def _chat(self, given: Json) -> Chat:
        if given.get("chat_id") in (None, ""):
            raise bad("chat_id is empty")
        chat = self.chats.get(given["chat_id"]) if isinstance(given["chat_id"], int) else None
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat

    def _editable(self, chat: Chat, given: Json) -> Shown:
        shown = chat.messages.get(_int(given, "message_id"))
        if shown is None:
            raise bad("message to edit not found")
        if shown.mine:
            raise bad("message can't be edited")
        return shown

    # --- the bot's own account --------------------------------------------------------------------

    def _set_commands(self, given: Json) -> bool:
        commands = given.get("commands")
        if not isinstance(commands, list) or not all(isinstance(each, dict) for each in commands):
            raise bad("can't parse commands: expected an Array")
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for each in commands:
            if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(each.get("command"))):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(str(each.get("description", ""))) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._settings[_key("commands", given)] = commands
        return True

    def _delete_commands(self, given: Json) -> bool:
        self._settings.pop(_key("commands", given), None)
        return True

    def _offer_words(self, kind: str) -> None:
        def put(given: Json) -> bool:
            words = str(given.get(kind) or "")
            if utf16_length(words) > _MOST[kind]:
                raise bad(f"bot {kind.replace('_', ' ')} is too long")
            self._settings[_key(kind, given)] = words
            return True

        def get(given: Json) -> Json:
            default = self.me["first_name"] if kind == "name" else ""
            return {kind: self._settings.get(_key(kind, given)) or default}

        name = "My" + "".join(part.capitalize() for part in kind.split("_"))
        self.table[f"set{name}"] = put
        self.table[f"get{name}"] = get


def _key(kind: str, given: Json) -> tuple[str, ...]:
    scope = json.dumps(given.get("scope") or {"type": "default"}, sort_keys=True)
    return kind, scope, str(given.get("language_code") or "")


def _int(given: Json, name: str) -> int:
    try:
        return int(given[name])
    except (KeyError, TypeError, ValueError):
        raise bad(f"{name} is not specified") from None


def _yes(given: Json, name: str) -> bool:
    return given.get(name) in (True, 1)


def _text(given: Json) -> Parsed:
    text = str(given.get("text") or "")
    mode = str(given.get("parse_mode") or "")
    if mode.lower() == "html":
        try:
            parsed = parse_html(text)
        except MarkupError as error:
            raise ApiError(400, str(error)) from None
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        parsed = Parsed(text, given.get("entities") or [])
    if not parsed.text.strip():
        raise bad("message text is empty")
    if utf16_length(parsed.text) > LONGEST_TEXT:
        raise bad("message is too long")
    return Parsed(parsed.text.rstrip(), parsed.entities)


def _html(given: Json) -> str:
    text = str(given["text"])
    return text if given.get("parse_mode") else html.escape(text, quote=False)


def _content(parsed: Parsed) -> Json:
    entities = {"entities": parsed.entities} if parsed.entities else {}
    return {"text": parsed.text, **entities}


def _buttons(given: Json, *, only_inline: bool = False) -> list[list[Button]]:
    markup = given.get("reply_markup")
    if not markup:
        return []
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if only_inline:
            raise bad("inline keyboard expected")
        return []
    rows = [[_button(each) for each in row] for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return rows


def _button(given: Json) -> Button:
    reason = "can't parse inline keyboard button: "
    if not given.get("text"):
        raise bad(reason + 'Field "text" must be non-empty')
    if "callback_data" not in given and "url" not in given:
        raise bad(reason + "Text buttons are unallowed in the inline keyboard")
    data = str(given.get("callback_data", ""))
    if "callback_data" in given and not 1 <= len(data.encode()) <= LONGEST_DATA:
        raise bad("BUTTON_DATA_INVALID")
    return Button(given["text"], data, str(given.get("url", "")))
