"""Static checks: what can be found wrong before anyone is asked anything.

Each finding is one line: code, place, what to do. The checks of the rules are exact: they count
over all combinations of facts (`flows.space`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from string import Formatter

from bot.catalogue_keys import all_keys
from flows.conditions import UNKNOWN, YES, Condition
from flows.facts import BARRIER_KINDS
from flows.lexicon import folded
from flows.messages import Message, message
from flows.proposal import barrier_passages
from flows.protocol import Protocol
from flows.questions import Kind, Question
from flows.rules import Rule, RuleSet, Table
from flows.space import Space, space_of
from flows.telling import source_line
from flows.voorstudie import interventions
from locales import (
    SOURCE_LANGUAGE,
    catalogue,
    danger_words_are_read,
    drafts_of,
    folders,
    fuzzy,
    languages,
    name_of,
    status_of,
    texts_of,
)

LONGEST_SCREEN = 4096
"""UTF-16 units of one message on Telegram; a proposal is split, a question is not."""
LONGEST_BUTTON = 64
"""Bytes that a button on Telegram may carry."""
_PLACE = re.compile(r"\{[^}]*\}")
_WORD = re.compile(r"[^\W\d_]{3}")
_IN_WORDS = 12
_OWN_NUMBERS = ("input.date", "terminal.hint.date", "input.age", "terminal.hint.age")
"""Texts whose numbers are examples, written as the language writes them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must be mended: a stable code, where it is, and what to do."""

    code: str
    place: str
    todo: Message


def findings(protocol: Protocol) -> Iterator[Finding]:
    """Give everything that the checks find."""
    yield from texts(protocol)
    yield from screens(protocol)
    yield from labels(protocol)
    yield from buttons(protocol)
    yield from questions(protocol)
    yield from facts(protocol)
    yield from rules(protocol)
    yield from passages(protocol)


# --- texts ----------------------------------------------------------------------------------------


def texts(protocol: Protocol) -> Iterator[Finding]:
    """Find texts that a language lacks or nobody uses, and places that differ from the source's."""
    needed = all_keys(protocol)
    source = texts_of(SOURCE_LANGUAGE)
    for language in languages():
        found = texts_of(language)
        yield from compare_texts(language, needed, source, found)
        for key in fuzzy(language):
            yield Finding("text-fuzzy", f"{language}: {key}", message("check.fuzzy"))
        if language != SOURCE_LANGUAGE:
            meant = status_of(language).get("same_as_source", ())
            for key in sorted(untranslated(source, found) - set(meant)):
                yield Finding(
                    "text-untranslated", f"{language}: {key}", message("check.untranslated")
                )


def compare_texts(
    language: str,
    needed: set[str],
    source: Mapping[str, tuple[str, ...]],
    found: Mapping[str, tuple[str, ...]],
) -> Iterator[Finding]:
    """Compare one language's texts, each with its plural forms, with what is needed."""
    for key in sorted(needed - found.keys()):
        yield Finding("text-missing", f"{language}: {key}", message("check.text_missing"))
    for key in sorted(found.keys() - needed):
        yield Finding("text-unused", f"{language}: {key}", message("check.text_unused"))
    for key, forms in found.items():
        place = f"{language}: {key}"
        wanted = _places(source.get(key, ()))
        for form in forms:
            if not form.strip():
                yield Finding("text-missing", place, message("check.text_missing"))
            # A plural form may leave the number out: "one answer".
            elif key in source and (_places((form,)) ^ wanted) - {"count"}:
                names = ", ".join(sorted(wanted))
                yield Finding(
                    "placeholders-differ", place, message("check.placeholders", names=names)
                )
            if _units(form) > LONGEST_SCREEN:
                yield _too_long(place)
        if key in source and not key.startswith(_OWN_NUMBERS):
            wrong = _numbers(source[key][-1]) ^ _numbers(forms[-1])
            if wrong:
                numbers = ", ".join(sorted(wrong))
                yield Finding("numbers-differ", place, message("check.numbers", numbers=numbers))


def untranslated(
    source: Mapping[str, tuple[str, ...]], found: Mapping[str, tuple[str, ...]]
) -> set[str]:
    """Return the keys whose text is the source's, though there are words to translate in it."""
    return {
        key
        for key, forms in found.items()
        if forms == source.get(key) and _WORD.search(_PLACE.sub("", forms[0]))
    }


def _numbers(text: str) -> set[str]:
    """Return the numbers in a text, in digits of ours; what gets filled in is none, and small ones
    may be words in one language and digits in another."""
    plain = unicodedata.normalize("NFKC", _PLACE.sub("", text))
    digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
    return {number for number in re.findall(r"\d+", digits) if int(number) > _IN_WORDS}


def _places(forms: tuple[str, ...]) -> set[str]:
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _too_long(place: str) -> Finding:
    return Finding("text-too-long", place, message("check.too_long", longest=LONGEST_SCREEN))


