"""The protocol's versions: what was in use once keeps its name, and its content."""

from __future__ import annotations

import pytest

from flows.rules import Basis
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages
from tests.flows.ours import ours_in

OURS = (Basis.INFERENCE, Basis.CONVENTION, Basis.SAFETY)

RELEASED = {
    "1.0.0": "3e18a953e92d45aa7db990f4c8eb08dd349e8b2e78b4bccf21248b4bae3c7ccb",
    "1.1.0": "8c04329a44fb30a0a0f2c2b160b4a94732bbee24b242a96f86d88e477e4462ed",
    "1.2.0": "c3ad663b26fbb95ec6a6d7aabc2ddc8dcffe319dc1c2ecdaa34bdaba20b6d89a",
    "1.3.0": "cedd65a6933af601d3a6e4838ebd33ddf8a3d68306162f2f9be037f724669d6e",
}
"""The content hash of each version that interviews may be pinned to."""


def test_changed_content_has_a_version_of_its_own() -> None:
    """Give the protocol a new version when this fails, and add its hash here."""
    assert RELEASED[VOORSTUDIE_CORE.version] == VOORSTUDIE_CORE.hash
    assert list(RELEASED)[-1] == VOORSTUDIE_CORE.version
    assert len(set(RELEASED.values())) == len(RELEASED)


@pytest.mark.parametrize("language", languages())
def test_sentences_say_what_is_ours_exactly_where_their_rules_do(language: str) -> None:
    marks = {basis: ours_in(language)[basis] for basis in OURS}
    wrong = []
    for rule in VOORSTUDIE_CORE.all_rules:
        text = catalogue(language).say(rule.text)
        said = {basis for basis, words in marks.items() if any(word in text for word in words)}
        ours = {rule.basis, rule.partly} - {Basis.SOURCE, None}
        if not (said <= ours or rule.basis is not Basis.SOURCE):
            wrong.append((rule.id, "says what its rule does not", text))
        if rule.partly is not None and rule.partly not in said:
            wrong.append((rule.id, f"does not say {rule.partly}", text))
    assert wrong == []


def test_a_rule_is_partly_ours_only_where_the_rest_is_the_source_s() -> None:
    for rule in VOORSTUDIE_CORE.all_rules:
        assert rule.partly is None or rule.basis is Basis.SOURCE, rule.id
