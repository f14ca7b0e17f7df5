"""The pictures of reports in the documentation: `python -m bot.report.pictures` draws them again.

They are of a made-up family. It needs what the tests need (pypdfium2), and `make fonts`.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.report import Audience, Report, case_report, report_pdf
from bot.report.demonstration import clock, demonstrate
from bot.service import Service
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.crypto import Keyring, MasterKey
from storage.database import sqlite_url
from storage.store import Store
from storage.transaction import Transaction

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"
PICTURES: Final = (
    ("report-file-nl", Audience.FILE, "nl", 0),
    ("report-file-nl-end", Audience.FILE, "nl", -1),
    ("report-file-ar", Audience.FILE, "ar", 0),
    ("report-mother-ti", Audience.MOTHER, "ti", 0),
)
"""The name of each, whom it is for, its language, and which page."""
_HIGH = 1000
_COLOURS = 32
_MADE = datetime(2026, 11, 28, 15, 5, tzinfo=ZoneInfo("Europe/Amsterdam"))


def draw(folder: Path) -> None:
    """Draw all of them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        url = sqlite_url(Path(place) / "demonstration.db")
        with Store.open(url, Keyring(MasterKey.generate()), clock=clock()) as store:
            service = Service(store, VOORSTUDIE_CORE, channel="pictures", clock=clock())
            case_id = demonstrate(store, service)
            for name, audience, language, page in PICTURES:
                report = store.run(partial(_report, service, case_id, language, audience))
                path = folder / f"{name}.png"
                _draw(report_pdf(report), page, path)
                sys.stdout.write(f"{path.name}\n")


def _report(
    service: Service, case_id: str, language: str, audience: Audience, transaction: Transaction
) -> Report:
    return case_report(
        service, transaction, case_id, language=language, audience=audience, clock=lambda: _MADE
    )


def _draw(pdf: bytes, page: int, path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(BytesIO(pdf))
    try:
        drawn = document[page % len(document)]
        picture = drawn.render(scale=_HIGH / drawn.get_height()).to_pil()
    finally:
        document.close()
    picture.quantize(_COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    draw(FOLDER)
