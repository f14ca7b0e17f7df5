"""The language never changes what is proposed: any story, in any language, switched anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.scenario import differences
from bot.service import say_all
from flows.conversation import propose
from flows.interview import walk
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages
from tests.bot.walking import STORIES, Step, steps, story

# Switches that a story makes itself would overrule the test's own.
WITHOUT_SWITCHES = [path for path in STORIES if path.stem != "two-languages"]


def ending(walked: list[Step]) -> tuple[dict[str, str], str]:
    """The values that the rules see, and the proposal, at the end of a story."""
    interview = walked[-1].interview
    return walk(VOORSTUDIE_CORE, interview).values, propose(VOORSTUDIE_CORE, interview).hash


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_is_said_in_every_language_and_ends_alike(path: Path) -> None:
    scenario = story(path)
    wanted = ending(list(steps(scenario, "nl")))
    for language in languages():
        walked = list(steps(scenario, language))
        for step in walked:
            for utterance in step.said:
                say_all(utterance, step.interview.language)
        assert ending(walked) == wanted, language
        proposal = propose(VOORSTUDIE_CORE, walked[-1].interview)
        found = proposal.to_data(catalogue(language).say)
        assert list(differences(scenario.expect, found)) == [], language


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(WITHOUT_SWITCHES),
    st.dictionaries(st.integers(1, 40), st.sampled_from(languages()), max_size=8),
)
def test_switching_anywhere_changes_no_fact_and_no_proposal(
    path: Path, switches: dict[int, str]
) -> None:
    scenario = story(path)
    walked = list(steps(scenario, "nl", switches))
    assert ending(walked) == ending(list(steps(scenario, "nl")))
    answers = {name: answer.value for name, answer in walked[-1].interview.answers.items()}
    plain = list(steps(scenario, "nl"))[-1].interview.answers
    assert answers == {name: answer.value for name, answer in plain.items()}
