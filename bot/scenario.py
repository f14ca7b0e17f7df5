"""Scenarios: interviews written down beforehand, to be played without a person.

The same file is a demonstration, a test story, and a way to reproduce what happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.service import Delivered, Opened, Service
from flows import events as ev
from flows.conditions import YES
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import MODES, QUICK, RESPONDENTS, THERAPIST
from flows.utterances import Screen, Utterance
from locales import SOURCE_LANGUAGE, languages

UNKNOWN, SKIP = "unknown", "skip"

PLAIN_STEPS: Mapping[str, ev.Event] = {
    "back": ev.Back(),
    "why": ev.Why(),
    "repeat": ev.Show(),
    "resume": ev.Show(),
    "pause": ev.Pause(),
    "leave": ev.Leave(),
    "stop": ev.Stop(),
    "proceed": ev.Proceed(),
    "confirm": ev.Confirm(),
    "cancel": ev.Cancel(),
    "summary": ev.Summarise(),
    "submit": ev.Submit(),
    "too_much": ev.TooMuch(),
    "let_go_on": ev.LetGoOn(),
}
_USUAL_CHECKS = {"company": "alone", "safe": YES}
KEYS = (
    "title",
    "vignette",
    "respondent",
    "language",
    "mode",
    "background",
    "answers",
    "otherwise",
    "steps",
    "expect",
)
EXPECTABLE = (
    "state",
    "verdict",
    "verdict_reason",
    "order",
    "order_row",
    "strength",
    "gates",
    "labels",
    "variants",
    "reasons",
    "passages",
    "conflicts",
    "ambiguities",
    "actions",
    "cautions",
    "barriers",
    "pivotal",
    "not_pivotal",
    "what_if",
)


class ScenarioError(Exception):
    """A scenario that cannot be read or played; `problem` says where and what is allowed."""

    def __init__(self, problem: Message) -> None:
        self.problem = problem
        super().__init__(problem.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One written-down interview: what is answered when asked, what happens on the way, and what
    must come of it."""

    title: str
    respondent: str = THERAPIST
    language: str = SOURCE_LANGUAGE
    mode: str = QUICK
    answers: Mapping[str, Any] = field(default_factory=dict)
    otherwise: str | None = None
    steps: tuple[Any, ...] = ()
    expect: Mapping[str, Any] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """Reads yes and no as the words they are, not as truth values."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file; `background` names another file beside it whose answers come first.

    Raises ScenarioError for a file that is not there, is not YAML, or has unknown keys.
    """
    data = _read_yaml(path)
    for key in data:
        if key not in KEYS:
            raise _refused(path, str(key), KEYS)
    for key, kind, allowed_kind in (
        ("answers", dict, "question: answer"),
        ("expect", dict, "name: value"),
        ("steps", list, "- step"),
    ):
        if not isinstance(data.get(key, kind()), kind):
            raise _refused(path, key, (allowed_kind,))
    answers: dict[str, Any] = {}
    if "background" in data:
        base = _read_yaml(path.parent / f"{data['background']}.yaml").get("answers", {})
        if not isinstance(base, dict):
            raise _refused(path, "background", ("question: answer",))
        answers.update(base)
    answers.update(data.get("answers", {}))
    for key, allowed in (
        ("respondent", RESPONDENTS),
        ("mode", MODES),
        ("language", languages()),
        ("otherwise", (UNKNOWN, SKIP)),
    ):
        if key in data and str(data[key]) not in allowed:
            raise _refused(path, f"{key}: {data[key]}", allowed)
    for key in data.get("expect", {}):
        if key not in EXPECTABLE:
            raise _refused(path, f"expect.{key}", EXPECTABLE)
    given = {
        key: data[key]
        for key in ("title", "respondent", "language", "mode", "otherwise", "expect")
        if key in data
    }
    given.setdefault("title", path.stem)
    return Scenario(**given, answers=answers, steps=tuple(data.get("steps", ())))


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise ScenarioError(message("scenario.unreadable", path=str(path))) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ScenarioError(message("scenario.not_yaml", path=str(path))) from error
    if not isinstance(data, dict):
        raise ScenarioError(message("scenario.not_yaml", path=str(path)))
    return data


