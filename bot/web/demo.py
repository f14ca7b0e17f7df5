"""A demonstration: made-up families of the vignettes, handed in, for a made-up supervisor."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.access import SUPERVISOR, WEB
from bot.scenario import Scenario, play, read_scenario
from bot.service import Opened, Service
from bot.settings import SettingsError
from flows import events as ev
from flows.messages import message
from flows.protocol import Protocol
from flows.questions import THERAPIST
from storage.people import PersonRecord
from storage.store import Store
from storage.transaction import Transaction

THERAPIST_LABEL, SUPERVISOR_LABEL = "demo 1", "demo 2"
STORIES: Final = Path(__file__).parents[2] / "tests" / "stories"
_VIGNETTES: Final = "V*.yaml"
_MOTHERS: Final = "mother-answers.yaml"
_IN_ARABIC, _IN_TIGRINYA = "V12", "V03"
"""Families whose mother answered too, each in her own language."""
_HER_LANGUAGE: Final = {_IN_ARABIC: "ar", _IN_TIGRINYA: "ti"}


def fill(store: Store, protocol: Protocol, stories: Path = STORIES) -> PersonRecord:
    """Fill an empty database with the demonstration; give its supervisor.

    One that was filled before stays as it is. Raises SettingsError where the stories are not there,
    or where the database holds somebody else's people.
    """
    colleagues = store.run(lambda transaction: transaction.people.all())
    for person in colleagues:
        if person.role == SUPERVISOR and person.label == SUPERVISOR_LABEL:
            return person
    cases = store.run(lambda transaction: transaction.cases())
    if colleagues or cases:
        raise SettingsError(message("web.setting.demo_database"))
    files = sorted(stories.glob(_VIGNETTES))
    if not files:
        raise SettingsError(message("web.setting.demo_stories"))
    service = Service(store, protocol, channel=WEB, clock=lambda: datetime.now(UTC))

    def people(transaction: Transaction) -> tuple[PersonRecord, PersonRecord]:
        therapist = transaction.people.add(THERAPIST, label=THERAPIST_LABEL)
        supervisor = transaction.people.add(SUPERVISOR, label=SUPERVISOR_LABEL)
        transaction.people.assign(therapist.id, supervisor.id)
        return therapist, supervisor

    therapist, supervisor = store.run(people)
    for file in files:
        _family(service, store, protocol, therapist.id, file)
    return supervisor


def _play(
    service: Service,
    protocol: Protocol,
    scenario: Scenario,
    language: str | None,
    opened: Opened,
) -> None:
    for _ in play(service, protocol, scenario, language, opened):
        pass


def _family(service: Service, store: Store, protocol: Protocol, therapist: str, file: Path) -> None:
    """Play one vignette and hand it in; a mother answers first where she does."""
    scenario = read_scenario(file)
    opened = store.run(
        lambda transaction: service.open_for(transaction, therapist, mode=scenario.mode)
    )
    language = _HER_LANGUAGE.get(file.stem)
    if language is not None:
        hers = read_scenario(file.with_name(_MOTHERS))
        case = store.run(lambda transaction: transaction.interview(opened.id)).case_id
        begun = store.run(lambda transaction: service.open_hers(transaction, case))
        _play(service, protocol, hers, language, begun)
    _play(service, protocol, scenario, None, opened)
    service.handle(opened.id, ev.Submit(), update_key=f"{opened.id}:submit")
