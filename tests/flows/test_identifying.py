"""The identity guard: what it masks, and what it leaves alone."""

from __future__ import annotations

import unicodedata
from typing import Literal, TypeAlias

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

import flows.identifying as identifying_module
from flows.forms.plain import plain_text
from flows.identifying import MASK, Guarded, guard, identifying
from tests.flows.guarded import DATES, NET, NUMBERS, ORDINARY, PLACES

FOUND = [
    ("bel 06-12345678", "telephone", "bel […]"),
    ("bel +31 6 1234 5678", "telephone", "bel […]"),
    ("bel ٠٦١٢٣٤٥٦٧٨ nu", "telephone", "bel […] nu"),
    ("bel 06\u20131234\u20135678", "telephone", "bel […]"),
    ("bel 06_1234_5678", "telephone", "bel […]"),
    ("bel 06:12:34:56:78", "telephone", "bel […]"),
    ("bel 06 12 34\u200b56 78", "telephone", "bel […]"),
    ("bel 06.12.34.56.78.", "telephone", "bel […]."),
    ("bel (06) 12 34 56 78", "telephone", "bel […]"),
    ("bel +31(0)6 12345678", "telephone", "bel […]"),
    ("bel 0031 6 12345678", "telephone", "bel […]"),
    ("bel 31 6 1234 5678", "telephone", "bel […]"),
    ("bel 020 123 45 67 na 9 uur", "telephone", "bel […] na 9 uur"),
    ("bel 020/1234567", "telephone", "bel […]"),
    ("bel 0 6 1 2 3 4 5 6 7 8", "telephone", "bel […]"),
    ("bel 06 66 12 34 56", "telephone", "bel […]"),
    ("tel0612345678", "telephone", "tel[…]"),
    ("score 45 06 12 34 56 78 en", "telephone", "score 45 […] en"),
    ("06 12 34 56 78 45 punten", "telephone", "[…] 45 punten"),
    ("oma in België: 0470 12 34 56", "telephone", "oma in België: […]"),
    ("oom: 0049 171 1234567", "telephone", "oom: […]"),
    ("tante +212 612345678", "telephone", "tante […]"),
    ("telefonum 0532 123 45 67, ara", "telephone", "telefonum […], ara"),
    ("رقم هاتفي ٠٦١٢٣٤٥٦٧٨ اتصل بي", "telephone", "رقم هاتفي […] اتصل بي"),
    ("bel ०६१२३४५६७८", "telephone", "bel […]"),
    ("bel ０６１２３４５６７８", "telephone", "bel […]"),
    ("bel ⓪⑥①②③④⑤⑥⑦⑧", "telephone", "bel […]"),
    ("bel 0️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣!", "telephone", "bel […]!"),
    ("bel 0\u03326\u033212\u033234\u033256\u033278\u0332", "telephone", "bel […]"),
    ("bsn 123456782", "bsn", "bsn […]"),
    ("haar nummer is 123 456 782", "bsn", "haar nummer is […]"),
    ("nummer 1234.56.782", "bsn", "nummer […]"),
    ("BSN: 1 2 3 4 5 6 7 8 9", "bsn", "BSN: […]"),
    ("dossier 4711389", "number", "dossier […]"),
    ("zaak C/09/123456 loopt", "number", "zaak C/[…] loopt"),
    ("mail jan@example.org", "email", "mail […]"),
    ("mail jan.de-boer+x@sub.example.co.uk.", "email", "mail […]."),
    ("jan @ gmail.com", "email", "[…]"),
    ("jan(at)gmail.com", "email", "[…]"),
    ("naam (at) mail . nl", "email", "[…]"),
    ("jan[at]gmail[dot]com", "email", "[…]"),
    ("jan at gmail dot com", "email", "[…]"),
    ("jan apenstaartje gmail punt com", "email", "[…]"),
    ("jan@gmail", "email", "[…]"),
    ("ｊａｎ＠ｇｍａｉｌ．ｃｏｍ", "email", "[…]"),
    ("zie www.example.org/x", "link", "zie […]"),
    ("t.me/iemand", "link", "[…]"),
    ("zie ...t.me/iemand", "link", "zie ...[…]"),
    ("instagram.com/iemand", "link", "[…]"),
    ("facebook . com / iemand", "link", "[…]"),
    ("(zie https://example.nl/a?b=1).", "link", "(zie […])."),
    ("haar blog is example.nl", "link", "haar blog is […]"),
    ("stuur @iemand een bericht", "handle", "stuur […] een bericht"),
    ("insta: naam", "handle", "insta: […]"),
    ("op snapchat naam123 gezien", "handle", "op snapchat […] gezien"),
    ("tiktok account: pietje", "handle", "tiktok account: […]"),
    ("instagram is jan.jansen", "handle", "instagram is […]"),
    ("NL91 ABNA 0417 1643 00", "bank_account", "[…]"),
    ("nl91abna0417164300", "bank_account", "[…]"),
    ("IBAN NL 91 ABNA 0417 1643 01 van haar", "bank_account", "IBAN […] van haar"),
    ("BE68 5390 0754 7034", "bank_account", "[…]"),
    ("DE89370400440532013000", "bank_account", "[…]"),
    ("zij woont op 1234 AB", "postcode", "zij woont op […]"),
    ("zij woont op 1234ab", "postcode", "zij woont op […]"),
    ("zij woont op 1234 AB 12", "postcode", "zij woont op […]"),
    ("zij woont op 1234AB-12a nu", "postcode", "zij woont op […] nu"),
    ("postcode: 2021 cd", "postcode", "postcode: […]"),
    ("2011 AB Haarlem", "postcode", "[…] Haarlem"),
    ("Kerkstraat 12", "address", "[…]"),
    ("zij woont kerkstraat 12-3 boven", "address", "zij woont […] boven"),
    ("Laan van Meerdervoort 12a", "address", "[…]"),
    ("Prins Hendrikkade 12 bis", "address", "[…]"),
    ("Nieuwe Gracht 5", "address", "[…]"),
    ("Dorpsstr. nr. 3", "address", "[…]"),
    ("geboren 12-03-2021", "full_date", "geboren […]"),
    ("geboren op 12-05-19", "full_date", "geboren op […]"),
    ("op 12-03-21 gebeurde het", "full_date", "op […] gebeurde het"),
    ("sinds 12 mei 2019", "full_date", "sinds […]"),
    ("de 12e mei 2019", "full_date", "de […]"),
    ("12 maart '19", "full_date", "[…]"),
    ("May 12, 2019", "full_date", "[…]"),
    ("op 2019-05-12", "full_date", "op […]"),
    ("१२-०३-२०२१", "full_date", "[…]"),
    ("12 Ağustos 2019", "full_date", "[…]"),
    ("منذ ١٢ أغسطس ٢٠١٩", "full_date", "منذ […]"),
]  # fmt: skip

