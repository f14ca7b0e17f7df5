"""The conversation's life as one state machine, shared by all interviews of a protocol.

The machine holds no interview: a light model carries the stored state through one trigger. There is
no I/O in it and no time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from transitions import MachineError
from transitions.extensions.nesting import HierarchicalMachine, NestedState

CHOOSING_LANGUAGE = "choosing_language"
CHECKING = "checking"
"""Before a mother answers: who is with her, and is it safe?"""
EXPLAINING = "explaining"
ASKING = "asking"
CONFIRMING = "confirming"
IN_DANGER = "in_danger"
SUMMARY = "summary"
PROPOSED = "proposed"
HANDED_OVER = "handed_over"
IN_REVIEW = "in_review"
SIGNED_OFF = "signed_off"
PAUSED = "paused"
STOPPED = "stopped"

ENDED = (SIGNED_OFF, STOPPED)
"""States in which an interview is closed and a new one may be opened."""

SEPARATOR = "."


class NotPossibleError(Exception):
    """The conversation cannot do this where it stands now."""


class LifeState(NestedState):
    """A state whose children are written after a point: `asking.safety`."""

    separator = SEPARATOR


class LifeMachine(HierarchicalMachine):
    """The machine with point-separated states."""

    state_cls = LifeState


@dataclass(slots=True)
class Life:
    """What the machine moves: the state, and the stage that the answers call for."""

    state: str
    stage: str


def states(sections: tuple[str, ...]) -> list[str | dict[str, Any]]:
    """Return the machine's states; asking has one for each section."""
    return [
        CHOOSING_LANGUAGE,
        CHECKING,
        EXPLAINING,
        {"name": ASKING, "children": list(sections)},
        CONFIRMING,
        IN_DANGER,
        SUMMARY,
        PROPOSED,
        HANDED_OVER,
        IN_REVIEW,
        SIGNED_OFF,
        PAUSED,
        STOPPED,
    ]


def transitions(sections: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the machine's transitions.

    `proceed` and `resume` go where the answers call for (`Life.stage`): the section of the next
    question, the summary, or beyond it.
    """
    asking = [f"{ASKING}{SEPARATOR}{name}" for name in sections]
    live = [CHECKING, EXPLAINING, ASKING, CONFIRMING, IN_DANGER, SUMMARY, PROPOSED, HANDED_OVER]
    met = [CHECKING, EXPLAINING, ASKING, CONFIRMING, SUMMARY, HANDED_OVER]
    moves: list[dict[str, Any]] = [
        {"trigger": "weigh", "source": ASKING, "dest": CONFIRMING},
        {"trigger": "meet_danger", "source": [*met, PAUSED], "dest": IN_DANGER},
        {"trigger": "submit", "source": PROPOSED, "dest": IN_REVIEW},
        {"trigger": "take_back", "source": IN_REVIEW, "dest": PROPOSED},
        {"trigger": "sign_off", "source": IN_REVIEW, "dest": SIGNED_OFF},
        {"trigger": "send_back", "source": IN_REVIEW, "dest": SUMMARY},
        {"trigger": "let_go_on", "source": IN_DANGER, "dest": PAUSED},
        {"trigger": "pause", "source": [CHOOSING_LANGUAGE, *live], "dest": PAUSED},
        {"trigger": "stop", "source": [CHOOSING_LANGUAGE, *live, PAUSED], "dest": STOPPED},
    ]
    begins = [CHECKING, EXPLAINING, IN_DANGER]
    moves.extend(_towards("choose_language", CHOOSING_LANGUAGE, begins))
    beyond = [*asking, CONFIRMING, SUMMARY, PROPOSED, HANDED_OVER]
    proceeds = {
        CHECKING: [EXPLAINING, *beyond],
        EXPLAINING: asking,
        ASKING: [*asking, SUMMARY, PROPOSED, HANDED_OVER],
        CONFIRMING: [*asking, SUMMARY, PROPOSED, HANDED_OVER],
        IN_DANGER: [*asking, SUMMARY],
        SUMMARY: [*asking, PROPOSED, HANDED_OVER],
        PROPOSED: asking,
        HANDED_OVER: asking,
    }
    for source, stages in proceeds.items():
        moves.extend(_towards("proceed", source, stages))
    returns = [CHECKING, EXPLAINING, *asking, CONFIRMING, IN_DANGER, SUMMARY, PROPOSED, HANDED_OVER]
    moves.extend(_towards("resume", PAUSED, returns))
    return moves


def _towards(name: str, source: str, stages: list[str]) -> list[dict[str, Any]]:
    """Make the moves from one state to whichever of the stages the answers call for."""
    return [
        {"trigger": name, "source": source, "dest": stage, "conditions": at(stage)}
        for stage in stages
    ]


def at(stage: str) -> Any:
    """Make the condition that the answers call for this stage."""

    def condition(event: Any) -> bool:
        return bool(event.model.stage == stage)

    condition.__name__ = f"at_{stage.replace(SEPARATOR, '_')}"
    return condition


@lru_cache
def machine(sections: tuple[str, ...]) -> LifeMachine:
    """Return the one machine for these sections."""
    return LifeMachine(
        model=None,
        states=states(sections),
        transitions=transitions(sections),
        initial=CHOOSING_LANGUAGE,
        auto_transitions=False,
        send_event=True,
    )


def trigger(sections: tuple[str, ...], state: str, stage: str, name: str) -> str:
    """Return the state after a trigger.

    Raises NotPossibleError where the trigger has no way out of this state.
    """
    life = Life(state, stage)
    try:
        moved = machine(sections).trigger_event(life, name)
    except MachineError as error:
        raise NotPossibleError(f"{name} in {state}") from error
    if not moved:
        raise NotPossibleError(f"{name} in {state} towards {stage}")
    return life.state
