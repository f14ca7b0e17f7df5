"""Messages: what is said to a person, as an id and parameters; the words are in `locales`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

Param: TypeAlias = "str | int | date | Message | tuple[Message, ...]"


@dataclass(frozen=True, slots=True)
class Message:
    """A text in no language yet.

    `id` is a key of the catalogues. Parameters fill the text's `{name}` places: words of a person
    stay as they are; numbers, dates, other messages and lists of messages take the reader's
    language. The parameter `count` chooses the plural form.
    """

    id: str
    params: tuple[tuple[str, Param], ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Return the message as JSON-ready data, to be kept in a transcript."""
        data: dict[str, Any] = {"id": self.id}
        if self.params:
            data["params"] = {name: _param_to_data(value) for name, value in self.params}
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Message:
        """Rebuild a message from what `to_data` returned."""
        return cls(
            data["id"],
            tuple(
                (name, _param_from_data(value)) for name, value in data.get("params", {}).items()
            ),
        )


def message(message_id: str, /, **params: Param) -> Message:
    """Make a `Message`; parameters are sorted so that equal messages compare equal."""
    return Message(message_id, tuple(sorted(params.items())))


def age(months: int) -> Message:
    """Say an age in years and months."""
    years, rest = divmod(months, 12)
    if not years:
        return message("value.months", count=rest)
    if not rest:
        return message("value.years", count=years)
    return message(
        "value.age",
        years=message("value.years", count=years),
        months=message("value.months", count=rest),
    )


def _param_to_data(value: Param) -> Any:
    if isinstance(value, Message):
        return value.to_data()
    if isinstance(value, tuple):
        return [item.to_data() for item in value]
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def _param_from_data(value: Any) -> Param:
    if isinstance(value, dict):
        if "date" in value:
            return date.fromisoformat(value["date"])
        return Message.from_data(value)
    if isinstance(value, list):
        return tuple(Message.from_data(item) for item in value)
    if isinstance(value, str | int):
        return value
    raise TypeError(f"not a message parameter: {value!r}")
