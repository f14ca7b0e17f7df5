"""A supervisor reads what was handed in, on a phone, and gives a verdict."""

from __future__ import annotations

import json
from asyncio import to_thread
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.reviewing import READ
from flows.questions import THERAPIST
from storage.records import ProposalRecord, ReviewRecord
from storage.transaction import Transaction
from tests.telegram_api.families import begun, change, loud, supervised
from tests.telegram_api.phone import Phone
from tests.telegram_api.running import Running
from tests.telegram_api.test_two_people import acts, look_around, proposed
from tests.web.shelter import Clock, Shelter


@dataclass(frozen=True, slots=True)
class House:
    """A therapist with an intake that was handed in, and a supervisor."""

    bot: Running
    therapist: Phone
    supervisor: Phone
    code: str

    def kept(self) -> tuple[str, ProposalRecord, list[ReviewRecord]]:
        """The state of the interview, its last proposal and the verdicts on that."""

        def work(transaction: Transaction) -> tuple[str, ProposalRecord, list[ReviewRecord]]:
            case = transaction.case_by_code(self.code)
            assert case is not None
            record = transaction.latest_interview(case.id, THERAPIST)
            assert record is not None
            proposal = transaction.latest_proposal(record.id)
            assert proposal is not None
            return record.state, proposal, transaction.reviews(proposal.id)

        return self.bot.store.run(work)


async def handed_in(bot: Running) -> House:
    therapist, code = await begun(bot)
    supervisor = await supervised(bot, code)
    await therapist.press(f"{code} · ")
    await proposed(therapist)
    await therapist.press("Naar supervisor")
    return House(bot, therapist, supervisor, code)


async def opened(bot: Running) -> House:
    """The same, with the case open on the supervisor's phone."""
    house = await handed_in(bot)
    await house.supervisor.send("/reviews")
    await house.supervisor.press(house.code)
    return house


async def test_what_is_handed_in_is_told_in_dull_words_and_waits(polling: Running) -> None:
    house = await handed_in(polling)
    phone = house.supervisor
    assert phone.screen().splitlines()[0] == f"bot: Er staat iets klaar bij {house.code}."
    assert loud(polling, phone, 0) == 1
    await phone.press("Bekijken")
    assert "wacht op uw oordeel" in phone.screen()
    assert "Ondertekenen" in phone.labels
    await phone.send("/reviews")
    assert f"{house.code}: 0 dagen" in phone.screen()


async def test_reasons_and_transcript_are_read_before_a_verdict(polling: Running) -> None:
    house = await opened(polling)
    phone = house.supervisor
    await phone.press("Redenen")
    assert "Waarom" in phone.screen()
    await phone.press("◀ Voorstel")
    await phone.press("Verslag")
    await phone.press("Veiligheid")
    assert "behandelaar: " in phone.screen()
    assert "gevaar" in phone.screen().casefold()
    assert "no" in phone.screen()  # the code of the answer
    await phone.press("Wat al loopt")
    assert "overgeslagen" in phone.screen() or "niets gezegd" in phone.screen()
    await phone.press("◀ Voorstel")
    assert "Ondertekenen" in phone.labels


async def test_before_it_is_handed_in_nothing_but_the_proposal_is_to_be_read(
    polling: Running,
) -> None:
    therapist, code = await begun(polling)
    supervisor = await supervised(polling, code)
    await supervisor.send("/cases")
    await supervisor.press(code)
    assert supervisor.labels == ["Overzicht"]
    await therapist.press(f"{code} · ")
    await proposed(therapist)
    await therapist.press("Naar supervisor")
    await supervisor.press("Bekijken")
    old = supervisor.data("Verslag")
    await therapist.press("Terugnemen")
    await supervisor.press_data(old)
    assert "wacht niet" in supervisor.screen()


async def test_signing_off_names_the_proposal_and_ends_the_intake(polling: Running) -> None:
    house = await opened(polling)
    phone = house.supervisor
    await phone.press("Ondertekenen")
    assert "NIKA" in phone.screen()
    assert house.kept()[2] == []  # reading what one would sign signs nothing
    data = phone.data("Ja, ondertekenen")
    await phone.press_data(data)
    await phone.press_data(data)  # twice counts once
    state, proposal, (review,) = house.kept()
    assert (state, review.verdict, review.proposal_id) == ("signed_off", "signed_off", proposal.id)
    assert "Er wacht niets" in phone.screen()
    assert "review_signed_off" in acts(polling)
    await house.therapist.press("Bekijken")
    assert "heeft de intake ondertekend" in house.therapist.screen()


async def test_what_is_returned_has_a_comment_that_the_therapist_reads(polling: Running) -> None:
    house = await opened(polling)
    phone = house.supervisor
    await phone.press("Teruggeven")
    assert "Nu teruggeven" not in phone.labels  # not without a comment
    await phone.press("1")
    await phone.send("Vraag dit nog eens na; bel mij op 0612345678")
    assert "0612345678" not in phone.screen()
    await phone.press("Over het geheel")
    await phone.send("Verder goed gedaan.")
    await phone.press("Nu teruggeven")
    state, _, (review,) = house.kept()
    assert (state, review.verdict) == ("summary", "returned")
    comments = json.loads(review.reason or "")["comments"]
    assert [on for on, _ in comments] == ["acute_unsafety", ""]
    therapist = house.therapist
    await therapist.press("Bekijken")
    assert "teruggegeven" in therapist.screen()
    await therapist.send("/cases")
    await therapist.press(f"{house.code} · ")
    assert "Vraag dit nog eens na" in therapist.screen()
    assert "Over het geheel: Verder goed gedaan." in therapist.screen()
    # Handed in again it waits anew, and the comments have done their work.
    await proposed(therapist)
    await therapist.press("Naar supervisor")
    assert house.kept()[0] == "in_review"
    await phone.send("/reviews")
    assert house.code in phone.screen()


