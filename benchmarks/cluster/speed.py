"""``python -m benchmarks.cluster.speed``: building and searching, three ways side by side.

The same documents in a folder (``embedded``), on the cluster (``cluster``) and there in OpenSearch
as it comes (``plain``). A search is the whole call: ``SearchEngine.search`` without snippets and
suggestion, or the request to OpenSearch; ten documents and the number of all matches are wanted.
The three take turns, 25 queries each, so that what else the machine does hits all alike; a query
counts with the median of its rounds. With ``--pid``, of each node, processor time is told as well:
on a busy machine it says more than the clock.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.cluster.plain import PlainIndex
from benchmarks.corpus import PLACES, SOURCES, Item, drawn, records
from benchmarks.measure import Latency
from benchmarks.queries import phrases, tokens
from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.document import Document
from searchengine.engine import SearchEngine
from searchengine.errors import IndexNotFoundError

COUNT = 10
TURN = 25
SETS = ("questions", "titles", "short", "phrases2", "phrases3", "facets")
_TICKS = os.sysconf("SC_CLK_TCK")

Search = Callable[[str, str], list[str]]


def main() -> None:
    """Build all three, ask them, and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster.speed", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines, gzip or not")
    parser.add_argument("--address", required=True, help="of an index on the cluster, made anew")
    parser.add_argument("--work", type=Path, required=True, help="a folder for the embedded index")
    parser.add_argument("--docs", type=int, default=10_000)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes that analyse")
    parser.add_argument("--queries", type=int, default=100, help="of each set")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pid", type=int, action="append", default=[], help="a node's process")
    parser.add_argument("--keep", action="store_true", help="use and leave indexes that are there")
    parser.add_argument(
        "--took", type=Path, help="write the cluster's milliseconds a search here, by set"
    )
    options = parser.parse_args()
    print(json.dumps(measured(options), indent=1))


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """Return all figures."""
    documents = list(islice(documents_of(options.corpus), options.docs))
    built, engines = _built(options, documents)
    queries = _queries(documents, options.queries, options.seed)
    took: dict[str, list[float]] = {name: [] for name in SETS}
    figures: dict[str, Any] = {}
    for name in SETS:
        asked = [text for set_, text in queries if set_ == name]
        figures[name] = _searched(engines, name, asked, options.rounds, options.pid)
        for text in asked if options.took else ():
            with _told(took[name]):
                engines["cluster"](name, text)
    if options.took:
        options.took.write_text(json.dumps(took))
    said = {name: getattr(options, name) for name in ("docs", "shards", "replicas", "workers")}
    return {**said, "build": built, "search": figures}


def documents_of(corpus: Path) -> Iterator[Document]:
    """Yield the documents of a corpus, with a source and a place where it names none."""
    for record in records(corpus):
        id_, date = str(record["id"]), record.get("date")
        yield Document(
            id=id_,
            title=record.get("title") or "",
            text=record["text"],
            source=record.get("source") or drawn("báo", id_, SOURCES),
            place=record.get("place") or drawn("xã", id_, PLACES),
            date=datetime.date.fromisoformat(date[:10]) if date else None,
        )


def _built(
    options: argparse.Namespace, documents: Sequence[Document]
) -> tuple[dict[str, Any], dict[str, Search]]:
    """Index the documents three ways; return the figures of it and the three to be asked."""
    at = Address.parse(options.address)
    folder = str(options.work / f"embedded-{options.docs}")
    figures: dict[str, Any] = {}
    engines: dict[str, Search] = {}
    for name, place, shards, replicas in (
        ("embedded", folder, None, None),
        ("cluster", options.address, options.shards, options.replicas),
    ):
        if not options.keep:
            _remove(place)
        timed = _timed(figures, name, len(documents), options.pid)
        workers = options.workers
        engine = indexed(place, documents, timed, workers=workers, shards=shards, replicas=replicas)
        figures.setdefault(name, {})["bytes"] = int(engine.stats()["bytes"])
        engines[name] = _asker(engine)
    plain = PlainIndex(
        str(replace(at, name=f"{at.name}-plain")), shards=options.shards, replicas=options.replicas
    )
    with _timed(figures, "plain", len(documents), options.pid):
        plain.add(documents)
    figures["plain"]["bytes"] = plain.bytes()
    engines["plain"] = lambda name, text: plain.search(
        text.strip('"'), COUNT, phrase=text.startswith('"'), facets=name == "facets"
    )
    return figures, engines


