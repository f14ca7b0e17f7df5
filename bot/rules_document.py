"""The command `volgorde rules`: the protocol as a document for the clinicians who own the rules.

Everything comes from the protocol and the catalogues; no rule is written here a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from babel.numbers import format_percent

from bot.decision_graph import Graph, decision_graph, derivations_of, mermaid
from bot.diagram_svg import svg
from bot.rules_words import Group, RulesWords, effect_text, groups
from flows import describing
from flows.conditions import ALWAYS
from flows.describing import describe, given_values, value, wording
from flows.limits import DONE_FIRST, UNDER_WAY_FIRST
from flows.messages import Message, message
from flows.passages import Passage
from flows.proposal import DISCLAIMER, barrier_name
from flows.protocol import Protocol
from flows.questions import Question
from flows.readings import OURS, Ambiguity
from flows.rules import AUTHORITY, Basis, Rule, Table
from locales import catalogue

_LIMITS = ("first", "not_first", "last", "before", DONE_FIRST, UNDER_WAY_FIRST)
_CONVENTIONS = (
    "done",
    "under_way",
    "paused",
    "verdict",
    "symptoms",
    "list",
    "safety",
    "background",
)
"""What completes the specification beside the tables (interface, "Conventions")."""
_SMALLEST_SHARE = 0.001
_BREAK = "<br>"


def document(protocol: Protocol, language: str, picture: str = "") -> str:
    """Return the document in Markdown; `picture` is a file that shows the decision diagram."""
    lines = _Writer(protocol, language, picture).lines()
    # One empty line says as much as two.
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def diagram(protocol: Protocol, language: str) -> str:
    """Return the decision as a Mermaid flowchart."""
    say = catalogue(language).say
    return mermaid(decision_graph(protocol.rules, say), protocol.rules, say)


def picture(protocol: Protocol, language: str) -> str:
    """Return the decision as an SVG picture."""
    say = catalogue(language).say
    return svg(decision_graph(protocol.rules, say), say(message("document.heading.diagram")))


# --- Markdown -------------------------------------------------------------------------------------


class _Writer:
    """The document in Markdown, part by part."""

    def __init__(self, protocol: Protocol, language: str, picture: str) -> None:
        self.protocol = protocol
        self.picture = picture
        self.told = RulesWords(protocol, language)
        self.locale = catalogue(language).locale
        self.part = 0

    def t(self, text: Message) -> str:
        return self.told.say(text)

    def lines(self) -> Iterator[str]:
        parts = (
            (message("document.heading.reading"), self._how_to_read),
            (message("document.heading.diagram"), self._diagram),
            (message("document.heading.facts"), self._facts),
            (message("document.heading.tables"), self._tables),
            (message("document.heading.collections"), self._collections),
            (message("document.heading.ambiguities"), self._ambiguities),
            (message("document.heading.ours"), self._ours),
            (message("document.heading.conventions"), self._conventions),
            (message("document.heading.passages"), self._passages),
        )
        yield f"<!-- {self.t(message('document.generated'))} -->"
        yield from (f"# {self.t(message('document.title'))}", "")
        yield from self._about()
        yield from (f"**{self.t(message('document.contents'))}**", "")
        for number, (heading, _) in enumerate(parts, start=1):
            yield f"{number}. [{self.t(heading)}](#part-{number})"
        for self.part, (heading, body) in enumerate(parts, start=1):
            title = f'<a id="part-{self.part}"></a>{self.part}. {self.t(heading)}'
            yield from ("", f"## {title}", "")
            yield from body()

    def _paragraphs(self, *texts: Message) -> Iterator[str]:
        for text in texts:
            yield from (self.t(text), "")

    def _table(self, heads: Sequence[Message], rows: Iterable[Sequence[str]]) -> Iterator[str]:
        yield "| " + " | ".join(map(self.t, heads)) + " |"
        yield "|" + " --- |" * len(heads)
        for row in rows:
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
        yield ""

    # --- what it is, and how to read it -----------------------------------------------------------

    def _about(self) -> Iterator[str]:
        yield from self._paragraphs(
            message("document.about.what"), message("document.about.not"), DISCLAIMER
        )
        yield from self._paragraphs(
            message(
                "proposal.protocol",
                id=self.protocol.id,
                version=self.protocol.version,
                hash=self.protocol.hash[:12],
            )
        )

    def _how_to_read(self) -> Iterator[str]:
        yield from self._paragraphs(
            message("document.reading.hour"),
            message("document.reading.words"),
            message("document.reading.unknown"),
            message("document.reading.share", size=self.told.space.size),
        )
        yield from self._paragraphs(message("document.reading.evidence"))
        used = {passage.evidence for passage in self.protocol.passages.values()}
        yield from self._table(
            (message("document.column.code"), message("document.column.meaning")),
            ((code, self.t(message(f"evidence.{code}"))) for code in AUTHORITY if code in used),
        )
        yield from self._paragraphs(message("document.reading.basis"))
        yield from self._table(
            (message("document.column.basis"), message("document.column.meaning")),
            (
                (
                    self.t(message(f"document.basis.{basis}")),
                    self.t(message(f"document.basis.{basis}.meaning")),
                )
                for basis in Basis
            ),
        )

    def _diagram(self) -> Iterator[str]:
        yield from self._paragraphs(message("document.diagram"))
        chart = ("```mermaid", mermaid(self._graph(), self.told.rules, self.told.say), "```")
        if not self.picture:
            yield from chart
            return
        yield f"![{self.t(message('document.heading.diagram'))}]({self.picture})"
        yield from ("", "<details>")
        yield f"<summary>{self.t(message('document.diagram.source'))}</summary>"
        yield from ("", *chart, "", "</details>")

    def _graph(self) -> Graph:
        return decision_graph(self.told.rules, self.told.say)

    # --- facts ------------------------------------------------------------------------------------

    def _facts(self) -> Iterator[str]:
        yield from self._paragraphs(message("document.facts"))
        given = given_values(self.told.rules)
        background = self.told.rules.background
        yield from self._fact_table({n: v for n, v in given.items() if n not in background})
        yield from self._paragraphs(message("document.facts.background"))
        yield from self._fact_table({n: v for n, v in given.items() if n in background})

    def _fact_table(self, given: dict[str, tuple[str, ...]]) -> Iterator[str]:
        """Give a table of facts; what one question asks for at once shares a row."""
        rows: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
        for name, codes in given.items():
            values = tuple(self.t(value(name, code)) for code in codes)
            asked = tuple(question.id for question in self.told.questions_for(name))
            rows.setdefault((asked, values), []).append(name)
        yield from self._table(
            (
                message("document.column.fact"),
                message("document.column.values"),
                message("document.column.question"),
                message("document.column.passages"),
            ),
            (
                self._fact_row(names, values, [self.protocol.by_id[name] for name in asked])
                for (asked, values), names in rows.items()
            ),
        )

    def _fact_row(
        self, names: Iterable[str], values: Iterable[str], questions: Sequence[Question]
    ) -> tuple[str, ...]:
        asked = (self.t(item.text() if len(questions) == 1 else item.short) for item in questions)
        passages = dict.fromkeys(code for item in questions for code in item.passages)
        return (
            _BREAK.join(self.t(message(f"fact.{name}")) for name in names),
            " / ".join(values),
            "; ".join(asked),
            _links(passages),
        )

    # --- tables and collections -------------------------------------------------------------------

    def _tables(self) -> Iterator[str]:
        yield from self._paragraphs(message("document.tables"))
        for number, table in enumerate(self.told.rules.tables, start=1):
            yield f"### {self.part}.{number} {_capital(self.t(message(f'fact.{table.name}')))}"
            yield ""
            yield from self._paragraphs(
                message(f"document.table.{table.name}"),
                message("document.table.unique" if table.unique else "document.table.first"),
            )
            yield from self._rows(table)
            yield from self._elsewhere(table)
            yield from self._sentences(table)

    def _rows(self, table: Table) -> Iterator[str]:
        counted = self.told.counted_as(table)
        shares = (
            [message("document.column.share")]
            if len(counted) == 1
            else [message("document.column.share_of", name=message(f"fact.{n}")) for n in counted]
        )
        yield from self._table(
            (
                message("document.column.rule"),
                message("document.column.when"),
                message("document.column.then"),
                *shares,
            ),
            (
                (
                    f"**{rule.id}**",
                    self._row_when(table, rule),
                    self.told.effect(table, rule),
                    *(self._share(self.told.counts[name][rule.id]) for name in counted),
                )
                for rule in table
            ),
        )

    def _row_when(self, table: Table, rule: Rule) -> str:
        if rule.when == ALWAYS and len(table.rules) > 1:
            return self.t(message("document.otherwise"))
        return _BREAK.join(self.told.when_lines(rule))

    def _share(self, number: int) -> str:
        share = number / self.told.space.size
        if 0 < share < _SMALLEST_SHARE:
            percent = "< " + format_percent(_SMALLEST_SHARE, "0.0%", locale=self.locale)
        else:
            percent = format_percent(share, "0.0%", locale=self.locale)
        return self.t(message("document.share", percent=percent, number=number))

    def _elsewhere(self, group: Group) -> Iterator[str]:
        rows = [
            (
                f"**{rule.id}**",
                ", ".join(readings),
                self._there(rule, readings[0]),
                self.told.effect(group, rule),
            )
            for rule, readings in self.told.elsewhere(group)
        ]
        if rows:
            yield from self._paragraphs(message("document.elsewhere"))
            yield from self._table(
                (
                    message("document.column.rule"),
                    message("document.column.reading"),
                    message("document.column.when"),
                    message("document.column.then"),
                ),
                rows,
            )

    def _there(self, rule: Rule, reading: str) -> str:
        """Say a rule's condition as it stands under another reading."""
        ambiguity, _, code = reading.partition("=")
        rules = self.protocol.other_rules[ambiguity, code]
        return _BREAK.join(self.told.when_lines(rule, wording(self.protocol, rules)))

    def _sentences(self, group: Group) -> Iterator[str]:
        for rule in self.told.all_groups[group.name]:
            yield f"* **{rule.id}** {self.t(rule.text)} {self._grounds(rule)}"
        yield ""

    def _grounds(self, rule: Rule) -> str:
        return self.t(
            message(
                "document.grounds",
                ground=self.told.ground(rule),
                passages=_links((*rule.passages, *rule.ambiguities)),
            )
        )

    def _collections(self) -> Iterator[str]:
        yield from self._paragraphs(message("document.collections"))
        for number, group in enumerate(self.told.rules.collections, start=1):
            title = self.t(message(f"document.collection.{group.name}"))
            yield from (f"### {self.part}.{number} {title}", "")
            yield from self._paragraphs(message(f"document.collection.{group.name}.about"))
            effects = any(rule.effect is not None for rule in group)
            heads = [message("document.column.rule"), message("document.column.when")]
            if effects:
                heads.append(message("document.column.then"))
            yield from self._table(
                heads,
                (
                    (
                        f"**{rule.id}**",
                        _BREAK.join(self.told.when_lines(rule)),
                        *([self.told.effect(group, rule)] if effects else []),
                    )
                    for rule in group
                ),
            )
            yield from self._elsewhere(group)
            yield from self._sentences(group)

    # --- ambiguities, and what is ours ------------------------------------------------------------

    def _ambiguities(self) -> Iterator[str]:
        yield from self._paragraphs(message("document.ambiguities"))
        for ambiguity in self.protocol.all_rules.ambiguities:
            yield from (f'### <a id="{ambiguity.id.lower()}"></a>{ambiguity.id}', "")
            yield f"{self.t(ambiguity.text)} [{_links(ambiguity.passages)}]"
            yield ""
            for code in ambiguity.readings:
                yield from self._reading(ambiguity, code)
            yield ""

    def _reading(self, ambiguity: Ambiguity, code: str) -> Iterator[str]:
        yield f"* **{code}** {self.t(ambiguity.reading(code))}"
        if (ambiguity.id, code) not in self.protocol.other_rules:
            return
        rules = self.protocol.other_rules[ambiguity.id, code]
        words = wording(self.protocol, rules)
        changes = self.told.changes(rules, words)
        if changes.added:
            yield f"  * {self.t(message('document.reading.added', rules=_ids(changes.added)))}"
        if changes.gone:
            yield f"  * {self.t(message('document.reading.gone', rules=_ids(changes.gone)))}"
        deciding = {rule.id for table in rules.tables for rule in table}
        beside = [rule for rule in changes.changed if rule.id not in deciding]
        for rule in changes.changed:
            if rule.id in deciding:
                when = _BREAK.join(self.told.when_lines(rule, words))
                says = self.t(message("document.reading.changed", rule=rule.id))
                yield f"  * {says} {when}"
        if beside:
            yield f"  * {self.t(message('document.reading.also', rules=_ids(beside)))}"

    def _ours(self) -> Iterator[str]:
        yield from self._paragraphs(message("document.ours.about"))
        for basis in Basis:
            if basis is Basis.SOURCE:
                continue
            yield from (f"### {_capital(self.t(message(f'document.basis.{basis}')))}", "")
            for group in self.told.all_groups.values():
                found = [rule for rule in group if basis in (rule.basis, rule.partly)]
                if found:
                    yield f"* {_capital(self.t(_group_name(group)))}"
                yield from (f"  * {self._our_rule(rule)}" for rule in found)
            yield ""

    def _our_rule(self, rule: Rule) -> str:
        partly = [self.t(message("document.ours.partly"))] if rule.partly else []
        return " ".join((f"**{rule.id}**", *partly, self.t(rule.text)))

    def _conventions(self) -> Iterator[str]:
        yield from self._paragraphs(message("document.conventions"))
        for name in _CONVENTIONS:
            yield f"* {self.t(message(f'document.convention.{name}'))}"
        yield ""

    # --- passages ---------------------------------------------------------------------------------

    def _passages(self) -> Iterator[str]:
        yield from self._paragraphs(message("document.passages"))
        in_order = sorted(self.protocol.passages.values(), key=lambda item: item.lines)
        first: dict[str, tuple[int, int]] = {}
        for passage in in_order:
            first.setdefault(passage.heading, passage.lines)
        in_order.sort(key=lambda item: first[item.heading])
        for heading, passages in groupby(in_order, key=lambda item: item.heading):
            yield from (f"### {heading}", "")
            yield from self._table(
                (
                    message("document.column.passage"),
                    message("document.column.page"),
                    message("document.column.lines"),
                    message("document.column.evidence"),
                    message("document.column.paraphrase"),
                    message("document.column.used_by"),
                ),
                map(self._passage, passages),
            )

    def _passage(self, passage: Passage) -> tuple[str, ...]:
        first, last = passage.lines
        return (
            f'<a id="{passage.id.lower()}"></a>**{passage.id}**',
            str(passage.page),
            f"{first}–{last}",
            self._strength(passage),
            self.t(passage.paraphrase),
            self._used_by(passage.id),
        )

    def _strength(self, passage: Passage) -> str:
        words = self.told.evidence(passage.evidence)
        if passage.clients is None:
            return words
        said, asked = passage.clients
        return self.t(message("document.clients", evidence=words, said=said, asked=asked))

    def _used_by(self, name: str) -> str:
        rules = self.told.rules_by_passage[name]
        asked = [f"‘{self._short(item)}’" for item in self.told.questions_by_passage[name]]
        used = [", ".join(rules)] if rules else []
        if asked:
            questions = ", ".join(asked)
            used.append(self.t(message("document.used.questions", questions=questions)))
        barriers = [
            f"‘{self.t(barrier_name(kind))}’" for kind in self.told.barriers_by_passage[name]
        ]
        if barriers:
            listed = ", ".join(barriers)
            used.append(self.t(message("document.used.barriers", barriers=listed)))
        if name in self.told.in_catalogue:
            used.append(self.t(message("document.used.catalogue")))
        return "; ".join(used) or self.t(message("document.used.nowhere"))

    def _short(self, question: Question) -> str:
        return self.t(question.short)


