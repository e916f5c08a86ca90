"""Wall and CPU seconds of this process and of the programs it started."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil


@dataclass
class Cost:
    """Seconds spent between entering and leaving a block."""

    wall: float = 0.0
    cpu: float = 0.0


def _cpu() -> float:
    """CPU of this process, of its living descendants and of the dead ones it waited for."""
    me = psutil.Process()
    own = me.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in me.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


@contextmanager
def measured() -> Iterator[Cost]:
    """Fill a Cost with what the block took."""
    cost = Cost()
    cpu, wall = _cpu(), time.perf_counter()
    yield cost
    cost.wall, cost.cpu = time.perf_counter() - wall, _cpu() - cpu


def each(count: int, act: Callable[[int], object]) -> Cost:
    """The cost of one of `count` acts."""
    with measured() as cost:
        for number in range(count):
            act(number)
    return Cost(cost.wall / count, cost.cpu / count)


def table(rows: list[tuple[str, Cost]]) -> None:
    """Print costs with their ratio to the first row's."""
    first = rows[0][1]
    print(f"{'':42}{'wall s':>9}{'CPU s':>9}{'wall ×':>9}{'CPU ×':>9}")
    for name, cost in rows:
        print(
            f"{name:42}{cost.wall:9.3f}{cost.cpu:9.3f}"
            f"{cost.wall / first.wall:9.1f}{cost.cpu / max(first.cpu, 0.001):9.1f}"
        )
