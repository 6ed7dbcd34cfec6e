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
import sqlite3
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.builds import (
    GROWTH_ENGINES,
    Build,
    Options,
    build_all,
    builds_of,
    directory_of,
    is_main,
)
from benchmarks.engines import OURS, adapter, missing
from benchmarks.measure import TaskError, run_task, time_commands
from benchmarks.queries.query import SETS
from benchmarks.queries.query import load as load_queries
from benchmarks.search import NUMBERS, WHOLE
from searchengine import __version__

ADDED_DOCUMENTS = 100
#: What a cold query is compared with: starting Python and importing what any search needs.
COLD_IMPORTS = "import numpy, whoosh.index"

#: What is kept of each of several sizes.
COMPARED = (
    *("corpus", "queries", "search", "whole_call", "numbers_only", "first_pass_ms"),
    *("first_pass_p95_ms", "samples", "agreement", "totals", "build", "build_detail", "add100"),
)

_PACKAGES = ("Whoosh", "numpy", "pyvi", "tantivy", "bm25s", "numba")


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
    work.mkdir(parents=True, exist_ok=True)
    log("corpus: reading, segmenting with pyvi, writing token streams")
    counts = run_task(
        "corpus",
        corpus=options.corpus.absolute(),
        work=work,
        documents=options.docs,
        pyvi_documents=options.pyvi_docs,
        copies=options.copies,
        seed=options.seed,
    )
    total = counts["documents"]
    if not total:
        raise TaskError(f"{options.corpus} holds no documents")
    result["corpus"] = counts
    drawn = run_task(
        "queries",
        work=work,
        documents=total,
        count=options.queries,
        common=options.common_pairs,
        seed=options.seed,
        sets=options.sets,
        output=options.queries_out.absolute(),
    )
    result["queries"] = drawn["sizes"]
    skipped.update(drawn["skipped"])

    built = build_all(list(builds_of(options, peers, total)), options, result, log)
    keep(result)
    _search_all(built, options, result, log)
    keep(result)
    _cold(built, options, result, log)
    _add_all(built, options, result, log)
    keep(result)
    return result


def measure_sizes(
    options: Options,
    sizes: Sequence[int],
    log: Callable[[str], None],
    keep: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    """Measure each number of documents as a run of its own, the largest last; return that one.

    Each has the queries of its own documents. ``sizes`` in the results has for each what is
    compared; parts of a corpus are not measured beside, since these are parts.
    """
    measured: dict[str, Any] = {}
    result: dict[str, Any] = {}
    for size in sizes:
        log(f"{size:,} documents")
        largest = size == sizes[-1]
        queries_out = options.queries_out
        result = measure(
            replace(
                options,
                docs=size,
                pyvi_docs=min(options.pyvi_docs, size * options.copies),
                growth=False,
                work=options.work / str(size),
                queries_out=queries_out if largest else queries_out.with_suffix(f".{size}.jsonl"),
            ),
            log,
            lambda result: keep({**result, "sizes": measured}),
        )
        compared = {key: result[key] for key in COMPARED}
        measured[str(result["corpus"]["documents"])] = compared
    result = {**result, "sizes": measured}
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


def _search_all(
    built: dict[str, Build], options: Options, result: dict[str, Any], log: Callable[[str], None]
) -> None:
    log("search: all engines in turns")
    single = [build for build in built.values() if build.workers == 1]
    contenders = [
        {
            "label": build.label,
            "engine": build.engine,
            "directory": directory_of(options, build),
            "documents": build.documents,
        }
        for build in single
    ]
    contenders.insert(1, {**contenders[0], "label": WHOLE, "whole": True})
    contenders += [
        {**one, "label": f"{one['label']}{NUMBERS}", "numbers": True}
        for one, build in zip([contenders[0], *contenders[2:]], single, strict=True)
        if adapter(build.engine).BARE and build.documents == build.total
    ]
    found = run_task(
        "search",
        contenders=contenders,
        queries=options.queries_out.absolute(),
        rounds=options.rounds,
        budget=options.budget,
    )
    result["skipped"].update(found["failed"])
    single = [build for build in single if build.label not in found["failed"]]
    main = {build.label: build.engine for build in single if is_main(build, options)}
    result["search"] = {
        name: {main[label]: row for label, row in found["latency"][name].items() if label in main}
        for name in SETS
    }
    result["numbers_only"] = {
        name: {
            label.removesuffix(NUMBERS): row
            for label, row in rows.items()
            if label.endswith(NUMBERS)
        }
        for name, rows in found["latency"].items()
    }
    result["whole_call"] = {
        name: rows[WHOLE] for name, rows in found["latency"].items() if WHOLE in rows
    }
    for build in single:
        if build.engine in GROWTH_ENGINES:
            size = result["growth"][build.engine][str(build.documents)]
            size["search"] = {
                name: rows[build.label]
                for name, rows in found["latency"].items()
                if build.label in rows
            }
    for key in (
        *("first_pass_ms", "first_pass_p95_ms", "samples", "agreement", "totals", "left_out"),
    ):
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
    directory = directory_of(options, built[OURS])
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
                directory=directory_of(options, build),
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
        if is_main(build, options):
            rounded = None if runs is None else [round(run, 4) for run in runs]
            result["add100"][build.engine] = {"seconds": seconds, "runs": rounded}
        if build.engine in GROWTH_ENGINES:
            result["growth"][build.engine][str(build.documents)]["add100_seconds"] = seconds


def write_json(result: dict[str, Any], path: Path) -> None:
    """Write the results to ``path``, whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
