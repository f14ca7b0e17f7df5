"""The stories of two people (`tests/stories/two_people`), their turns interleaved.

A turn is whose it is (`therapist`, `mother`, or `for_her`: the therapist writes down what she says)
and either one step, or what is answered until something is asked that the turn does not answer;
`rest` answers everything else.
"""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.scenario import PLAIN_STEPS, Player, Scenario, ScenarioError, _Loader, differences
from bot.service import Service
from flows import events as ev
from flows.conversation import propose
from flows.interview import Interview
from flows.questions import MOTHER, QUICK, THERAPIST
from flows.sources import merge
from flows.utterances import Utterance
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue, languages
from storage.store import Store

STORIES = sorted((Path(__file__).parents[1] / "stories" / "two_people").glob("*.yaml"))


class Two:
    """The two interviews of one case."""

    def __init__(self, service: Service, store: Store, mode: str, language: str) -> None:
        self.service, self.store = service, store
        self.number = 0
        self.shown: dict[str, Utterance] = {}
        self.state: dict[str, Interview] = {}
        opened = service.open(respondent=THERAPIST, mode=mode, new=True)
        hers = service.open(respondent=MOTHER, mode="full", case=opened.interview.case, new=False)
        self.ids = {THERAPIST: opened.id, MOTHER: hers.id}
        for whose in self.ids:
            self.do(whose, ev.ChooseLanguage(language))

    def do(self, whose: str, event: ev.Event, by: str = "") -> None:
        self.number += 1
        key = str(self.number)
        turn = self.store.run(
            lambda transaction: self.service.apply(
                transaction, self.ids[whose], event, update_key=key, by=by
            )
        )
        self.state[whose] = turn.interview
        self.shown[whose] = turn.said[-1].utterance

    def turn(self, whose: str, what: Any) -> None:
        by = THERAPIST if whose == "for_her" else ""
        whose = MOTHER if by else whose
        if isinstance(what, str):
            self.do(whose, PLAIN_STEPS[what], by)
            return
        self.do(whose, ev.Show(), by)
        for about in ("company", "safe"):
            if about in what:
                self.do(whose, ev.Check(about, str(what[about])), by)
        if "company" in what:
            return
        answers = {name: value for name, value in what.items() if name != "rest"}
        scenario = Scenario(title="", answers=answers, otherwise=what.get("rest"))
        player = Player(VOORSTUDIE_CORE, scenario)
        try:
            while (event := player.next_event(self.shown[whose])) is not None:
                before = self.shown[whose]
                self.do(whose, event, by)
                if self.shown[whose] == before:
                    return  # nothing goes on from here, as in danger
        except ScenarioError:
            return


# Each in one language, by turns: that it changes nothing is tested with the other stories.
@pytest.mark.parametrize(
    ("path", "language"),
    list(zip(STORIES, cycle(languages()), strict=False)),
    ids=lambda item: getattr(item, "stem", item),
)
def test_a_story_of_two(path: Path, language: str, service: Service, store: Store) -> None:
    story = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    two = Two(service, store, story.get("mode", QUICK), language)
    for turn in story["turns"]:
        ((whose, what),) = turn.items()
        two.turn(whose, what)
    own, hers = two.state[THERAPIST], two.state[MOTHER]
    assert own.state == "proposed"
    proposal = propose(VOORSTUDIE_CORE, own, hers)
    found = proposal.to_data(catalogue(language).say)
    expect = dict(story["expect"])
    assert hers.state.partition(".")[0] == expect.pop("hers", hers.state.partition(".")[0])
    merged = merge(VOORSTUDIE_CORE, own, hers)
    counts = {source.question.id: source for source in merged.sources}
    for name, respondent in expect.pop("counts", {}).items():
        assert counts[name].respondent == respondent, name
    for name, writer in expect.pop("written_by", {}).items():
        assert counts[name].answer.by == writer, name
    shown = {item.id for item in proposal.conflicts if item.kind == "two_sources"}
    assert shown == set(expect.pop("conflicts"))
    assert list(differences(expect, found)) == []
    kept = store.run(lambda transaction: transaction.proposals(two.ids[THERAPIST]))
    assert kept[-1].content_hash == proposal.hash
