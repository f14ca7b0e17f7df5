"""A report as a PDF, by WeasyPrint, which is given nothing to fetch.

Nothing is drawn in a box: a sign that no installed font has is an error that names it. The only
module that knows WeasyPrint, and it loads it late: that needs Pango and fonts of the system.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from typing import Any

from bot.report.document import Report
from bot.report.errors import ReportError
from bot.report.page import report_html
from flows.messages import message
from locales import name_of

_COMMAND = "make fonts"
_VARIANT = "pdf/ua-1"
_MISSING = ".notdef"
_LOG = logging.getLogger("weasyprint")


def ready() -> None:
    """Raise ReportError where this machine cannot make a PDF, before anything is read."""
    _weasyprint()


def report_pdf(report: Report) -> bytes:
    """Return a report as a PDF. Raises ReportError for a sign that no font has, and for whatever
    else the renderer complains of."""
    return pdf_of(report_html(report), language=report.language)


def pdf_of(html: str, *, language: str) -> bytes:
    """Return a page as a PDF; the same page gives the same bytes."""
    weasyprint = _weasyprint()
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]  # it has no types
        """Fetches nothing, from anywhere."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - as it is called
            raise FatalURLFetchingError(url.partition(":")[0])

    with _complaints() as found:
        try:
            pdf: bytes = weasyprint.HTML(string=html, url_fetcher=Nothing()).write_pdf(
                pdf_variant=_VARIANT, pdf_identifier=sha256(html.encode()).digest()[:16]
            )
        except FatalURLFetchingError as error:
            raise ReportError(message("report.error.fetched", what=str(error))) from error
    for record in found:
        if str(record.msg).startswith(_MISSING) and isinstance(record.args, tuple):
            number = record.args[-1]
            raise ReportError(
                message(
                    "report.error.glyph",
                    sign=f"U+{number:04X}",
                    language=name_of(language),
                    command=_COMMAND,
                )
            )
    if found:
        raise ReportError(message("report.error.drawing", what=found[0].getMessage()[:200]))
    return pdf


def _weasyprint() -> Any:
    """Load WeasyPrint; raises ReportError where Pango or all fonts are missing.

    Without any font Pango would not fail but crash, so a warning of that is taken as an error.
    """
    loaded = sys.modules.get("weasyprint")
    if loaded is not None:
        return loaded
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(StringIO()):
            warnings.filterwarnings("error", module=r"weasyprint\b")
            import weasyprint
    except (OSError, ImportError, Warning) as error:
        raise ReportError(message("report.error.no_fonts", command=_COMMAND)) from error
    return weasyprint


class _Listener(logging.Handler):
    """Keeps what the renderer complains of while this thread draws."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.found: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        if record.thread == self.thread:
            self.found.append(record)


@contextlib.contextmanager
def _complaints() -> Iterator[list[logging.LogRecord]]:
    listener = _Listener()
    _LOG.addHandler(listener)
    try:
        yield listener.found
    finally:
        _LOG.removeHandler(listener)
