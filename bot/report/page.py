"""A report as a page: one template, one stylesheet, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.report.document import SIGNED_WITH, Report
from bot.report.errors import ReportError
from flows.messages import Message, message
from locales import Catalogue, catalogue, upper
from locales.direction import unmarked

if TYPE_CHECKING:
    from jinja2 import Template

_PAGE, _PAGES = "\ue001", "\ue002"
"""Stand where the numbers of a page and of all pages go; they are never shown."""


def report_html(report: Report, *, nonce: str = "") -> str:
    """Return a report as a page that can be printed; it needs nothing but itself.

    `nonce` is for a server whose policy allows only styles that it named. Raises ReportError where
    the language lacks words.
    """
    from markupsafe import Markup

    words = catalogue(report.language)
    say = _Saying(words)
    foot = "" if report.footer is None else say(report.footer)
    styles = _stylesheet() + _margins(say, foot, right_to_left=words.right_to_left)
    return _template().render(
        report=report,
        say=say,
        title=unmarked(say(report.title)),
        right_to_left=words.right_to_left,
        created=report.made.isoformat(timespec="seconds"),
        styles=Markup(styles),  # noqa: S704 - ours, and what is not is escaped in it
        nonce=nonce,
        capital=lambda text: upper(text[:1], report.language) + text[1:],
        signing=message("report.heading.signatures"),
        signing_note=message("report.signature.note"),
        hand=[message(f"report.signature.{what}") for what in SIGNED_WITH],
    )


def file_name(report: Report, form: str) -> str:
    """Return a name for a report's file, which says no more than its title does."""
    return f"{f'report-{report.case}' if report.case else 'plan'}.{form}"


class _Saying:
    """Puts messages into words; what has none in the language is a problem with a name."""

    def __init__(self, words: Catalogue) -> None:
        self._words = words

    def __call__(self, text: Message) -> str:
        try:
            return self._words.say(text)
        except LookupError as error:
            key = str(error).partition(" ")[0]
            problem = message("report.error.words", language=self._words.name, key=key)
            raise ReportError(problem) from error


@cache
def _template() -> Template:
    # Loaded only here: most of the program's commands make no page.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bot.report", "")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja")


@cache
def _stylesheet() -> str:
    return files("bot.report").joinpath("print.css").read_text(encoding="utf-8")


def _margins(say: _Saying, foot: str, *, right_to_left: bool) -> str:
    """Return the style of what stands at the foot of each page: which one it is, of how many."""
    numbers = say(message("report.page", page=_PAGE, pages=_PAGES))
    number_at, foot_at = ("left", "right") if right_to_left else ("right", "left")
    return (
        f"@page {{ @bottom-{number_at} {{ content: {_counted(numbers)} }}"
        f" @bottom-{foot_at} {{ content: {_quoted(foot)} }} }}\n"
    )


def _counted(text: str) -> str:
    """Return a text of the page as CSS, with counters where the numbers go."""
    parts = [_quoted(text)]
    for sign, counter in ((_PAGE, "page"), (_PAGES, "pages")):
        parts = [
            piece
            for part in parts
            for piece in _between(part.partition(_escaped(sign)), f"counter({counter})")
        ]
    return " ".join(part for part in parts if part != '""')


def _between(split: Sequence[str], counter: str) -> tuple[str, ...]:
    before, sign, after = split
    return (f'{before}"', counter, f'"{after}') if sign else (before,)


def _quoted(text: str) -> str:
    """Return a text as a string of CSS; in it no sign means anything but itself."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    return char if char.isalnum() else f"\\{ord(char):x} "
