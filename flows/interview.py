"""The interview: its answers, the path they make, and the question that follows from them.

Nothing here is a position in a script. The path is recomputed from the answers each time; back,
edit, resuming after days and the next question are all the same computation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from math import ceil
from typing import Any

from flows.conditions import YES
from flows.messages import Message, age, message
from flows.protocol import Protocol
from flows.questions import FULL, MOTHER, QUICK, THERAPIST, Kind, Question

_DOUBTFUL_WEIGHT = 0.15
"""How much a question counts in "about N" while it is open whether it will apply."""

_SETTLED_EARLY, _SETTLED_SHARE = 7, 0.35
"""Of the questions that may still matter to the quick intake: how many the first answers settle,
and what share is still asked later on. By experience (`benchmarks/taps.py`)."""


class How(StrEnum):
    """How an answer came to be. Unknown and skipped are answers too, and never read as no."""

    GIVEN = "given"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a code, several codes, digits, an ISO date or free text; never a label.

    `set_aside` marks an answer that another answer put off the path, or that was not yet given
    again since: it is kept, offered again, and invisible to the rules. `asked` is the fingerprint
    of the question as it was asked; answers from protocol 1.0.0 have none. `by` is who recorded the
    answer where that was not the respondent; `said` is then the danger that the respondent had told
    of, where something else was written down.
    """

    how: How
    value: str | tuple[str, ...]
    at: datetime
    language: str
    set_aside: bool = False
    asked: str = ""
    by: str = ""
    said: str = ""

    def same_as(self, other: Answer) -> bool:
        """Whether both say the same, whenever and in whatever language they were given."""
        return (self.how, self.value) == (other.how, other.value)

    def to_data(self) -> dict[str, Any]:
        """Return the answer as JSON-ready data."""
        return {
            "how": str(self.how),
            "value": list(self.value) if isinstance(self.value, tuple) else self.value,
            "at": self.at.isoformat(),
            "language": self.language,
            "set_aside": self.set_aside,
            "asked": self.asked,
            **({"by": self.by} if self.by else {}),
            **({"said": self.said} if self.said else {}),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Answer:
        """Rebuild an answer from what `to_data` returned."""
        value = data["value"]
        return cls(
            how=How(data["how"]),
            value=tuple(value) if isinstance(value, list) else str(value),
            at=datetime.fromisoformat(data["at"]),
            language=data["language"],
            set_aside=data["set_aside"],
            asked=data.get("asked", ""),
            by=data.get("by", ""),
            said=data.get("said", ""),
        )


@dataclass(frozen=True, slots=True)
class Pending:
    """A change to an earlier answer whose consequences were shown and that waits for a yes."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being written (text) or marked (codes) as the answer to a question.

    `masked` says that something identifying was taken out of the text, `danger` that it has words
    that may mean danger.
    """

    question: str
    value: str | tuple[str, ...]
    masked: bool = False
    danger: bool = False

    def to_data(self) -> dict[str, Any]:
        """Return the draft as JSON-ready data."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {
            "question": self.question,
            "value": value,
            **({"masked": True} if self.masked else {}),
            **({"danger": True} if self.danger else {}),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Draft:
        """Rebuild a draft from what `to_data` returned."""
        value = data["value"]
        return cls(
            data["question"],
            tuple(value) if isinstance(value, list) else value,
            data.get("masked", False),
            data.get("danger", False),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One respondent's conversation about a case, as it stands.

    `state` is where the conversation is in its life (see `conversation`). `looking_at` is the
    earlier question that was gone back to, if any. `confirmed` says that the summary was confirmed
    and no answer changed since. `proposed` is the verdict and order of the last proposal. `draft`
    is what was written or marked at a question and not yet given. `comments` are what a supervisor
    wrote when it was returned (question, or none, and text), until it is handed in again. `danger`
    holds from a yes to danger until it may be gone on.

    The rest is a mother's: `company` is who is with her and `checked` that she said it is safe to
    answer, both until she pauses; `wanted` is what she asked for before that was asked again;
    `paused_for` is why it was paused last; `consent` the text, language and moment of her yes, and
    who gave it for her where somebody did; `free_text` whether she may write in her own words;
    `plan` the order that her therapist shared with her.
    """

    case: str
    respondent: str
    mode: str
    language: str
    protocol_id: str
    protocol_version: str
    protocol_hash: str
    state: str
    accepted: bool = False
    confirmed: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    looking_at: str | None = None
    pending: Pending | None = None
    proposed: Mapping[str, Any] | None = None
    draft: Draft | None = None
    comments: tuple[tuple[str, str], ...] = ()
    danger: bool = False
    company: str = ""
    checked: bool = False
    consent: Mapping[str, str] | None = None
    free_text: bool = True
    plan: tuple[str, ...] = ()
    paused_for: str = ""
    wanted: str = ""

    def to_data(self) -> dict[str, Any]:
        """Return the interview as JSON-ready data: what the store keeps as its projection."""
        return {
            "case": self.case,
            "respondent": self.respondent,
            "mode": self.mode,
            "language": self.language,
            "protocol_id": self.protocol_id,
            "protocol_version": self.protocol_version,
            "protocol_hash": self.protocol_hash,
            "state": self.state,
            "accepted": self.accepted,
            "confirmed": self.confirmed,
            "answers": {name: answer.to_data() for name, answer in self.answers.items()},
            "looking_at": self.looking_at,
            "pending": self.pending
            and {"question": self.pending.question, "answer": self.pending.answer.to_data()},
            "proposed": self.proposed and dict(self.proposed),
            "draft": self.draft and self.draft.to_data(),
            "comments": [list(item) for item in self.comments],
            "danger": self.danger,
            "company": self.company,
            "checked": self.checked,
            "consent": self.consent and dict(self.consent),
            "free_text": self.free_text,
            "plan": list(self.plan),
            "paused_for": self.paused_for,
            "wanted": self.wanted,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Interview:
        """Rebuild an interview from what `to_data` returned."""
        pending = data["pending"]
        draft = data.get("draft")
        return cls(
            **{
                **data,
                "answers": {
                    name: Answer.from_data(answer) for name, answer in data["answers"].items()
                },
                "pending": pending
                and Pending(pending["question"], Answer.from_data(pending["answer"])),
                "draft": draft and Draft.from_data(draft),
                "comments": tuple((name, text) for name, text in data.get("comments", ())),
                # Kept since protocol 1.3.0; before, the state alone said it.
                "danger": data.get("danger", data["state"] == "in_danger"),
                "plan": tuple(data.get("plan", ())),
            }
        )


@dataclass(frozen=True, slots=True)
class Path:
    """The questions that apply given the answers, and the values that the rules may see.

    `values` holds, for each standing answer that was given: a code, codes with spaces between,
    digits; for text and dates only that there is one. `answered` are the questions with a standing
    answer, in the order in which one goes back through them; `next` is the one to ask now;
    `waiting` are all that are still asked, `needless` those that the quick intake leaves out
    because no answer to them can change verdict or order; `about` is roughly how many will follow.
    """

    questions: tuple[Question, ...]
    values: dict[str, str]
    standing: dict[str, Answer]
    answered: tuple[Question, ...]
    next: Question | None
    waiting: tuple[str, ...]
    needless: tuple[str, ...]
    about: int

    def before(self, question: Question | None) -> Question | None:
        """Return the last answered question before this one (before the end, for None)."""
        earlier = None
        for item in self.answered:
            if question is not None and item.id == question.id:
                break
            earlier = item
        return earlier

    def progress(self, question: Question) -> tuple[int, int]:
        """Return the question's place and about how many there will be."""
        ids = [item.id for item in self.answered]
        place = (ids.index(question.id) if question.id in ids else len(ids)) + 1
        return place, max(place, len(ids) + self.about)


def asked_of(
    protocol: Protocol, respondent: str, mode: str, *, free_text: bool = True
) -> Iterator[Question]:
    """Give the questions that this respondent can get in this mode, in their order.

    Where a mother's free text is off, choices stand in for what she would write.
    """
    for question in protocol.questions:
        if respondent not in question.respondents or (mode == QUICK and not question.quick):
            continue
        if question.instead_of and free_text:
            continue
        if question.kind is Kind.TEXT and not free_text and respondent == MOTHER:
            continue
        yield question


def walk(protocol: Protocol, interview: Interview, mode: str | None = None) -> Path:
    """Compute the path. An answer that is set aside, off the path or no longer offered is unseen.

    `mode` asks for the path of another mode than the interview's. One turn asks for the same path
    many times, so the last ones are remembered; answers are never changed in place.
    """
    mode = mode or interview.mode
    key = (
        id(protocol),
        id(interview.answers),
        interview.respondent,
        mode,
        interview.free_text,
    )
    known = _walked.get(key)
    if known is None:
        # What the key's numbers stand for is kept with it, so that they stand for nothing else.
        known = (_walk(protocol, interview, mode), protocol, interview.answers)
        _walked[key] = known
        while len(_walked) > _WALKS_REMEMBERED:
            _walked.pop(next(iter(_walked)), None)
    return known[0]


_WALKS_REMEMBERED = 32
_walked: dict[tuple[object, ...], tuple[Path, Protocol, Mapping[str, Answer]]] = {}


def _walk(protocol: Protocol, interview: Interview, mode: str) -> Path:
    asked = tuple(asked_of(protocol, interview.respondent, mode, free_text=interview.free_text))
    questions: list[Question] = []
    values: dict[str, str] = {}
    standing: dict[str, Answer] = {}
    open_names: set[str] = set()
    doubtful = 0
    for question in asked:
        if question.applies(values) != YES:
            doubtful += any(name in open_names for name in question.applies.names())
            continue
        questions.append(question)
        answer = interview.answers.get(question.id)
        if answer is None or answer.set_aside or not fits(question, answer, values):
            if not question.aside:
                open_names.add(question.id)
            continue
        standing[question.id] = answer
        if answer.how is How.GIVEN:
            values[question.id] = seen_by_rules(question, answer)
    answered = [item for item in questions if item.id in standing]
    waiting = tuple(item.id for item in questions if item.id in open_names)
    required = next((item for item in questions if item.required and item.id in open_names), None)
    if mode == QUICK:
        usual = [item for item in asked if not item.aside and not item.required]
        choice = protocol.quick_intake.choose(usual, standing, values)
        order = list(interview.answers)
        answered.sort(key=lambda item: order.index(item.id))
        following, waiting, needless = choice.next, choice.matter, choice.settled
        about = max(len(waiting) - _SETTLED_EARLY, ceil(len(waiting) * _SETTLED_SHARE))
    else:
        following = protocol.by_id[waiting[0]] if waiting else None
        needless = ()
        about = len(waiting) + round(doubtful * _DOUBTFUL_WEIGHT)
    following = required or following
    return Path(
        tuple(questions), values, standing, tuple(answered), following, waiting, needless, about
    )


def fits(question: Question, answer: Answer, values: Mapping[str, str]) -> bool:
    """Whether the answer is still one of those that the question offers."""
    if answer.how is not How.GIVEN:
        return True
    if question.kind is Kind.CHOICE:
        return answer.value in question.offered(values)
    if question.kind is Kind.MULTI_CHOICE:
        offered = question.offered(values)
        return bool(answer.value) and all(code in offered for code in answer.value)
    return True


def seen_by_rules(question: Question, answer: Answer) -> str:
    """Return a given answer as the value that conditions read."""
    if question.kind in (Kind.TEXT, Kind.DATE):
        return How.GIVEN
    if isinstance(answer.value, tuple):
        return " ".join(answer.value)
    return answer.value


def settled(protocol: Protocol, interview: Interview) -> tuple[Interview, tuple[str, ...]]:
    """Set aside every answer that is no longer on the path; return which ones were, just now.

    What the interview's mode does not ask is left alone: it is on the path of the other mode.
    """
    full = walk(protocol, interview, mode=FULL)
    asked = {question.id for question in full.questions}
    gone = tuple(
        name
        for name, answer in interview.answers.items()
        if not answer.set_aside and (name not in asked or name not in full.standing)
    )
    if not gone:
        return interview, ()
    answers = {
        name: replace(answer, set_aside=True) if name in gone else answer
        for name, answer in interview.answers.items()
    }
    return replace(interview, answers=answers), gone


def still_to_collect(protocol: Protocol, interview: Interview) -> tuple[str, ...]:
    """Return what the whole intake still has to collect: ids of questions without a given answer.

    The intake of the pre-study (passages D01-D06) wants more than what decides the order, so the
    path of the full intake counts also after a quick one.
    """
    path = walk(protocol, interview, mode=FULL)
    return tuple(
        question.id
        for question in path.questions
        if question.id not in path.values
        and not question.aside
        and (question.quick or any(name in INTAKE_PASSAGES for name in question.passages))
    )


INTAKE_PASSAGES = ("D01", "D02", "D03", "D04", "D05", "D06")


def current_question(path: Path, interview: Interview) -> Question | None:
    """Return the question that is asked now; None when nothing is left to ask."""
    if interview.looking_at is not None:
        for question in path.questions:
            if question.id == interview.looking_at:
                return question
    return path.next


def answer_message(question: Question, answer: Answer, respondent: str = THERAPIST) -> Message:
    """Return an answer in words, for any language."""
    if answer.how is How.UNKNOWN:
        return message("value.unknown")
    if answer.how is How.SKIPPED:
        return message("value.skipped")
    if isinstance(answer.value, tuple):
        return message(
            "value.list",
            items=tuple(question.choice_label(code, respondent) for code in answer.value),
        )
    match question.kind:
        case Kind.CHOICE:
            return question.choice_label(answer.value, respondent)
        case Kind.AGE:
            return age(int(answer.value))
        case Kind.DATE:
            return message("value.date", date=date.fromisoformat(answer.value))
        case Kind.NUMBER:
            return message("value.number", number=answer.value)
    return message("value.text", text=answer.value)


def chosen_codes(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return an answer's codes, one or several."""
    return value if isinstance(value, tuple) else (value,)
