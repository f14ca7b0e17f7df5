"""`volgorde rules`: all that the protocol holds stands in the document, in both languages."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest
from babel.numbers import format_decimal

from bot.decision_graph import decision_graph, derivations_of
from bot.rules_document import data, diagram, document, picture
from flows.facts import parse_facts
from flows.messages import message
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages
from locales.direction import unmarked
from tests.bot.conftest import Run

RULES = VOORSTUDIE_CORE.rules
LANGUAGES = [
    pytest.param(language, marks=pytest.mark.xdist_group(f"rules document {language}"))
    for language in languages()
]
"""What one language's document is made for is tested in one process, so that it is made once."""


@cache
def markdown(language: str) -> str:
    return document(VOORSTUDIE_CORE, language)


@cache
def as_data(language: str = "nl") -> dict[str, Any]:
    return data(VOORSTUDIE_CORE, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_stands_in_it_with_its_sentence_and_its_passages(language: str) -> None:
    text, say = markdown(language), catalogue(language).say
    for rule in VOORSTUDIE_CORE.all_rules:
        assert f"| **{rule.id}** |" in text
        line = next(line for line in text.splitlines() if line.startswith(f"* **{rule.id}** "))
        assert say(rule.text) in line
        for name in (*rule.passages, *rule.ambiguities):
            assert f"[{name}](#{name.lower()})" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_passage_stands_in_it_with_its_place(language: str) -> None:
    text, say = markdown(language), catalogue(language).say
    for passage in VOORSTUDIE_CORE.passages.values():
        first, last = passage.lines
        row = next(line for line in text.splitlines() if f'<a id="{passage.id.lower()}">' in line)
        assert f"| {passage.page} | {first}–{last} |" in row
        assert f"({passage.evidence})" in unmarked(row)
        assert say(passage.paraphrase) in row
        assert f"### {passage.heading}\n" in text


def test_every_reference_leads_somewhere() -> None:
    text = markdown("nl")
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= set(re.findall(r'<a id="([\w-]+)">', text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ambiguity_stands_in_it_with_its_readings(language: str) -> None:
    text, say = markdown(language), catalogue(language).say
    for ambiguity in VOORSTUDIE_CORE.all_rules.ambiguities:
        assert say(ambiguity.text) in text
        for code in ambiguity.readings:
            assert f"* **{code}** {say(ambiguity.reading(code))}" in text


def test_a_rule_of_another_reading_says_which() -> None:
    here = {rule.id for rule in RULES}
    elsewhere = [rule.id for rule in VOORSTUDIE_CORE.all_rules if rule.id not in here]
    assert elsewhere
    for name in elsewhere:
        assert re.search(rf"\| \*\*{name}\*\* \| AMBIG-\d+=M\d", markdown("nl"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_is_counted_exactly(language: str) -> None:
    counts = as_data()["counts"]
    text = markdown(language)
    assert format_decimal(counts["size"], locale=language) in text
    counted = {table.name for table in RULES.tables if table.name in counts["rows"]}
    apart = {table.name for table in RULES.tables} - counted
    assert all(f"{name}_parent" in counts["rows"] for name in apart)
    for rows in counts["rows"].values():
        assert sum(rows.values()) == counts["size"]
        for rule, number in rows.items():
            row = next(
                line
                for line in text.splitlines()
                if line.startswith(f"| **{rule}** |") and "AMBIG" not in line
            )
            assert f"({format_decimal(number, locale=language)})" in row


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {
            "acute_unsafety": "no",
            "food_secure": "yes",
            "safe_roof": "yes",
            "threat_stopped": "yes",
            "barriers": [],
            "parent_trauma": "severe",
            "loss_of_control": "yes",
            "change_wish": "no",
            "preference_first": "relationship",
            "child_age_months": 30,
            "child_trauma": "some",
        },
    ],
)
def test_passages_of_a_proposal_resolve(facts: dict[str, Any]) -> None:
    say = catalogue("nl").say
    proposal = VOORSTUDIE_CORE.propose(parse_facts(facts)).to_data(say)
    cited = set(_cited(proposal))
    assert cited
    for name in cited:
        found = as_data()["passages"][name]
        passage = VOORSTUDIE_CORE.passages[name]
        assert found["heading"] == passage.heading
        assert found["page"] == passage.page
        assert (found["first_line"], found["last_line"]) == passage.lines
        assert found["evidence"] == passage.evidence
        assert found["paraphrase"] == say(passage.paraphrase)


def _cited(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = list(part.get("passages", ()))
        return own + [name for inner in part.values() for name in _cited(inner)]
    if isinstance(part, list):
        return [name for inner in part for name in _cited(inner)]
    return []


def test_the_data_can_be_written_as_json_and_names_the_protocol() -> None:
    found = json.loads(json.dumps(as_data()))
    assert found["protocol"]["hash"] == VOORSTUDIE_CORE.hash
    assert set(found["tables"]) == {table.name for table in RULES.tables}
    assert set(found["collections"]) == {group.name for group in RULES.collections}
    for group in (*found["tables"].values(), *found["collections"].values()):
        for rule in group["rules"]:
            assert (rule["condition"] is None) == bool(rule["only_under"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_diagram_names_every_derivation_and_every_order(language: str) -> None:
    chart, say = diagram(VOORSTUDIE_CORE, language), catalogue(language).say
    assert chart.startswith("flowchart TD\n")
    for item in derivations_of(RULES):
        assert say(message(f"fact.{item.name}")) in chart
    for rule in RULES.order:
        assert f'"{rule.id}: ' in chart


def test_an_arrow_is_left_out_only_where_a_longer_way_shows_it() -> None:
    graph = decision_graph(RULES, catalogue("nl").say)
    box = {name: node.id for node in graph.nodes for name in node.names}
    after: dict[str, set[str]] = {node.id: set() for node in graph.nodes}
    for start, end in reversed(graph.arrows):
        after[start].add(end)

    def leads(start: str, end: str) -> bool:
        return end in after[start] or any(leads(step, end) for step in after[start])

    for item in derivations_of(RULES):
        for name in item.inputs:
            assert leads(box[name], box[item.name]), (name, item.name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_shows_every_box_and_none_overlap(language: str) -> None:
    drawn = picture(VOORSTUDIE_CORE, language)
    assert drawn == picture(VOORSTUDIE_CORE, language)
    tree = ElementTree.fromstring(drawn)  # noqa: S314 - our own picture
    boxes = [
        tuple(float(item.attrib[side]) for side in ("x", "y", "width", "height"))
        for item in tree.iter("{http://www.w3.org/2000/svg}rect")
        if item.attrib["class"] != "paper"
    ]
    assert len(boxes) == len(decision_graph(RULES, catalogue(language).say).nodes)
    for place, (x, y, width, height) in enumerate(boxes):
        for other_x, other_y, other_width, other_height in boxes[:place]:
            beside = x >= other_x + other_width or other_x >= x + width
            above = y >= other_y + other_height or other_y >= y + height
            assert beside or above


def test_it_is_a_command(volgorde_here: Run) -> None:
    for language in ("nl", "ar"):
        told = volgorde_here("rules", "--lang", language)
        assert (told.returncode, told.stderr) == (0, "")
        assert told.stdout == markdown(language)
    found = volgorde_here("rules", "--format", "json")
    assert json.loads(found.stdout)["passages"].keys() == VOORSTUDIE_CORE.passages.keys()
    chart = volgorde_here("rules", "--format", "mermaid", "--lang", "en")
    assert chart.stdout.strip() == diagram(VOORSTUDIE_CORE, "en")
    refused = volgorde_here("rules", "--format", "pdf")
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1
