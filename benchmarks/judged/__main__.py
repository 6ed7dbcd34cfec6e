"""The command: see the package."""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from searchengine import SearchEngine

DEPTH = 5
POOL = Path(__file__).with_name("news.jsonl")


class Judged(NamedTuple):
    """A query, its type, and the grades of documents by their ids."""

    text: str
    type: str
    grades: dict[str, int]


class Figures(NamedTuple):
    """What one query got: nDCG and success, 0 to 1; how many documents match; how many of the
    hits nobody judged."""

    ndcg: float
    success: float
    total: int
    unjudged: int


def read_pool(path: Path) -> list[Judged]:
    """Return the queries of a pool that have any document worth finding."""
    queries: dict[str, Judged] = {}
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            judged = queries.setdefault(row["query"], Judged(row["query"], row["type"], {}))
            judged.grades[row["id"]] = row["grade"]
    return [judged for judged in queries.values() if any(judged.grades.values())]


def figures_of(engine: SearchEngine, judged: Judged) -> Figures:
    """Return what a query gets."""
    found = engine.search(judged.text, limit=DEPTH, facets=False, snippets=False, suggest=False)
    grades = [judged.grades.get(hit.id, 0) for hit in found]
    ideal = _dcg(sorted(judged.grades.values(), reverse=True)[:DEPTH])
    unjudged = sum(hit.id not in judged.grades for hit in found)
    return Figures(_dcg(grades) / ideal, float(grades[:1] == [2]), found.total, unjudged)


def _dcg(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(at + 2) for at, grade in enumerate(grades))


def report(figures: Mapping[str, Sequence[Figures]]) -> list[str]:
    """Return a line a type, and one for all."""
    every = [one for several in figures.values() for one in several]
    rows = []
    for name, several in [*sorted(figures.items()), ("all", every)]:
        ndcg, success = (100 * statistics.fmean(one[at] for one in several) for at in (0, 1))
        total = statistics.median(one.total for one in several)
        unjudged = sum(one.unjudged for one in several)
        rows.append(
            f"{name:14} {len(several):4}  nDCG@{DEPTH} {ndcg:5.1f}  success@1 {success:3.0f} %  "
            f"median total {total:,.0f}  unjudged {unjudged}"
        )
    return rows


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judged")
    parser.add_argument("index", type=Path, help="an index of the articles")
    parser.add_argument("--pool", type=Path, default=POOL, help="other judgements")
    given = parser.parse_args()
    figures: dict[str, list[Figures]] = defaultdict(list)
    with SearchEngine.open(given.index) as engine:
        for judged in read_pool(given.pool):
            figures[judged.type].append(figures_of(engine, judged))
    print("\n".join(report(figures)))


if __name__ == "__main__":
    main()
