"""Postcodes, and streets with a house number."""

from __future__ import annotations

import re

from flows.forms.finding import CAPITAL, YEAR, matches
from flows.forms.words import COUNTED, SMALL, UNIT, any_language

_HOUSE_WORD = rf"(?:\b{any_language('house')}\b\.?[\s:]{{0,2}})"
_ONLY_HOUSE = (
    rf"\d{{1,5}}(?!\d)(?!(?!(?i:[a-wyz])(?!\w))\s?{COUNTED})"
    r"(?:\s?[-/]\s?\d{1,4}(?!\d))?"
    r"(?:[-/]?(?i:[a-z])(?!\w)|\s(?-i:[A-Z]|bis|hs|huis)(?!\w))?"
)
_FLAT = r"(?:,?\s?(?i:m|apt|app|kv|кв|daire|flat|piso)\b\.?\s?\d{1,4}(?!\d))?"
_HOUSE = rf"(?:{_HOUSE_WORD}?{_ONLY_HOUSE}{_FLAT})"
_BEFORE_HOUSE = r"[\s,:]{1,3}"

# --- postcodes ------------------------------------------------------------------------------------

_TOWN = rf"(?!{COUNTED}){CAPITAL}[^\W\d_]{{2,}}"
_THEN_HOUSE = rf"(?![A-Za-z])(?:[\s,/-]{{0,3}}{_HOUSE})?"
_NO_UNIT = r"(?!SA|SD|SS|IU|IE|ML|MG|KG|KM)"
_NO_SMALL_UNIT = r"(?!(?:sa|sd|ss|iu|ie|ml|mg|kg|km|cm|mm|am|pm|gr|de|st|nd|rd|th))"
_NO_YEAR_WITH_WORD = rf"(?!{YEAR}(?i:er|ste|de|en|of|in|is|op))"
_ABBREVIATION = r"(?:kr|kw|pk|ps|db|bv|nv|vs|nr|st|nd|rd|th|ca|ds|dr|mr|ms|kb|mb|gb|vt|ggz|pp)"
_LETTERS = (
    rf"(?i:(?!(?:{SMALL}|{_ABBREVIATION}|{UNIT})\b)(?!SA|SD|SS)[a-eghj-nprstv-xz]{{2}})(?![\w'])"
)
"""The letters of a postcode that stand apart: F, I, O, Q, U and Y are hardly ever among them."""
_TOWN_WITH_CODE_LIKE_A_YEAR = (
    r"(?i:Haarlem|Overveen|Bloemendaal|Zandvoort|Santpoort|Velserbroek|Velsen|Driehuis|IJmuiden"
    r"|Beverwijk|Heemskerk|Uitgeest|Akersloot|Castricum|Limmen)"
)
_STREET_END = r"(?:straat|laan|weg|plein|gracht|kade|singel|dijk|hof|pad|str\.?)"
_NAMED_POSTCODE = rf"(?i:\b{any_language('postcode')}\b(?:\s(?:is|to|es|est))?[:\s]{{1,3}}"

postcodes = matches(
    re.compile(
        rf"(?<!\d)(?!{YEAR}\s){_NO_YEAR_WITH_WORD}[1-9]\d{{3}}[\s-]{{0,2}}{_NO_UNIT}[A-Z]\s?[A-Z]"
        rf"{_THEN_HOUSE}"
    ),
    re.compile(
        rf"(?<!\d){_NO_YEAR_WITH_WORD}[1-9]\d{{3}}(?i:{_NO_SMALL_UNIT}[a-z]{{2}}){_THEN_HOUSE}"
    ),
    re.compile(rf"(?<![\d.,])(?!{YEAR})[1-9]\d{{3}}[\s-]{{1,2}}{_LETTERS}{_THEN_HOUSE}"),
    re.compile(
        rf"(?<![\d.,]){YEAR}[\s-]{{1,2}}{_LETTERS}[\s,/-]{{1,3}}{_HOUSE}"
        rf"(?=\s*(?:$|\n|[,;.)]|{CAPITAL}|(?:in|te|at|w|en|a)\s{CAPITAL}))"
    ),
    re.compile(
        rf"(?<!\d)(?P<it>{YEAR}\s{{1,2}}{_LETTERS}),?\s{{1,2}}{_TOWN_WITH_CODE_LIKE_A_YEAR}"
    ),
    re.compile(
        rf"(?:{_NAMED_POSTCODE}|{_STREET_END}))\s?(?:{_HOUSE}[,\s]{{1,3}})?"
        rf"(?P<it>[1-9]\d{{3}}[\s-]{{0,2}}(?i:[a-z]{{2}}){_THEN_HOUSE})"
    ),
    re.compile(rf"{_NAMED_POSTCODE})(?P<it>[A-Z]{{0,2}}\d[\dA-Z]{{2,9}}(?:[ -]\d[\dA-Z]{{1,3}})?)"),
    re.compile(rf"(?<![\w.,/-])(?:0\d-\d{{3}}(?![\w.,-])|\d{{2}}-\d{{3}}(?=\s{_TOWN}))"),
    re.compile(rf"(?<![\w.,/-])\d{{2}}(?!000)\d{{3}}(?=\s{_TOWN})"),
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"),
)
"""Of the Netherlands, of Poland, of five digits before a town, and of Britain."""

