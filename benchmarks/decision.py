"""Time of one decision, one proposal, one explanation, one event, and the whole enumeration.

Absolute times differ between machines and moments; compare within one run.
"""

from __future__ import annotations

import time
import timeit
from datetime import UTC, datetime

from flows import events as ev
from flows.conversation import advance, new_interview
from flows.courses import COURSE_ORDER
from flows.decision import decide
from flows.facts import parse_facts
from flows.machine import trigger
from flows.space import rows_of, space_of
from flows.voorstudie.protocol import VOORSTUDIE_CORE as PROTOCOL
from locales import lexicon
from tests.flows.facts import SAFE_FAMILY

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def microseconds(statement: object, number: int) -> float:
    """Return the best of five runs, for one call."""
    return min(timeit.repeat(statement, number=number, repeat=5)) / number * 1e6  # type: ignore[arg-type]


def main() -> None:
    known = parse_facts(SAFE_FAMILY)
    unknown = parse_facts({"acute_unsafety": "no"})
    interview = new_interview(PROTOCOL, case="K7F-2M9", respondent="therapist", mode="full")
    for event in (ev.ChooseLanguage("nl"), ev.Proceed()):
        interview = advance(PROTOCOL, interview, event, NOW, lexicon()).interview
    answer = ev.Give("acute_unsafety", "no")
    rows = {
        "decision (gates, verdict, order)": microseconds(
            lambda: decide(PROTOCOL.rules, known), 2000
        ),
        "proposal, everything known": microseconds(lambda: PROTOCOL.propose(known), 300),
        "proposal, almost nothing known (most to try out)": microseconds(
            lambda: PROTOCOL.propose(unknown), 50
        ),
        "explanation, everything known": microseconds(lambda: PROTOCOL.explain(known), 100),
        "explanation, almost nothing known": microseconds(lambda: PROTOCOL.explain(unknown), 50),
        "one answer through the pure core": microseconds(
            lambda: advance(PROTOCOL, interview, answer, NOW, lexicon()), 300
        ),
        "one trigger of the machine": microseconds(
            lambda: trigger(PROTOCOL.sections, "asking.safety", "asking.story", "proceed"), 1000
        ),
    }
    for name, figure in rows.items():
        print(f"{figure:10.1f} µs  {name}")
    begun = time.perf_counter()
    space = space_of(PROTOCOL.rules)
    for table in PROTOCOL.rules.tables:
        if table.name not in ("label", "dropped"):
            rows_of(space, table)
    space.count((COURSE_ORDER, "verdict", "verdict_reason"))
    seconds = time.perf_counter() - begun
    print(f"{seconds:10.2f} s   all {space.size:.3g} combinations of facts: rows, verdicts, orders")


if __name__ == "__main__":
    main()
