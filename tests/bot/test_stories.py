"""Every story, played through the service and a real database, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.scenario import ScenarioError, differences, play, read_scenario
from bot.service import Service
from flows.conversation import propose
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))
VIGNETTES = {f"V{number:02}" for number in range(1, 24)}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_a_story_ends_as_it_says(story: Path, language: str, service: Service) -> None:
    scenario = read_scenario(story)
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario, language)
    say = catalogue(language).say
    found = propose(VOORSTUDIE_CORE, turn.interview).to_data(say)
    assert scenario.expect
    assert list(differences(scenario.expect, found)) == []
    assert turn.interview.state == scenario.expect.get("state", "proposed")


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_the_language_never_changes_the_proposal(story: Path, service: Service) -> None:
    scenario = read_scenario(story)
    hashes = set()
    for language in languages():
        *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario, language)
        hashes.add(propose(VOORSTUDIE_CORE, turn.interview).hash)
    assert len(hashes) == 1


def test_every_vignette_of_the_specification_has_a_story() -> None:
    assert {path.stem[:3] for path in STORIES} >= VIGNETTES


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("answers: {acute_unsafety: no}\nlanguage: xx\n", "language: xx"),
        ("answer: {}\n", "answer"),
        ("expect: {colour: red}\n", "expect.colour"),
    ],
)
def test_a_scenario_with_an_unknown_word_is_refused_by_name(
    tmp_path: Path, text: str, part: str
) -> None:
    path = tmp_path / "story.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_scenario(path)
    assert dict(refused.value.problem.params)["what"] == part
