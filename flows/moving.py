"""Moving an interview to another version of its protocol.

An interview is pinned to the protocol it was begun with: its id, version and content hash. Under
another one it is not gone on with until someone has seen what carries over, what must be asked
again and whether the order changes, and has said yes. Earlier proposals stay as they were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flows.interview import Answer, Interview, settled, walk
from flows.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Move:
    """What moving would do.

    `carried`, `ask_again` and `gone` are question ids: answers that stand, answers to questions
    that changed (they are offered again), and answers to questions that are no longer there (they
    are kept, and unseen). `before` is the verdict and order of the last proposal, if there was one;
    `after` what the answers that carry over give under the new rules.
    """

    interview: Interview
    carried: tuple[str, ...]
    ask_again: tuple[str, ...]
    gone: tuple[str, ...]
    before: tuple[str, tuple[str, ...]] | None
    after: tuple[str, tuple[str, ...]]


def is_outdated(protocol: Protocol, interview: Interview) -> bool:
    """Whether the interview was begun under another protocol, or another content of this one."""
    return interview.protocol_hash != protocol.hash


def plan_move(protocol: Protocol, interview: Interview) -> Move:
    """Return what moving the interview to this protocol does, the moved interview with it."""
    moved, _ = settled(protocol, moved_interview(protocol, interview))
    standing = [name for name, answer in interview.answers.items() if not answer.set_aside]
    carried = tuple(name for name in standing if not moved.answers[name].set_aside)
    gone = tuple(name for name in standing if name not in protocol.by_id)
    decision = protocol.propose_from(walk(protocol, moved).values, ()).decision
    return Move(
        interview=moved,
        carried=carried,
        ask_again=tuple(name for name in standing if name not in (*carried, *gone)),
        gone=gone,
        before=outcome(interview.proposed),
        after=(decision.verdict, decision.order),
    )


def moved_interview(protocol: Protocol, interview: Interview) -> Interview:
    """Return the interview under this protocol, with what changed set aside."""
    changed = protocol.changed_since.get(interview.protocol_version, ())
    answers = {
        name: replace(answer, set_aside=True)
        if _must_be_asked(protocol, name, answer, changed)
        else answer
        for name, answer in interview.answers.items()
    }
    return replace(
        interview,
        protocol_id=protocol.id,
        protocol_version=protocol.version,
        protocol_hash=protocol.hash,
        answers=answers,
        pending=None,
        looking_at=None,
        confirmed=False,
    )


def _must_be_asked(protocol: Protocol, name: str, answer: Answer, changed: tuple[str, ...]) -> bool:
    """Whether an answer does not stand under this protocol: its question changed, or is gone.

    Answers kept since protocol 1.0.0 do not say what was asked; for them `changed` does.
    """
    question = protocol.by_id.get(name)
    if question is None:
        return True
    return answer.asked != question.fingerprint if answer.asked else name in changed


def outcome(proposed: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]] | None:
    """Return verdict and order of a proposal as it is kept."""
    return (str(proposed["verdict"]), tuple(proposed["order"])) if proposed else None
