"""Questions aloud: recordings first, then a voice of espeak-ng, and signs beside choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.labels import meant
from bot.service import say_all
from bot.signs import sign
from bot.speech import SpeechError, Spoken, Voices
from bot.telegram.pages import Writer
from flows.conditions import NO, YES
from flows.messages import message
from flows.questions import MOTHER
from flows.utterances import Line, Option, Screen, Utterance
from locales import languages
from tests.needs import needs

MP3 = b"\xff\xfb"
"""How a sound in this form begins, but for the details."""
KEY = "question.food_secure.mother"


def asked(language: str) -> Utterance:
    options = tuple(Option(code, message(f"choice.yes_no.{code}.mother")) for code in (YES, NO))
    return Utterance(
        Screen.QUESTION,
        (
            Line(message("conversation.progress", section="x", place=1, total=2), "detail"),
            Line(message(KEY), "important"),
            Line(message("conversation.earlier_answer", answer="secret of hers")),
        ),
        options,
        {
            "question": "food_secure",
            "section": "safety",
            "respondent": MOTHER,
            "kind": "choice",
            "place": 1,
            "total": 2,
            "keep": True,
            "back": False,
            "language": language,
        },
    )


@pytest.fixture
def voices(tmp_path: Path) -> Voices:
    needs("espeak-ng", "speech")
    return Voices(tmp_path / "locales", tmp_path / "cache")


def test_a_text_is_spoken_and_made_once(voices: Voices, tmp_path: Path) -> None:
    spoken = Spoken("nl", KEY, "Is er genoeg te eten? 1: ja. 2: nee.")
    sound = voices.say(spoken)
    assert is_mp3(sound)
    assert len(sound) > 5_000
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(b"kept")
    assert voices.say(spoken) == b"kept"
    assert is_mp3(voices.say(Spoken("nl", KEY, "Iets anders.")))


def is_mp3(sound: bytes) -> bool:
    return sound[0] == MP3[0] and sound[1] & 0xE0 == 0xE0


@pytest.mark.parametrize("language", ["nl", "en", "pl", "ar", "fa", "tr", "uk", "bg", "fr", "es"])
def test_espeak_has_a_voice_for_most_of_our_languages(voices: Voices, language: str) -> None:
    assert voices.can_say(language, KEY)


@pytest.mark.parametrize("language", ["so", "ti"])
def test_without_a_voice_there_is_no_button(voices: Voices, language: str) -> None:
    assert not voices.can_say(language, KEY)
    with pytest.raises(SpeechError):
        voices.say(Spoken(language, KEY, "?"))


def test_an_engine_that_does_not_work_is_a_voice_for_nothing(tmp_path: Path) -> None:
    # The question itself must still be shown.
    broken = Voices(tmp_path, tmp_path / "cache", engine="false")
    assert not broken.can_say("nl", KEY)


def test_what_cannot_be_kept_cannot_be_spoken(voices: Voices, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(SpeechError):
        voices.say(Spoken("nl", KEY, "?"))


def test_a_recording_comes_before_a_voice(tmp_path: Path) -> None:
    folder = tmp_path / "ti" / "audio"
    folder.mkdir(parents=True)
    (folder / f"{KEY}.ogg").write_bytes(b"OggS a woman's voice")
    silent = Voices(tmp_path, tmp_path / "cache", engine="")
    assert silent.can_say("ti", KEY)
    assert not silent.can_say("ti", "question.other")
    assert silent.say(Spoken("ti", KEY, "?")) == b"OggS a woman's voice"


@pytest.mark.parametrize("language", languages())
def test_what_is_spoken_is_the_question_with_numbers_and_nothing_she_answered(
    language: str, tmp_path: Path
) -> None:
    folder = tmp_path / language / "audio"
    folder.mkdir(parents=True)
    (folder / f"{KEY}.mp3").write_bytes(MP3)
    said = [say_all(asked(language), language)]
    writer = Writer(language, languages(), Voices(tmp_path, tmp_path, engine=""))
    spoken = writer.spoken(said)
    assert spoken is not None
    assert (spoken.language, spoken.key) == (language, KEY)
    assert "1: " in spoken.words
    assert "2: " in spoken.words
    assert "secret" not in spoken.words
    buttons = writer.interview(said, mother=True).rows
    assert any("🔊" in button.label for row in buttons for button in row)
    silent = Writer(language, languages(), Voices(tmp_path, tmp_path / "x", engine=""))
    (folder / f"{KEY}.mp3").unlink()
    buttons = silent.interview(said, mother=True).rows
    assert not any("🔊" in button.label for row in buttons for button in row)


def test_signs_are_the_same_in_all_languages_and_can_be_typed() -> None:
    signs = set()
    for language in languages():
        said = say_all(asked(language), language)
        page = Writer(language, languages()).interview([said], mother=True)
        signs.add(tuple(button.label.split()[1] for row in page.rows[1:2] for button in row))
        assert meant("1", said) == YES
        assert meant("٢", said) == NO
        assert meant("3", said) is None
    assert signs == {("✔", "✖")}
    assert len({sign(place, "x") for place in range(1, 60)}) == 59
