"""The identity guard: what in free text could lead someone to a family, masked.

It finds what has a form: numbers, addresses, postcodes, names of accounts, full dates. Names of
people and places have no form and cannot be recognised; the question texts therefore ask to leave
them out, and a masked text may still hold them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

import phonenumbers
from stdnum import iban, numdb
from stdnum.nl import bsn

from flows.messages import Message, message

MASK = "[…]"
"""What stands in a masked text where something identifying stood."""

Span: TypeAlias = "tuple[int, int]"
Finder: TypeAlias = "Callable[[str], Iterable[Span]]"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text as it may be shown and kept, and the kinds of things that were masked in it."""

    masked: str
    found: tuple[Message, ...]


def guard(text: str) -> Guarded:
    """Mask what seems identifying in the text; a text that holds nothing comes back unchanged."""
    masked = text
    found: set[str] = set()
    while kinds_and_text := _mask_once(masked):
        kinds, masked = kinds_and_text
        found |= kinds
    return Guarded(masked, tuple(named for kind, named in _NAMED.items() if kind in found))


def identifying(text: str) -> Iterator[Message]:
    """Name each kind of identifying thing that the text seems to hold."""
    yield from guard(text).found


def _mask_once(text: str) -> tuple[set[str], str] | None:
    """Mask what can be seen at first sight; a mask can make something beside it stand alone."""
    plain, origins = _plain(text)
    kinds: set[str] = set()
    taken: list[Span] = []
    for kind, find in _FINDERS:
        spans = list(find(plain))
        if spans:
            kinds.add(kind)
            taken += spans
            plain = _blanked(plain, spans)
    if not taken:
        return None
    return kinds, _masked(text, [_original(span, text, origins) for span in taken])


def _masked(text: str, spans: list[Span]) -> str:
    parts: list[str] = []
    done = 0
    open_mask = False
    for start, end in sorted(spans):
        if start > done or not open_mask:
            parts += (text[done:start], MASK)
            open_mask = True
        done = max(done, end)
    return "".join((*parts, text[done:]))


def _blanked(plain: str, spans: Iterable[Span]) -> str:
    """Put what belongs to no kind in the place of what was found, so that it is found once."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        parts += (plain[done:start], "\0" * (end - max(start, done)))
        done = max(done, end)
    return "".join((*parts, plain[done:]))


# --- the text without what hides things in it -----------------------------------------------------

_DOTS = "\u00b7\u2022\u2024\u2027\u2219\u22c5\u3002\u30fb"
_DASHES = "\u02d7\u2043\u2212\u2796"
_FILLERS = "\u115f\u1160\u3164\uffa0"


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text as it is matched, and for each character of it its place in the text."""
    plain: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(text):
        for simple in _simple(char):
            plain.append(simple)
            origins.append(place)
    return "".join(plain), origins


@lru_cache(maxsize=4096)
def _simple(char: str) -> str:
    """Return a character in its plainest form: no accents, other scripts' digits, unseen marks."""
    return "".join(map(_simplest, unicodedata.normalize("NFKD", char)))


def _simplest(char: str) -> str:
    category = unicodedata.category(char)
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char in "\n\r\v\f\x85\u2028\u2029":
        return "\n"
    if char.isspace() or char == "\u2800":
        return " "
    if category in ("Cc", "Cf", "Mn", "Me") or char in _FILLERS:
        return ""
    if category == "Pd" or char in _DASHES:
        return "-"
    if char in _DOTS:
        return "."
    if char in "\u2044\u2215":
        return "/"
    if char in "\u2018\u2019\u02bc":
        return "'"
    return char


def _original(span: Span, text: str, origins: list[int]) -> Span:
    """Return where something found stands in the text, with the accents on its last character."""
    start, end = origins[span[0]], origins[span[1] - 1] + 1
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Me"):
        end += 1
    return start, end


# --- words of the net -----------------------------------------------------------------------------