def _refused(path: Path, what: str, allowed: tuple[str, ...]) -> ScenarioError:
    return ScenarioError(
        message("scenario.refused", path=str(path), what=what, allowed=", ".join(allowed))
    )


class Player:
    """Says, for each screen, what the scenario's person does next."""

    def __init__(self, protocol: Protocol, scenario: Scenario) -> None:
        self._protocol = protocol
        self._scenario = scenario
        self._steps = list(scenario.steps)
        self._tried = ""

    def next_event(self, waiting: Utterance) -> ev.Event | None:
        """Return the next event; None when the scenario is at its end.

        Raises ScenarioError where the scenario has no answer for what is asked.
        """
        question = str(waiting.data.get("question", ""))
        if question and question == self._tried:
            raise ScenarioError(message("scenario.answer_refused", question=question))
        self._tried = ""
        if self._steps:
            name, value = self._step(self._steps[0])
            if name in self._protocol.by_id and name != question:
                return self._by_itself(waiting, question)
            if name == "until":
                if value != question:
                    return self._by_itself(waiting, question)
                self._steps.pop(0)
                return self.next_event(waiting)
            self._steps.pop(0)
            return self._event(name, value, question)
        if waiting.screen in (Screen.PROPOSAL, Screen.PAUSED, Screen.LEFT, Screen.ENDED):
            return None
        return self._by_itself(waiting, question)

    def _step(self, step: Any) -> tuple[str, Any]:
        if isinstance(step, str):
            return step, None
        if not isinstance(step, dict) or len(step) != 1:
            raise ScenarioError(message("scenario.unknown_step", step=str(step)))
        ((name, value),) = step.items()
        return str(name), value

    def _event(self, name: str, value: Any, question: str) -> ev.Event:
        if name in PLAIN_STEPS:
            return PLAIN_STEPS[name]
        match name:
            case "keep":
                return ev.Keep(question)
            case "skip":
                return ev.Skip(question)
            case "unknown":
                return ev.DontKnow(question)
            case "language" if str(value) in languages():
                return ev.ChooseLanguage(str(value))
            case "mode":
                return ev.ChangeMode(str(value))
            case "edit":
                return ev.Edit(str(value))
            case "company" | "safe":
                return ev.Check(name, str(value))
        if name in self._protocol.by_id:
            return _given(name, value)
        raise ScenarioError(
            message("scenario.unknown_step", step=name if value is None else f"{name}: {value}")
        )

    def _by_itself(self, waiting: Utterance, question: str) -> ev.Event:
        """Do what the scenario's person does when nothing particular is written down."""
        match waiting.screen:
            case Screen.CHECK:
                step = str(waiting.data["about"])
                return ev.Check(step, _USUAL_CHECKS[step])
            case Screen.QUESTION:
                if question in self._scenario.answers:
                    self._tried = question  # asked again at once, it could not be read
                    return _given(question, self._scenario.answers[question])
                if self._scenario.otherwise == SKIP:
                    return ev.Skip(question)
                if self._scenario.otherwise == UNKNOWN:
                    return ev.DontKnow(question)
                raise ScenarioError(message("scenario.no_answer", question=question))
            case Screen.CONSEQUENCES:
                return ev.Confirm()
            case Screen.MOVING:
                return ev.Move()
            case Screen.SUMMARY if not waiting.data["final"]:
                return ev.Show()
            case Screen.PAUSED | Screen.LEFT:
                return ev.Show()
            case Screen.ENDED | Screen.PROPOSAL:
                raise ScenarioError(message("scenario.over"))
        return ev.Proceed()


