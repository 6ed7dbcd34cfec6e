"""``python -m benchmarks``: the index against other search libraries, in one run.

Reads the arguments, makes the work directory, prints the tables. Everything else is in ``run``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.builds import Options
from benchmarks.engines import PEERS
from benchmarks.measure import TaskError
from benchmarks.queries.query import SETS
from benchmarks.report import render
from benchmarks.run import measure, measure_sizes, write_json

PEERS_BY_DEFAULT = "whoosh,tantivy,tantivy-positions,bm25s,fts5"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if not given.corpus.is_file():
        parser.error(f"there is no file {given.corpus}: check --corpus")
    for output in filter(None, (given.json, given.queries_out)):
        # Better now than after an hour of measuring.
        if not output.parent.is_dir():
            parser.error(f"there is no directory {output.parent}: make it first")
    try:
        if given.work is not None:
            given.work.mkdir(parents=True, exist_ok=True)
            return _run(given, given.work)
        with tempfile.TemporaryDirectory(prefix="benchmarks-") as work:
            return _run(given, Path(work))
    except TaskError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure searchengine against other search libraries, from the same tokens.",
        epilog="See docs/benchmarks.md for what is measured and how.",
    )
    take = parser.add_argument
    take("--corpus", type=Path, required=True, help="JSON lines with id, title, text, date")
    many = parser.add_mutually_exclusive_group(required=True)
    many.add_argument("--docs", type=_count, help="how many documents, from the first")
    many.add_argument("--sizes", type=_counts, help="several such numbers, as 1000,10000,100000")
    take("--repeat", type=_count, default=1, metavar="K", help="K times the documents, mixed anew")
    take("--peers", default=PEERS_BY_DEFAULT, help=f"some of {','.join(PEERS)} (%(default)s)")
    take("--json", type=Path, metavar="OUT", help="write all figures to this file")
    take("--whoosh-docs", type=_count, default=10_000, help="documents for Whoosh (%(default)s)")
    take("--pyvi-docs", type=int, help="documents that pyvi segments (all); the rest is reckoned")
    take("--workers", type=_count, default=1, help="build once more with so many (%(default)s)")
    take("--sets", type=_sets, default=SETS, help=f"some of {','.join(SETS)} (all)")
    take("--common-pairs", type=_count, default=1000, help="pairs of common2 (%(default)s)")
    take("--queries", type=_count, default=300, help="queries of each set (%(default)s)")
    take("--rounds", type=_count, default=5, help="times all queries are asked (%(default)s)")
    take("--build-rounds", type=_count, default=1, help="times all is built (%(default)s)")
    take("--budget", type=float, default=30.0, help="seconds an engine has for a set (%(default)s)")
    take("--cold-runs", type=int, default=9, help="cold command lines, 0 for none (%(default)s)")
    take("--add-runs", type=int, default=5, help="times 100 documents are added (%(default)s)")
    take("--no-growth", dest="growth", action="store_false", help="only the whole corpus")
    take("--seed", type=int, default=1, help="another seed takes other queries (%(default)s)")
    take("--work", type=Path, metavar="DIR", help="keep indexes and tokens here")
    take("--queries-out", type=Path, metavar="FILE", help="the queries (beside OUT or in DIR)")
    return parser


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _counts(text: str) -> list[int]:
    return sorted({_count(one) for one in text.split(",")})


def _sets(text: str) -> tuple[str, ...]:
    named = text.split(",")
    for name in named:
        if name not in SETS:
            raise argparse.ArgumentTypeError(f"there is no set {name}: choose from {SETS}")
    return tuple(name for name in SETS if name in named)


def _run(given: argparse.Namespace, work: Path) -> int:
    beside = given.json.with_suffix(".queries.jsonl") if given.json else work / "queries.jsonl"
    sizes = given.sizes or [given.docs]
    documents = sizes[-1] * given.repeat
    options = Options(
        corpus=given.corpus,
        docs=sizes[-1],
        copies=given.repeat,
        peers=tuple(name for name in given.peers.split(",") if name),
        whoosh_docs=given.whoosh_docs,
        pyvi_docs=documents if given.pyvi_docs is None else max(0, given.pyvi_docs),
        workers=given.workers,
        sets=given.sets,
        queries=given.queries,
        common_pairs=given.common_pairs,
        rounds=given.rounds,
        build_rounds=given.build_rounds,
        budget=given.budget,
        cold_runs=max(0, given.cold_runs),
        add_runs=max(0, given.add_runs),
        growth=given.growth,
        seed=given.seed,
        work=work.absolute(),
        queries_out=given.queries_out or beside,
    )

    def log(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    def keep(result: dict[str, Any]) -> None:
        if given.json:
            write_json(result, given.json)

    if given.sizes:
        result = measure_sizes(options, sizes, log, keep)
    else:
        result = measure(options, log, keep)
    print(render(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
