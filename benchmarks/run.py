"""One run: the corpus, the queries, every build, the searches in turns, a cold command, additions.

``measure`` calls the tasks in order and puts their answers together as the JSON object that
``docs/benchmarks.md`` describes. What a task does is in ``tasks``; how the figures are shown is in
``report``.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.engines import OURS, adapter, missing
from benchmarks.measure import TaskError, run_task, time_commands
from benchmarks.queries import SETS
from benchmarks.queries import load as load_queries
from benchmarks.search import WHOLE
from searchengine import __version__

#: Growth is measured at these parts of the corpus, and on these engines where they take part.
GROWTH_PARTS = (10, 3)
GROWTH_ENGINES = (OURS, "tantivy")
ADDED_DOCUMENTS = 100
#: What a cold query is compared with: starting Python and importing what any search needs.
COLD_IMPORTS = "import numpy, whoosh.index"

_PACKAGES = ("Whoosh", "numpy", "pyvi", "tantivy", "bm25s", "numba")


@dataclass(frozen=True, slots=True)
class Options:
    """What a run measures; see the command's help."""

    corpus: Path
    docs: int
    peers: tuple[str, ...]
    whoosh_docs: int
    pyvi_docs: int
    workers: int
    queries: int
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


def measure(
    options: Options,
    log: Callable[[str], None] = lambda line: None,
    keep: Callable[[dict[str, Any]], None] = lambda result: None,
) -> dict[str, Any]:
    """Measure and return the results; ``keep`` gets what there is after each step."""
    peers, skipped = _present(options.peers)
    result: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "options": {name: _plain(value) for name, value in asdict(options).items()},
        "skipped": skipped,
    }
    work = options.work
    log("corpus: reading, segmenting with pyvi, writing token streams")
    counts = run_task(
        "corpus",
        corpus=options.corpus.absolute(),
        work=work,
        documents=options.docs,
        pyvi_documents=options.pyvi_docs,
    )
    total = counts["documents"]
    if not total:
        raise TaskError(f"{options.corpus} holds no documents")
    result["corpus"] = counts
    result["queries"] = run_task(
        "queries",
        work=work,
        documents=total,
        count=options.queries,
        seed=options.seed,
        output=options.queries_out.absolute(),
    )
    del result["queries"]["peak_mb"]

    built = _build_all(list(_builds(options, peers, total)), options, result, log)
    keep(result)
    _search_all(built, options, result, log)
    keep(result)
    _cold(built, options, result, log)
    _add_all(built, options, result, log)
    keep(result)
    return result


def machine() -> dict[str, Any]:
    """Return what the figures depend on: processor, cores, memory, system, Python."""
    model = platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**9
    except (OSError, StopIteration, ValueError):
        memory = None
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": memory,
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """Return the version of each library that is installed."""
    found = {"searchengine": __version__, "sqlite": sqlite3.sqlite_version}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Path) else value


def _present(names: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
    reasons = {name: missing(name) for name in names if name != OURS}
    skipped = {name: reason for name, reason in reasons.items() if reason is not None}
    return [name for name in reasons if name not in skipped], skipped


def _builds(options: Options, peers: list[str], total: int) -> Iterator[Build]:
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


def _build_all(
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
            directory = _directory(options, build)
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
        if _is_main(build, options):
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


def _is_main(build: Build, options: Options) -> bool:
    """Whether this is the index that stands for its engine."""
    if build.engine == "whoosh":
        return True
    return build.documents == build.total and build.workers == 1


def _directory(options: Options, build: Build) -> Path:
    return options.work / "indexes" / build.label


def _search_all(
    built: dict[str, Build], options: Options, result: dict[str, Any], log: Callable[[str], None]
) -> None:
    log("search: all engines in turns")
    single = [build for build in built.values() if build.workers == 1]
    contenders = [
        {
            "label": build.label,
            "engine": build.engine,
            "directory": _directory(options, build),
            "documents": build.documents,
        }
        for build in single
    ]
    contenders.insert(1, {**contenders[0], "label": WHOLE, "whole": True})
    found = run_task(
        "search",
        contenders=contenders,
        queries=options.queries_out.absolute(),
        rounds=options.rounds,
        budget=options.budget,
    )
    result["skipped"].update(found["failed"])
    single = [build for build in single if build.label not in found["failed"]]
    main = {build.label: build.engine for build in single if _is_main(build, options)}
    result["search"] = {
        name: {main[label]: row for label, row in found["latency"][name].items() if label in main}
        for name in SETS
    }
    result["whole_call"] = {
        name: rows[WHOLE] for name, rows in found["latency"].items() if WHOLE in rows
    }
    for build in single:
        if build.engine in GROWTH_ENGINES:
            size = result["growth"][build.engine][str(build.documents)]
            size["search"] = {
                name: rows[build.label] for name, rows in found["latency"].items() if rows
            }
    for key in ("first_pass_ms", "samples", "agreement"):
        result[key] = found[key]
    result["search_peak_mb"] = found["peak_mb"]


def _cold(
    built: dict[str, Build], options: Options, result: dict[str, Any], log: Callable[[str], None]
) -> None:
    """A query from the command line, against a Python that only imports NumPy and Whoosh."""
    if not options.cold_runs:
        return
    log("cold: a query from the command line")
    titles = [q.text for q in load_queries(options.queries_out) if q.set == "titles"]
    query = next((title for title in titles if not title.startswith("-")), "hội đồng nhân dân")
    directory = _directory(options, built[OURS])
    search = [sys.executable, "-m", "searchengine.cli", "search", "--index"]
    seconds = time_commands(
        {
            "searchengine": [*search, str(directory.absolute()), query],
            "imports": [sys.executable, "-c", COLD_IMPORTS],
        },
        options.cold_runs,
    )
    ours, imports = median(seconds["searchengine"]), median(seconds["imports"])
    result["cold"] = {
        "searchengine_ms": round(ours * 1000, 1),
        "imports_ms": round(imports * 1000, 1),
        "ratio": round(ours / imports, 3),
        "runs": options.cold_runs,
        "query": query,
    }


def _add_all(
    built: dict[str, Build], options: Options, result: dict[str, Any], log: Callable[[str], None]
) -> None:
    """Last of all, because it changes the indexes."""
    result["add100"] = {}
    if not options.add_runs:
        return
    for build in built.values():
        if build.workers > 1:
            continue
        log(f"add: {build.label}")
        count = min(ADDED_DOCUMENTS, build.total)
        try:
            added = run_task(
                "add",
                engine=build.engine,
                work=options.work,
                directory=_directory(options, build),
                step=max(1, build.total // count),
                count=count,
                runs=options.add_runs,
            )
        except TaskError as error:
            if build.engine == OURS:
                raise
            result["skipped"][f"add {build.label}"] = str(error)
            continue
        runs = added["seconds"]
        seconds = None if runs is None else round(median(runs), 4)
        if _is_main(build, options):
            rounded = None if runs is None else [round(run, 4) for run in runs]
            result["add100"][build.engine] = {"seconds": seconds, "runs": rounded}
        if build.engine in GROWTH_ENGINES:
            result["growth"][build.engine][str(build.documents)]["add100_seconds"] = seconds


def write_json(result: dict[str, Any], path: Path) -> None:
    """Write the results to ``path``, whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
