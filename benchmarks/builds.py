"""The indexes of a run: which are built, of how many documents, and what each costs.

Every build runs in a process of its own, in turns where all is built more than once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.engines import OURS, adapter
from benchmarks.measure import TaskError, run_task

#: Growth is measured at these parts of the corpus, and on these engines where they take part.
GROWTH_PARTS = (10, 3)
GROWTH_ENGINES = (OURS, "tantivy", "tantivy-positions")


@dataclass(frozen=True, slots=True)
class Options:
    """What a run measures; see the command's help."""

    corpus: Path
    docs: int
    copies: int
    peers: tuple[str, ...]
    whoosh_docs: int
    pyvi_docs: int
    workers: int
    sets: tuple[str, ...]
    queries: int
    common_pairs: int
    rounds: int
    build_rounds: int
    budget: float
    cold_runs: int
    add_runs: int
    growth: bool
    seed: int
    work: Path
    queries_out: Path


@dataclass(frozen=True, slots=True)
class Build:
    """One index to build: of ``documents`` spread over ``total``, with so many workers."""

    engine: str
    documents: int
    total: int
    workers: int = 1

    @property
    def label(self) -> str:
        """A name of its own, that of the engine for the whole corpus and one worker."""
        size = "" if self.documents == self.total else f"@{self.documents}"
        return f"{self.engine}{size}" + (f"+{self.workers}" if self.workers > 1 else "")

    @property
    def step(self) -> int:
        """Every how many-th document is taken."""
        return max(1, self.total // self.documents)


def builds_of(options: Options, peers: list[str], total: int) -> Iterator[Build]:
    """Every index of a run; those of the whole corpus first."""
    engines = [OURS, *peers]
    smaller = {name: set[int]() for name in engines}
    for name in engines:
        if name == "whoosh" and options.whoosh_docs < total:
            # It is compared with our index over as many documents.
            smaller[name].add(options.whoosh_docs)
            smaller[OURS].add(options.whoosh_docs)
        else:
            yield Build(name, total, total)
        if options.growth and name in GROWTH_ENGINES:
            smaller[name] |= {total // part for part in GROWTH_PARTS if total >= part}
    for name in engines:
        if options.workers > 1 and adapter(name).PARALLEL:
            yield Build(name, total, total, options.workers)
    for name in engines:
        yield from (Build(name, documents, total) for documents in sorted(smaller[name]))


def build_all(
    builds: list[Build], options: Options, result: dict[str, Any], log: Callable[[str], None]
) -> dict[str, Build]:
    """Build every index, all of them as often as asked, in turns; return what was built."""
    runs: dict[str, list[dict[str, Any]]] = {build.label: [] for build in builds}
    failed: set[str] = set()
    for turn in range(options.build_rounds):
        for build in builds:
            if build.label in failed:
                continue
            log(f"build {turn + 1}/{options.build_rounds}: {build.label}")
            directory = directory_of(options, build)
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(parents=True)
            try:
                run = run_task(
                    "build",
                    engine=build.engine,
                    work=options.work,
                    directory=directory,
                    step=build.step,
                    count=build.documents,
                    workers=build.workers,
                )
            except TaskError as error:
                if build.engine == OURS:
                    raise
                failed.add(build.label)
                result["skipped"][build.label] = str(error)
                continue
            runs[build.label].append(run)
            log(f"  {run['seconds']:.1f} s, {run['peak_mb']:.0f} MB")
    made = {build.label: build for build in builds if build.label not in failed}
    costs = {label: _cost(runs[label], build) for label, build in made.items()}
    result.update(build={}, build_detail={}, growth={}, workers={}, documents={})
    for label, build in made.items():
        cost = costs[label]
        short = {key: cost[key] for key in ("seconds", "bytes", "peak_mb")}
        if build.workers > 1:
            result["workers"].setdefault(str(build.workers), {})[build.engine] = cost
            continue
        if is_main(build, options):
            result["build"][build.engine] = short
            result["build_detail"][build.engine] = cost
            result["documents"][build.engine] = build.documents
        if build.engine in GROWTH_ENGINES:
            sizes = result["growth"].setdefault(build.engine, {})
            sizes[str(build.documents)] = {**short, "search": {}}
    return made


def _cost(runs: list[dict[str, Any]], build: Build) -> dict[str, Any]:
    """The medians of a build's runs, with what comparisons need beside them."""
    last = runs[-1]
    seconds = median(run["seconds"] for run in runs)
    pyvi = last["pyvi_seconds"] if adapter(build.engine).FROM_STREAMS else 0.0
    together = None if pyvi is None else round(seconds + pyvi, 3)
    return {
        "documents": last["documents"],
        "seconds": round(seconds, 3),
        "wall_seconds": round(median(run["wall_seconds"] for run in runs), 3),
        "with_pyvi_seconds": together,
        "syllables_per_second": round(last["syllables"] / seconds),
        "bytes": last["bytes"],
        "postings_bytes": last["postings_bytes"],
        "text_bytes": last["text_bytes"],
        "peak_mb": max(run["peak_mb"] for run in runs),
    }


def is_main(build: Build, options: Options) -> bool:
    """Whether this is the index that stands for its engine."""
    if build.engine == "whoosh":
        return True
    return build.documents == build.total and build.workers == 1


def directory_of(options: Options, build: Build) -> Path:
    """Return where an index lies."""
    return options.work / "indexes" / build.label
