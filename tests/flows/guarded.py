"""Texts for the identity guard: what it must mask, in twelve languages, and what it must leave."""

from __future__ import annotations

DATES = [
    ("sinds 12 maart\n2019", "full_date", "sinds […]"),
    ("12 mars 2019", "full_date", "[…]"),
    ("le 1er mai 2020", "full_date", "le […]"),
    ("el 12 de marzo de 2019", "full_date", "el […]"),
    ("12 marca 2019 r.", "full_date", "[…] r."),
    ("12 березня 2019 року", "full_date", "[…] року"),
    ("12 май 2019 г.", "full_date", "[…] г."),
    ("12 Mart 2019'da", "full_date", "[…]'da"),
    ("في ١٢ مارس ٢٠١٩", "full_date", "في […]"),
    ("12 كانون الثاني/يناير 2019", "full_date", "[…]"),
    ("۱۲ فروردین ۱۳۹۸", "full_date", "[…]"),
    ("۱۳۹۸/۱/۱۲", "full_date", "[…]"),
    ("12 مارس 2019", "full_date", "[…]"),
    ("12 Maarso 2019", "full_date", "[…]"),
    ("12 መጋቢት 2011", "full_date", "[…]"),
    ("12-III-2019", "full_date", "[…]"),
    ("12 V 2019", "full_date", "[…]"),
    ("geboren op 12 maart 19.", "full_date", "geboren op […]."),
    ("Mars 12, 2019", "full_date", "[…]"),
    ("ur. 12.03.19", "full_date", "ur. […]"),
    ("né le 3/4/15", "full_date", "né le […]"),
    ("роден на 3.4.15", "full_date", "роден на […]"),
    ("doğum tarihi 3.4.15", "full_date", "doğum tarihi […]"),
    ("متولد ۱۲/۳/۹۸", "full_date", "متولد […]"),
    ("op bezoek 12/3/19", "full_date", "op bezoek […]"),
    ("30.11.22 tot 31.12.22", "full_date", "[…] tot […]"),
    ("1.2.22 do 3.4.22", "full_date", "[…] do […]"),
]  # fmt: skip
