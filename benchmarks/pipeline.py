"""From data to PDF/A-3b: our pipeline and its peers, interleaved, in one run.

Peers are given a Word file that is already filled, and their own defaults; ours is charged with the
filling as well. CPU is what every process of an engine spent (the machines are noisy, wall-clock
times follow them). The last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import psutil

from benchmarks import sample
from benchmarks.peers import Engine, peers
from docgen.documents import reference
from docgen.documents.convert import Converter
from docgen.documents.pages import page_count, page_text
from docgen.documents.pool import Pool, cores
from docgen.documents.render import render
from docgen.documents.sandbox import environment
from docgen.french import FILTERS

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "20"))
GROWTH = [1, 10, 100, 1000, *([10_000] if os.environ.get("BENCH_LONG") else [])]
BLOCKS = 5
FILLS = 300
# The first documents of a worker warm caches that the others find.
DRIFT_WARM_UP, DRIFT_DOCUMENTS = 20, 100


@dataclass
class Measures:
    """What each document of one engine took, in milliseconds, and its most memory in MB."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    rss: float = 0.0

    def line(self, name: str, first: Measures) -> str:
        median = statistics.median(self.cpu)
        return (
            f"{name:40}{statistics.median(self.wall):9.1f}{_p95(self.wall):9.1f}{median:9.1f}"
            f"{_p95(self.cpu):9.1f}{statistics.mean(self.cpu):9.1f}{self.rss:8.0f}"
            f"{1000 / statistics.mean(self.wall):8.1f}{statistics.median(first.cpu) / median:9.1f}"
        )


class Ours:
    """One worker of ours; `fill` makes its Word file, and is charged with it."""

    def __init__(self, name: str, fill: Callable[[Mapping[str, object]], bytes]) -> None:
        self.name = name
        self.fill = fill
        self.converter = Converter(60)
        self.converter.warm()

    def make(self, docx: bytes) -> bytes:
        return self.converter.to_pdf(docx)

    def whole(self, marks: Mapping[str, object]) -> bytes:
        """From data to PDF."""
        return self.make(self.fill(marks))

    def pids(self) -> list[int]:
        office = self.converter._office  # noqa: SLF001 # measured from outside
        return [office._process.pid, office.pid] if office else []  # noqa: SLF001


def by_docxtpl(marks: Mapping[str, object]) -> bytes:
    """The Word file of a document, by docxtpl, from the template as it is shipped."""
    return reference.fill(sample.template(), marks, environment(FILTERS))


def by_us(marks: Mapping[str, object]) -> bytes:
    """The same by us, from the template as it is published."""
    return render(sample.published(), marks, FILTERS)


def measured(engine: Engine, act: Callable[[], bytes], into: Measures) -> bytes:
    """Do it, and note what it took."""
    before, wall = _clocks(engine.pids()), time.perf_counter()
    pdf = act()
    into.wall.append((time.perf_counter() - wall) * 1000)
    pids = engine.pids()
    after = _clocks(pids)
    into.cpu.append(sum(value - before.get(key, 0.0) for key, value in after.items()) * 1000)
    into.rss = max(into.rss, sum(_rss(pid) for pid in pids))
    return pdf


def _clocks(pids: list[int]) -> dict[int, float]:
    """CPU seconds of this process (0), of its dead children (-1) and of living ones."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    clocks = {0: time.process_time(), -1: children.ru_utime + children.ru_stime}
    for pid in pids:
        try:
            # The clock of another process's CPU (man 3 clock_getcpuclockid): to the nanosecond.
            clocks[pid] = time.clock_gettime((~pid << 3) | 2)
        except OSError:
            continue
    return clocks


def _rss(pid: int) -> float:
    try:
        return float(psutil.Process(pid).memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)] if values else 0.0


def words(pdf: bytes) -> str:
    """The text of a PDF, without its spaces."""
    text = " ".join(page_text(pdf, index) for index in range(page_count(pdf)))
    return "".join(text.split())


def run() -> None:
    """Measure and print."""
    print(json.dumps({**fills(), **compare(), **workers(), **growth()}))


def fills() -> dict[str, float]:
    """Filling alone: ours and docxtpl's, once both are warm."""
    ours, theirs = Measures(), Measures()
    prepared = [sample.marks(number) for number in range(FILLS)]
    for marks in prepared:
        measured(_Nobody(), partial(by_us, marks), ours)
    for marks in prepared[::15]:
        measured(_Nobody(), partial(by_docxtpl, marks), theirs)
    medians = statistics.median(ours.cpu), statistics.median(theirs.cpu)
    print(f"filling alone, CPU ms: {medians[0]:.2f} (docxtpl {medians[1]:.1f})")
    return {"fill_cpu_ms": round(medians[0], 2), "docxtpl_cpu_ms": round(medians[1], 1)}


