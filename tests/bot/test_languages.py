"""Languages: a draft says so, a review holds for the texts that were read, and people may mix."""

from __future__ import annotations

from itertools import permutations

import pytest

from bot.labels import meant
from bot.service import Service, say_all
from bot.settings import Settings, offered_languages
from bot.telegram.pages import Writer
from bot.transcript import entries
from flows import events as ev
from flows.facts import COMPONENTS
from flows.inputs import read_age
from flows.messages import age, message
from flows.questions import THERAPIST
from flows.telling import short_order
from flows.utterances import Option, Screen, Utterance
from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import (
    SOURCE_LANGUAGE,
    catalogue,
    folders,
    languages,
    lexicon,
    offered,
    status_of,
)
from locales.direction import begun, unmarked

TRANSLATED = [language for language in languages() if language != SOURCE_LANGUAGE]


def test_every_folder_says_what_its_texts_are() -> None:
    for language in folders():
        status = status_of(language)
        assert (status["state"] == "source") == (language == SOURCE_LANGUAGE)
        assert status["state"] in ("source", "draft", "reviewed", "new")
        assert status["state"] != "reviewed" or {"reader", "read_on", "texts"} <= status.keys()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_draft_says_so_wherever_it_is_offered(language: str) -> None:
    words = catalogue(language)
    assert words.draft
    assert words.label != words.name
    assert unmarked(words.label).startswith(words.name)
    writer = Writer(SOURCE_LANGUAGE, languages())
    for page in (
        writer.languages(),
        writer.languages(mother=True),
        writer.invite_language("K7F-2M9"),
    ):
        assert words.label in [button.label for row in page.rows for button in row]
    announced = writer.say("telegram.invite.draft")
    assert announced in writer.invite("K7F-2M9", language).parts[0]
    assert announced not in writer.invite("K7F-2M9", SOURCE_LANGUAGE).parts[0]


@pytest.mark.parametrize(
    ("named", "telegram_is_near", "drafts_too"),
    [
        ("", True, True),
        ("", False, False),
        ("pl", True, False),
        ("pl", False, False),
        ("all", False, True),
    ],
)
def test_drafts_are_offered_where_they_are_named_and_in_demonstrations(
    named: str, telegram_is_near: bool, drafts_too: bool
) -> None:
    settings = Settings.model_construct(draft_languages=named)
    offers = offered_languages(settings, demonstration=telegram_is_near)
    assert SOURCE_LANGUAGE in offers
    assert set(named.split()) - {"all"} <= set(offers)
    assert (set(offers) == set(languages())) is drafts_too


def test_languages_stand_in_the_order_of_their_names_the_own_one_first() -> None:
    codes = offered(languages())
    names = [catalogue(code).name for code in codes]
    assert names[:3] == sorted(names[:3])
    assert all(
        name[0].isupper() or not name[0].isalpha() or name[0].lower() == name[0].upper()
        for name in names
    )
    buttons = Writer("pl", codes).languages().rows
    assert buttons[0][0].label.startswith("Polski")


def test_the_transcript_says_where_a_draft_begins(service: Service) -> None:
    opened = service.open(respondent=THERAPIST, mode="quick", new=True)
    switches = [ev.ChooseLanguage("pl"), ev.ChooseLanguage("nl")]
    steps: list[ev.Event] = [ev.ChooseLanguage("nl"), ev.Proceed(), *switches]
    for number, event in enumerate(steps):
        service.handle(opened.id, event, update_key=str(number))
    ((_, events),) = service.events_of(opened.interview.case)
    found = list(entries(VOORSTUDIE_CORE, THERAPIST, events, "nl"))
    told = [entry for entry in found if catalogue("pl").texts in " ".join(entry.reader)]
    assert len(told) == 1
    polish = next(at for at, entry in enumerate(found) if "Polski" in " ".join(entry.reader))
    assert found[polish] is told[0]
    assert "Pytanie" in str(found[polish + 1].shown) or "pytanie" in str(found[polish + 1].shown)


@pytest.mark.parametrize("language", languages())
def test_an_age_can_be_typed_as_it_is_said(language: str) -> None:
    say = catalogue(language).say
    for months in range(84):
        assert read_age(say(age(months)), 84, lexicon()) == str(months)


@pytest.mark.parametrize("shown", languages())
@pytest.mark.parametrize("typed", languages())
def test_yes_and_no_are_understood_in_any_language(shown: str, typed: str) -> None:
    options = tuple(Option(code, message(f"choice.yes_no.{code}.mother")) for code in ("yes", "no"))
    said = say_all(Utterance(Screen.QUESTION, (), options), shown)
    for code in ("yes", "no"):
        word = catalogue(typed).say(message(f"choice.yes_no.{code}.mother"))
        assert meant(word, said) == code


def test_a_label_that_is_gone_is_no_answer_and_no_error() -> None:
    options = (Option("yes", message("choice.yes_no.yes")), Option("no", message("value.gone")))
    said = say_all(Utterance(Screen.QUESTION, (), options[:1]), "nl")
    old = type(said)(Utterance(Screen.QUESTION, (), options), "nl", (), ("ja", "nee"))
    assert meant("tak", old) == "yes"
    assert meant("zzz", old) is None


@pytest.mark.parametrize("language", [code for code in TRANSLATED if catalogue(code).right_to_left])
def test_an_order_runs_from_right_to_left_as_a_whole(language: str) -> None:
    """Where only isolates stand beside an arrow, nothing else would say which way it is read."""
    for order in permutations(COMPONENTS):
        said = catalogue(language).say(message("proposal.order", order=short_order(order)))
        assert said.count("\u2067") == said.count("\u2069") == 5
        assert "\u2068" not in said
    assert begun("\u2067EMDR\u2069 ← \u2067NIKA\u2069").startswith("\u200f")