LEFT_ALONE = [
    "zij slaapt slecht en schrikt 3 keer per nacht",
    "PCL-5 45, PHQ-9 12, sinds 2023",
    "in maart 2024 naar de opvang",
    "1 op 10, 20 minuten",
    "2021 en 2023 waren zware jaren",
    "geweld van 2017-2019",
    "2017 - 2019",
    "2015/2016 en 2018",
    "PCL-5: 45 (2023) 38 (2024)",
    "SUD 8/10 6/10 4/10",
    "scores 12 14 16 18",
    "TSCYC: 55 60 62 71",
    "leeftijden 2 4 6 8 10 12",
    "25/50/100/150 mg",
    "van 22.00-06.00 uur",
    "sinds 2021 OM betrokken",
    "in 2022 VT melding",
    "2000 IU",
    "zij voelt zich @home",
    "zij voelt zich @home. De kinderen ook",
    "zij is @school. De juf belde",
    "45 van 80",
    "om 21:00 en 06:15, 07:30 en 20:45",
    "06:15 07:30 21:00 22:15",
    "06:15-07:30 2 keer",
    "0 1 2 3 4 0 1 2 3 1",
    "PHQ-9: 1 2 0 3 1 2 0 1 1",
    "0,5 1,5 2,5 3,5 4,5 mg",
    "0.25 0.5 1.0 2.0 4.0",
    "06-2019 - 2020",
    "van 02-2019/03-2020",
    "kinderen van 3 en 5 jaar",
    "onderweg 3 keer gestopt",
    "hij is weg 3 dagen",
    "3 maanden op straat 3 maanden binnen",
    "in de Dorpsstraat 3 jaar gewoond",
    "schoolplein 2 keer",
    "iPad 2",
    "gerechtshof 12",
    "look at school. Me too",
    "snapchat berichten en een instagram account",
    "via facebook: hij stuurde berichten",
    "2 meisjes 2015",
    "1e keer in 2019, 2e keer in 2020",
    "12 mei was het erg",
    "5,5 jaar, 18 mnd, 10.000 euro",
    "1500 mg, 1500mg, 1000 ml",
    "o.a. slaap, m.b.t. angst, d.w.z. niet",
    "annesi 2019'da taşındı, 3 yıl önce",
    "عمره ٥ سنوات منذ ٢٠١٩",
    "She slept 4 hours, from 22:00 to 02:00",
    "D01 | 11 | 381–384 en A01, 643–650 (p. 17)",
    "[…] woont bij haar moeder",
    "e\u0301e\u0301n \u200fkeer\u200b ½ ﬁjn\u00a0\u2028 \ud83d ２",
    "",
]

