"""E-mail addresses, links and names on platforms."""

from __future__ import annotations

import re

from flows.forms.finding import matches
from flows.forms.words import CALLED, SMALL, any_language

_TOP_LEVEL = (
    r"(?:com|nl|org|net|eu|info|be|de|me|io|app|gg|ly|ee|tv|uk|fr|tr|ma|co|nu|link|site|online"
    r"|pl|es|ua|bg|ir|so|et|er|iq|sy|eg|sa|ae|ru|at|ch|it|gr|af|blog|gov|edu|рф|укр|бг)"
)
_SURE_TOP_LEVEL = r"(?:com|nl|org|net|eu|info|pl|fr|ua|bg|ru|blog|gov|edu)"
"""Those that a sentence does not begin with where the space after a full stop was left out."""
_SAID_AT = any_language("at")
_SAID_DOT = any_language("dot")
_AT = rf"\s{{0,2}}(?:@{{1,3}}|[(\[{{<]\s?{_SAID_AT}\s?[)\]}}>])\s{{0,2}}"
_AT_AS_WORD = rf"\s{{1,2}}{_SAID_AT}\s{{1,2}}"
_DOT = rf"(?:\.|\s{{1,2}}(?:\.|{_SAID_DOT}\b)\s{{0,2}}|\s?[(\[]\s?(?:{_SAID_DOT}|\.)\s?[)\]]\s?)"
_DOT_AS_WORD = rf"(?:\.|\s{{1,2}}(?!point\s|punto\s){_SAID_DOT}\s{{1,2}})"
_POINT_AS_WORD = rf"\s{{1,2}}{_SAID_DOT}\s{{1,2}}"
_MAIL_PROVIDER = (
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|ziggo|kpnmail|xs4all|protonmail|hetnet"
    r"|upcmail|telfort|casema|msn|onet|interia|laposte|yandex|ukr\.net)\b"
)