_TOP_LEVEL = (
    r"(?:com|nl|org|net|eu|info|be|de|me|io|app|gg|ly|ee|tv|uk|fr|tr|ma|co|nu|link|site|online)"
)
_AT = r"\ {0,2}(?:@{1,3}|[(\[{<]\ ?(?:at|apenstaartje|apestaartje)\ ?[)\]}>])\ {0,2}"
_AT_AS_WORD = r"\ {1,2}(?:at|apenstaartje|apestaartje)\ {1,2}"
_DOT = r"(?:\.|\ {1,2}(?:\.|dot\b|punt\b)\ {0,2}|\ ?[(\[]\ ?(?:dot|punt|\.)\ ?[)\]]\ ?)"
_DOT_AS_WORD = r"(?:\.|\ {1,2}(?:dot|punt)\ {1,2})"
_MAIL_PROVIDER = (
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|ziggo|kpnmail|xs4all|protonmail|hetnet"
    r"|upcmail|telfort|casema|msn)\b"
)

_EMAIL = re.compile(
    rf"""
    (?<![\w.+-]) [\w.+-]++ (?:
        {_AT} [\w-]++ (?: (?: \.[\w-]++ )+ | (?: {_DOT} [\w-]++ )* {_DOT} {_TOP_LEVEL} \b )
      | (?: {_AT} | {_AT_AS_WORD} ) {_MAIL_PROVIDER} (?: {_DOT} {_TOP_LEVEL} \b )?
      | @{{1,3}} [^\W\d_] \w{{2,}}
      | {_AT_AS_WORD} [\w-]++ {_DOT_AS_WORD} {_TOP_LEVEL} \b
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)

_TO_THE_END = r"""\S+(?<![.,;:!?)\]'"])"""
_LINK = re.compile(
    rf"""
    \b h(?:tt|xx)ps?\ ?:\ ?/\ ?/\ ?{_TO_THE_END}
  | \b www\.{_TO_THE_END}
  | (?<![\w@-])(?<![\w-]\.) (?: [\w-]++\. )+
    (?: {_TOP_LEVEL}/(?:{_TO_THE_END})? | (?-i:com|nl|org|net|eu|info)\b )
  | \b (?:facebook|fb|instagram|tiktok|snapchat|twitter|linkedin|youtube)
    \ ?\.\ ?com\ ?/\ ?{_TO_THE_END}
    """,
    re.IGNORECASE | re.VERBOSE,
)

_AT_A_PLACE = r"(?:home|school|work|werk|thuis|kantoor)\b"
_HANDLE = re.compile(
    rf"(?<![\w@])@++(?!{_AT_A_PLACE})(?=[\w.]*[^\W\d_])[\w.]{{3,}}(?<!\.)", re.IGNORECASE
)
_PLATFORM = (
    r"(?:insta(?:gram)?|ig|snap(?:chat)?|tik\ ?tok|face\ ?book|fb|messenger|telegram|twitter"
    r"|discord|linked\ ?in|youtube|skype|threads|roblox|steam|psn|gebruikersnaam"
    r"|user\ ?name|nickname)"
)
_NOT_A_HANDLE = (
    r"(?:ik|hij|zij|ze|we|wij|er|dat|die|dit|deze|de|het|een|hem|haar|zijn|hun|mijn|en|of|in|op|om|met"
    r"|via|voor|over|geen|ja|nee|niet|wel|veel|vaak|soms|elke|alle|nog|ook|maar|vader|moeder|kind|ex"
    r"|papa|mama|wie|wat|hoe|i|he|she|they|the|an?|no|yes|not|and|or|her|his|my|every|some|often|many"
    r"|father|mother)\b"
)
_ON_PLATFORM = (
    rf"\b{_PLATFORM}\b"
    r"(?:[ -](?:account|profiel|profile|naam|name|gebruikersnaam|username|is|heet)){0,2}"
)
_NAMES_ON_PLATFORMS = (
    re.compile(
        rf"{_ON_PLATFORM} ?[:=@] ?(?!{_NOT_A_HANDLE})(?=[\w.]*[^\W\d_])(?P<it>[\w.]{{2,}}(?<!\.))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_ON_PLATFORM} (?=[a-z.]*[\d_]|[a-z]+\.[a-z])(?P<it>[a-z][\w.]+(?<!\.))", re.IGNORECASE
    ),
)


# --- places and dates -----------------------------------------------------------------------------

_YEAR = r"(?:(?:19|20)\d{2})"
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
_NO_YEAR_WITH_WORD = rf"(?!{_YEAR}(?i:er|ste|de|en|of|in|is|op))"
_TOWN_WITH_CODE_LIKE_A_YEAR = (
    r"(?:Haarlem|Overveen|Bloemendaal|Zandvoort|Santpoort|Velserbroek|Velsen|Driehuis|IJmuiden"
    r"|Beverwijk|Heemskerk|Uitgeest|Akersloot|Castricum|Limmen)"
)
_POSTCODES = (
    re.compile(
        rf"(?<!\d)(?!{_YEAR}\s){_NO_YEAR_WITH_WORD}[1-9]\d{{3}}[ -]{{0,2}}{_NO_UNIT}[A-Z]{{2}}"
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
    re.compile(rf"(?<!\d)(?P<it>{_YEAR} {{1,2}}[A-Z]{{2}}),? {{1,2}}{_TOWN_WITH_CODE_LIKE_A_YEAR}"),
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

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_NAMED_MONTH = (
    r"(?:(?:jan(?:uar[iy])?|feb(?:ruari|ruary)?|mrt|maart|mar(?:ch|t)?|apr(?:il)?|mei|may[iı]s"
    r"|may|jun[ie]?|jul[iy]?|aug(?:ustus|ust)?|sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?"
    r"|de[cz](?:ember)?"
    r"|ocak|subat|nisan|haziran|temmuz|agustos|eylul|ekim|kasim|kasım|aralik|aralık"
    r"|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر"
    r"|شباط|اذار|نيسان|ايار|حزيران|تموز|اب|ايلول|كانون\ (?:الاول|الثاني)|تشرين\ (?:الاول|الثاني)"
    r")\b\.?)"
)
_BETWEEN = r"\ {0,2}[-/.\ ]\ {0,2}"
_NO_MORE = r"(?![-/._]?\d)"
_DATES = (
    re.compile(
        rf"(?<!\d)(?:{_DAY}{_BETWEEN}{_MONTH}|{_MONTH}{_BETWEEN}{_DAY}){_BETWEEN}{_YEAR}{_NO_MORE}"
    ),
    re.compile(rf"(?<!\d){_YEAR}[-/.]{_MONTH}[-/.]{_DAY}{_NO_MORE}"),
    re.compile(
        rf"(?<!\d)\d{{1,2}}\ ?(?:e|ste|de|st|nd|rd|th)?[-.\ ]{{0,2}}(?:(?:van|of)\ )?{_NAMED_MONTH}"
        rf"[-,.\ ]{{0,2}}(?:{_YEAR}|'\d{{2}})(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_NAMED_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?,?\ {{1,2}}{_YEAR}(?!\d)", re.IGNORECASE
    ),
    re.compile(
        r"\b(?:geboren|geb|born|dob|geboortedatum|d\.?d|datum|date|op|sinds|vanaf|tot|on|since|from"
        r"|until)\b[\W_]{0,3}(?:(?:op|on)\b\W{0,2})?"
        rf"(?P<it>{_DAY}(?P<between>[-/. ]){_MONTH}(?P=between)\d{{2}})(?![-/.:]?\d)",
        re.IGNORECASE,
    ),
)


# --- numbers --------------------------------------------------------------------------------------

_RUN = re.compile(r"\d++(?:(?:[\s()./:_~\\-]{1,6}+|(?<=\d\d),(?=\d\d))\d++)*+")
_GROUP = re.compile(r"\d+")
_PLUS = re.compile(r"\+[( ]{0,2}$")
_TIME = r"(?:[01]?\d|2[0-4])"
_TIMES = re.compile(rf"(?<![\d.:]){_TIME}:[0-5]\d(?:[ ,/-]{{1,3}}{_TIME}:[0-5]\d)+(?![\d.:])")
_TIMES_WITH_DOTS = re.compile(rf"{_TIME}\.[0-5]\d(?:[ /-]{{1,3}}{_TIME}\.[0-5]\d)*")
_MONTHS_AND_YEARS = re.compile(rf"{_MONTH}[-/ ]{_YEAR}(?:[ /-]{{1,3}}(?:{_MONTH}|{_YEAR}))*")

_LEAST_OF_TELEPHONE = 9
_MOST_OF_TELEPHONE = 15
_IN_FIVE_PAIRS = 10
_MOST_GROUPS = 6

_S = r"[\s./:_-]{1,3}"
_BSN = re.compile(
    rf"""
    (?<!\d) (?= (?P<it>
        \d{{9}} | \d{{4}}{_S}\d{{2}}{_S}\d{{3}} | \d{{3}}{_S}\d{{3}}{_S}\d{{3}}
      | \d{{2}}{_S}\d{{2}}{_S}\d{{2}}{_S}\d{{3}} | \d{{3}}{_S}\d{{2}}{_S}\d{{2}}{_S}\d{{2}}
      | \d{{2}}{_S}\d{{3}}{_S}\d{{4}} | \d{{4}}{_S}\d{{3}}{_S}\d{{2}}
      | \d{{4}}{_S}\d{{5}} | \d{{5}}{_S}\d{{4}}
    ) (?!\d) (?!\ ?(?:mg|ml|mcg|ug|euro|keer|x)\b) )
    """,
    re.VERBOSE,
)
_NAMED_BSN = re.compile(
    r"\b(?:bsn|burger ?service ?nummer|sofi(?: ?nummer)?|citizen service number)\b[^\d\n]{0,20}"
    r"(?P<it>\d(?:[\s./:_-]{0,3}\d){7,8})(?!\d)",
    re.IGNORECASE,
)
_GLUED_RUN = re.compile(r"\d++(?:[-/._]\d++)*+")
_TOGETHER = 6
"""Digits without a space between them that are no year, score, dose or time."""

_IBAN_START = re.compile(r"(?<![A-Z0-9])([A-Z]{2})(?=[ .-]{0,2}\d)", re.IGNORECASE)
_IBAN_DIGITS = 10


def _bank_accounts(plain: str) -> Iterator[Span]:
    """Find bank account numbers by the form that each country gives them.

    The check digits need not be right where there are many digits: a slip of the finger does not
    make an account number safe.
    """
    for start in _IBAN_START.finditer(plain):
        form = _iban_form(start.group().upper())
        account = form and form.match(plain, start.start())
        if account and (
            sum(map(str.isdigit, account.group())) >= _IBAN_DIGITS
            or iban.is_valid(account.group(), check_country=False)
        ):
            yield account.span()


@cache
def _iban_form(country: str) -> re.Pattern[str] | None:
    """Return what an account number of a country looks like, with or without spaces in it."""
    structure = numdb.get("iban").info(country)[0][1].get("bban")
    if structure is None:
        return None
    kinds = {"n": r"\d", "a": "[A-Z]", "c": "[A-Z0-9]"}
    form = "".join(
        rf"(?:[ .-]{{0,2}}{kinds[kind]}){{{length}}}"
        for length, kind in re.findall(r"(\d+)!([nac])", structure)
    )
    return re.compile(rf"{country}(?:[ .-]{{0,2}}\d){{2}}{form}(?!\d)", re.IGNORECASE)


def _telephones(plain: str) -> Iterator[Span]:
    """Find telephone numbers, also those that stand after or before other numbers."""
    without_times = _TIMES.sub(lambda times: ";" * len(times.group()), plain)
    for run in _RUN.finditer(without_times):
        if _TIMES_WITH_DOTS.fullmatch(run.group()):
            continue
        plus = _PLUS.search(plain, max(0, run.start() - 3), run.start())
        groups = [group.span() for group in _GROUP.finditer(plain, *run.span())]
        first = 0
        while first < len(groups):
            count = _telephone(plain, groups[first : first + _MOST_OF_TELEPHONE], bool(plus))
            if count:
                start = plus.start() if plus else groups[first][0]
                end = groups[first + count - 1][1]
                if plain[start - 1 : start] == "(" and ")" in plain[start:end]:
                    start -= 1
                yield start, end
            plus = None
            first += count or 1


def _telephone(plain: str, groups: list[Span], plus: bool) -> int:
    """Return how many of the groups of digits, from the first, are one telephone number."""
    digits = "".join(plain[start:end] for start, end in groups)
    lengths = _lengths(digits, plus)
    if not lengths or (not plus and groups[0][1] - groups[0][0] == 1 and digits[:2] != "06"):
        return 0
    counts: dict[int, int] = {}
    length = 0
    for count, (start, end) in enumerate(groups, start=1):
        length += end - start
        if length in lengths and not _MONTHS_AND_YEARS.fullmatch(plain, groups[0][0], end):
            counts[length] = count
    possible = [length for length in lengths if length in counts]
    for length in possible:
        if _is_valid(digits[:length], plus):
            return counts[length]
    for length in possible:
        number = groups[: counts[length]]
        sizes = [end - start for start, end in number]
        after_letter = plain[max(0, number[0][0] - 1)].isalpha()
        if not after_letter and _looks_like_telephone(digits[:length], sizes, plus):
            return counts[length]
    return 0


def _lengths(digits: str, plus: bool) -> Sequence[int]:
    """Return how many digits a number that begins so may have, the likeliest first."""
    if plus or (digits.startswith("00") and digits[2:3] != "0"):
        return range(_MOST_OF_TELEPHONE, _LEAST_OF_TELEPHONE - 1, -1)
    if digits.startswith("0"):
        return 10, 11, 9
    if digits.startswith("316"):
        return (11,)
    return ()


def _is_valid(digits: str, plus: bool) -> bool:
    """Whether the number is in use somewhere, read as someone in the Netherlands would."""
    if plus or digits.startswith("00"):
        digits = "+" + digits.removeprefix("00")
    try:
        number = phonenumbers.parse(digits, "NL")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _looks_like_telephone(digits: str, sizes: list[int], plus: bool) -> bool:
    """Whether it is written as a telephone number, though not one that is in use here.

    Such are numbers with a wrong digit, and those of other countries without their country code.
    """
    if len(sizes) > _MOST_GROUPS:
        return False
    if plus:
        return True
    if not digits.startswith("0") or sizes[0] == 1:
        return False
    in_pairs = len(digits) == _IN_FIVE_PAIRS and digits.startswith(("06", "07"))
    return in_pairs or max(sizes) > 2


def _bsns(plain: str) -> Iterator[Span]:
    """Find citizen service numbers that are not called so, by their check and a usual form."""
    for found in _BSN.finditer(plain):
        if bsn.is_valid("".join(_GROUP.findall(found.group("it")))):
            yield found.span("it")


def _numbers(plain: str) -> Iterator[Span]:
    """Find other long numbers, such as file numbers, with what is joined to them."""
    for run in _GLUED_RUN.finditer(plain):
        if any(len(group) >= _TOGETHER for group in _GROUP.findall(run.group())):
            yield run.span()


def _matches(*patterns: re.Pattern[str]) -> Finder:
    """Return what finds the patterns: the whole, or the group that alone identifies."""

    def find(plain: str) -> Iterator[Span]:
        for pattern in patterns:
            for found in pattern.finditer(plain):
                yield found.span("it" if "it" in pattern.groupindex else 0)

    return find


_NAMED = {
    "email": message("identifying.email"),
    "link": message("identifying.link"),
    "handle": message("identifying.handle"),
    "bank_account": message("identifying.bank_account"),
    "bsn": message("identifying.bsn"),
    "telephone": message("identifying.telephone"),
    "postcode": message("identifying.postcode"),
    "address": message("identifying.address"),
    "full_date": message("identifying.full_date"),
    "number": message("identifying.number"),
}
"""The kinds, in the order in which they are named."""

_FINDERS: tuple[tuple[str, Finder], ...] = (
    ("email", _matches(_EMAIL)),
    ("link", _matches(_LINK)),
    ("handle", _matches(_HANDLE, *_NAMES_ON_PLATFORMS)),
    ("bank_account", _bank_accounts),
    ("bsn", _matches(_NAMED_BSN)),
    ("full_date", _matches(*_DATES)),
    ("telephone", _telephones),
    ("bsn", _bsns),
    ("postcode", _matches(*_POSTCODES)),
    ("address", _matches(*_ADDRESSES)),
    ("number", _numbers),
)
"""The kinds, in the order in which they are looked for: what has the clearest form comes first."""
