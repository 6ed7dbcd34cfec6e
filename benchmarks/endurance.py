"""The server at full load for long: errors, and whether its memory grows.

``python -m benchmarks.endurance --corpus FILE.jsonl[.gz] --docs N --minutes 30`` indexes the first
N records of FILE, serves them on loopback, and lets wrk ask without a pause: searches of several
kinds, counts, completions, documents and pages for people, from the corpus and from ``--queries``.
Another process adds a document each second and deletes an older one. What the server keeps in
memory has ``--warm`` requests to fill. Ends with 1 if a request failed, if the server wrote of
trouble, or if its memory at the end is not within 5 % of that after the first minute behind these.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.corpus import records
from benchmarks.load import build, short_queries
from benchmarks.load_rounds import Committer, Server, Wrk
from searchengine import Document
from searchengine.text.folding import fold

SLICE_SECONDS = 60
#: What memory may differ by, at the end from after the first minute.
MOST_GROWTH = 0.05
QUERIES, DOCUMENTS = 20_000, 5_000
#: The documents that were added last and are still there.
ADDED = 20
#: What is asked with a query, each as often as it stands here.
QUESTIONS = (
    *(["/search?q={q}"] * 6),
    "/search?q={folded}",
    "/search?q={folded}&explain=true&limit=5",
    "/search?q={q}&page=3&fold_duplicates=false",
    "/search?q={q}&sort=date&from=2016&to=2018",
    "/search?q={q}&all=true&scale=30&origin=2017-06-01",
    "/search?q=%22{q}%22&snippets=false",
    "/facets?q={q}&by=year&by=source",
    "/histogram?q={q}&by=month",
    *(["/suggest?q={prefix}"] * 3),
    *(["/?q={q}"] * 2),
    "/?q={folded}&lang=en&sort=date",
)
DOCUMENT_QUESTIONS = ("/documents/{id}?q={q}", "/document?id={id}&q={q}", "/documents/{id}")


@dataclass(frozen=True, slots=True)
class Minute:
    """What a minute of load brought; memory is that of each process of the server, its own."""

    requests: int
    p99_ms: float
    refused: int
    broken: int
    memory_mb: list[float]


def addresses(queries: Sequence[str], ids: Sequence[str]) -> list[str]:
    """Return what to ask, in an order that is the same each time."""
    chance = random.Random(3)
    found = []
    for number, query in enumerate(queries):
        words = {
            "q": quote(query, safe=""),
            "folded": quote(fold(query), safe=""),
            "prefix": quote(query[: chance.randint(2, len(query))], safe=""),
            "id": quote(ids[number % len(ids)], safe=""),
        }
        found.append(chance.choice(QUESTIONS).format(**words))
        if number % 10 == 0:
            found.append(chance.choice(DOCUMENT_QUESTIONS).format(**words))
    return found


def endure(
    server: Server, wrk: Wrk, connections: int, *, minutes: int = 0, requests: int = 0
) -> list[Minute]:
    """Ask for so many minutes, and for more until there were so many requests.

    What each minute brought is printed as it is known.
    """
    found: list[Minute] = []
    while len(found) < minutes or sum(minute.requests for minute in found) < requests:
        measured = wrk.round(server, connections, SLICE_SECONDS)
        minute = Minute(
            requests=measured.requests,
            p99_ms=measured.p99_ms,
            refused=measured.refused,
            broken=measured.broken,
            memory_mb=server.memories_mb(),
        )
        found.append(minute)
        print(f"minute {len(found)}: {minute}", file=sys.stderr, flush=True)
    return found


def growth_of(minutes: Sequence[Minute]) -> float:
    """Return by what part memory is more at the end than it was after the first minute."""
    first, last = sum(minutes[0].memory_mb), sum(minutes[-1].memory_mb)
    return last / first - 1


def main() -> int:
    """Measure, print one object, and say with the exit code whether it held."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endurance", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines, perhaps gzipped")
    parser.add_argument("--docs", type=int, required=True, help="documents to index")
    parser.add_argument("--index", type=Path, help="serve a copy of this index of the same records")
    parser.add_argument("--queries", type=Path, help="more queries, one a line")
    parser.add_argument("--minutes", type=int, default=30, help="(default 30)")
    parser.add_argument(
        "--warm", type=int, default=10_000, help="requests before these (default 10000)"
    )
    parser.add_argument("--processes", type=int, default=2, help="of the server (default 2)")
    parser.add_argument("--connections", type=int, default=8, help="(default 8)")
    parser.add_argument("--serve", default="", help="more options for 'searchengine serve'")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("error: wrk is not installed: 'apt-get install wrk' has it", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="endurance-") as name:
        result = _measure(given, Path(name))
    print(json.dumps(result, indent=2))
    failed = result["refused"] or result["broken"] or result["troubles"] or result["exit_code"]
    return 1 if failed or abs(result["growth"]) > MOST_GROWTH else 0


def _measure(given: argparse.Namespace, work: Path) -> dict[str, Any]:
    directory = work / "index"
    if given.index is not None:
        shutil.copytree(given.index, directory)
    else:
        build(given.corpus, directory, given.docs)
    found = list(islice(records(given.corpus), given.docs))[:: max(1, given.docs // DOCUMENTS)]
    queries = short_queries([record["text"] for record in found], QUERIES, seed=4)
    if given.queries is not None:
        queries += given.queries.read_text(encoding="utf-8").split("\n")[:-1]
        random.Random(5).shuffle(queries)
    wrk = Wrk(work, addresses(queries, [str(record["id"]) for record in found]))
    more = [Document(id=str(n), text=record["text"]) for n, record in enumerate(found[:ADDED])]
    with ExitStack() as stack:
        server = Server(directory, given.processes, given.serve.split())
        stack.callback(server.stop)
        committer = Committer(directory, more, server, keep=ADDED)
        stack.callback(committer.stop)
        filling = endure(server, wrk, given.connections, requests=given.warm)
        minutes = endure(server, wrk, given.connections, minutes=given.minutes)
        stack.pop_all()
        commits = committer.stop()
        troubles = server.troubles()
        exit_code = server.stop()
    every = filling + minutes
    return {
        "requests": sum(minute.requests for minute in every),
        "refused": sum(minute.refused for minute in every),
        "broken": sum(minute.broken for minute in every),
        "slowest_p99_ms": max(minute.p99_ms for minute in every),
        **commits,
        "filling_mb": [round(sum(minute.memory_mb), 1) for minute in filling],
        "memory_mb": [round(sum(minute.memory_mb), 1) for minute in minutes],
        "growth": round(growth_of(minutes), 4),
        "troubles": troubles[:100],
        "exit_code": exit_code,
    }


if __name__ == "__main__":
    sys.exit(main())