async def test_a_disagreement_has_an_order_a_reason_and_a_rule_and_signs_nothing(
    polling: Running,
) -> None:
    house = await opened(polling)
    phone = house.supervisor
    await phone.press("Niet mee eens")
    await phone.press(phone.labels[0])
    await phone.send("De moeder wil eerst rust.")
    rule = phone.labels[0]
    await phone.press(rule)
    state, _, (review,) = house.kept()
    assert (state, review.verdict) == ("in_review", "disagreed")
    grounds = json.loads(review.reason or "")
    assert grounds["reason"] == "De moeder wil eerst rust."
    assert grounds["rule"] == rule
    assert set(grounds["order"].split("_")) == {"parent", "relationship", "child"}
    # Another verdict may follow; the first stays as it was.
    await phone.press(house.code)
    await phone.press("Ondertekenen")
    await phone.press("Ja, ondertekenen")
    assert [item.verdict for item in house.kept()[2]] == ["disagreed", "signed_off"]


async def test_a_verdict_on_a_proposal_that_changed_since_is_none(polling: Running) -> None:
    house = await opened(polling)
    phone, therapist = house.supervisor, house.therapist
    await phone.press("Ondertekenen")
    old = phone.data("Ja, ondertekenen")
    first = house.kept()[1].content_hash
    await therapist.press("Terugnemen")
    await phone.press_data(old)
    assert "wacht niet" in phone.screen()  # nothing waits while it lies with the therapist
    await therapist.press("Antwoorden")
    await therapist.press("2")
    await therapist.press("nee")
    for label in list(therapist.labels):
        if label.startswith("Ja"):
            await therapist.press(label)
            break
    await proposed(therapist)
    await therapist.press("Naar supervisor")
    assert house.kept()[1].content_hash != first
    await phone.send("/reviews")
    await phone.press(house.code)
    await phone.press_data(old)
    assert "intussen veranderd" in phone.screen()
    assert (house.kept()[0], house.kept()[2]) == ("in_review", [])


async def test_nobody_signs_off_a_case_of_their_own(polling: Running) -> None:
    house = await opened(polling)

    def promoted(transaction: Transaction, therapist: str) -> None:
        transaction.people.set_role(therapist, "supervisor")
        transaction.people.assign(therapist, therapist)

    change(polling, house.code, promoted)
    await house.therapist.send("/reviews")
    await house.therapist.press(house.code)
    assert "Ondertekenen" not in house.therapist.labels


@pytest.mark.parametrize("role", ["therapist", "admin"])
async def test_others_have_no_reviews(polling: Running, role: str) -> None:
    house = await handed_in(polling)

    def other(transaction: Transaction, _: str) -> None:
        supervisor = next(item for item in transaction.people.all() if item.role == "supervisor")
        transaction.people.set_role(supervisor.id, role)

    change(polling, house.code, other)
    await house.supervisor.send("/reviews")
    assert house.code not in house.supervisor.screen()


async def test_a_verdict_in_a_browser_reaches_the_therapists_phone(polling: Running) -> None:
    house = await handed_in(polling)
    shelter = Shelter(
        polling.store,
        Clock(datetime.now(UTC)),
        {"supervisor": polling.store.run(_supervisors_code)},
        {"": house.code},
    )
    browser = await to_thread(shelter.browser)
    await to_thread(browser.get, f"/case/{house.code}/return")
    await to_thread(
        partial(
            browser.send,
            f"/case/{house.code}/return",
            **{"comment.acute_unsafety": "Vraag dit nog eens na."},
        )
    )
    assert house.kept()[0] == "summary"
    await look_around(polling)
    therapist = house.therapist
    assert therapist.screen().splitlines()[0] == f"bot: Kijk nu even bij {house.code}."
    await therapist.press("Bekijken")
    assert "teruggegeven" in therapist.screen()
    await therapist.send("/cases")
    await therapist.press(f"{house.code} · ")
    assert "Vraag dit nog eens na" in therapist.screen()
    await look_around(polling)
    assert loud(polling, therapist, 0) == 1  # told once


def _supervisors_code(transaction: Transaction) -> str:
    return next(item.code for item in transaction.people.all() if item.role == "supervisor")


async def test_what_is_read_on_the_phone_is_kept(polling: Running) -> None:
    house = await opened(polling)
    await house.supervisor.press("Redenen")
    await house.supervisor.press("◀ Voorstel")
    await house.supervisor.press("Verslag")
    await house.supervisor.press("Veiligheid")
    read = polling.store.run(lambda tx: [act for act in tx.people.acts() if act.act == READ])
    assert {act.detail for act in read} >= {"proposal", "safety"}