def indexed(
    place: str | Path,
    documents: Iterable[Document],
    timed: AbstractContextManager[None] | None = None,
    *,
    workers: int = 1,
    shards: int | None = None,
    replicas: int | None = None,
) -> SearchEngine:
    """Return the index at ``place``; where there is none, one of ``documents`` made as told.

    Writing them is what is ``timed``. ``shards`` and ``replicas`` are those on a cluster.
    """
    try:
        return SearchEngine.open(place)
    except IndexNotFoundError:
        engine = SearchEngine.open(place, create=True, shards=shards, replicas=replicas)
    with timed or nullcontext(), engine.writer(workers=workers) as writer:
        for document in documents:
            writer.add(document)
    return engine


def _remove(place: str) -> None:
    if Path(place).exists():
        shutil.rmtree(place)
    elif "://" in place:
        try:
            SearchEngine.remove(place)
        except IndexNotFoundError:
            return


def _asker(engine: SearchEngine) -> Search:
    def search(name: str, text: str) -> list[str]:
        found = engine.search(
            text, limit=COUNT, facets=name == "facets", snippets=False, suggest=False
        )
        return [hit.id for hit in found]

    return search


def _queries(documents: Sequence[Document], count: int, seed: int) -> list[tuple[str, str]]:
    items = [Item(one.id, one.title, one.text, None, 0, None) for one in documents]
    found = [*tokens.take(items, 2 * count, seed)]
    found += phrases.take([one.text for one in items], count, seed)
    asked: dict[str, list[str]] = {name: [] for name in SETS}
    for query in found:
        if query.set in asked:
            asked[query.set].append(query.text)
    # Facets are counted for other short queries.
    asked["facets"] = asked["short"][count:]
    return [(name, text) for name in SETS for text in asked[name][:count]]


def _searched(
    engines: dict[str, Search], name: str, queries: Sequence[str], rounds: int, pids: Sequence[int]
) -> dict[str, Any]:
    """Return latency and processor time of each engine for the queries of a set."""
    seconds: dict[str, list[list[float]]] = {engine: [] for engine in engines}
    busy = dict.fromkeys(engines, (0.0, 0.0))
    for _ in range(rounds):
        for engine in engines:
            seconds[engine].append([])
        for start in range(0, len(queries), TURN):
            for engine, search in engines.items():
                own, nodes = time.process_time(), _processor_time(pids)
                for text in queries[start : start + TURN]:
                    begun = time.perf_counter()
                    search(name, text)
                    seconds[engine][-1].append(time.perf_counter() - begun)
                spent = time.process_time() - own, _processor_time(pids) - nodes
                busy[engine] = busy[engine][0] + spent[0], busy[engine][1] + spent[1]
    searches = rounds * len(queries) / 1000
    found = {}
    for engine, times in seconds.items():
        figures = Latency.of(times)
        found[engine] = {
            "p50_ms": round(figures.p50_ms, 2),
            "p95_ms": round(figures.p95_ms, 2),
            "client_cpu_ms": round(busy[engine][0] / searches, 2),
            "nodes_cpu_ms": round(busy[engine][1] / searches, 2),
        }
    return found


def _processor_time(pids: Sequence[int]) -> float:
    """Seconds of processor time that processes have had."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


@contextmanager
def _timed(
    figures: dict[str, Any], name: str, documents: int, pids: Sequence[int]
) -> Iterator[None]:
    """Put what the block took into the figures of an engine."""
    begun, own, nodes = time.perf_counter(), time.process_time(), _processor_time(pids)
    yield
    seconds = time.perf_counter() - begun
    figures[name] = {
        "seconds": round(seconds, 1),
        "documents_a_second": round(documents / seconds, 1),
        "client_cpu_s": round(time.process_time() - own, 1),
        "nodes_cpu_s": round(_processor_time(pids) - nodes, 1),
    }


@contextmanager
def _told(took: list[float]) -> Iterator[None]:
    """Add to ``took`` how long the cluster says that all searches within the block took it."""
    msearch = Cluster.msearch
    requests = [0.0]

    def told(cluster: Cluster, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        answers = msearch(cluster, bodies)
        requests.extend([max(answer["took"] for answer in answers)] if answers else [])
        return answers

    with mock.patch.object(Cluster, "msearch", told):
        yield
    took.append(sum(requests))


if __name__ == "__main__":
    main()