# --- streets --------------------------------------------------------------------------------------

_BEFORE_STREET = (
    r"(?:burgemeester|burg\.?|prins|prinses|koning|koningin|graaf|sint|st\.?|dr\.?|doctor|prof\.?"
    r"|professor|pastoor|van|der|de|den|nieuwe|oude|lange|korte|eerste|tweede|derde|grote|kleine)"
)
_NO_STREET = (
    r"(?:onderweg|terugweg|heenweg|uitweg|omweg|snelweg|rijksweg|spoorweg|luchtweg|halfweg|zijweg"
    r"|overweg|rondweg|pakweg|grofweg|ruwweg|kortweg|gewoonweg|simpelweg|eenvoudigweg|domweg|botweg"
    r"|(?:toe|over|neer|door|terug|dood|stuk|tegen)slaan"
    r"|gerechtshof|kerkhof|schoolplein|speelplein|ipad|blokkade|fietspad|voetpad|wandelpad|levenspad"
    r"|zijpad|zijstraat|winkelstraat)\b"
)
_NAME = rf"{CAPITAL}[\w'.-]*"
_SMALL_IN_NAME = r"(?:(?:de|del|der|des|du|den|la|le|las|los|les|van|het|'t|im|sw|ks|gen|i)\.?\s)"
_NAMES = (
    rf"(?:\d{{1,2}}(?:-\w{{1,2}})?\.?\s)?{_SMALL_IN_NAME}{{0,2}}{_NAME}"
    rf"(?:\s{_SMALL_IN_NAME}{{0,2}}{_NAME}){{0,3}}"
)
_ANY_WORD = rf"(?!{COUNTED})[^\W\d_][\w'.-]*"
_ANY_NAMES = rf"(?:\d{{1,2}}(?:-\w{{1,2}})?\.?\s)?{_ANY_WORD}(?:\s{_ANY_WORD}){{0,3}}"
_TO_HOUSE = rf"{_BEFORE_HOUSE}{_HOUSE}"
_TO_NAMED_HOUSE = rf"{_BEFORE_HOUSE}{_HOUSE_WORD}{_ONLY_HOUSE}{_FLAT}"
_STREET = rf"(?<!\w)(?<!\bet\s){any_language('street')}(?:(?<=[./])|\.|(?=\s))\s{{0,2}}"
_STREET_OF_ANY = rf"(?<!\w){any_language('street_of_any')}\.?\s{{1,2}}"
_STREET_AFTER = rf"{any_language('street_after')}(?!\w)\.?"

addresses = matches(
    re.compile(
        rf"(?i:(?<![\w'-])(?:{_BEFORE_STREET}\s){{0,3}}(?!{_NO_STREET})\w[\w'-]{{2,}}{_STREET_END})"
        rf"{_TO_HOUSE}"
    ),
    re.compile(
        rf"(?i:\b(?:nieuwe|oude|lange|korte|grote|kleine)\s(?:gracht|kade|singel|dijk|weg|plein))"
        rf"{_TO_HOUSE}"
    ),
    re.compile(
        rf"(?i:\blaan\svan(?:\s(?:de|der|den|het|'t))?\s[\w'-]{{3,}}(?:\s[\w'-]{{3,}})?){_TO_HOUSE}"
    ),
    re.compile(
        r"\b(?:Weg|Plein|Straat|Kade|Hof|Pad|Dijk|Singel|Gracht|Laan)"
        rf"(?:\s(?:van|der|den|de|het|'t|naar|te|ten|ter)){{1,3}}(?:\s[A-Z][\w'-]*){{1,3}}{_TO_HOUSE}"
    ),
    re.compile(rf"{_STREET}{_NAMES}{_TO_HOUSE}"),
    re.compile(rf"{_STREET}{_ANY_NAMES}{_TO_NAMED_HOUSE}"),
    re.compile(rf"{_STREET_OF_ANY}{_ANY_NAMES}{_TO_HOUSE}"),
    re.compile(rf"(?<![\w'.-]){_NAME}(?:\s{_NAME}){{0,2}}\s{_STREET_AFTER}{_TO_HOUSE}"),
    re.compile(rf"(?<![\w'-])[^\W\d_][\w'-]*\s{_STREET_AFTER}{_TO_NAMED_HOUSE}"),
    re.compile(
        rf"(?<![\w.,:/-])(?!\d+\s?{COUNTED}){_ONLY_HOUSE},?\s"
        rf"(?:{_NAME}(?:\s{_NAME}){{0,2}}|(?!(?:{SMALL}|{COUNTED})\b)[a-z]{{3,}})"
        r"\s(?i:street|road|avenue|lane|drive|st|rd|ave)\b"
    ),
    re.compile(
        r"(?<![\w.,:/-])\d{1,4}(?:\s?(?i:bis|ter))?,?\s"
        r"(?i:rue|avenue|boulevard|impasse|chemin|allee|quai|bd|av\.)\s"
        rf"(?i:(?:de|du|des|la|le|les)\s){{0,2}}[^\W\d_][\w'-]*(?:\s{_NAME}){{0,2}}"
    ),
)
