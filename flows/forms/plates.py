"""Number plates."""

from __future__ import annotations

import re

from flows.forms.finding import matches

_PLATE = re.compile(
    r"""
    (?<![\w-]) (?: [A-Z]{2}-\d{2}-[A-Z]{2} | [A-Z]{2}-[A-Z]{2}-\d{2} | \d{2}-[A-Z]{2}-[A-Z]{2}
      | [A-Z]{2}-\d{2}-\d{2} | \d{2}-\d{2}-[A-Z]{2} | \d{2}-[A-Z]{2}-\d{2}
      | \d{2}-[A-Z]{3}-\d | \d-[A-Z]{3}-\d{2} | [A-Z]{2}-\d{3}-[A-Z] | [A-Z]-\d{3}-[A-Z]{2}
      | [A-Z]{3}-\d{2}-[A-Z] | [A-Z]-\d{2}-[A-Z]{3} ) (?![\w-])
    """,
    re.VERBOSE,
)
_NAMED_PLATE = re.compile(
    r"\b(?:kenteken|number\splate|licen[sc]e\splate|nummerbord|plaque|immatriculation|matricula"
    r"|rejestrac\w+|tablic\w+|plaka|номерн\w+\sзнак|регистрационен\sномер|پلاک|لوحه)"
    r"(?:\s(?:is|to|est|es|van|of))?[:\s]{1,3}"
    r"(?P<it>(?=[\w-]*\d)[a-z\d]{1,4}-[a-z\d]{1,4}(?:-[a-z\d]{1,4})?"
    r"|(?-i:[A-Z]{1,3}\s?\d{2,5}(?:\s?[A-Z]{1,3})?|\d{1,3}\s?[A-Z]{1,3}\s?\d{1,5})"
    r"|[a-z]{1,3}\d{2,5}[a-z]{0,3}|\d{1,3}[a-z]{1,3}\d{1,5})(?!\w)",
    re.IGNORECASE,
)
plates = matches(_NAMED_PLATE, _PLATE)
