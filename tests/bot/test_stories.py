"""Every story, played through the service and a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from bot.scenario import ScenarioError, differences, play, read_scenario
from bot.service import Service
from flows import events as ev
from flows.conversation import propose
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import SOURCE_LANGUAGE, catalogue, languages
from storage.store import Store

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))
VIGNETTES = {f"V{number:02}" for number in range(1, 24)}


# Through the store in the source language and in one other, by turns; in all of them without it in
# `test_language_switches`.
@pytest.mark.parametrize(
    ("story", "other"),
    list(zip(STORIES, cycle(languages()[1:]), strict=False)),
    ids=lambda item: getattr(item, "stem", item),
)
def test_a_story_ends_as_it_says(story: Path, other: str, service: Service) -> None:
    scenario = read_scenario(story)
    assert scenario.expect
    hashes = set()
    for language in (SOURCE_LANGUAGE, other):
        *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario, language)
        proposal = propose(VOORSTUDIE_CORE, turn.interview)
        hashes.add(proposal.hash)
        found = proposal.to_data(catalogue(language).say)
        assert list(differences(scenario.expect, found)) == [], language
        assert turn.interview.state == scenario.expect.get("state", "proposed"), language
    assert len(hashes) == 1


VIGNETTE_FILES = [path for path in STORIES if path.stem[:3] in VIGNETTES]


@pytest.mark.parametrize("story", VIGNETTE_FILES, ids=lambda path: path.stem)
def test_the_quick_intake_comes_to_the_same_verdict_and_order(
    story: Path, service: Service
) -> None:
    full = read_scenario(story)
    quick = replace(full, mode="quick", otherwise="unknown")
    results = []
    for scenario in (full, quick):
        *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario)
        decision = propose(VOORSTUDIE_CORE, turn.interview).decision
        decisive = [name for name in turn.interview.answers if VOORSTUDIE_CORE.by_id[name].quick]
        results.append((decision.verdict, decision.order, len(decisive)))
    (verdict, order, asked), (quick_verdict, quick_order, quick_asked) = results
    assert (quick_verdict, quick_order) == (verdict, order)
    assert quick_asked <= asked


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


def test_an_answer_that_cannot_be_read_ends_a_scenario_instead_of_going_round(
    tmp_path: Path, service: Service
) -> None:
    path = tmp_path / "story.yaml"
    path.write_text("answers: {acute_unsafety: perhaps}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as ended:
        list(play(service, VOORSTUDIE_CORE, read_scenario(path)))
    assert ended.value.problem.id == "scenario.answer_refused"


async def test_a_turn_can_be_awaited_and_comes_after_its_commit(service: Service) -> None:
    opened = service.open(respondent="therapist", mode="quick")
    turn = await asyncio.wrap_future(
        service.submit(opened.id, ev.ChooseLanguage("nl"), update_key="1")
    )
    assert turn.interview.state == "explaining"
    assert [
        event.kind for _, events in service.events_of(opened.interview.case) for event in events
    ]


def test_an_update_that_comes_twice_counts_once_and_gives_its_reply_again(
    service: Service,
) -> None:
    opened = service.open(respondent="therapist", mode="quick")
    service.handle(opened.id, ev.ChooseLanguage("nl"), update_key="1")
    first = service.handle(opened.id, ev.Proceed(), update_key="2")
    second = service.handle(opened.id, ev.Proceed(), update_key="2")
    assert second.interview == first.interview
    assert second.deliveries == first.deliveries
    service.acknowledge(first.deliveries)
    assert service.handle(opened.id, ev.Proceed(), update_key="2").deliveries == ()


def test_showing_a_proposal_again_makes_no_second_one(service: Service, store: Store) -> None:
    scenario = read_scenario(Path(__file__).parents[1] / "stories" / "V04.yaml")
    *_, (_, turn) = play(service, VOORSTUDIE_CORE, scenario)
    opened = service.open(respondent="therapist", mode="quick", case=turn.interview.case)
    service.handle(opened.id, ev.Show(), update_key="again")
    kept = store.run(lambda transaction: transaction.proposals(opened.id))
    assert len(kept) == 1
    assert kept[0].payload["proposal"]["order"] == ["parent", "relationship", "child"]