def screens(protocol: Protocol) -> Iterator[Finding]:
    """Find questions, and screens that say why they are asked, too long for one message."""
    for language in languages():
        words = catalogue(language)
        for question in protocol.questions:
            known = [name for name in question.passages if name in protocol.passages]
            why = [words.say(question.why)]
            why.extend(words.say(source_line(protocol, name)) for name in known)
            why.append(", ".join(rule.id for rule in protocol.rules_fed_by(question)))
            asked = [
                [
                    words.say(text)
                    for text in (question.text(respondent), *_labels(question, respondent))
                ]
                for respondent in question.respondents
            ]
            for screen in (why, *asked):
                if _units("\n".join(screen)) > LONGEST_SCREEN:
                    yield _too_long(f"{language}: question {question.id}")


def language_states() -> Iterator[Message]:
    """Say of each language what it is: who read its texts, and how many of them."""
    for language in folders():
        status, name = status_of(language), name_of(language)
        texts = texts_of(language)
        words = sum(1 for forms in texts.values() if all(forms))
        read = len(texts) - len(drafts_of(language))
        match status["state"]:
            case "source":
                yield message("check.state.source", language=name)
            case "reviewed":
                yield message(
                    "check.state.reviewed",
                    language=name,
                    reader=str(status["reader"]),
                    read_on=status["read_on"],
                    read=read,
                    total=len(texts),
                )
            case "new":
                yield message("check.state.new", language=name, read=words, total=len(texts))
            case _:
                yield message("check.state.draft", language=name, read=read, total=len(texts))
        if not danger_words_are_read(language):
            yield message("check.state.danger_words", language=name)


# --- what a channel can show ----------------------------------------------------------------------


def labels(protocol: Protocol) -> Iterator[Finding]:
    """Find choices of one question that read the same and cannot be told apart."""
    for language in languages():
        for key in dict.fromkeys(equal_labels(protocol, catalogue(language).say)):
            yield Finding("labels-equal", f"{language}: {key}", message("check.labels_equal"))


def equal_labels(protocol: Protocol, say: Callable[[Message], str]) -> Iterator[str]:
    """Give the keys of labels that read the same as another choice of their question."""
    for question in protocol.questions:
        for respondent in question.respondents:
            labels = _labels(question, respondent)
            read = [folded(say(label)) for label in labels]
            for label, words in zip(labels, read, strict=True):
                if read.count(words) > 1:
                    yield label.id


def _labels(question: Question, respondent: str) -> list[Message]:
    if question.kind not in (Kind.CHOICE, Kind.MULTI_CHOICE):
        return []
    return [question.choice_label(code, respondent) for code in (*question.choices, UNKNOWN)]


def buttons(protocol: Protocol) -> Iterator[Finding]:
    """Find codes too long for a button.

    A button is to carry an opaque key and never the answer; a code that fits keeps room for both.
    """
    for question in protocol.questions:
        for code in (*question.choices, UNKNOWN):
            if len(f"{question.id}:{code}".encode()) > LONGEST_BUTTON:
                yield Finding(
                    "button-data-too-long",
                    f"question {question.id}: {code}",
                    message("check.button", longest=LONGEST_BUTTON),
                )


# --- questions ------------------------------------------------------------------------------------


def questions(protocol: Protocol) -> Iterator[Finding]:
    """Find questions that nobody can get to, and questions that nobody can answer."""
    before: dict[str, Question] = {}
    for question in protocol.questions:
        place = f"question {question.id}"
        conditions = (question.applies, *question.choice_when.values())
        ahead = {name for part in conditions for name in part.names()} - before.keys()
        if ahead:
            names = ", ".join(sorted(ahead))
            yield Finding("question-reads-ahead", place, message("check.ahead", names=names))
        elif not any(question.applies(values) == YES for values in _answers(question, before)):
            yield Finding("question-unreachable", place, message("check.unreachable"))
        elif question.kind in (Kind.CHOICE, Kind.MULTI_CHOICE) and any(
            question.applies(values) == YES and not question.offered(values)
            for values in _answers(question, before)
        ):
            yield Finding("question-inescapable", place, message("check.inescapable"))
        before[question.id] = question


def _answers(question: Question, before: Mapping[str, Question]) -> Iterator[dict[str, str]]:
    """Give every combination of the answers that the question's conditions look at.

    Of several codes at once each is tried by itself: conditions ask for one code at a time.
    """
    parts: tuple[Condition, ...] = (question.applies, *question.choice_when.values())
    names = tuple(dict.fromkeys(name for part in parts for name in part.names()))
    domains = [(*(before[name].choices or ("given",)), UNKNOWN) for name in names]
    for combination in product(*domains):
        yield {
            name: value for name, value in zip(names, combination, strict=True) if value != UNKNOWN
        }


# --- facts and rules ------------------------------------------------------------------------------


