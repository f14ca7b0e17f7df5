"""The decision as a graph, made from the derivations themselves; and as a Mermaid chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from flows.derivations import Derivation
from flows.messages import Message, message
from flows.rules import RuleSet
from flows.space import given_facts

Say = Callable[[Message], str]


class Kind(StrEnum):
    """What a box stands for."""

    GIVEN = "given"  # facts that are asked for
    TABLE = "table"  # what a table of rules gives
    COMPUTED = "computed"  # what follows by counting or sorting
    RESULT = "result"  # nothing else follows from it


@dataclass(frozen=True, slots=True)
class Node:
    """A box: the names that it stands for, and a line for each of them."""

    id: str
    kind: Kind
    names: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """Boxes and arrows; an arrow that a longer way already shows is left out."""

    nodes: tuple[Node, ...]
    arrows: tuple[tuple[str, str], ...]


def decision_graph(rules: RuleSet, say: Say) -> Graph:
    """Return how the decision follows from the facts, in the words of one language.

    Names of one kind that follow from the same and lead to the same share a box.
    """
    derivations = derivations_of(rules)
    inputs: dict[str, tuple[str, ...]] = {item.name: item.inputs for item in derivations}
    read = {name for names in inputs.values() for name in names}
    given = [name for name in given_facts(rules) if name in read]
    arrows = _needed((*given, *inputs), inputs)
    kinds = dict.fromkeys(given, Kind.GIVEN) | {
        item.name: _kind(item, read) for item in derivations
    }
    boxes: dict[tuple[Kind, frozenset[str], frozenset[str]], list[str]] = {}
    for name, kind in kinds.items():
        before = frozenset(start for start, end in arrows if end == name)
        after = frozenset(end for start, end in arrows if start == name)
        boxes.setdefault((kind, before, after), []).append(name)
    nodes = tuple(
        Node(names[0], kind, tuple(names), _lines(names, say))
        for (kind, _, _), names in boxes.items()
    )
    shown = {node.id for node in nodes}
    return Graph(nodes, tuple(arrow for arrow in arrows if shown.issuperset(arrow)))


def derivations_of(rules: RuleSet) -> tuple[Derivation, ...]:
    """Return everything that is derived; also the tables that no other derivation reads."""
    derivations = (*rules.derivations, *rules.label_derivations)
    used = {item.table.name for item in derivations if item.table is not None}
    known = {*given_facts(rules), *(item.name for item in derivations)}
    alone = (
        table.derivation()
        for table in rules.tables
        if table.name not in used and table.inputs and known.issuperset(table.inputs)
    )
    return (*derivations, *alone)


def _kind(item: Derivation, read: Set[str]) -> Kind:
    if item.name not in read:
        return Kind.RESULT
    return Kind.COMPUTED if item.table is None else Kind.TABLE


def _lines(names: Sequence[str], say: Say) -> tuple[str, ...]:
    return tuple(say(message(f"fact.{name}")) for name in names)


def _needed(
    names: Sequence[str], inputs: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, str], ...]:
    """Return each arrow that no longer way replaces; `names` each after what it follows from."""
    behind: dict[str, set[str]] = {}
    for name in names:
        read = inputs.get(name, ())
        behind[name] = set(read).union(*(behind[other] for other in read))
    return tuple(
        (start, end)
        for end, read in inputs.items()
        for start in read
        if not any(start in behind[other] for other in read)
    )


def mermaid(graph: Graph, rules: RuleSet, say: Say) -> str:
    """Return the graph as a Mermaid flowchart, with the orders that the order table can give."""
    shapes = {
        Kind.GIVEN: '[/"{}"/]',
        Kind.TABLE: '["{}"]',
        Kind.COMPUTED: '("{}")',
        Kind.RESULT: '(["{}"])',
    }
    lines = ["flowchart TD"]
    for node in graph.nodes:
        label = "<br/>".join(node.lines).replace('"', "'")
        lines.append(f"    {node.id}" + shapes[node.kind].format(label))
    lines.extend(f"    {before} --> {after}" for before, after in graph.arrows)
    for rule in rules.order:
        names = " → ".join(say(message(f"component_short.{name}")) for name in rule.effect)
        lines.append(f'    {rules.order.name} -.-> row_{rule.id}{{{{"{rule.id}: {names}"}}}}')
    return "\n".join(lines)