EVERY_FOUND = [*FOUND, *DATES, *PLACES, *NET, *NUMBERS]

Form: TypeAlias = Literal["NFC", "NFD", "NFKC", "NFKD"]

REGIONS = ["NL", "BE", "GB", "FR", "ES", "PL", "UA", "TR", "BG", "SA", "SY", "IQ", "EG", "MA", "IR"]
REGIONS += ["AF", "SO", "ET", "ER"]
AROUND = ["", "zij zegt ", "she says ", "قالت ", "dedi ki ", "é\u200d👩‍👧 "]
NATIONAL = ["612345678", "687654321", "201234567", "135791357", "851234567"]
GROUPS = [(10,), (2, 8), (2, 4, 4), (2, 2, 2, 2, 2), (3, 7), (3, 3, 4), (3, 3, 2, 2), (4, 6)]
DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]
MATERIAL = st.lists(
    st.one_of(
        st.sampled_from([text for text, _, _ in EVERY_FOUND] + [*LEFT_ALONE, *ORDINARY]),
        st.sampled_from(["@", ".", "/", "-", "+", "(", ")", "0", "6", "1234", "AB", "nl", "www."]),
        st.sampled_from(["insta:", "straat", "bsn", "mei", "2019", "https://", "at", "NL91"]),
        st.sampled_from([MASK, " ", "\n", "\0", "\u200b"]),
        st.text(max_size=6),
    ),
    max_size=8,
).map("".join)  # fmt: skip


def kinds(text: str) -> list[str]:
    return [found.id.removeprefix("identifying.") for found in guard(text).found]


@pytest.mark.parametrize(("text", "kind", "masked"), EVERY_FOUND)
def test_an_identifying_thing_is_named_and_masked(text: str, kind: str, masked: str) -> None:
    assert kinds(text) == [kind]
    assert guard(text).masked == masked


@pytest.mark.parametrize("text", [*LEFT_ALONE, *ORDINARY])
def test_ordinary_words_and_scores_are_left_alone(text: str) -> None:
    assert guard(text) == Guarded(text, ())


def test_kinds_are_named_once_and_in_one_order() -> None:
    text = "Kerkstraat 12, 2011 AB Haarlem, bel 06-12345678 of 06-87654321, mail jan@example.org"
    assert kinds(text) == ["email", "telephone", "postcode", "address"]
    assert guard(text).masked == "[…], […] Haarlem, bel […] of […], mail […]"
    assert tuple(identifying(text)) == guard(text).found


def test_what_a_mask_leaves_alone_beside_it_is_masked_too() -> None:
    assert guard("0612345678a1234AB").masked == "[…]a[…]"


@given(st.one_of(MATERIAL, st.text(max_size=60)))
def test_a_masked_text_holds_nothing_more(text: str) -> None:
    once = guard(text)
    assert guard(once.masked) == Guarded(once.masked, ())
    assert (once.masked == text) == (not once.found)


