"""Reports on paper: every script, no sign in a box, nothing from outside, nothing in the margin."""

from __future__ import annotations

import io
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest

from bot.report import Audience, ReportError, ready, report_html, report_pdf
from bot.report.pdf import pdf_of
from flows.messages import message
from locales import catalogue, languages, name_of
from tests.bot.conftest import Run
from tests.bot.reporting import Family

pytestmark = pytest.mark.xdist_group("report")

SCRIPTS = {
    "ar": "Noto-Sans-Arabic",
    "fa": "Noto-Sans-Arabic",
    "ti": "Noto-Sans-Ethiopic",
}
EMPTY_FONTS = '<?xml version="1.0"?><fontconfig></fontconfig>'


def opened(pdf: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(io.BytesIO(pdf))


def inside(pdf: bytes) -> bytes:
    """All that stands in a PDF, packed or not."""
    packed = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return b"\n".join((pdf, *map(zlib.decompress, packed)))


@pytest.fixture
def pages() -> Iterator[list[pypdfium2.PdfDocument]]:
    """Documents that are closed after the test."""
    documents: list[pypdfium2.PdfDocument] = []
    yield documents
    for document in documents:
        document.close()


@pytest.mark.parametrize("language", languages())
def test_every_language_is_drawn_without_a_sign_in_a_box(
    family: Family, language: str, pages: list[pypdfium2.PdfDocument]
) -> None:
    """A sign without a glyph raises; so it is enough that there are pages with its font."""
    for audience in Audience:
        pdf = family.pdf(language, audience)
        document = opened(pdf)
        pages.append(document)
        assert len(document) >= (1 if audience is Audience.MOTHER else 4)
        assert SCRIPTS.get(language, "Noto-Sans").encode() in inside(pdf)
        # Her version fits a page, whatever the language.
        assert audience is Audience.FILE or len(document) == 1


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_page_runs_the_way_its_language_does(
    family: Family, language: str, pages: list[pypdfium2.PdfDocument]
) -> None:
    """The thick line beside the order stands where a line of the language begins."""
    document = opened(family.pdf(language))
    pages.append(document)
    picture = document[0].render(scale=1).to_pil().convert("L")
    height = 200 if language == "nl" else 230
    dark = [x for x in range(picture.width) if picture.getpixel((x, height)) < 90]
    assert dark, "no line beside the order"
    left = sum(x < picture.width / 4 for x in dark)
    right = sum(x > picture.width * 3 / 4 for x in dark)
    assert (left > right) is (not catalogue(language).right_to_left)


@pytest.mark.parametrize("sign", ["\ue000", "\U00016ea0", "\u0378"])
def test_a_sign_that_no_font_has_is_an_error_that_names_it(family: Family, sign: str) -> None:
    report = family.report("nl", Audience.MOTHER)
    broken = replace(report, heading=message("value.text", text=f"a{sign}b"))
    with pytest.raises(ReportError) as refused:
        report_pdf(broken)
    params = dict(refused.value.problem.params)
    assert refused.value.problem.id == "report.error.glyph"
    assert params["sign"] == f"U+{ord(sign):04X}"
    assert params["language"] == name_of("nl")
    assert params["command"] == "make fonts"


def test_a_sign_in_the_margin_is_missed_too(family: Family) -> None:
    report = family.report("nl", Audience.MOTHER)
    with pytest.raises(ReportError):
        report_pdf(replace(report, footer=message("value.text", text="\ue000")))


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<link rel="stylesheet" href="https://127.0.0.1:9/x.css">',
        "<style>@import url(file:///etc/hostname);</style>",
        "<style>p { background: url(http://127.0.0.1:9/x) }</style>",
        '<style>@font-face { font-family: x; src: url("http://127.0.0.1:9/x") }</style>',
    ],
)
def test_nothing_is_fetched_from_anywhere(markup: str) -> None:
    with pytest.raises(ReportError) as refused:
        pdf_of(f"<html lang=nl><title>x</title>{markup}<p>x</p>", language="nl")
    assert refused.value.problem.id == "report.error.fetched"


def test_what_the_renderer_complains_of_is_an_error() -> None:
    with pytest.raises(ReportError) as refused:
        pdf_of("<html lang=nl><title>x</title><style>p { colour: red }</style>", language="nl")
    assert refused.value.problem.id == "report.error.drawing"


@pytest.mark.parametrize(
    ("audience", "title"), [(Audience.FILE, "Rapport K7F-2M9"), (Audience.MOTHER, "Het plan")]
)
def test_a_pdf_says_nothing_of_where_it_was_made_and_what_it_is_about(
    family: Family, audience: Audience, title: str, pages: list[pypdfium2.PdfDocument]
) -> None:
    pdf = inside(family.pdf("nl", audience))
    document = opened(family.pdf("nl", audience))
    pages.append(document)
    said = document.get_metadata_dict()
    assert said["Title"] == title
    assert said["CreationDate"] == "D:20261128150500+01'00"
    assert said["Producer"].startswith("WeasyPrint")
    assert not any(said[name] for name in ("Author", "Subject", "Keywords", "Creator", "ModDate"))
    assert b"/Lang" in pdf
    assert b"/MarkInfo" in pdf  # it can be read aloud
    for trace in (b"/home", b"/tmp", b"file:", b"/URI", b"/EmbeddedFile", b"/JavaScript"):
        assert trace not in pdf


def test_the_same_report_gives_the_same_bytes_and_a_later_one_others(family: Family) -> None:
    report = family.report("nl", Audience.MOTHER)
    assert report_pdf(report) == report_pdf(report)
    later = replace(report, made=report.made + timedelta(days=1))
    assert report_pdf(later) != report_pdf(report)


def test_each_page_says_which_it_is_of_how_many(
    family: Family, pages: list[pypdfium2.PdfDocument]
) -> None:
    document = opened(family.pdf("nl"))
    pages.append(document)
    count = len(document)
    for number in range(count):
        text = document[number].get_textpage().get_text_range()
        assert f"pagina {number + 1} van {count}" in text
        assert "geen besluit" in text


def test_without_any_font_there_is_one_line_and_no_file(
    family: Family, tmp_path: Path, volgorde: Run
) -> None:
    """Pango would crash without a font, so it is found out before anything is drawn."""
    config = tmp_path / "fonts.conf"
    config.write_text(EMPTY_FONTS)
    out = tmp_path / "report.pdf"
    done = volgorde(
        *("report", "K7F-2M9", "--out", str(out), "--why", "dossier"),
        **family.settings,
        FONTCONFIG_FILE=str(config),
    )
    assert done.returncode == 2
    assert not done.stdout
    lines = [line for line in done.stderr.splitlines() if line.startswith("volgorde: ")]
    assert len(lines) == 1
    assert "make fonts" in lines[0]
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_without_pango_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ReportError) as refused:
        ready()
    assert refused.value.problem.id == "report.error.no_fonts"


def test_a_language_without_words_is_a_problem_with_a_name(family: Family) -> None:
    report = replace(family.report("nl", Audience.MOTHER), title=message("report.nowhere"))
    with pytest.raises(ReportError) as refused:
        report_html(report)
    assert dict(refused.value.problem.params)["key"] == "report.nowhere"
    assert re.fullmatch(r"report\.error\.words", refused.value.problem.id)
