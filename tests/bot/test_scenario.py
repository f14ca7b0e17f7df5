"""Scenario files that cannot be read or played say which part is wrong, in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.scenario import Player, ScenarioError, read_scenario
from flows.utterances import Screen, Utterance
from flows.voorstudie.protocol import VOORSTUDIE_CORE


@pytest.mark.parametrize(
    "text",
    [
        "- a list",
        "answers: [a]",
        "expect: 3",
        "steps: back",
        "language: [nl]",
        "mode: {a: b}",
        "colour: red",
        "a: &a [*a",
        "answers: 2026-13-45",
        "[" * 3000,
    ],
)
def test_a_file_that_is_no_scenario(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError):
        read_scenario(path)


@pytest.mark.parametrize("step", ["dance", "language: xx", "[back, why]", "{a: 1, b: 2}", "3"])
def test_a_step_that_there_is_not(tmp_path: Path, step: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(f"steps:\n- {step}\n", encoding="utf-8")
    player = Player(VOORSTUDIE_CORE, read_scenario(path))
    asked = Utterance(Screen.QUESTION, (), data={"question": "acute_unsafety"})
    with pytest.raises(ScenarioError):
        player.next_event(asked)