_EMAIL = re.compile(
    rf"""
    (?<![\w.+-]) (?: [\w.+-]++ \s{_SAID_DOT}\s ){{0,2}} [\w.+-]++ (?:
        {_AT} [\w-]++ (?: (?: \.[\w-]++ )+ | (?: {_DOT} [\w-]++ )* {_DOT} {_TOP_LEVEL} \b )
      | (?: {_AT} | {_AT_AS_WORD} ) {_MAIL_PROVIDER} (?: {_DOT} {_TOP_LEVEL} \b )?
      | @{{1,3}} [^\W\d_] \w{{2,}}
      | {_AT_AS_WORD} [\w-]++ {_DOT_AS_WORD} {_TOP_LEVEL} \b
      | (?!\s{{1,2}}at\s) {_AT_AS_WORD} [\w-]++ {_POINT_AS_WORD} {_TOP_LEVEL} \b
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
emails = matches(_EMAIL)

_TO_THE_END = r"""\S+(?<![.,;:!?)\]'"])"""
_LINK = re.compile(
    rf"""
    \b h(?:tt|xx)ps?\s?:\s?/\s?/\s?{_TO_THE_END}
  | \b www\.{_TO_THE_END}
  | (?<![\w@-])(?<![\w-]\.) (?: [\w-]++\. )+
    (?: {_TOP_LEVEL}/(?:{_TO_THE_END})? | (?-i:{_SURE_TOP_LEVEL})\b )
  | \b (?:facebook|fb|instagram|tiktok|snapchat|twitter|linkedin|youtube)
    \s?\.\s?com\s?/\s?{_TO_THE_END}
    """,
    re.IGNORECASE | re.VERBOSE,
)
links = matches(_LINK)

_AT_A_PLACE = r"(?:home|school|work|werk|thuis|kantoor)\b"
_PLATFORM = (
    r"(?:insta(?:gram)?|ig|snap(?:chat)?|tik\s?tok|face\s?book|fb|messenger|telegram|whats\s?app"
    r"|twitter|discord|linked\s?in|youtube|skype|threads|roblox|steam|psn|gebruikersnaam"
    r"|user\s?name|nickname)"
)
_PLATFORM_IN_OTHER_LETTERS = (
    r"(?:[иі]нста(?:грам\w*)?|телеграм\w*|фе[ий]сбу\w*|снапчат\w*|т[іи]кток\w*|ват?с[ау]п\w*|вайбер\w*"
    r"|[ابول]{0,3}(?:انستا(?:قرام|غرام|جرام)?|اینستا(?:ی|گرام\w*)?|تلجرام|تلغرام|تلیجرام|تلگرام\w*"
    r"|فیسبوک\w*|سناب|واتساب)|ኢንስታ(?:ግራም)?|ቴሌግራም|ፌስቡክ|ቲክቶክ)\b"
)
_STATE = (
    r"(?:\w*ge\w+(?:d|t|en)|ver\w+d|be\w+d|\w+(?:ed|ing|lijk|baar)|bericht\w*|accounts?|profiel\w*"
    r"|foto\w*|photos?|videos?|groep\w*|groups?|posts?|stor(?:y|ies)|vriend\w*|friends?|messages?"
    r"|apps?|nodig|actief|active|addict\w*|zablokow\w*|usuniet\w*|supprim\w*|bloque\w*"
    r"|helpt?|helps|kwijt|lost|leeg|kapot|oud|nieuw|empty|broken|old|new|vide|ouvert|ferme|pirate|vacio|abierto"
    r"|cerrado|hacke\w*|zhakow\w*|pust[ey]|kapali|acik|kilitli)\b"
)
_A_NAME = r"(?=[\w.]*[^\W\d_])[\w.]{2,}(?<!\.)"
_NO_NAME = rf"(?:(?:{SMALL})\b|{_STATE})"
_ON_PLATFORM = (
    rf"\b{_PLATFORM}\b"
    r"(?:[\s-](?:account|profiel|profile|naam|name|gebruikersnaam|username|konto|compte|cuenta"
    r"|is|heet)){0,2}"
)
_WHOSE = r"(?:mijn|haar|zijn|m'n|my|her|his|mon|ma|son|mi|su|moj[ae]?|jej|jego|мій|моят|benim)"
_ACCOUNT = r"(?:account|naam|name|konto|compte)"
_END_OF_LINE = r"(?=\s*(?:$|\n))"
_END = r"(?=\s*(?:$|\n|[.,;!?)](?!\w)))"
_HANDLES = (
    re.compile(
        rf"(?<![\w@])@++(?!{_AT_A_PLACE})(?=[\w.]*[^\W\d_])[\w.]{{3,}}(?<!\.)", re.IGNORECASE
    ),
    re.compile(
        rf"{_ON_PLATFORM}\s?[:=@]\s?(?!(?:{SMALL})\b)(?P<it>{_A_NAME})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_ON_PLATFORM}\s(?=[a-z.]*[\d_]|[a-z]+\.[a-z])(?P<it>[a-z][\w.]+(?<!\.))", re.IGNORECASE
    ),
    # "mijn insta is fatimax", "op insta heet ik fatimax"
    re.compile(
        rf"(?:\b{_WHOSE}\s{_ON_PLATFORM}|\b{_PLATFORM}[\s-]{_ACCOUNT})"
        rf"\s(?:(?:{CALLED})\s(?!{_NO_NAME})(?P<it>{_A_NAME}){_END})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:\b{_WHOSE}\s{_ON_PLATFORM}|\b{_PLATFORM}[\s-]{_ACCOUNT})"
        rf"\s(?!{_NO_NAME})(?P<it>{_A_NAME}){_END_OF_LINE}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_PLATFORM}\s(?:heet|called|nazywa\ssie|s'appelle|se\sllama|adim|ismim)"
        rf"(?:\s(?:ik|zij|ze|hij))?\s(?!{_NO_NAME})(?P<it>{_A_NAME})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:heet(?:\s(?:ik|zij|ze|hij))?|heten|called|named|onder|under)\s(?!{_NO_NAME})"
        rf"(?P<it>{_A_NAME})\s(?:op|on)\s{_PLATFORM}\b",
        re.IGNORECASE,
    ),
    # "ig fatimax", alone
    re.compile(
        rf"(?:^|[\n,;:(]\s{{0,2}}){_PLATFORM}\s(?!{_NO_NAME})(?P<it>{_A_NAME}){_END_OF_LINE}",
        re.IGNORECASE,
    ),
    # a name in Latin letters among others
    re.compile(
        rf"(?<!\w){_PLATFORM_IN_OTHER_LETTERS}\W{{1,3}}(?:[^\W\da-z_]+\W{{1,3}}){{0,3}}"
        r"(?P<it>(?!https?\b)[a-z][\w.]{2,}(?<!\.))",
        re.IGNORECASE,
    ),
)
handles = matches(*_HANDLES)