def facts(protocol: Protocol) -> Iterator[Finding]:
    """Find what a rule reads and no question sets."""
    space = space_of(protocol.rules)
    asked = {name for names in protocol.sets.values() for name in names}
    for question in protocol.questions:
        for code in question.choices or ("1",):
            asked.update(protocol.facts_from({question.id: code}).background)
    read = {name for rule in protocol.rules for name in rule.when.names()}
    known = {*space.given, *space.beside, *(item.name for item in space.derivations)}
    for name in sorted(space.behind(read & known)):
        given = name in space.given or name in space.beside
        if given and name not in asked and name not in protocol.rules.derived_from:
            yield Finding("fact-not-asked", name, message("check.fact_not_asked"))


def rules(protocol: Protocol) -> Iterator[Finding]:
    """Find rules that never fire, are shadowed or contradict one another, and unused readings."""
    book = protocol.all_rules
    for name, number in Counter(rule.id for rule in book).items():
        if number > 1:
            yield Finding("rules-contradict", f"rule {name}", message("check.rule_twice"))
    named = {name for rule in book for name in rule.when.names()}
    for ambiguity in book.ambiguities:
        if ambiguity.others and ambiguity.id not in named:
            yield Finding("reading-unused", ambiguity.id, message("check.reading_unused"))
    fired: dict[str, str] = {}
    for rule_set in (protocol.rules, *protocol.other_rules.values()):
        # Of the other readings, those with rules that nothing has shown to fire yet.
        if any(rule.id not in fired for rule in rule_set):
            try:
                yield from _fire(rule_set, fired)
            except LookupError as error:
                yield Finding("table-incomplete", str(error), message("check.table_incomplete"))
                return
    for rule in book:
        if fired.get(rule.id) == "shadowed":
            yield Finding("rule-shadowed", f"rule {rule.id}", message("check.rule_shadowed"))
        elif rule.id not in fired:
            yield Finding("rule-never-fires", f"rule {rule.id}", message("check.rule_never"))


def _fire(rule_set: RuleSet, fired: dict[str, str]) -> Iterator[Finding]:
    """Note which rules fire or only hold behind others; give rows that contradict each other."""
    space = space_of(rule_set)
    for table in rule_set.tables:
        if table in (rule_set.label, rule_set.dropped):
            _fire_labels(space, rule_set, fired)
        elif table.unique or any(fired.get(rule.id) != "fires" for rule in table):
            yield from _fire_table(space, table, fired)
    for collection in rule_set.collections:
        for rule in collection:
            if rule.id not in fired and _can_hold(space, rule):
                fired[rule.id] = "fires"


def _fire_table(space: Space, table: Table, fired: dict[str, str]) -> Iterator[Finding]:
    for key in space.count(table.inputs):
        values = dict(zip(table.inputs, key, strict=True))
        holding = [rule for rule in table if rule.when(values) == YES]
        for rule in holding[1:]:
            fired.setdefault(rule.id, "shadowed")
        for rule in holding[:1]:
            fired[rule.id] = "fires"
        if table.unique and len({rule.value for rule in holding}) > 1:
            place = f"{table.name}: {', '.join(rule.id for rule in holding)}"
            yield Finding("rules-contradict", place, message("check.rules_contradict"))
            return


def _fire_labels(space: Space, rule_set: RuleSet, fired: dict[str, str]) -> None:
    """Rows that look at one component fire where some component gets what they give."""
    given = {
        value
        for item in space.derivations
        if item.name.startswith(("label_", "dropped_"))
        for value in space.values_of(item.name)
    }
    nothing_drops = len(rule_set.dropped.rules) == 1  # the one row decides, and is not derived
    for rule in (*rule_set.label, *rule_set.dropped):
        if rule.value in given or (nothing_drops and rule in rule_set.dropped.rules):
            fired[rule.id] = "fires"


def _can_hold(space: Space, rule: Rule) -> bool:
    names = tuple(dict.fromkeys(rule.when.names()))
    return any(rule.when(dict(zip(names, key, strict=True))) == YES for key in space.count(names))


# --- passages -------------------------------------------------------------------------------------


def passages(protocol: Protocol) -> Iterator[Finding]:
    """Find passages that are cited and not there, or there and neither cited nor context."""
    cited: dict[str, str] = dict(interventions.cited())
    for rule in protocol.all_rules:
        cited.update(dict.fromkeys(rule.passages, f"rule {rule.id}"))
    for question in protocol.questions:
        cited.update(dict.fromkeys(question.passages, f"question {question.id}"))
    for ambiguity in protocol.all_rules.ambiguities:
        cited.update(dict.fromkeys(ambiguity.passages, ambiguity.id))
    for kind in BARRIER_KINDS:
        cited.update(dict.fromkeys(barrier_passages(kind), f"barrier {kind}"))
    for name, where in cited.items():
        if name not in protocol.passages:
            yield Finding("passage-missing", f"{where}: {name}", message("check.passage_missing"))
    for name, passage in protocol.passages.items():
        if name not in cited and not passage.context:
            yield Finding("passage-unused", name, message("check.passage_unused"))
