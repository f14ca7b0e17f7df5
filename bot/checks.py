"""Static checks: what can be found wrong before anyone is asked anything.

Each finding is one line: code, place, what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Any

from bot.catalogue_keys import all_keys
from flows.messages import Message, message
from flows.protocol import Protocol
from flows.questions import Kind
from locales import SOURCE_LANGUAGE, catalogue, languages


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must be mended: a stable code, where it is, and what to do."""

    code: str
    place: str
    todo: Message


def findings(protocol: Protocol) -> Iterator[Finding]:
    """Give everything that the checks find."""
    yield from _catalogues(protocol)
    yield from _choices(protocol)
    yield from _passages(protocol)


def _catalogues(protocol: Protocol) -> Iterator[Finding]:
    needed = all_keys(protocol)
    source = _texts(SOURCE_LANGUAGE)
    for language in languages():
        texts = _texts(language)
        for key in sorted(needed - texts.keys()):
            yield Finding("text-missing", f"{language}: {key}", message("check.text_missing"))
        for key in sorted(texts.keys() - needed):
            yield Finding("text-unused", f"{language}: {key}", message("check.text_unused"))
        for key, forms in texts.items():
            wanted = _places(source.get(key, ()))
            for form in forms:
                if not form.strip():
                    yield Finding(
                        "text-missing", f"{language}: {key}", message("check.text_missing")
                    )
                # A plural form may leave the number out: "one answer".
                elif key in source and (_places((form,)) ^ wanted) - {"count"}:
                    yield Finding(
                        "placeholders-differ",
                        f"{language}: {key}",
                        message("check.placeholders", names=", ".join(sorted(wanted))),
                    )


def _texts(language: str) -> dict[str, tuple[str, ...]]:
    texts: dict[str, tuple[str, ...]] = {}
    for entry in catalogue(language).entries:
        if entry.id:
            key: Any = entry.id[0] if isinstance(entry.id, tuple | list) else entry.id
            forms = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
            texts[str(key)] = tuple(str(form) for form in forms)
    return texts


def _places(forms: tuple[str, ...]) -> set[str]:
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def _choices(protocol: Protocol) -> Iterator[Finding]:
    """Two choices of a question that read the same cannot be told apart."""
    for language in languages():
        words = catalogue(language)
        for question in protocol.questions:
            if question.kind not in (Kind.CHOICE, Kind.MULTI_CHOICE):
                continue
            for respondent in question.respondents:
                labels = [
                    words.say(question.choice_label(code, respondent)).casefold()
                    for code in (*question.choices, "unknown")
                ]
                if len(set(labels)) != len(labels):
                    yield Finding(
                        "labels-equal",
                        f"{language}: question {question.id}",
                        message("check.labels_equal"),
                    )


def _passages(protocol: Protocol) -> Iterator[Finding]:
    """Every rule and question rests on passages that exist."""
    for rule in protocol.rules:
        for name in rule.passages:
            if name not in protocol.passages:
                yield Finding(
                    "passage-missing", f"rule {rule.id}: {name}", message("check.passage_missing")
                )
    for question in protocol.questions:
        for name in question.passages:
            if name not in protocol.passages:
                yield Finding(
                    "passage-missing",
                    f"question {question.id}: {name}",
                    message("check.passage_missing"),
                )
