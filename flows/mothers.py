"""What only a mother is asked and shown: whether she can answer now, and the plan in her words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flows.conditions import NO, YES
from flows.facts import COMPONENTS
from flows.interview import Interview
from flows.messages import message
from flows.utterances import Line, Option, Screen, Utterance

CONSENT_TEXT: Final = "2026-11-28"
"""The version of what a mother says yes to; another text gets another, and she is asked again."""

CHECKS: Final = {
    "company": ("alone", "child", "helper", "someone_else"),
    "safe": (YES, NO),
}
"""What is asked before she answers, each time again, and what can be said."""


def check_step(interview: Interview) -> str:
    """Say which of the two questions is asked now."""
    return "safe" if interview.company else "company"


def check_screen(interview: Interview) -> Utterance:
    """Ask who is with her, then whether it is safe to answer."""
    step = check_step(interview)
    return Utterance(
        Screen.CHECK,
        (
            Line(message(f"mother.check.{step}"), "important"),
            Line(message(f"mother.check.{step}.more"), "detail"),
        ),
        tuple(Option(code, message(f"mother.check.{step}.{code}")) for code in CHECKS[step]),
        {"about": step},
    )


def plan_steps(order: Sequence[str]) -> Iterator[Line]:
    """Say an order in her own words, a step a line."""
    for at, component in enumerate(order, start=1):
        what = message(f"mother.plan.{component}")
        yield Line(message("mother.plan.step", number=at, what=what), "item")


def plan_screen(interview: Interview) -> Utterance:
    """Show the order that her therapist shared, without rules, reasons or scores."""
    lines = [
        Line(message("mother.plan.title"), "heading"),
        *plan_steps(interview.plan),
        Line(message("mother.plan.together")),
        Line(message("mother.plan.may_change")),
    ]
    return Utterance(Screen.PLAN, tuple(lines))


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    for step, codes in CHECKS.items():
        yield f"mother.check.{step}"
        yield f"mother.check.{step}.more"
        for code in codes:
            yield f"mother.check.{step}.{code}"
    for component in COMPONENTS:
        yield f"mother.plan.{component}"
