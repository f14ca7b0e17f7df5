"""What an attacker found: buttons of another family or another danger, danger told to nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.questions import MOTHER
from tests.telegram_api.fake import FakeTelegram
from tests.telegram_api.families import (
    another_family,
    answering,
    begin_labels,
    change,
    disable,
    enrol,
    her_page,
    invite,
    lent,
    loud,
    supervised,
)
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running, running
from tests.telegram_api.test_attacks_on_phones import edited
from tests.telegram_api.test_safety import GONE
from tests.telegram_api.test_two_people import interview_of, look_around

OLD_BUTTON = "Die knop werkt niet meer"


# --- buttons --------------------------------------------------------------------------------------


async def test_no_button_about_one_family_acts_while_another_is_looked_at(
    polling: Running,
) -> None:
    one = await answering(polling)
    other = await another_family(polling, one.therapist, 23)
    await enrol(polling, 12)
    await her_page(one.therapist, other.code)
    kept = [one.therapist.data(label) for label in one.therapist.labels if label != "Overzicht"]
    await one.therapist.press("Nieuwe link")
    await one.therapist.press("Nederlands")
    kept.append(one.therapist.data("Nee, geen"))
    await her_page(one.therapist, one.code)
    before = one.therapist.labels, interview_of(one, MOTHER), interview_of(other, MOTHER)
    for data in kept:
        await one.therapist.press_data(data)
        assert OLD_BUTTON in one.therapist.screen()
        assert one.code in one.therapist.screen()
        assert other.code not in one.therapist.screen()
    after = one.therapist.labels, interview_of(one, MOTHER), interview_of(other, MOTHER)
    assert after == before


async def test_a_button_pressed_as_an_alert_comes_is_about_the_family_that_it_was_about(
    polling: Running,
) -> None:
    one = await answering(polling)
    other = await another_family(polling, one.therapist, 23)
    stop = one.therapist.data("Haar vragen voorgoed stoppen")
    await one.mother.press("Dit is te veel")
    assert f"Kijk nu even bij {one.code}" in one.therapist.screen()
    await one.therapist.press_data(stop)
    assert interview_of(one, MOTHER).state == "paused"
    assert interview_of(other, MOTHER).state == "stopped"
    await her_page(one.therapist, one.code)
    assert "te veel" in one.therapist.screen()  # what was not looked at yet is not lost


async def test_that_an_earlier_danger_is_over_says_nothing_of_a_later_one(
    polling: Running,
) -> None:
    found = await answering(polling)
    mother, therapist = found.mother, found.therapist
    await mother.press("ja")
    await therapist.press("Bekijken")
    over = therapist.data("Het is veilig")
    await therapist.press_data(over)
    await therapist.press("Ik ben bij haar")
    for label in ("Verder", "niemand", "ja", "ja"):
        await mother.press(label)
    await therapist.press_data(over)
    assert interview_of(found, MOTHER).danger
    assert "112" in mother.screen()
    # It is read first; the button that stands there now is about this danger.
    assert "Er is nu gevaar, zegt zij." in therapist.screen()
    await therapist.press("Het is veilig")
    assert not interview_of(found, MOTHER).danger


async def test_an_old_button_to_begin_takes_no_danger_off(polling: Running) -> None:
    phone = await enrol(polling, 11)
    await phone.press("Nieuw: kort")
    begin = phone.data("Beginnen")
    await phone.press("Beginnen")
    await phone.press("ja")
    await phone.press_data(begin)
    assert "112" in phone.screen()
    assert "eten" not in phone.screen()


# --- danger that has to reach somebody ------------------------------------------------------------


@pytest.mark.parametrize("why", ["lent", "disabled", "another role", "blocked"])
async def test_danger_reaches_a_supervisor_where_her_therapist_cannot_be_reached(
    polling: Running, why: str
) -> None:
    found = await answering(polling)
    supervisor = await supervised(polling, found.code)
    therapist = found.therapist
    danger = found.mother.data("ja")
    if why == "lent":
        other, _ = await another_case(polling, therapist)
        await lent(therapist, other)
    elif why == "disabled":
        disable(polling, found.code)
    elif why == "another role":
        change(polling, found.code, lambda tx, person: tx.people.set_role(person, "admin"))
    else:
        await therapist.member("kicked")
    await look_around(polling)
    since = len(polling.telegram.calls)
    await found.mother.press_data(danger)
    assert "112" in found.mother.screen()
    assert "Een collega krijgt bericht" in found.mother.screen()
    assert loud(polling, supervisor, since) == 1
    assert "Kijk nu even" not in therapist.screen()
    assert "De behandelaar is niet te bereiken" in supervisor.screen()
    assert "gevaar" not in supervisor.screen()  # a preview shows the first line to anybody
    await supervisor.press("Bekijken")
    assert "Er is nu gevaar, zegt zij." in supervisor.screen()
    assert supervisor.labels == ["Overzicht"]


async def test_danger_reaches_a_supervisor_where_only_telegram_knows_that_her_therapist_does_not(
    polling: Running,
) -> None:
    found = await answering(polling)
    supervisor = await supervised(polling, found.code)
    polling.telegram.blocked.add(found.therapist.user)  # and we were not told
    await found.mother.press("ja")
    assert "De behandelaar is niet te bereiken" in supervisor.screen()
    await supervisor.press("Bekijken")
    assert "Er is nu gevaar, zegt zij." in supervisor.screen()


async def test_danger_that_a_therapist_did_not_look_at_reaches_a_supervisor_once_they_are_gone(
    polling: Running,
) -> None:
    found = await answering(polling)
    supervisor = await supervised(polling, found.code)
    await found.mother.press("ja")
    assert f"Kijk nu even bij {found.code}" in found.therapist.screen()
    assert "De behandelaar is niet te bereiken" not in supervisor.screen()
    since = len(polling.telegram.calls)
    await found.therapist.member("kicked")
    await polling.telegram.settled()
    assert loud(polling, supervisor, since) == 1
    await supervisor.press("Bekijken")
    assert "Er is nu gevaar, zegt zij." in supervisor.screen()


async def another_case(bot: Running, therapist: Phone) -> tuple[str, Phone]:
    """Another case of a therapist, whose mother was not invited yet."""
    other = await another_family(bot, therapist, 24)
    return other.code, other.mother


async def test_nobody_is_promised_where_nobody_can_be_reached(polling: Running) -> None:
    found = await answering(polling)
    danger = found.mother.data("ja")
    disable(polling, found.code)
    await look_around(polling)
    assert "Je behandelaar is er nu niet bij" in found.mother.screen()
    await found.mother.press_data(danger)
    assert "Wij bereiken je behandelaar nu niet" in found.mother.screen()
    assert "krijgt" not in found.mother.screen()
    assert "112" in found.mother.screen()


async def test_a_yes_to_danger_is_heard_also_where_it_crosses_a_pause(polling: Running) -> None:
    found = await answering(polling)
    danger = found.mother.data("ja")
    await found.therapist.press("Haar vragen stilzetten")
    await found.mother.press_data(danger)
    assert "112" in found.mother.screen()
    assert "Je behandelaar krijgt nu bericht" in found.mother.screen()
    await found.therapist.press("Bekijken")
    assert "Er is nu gevaar, zegt zij." in found.therapist.screen()


async def at_the_check(mother: Phone) -> None:
    await mother.press("Pauze")
    await mother.press("Verder")


async def in_pause(mother: Phone) -> None:
    await mother.press("Pauze")


async def at_a_choice(mother: Phone) -> None:
    pass


async def with_help(mother: Phone) -> None:
    await mother.send("/help")


async def stopped(mother: Phone) -> None:
    await mother.press("Pauze")
    await mother.press("Ik stop ermee")


@pytest.mark.parametrize(
    ("where", "how"),
    [
        *((where, "typed") for where in (at_a_choice, in_pause, at_the_check, with_help, stopped)),
        (at_a_choice, "caption"),
    ],
)
async def test_words_of_danger_are_heard_wherever_they_are_written(
    polling: Running, where: Callable[[Phone], Any], how: str
) -> None:
    found = await answering(polling)
    await where(found.mother)
    words = "help, hij staat voor de deur met een mes"
    if how == "typed":
        await found.mother.send(words)
    else:
        photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
        await found.mother.send_kind(photo=photo, caption=words)
    assert "112" in found.mother.screen()
    await found.therapist.send("/cases")
    await her_page(found.therapist, found.code)
    assert "woorden over gevaar" in found.therapist.screen()


async def test_words_of_danger_are_told_also_where_she_leaves_before_they_are_sent(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    async with running(telegram, tmp_path / "volgorde.db", mothers_write=True) as bot:
        found = await answering(bot)
        for label in ("nee", "ja", "ja", "ja"):
            await found.mother.press(label)
        await found.mother.send("hij dreigt weer")
        assert "112" in found.mother.screen()
        await found.mother.press("Weg")
        await her_page(found.therapist, found.code)
        assert "woorden over gevaar" in found.therapist.screen()
        assert "ging direct weg" in found.therapist.screen()


async def test_words_of_danger_with_which_she_leaves_are_told(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.send("stop hij dreigt")
    assert found.mother.screen() == GONE["nl"]
    await found.therapist.press("Bekijken")
    assert "woorden over gevaar" in found.therapist.screen()
    assert "ging direct weg" in found.therapist.screen()


async def test_words_of_danger_in_a_message_that_she_mends_are_heard(polling: Running) -> None:
    found = await answering(polling)
    number = await found.mother.send("ja hoor")
    await edited(found.mother, number, "hij heeft een mes")
    assert "112" in found.mother.screen()
    await found.therapist.press("Bekijken")
    assert "woorden over gevaar" in found.therapist.screen()


async def test_after_words_of_danger_an_earlier_no_is_not_enough(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.press("nee")
    await found.mother.send("hij heeft een mes")
    assert "gevaar" in found.mother.screen()
    assert "Zo laten" not in found.mother.labels
    await found.mother.press("nee")
    assert "eten" in found.mother.screen()


async def test_words_of_danger_on_a_locked_screen_are_told_and_not_shown(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.press("Weg")
    await found.therapist.press("Bekijken")
    await found.mother.send("hij staat voor de deur met een mes")
    assert found.mother.screen() == GONE["nl"]
    await found.therapist.press("Bekijken")
    assert "gesloten scherm" in found.therapist.screen()


async def test_the_first_line_of_the_danger_screen_says_nothing(polling: Running) -> None:
    found = await answering(polling)
    await found.mother.press("ja")
    first, *_ = found.mother.screen().splitlines()
    assert first == "bot: Klaar om te bekijken"


async def test_a_danger_of_an_interview_that_she_stopped_can_be_taken_off(
    polling: Running,
) -> None:
    found = await answering(polling)
    therapist = found.therapist
    await found.mother.press("ja")
    await found.mother.send("/help")
    await found.mother.send("/pause")
    await found.mother.press("Ik stop ermee")
    await therapist.send("/cases")
    assert "gevaar gemeld" in therapist.screen()
    await her_page(therapist, found.code)
    await therapist.press("Het is veilig")
    await therapist.send("/cases")
    assert "gevaar gemeld" not in therapist.screen()


async def test_a_danger_of_an_interview_that_she_stopped_goes_on_with_the_next(
    polling: Running,
) -> None:
    found = await answering(polling)
    therapist = found.therapist
    await found.mother.press("ja")
    await her_page(therapist, found.code)
    await therapist.press("Haar vragen voorgoed stoppen")
    await found.mother.send(f"/start {await invite(therapist)}")
    assert "112" in found.mother.screen()
    await therapist.send("/cases")
    assert "gevaar gemeld" in therapist.screen()
    await her_page(therapist, found.code)
    await therapist.press("Het is veilig")
    await therapist.press("Ik ben bij haar")
    await therapist.send("/cases")
    assert "gevaar gemeld" not in therapist.screen()
    await found.mother.press("Verder")
    for label in begin_labels("nl"):
        await found.mother.press(label)
    assert "gevaar" in found.mother.screen()
