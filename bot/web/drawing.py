"""Drawing pages: templates that say every word from the catalogues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.messages import Message, message
from locales import catalogue, name_in, name_of

_environment = Environment(
    loader=PackageLoader("bot.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def draw(
    template: str,
    data: Mapping[str, Any],
    *,
    language: str,
    zone: ZoneInfo,
    offered: Sequence[str] = (),
) -> str:
    """Return a page in a language; moments are told in a time zone."""
    words = catalogue(language)

    def say(text: Message | str) -> str:
        return text if isinstance(text, str) else words.say(text)

    def t(key: str, **params: Any) -> str:
        return words.say(message(key, **params))

    def moment(at: datetime) -> str:
        return str(format_datetime(at.astimezone(zone), "d MMM yyyy, HH:mm", locale=words.locale))

    def ago(at: datetime, now: datetime) -> str:
        return str(
            format_timedelta(now - at, locale=words.locale, granularity="minute", threshold=1.2)
        )

    return _environment.get_template(template).render(
        **data,
        t=t,
        say=say,
        moment=moment,
        ago=ago,
        language=language,
        direction=direction(language),
        direction_of=direction,
        name_of=name_of,
        name_in=name_in,
        languages=[(code, catalogue(code).label) for code in offered],
    )


def direction(language: str) -> str:
    """Return the direction that a language is written in, as HTML has it."""
    return "rtl" if catalogue(language).right_to_left else "ltr"


def raw(markup: str) -> Markup:
    """Mark a picture of our own as one that is drawn as it is; never anything that was typed."""
    return Markup(markup)  # noqa: S704 - made by our own code from escaped words
