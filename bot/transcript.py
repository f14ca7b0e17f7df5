"""The transcript: what was said and answered, in the words that were shown and in the reader's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.service import SAID, TRANSLATED, TRANSLATORS, Said, is_written, say_all
from flows.interview import Answer, answer_message
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.utterances import Screen
from locales import catalogue
from storage.records import EventRecord

EVENT_KINDS = (
    "accepted",
    "answered",
    "change_cancelled",
    "consented",
    "consequences_shown",
    "danger_shown",
    "danger_words",
    "edit_begun",
    "input_masked",
    "input_refused",
    "kept",
    "language_chosen",
    "let_go_on",
    "mode_changed",
    "moved",
    "paused",
    "plan_shared",
    "resumed",
    "reviewed",
    "safety_checked",
    "set_aside",
    "stopped",
    "submitted",
    "summary_confirmed",
    "taken_back",
    "went_back",
)
"""Every kind of record that the conversation makes."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation of what somebody wrote: the text, who made it, and when."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: when, who (`program` or the respondent), as it was shown, and for the reader.

    `place` is its number in the interview, `language` that of what was shown; `words` marks the
    words in which an answered question stood there. What somebody wrote has `written`, and
    `translations` into the reader's language.
    """

    at: datetime
    speaker: str
    shown: tuple[str, ...]
    reader: tuple[str, ...]
    place: int = 0
    language: str = ""
    words: str = ""
    written: bool = False
    translations: tuple[Translation, ...] = ()


def entries(
    protocol: Protocol, respondent: str, events: Sequence[EventRecord], language: str
) -> Iterator[Entry]:
    """Give the transcript of one interview for a reader of a language."""
    words = catalogue(language)
    announced: set[str] = set()
    translations = _translations(events, language)
    for event in events:
        if event.kind == TRANSLATED:
            continue
        if event.kind == SAID:
            said = Said.from_data(event.payload)
            if said.draft and said.language not in announced:
                announced.add(said.language)
                name = catalogue(said.language).name
                told = words.say(message("transcript.draft", language=name, texts=said.texts))
                yield Entry(event.at, "program", (told,), (told,), event.seq, language)
            shown_again = _lines(said_again(said, language))
            yield Entry(event.at, "program", _lines(said), shown_again, event.seq, said.language)
            continue
        own = event.payload.get("language")
        text = _event_message(protocol, respondent, event)
        shown = catalogue(own).say(text) if own else words.say(text)
        written = is_written(protocol, event)
        yield Entry(
            event.at,
            respondent,
            (shown,),
            (words.say(text),),
            event.seq,
            own or language,
            str(event.payload.get("words", "")),
            # In the reader's own language it needs no translation.
            written=written and own != language,
            translations=translations.get(event.seq, ()) if written else (),
        )


def _translations(
    events: Sequence[EventRecord], language: str
) -> dict[int, tuple[Translation, ...]]:
    """Return the translations into a language, by the number of what they translate."""
    found: dict[int, tuple[Translation, ...]] = {}
    for event in events:
        if event.kind == TRANSLATED and event.payload["language"] == language:
            made = Translation(event.payload["text"], event.payload["by"], event.at)
            of = int(event.payload["of"])
            found[of] = (*found.get(of, ()), made)
    return found


def said_again(said: Said, language: str) -> Said:
    """Say it again for the reader; what has no words any more stays as it was shown."""
    try:
        return say_all(said.utterance, language)
    except LookupError:
        return said


def _lines(said: Said) -> tuple[str, ...]:
    if said.utterance.screen is not Screen.QUESTION:
        return said.words
    labels = (
        f"  {code.code}: {label}"
        for code, label in zip(said.utterance.options, said.option_words, strict=True)
    )
    return (*said.words, *labels)


def _event_message(protocol: Protocol, respondent: str, event: EventRecord) -> Message:
    data = event.payload
    key = f"transcript.{event.kind}"
    question = protocol.by_id.get(str(data.get("question", "")))
    if event.kind in ("answered", "kept") and question is not None:
        answer = Answer.from_data({**data, "at": event.at.isoformat(), "set_aside": False})
        code = " ".join(answer.value) if isinstance(answer.value, tuple) else answer.value
        is_code = bool(question.choices) and bool(code)
        return message(
            f"{key}_code" if is_code else key,
            question=question.short,
            answer=answer_message(question, answer, respondent),
            **({"code": code} if is_code else {}),
        )
    if question is not None:
        return message(key, question=question.short)
    if data.get("question"):  # of an earlier version of the protocol
        value = data.get("value", "")
        return message(
            "transcript.question_gone",
            question=str(data["question"]),
            answer=value if isinstance(value, str) else " ".join(value),
        )
    if event.kind == "set_aside":
        names = tuple(_name(protocol, name) for name in data["questions"])
        return message(key, count=len(names), names=names)
    if event.kind == "consented":
        return message(key, text=data["text"])
    if event.kind == "safety_checked":
        about = f"mother.check.{data['about']}"
        return message(key, question=message(about), answer=message(f"{about}.{data['code']}"))
    if event.kind == "moved":
        before, after = data["before"]["version"], data["after"]["version"]
        return message(key, before=before, after=after)
    return message(key)


def _name(protocol: Protocol, question_id: str) -> Message:
    question = protocol.by_id.get(question_id)
    return question.short if question else message("transcript.name_gone", name=question_id)


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that transcripts make from codes."""
    for kind in EVENT_KINDS:
        yield f"transcript.{kind}"
    yield from (f"translator.{by}" for by in TRANSLATORS)
    yield "transcript.answered_code"
    yield "transcript.kept_code"
