"""What runs in a process of its own: ``python -m benchmarks.tasks NAME``, arguments on stdin.

Each task is a function from JSON values to JSON values; its answer, with the process's peak
memory, is the only thing on stdout. Which tasks run, and in what order, is decided in ``run``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.corpus import Item, Selection, read_items, scaled, write_corpus
from benchmarks.engines import adapter
from benchmarks.measure import Clock, directory_bytes, peak_mb
from benchmarks.queries import narrowed, phrases, tokens
from benchmarks.queries.query import SETS, load, save
from benchmarks.search import Contender, measure_searches

#: Queries are drawn from so many documents at most, spread over the corpus: of those of bare words
#: the beginnings are held in memory, of the others whole texts.
BEGINNINGS, WHOLE_TEXTS = 100_000, 5_000
#: The commonest pairs are counted in so many documents at most, spread over the corpus.
COUNTED = 20_000


def corpus(
    *, corpus: str, work: str, documents: int, pyvi_documents: int, copies: int, seed: int
) -> dict[str, Any]:
    """Write documents and streams to the work directory; return counts."""
    return write_corpus(
        Path(corpus), Path(work), documents, pyvi_documents, copies=copies, seed=seed
    )


def queries(
    *,
    work: str,
    documents: int,
    count: int,
    common: int,
    seed: int,
    sets: list[str],
    output: str,
) -> dict[str, Any]:
    """Take queries from the corpus and write those of ``sets`` to ``output``.

    Returns ``sizes``, how many queries each set has and of how many tokens, and ``skipped``, why
    a set has none.
    """

    def spread(most: int, *, streams: bool = False) -> Iterator[Item]:
        step = -(-documents // most)
        return read_items(Path(work), Selection(step, -(-documents // step)), streams=streams)

    skipped: dict[str, str] = {}
    whole = list(spread(WHOLE_TEXTS))
    taken = [
        *tokens.take(spread(BEGINNINGS), count, seed),
        *phrases.take([item.text for item in whole], count, seed),
        *narrowed.take(whole, count, seed),
    ]
    if "common2" in sets:
        taken += phrases.common_pairs(spread(COUNTED, streams=True), common, seed)
    taken = [query for query in taken if query.set in sets]
    save(taken, Path(output))
    sizes = {}
    for name in SETS:
        members = [query for query in taken if query.set == name]
        if members:
            lengths = [sum(map(len, query.joined.values())) for query in members]
            sizes[name] = {"queries": len(members), "tokens": median(lengths)}
        elif name in sets:
            skipped.setdefault(name, "the corpus gives no such query")
    return {"sizes": sizes, "skipped": skipped}


def build(
    *, engine: str, work: str, directory: str, step: int, count: int, workers: int
) -> dict[str, Any]:
    """Build an index; return its cost, reading the work files left out, and what went in."""
    made = adapter(engine)
    seen: dict[str, Any] = dict.fromkeys(("documents", "syllables", "text_bytes", "segmented"), 0)
    seen["pyvi_seconds"] = 0.0

    def counted(item: Item) -> Item:
        seen["documents"] += 1
        seen["syllables"] += item.syllables
        seen["text_bytes"] += item.text_bytes
        if item.pyvi_seconds is not None:
            seen["segmented"] += item.syllables
            seen["pyvi_seconds"] += item.pyvi_seconds
        return item

    found = read_items(Path(work), Selection(step, count), streams=made.FROM_STREAMS)
    clock = Clock()
    finish = made.build(Path(directory), clock.unread(map(counted, found)), workers)
    wall, seconds = clock.wall(), clock.seconds()
    if finish is not None:
        finish()
    spent, segmented = seen.pop("pyvi_seconds"), seen.pop("segmented")
    return {
        **seen,
        "pyvi_seconds": scaled(spent, segmented, seen["syllables"]),
        "seconds": seconds,
        "wall_seconds": wall,
        "bytes": directory_bytes(Path(directory)),
        "postings_bytes": made.postings_bytes(Path(directory)),
    }


def search(
    *, contenders: list[dict[str, Any]], queries: str, rounds: int, budget: float
) -> dict[str, Any]:
    """Measure searches of several open indexes in turns; return what ``measure_searches`` does."""
    return measure_searches(
        [Contender(**contender) for contender in contenders],
        load(Path(queries)),
        rounds=rounds,
        budget=budget,
    )


def add(
    *, engine: str, work: str, directory: str, step: int, count: int, runs: int
) -> dict[str, Any]:
    """Add ``count`` documents with new ids and commit, ``runs`` times; return each run's seconds.

    The documents are some of those that are there already, so no text is kept aside for it.
    """
    made = adapter(engine)
    adder = made.adder(Path(directory))
    if adder is None:
        return {"seconds": None}
    seconds = []
    items = list(read_items(Path(work), Selection(step, count), streams=made.FROM_STREAMS))
    for run in range(runs):
        fresh = [replace(item, id=f"added-{run}-{item.id}") for item in items]
        clock = Clock()
        adder(fresh)
        seconds.append(clock.seconds())
    return {"seconds": seconds, "documents": len(items)}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    task.__name__: task for task in (corpus, queries, build, search, add)
}


def main() -> None:
    """Run the task that the command line names."""
    # Whatever a library prints must not get into the answer.
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    result = TASKS[sys.argv[1]](**json.load(sys.stdin))
    with answer:
        json.dump({**result, "peak_mb": peak_mb()}, answer, ensure_ascii=False)


if __name__ == "__main__":
    main()
