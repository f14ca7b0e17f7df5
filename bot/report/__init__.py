"""Reports: a case's proposal on paper, for the file and for the mother.

`case_report` gathers one within a unit of work; `report_html` gives it as a page to print and
`report_pdf` as a PDF. Making one is noted (`people.note("report_made", …)`) in that same unit of
work, by whoever hands it out.
"""

from bot.report.document import Audience, Report
from bot.report.errors import ReportError
from bot.report.gathering import case_report, her_language
from bot.report.page import file_name, report_html
from bot.report.pdf import ready, report_pdf

__all__ = [
    "Audience",
    "Report",
    "ReportError",
    "case_report",
    "file_name",
    "her_language",
    "ready",
    "report_html",
    "report_pdf",
]
