"""Postcodes, and streets with a house number."""

from __future__ import annotations

import re

from flows.forms.finding import YEAR, matches

_COUNTED = (
    r"(?:keer|maal|x|dag(?:en)?|weken|week|maand(?:en)?|mnd|jaar|jaren|jr|uur|uren|min|minuten|km"
    r"|meter|kind(?:eren)?|mensen|nacht(?:en)?|avond(?:en)?|times|days?|weeks?|months?|years?|hours?"
    r"|minutes?|nights?|children|people)\b"
)
_HOUSE_NUMBER = (
    rf"(?:(?i:huisnummer|hnr\.?|nummer|nr\.?|no\.?)\ ?)?"
    rf"\d{{1,5}}(?!\d)(?!\ ?(?:%|(?i:{_COUNTED})))"
    r"(?:\ ?[-/]\ ?\d{1,4}(?!\d))?"
    r"(?:[-/]?[A-Za-z](?!\w)|\ (?:[A-Z]|bis|hs|huis)(?!\w))?"
)
_STREET_END = r"(?:straat|laan|weg|plein|gracht|kade|singel|dijk|hof|pad|str\.?)"

_POSTCODE_THEN_HOUSE = rf"(?![A-Za-z])(?:[ ,/-]{{0,3}}{_HOUSE_NUMBER})?"
_NO_UNIT = r"(?!SA|SD|SS|IU|IE|ML|MG|KG|KM)"
_NO_SMALL_UNIT = r"(?!(?:sa|sd|ss|iu|ie|ml|mg|kg|km|cm|mm|am|pm|gr|de|st|nd|rd|th))"
_NO_YEAR_WITH_WORD = rf"(?!{YEAR}(?i:er|ste|de|en|of|in|is|op))"
_TOWN_WITH_CODE_LIKE_A_YEAR = (
    r"(?:Haarlem|Overveen|Bloemendaal|Zandvoort|Santpoort|Velserbroek|Velsen|Driehuis|IJmuiden"
    r"|Beverwijk|Heemskerk|Uitgeest|Akersloot|Castricum|Limmen)"
)
_POSTCODES = (
    re.compile(
        rf"(?<!\d)(?!{YEAR}\s){_NO_YEAR_WITH_WORD}[1-9]\d{{3}}[ -]{{0,2}}{_NO_UNIT}[A-Z]{{2}}"
        rf"{_POSTCODE_THEN_HOUSE}"
    ),
    re.compile(
        rf"(?<!\d){_NO_YEAR_WITH_WORD}[1-9]\d{{3}}(?i:{_NO_SMALL_UNIT}[a-z]{{2}})"
        rf"{_POSTCODE_THEN_HOUSE}"
    ),
    re.compile(
        r"(?i:\b(?:postcode|postal code|zip)\b(?: is)?[: ]{1,3}|"
        rf"{_STREET_END}) ?(?:{_HOUSE_NUMBER}[, ]{{1,3}})?"
        rf"(?P<it>[1-9]\d{{3}}[ -]{{0,2}}(?i:[a-z]{{2}}){_POSTCODE_THEN_HOUSE})"
    ),
    re.compile(rf"(?<!\d)(?P<it>{YEAR} {{1,2}}[A-Z]{{2}}),? {{1,2}}{_TOWN_WITH_CODE_LIKE_A_YEAR}"),
)

_BEFORE_STREET = (
    r"(?:burgemeester|burg\.?|prins|prinses|koning|koningin|graaf|sint|st\.?|dr\.?|doctor|prof\.?"
    r"|professor|pastoor|van|der|de|den|nieuwe|oude|lange|korte|eerste|tweede|derde|grote|kleine)"
)
_NO_STREET = (
    r"(?:onderweg|terugweg|heenweg|uitweg|omweg|snelweg|rijksweg|spoorweg|luchtweg|halfweg|zijweg"
    r"|gerechtshof|kerkhof|schoolplein|speelplein|ipad|blokkade|fietspad|voetpad|wandelpad|levenspad"
    r"|zijpad|zijstraat|winkelstraat)\b"
)
_ADDRESSES = (
    re.compile(
        rf"(?i:(?<![\w'-])(?:{_BEFORE_STREET}\ ){{0,3}}(?!{_NO_STREET})\w[\w'-]{{2,}}{_STREET_END})"
        rf"\ {{1,2}}{_HOUSE_NUMBER}"
    ),
    re.compile(
        r"(?i:\b(?:nieuwe|oude|lange|korte|grote|kleine)\ (?:gracht|kade|singel|dijk|weg|plein))"
        rf"\ {{1,2}}{_HOUSE_NUMBER}"
    ),
    re.compile(
        rf"(?i:\blaan\ van(?:\ (?:de|der|den|het|'t))?\ [\w'-]{{3,}}(?:\ [\w'-]{{3,}})?)"
        rf"\ {{1,2}}{_HOUSE_NUMBER}"
    ),
    re.compile(
        r"\b(?:Weg|Plein|Straat|Kade|Hof|Pad|Dijk|Singel|Gracht|Laan)"
        r"(?:\ (?:van|der|den|de|het|'t|naar|te|ten|ter)){1,3}(?:\ [A-Z][\w'-]*){1,3}"
        rf"\ {{1,2}}{_HOUSE_NUMBER}"
    ),
)

postcodes = matches(*_POSTCODES)
addresses = matches(*_ADDRESSES)
