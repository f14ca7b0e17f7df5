"""E-mail addresses, links and names on platforms."""

from __future__ import annotations

import re

from flows.forms.finding import matches

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

emails = matches(_EMAIL)
links = matches(_LINK)
handles = matches(_HANDLE, *_NAMES_ON_PLATFORMS)
