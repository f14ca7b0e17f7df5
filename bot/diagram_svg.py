"""A graph as an SVG picture: boxes in layers from top to bottom, arrows between them.

The same graph always gives the same picture, so that a stale one is found by comparing. The way is
Sugiyama's: layers, places held free for long arrows, an order with few crossings, then places as
near to the neighbours as the boxes allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from textwrap import wrap
from xml.sax.saxutils import escape

from bot.decision_graph import Graph, Kind, Node

_LETTER, _LINE, _PADDING = 6.9, 15, 10
_ACROSS, _DOWN, _MARGIN = 16, 32, 14
_LONGEST_LINE = 24
_SWEEPS = 40

_STYLE = """
svg { font: 12px system-ui, sans-serif; }
.paper { fill: #ffffff; } text { fill: #1b1f24; text-anchor: middle; }
.list { text-anchor: start; }
path { fill: none; stroke: #6b7480; stroke-width: 1.2; }
marker path { fill: #6b7480; stroke: none; }
rect { stroke: #6b7480; } .given { fill: #f3f4f6; stroke-dasharray: 4 3; } .table { fill: #dcebfa; }
.computed { fill: #f7efd8; } .result { fill: #dcf2e0; stroke-width: 2; } .paper { stroke: none; }
@media (prefers-color-scheme: dark) {
.paper { fill: #14181d; } text { fill: #e8ebee; } path, rect { stroke: #9aa4b0; }
marker path { fill: #9aa4b0; } .given { fill: #22272e; } .table { fill: #1d3a57; }
.computed { fill: #453a1a; } .result { fill: #1d4427; } .paper { stroke: none; }
}
"""


@dataclass
class _Box:
    """A box in its layer, or the place that an arrow passes through (then without a node)."""

    node: Node | None
    lines: tuple[str, ...] = ()
    x: float = 0
    y: float = 0
    height: float = 0
    above: list[_Box] = field(default_factory=list)
    below: list[_Box] = field(default_factory=list)

    @property
    def width(self) -> float:
        longest = max((len(line) for line in self.lines), default=0)
        return longest * _LETTER + 2 * _PADDING if self.lines else 6


def svg(graph: Graph, title: str, *, way: Set[str] = frozenset(), styled: bool = True) -> str:
    """Return the picture; boxes on the `way`, by their ids, and arrows between them are marked.

    Without `styled` its colours are those of the page that it stands in.
    """
    layers = _layers(graph)
    _order(layers)
    _place(layers)
    width = max(box.x + box.width / 2 for layer in layers for box in layer) + _MARGIN
    height = max(box.y + box.height for layer in layers for box in layer) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
        *([f"<style>{_STYLE}</style>"] if styled else []),
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" '
        'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z"/></marker></defs>',
        f'<rect class="paper" width="{width:.0f}" height="{height:.0f}"/>',
    ]
    boxes = [box for layer in layers for box in layer if box.node is not None]
    for box in boxes:
        parts.extend(_arrow(box, first, way) for first in box.below)
    for box in boxes:
        parts.extend(_drawn(box, way))
    return "\n".join((*parts, "</svg>")) + "\n"


def _layers(graph: Graph) -> list[list[_Box]]:
    """Put each box under the lowest that it follows from; facts just above their first use.

    What is given and what follows from it take turns: no layer is wider than needed.
    """
    ranks: dict[str, int] = {}
    for node in graph.nodes:  # each after what it follows from
        before = [ranks[start] for start, end in graph.arrows if end == node.id]
        ranks[node.id] = max(before, default=-1) + (2 if node.kind is not Kind.GIVEN else 0)
    for node in graph.nodes:
        if node.kind is Kind.GIVEN:
            ranks[node.id] = min(ranks[end] for start, end in graph.arrows if start == node.id) - 1
    used = sorted(set(ranks.values()))
    ranks = {name: used.index(rank) for name, rank in ranks.items()}
    layers: list[list[_Box]] = [[] for _ in used]
    boxes = {}
    for node in graph.nodes:
        lines = tuple(part for line in node.lines for part in _wrapped(line, len(node.lines) > 1))
        boxes[node.id] = _Box(node, lines, height=len(lines) * _LINE + _PADDING)
        layers[ranks[node.id]].append(boxes[node.id])
    for start, end in graph.arrows:
        chain = [boxes[start]]
        for rank in range(ranks[start] + 1, ranks[end]):
            chain.append(_Box(None))
            layers[rank].append(chain[-1])
        for upper, lower in pairwise((*chain, boxes[end])):
            upper.below.append(lower)
            lower.above.append(upper)
    return layers


def _wrapped(line: str, listed: bool) -> list[str]:
    return wrap(("• " if listed else "") + line, _LONGEST_LINE, break_long_words=False)


def _order(layers: list[list[_Box]]) -> None:
    """Sort each layer by the middle of its neighbours, down and up, and keep the best found."""
    for layer in layers:
        _number(layer)
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            layer.sort(key=lambda box: _middle(box.above if down else box.below, box))
            _number(layer)
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    layers[:] = best


def _number(layer: list[_Box]) -> None:
    for place, box in enumerate(layer):
        box.x = place - len(layer) / 2


def _middle(neighbours: Sequence[_Box], box: _Box) -> float:
    return sum(other.x for other in neighbours) / len(neighbours) if neighbours else box.x


def _crossings(layers: Iterable[list[_Box]]) -> int:
    found = 0
    for layer in layers:
        arrows = [(box.x, lower.x) for box in layer for lower in box.below]
        found += sum(
            (one[0] - other[0]) * (one[1] - other[1]) < 0
            for place, one in enumerate(arrows)
            for other in arrows[:place]
        )
    return found


def _place(layers: list[list[_Box]]) -> None:
    y = float(_MARGIN)
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
        height = max(box.height for box in layer)
        for box in layer:
            if box.node is None:
                box.height = height
            box.y = y + (height - box.height) / 2
        y += height + _DOWN
    for _ in range(_SWEEPS):
        for layer in (*layers, *reversed(layers)):
            _spread(layer, [_middle((*box.above, *box.below), box) for box in layer])
    left = min(box.x - box.width / 2 for layer in layers for box in layer)
    for layer in layers:
        for box in layer:
            box.x += _MARGIN - left


def _spread(layer: list[_Box], wanted: Sequence[float]) -> None:
    """Place boxes as near to where they want to be as their order and widths allow.

    Boxes that would overlap are joined in a group, whose place is the mean of what they want.
    """
    shifts = [0.0]
    for left, right in pairwise(layer):
        shifts.append(shifts[-1] + (left.width + right.width) / 2 + _ACROSS)
    groups: list[list[float]] = []  # of each group the places that its boxes want, unshifted
    for place, shift in zip(wanted, shifts, strict=True):
        groups.append([place - shift])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            last = groups.pop()
            groups[-1].extend(last)
    means = [_mean(group) for group in groups for _ in group]
    for box, mean, shift in zip(layer, means, shifts, strict=True):
        box.x = mean + shift


def _mean(places: Sequence[float]) -> float:
    return sum(places) / len(places)


def _port(box: _Box, others: Sequence[_Box], other: _Box) -> float:
    """Return where on the box's edge the arrow from or to another one is, side by side."""
    if box.node is None:
        return box.x
    beside = sorted(others, key=lambda item: item.x)
    place = next(index for index, item in enumerate(beside) if item is other)
    return box.x + (place + 1) / (len(beside) + 1) * box.width - box.width / 2


def _on(way: Set[str], *boxes: _Box) -> bool:
    return all(box.node is not None and box.node.id in way for box in boxes)


def _arrow(start: _Box, first: _Box, way: Set[str]) -> str:
    """Draw the arrow that leaves by this place, through all places up to the box it ends at."""
    chain = [start, first]
    while chain[-1].node is None:
        chain.append(chain[-1].below[0])
    x, y = _port(start, start.below, first), start.y + start.height
    path = [f"M{x:.0f} {y:.0f}"]
    for upper, lower in pairwise(chain):
        to_x, to_y = _port(lower, lower.above, upper), lower.y
        half = (to_y - y) / 2
        path.append(f"C{x:.0f} {y + half:.0f} {to_x:.0f} {to_y - half:.0f} {to_x:.0f} {to_y:.0f}")
        x, y = to_x, to_y
        if lower.node is None:  # straight through the layer, so that it meets no box
            y += lower.height
            path.append(f"V{y:.0f}")
    marked = ' class="way"' if _on(way, start, chain[-1]) else ""
    return f'<path{marked} d="{" ".join(path)}" marker-end="url(#tip)"/>'


def _drawn(box: _Box, way: Set[str]) -> Iterable[str]:
    kind = (box.node.kind if box.node else "") + (" way" if _on(way, box) else "")
    left = box.x - box.width / 2
    yield (
        f'<rect class="{kind}" x="{left:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" '
        f'height="{box.height:.0f}" rx="5"/>'
    )
    listed = box.node is not None and len(box.node.lines) > 1
    x, anchor = (left + _PADDING, ' class="list"') if listed else (box.x, "")
    for number, line in enumerate(box.lines, start=1):
        y = box.y + number * _LINE + 1
        yield f'<text{anchor} x="{x:.0f}" y="{y:.0f}">{escape(line)}</text>'
