"""The words beside which something identifying stands, in each of the twelve languages.

All of them are looked for in every text: people mix languages. A star stands for any ending, an
underscore for a space. They are compared as `plain.plain_word` writes them, without accents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from flows.forms.plain import plain_word


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    `at` and `dot` are how the signs of an e-mail address are said. `street` stands before a name
    that has a capital, `street_of_any` before any name, `street_after` after a name; `house` stands
    before a house number. `counted` are things that there can be a number of, so that the number is
    no house number. `dated` stands before a date, `called` before a name on a platform, `small` are
    short words that are neither a name nor the letters of a postcode.
    """

    at: str = ""
    dot: str = ""
    street: str = ""
    street_of_any: str = ""
    street_after: str = ""
    house: str = ""
    counted: str = ""
    postcode: str = ""
    dated: str = ""
    called: str = ""
    small: str = ""


WORDS = {
    "nl": Words(
        at="apenstaartje apestaartje",
        dot="punt",
        house="huisnummer hnr nummer nr no",
        counted="keer maal x dag dagen weken week maand maanden mnd jaar jaren jr uur uren min"
        " minuten km meter kind kinderen mensen nacht nachten avond avonden sessies gesprekken"
        " huizen euro punten meisjes jongens agenten volwassenen",
        postcode="postcode",
        dated="geboren geb geboortedatum d.d dd datum op sinds vanaf tot",
        called="is heet naam_is",
        small="ik hij zij ze we wij er dat die dit deze de het een hem haar zijn hun mijn en of in"
        " op om met via voor over geen ja nee niet wel veel vaak soms elke alle nog ook maar vader"
        " moeder kind ex papa mama wie wat hoe me je te al na weer daar hier heel erg altijd nooit"
        " weg leeg dicht verboden verslavend belangrijk onveilig veilig druk contact",
    ),
    "en": Words(
        at="at",
        dot="dot",
        street_after="street road avenue boulevard lane",
        house="number no house",
        counted="times time days day weeks week months month years year hours hour minutes nights"
        " night children kids people sessions points men women miles",
        postcode="postcode postal_code zip zip_code",
        dated="born dob date on since from until",
        called="is called named name_is",
        small="i he she they we the a an no yes not and or her his my every some often many father"
        " mother be as at so to of it on me am pm now very private public down gone dead bad good"
        " fine all always never their our your",
    ),
    "fr": Words(
        at="arobase arrobas",
        dot="point",
        street="rue avenue av. boulevard bd. impasse chemin allee quai place",
        house="numero no num",
        counted="fois jour jours semaine semaines mois an ans annee annees heure heures h minutes"
        " enfant enfants personnes nuit nuits seances metres",
        postcode="code_postal",
        dated="ne nee naissance le depuis du jusqu'au au date",
        called="est s'appelle c'est",
        small="je tu il elle on nous le la les un une des de du et ou mon ma sa son pas pour dans"
        " en avec prive bloque tres ce se ne te ta au",
    ),
    "es": Words(
        at="arroba",
        dot="punto",
        street="calle avenida avda plaza paseo c/",
        house="numero num no",
        counted="vez veces dia dias semana semanas mes meses ano anos hora horas minutos nino ninos"
        " hijos hijas personas noche noches sesiones",
        postcode="codigo_postal cp",
        dated="nacido nacida nacimiento nacio el desde hasta fecha",
        called="es se_llama",
        small="yo el ella la los las un una de del y o mi su no si con en por que es me se te al"
        " muy privado le lo ha he va ve da",
    ),
    "pl": Words(
        at="malpa malpka kukac",
        dot="kropka",
        street="ulica ulicy ulice aleja alei aleje al. plac pl. os. osiedle",
        street_of_any="ul",
        house="numer nr",
        counted="raz razy dni dzien dnia tydzien tygodni* miesiac* miesiec* lat lata rok roku"
        " godzin* godz minut* dziec* osob* noc* sesj* zl zlotych",
        postcode="kod_pocztowy kod",
        dated="ur urodz* dnia od do w_dniu data z_dnia",
        called="to jest nazywa_sie",
        small="ja on ona my wy oni i w we z ze na do od po za nie tak moj moja jej jego ich jest to"
        " ale ma sa sie te ta ten prywatny ba ke",
    ),
    "uk": Words(
        at="собака равлик",
        dot="крапка точка",
        street="вулиця вулиці вулицю проспект провулок бульвар площа",
        street_of_any="вул просп",
        house="номер буд будинок",
        counted="раз* день дні* днів тижд* тижн* місяц* рок* рік літ годин* хвилин* дит* діт* люд*"
        " особ* ніч ноч* грн",
        postcode="поштовий_індекс індекс",
        dated="нар народ* дата з від до",
        called="це називається",
        small="я ти він вона ми вони і та не є мій моя",
    ),
    "tr": Words(
        at="kuyruklu_a",
        dot="nokta",
        street_after="sokak sokagi sok cadde caddesi cad cd. bulvari blv mahallesi mah",
        house="no numara nr kapi",
        counted="kez defa kere gun* hafta* ay aydir ayda yil* sene* saat* dakika* cocuk* kisi*"
        " gece* yas* seans*",
        postcode="posta_kodu",
        dated="dogum* d.t tarih*",
        called="adi adim ismi ismim",
        small="ben sen o biz ve ile bir bu da de ne ya icin cok var yok",
    ),
    "bg": Words(
        at="кльомба маймунско_а",
        dot="точка",
        street="улица улицата булевард булеварда площад",
        street_of_any="ул бул ж.к",
        house="номер",
        counted="път* пъти ден* дни седмиц* месец* годин* час* минут* дете* деца хора нощ* лв лева",
        postcode="пощенски_код",
        dated="роден* рожд* дата от до на",
        called="е казва_се се_казва",
        small="аз ти той тя ние те и не да на с в",
    ),
    "ar": Words(
        at="ات",
        dot="نقطة دوت",
        street_of_any="شارع بشارع وشارع لشارع",
        house="رقم",
        counted="مرة مرات يوم* ايام اسبوع* اسابيع شهر* اشهر شهور سنة سنوات سنين عام* اعوام ساعة"
        " ساعات الساعة دقيقة دقائق طفل* اطفال اشخاص ليلة ليال*",
        postcode="الرمز_البريدي رمز_بريدي",
        dated="مواليد ولد* تاريخ منذ في",
        called="هو اسمه اسمي اسمها",
    ),
    "fa": Words(
        at="ات ادساین",
        dot="نقطه دات",
        street_of_any="خیابان کوچه بلوار",
        house="پلاک شماره",
        counted="بار روز* هفته* ماه* سال* ساعت* دقیقه* بچه* کودک* نفر* شب* فرزند* جلسه*",
        postcode="کد_پستی کدپستی",
        dated="متولد تولد تاریخ از تا در",
        called="اسم نام",
    ),
    "so": Words(
        at="at",
        dot="dhibic",
        street="waddada wadada jidka",
        house="lambar lambarka",
        counted="jeer goor maalin* maalmood toddobaad* bil* bilood sano sannad* saac* carruur* qof*"
        " habeen* daqiiqo*",
        postcode="boostada",
        dated="dhashay dhalasho* dhalatay taariikh*",
        called="waa magac*",
        small="waa iyo ka ku la ma wax aan uu ay ah ee in",
    ),
    "ti": Words(
        at="ኣት",
        dot="ነጥቢ",
        street_of_any="ጎደና",
        house="ቁጽሪ ቁ",
        counted="ግዜ መዓልቲ መዓልታት ሰሙን ሰሙናት ወርሒ ኣዋርሕ ዓመት ዓመታት ሰዓት ሰዓታት ደቒቕ ቆልዑ ሰብ ሰባት ለይቲ",
        postcode="ፖስታ_ኮድ",
        dated="ዝተወልደ* ተወሊድ* ዕለት ካብ",
        called="እዩ ስም",
    ),
}


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of these words, the longest first."""
    plain = {plain_word(word.casefold()) for word in words}
    parts = (re.escape(word) for word in sorted(plain, key=lambda word: (-len(word), word)))
    return (
        "(?i:" + "|".join(part.replace("_", r"\s").replace(r"\*", r"\w*") for part in parts) + ")"
    )


def any_language(use: str) -> str:
    """Return a pattern for the words that any language has for one use, such as `street`."""
    return one_of(word for words in WORDS.values() for word in attrgetter(use)(words).split())


UNIT = r"(?:%|(?i:mg|ml|mcg|ug|kg|gr?|km|cm|mm|euro?|eur|usd|dollars?|zl|pln|tl|lv|iu)\b)"
COUNTED = rf"(?:{UNIT}|{any_language('counted')}\b)"
CALLED = any_language("called")
SMALL = any_language("small")
"""Words that are no name and no letters of a postcode."""
