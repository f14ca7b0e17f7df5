"""The rules beside the order, one by one: when each holds, and what makes it hold no longer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.conditions import YES
from flows.rules import Collection, Rule
from flows.voorstudie.protocol import VOORSTUDIE_CORE

CASES: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("beside.yaml").read_text(encoding="utf-8")
)
# The limits of the order are held to the order table itself, over every combination.
COLLECTIONS: dict[str, Collection] = {
    item.name: item for item in VOORSTUDIE_CORE.rules.collections if item.name != "order_limits"
}
RULES = [(name, rule) for name, collection in COLLECTIONS.items() for rule in collection]


def test_every_rule_beside_the_order_has_its_cases() -> None:
    assert {name: [rule.id for rule in found] for name, found in COLLECTIONS.items()} == {
        name: list(cases) for name, cases in CASES.items()
    }


@pytest.mark.parametrize(("name", "rule"), RULES, ids=[f"{name}-{rule.id}" for name, rule in RULES])
def test_the_rule_holds_then_and_only_then(name: str, rule: Rule) -> None:
    cases = CASES[name][rule.id]
    assert rule.effect == cases.get("effect")
    for values in cases["holds"]:
        assert rule.when(values) == YES, values
    for values in cases.get("not", ()):
        assert rule.when(values) != YES, values