class _Nobody:
    name = ""

    def make(self, docx: bytes) -> bytes:
        return docx

    def pids(self) -> list[int]:
        return []


def compare() -> dict[str, float]:
    """Every engine on the same documents, one after the other."""
    pages = 0
    with peers() as others:
        whole, half = Ours("docgen, whole", by_us), Ours("docxtpl + docgen's pool", by_docxtpl)
        engines: list[Engine] = [*others, half, whole]
        results = {engine.name: Measures() for engine in engines}
        for number in range(-1, ROUNDS):
            marks = sample.marks(number + 1)
            docx = by_docxtpl(marks)
            texts = set()
            for engine in engines:
                into = results[engine.name] if number >= 0 else Measures()
                if isinstance(engine, Ours):
                    pdf = measured(engine, partial(engine.whole, marks), into)
                else:
                    pdf = measured(engine, partial(engine.make, docx), into)
                texts.add(words(pdf))
                pages = page_count(pdf)
            assert len(texts) == 1, "the engines do not print the same words"
        whole.converter.close()
        half.converter.close()
    print(
        f"\n{ROUNDS} documents of {pages} pages, interleaved, one at a time; times in ms, RSS in MB"
    )
    head = ("wall", "p95", "CPU", "p95", "mean", "RSS", "docs/s", "CPU ×")
    print(f"{'':40}" + "".join(f"{one:>{8 if one in {'RSS', 'docs/s'} else 9}}" for one in head))
    first = next(iter(results.values()))
    for name, measures in results.items():
        print(measures.line(name, first))
    keys = ("naive", "unoserver", "gotenberg", "carbone", "docxtpl_pool", "ours")
    found = dict(zip(keys, results.values(), strict=True))
    medians = {f"{key}_cpu_ms": round(statistics.median(one.cpu), 1) for key, one in found.items()}
    # One document in ten pays for Gotenberg's restart: a median does not see it.
    return {**medians, "gotenberg_mean_cpu_ms": round(statistics.mean(found["gotenberg"].cpu), 1)}


def workers() -> dict[str, float]:
    """Documents a second by one worker and by one a core, in turns."""
    ratios, rates = [], []
    with Pool(60, 1) as one, Pool(60, cores()) as all_cores:
        for pool in (one, all_cores):
            _rate(pool, 2 * cores())
        for _ in range(BLOCKS):
            alone, together = _rate(one, 20), _rate(all_cores, 20 * cores())
            ratios.append(together / alone)
            rates.append(together)
    rate, ratio = statistics.median(rates), statistics.median(ratios)
    print(
        f"\n{cores()} workers: {rate:.1f} docs/s (best {max(rates):.1f}), {ratio:.2f} × one "
        f"(best {max(ratios):.2f}); load of the machine {os.getloadavg()[0]:.1f}"
    )
    return {"docs_per_second": round(rate, 1), "workers_ratio": round(ratio, 2)}


def _rate(pool: Pool, count: int) -> float:
    marks = [sample.marks(number) for number in range(count)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(pool.size) as threads:
        list(threads.map(lambda one: pool.to_pdf(by_us(one)), marks))
    return count / (time.perf_counter() - begun)


def growth() -> dict[str, float]:
    """One worker over many documents: what each costs as it ages, renewals included."""
    engine = Ours("growth", by_us)
    spent = Measures()
    print("\none worker, documents made so far: CPU ms each (of the last stretch), RSS MB (most)")
    for target in GROWTH:
        start = len(spent.cpu)
        while len(spent.cpu) < target:
            marks = sample.marks(len(spent.cpu) % 50)
            measured(engine, partial(engine.whole, marks), spent)
        print(f"{target:8}{statistics.median(spent.cpu[start:]):9.1f}{spent.rss:9.0f}")
    drift = _drift(engine)
    engine.converter.close()
    print(f"drift, beside a fresh one in turns: {drift:+.1f} %")
    return {"drift_percent": round(drift, 1), "growth_rss_mb": round(spent.rss)}


def _drift(old: Ours) -> float:
    """Percent of CPU that a worker costs more than a fresh one, document by document in turns.

    Its own first documents are no measure: a processor shared with others is now a sixth faster,
    now a sixth slower than it was minutes ago.
    """
    fresh = Ours("fresh", by_us)
    costs = {old.name: Measures(), fresh.name: Measures()}
    for number in range(DRIFT_WARM_UP + DRIFT_DOCUMENTS):
        for engine in (old, fresh):
            into = costs[engine.name] if number >= DRIFT_WARM_UP else Measures()
            marks = sample.marks(number % 50)
            measured(engine, partial(engine.whole, marks), into)
    fresh.converter.close()
    before, after = (statistics.median(costs[one.name].cpu) for one in (fresh, old))
    return 100 * (after / before - 1)