def _group_name(group: Group) -> Message:
    """Return what a table or collection is called."""
    if isinstance(group, Table):
        return message(f"fact.{group.name}")
    return message(f"document.collection.{group.name}")


def _links(names: Iterable[str]) -> str:
    """Point to passages and ambiguities further on in the document."""
    return ", ".join(f"[{name}](#{name.lower()})" for name in names)


def _ids(rules: Iterable[Rule]) -> str:
    return ", ".join(rule.id for rule in rules)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- JSON -----------------------------------------------------------------------------------------


def data(protocol: Protocol, language: str) -> dict[str, Any]:
    """Return the same as JSON-ready data; passage ids of a proposal resolve in `passages`."""
    told = RulesWords(protocol, language)
    return {
        "protocol": {"id": protocol.id, "version": protocol.version, "hash": protocol.hash},
        "language": language,
        "passages": {name: _passage_data(told, name) for name in protocol.passages},
        "facts": {
            name: _fact_data(told, name, values)
            for name, values in given_values(told.rules).items()
        },
        "tables": {
            table.name: {
                "name": told.say(message(f"fact.{table.name}")),
                "unique": table.unique,
                "rules": _rules_data(told, table),
            }
            for table in told.rules.tables
        },
        "collections": {
            group.name: {
                "name": told.say(message(f"document.collection.{group.name}")),
                "rules": _rules_data(told, group),
            }
            for group in told.rules.collections
        },
        "ambiguities": {
            item.id: _ambiguity_data(told, item) for item in protocol.all_rules.ambiguities
        },
        "conventions": [told.say(message(f"document.convention.{name}")) for name in _CONVENTIONS],
        "counts": {"size": told.space.size, "rows": told.counts},
        "disclaimer": told.say(DISCLAIMER),
    }


