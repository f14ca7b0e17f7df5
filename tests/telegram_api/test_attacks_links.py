"""What an attacker found: alerts that are lost, links that open too much, nobody being there."""

from __future__ import annotations

import pytest

from flows.questions import MOTHER, THERAPIST
from tests.telegram_api.families import (
    Family,
    another_family,
    answering,
    begin_labels,
    begun,
    change,
    disable,
    enrol,
    family,
    her_page,
    invite,
    loud,
    supervised,
    token_on,
)
from tests.telegram_api.running import Running
from tests.telegram_api.test_safety import GONE, SUBJECT
from tests.telegram_api.test_two_people import handed_over, interview_of, look_around

# --- alerts ---------------------------------------------------------------------------------------


async def test_no_alert_is_lost_where_another_comes(polling: Running) -> None:
    one = await answering(polling)
    other = await another_family(polling, one.therapist, 23)
    therapist = one.therapist
    await one.mother.press("ja")
    await other.mother.press("Dit is te veel")
    await one.mother.press("Weg")
    assert {f"Bekijken · {item.code}" for item in (one, other)} <= set(therapist.labels)
    await therapist.press(f"Bekijken · {other.code}")
    assert "te veel" in therapist.screen()
    await therapist.press("Overzicht")
    assert f"{one.code} · gevaar gemeld ❗" in therapist.labels
    await her_page(therapist, one.code)
    assert "Er is nu gevaar, zegt zij." in therapist.screen()
    assert "ging direct weg" in therapist.screen()
    await therapist.send("/cases")
    assert "❗" not in therapist.screen()


async def test_the_most_serious_is_looked_at_first(polling: Running) -> None:
    one = await answering(polling)
    other = await another_family(polling, one.therapist, 23)
    await one.mother.press("Dit is te veel")
    await other.mother.press("ja")
    listed = [label for label in one.therapist.labels if label.startswith("Bekijken")]
    assert listed == [f"Bekijken · {other.code}", f"Bekijken · {one.code}"]


async def test_an_alert_stays_where_a_button_was_pressed_just_before_it_came(
    polling: Running,
) -> None:
    found = await answering(polling)
    therapist = found.therapist
    await therapist.send("/cases")
    await therapist.press(f"{found.code} · ")
    answer = therapist.data("nee")
    await found.mother.press("ja")
    await therapist.press_data(answer)
    assert interview_of(found, THERAPIST).answers["acute_unsafety"].value == "no"
    assert f"Kijk nu even bij {found.code}" in therapist.screen()
    assert not therapist.messages[-1].silent
    await therapist.press("Bekijken")
    assert "Er is nu gevaar, zegt zij." in therapist.screen()


async def test_what_was_told_stays_to_be_read_while_she_goes_on(polling: Running) -> None:
    found = await answering(polling)
    await polling.phone(66).send(f"/start {await invite(found.therapist)}")
    await found.therapist.press("Bekijken")
    told = "op een ander account geopend"
    assert told in found.therapist.screen()
    for label in ("Taal", "English"):
        await polling.phone(66).press(label)
    assert told in found.therapist.screen()
    await found.therapist.press("Ik ben bereikbaar")
    assert told not in found.therapist.screen()


async def test_a_link_that_was_used_is_no_siren(polling: Running) -> None:
    therapist, _ = await begun(polling)
    token = await invite(therapist)
    await polling.phone(22).send(f"/start {token}")
    stranger, since = polling.phone(66), len(polling.telegram.calls)
    for _ in range(12):
        await stranger.send(f"/start {token}")
    assert loud(polling, therapist, since) == 1


# --- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["handed over", "disabled"])
async def test_a_link_opens_nothing_after_a_handover_or_when_its_maker_is_shut_out(
    polling: Running, how: str
) -> None:
    found = await answering(polling)
    await found.mother.press("nee")
    await found.mother.press("Pauze")
    await enrol(polling, 12)
    token = await invite(found.therapist)
    if how == "handed over":
        handed_over(polling, found.code)
    else:
        disable(polling, found.code)
        handed_over(polling, found.code)
    private = polling.phone(88)
    await private.send(f"/start {token}")
    assert "verlopen" in private.screen()
    assert found.mother.screen() != GONE["nl"]


