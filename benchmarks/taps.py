"""How many answers the quick intake needs: asking what settles most, and in a fixed order.

Two populations: families as `flows.voorstudie.expected` describes them (weights of ours, resting on
no count), and families for which every answer is equally likely. `fixed` asks every quick question
that applies. Also the time it takes to choose the next question, cold (a fresh process) and after.

    python benchmarks/taps.py [families per population, default 2000]
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

from flows.voorstudie.protocol import VOORSTUDIE_CORE
from tests.flows.quick_families import Family, adaptive, any_family, expected_family, fixed


def line(name: str, counts: list[int]) -> str:
    counts.sort()
    return (
        f"{name:28} mean {statistics.mean(counts):5.1f}   median {statistics.median(counts):4.0f}"
        f"   95th percentile {counts[int(0.95 * (len(counts) - 1))]:3}   maximum {counts[-1]:3}"
    )


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    populations: dict[str, Callable[[random.Random], Family]] = {
        "expected": expected_family,
        "uniform": any_family,
    }
    milliseconds: list[float] = []
    choose = VOORSTUDIE_CORE.quick_intake.choose

    def timed(*args: object) -> object:
        begun = time.perf_counter()
        choice = choose(*args)  # type: ignore[arg-type]
        milliseconds.append((time.perf_counter() - begun) * 1000)
        return choice

    VOORSTUDIE_CORE.quick_intake.choose = timed  # type: ignore[method-assign,assignment]
    for name, population in populations.items():
        quick = [len(adaptive(population(random.Random(seed)))) for seed in range(number)]
        whole = [len(fixed(population(random.Random(seed)))) for seed in range(number)]
        print(line(f"{name}, what settles most", quick))
        print(line(f"{name}, fixed order", whole))
    cold = max(milliseconds[:20])
    milliseconds.sort()
    shares = [milliseconds[int(share * (len(milliseconds) - 1))] for share in (0.5, 0.95, 0.99)]
    print(
        "choosing the next question: median {:.2f} ms, 95 % {:.2f} ms, 99 % {:.2f} ms".format(
            *shares
        )
    )
    print(f"slowest of the first twenty, in a fresh process: {cold:.0f} ms")
    slow = sum(one > 20 for one in milliseconds) / len(milliseconds)
    print(f"longer than 20 ms: {slow:.2%}")


if __name__ == "__main__":
    main()