def _passage_data(told: RulesWords, name: str) -> dict[str, Any]:
    passage = told.protocol.passages[name]
    first, last = passage.lines
    return {
        "heading": passage.heading,
        "page": passage.page,
        "first_line": first,
        "last_line": last,
        "evidence": passage.evidence,
        "paraphrase": told.say(passage.paraphrase),
        "clients": passage.clients and dict(zip(("said", "asked"), passage.clients, strict=True)),
        "rules": told.rules_by_passage[name],
        "questions": [question.id for question in told.questions_by_passage[name]],
    }


def _fact_data(told: RulesWords, name: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {
        "name": told.say(message(f"fact.{name}")),
        "values": {code: told.say(value(name, code)) for code in values},
        "decides": name not in told.rules.background,
        "questions": [
            {
                "id": question.id,
                "text": told.say(question.text()),
                "asked_if": told.say(describe(question.applies, told.wording)),
                "passages": list(question.passages),
            }
            for question in told.questions_for(name)
        ],
    }


def _rules_data(told: RulesWords, group: Group) -> list[dict[str, Any]]:
    here = {rule.id: rule for rule in group}
    elsewhere = {rule.id: readings for rule, readings in told.elsewhere(group)}
    every = wording(told.protocol, told.protocol.all_rules)
    return [
        {
            **rule.to_data(),
            "condition": told.when(here[rule.id]) if rule.id in here else None,
            "condition_all_readings": told.when(rule, every),
            "effect_text": told.effect(group, rule) or None,
            "text": told.say(rule.text),
            "evidence": rule.evidence(told.protocol.passages),
            "only_under": list(elsewhere.get(rule.id, ())),
        }
        for rule in told.all_groups[group.name]
    ]


def _ambiguity_data(told: RulesWords, ambiguity: Ambiguity) -> dict[str, Any]:
    return {
        "text": told.say(ambiguity.text),
        "passages": list(ambiguity.passages),
        "ours": OURS,
        "readings": {code: told.say(ambiguity.reading(code)) for code in ambiguity.readings},
    }


# --- catalogue keys -------------------------------------------------------------------------------


def message_ids(protocol: Protocol) -> Iterator[str]:
    """Give the catalogue keys that the document makes from codes."""
    rules = protocol.all_rules
    yield from describing.message_ids(protocol)
    yield from (f"fact.{item.name}" for item in derivations_of(protocol.rules))
    for table in rules.tables:
        yield f"fact.{table.name}"
        yield f"document.table.{table.name}"
    for collection in rules.collections:
        yield f"document.collection.{collection.name}"
        yield f"document.collection.{collection.name}.about"
    for group in groups(rules):
        for rule in group:
            yield from _effect_ids(effect_text(rules, group.name, rule))
    for basis in Basis:
        yield f"document.basis.{basis}"
        yield f"document.basis.{basis}.meaning"
    yield from (f"document.limit.{kind}" for kind in _LIMITS)
    yield from (f"document.convention.{name}" for name in _CONVENTIONS)


def _effect_ids(effect: Message | None) -> Iterator[str]:
    if effect is not None:
        yield effect.id
        for _, inner in effect.params:
            if isinstance(inner, Message):
                yield from _effect_ids(inner)