def play(
    service: Service,
    protocol: Protocol,
    scenario: Scenario,
    language: str | None = None,
    opened: Opened | None = None,
) -> Iterator[tuple[ev.Event, Delivered]]:
    """Play a scenario on a new case (or an interview that was just opened), in its own language or
    another; give each event and its turn.

    Raises ScenarioError where the scenario has no answer or a step that is not possible.
    """
    if opened is None:
        opened = service.open(respondent=scenario.respondent, mode=scenario.mode, new=True)
    player = Player(protocol, scenario)
    event: ev.Event | None = ev.ChooseLanguage(language or scenario.language)
    number = 0
    while event is not None:
        turn = service.handle(opened.id, event, update_key=f"{opened.id}:{number}")
        yield event, turn
        service.acknowledge(turn.deliveries)
        event = player.next_event(turn.deliveries[-1].said.utterance)
        number += 1


def _given(question: str, value: Any) -> ev.Event:
    if value == UNKNOWN:
        return ev.DontKnow(question)
    if value == SKIP:
        return ev.Skip(question)
    if isinstance(value, list):
        return ev.Give(question, tuple(str(code) for code in value))
    return ev.Give(question, str(value))


def differences(expect: Mapping[str, Any], proposal: Mapping[str, Any]) -> Iterator[str]:
    """Give a line for each expectation that the proposal (its interface form) does not meet.

    Lists of rules, passages, conflicts and the like must be contained; the rest must be equal.
    """
    found = _comparable(proposal)
    for key, wanted in expect.items():
        if key == "state":
            continue
        if key == "not_pivotal":
            wrong = sorted(set(wanted) & set(found["pivotal"]))
            if wrong:
                yield f"pivotal: {wrong} should not be among {found['pivotal']}"
        elif key in ("verdict", "verdict_reason", "order", "order_row", "strength"):
            if found[key] != (None if wanted == "null" else wanted):
                yield f"{key}: expected {wanted}, got {found[key]}"
        elif isinstance(wanted, Mapping):
            for name, value in wanted.items():
                yield from _missing(f"{key}.{name}", value, found[key].get(name))
        else:
            yield from _missing(key, wanted, found[key])


def _missing(place: str, wanted: Any, got: Any) -> Iterator[str]:
    if isinstance(wanted, list) and place.split(".")[0] in ("reasons", *_CONTAINED):
        lacking = [item for item in wanted if item not in (got or ())]
        if lacking:
            yield f"{place}: {lacking} not among {got}"
    elif wanted != got:
        yield f"{place}: expected {wanted}, got {got}"


_CONTAINED = (
    "passages",
    "conflicts",
    "ambiguities",
    "actions",
    "cautions",
    "barriers",
    "pivotal",
)


def _comparable(proposal: Mapping[str, Any]) -> dict[str, Any]:
    steps = {step["component"]: step for step in proposal["steps"]}
    reasons = {
        name: [item["rule"] for item in (*step["reasons"], *step["why_not_earlier"])]
        for name, step in steps.items()
    }
    parts = [
        *(item for step in steps.values() for item in (*step["reasons"], *step["why_not_earlier"])),
        proposal["verdict_because"],
        *proposal["actions"],
        *proposal["cautions"],
        *proposal["conflicts"],
        *proposal["supplementary_help"],
        *proposal["barriers"],
    ]
    return {
        **{
            name: proposal[name]
            for name in ("verdict", "verdict_reason", "order", "order_row", "strength", "gates")
        },
        "labels": {name: step["label"] for name, step in steps.items()},
        "variants": {name: step["variants"] for name, step in steps.items()},
        "reasons": reasons,
        "passages": sorted({name for item in parts for name in item["passages"]}),
        "conflicts": [item["id"] for item in proposal["conflicts"]],
        "ambiguities": sorted({n for item in proposal["conflicts"] for n in item["ambiguities"]}),
        "actions": [item["rule"] for item in proposal["actions"]],
        "cautions": [item["rule"] for item in proposal["cautions"]],
        "barriers": [item["kind"] for item in proposal["barriers"] if item["blocks"]],
        "pivotal": proposal["pivotal"],
        "what_if": {
            f"{item['fact']}={item['value']}": item["order"] for item in proposal["what_if"]
        },
    }