@given(
    st.sampled_from(NATIONAL),
    st.sampled_from(GROUPS),
    st.sampled_from([" ", "-", ".", "/", "_", "\u2011", "\u00a0", " - ", "\u200b", "·"]),
    st.sampled_from(DIGITS),
    st.sampled_from(AROUND),
    st.sampled_from(AROUND),
)
def test_no_digit_of_a_telephone_number_is_left(
    number: str, groups: tuple[int, ...], between: str, digits: str, before: str, after: str
) -> None:
    rest = iter("0" + number)
    written = between.join("".join(next(rest) for _ in range(size)) for size in groups)
    text = before + written.translate(str.maketrans("0123456789", digits)) + " " + after
    assert guard(text).masked == f"{before}{MASK} {after}"
    assert kinds(text) == ["telephone"]


@given(st.integers(10**5, 10**15), st.sampled_from(DIGITS), st.sampled_from(AROUND))
def test_no_digit_of_a_long_number_is_left(number: int, digits: str, around: str) -> None:
    text = around + str(number).translate(str.maketrans("0123456789", digits))
    assert guard(text).masked == around + MASK


@given(st.text(alphabet=st.characters(categories=["L", "M", "Z", "Cf"]), max_size=40))
def test_words_alone_come_back_byte_for_byte(text: str) -> None:
    assert guard(text).masked == text


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_mask_covers_the_same_in_every_form_of_the_text(form: Form) -> None:
    before, after = "één coöperatieve ", " café ½"
    text = unicodedata.normalize(form, before + "06 12 34 56 78" + after)
    assert guard(text).masked == (
        unicodedata.normalize(form, before) + MASK + unicodedata.normalize(form, after)
    )


@pytest.mark.parametrize("region", REGIONS)
def test_a_telephone_number_of_where_a_language_is_spoken_is_masked(region: str) -> None:
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
        number = phonenumbers.example_number_for_type(region, kind)
        assert number is not None
        for written in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
            text = f"bel {phonenumbers.format_number(number, written)} nu"
            assert guard(text).masked == f"bel {MASK} nu", text


WITHOUT_SPACE = (
    "1 0 a . @ a. a@ a@a. 1- a- 1234AB www. https:// @aaa (at) straat 0\u0301 ab1@.-:/0+6"
)
WITH_SPACE = ["1", "0", "06", "+1", "0031", "12:30", "nl11", "de", "insta", "1.1.2019"]
WITH_SPACES = [
    "00 31 ",
    "DE11 1111 ",
    "Laan van A ",
    "insta account naam ",
    "straat 12, ",
    "12 mei ",
]


WITH_SPACES += [
    "ul. A ",
    "rue de la ",
    "12 Aa Aa ",
    "ул. а ",
    "خیابان ا ",
    "A.",
    "mei 12 ",
    "12 mei / ",
]
WITH_SPACES += [
    "insta is ",
    "mijn insta account ",
    "انستا ا ",
    "a at b dot ",
    "a punt ",
    "laan van 1",
]
WITH_SPACES += [
    "11 12 22 33 ",
    "601 234 ",
    "1-2-19 - ",
    "kenteken a-",
    "dossier 1-",
    "NL91\n",
    "1234 ab ",
]


@pytest.mark.parametrize(
    "part",
    [" ", *WITHOUT_SPACE.split(), *(f"{part} " for part in WITH_SPACE), *WITH_SPACES],
)
def test_every_long_text_is_answered(part: str) -> None:
    once = guard((part * 4000)[:4000])
    assert not guard(once.masked).found


@pytest.mark.parametrize("part", ["laan van 1", "0612345678a1234AB", "a1234AB"])
def test_a_text_is_gone_through_a_few_times_only(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thing after another may come to stand alone by the mask before it."""
    seen: list[str] = []

    def once(text: str) -> tuple[str, list[int]]:
        seen.append(text)
        return plain_text(text)

    monkeypatch.setattr(identifying_module, "plain_text", once)
    guard(part * 400)
    assert len(seen) < 12
