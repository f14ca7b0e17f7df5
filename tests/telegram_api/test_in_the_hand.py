"""What a therapist sees and does on a phone."""

from __future__ import annotations

from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running


async def begun(running: Running, mode: str = "kort", user: int = 7) -> Phone:
    """A phone with the first question of an intake on it."""
    phone = running.phone(user)
    await phone.send("/start")
    await phone.press(f"Nieuw: {mode}")
    await phone.press("Beginnen")
    return phone


def nothing_refused(running: Running) -> None:
    assert running.telegram.refused == []


async def test_an_intake_begins_with_one_question_on_the_screen(either: Running) -> None:
    phone = await begun(either)
    assert len(phone.messages) == 1
    assert "Is er nu gevaar" in phone.screen()
    assert phone.labels[:2] == ["ja", "nee"]
    assert all(item.protected and item.silent for item in phone.messages)
    nothing_refused(either)


async def test_an_answer_edits_the_message_in_place(either: Running) -> None:
    phone = await begun(either)
    before = phone.messages[0].number
    await phone.press("nee")
    assert [item.number for item in phone.messages] == [before]
    assert "genoeg te eten" in phone.screen()
    nothing_refused(either)


async def test_another_part_stands_in_a_message_of_its_own(polling: Running) -> None:
    phone = await begun(polling)
    before = phone.messages[0].number
    for label in ("nee", "ja", "ja", "ja"):
        await phone.press(label)
    assert len(phone.messages) == 1
    assert phone.messages[0].number > before
    assert before in polling.telegram.deleted[phone.user]


async def test_typed_answers_are_taken_and_deleted(polling: Running) -> None:
    phone = await begun(polling)
    typed = await phone.send("Nee")
    assert "genoeg te eten" in phone.screen()
    assert typed in polling.telegram.deleted[phone.user]
    assert len(phone.messages) == 1


async def test_a_text_may_come_in_several_messages(polling: Running) -> None:
    phone = await begun(polling, "volledig")
    while "hulpvraag" not in phone.screen().casefold():
        await phone.press("Overslaan")
    await phone.send("weer rust in huis")
    assert "Tot nu toe geschreven: weer rust in huis" in phone.screen()
    await phone.send("en slapen")
    assert "weer rust in huis\nen slapen" in phone.screen()
    assert len(phone.messages) == 1
    await phone.press("Klaar")
    assert "weer rust" not in phone.screen()
    await phone.press("Terug")
    assert "weer rust in huis" in phone.screen()


async def test_what_names_somebody_is_refused_and_deleted(polling: Running) -> None:
    phone = await begun(polling, "volledig")
    while "hulpvraag" not in phone.screen().casefold():
        await phone.press("Overslaan")
    typed = await phone.send("bel 06-12345678")
    assert typed in polling.telegram.deleted[phone.user]
    assert "06-12345678" not in phone.screen().replace("…", "")
    assert "hulpvraag" in phone.screen().casefold()


async def test_several_choices_are_marked_and_then_given(polling: Running) -> None:
    phone = await begun(polling)
    for label in ("nee", "ja", "ja", "ja"):
        await phone.press(label)
    await phone.press("☐ schulden")
    assert "☑ schulden" in phone.labels
    await phone.press("☐ schulden" if "☐ schulden" in phone.labels else "☑ schulden")
    assert "☐ schulden" in phone.labels
    await phone.press("☐ schulden")
    await phone.press("Klaar")
    assert "schulden" not in phone.screen()


async def test_none_of_these_can_be_typed(polling: Running) -> None:
    phone = await begun(polling)
    for label in ("nee", "ja", "ja", "ja"):
        await phone.press(label)
    await phone.send("geen van deze")
    assert "schulden" not in phone.screen()


async def test_a_number_chooses_only_where_choices_are_numbered(polling: Running) -> None:
    phone = await begun(polling)
    await phone.send("2")
    assert "gevaar" in phone.screen()


async def test_a_button_that_was_pressed_twice_counts_once(polling: Running) -> None:
    phone = await begun(polling)
    data = phone.data("nee")
    await phone.press_data(data, settle=False)
    await phone.press_data(data)
    assert "genoeg te eten" in phone.screen()
    assert "andere vraag" not in phone.screen()


async def test_an_old_button_explains_itself_and_offers_that_answer(polling: Running) -> None:
    phone = await begun(polling)
    old = phone.data("ja")
    await phone.press("nee")
    await phone.press("ja")
    await phone.press_data(old)
    assert "Gevaar nu" in phone.screen()
    assert "veilig dak" in phone.screen()
    await phone.press("Dat antwoord bekijken")
    assert "Is er nu gevaar" in phone.screen()
    assert "nee" in phone.screen()


async def test_a_made_up_button_changes_nothing(polling: Running) -> None:
    phone = await begun(polling)
    for data in ("x", "abc.1", f"{phone.data('nee').partition('.')[0]}.99", "é" * 20):
        await phone.press_data(data)
        assert "Is er nu gevaar" in phone.screen()


async def test_back_why_and_the_answers(polling: Running) -> None:
    phone = await begun(polling)
    await phone.press("nee")
    await phone.press("Waarom?")
    assert "genoeg te eten" in phone.screen()
    assert "C02" in phone.screen()
    await phone.send("/back")
    assert "Is er nu gevaar" in phone.screen()
    await phone.press("Zo laten")
    await phone.send("/edit")
    assert "Gevaar nu" in phone.screen()
    await phone.press("1")
    assert "Is er nu gevaar" in phone.screen()


async def test_pausing_leaves_one_quiet_message_and_goes_on_where_it_was(
    either: Running,
) -> None:
    phone = await begun(either)
    await phone.press("nee")
    await phone.press("Pauze")
    assert len(phone.messages) == 1
    assert "eten" not in phone.screen()
    await phone.press("Verder")
    assert "genoeg te eten" in phone.screen()


async def test_leaving_takes_everything_off_the_screen(either: Running) -> None:
    phone = await begun(either)
    await phone.press("nee")
    await phone.send("/exit")
    assert phone.screen() == "bot: Tot ziens."
    await phone.send("hoi")
    assert phone.screen() == "bot: Tot ziens."
    await phone.send("/cases")
    assert "·" in phone.screen()
    assert "gevaar" not in phone.screen()


async def test_the_overview_goes_on_with_a_case(polling: Running) -> None:
    phone = await begun(polling)
    await phone.press("nee")
    await phone.send("/cases")
    assert "bezig" in phone.screen()
    await phone.press("bezig")
    assert "genoeg te eten" in phone.screen()


async def test_another_language_halfway(polling: Running) -> None:
    phone = await begun(polling)
    await phone.press("nee")
    await phone.send("/language")
    await phone.press("English (draft)")
    assert "enough" in phone.screen().casefold()
    await phone.press("I don’t know")
    assert "roof" in phone.screen()


async def test_a_draft_language_says_so_before_it_begins(polling: Running) -> None:
    phone = await begun(polling)
    await phone.send("/language")
    await phone.press("English (draft)")
    await phone.send("/cases")
    await phone.press("New: quick")
    assert "English: the texts are a draft." in phone.screen()


async def test_two_therapists_do_not_meet(polling: Running) -> None:
    one, other = await begun(polling), await begun(polling, user=8)
    await one.press("nee")
    assert "gevaar" in other.screen()
    await other.press_data(one.data("ja"))
    assert "gevaar" in other.screen()
    assert "veilig dak" not in other.screen()
    await other.send("/cases")
    assert other.screen().count("bezig") == 2  # its line, and its button
