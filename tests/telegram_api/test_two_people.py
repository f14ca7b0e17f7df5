"""A therapist and a mother, one case, two phones."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.speech import Spoken, Voices
from bot.telegram.turn import House
from flows.conversation import propose
from flows.interview import Interview
from flows.questions import MOTHER, THERAPIST
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from storage.transaction import Transaction
from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.families import (
    Family,
    answering,
    begun,
    enrol,
    family,
    invite,
    loud,
    token_on,
)
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running, now, running


class Clock:
    """Time that goes on when a test says so."""

    def __init__(self, start: float | None = None) -> None:
        self.seconds = now() if start is None else start

    def __call__(self) -> float:
        return self.seconds

    def on(self, **much: float) -> None:
        self.seconds += timedelta(**much).total_seconds()


def interview_of(found: Family, respondent: str) -> Interview:
    def work(transaction: Transaction) -> Interview:
        case = transaction.case_by_code(found.code)
        assert case is not None
        record = transaction.latest_interview(case.id, respondent)
        assert record is not None
        return Interview.from_data(record.projection)

    return found.running.store.run(work)


def acts(bot: Running) -> list[str]:
    return [act for _, act, *_ in bot.store.run(lambda tx: tx.people.acts())]


async def proposed(phone: Phone) -> None:
    """Go through a quick intake to its proposal, danger and lack of safety denied."""
    for _ in range(60):
        if "Naar supervisor" in phone.labels:
            return
        if "Klopt" in " ".join(phone.labels):
            await phone.press(next(label for label in phone.labels if "Klopt" in label))
        elif "gevaar" in phone.screen():
            await phone.press("nee")
        elif "Veiligheid" in phone.screen():
            await phone.press("ja")
        else:
            await phone.press("Overslaan")
    raise AssertionError(phone.screen())


# --- coming in ------------------------------------------------------------------------------------


async def test_a_colleague_comes_in_by_a_link_that_works_once(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", open_therapists=False) as bot:
        phone = await enrol(bot, 11)
        assert "Welkom" in phone.screen()
        assert "Nieuw: kort" in phone.labels
        assert len(phone.messages) == 1  # the token is not left in the chat
        assert acts(bot) == ["user_added", "account_bound"]


async def test_a_link_that_was_used_or_expired_or_guessed_opens_nothing(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    clock = Clock()
    telegram.clock = clock
    async with running(
        telegram, tmp_path / "volgorde.db", open_therapists=False, clock=clock
    ) as bot:
        therapist, _ = await begun(bot)
        token = await invite(therapist)
        mother, other, late, guesser = (bot.phone(user) for user in (22, 33, 44, 55))
        await mother.send(f"/start {token}")
        assert "Wie is er nu bij je?" in mother.screen()
        await other.send(f"/start {token}")
        assert "al gebruikt" in other.screen()
        assert "Kijk nu even" in therapist.screen()
        await therapist.press("Bekijken")
        assert "tweede keer geopend" in therapist.screen()
        await therapist.press("Nieuwe link")
        await therapist.press("Nederlands")
        await therapist.press("Nee, geen")
        expired = token_on(therapist)
        clock.on(hours=2)
        await late.send(f"/start {expired}")
        assert "verlopen" in late.screen()
        for number in range(5):
            await guesser.send(f"/start {'x' * 42}{number}")
        assert "opent niets" in guesser.screen()
        await guesser.send(f"/start {'y' * 43}")
        assert "over een uur" in guesser.screen()


async def test_after_too_many_guesses_even_the_right_link_waits_an_hour(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    clock = Clock()
    telegram.clock = clock
    async with running(
        telegram, tmp_path / "volgorde.db", open_therapists=False, clock=clock
    ) as bot:
        therapist, _ = await begun(bot)
        guesser = bot.phone(55)
        for number in range(5):
            await guesser.send(f"/start {'x' * 42}{number}")
        token = await invite(therapist)
        await guesser.send(f"/start {token}")
        assert "Wie is er" not in guesser.screen()
        clock.on(minutes=61)
        token = await invite(therapist)
        await guesser.send(f"/start {token}")
        assert "Wie is er nu bij je?" in guesser.screen()


async def test_who_is_disabled_sees_nothing_at_once(polling: Running) -> None:
    therapist, code = await begun(polling)

    def disable(transaction: Transaction) -> None:
        (person,) = transaction.people.all()
        transaction.people.set_disabled(person.id, disabled=True)

    polling.store.run(disable)
    await polling.bot.look_around()
    await polling.telegram.settled()
    assert code not in therapist.screen()
    assert therapist.screen() == "bot: Tot ziens."
    await therapist.send("/cases")
    assert code not in therapist.screen()


async def test_another_role_holds_at_once(polling: Running) -> None:
    therapist, code = await begun(polling)

    def change(transaction: Transaction) -> None:
        (person,) = transaction.people.all()
        transaction.people.set_role(person.id, "admin")

    old = therapist.data("Nieuw: kort")
    polling.store.run(change)
    await therapist.press_data(old)
    assert code not in therapist.screen()
    assert "Nieuw: kort" not in therapist.labels


# --- being there ----------------------------------------------------------------------------------


async def test_the_invitation_is_a_link_and_a_picture_and_is_gone_afterwards(
    polling: Running,
) -> None:
    therapist, _ = await begun(polling)
    await invite(therapist)
    picture = next(item for item in therapist.messages if item.picture)
    assert picture.picture.startswith(b"\x89PNG")
    assert picture.protected
    await therapist.press("Zij")
    assert not any(item.picture for item in therapist.messages)
    assert "start=" not in therapist.screen()


async def test_without_her_therapist_her_questions_wait_kindly(polling: Running) -> None:
    therapist, _ = await begun(polling)
    mother = polling.phone(22)
    await mother.send(f"/start {await invite(therapist)}")
    await mother.press("niemand")
    assert "Je behandelaar is er nu niet bij" in mother.screen()
    assert "Kijk nu even" in therapist.screen()
    assert not therapist.messages[-1].silent
    await therapist.press("Bekijken")
    assert "er is niemand bij" in therapist.screen()
    await therapist.press("Ik ben bereikbaar")
    await mother.press("Verder")
    assert "Wie is er nu bij je?" in mother.screen()


async def test_her_therapist_sees_how_far_she_is(polling: Running) -> None:
    found = await answering(polling)
    assert "Beantwoord: 0 van" in found.therapist.screen()
    number = found.therapist.messages[-1].number
    await found.mother.press("nee")
    assert "Beantwoord: 1 van" in found.therapist.screen()
    assert found.therapist.messages[-1].number == number  # edited in place, without a sound


async def test_her_therapist_can_let_her_questions_wait_and_stop_them(polling: Running) -> None:
    found = await answering(polling)
    await found.therapist.press("Haar vragen stilzetten")
    assert "Je behandelaar heeft de vragen even stilgezet" in found.mother.screen()
    await found.therapist.press("Haar vragen voorgoed stoppen")
    assert "gestopt" in found.therapist.screen()
    assert interview_of(found, MOTHER).state == "stopped"
    assert "gevaar" not in found.mother.screen()


async def test_when_nobody_was_there_for_half_an_hour_her_questions_wait(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    clock = Clock()
    telegram.clock = clock
    house = House(supervision=timedelta(minutes=30))
    async with running(telegram, tmp_path / "volgorde.db", clock=clock, house=house) as bot:
        found = await answering(bot)
        clock.on(minutes=20)
        await found.mother.press("nee")
        assert "te eten" in found.mother.screen()
        clock.on(minutes=20)
        await bot.bot.look_around()
        await telegram.settled()
        assert "Je behandelaar is er nu niet bij" in found.mother.screen()
        await found.therapist.press("Bekijken")
        assert "pas antwoorden als je bij haar" in found.therapist.screen()


async def test_this_is_too_much_stops_and_tells_at_once(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.press("Dit is te veel")
    assert "We stoppen nu" in found.mother.screen()
    assert "0800-0113" in found.mother.screen()
    assert "Kijk nu even" in found.therapist.screen()
    assert "te veel" not in found.therapist.screen()
    await found.therapist.press("Bekijken")
    assert "te veel" in found.therapist.screen()


async def test_saying_no_is_heard_and_ends_it(polling: Running) -> None:
    found = await family(polling)
    for label in ("niemand", "ja", "Nee, liever niet"):
        await found.mother.press(label)
    assert interview_of(found, MOTHER).state == "stopped"
    await found.therapist.press("Bekijken")
    assert "wil niet meedoen" in found.therapist.screen()
    assert "Moeder uitnodigen" in found.therapist.labels


async def test_consent_is_kept_with_its_text_and_language(polling: Running) -> None:
    found = await answering(polling, language="en")
    consent = interview_of(found, MOTHER).consent
    assert consent is not None
    assert (consent["text"], consent["language"]) == ("2026-11-28", "en")


async def test_each_pause_asks_again_who_is_there(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.press("nee")
    await found.mother.press("Pauze")
    await found.mother.press("Verder")
    assert "Wie is er nu bij je?" in found.mother.screen()
    await found.mother.press("mijn kind")
    await found.mother.press("ja")
    assert "te eten" in found.mother.screen()


@pytest.mark.parametrize(
    ("presses", "alert"),
    [(["iemand anders"], "iemand anders"), (["niemand", "nee"], "niet veilig")],
)
async def test_where_it_is_not_safe_nothing_is_asked(
    polling: Running, presses: list[str], alert: str
) -> None:
    found = await family(polling)
    for label in presses:
        await found.mother.press(label)
    # Whoever looks over her shoulder reads nothing; whom to call is a tap away.
    assert found.mother.screen().splitlines()[0] == "bot: Het staat even stil. Alles is bewaard."
    assert all(line.startswith("  [") for line in found.mother.screen().splitlines()[1:])
    await found.mother.press("Hulp")
    assert "0800-2000" in found.mother.screen()
    await found.therapist.press("Bekijken")
    assert alert in found.therapist.screen()


async def test_what_she_reads_when_she_stops_holds_no_code(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.send("/pause")
    await found.mother.press("Ik stop ermee")
    assert "We stoppen nu" in found.mother.screen()
    assert found.code not in found.mother.screen()


# --- two sources ----------------------------------------------------------------------------------


async def test_her_answers_count_in_the_proposal_and_differences_are_shown(
    polling: Running,
) -> None:
    found = await answering(polling)
    for label in ("nee", "nee"):
        await found.mother.press(label)
    therapist = found.therapist
    await therapist.send("/cases")
    await therapist.press(f"{found.code} · ")
    await proposed(therapist)
    facts = propose(
        VOORSTUDIE_CORE, interview_of(found, THERAPIST), interview_of(found, MOTHER)
    ).facts
    assert facts.get("food_secure") == "no"
    await therapist.press("Wie zei wat")
    assert "Genoeg te eten: de moeder zegt ‘nee’, de behandelaar ‘ja’" in therapist.screen()
    assert "Het gevaarlijkste antwoord telt" in therapist.screen()
    assert "(moeder, " in therapist.screen()


async def test_what_she_says_can_be_written_down_for_her_and_is_marked_so(
    polling: Running,
) -> None:
    found = await family(polling)
    therapist = found.therapist
    await therapist.press("Ik schrijf op wat zij zegt")
    assert "Je schrijft op wat zij zegt" in therapist.screen()
    await therapist.press("Ja, ik doe mee")
    assert "Is er nu gevaar voor jou" in therapist.screen()
    await therapist.press("nee")
    answer = interview_of(found, MOTHER).answers["acute_unsafety"]
    assert answer.by == THERAPIST
    await therapist.press("Zij")
    await therapist.press("Haar antwoorden")
    assert "opgeschreven door de behandelaar" in therapist.screen()


async def test_free_text_is_off_for_her_unless_the_shelter_turns_it_on(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", mothers_write=True) as bot:
        found = await answering(bot)
        for label in ("nee", "ja", "ja", "ja"):
            await found.mother.press(label)
        await found.mother.send("Ik wil weer slapen, bel 06 12345678")
        assert "12345678" not in found.mother.screen()
        assert "slapen, bel […]" in found.mother.screen()
        await found.mother.press("Zonder deze versturen")
        assert interview_of(found, MOTHER).answers["help_request"].value == (
            "Ik wil weer slapen, bel […]"
        )
    for file in tmp_path.iterdir():
        assert b"12345678" not in file.read_bytes()


# --- the plan -------------------------------------------------------------------------------------


async def test_another_order_needs_a_reason_and_stands_beside_the_proposal(
    polling: Running,
) -> None:
    therapist, code = await begun(polling)
    await therapist.press(f"{code} · ")
    await proposed(therapist)
    await therapist.press("Andere volgorde")
    await therapist.press("NIKA, EMDR kind, EMDR ouder")
    assert "Waarom kies je een andere volgorde?" in therapist.screen()
    assert "Overslaan" not in therapist.labels
    await therapist.send("Moeder wil eerst rust voor haar kind.")
    await therapist.press("Klaar")
    assert "Eigen volgorde van de behandelaar: NIKA, EMDR kind, EMDR ouder" in therapist.screen()
    await therapist.press("Naar supervisor")

    def kept(transaction: Transaction) -> dict[str, object]:
        case = transaction.case_by_code(code)
        assert case is not None
        record = transaction.latest_interview(case.id, THERAPIST)
        assert record is not None
        return transaction.proposals(record.id)[-1].payload

    payload = polling.store.run(kept)
    assert payload["own"] == {
        "override_order": "relationship_child_parent",
        "override_reason": "Moeder wil eerst rust voor haar kind.",
    }
    assert payload["proposal"]["order"] != ["relationship", "child", "parent"]  # type: ignore[index]


async def test_the_plan_is_hers_to_see_only_when_it_is_shared(polling: Running) -> None:
    found = await answering(polling)
    therapist, mother = found.therapist, found.mother
    assert "Plan met haar delen" not in therapist.labels
    await therapist.send("/cases")
    await therapist.press(f"{found.code} · ")
    await proposed(therapist)
    await therapist.press("Zij")
    while "hoe vaak" not in mother.screen().casefold():
        await mother.press("Overslaan")
    await mother.press("Overslaan")
    await mother.press(next(label for label in mother.labels if "klopt" in label.casefold()))
    assert "Het plan bekijken" not in mother.labels
    if "Bekijken" in therapist.labels:
        await therapist.press("Bekijken")
    await therapist.press("Plan met haar delen")
    assert "Dit krijgt zij te zien" in therapist.screen()
    await therapist.press("Ja, delen")
    assert "Het plan is met haar gedeeld" in therapist.screen()
    since = len(polling.telegram.calls)
    await mother.press("Het plan bekijken")
    # Who is there and whether it is safe comes first here too.
    await mother.press("niemand")
    await mother.press("ja")
    assert "hulp voor je kind en jou samen" in mother.screen()
    assert loud(polling, therapist, since) == 0  # that she was ready was told before
    assert "NIKA" not in mother.screen()
    assert "plan_shared" in acts(polling)


async def test_she_can_hear_a_question_and_the_voice_goes_with_it(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    recorded = tmp_path / "nl" / "audio"
    recorded.mkdir(parents=True)
    (recorded / "question.acute_unsafety.mother.ogg").write_bytes(b"OggS a voice")
    house = House(voices=Voices(tmp_path, tmp_path / "cache", engine=""))
    async with running(telegram, tmp_path / "volgorde.db", house=house) as bot:
        found = await answering(bot)
        mother = found.mother
        await mother.press("Luisteren")
        voice = mother.messages[-1]
        assert (voice.picture, voice.silent, voice.protected) == (b"OggS a voice", True, True)
        assert "gevaar" in mother.screen()
        await mother.press("nee")
        assert "(voice)" not in mother.screen()
        assert len(mother.messages) == 1
        assert "Luisteren" not in mother.screen()  # nobody recorded this one
        await mother.press("Terug")
        await mother.press("Luisteren")
        await mother.press("Weg")
        assert mother.screen() == "bot: Tot ziens."


async def test_leaving_does_not_wait_for_a_voice(telegram: FakeTelegram, tmp_path: Path) -> None:
    asked, released, spoken_by_then = (threading.Event() for _ in range(3))

    class Slow(Voices):
        def can_say(self, language: str, key: str) -> bool:
            return bool(language and key)

        def say(self, spoken: Spoken) -> bytes:
            asked.set()
            released.wait(10)
            spoken_by_then.set()
            return spoken.words.encode()

    house = House(voices=Slow(tmp_path, tmp_path / "cache", engine=""))
    async with running(telegram, tmp_path / "volgorde.db", house=house) as bot:
        mother = (await answering(bot)).mother
        await mother.press("Luisteren", settle=False)
        assert await asyncio.to_thread(asked.wait, 10)
        await mother.press("Weg")
        assert not spoken_by_then.is_set()
        assert mother.screen() == "bot: Tot ziens."
        released.set()
    assert mother.screen() == "bot: Tot ziens."


# --- whose case -----------------------------------------------------------------------------------


async def test_a_case_that_is_handed_over_is_the_others_from_then_on(polling: Running) -> None:
    found = await answering(polling)
    other = await enrol(polling, 12)
    await found.therapist.press("Zaak overdragen")
    await found.therapist.press(found.therapist.labels[0])
    assert found.code not in found.therapist.screen()
    await other.send("/cases")
    assert found.code in other.screen()
    assert "case_handed_over" in acts(polling)
    # Whoever was there is there no longer.
    await found.mother.press(found.mother.labels[0])
    assert "is er nu gevaar" not in found.mother.screen().casefold()


async def test_what_was_not_read_before_a_handover_is_told_to_the_other(polling: Running) -> None:
    found = await answering(polling)
    other = await enrol(polling, 12)
    await found.therapist.press("Zaak overdragen")
    to_other = found.therapist.data(found.therapist.labels[0])
    await found.mother.press("ja")
    await found.therapist.press_data(to_other)
    await other.press("Bekijken")
    assert "Er is nu gevaar, zegt zij." in other.screen()


async def test_a_supervisor_sees_the_cases_of_assigned_therapists_and_changes_nothing(
    polling: Running,
) -> None:
    therapist, code = await begun(polling)
    supervisor = await enrol(polling, 13, "supervisor")
    assert code not in supervisor.screen()

    def assign(transaction: Transaction) -> None:
        people = {person.role: person.id for person in transaction.people.all()}
        transaction.people.assign(people["therapist"], people["supervisor"])

    polling.store.run(assign)
    await supervisor.send("/cases")
    assert code in supervisor.screen()
    assert "Nieuw: kort" not in supervisor.labels
    await supervisor.press(f"{code} · ")
    assert "nog geen voorstel" in supervisor.screen()
    await therapist.press(f"{code} · ")
    await proposed(therapist)
    await supervisor.send("/cases")
    await supervisor.press(f"{code} · ")
    assert "Volgorde" in supervisor.screen() or "NIKA" in supervisor.screen()
    assert supervisor.labels == ["Overzicht"]


def handed_over(bot: Running, code: str) -> None:
    """Hand a case over to the newest colleague, at the command line."""

    def work(transaction: Transaction) -> None:
        case = transaction.case_by_code(code)
        assert case is not None
        transaction.people.hand_over(case.id, transaction.people.all()[-1].id)

    bot.store.run(work)


async def look_around(bot: Running) -> None:
    await bot.bot.look_around()
    await bot.telegram.settled()


EMPTY = [
    "Dat is er niet, of niet meer.",
    "Overzicht",
    "Er staat nog niets open. Begin hieronder.",
]


@pytest.mark.parametrize(
    "presses",
    [
        [],
        ["Haar antwoorden"],
        ["Zaak overdragen"],
        ["Nieuwe link", "Nederlands", "Nee, geen"],
        ["Ik schrijf op wat zij zegt"],
        ["Overzicht"],
        ["Overzicht", "{code} · "],
        ["Overzicht", "Hulp"],
    ],
    ids=["her page", "answers", "colleagues", "link", "recording", "home", "own", "help"],
)
async def test_of_a_case_that_was_handed_over_elsewhere_nothing_stays_on_the_screen(
    polling: Running, presses: list[str]
) -> None:
    found = await answering(polling)
    therapist = found.therapist
    await enrol(polling, 12)
    await found.mother.press("nee")
    for label in presses:
        await therapist.press(label.format(code=found.code))
    handed_over(polling, found.code)
    await look_around(polling)
    assert len(therapist.messages) == 1
    assert found.code not in therapist.screen()
    words = [line for line in therapist.messages[0].text.splitlines() if line]
    assert words == EMPTY


async def test_an_alert_about_a_case_goes_when_the_case_does(polling: Running) -> None:
    found = await answering(polling)
    await enrol(polling, 12)
    await found.mother.press("Dit is te veel")
    assert found.code in found.therapist.screen()
    handed_over(polling, found.code)
    await look_around(polling)
    assert found.code not in found.therapist.screen()


async def test_what_was_told_above_a_case_goes_with_it(polling: Running) -> None:
    found = await answering(polling)
    await enrol(polling, 12)
    await found.mother.press("Dit is te veel")
    await found.therapist.press("Bekijken")
    assert "te veel" in found.therapist.screen()
    handed_over(polling, found.code)
    await look_around(polling)
    assert "te veel" not in found.therapist.screen()


async def test_pressing_twice_does_not_keep_a_case_that_was_handed_over(polling: Running) -> None:
    found = await answering(polling)
    await enrol(polling, 12)
    data = found.therapist.data("Haar antwoorden")
    await found.therapist.press_data(data)
    handed_over(polling, found.code)
    await found.therapist.press_data(data)
    assert "Haar antwoorden" not in found.therapist.screen()


async def test_a_phone_that_was_lent_shows_nothing_of_a_case_that_was_handed_over(
    polling: Running,
) -> None:
    therapist, code = await begun(polling)
    await enrol(polling, 12)
    await invite(therapist)
    await therapist.press("Op deze telefoon")
    await therapist.press("Geef haar de telefoon")
    assert "Wie is er nu bij je?" in therapist.screen()
    handed_over(polling, code)
    await look_around(polling)
    assert therapist.screen() == "bot: Tot ziens."


@pytest.mark.parametrize("how", ["no longer assigned", "handed over"])
async def test_a_supervisor_who_sees_a_case_no_longer_has_it_taken_off_the_screen(
    polling: Running, how: str
) -> None:
    therapist, code = await begun(polling)
    supervisor = await enrol(polling, 13, "supervisor")
    await enrol(polling, 12)

    def assign(transaction: Transaction, *, end: bool = False) -> None:
        people = transaction.people
        one, other, _ = people.all()
        (people.unassign if end else people.assign)(one.id, other.id)

    polling.store.run(assign)
    await therapist.press(f"{code} · ")
    await proposed(therapist)
    await supervisor.send("/cases")
    await supervisor.press(f"{code} · ")
    assert code in supervisor.screen()
    if how == "handed over":
        handed_over(polling, code)
    else:
        polling.store.run(lambda transaction: assign(transaction, end=True))
    await look_around(polling)
    assert code not in supervisor.screen()
    assert "voorstel" not in supervisor.screen().casefold()
    assert len(supervisor.messages) == 1


async def test_another_role_takes_the_case_off_the_screen(polling: Running) -> None:
    found = await answering(polling)
    await found.therapist.press("Haar antwoorden")

    def change(transaction: Transaction) -> None:
        (person,) = transaction.people.all()
        transaction.people.set_role(person.id, "admin")

    polling.store.run(change)
    await look_around(polling)
    assert "Haar antwoorden" not in found.therapist.screen()
    assert "Nieuw: kort" not in found.therapist.labels


async def test_a_screen_on_its_way_is_not_the_last_word_about_a_case_handed_over(
    polling: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await answering(polling)
    await enrol(polling, 12)
    send, asked, go_on = polling.bot._api.send, asyncio.Event(), asyncio.Event()

    async def slow(*given: Any, **more: Any) -> int:
        asked.set()
        await go_on.wait()
        return await send(*given, **more)

    monkeypatch.setattr(polling.bot._api, "send", slow)
    await found.therapist.press("Haar antwoorden", settle=False)
    await asyncio.wait_for(asked.wait(), 5)
    handed_over(polling, found.code)
    go_on.set()
    await polling.telegram.settled()
    assert "Haar antwoorden" in found.therapist.screen()
    await look_around(polling)
    assert "Haar antwoorden" not in found.therapist.screen()
