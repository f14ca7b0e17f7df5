"""The protocol's versions: what was in use once keeps its name, and its content."""

from __future__ import annotations

import pytest

from flows.rules import Basis, Rule
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages

RELEASED = {
    "1.0.0": "3e18a953e92d45aa7db990f4c8eb08dd349e8b2e78b4bccf21248b4bae3c7ccb",
    "1.1.0": "8c04329a44fb30a0a0f2c2b160b4a94732bbee24b242a96f86d88e477e4462ed",
    "1.2.0": "c3ad663b26fbb95ec6a6d7aabc2ddc8dcffe319dc1c2ecdaa34bdaba20b6d89a",
    "1.3.0": "cedd65a6933af601d3a6e4838ebd33ddf8a3d68306162f2f9be037f724669d6e",
}
"""The content hash of each version that interviews may be pinned to."""

_OURS: dict[str, dict[Basis, tuple[str, ...]]] = {
    "nl": {
        Basis.INFERENCE: ("afgeleid",),
        Basis.CONVENTION: ("onze afspraak",),
        Basis.SAFETY: ("productveiligheidsregel",),
    },
    "en": {
        Basis.INFERENCE: ("inferred",),
        Basis.CONVENTION: ("our convention",),
        Basis.SAFETY: ("product safety rule",),
    },
    "pl": {
        Basis.INFERENCE: ("wywnioskowan",),
        Basis.CONVENTION: ("nasze ustalenie", "naszym ustaleniem"),
        Basis.SAFETY: ("reguła bezpieczeństwa",),
    },
}


def test_changed_content_has_a_version_of_its_own() -> None:
    """Give the protocol a new version when this fails, and add its hash here."""
    assert RELEASED[VOORSTUDIE_CORE.version] == VOORSTUDIE_CORE.hash
    assert list(RELEASED)[-1] == VOORSTUDIE_CORE.version
    assert len(set(RELEASED.values())) == len(RELEASED)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("rule", tuple(VOORSTUDIE_CORE.all_rules), ids=lambda rule: rule.id)
def test_a_sentence_says_what_is_ours_exactly_where_its_rule_does(
    rule: Rule, language: str
) -> None:
    text = catalogue(language).say(rule.text)
    said = {
        basis for basis, words in _OURS[language].items() if any(word in text for word in words)
    }
    ours = {rule.basis, rule.partly} - {Basis.SOURCE, None}
    assert said <= ours or rule.basis is not Basis.SOURCE
    if rule.partly is not None:
        assert rule.basis is Basis.SOURCE
        assert rule.partly in said
