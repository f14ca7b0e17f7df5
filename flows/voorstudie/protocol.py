"""The protocol voorstudie-core-v1: the core elements of the pre-study's decision tree."""

from __future__ import annotations

from flows.protocol import Protocol
from flows.voorstudie.crisis import crisis_lines
from flows.voorstudie.expected import EXPECTED, MEETING_POINTS
from flows.voorstudie.intake import SETS, facts_from
from flows.voorstudie.passages import PASSAGES
from flows.voorstudie.questions import QUESTIONS, SECTIONS
from flows.voorstudie.rules import ALL_READINGS

VOORSTUDIE_CORE = Protocol(
    id="voorstudie-core-v1",
    version="1.3.0",
    questions=QUESTIONS,
    sections=SECTIONS,
    all_rules=ALL_READINGS,
    passages=PASSAGES,
    facts_from=facts_from,
    sets=SETS,
    expected=EXPECTED,
    meeting_points=MEETING_POINTS,
    crisis_lines=crisis_lines(),
    # Doubt about barriers moved into the list itself; "first" became one question.
    changed_since={"1.0.0": ("barriers_present", "barriers_unsure")},
)
