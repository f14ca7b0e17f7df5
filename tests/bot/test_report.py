"""What stands in a report, for the file and for the mother."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.kept import told_again
from bot.report import Audience, ReportError, case_report, file_name, report_html
from flows import events as ev
from flows.messages import message
from flows.questions import MOTHER, THERAPIST
from flows.telling import tell
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue
from locales.direction import unmarked
from storage.records import ProposalRecord
from storage.transaction import Transaction
from tests.bot.reporting import MADE, Family
from tests.bot.test_mothers import NOT_FOR_HER

pytestmark = pytest.mark.xdist_group("report")

_DANGEROUS_IF_FOUND = re.compile(
    r"geweld|onveilig|gevaar|dader|opvang|trauma|112|violence|abuse|unsafe|danger|shelter|volgorde"
    r"|عنف|خطر|خشونت|ዓመጽ",
    re.IGNORECASE,
)


def words_of(html: str) -> str:
    """What a reader sees of a page, without the signs that direct it."""
    seen = re.sub(r"<style.*?</style>", " ", html, flags=re.DOTALL)
    return unmarked(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", seen)))


def kept_of(family: Family) -> ProposalRecord:
    def work(transaction: Transaction) -> ProposalRecord:
        record = transaction.latest_interview(family.case_id, THERAPIST)
        assert record is not None
        kept = transaction.latest_proposal(record.id)
        assert kept is not None
        return kept

    return family.store.run(work)


# --- for the file ---------------------------------------------------------------------------------


def test_verdict_and_order_stand_above_all_else(family: Family) -> None:
    words = words_of(report_html(family.report("nl")))
    places = [
        words.index(text)
        for text in (
            "Voorstel voor de volgorde",
            "Volgorde: NIKA → EMDR kind → EMDR ouder",
            "1 NIKA (ouder-kindrelatie) nu beginnen",
            "2 EMDR voor het kind na NIKA",
            "3 EMDR voor de ouder eerst navragen",
            "Eigen volgorde van de behandelaar: EMDR ouder, NIKA, EMDR kind",
            "Op 23 november 2026 ondertekend door supervisor",
            "Wat de behandelaar ernaast zet",
            "Belemmeringen",
            "De stappen, met hun redenen",
            "Waarom niet anders",
            "Wat aan wie is gevraagd",
            "Bronnen",
            "Oordeel van supervisors",
            "Handtekeningen",
            "Over dit rapport",
        )
    ]
    assert places == sorted(places)


def test_the_file_holds_all_that_every_channel_tells(family: Family) -> None:
    report = family.report("nl")
    words = words_of(report_html(report)).replace("&#39;", "'")
    kept = kept_of(family)
    live = family.store.run(
        lambda transaction: family.service.proposal_lines(transaction, kept.interview_id)
    )
    say = catalogue("nl").say
    for line in live:
        if line.text.id == "proposal.see_interventions":  # a command, and this is paper
            continue
        if line.text.id == "proposal.step":
            continue  # in the order above, its parts in columns; and again over its reasons
        assert say(line.text) in words, line.text.id


def test_a_reason_can_be_checked_from_the_paper_alone(family: Family) -> None:
    words = words_of(report_html(family.report("nl")))
    assert re.search(r"B05 · Deel 2b: .*?, p\. 15, regels 547–548 · veel experts", words)
    kept = kept_of(family)
    assert kept.protocol_hash in words
    assert kept.content_hash in words
    assert f"versie {kept.protocol_version}" in words
    assert "geen besluit" in words
    assert "door geen behandelaar goedgekeurd" in words


def test_who_said_what_when_and_in_which_language(family: Family) -> None:
    html = report_html(family.report("nl"))
    rows = [words_of(row).strip() for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)]
    day = "23 november 2026"
    assert f"Traumaklachten ouder ernstig behandelaar {day} Nederlands" in rows
    assert f"Verwacht dat behandeling helpt weet ik niet moeder {day} Tigrinya (concept)" in rows
    # What she wrote stands beside the translation that was kept with it.
    assert f"De hulpvraag ክድቅስ ይደሊ = ik wil slapen moeder {day} Tigrinya (concept)" in rows
    # What does not count is there too, apart.
    other = html[html.index("Ook gevraagd") :]
    assert f"Liefst als eerste EMDR voor de ouder behandelaar {day}" in words_of(other)
    assert "Overgeslagen (behandelaar): Wie meedoet" in words_of(other)
    # In another language there is no translation, and hers stays hers.
    assert "ክድቅስ ይደሊ" in report_html(family.report("en"))
    assert "ik wil slapen" not in report_html(family.report("en"))


def test_a_verdict_names_the_proposal_that_was_read(family: Family) -> None:
    report = family.report("nl")
    words = words_of(report_html(report))
    verdicts = words[words.index("Oordeel van supervisors") :]
    read = kept_of(family).content_hash[:12]
    assert re.search(
        r"23 november 2026, \d\d:\d\d uur: teruggegeven door supervisor [0-9A-Z]{3}-[0-9A-Z]{3}"
        r" Gelezen: een eerder voorstel, kenmerk [0-9a-f]{12}"
        r" Verder bij het kind: Vul aan wat er verder bij het kind speelt\.",
        verdicts,
    )
    assert f"Gelezen: dit voorstel, kenmerk {read}" in verdicts
    for who in ("Behandelaar", "Supervisor"):
        assert re.search(rf"{who} [0-9A-Z]{{3}}-[0-9A-Z]{{3}}", verdicts)
    assert "Ouder" in verdicts


def test_a_draft_language_says_so_and_the_source_does_not(family: Family) -> None:
    told = catalogue("en").say(message("language.draft_told", language=catalogue("en").name))
    assert told in words_of(report_html(family.report("en")))
    assert not family.report("nl").notices


def test_what_a_person_wrote_is_never_markup(family: Family) -> None:
    report = family.report("nl")
    line = message("value.text", text='<script>"&</script><img src=x>')
    html = report_html(replace(report, heading=line, title=line, footer=line))
    assert "<script" not in html
    assert "<img" not in html
    assert "</style><" not in html.replace("</style>\n", "", 1)


def test_a_page_needs_nothing_but_itself(family: Family) -> None:
    html = report_html(family.report("nl"), nonce="abc")
    assert '<style nonce="abc">' in html
    for foreign in ("href", "src=", "url(", "http", "@import", "<script", "style=", "onload"):
        assert foreign not in html, foreign


def test_moments_are_told_by_the_clock_that_is_given(family: Family) -> None:
    words = words_of(report_html(family.report("nl")))
    assert "Rapport gemaakt op 28 november 2026, 15:05 uur" in words
    assert f"Voorstel van 23 november 2026, {_local(kept_of(family))} uur" in words


def _local(kept: ProposalRecord) -> str:
    return f"{kept.at.hour + 1:02}:{kept.at:%M}"  # Amsterdam, in winter


# --- a proposal that was kept ---------------------------------------------------------------------


@pytest.fixture
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Family]:
    """The family, after the mother changed an answer that counts."""
    family = Family(tmp_path_factory.mktemp("changed"))

    def hers(transaction: Transaction) -> str:
        record = transaction.latest_interview(family.case_id, MOTHER)
        assert record is not None
        return record.id

    interview = family.store.run(hers)
    steps: list[ev.Event] = [
        ev.Edit("preference_first"),
        ev.Check("company", "alone"),
        ev.Check("safe", "yes"),
        ev.Give("preference_first", "parent"),
        ev.Confirm(),
    ]
    for number, event in enumerate(steps):
        family.service.handle(interview, event, update_key=f"changed:{number}")
    assert (
        family.store.run(lambda transaction: family.service.look(transaction, interview))
        .answers["preference_first"]
        .value
        == "parent"
    )
    yield family
    family.store.close()


def test_a_report_is_of_the_proposal_that_was_kept_whatever_was_answered_since(
    changed: Family,
) -> None:
    report = changed.report("en")
    words = words_of(report_html(report))
    assert "Answers have changed since this proposal" in words
    assert "Order: NIKA → EMDR child → EMDR parent" in words
    assert kept_of(changed).content_hash in words
    # By the same rules it is still told in any language.
    told = told_again(VOORSTUDIE_CORE, kept_of(changed), None)
    assert not told.words_of
    assert not told.is_current
    say = catalogue("en").say
    for line in tell(VOORSTUDIE_CORE, told.proposal):
        if line.text.id == "proposal.reason":
            assert say(line.text) in words.replace("&#39;", "'")


def test_under_another_protocol_the_reasons_stand_in_the_words_they_were_kept_in(
    family: Family,
) -> None:
    some = dict(list(VOORSTUDIE_CORE.passages.items())[40:])
    later = replace(VOORSTUDIE_CORE, version="9.0.0", passages=some)
    report = family.report("en", service=family.under(later))
    words = words_of(report_html(report))
    kept = kept_of(family)
    assert f"made under protocol version {kept.protocol_version}; version 9.0.0 applies" in words
    assert "can only be shown in the language in which they were kept: Nederlands" in words
    assert "Order: NIKA → EMDR child → EMDR parent" in words
    for step in kept.payload["proposal"]["steps"]:
        for reason in step["reasons"]:
            assert reason["text"] in words
    assert kept.protocol_hash in words
    assert later.hash not in words


def test_a_proposal_told_from_its_words_says_what_it_said(family: Family) -> None:
    kept = kept_of(family)
    live = told_again(VOORSTUDIE_CORE, kept, None).proposal
    other = replace(VOORSTUDIE_CORE, passages=dict(list(VOORSTUDIE_CORE.passages.items())[:-1]))
    told = told_again(other, kept, None)
    assert told.words_of == "nl"
    say = catalogue("nl").say
    from_words = [say(line.text) for line in tell(VOORSTUDIE_CORE, told.proposal)]
    assert from_words == [say(line.text) for line in tell(VOORSTUDIE_CORE, live)]


# --- for the mother -------------------------------------------------------------------------------


def test_her_version_is_her_plan_and_nothing_else(family: Family) -> None:
    words = words_of(report_html(family.report("nl", Audience.MOTHER)))
    assert words.strip() == (
        "Het plan Het plan dat je behandelaar met je deelt 28 november 2026"
        " 1 hulp voor jou zelf 2 hulp voor je kind en jou samen 3 hulp voor je kind"
        " Jij en je behandelaar beslissen samen."
        " Het plan kan nog veranderen. Vertel je behandelaar wat je ervan vindt."
    )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_her_version_holds_no_code_no_rule_and_no_word_that_may_harm(
    family: Family, language: str
) -> None:
    report = family.report(language, Audience.MOTHER)
    html = report_html(report)
    words = words_of(html)
    assert not report.case
    assert not re.search(r"[0-9A-Z]{3}-[0-9A-Z]{3}|[0-9a-f]{12}", words)
    assert not NOT_FOR_HER.search(words)
    assert not _DANGEROUS_IF_FOUND.search(words)
    assert "K7F" not in html
    assert file_name(report, "pdf") == "plan.pdf"


def test_a_draft_translation_says_so_to_her_in_plain_words(family: Family) -> None:
    words = words_of(report_html(family.report("en", Audience.MOTHER)))
    assert "This translation has not been checked yet." in words


def test_without_a_shared_plan_there_is_no_version_for_her(family: Family) -> None:
    def ask(transaction: Transaction) -> None:
        case = transaction.create_case(transaction.unused_code())
        for audience, problem in (
            (Audience.MOTHER, "report.error.no_plan"),
            (Audience.FILE, "report.error.no_proposal"),
        ):
            with pytest.raises(ReportError) as refused:
                case_report(
                    family.service,
                    transaction,
                    case,
                    language="nl",
                    audience=audience,
                    clock=lambda: MADE,
                )
            assert refused.value.problem.id == problem

    family.store.run(ask)