async def test_a_link_opens_nothing_of_an_interview_that_was_stopped(polling: Running) -> None:
    found = await answering(polling)
    token = await invite(found.therapist)
    await her_page(found.therapist, found.code)
    await found.therapist.press("Haar vragen voorgoed stoppen")
    other = polling.phone(88)
    await other.send(f"/start {token}")
    assert "verlopen" in other.screen()


async def test_a_link_that_another_replaced_ran_out_and_keeps_nobody_out(
    polling: Running,
) -> None:
    therapist, _ = await begun(polling)
    mother = polling.phone(22)
    old, new = await invite(therapist), await invite(therapist)
    for _ in range(6):
        await mother.send(f"/start {old}")
    assert "verlopen" in mother.screen()
    await mother.send(f"/start {new}")
    assert "Wie is er nu bij je?" in mother.screen()


async def test_on_the_shelters_phone_one_mother_opens_nothing_of_another(
    polling: Running,
) -> None:
    found = await family(polling)
    phone = found.mother
    for label in ("niemand", "ja", "Ja, ik doe mee"):
        await phone.press(label)
    await phone.send("zonnebloem")
    danger = phone.data("ja")
    await phone.press("nee")
    await phone.press("Weg")
    code = await next_mother(found)
    await phone.press_data(danger)
    assert not interview_of(Family(polling, found.therapist, phone, code), MOTHER).danger
    for label in begin_labels("nl")[:3]:
        await phone.press(label)
    assert "Kies een woord" in phone.screen()
    await phone.send("maanlicht")
    await phone.press("Weg")
    await phone.send("zonnebloem")
    assert phone.screen() == GONE["nl"]
    await phone.send("maanlicht")
    assert "Wie is er nu bij je?" in phone.screen()


async def next_mother(found: Family) -> str:
    """Let another mother open her link on the same phone; gives her case's code."""
    therapist = found.therapist
    await therapist.send("/cases")
    await therapist.press("Nieuw: kort")
    await therapist.press("Beginnen")
    await therapist.send("/cases")
    code = next(row[0][0][:7] for row in therapist.rows if found.code not in row[0][0])
    await her_page(therapist, code)
    for label in ("Moeder uitnodigen", "Nederlands", "Nee, geen"):
        await therapist.press(label)
    await found.mother.send(f"/start {token_on(therapist)}")
    await her_page(therapist, code)
    await therapist.press("Ik ben bij haar")
    return code


# --- being there ----------------------------------------------------------------------------------


async def test_who_leaves_by_the_button_is_there_for_no_mother(polling: Running) -> None:
    one = await answering(polling)
    other = await another_family(polling, one.therapist, 23)
    await one.therapist.send("/cases")
    await one.therapist.press(f"{one.code} · ")
    await one.therapist.press("Weg")
    for mother in (one.mother, other.mother):
        assert "stilgezet" in mother.screen()
    await one.therapist.send("hallo")
    assert one.therapist.screen() == "bot: Tot ziens."


async def test_who_is_a_therapist_no_longer_is_there_for_nobody(polling: Running) -> None:
    found = await answering(polling)
    change(polling, found.code, lambda tx, person: tx.people.set_role(person, "admin"))
    await look_around(polling)
    assert "Je behandelaar is er nu niet bij" in found.mother.screen()


async def test_in_danger_too_no_first_line_names_the_subject(polling: Running) -> None:
    found = await answering(polling)
    supervisor = await supervised(polling, found.code)
    mother = found.mother
    await mother.press("ja")
    for words in ("/start", "hij dreigt", "/pause", "/help", "/language", "/start"):
        await mother.send(words)
    disable(polling, found.code)
    await mother.send("hij dreigt weer")
    assert "Kijk nu even" in supervisor.screen()
    for name, params in polling.telegram.calls:
        if name in ("sendMessage", "editMessageText") and int(params["chat_id"]) == mother.user:
            first = str(params["text"]).splitlines()[0]
            assert not SUBJECT.search(first), params["text"]
            assert "gevaar" not in first.casefold()
