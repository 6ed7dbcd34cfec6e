"""``python -m benchmarks.cluster.answers``: does a cluster answer as a folder does?

The same documents in both are asked queries of thirteen kinds with all that a search tells: ten
documents with snippets, totals, facets, what was surely meant and what may have been. Printed is
each query in which they say something else, and at the end (or at Ctrl-C) the share of those in
which both say the same. With ``--change`` a tenth of the documents is then deleted and a twentieth
replaced in both, and they are asked again. A cluster that is too busy is asked once more.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.cluster.speed import documents_of, indexed
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.document import Document
from searchengine.engine import SearchEngine
from searchengine.errors import IndexUnavailableError
from searchengine.query.display.results import Results
from searchengine.text.folding import fold

KINDS = (
    "title", "bare title", "question", "short", "phrase", "slop", "date in it", "order", "prefix",
    "signs", "facets", "filter", "misspelt",
)  # fmt: skip
#: The day that all queries are asked on, and how much scores may differ.
TODAY = datetime.date(2017, 7, 1)
TOLERANCE = 1e-5
#: After so many seconds a cluster that was too busy is asked once more.
PAUSE = 5.0
#: The longest query has so many words.
LONGEST = 32
ATTRIBUTES = ("ten", "order", "scores", "totals", "facets", "corrected", "suggestion", "snippets")

Query = tuple[str, str, Mapping[str, Any]]


def main() -> None:
    """Compare answers, and print how often they are the same."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster.answers", description=__doc__
    )
    parser.add_argument("--corpus", type=Path, required=True, help="JSON lines, gzip or not")
    parser.add_argument("--address", required=True, help="of an index on the cluster")
    parser.add_argument("--folder", type=Path, required=True, help="the embedded index")
    parser.add_argument("--docs", type=int, default=100_000)
    parser.add_argument("--shards", type=int, default=5, help="of an index that is made")
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only these")
    parser.add_argument("--change", action="store_true", help="change both, and ask again")
    options = parser.parse_args()
    documents = list(islice(documents_of(options.corpus), options.docs))
    folder = indexed(options.folder, documents)
    cluster = indexed(options.address, documents, shards=options.shards)
    queries = [
        one
        for one in drawn(documents, options.queries, options.seed)
        if one[0] in (options.kind or KINDS)
    ]
    print(json.dumps(compared(folder, cluster, queries), indent=1), flush=True)
    if options.change:
        for engine in (folder, cluster):
            change(engine, documents, options.seed)
        print(json.dumps(compared(folder, cluster, queries), indent=1), flush=True)


def drawn(documents: Sequence[Document], count: int, seed: int) -> Iterator[Query]:
    """Yield queries of all kinds in turn: the kind, the text and options."""
    rng = random.Random(seed)
    for at in range(count):
        kind, document = KINDS[at % len(KINDS)], rng.choice(documents)
        words = [word.strip('.,;:"“”()?!') for word in f"{document.title} {document.text}".split()]
        words = [word for word in words if word] + [document.id] * 5
        start = rng.randrange(max(1, len(words) - LONGEST))
        yield kind, *_query(kind, document, words[start : start + LONGEST], rng)


def _query(
    kind: str, document: Document, words: Sequence[str], rng: random.Random
) -> tuple[str, Mapping[str, Any]]:
    """A query of a kind, drawn from a document and some words of it that follow each other."""
    some = " ".join(words[: rng.randint(2, 4)])
    options: Mapping[str, Any] = {}
    if kind == "title":
        some = document.title or some
    elif kind == "bare title":
        some = fold(document.title or some)
    elif kind == "question":
        some = " ".join(words)
    elif kind == "phrase":
        some = f'"{some}"'
    elif kind == "slop":
        some = f'"{words[0]} {words[2]}"~3'
    elif kind == "date in it":
        some = f"{some} tháng {rng.randint(1, 12)}/2017"
    elif kind == "order":
        options = {"sort": rng.choice(["date", "date:asc", "source", "place:desc"])}
    elif kind == "prefix":
        some, options = f"{words[0]} {words[1]} {words[2][:3]}*", {"place": document.place}
    elif kind == "signs":
        some = f"+{words[0]} +{words[1]} {words[2]} -{words[4]}"
    elif kind == "filter":
        days = {"since": "2017-06-01", "until": "2017-06-07"}
        options = rng.choice([{"source": document.source}, {"place": document.place}, days])
    elif kind == "misspelt":
        at = rng.randrange(len(some))
        some = some[:at] + rng.choice("aeghinotu") + some[at + rng.randint(0, 1) :]
    return some, options


def change(engine: SearchEngine, documents: Sequence[Document], seed: int) -> None:
    """Delete a tenth of the documents, and give a twentieth the text and date of others."""
    order = list(documents)
    random.Random(seed).shuffle(order)
    gone, rest = order[: len(order) // 10], order[len(order) // 10 :]
    with engine.writer() as writer:
        for at, one in enumerate(rest[: len(order) // 20]):
            other = rest[-1 - at]
            writer.add(
                Document(
                    id=one.id,
                    title=one.title,
                    text=other.text,
                    source=one.source,
                    place=one.place,
                    date=other.date,
                )
            )
        writer.look_up(one.id for one in gone)
        for one in gone:
            writer.delete(one.id)


def compared(
    folder: SearchEngine, cluster: SearchEngine, queries: Sequence[Query]
) -> dict[str, Any]:
    """Return the share of queries that both answer alike, by attribute, and which differ."""
    same: Counter[str] = Counter()
    asked = 0
    requests: dict[str, list[int]] = defaultdict(list)
    seconds: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with (
        folder.open_view() as one,
        cluster.open_view() as other,
        _counted() as made,
        suppress(KeyboardInterrupt),
    ):
        documents = one.document_count
        if documents != other.document_count:
            raise ValueError(f"{documents} documents, {other.document_count} there")
        for kind, text, options in queries:
            begun = time.perf_counter()
            ours = one.search(text, today=TODAY, **options)
            between = time.perf_counter()
            made.clear()
            try:
                theirs = other.search(text, today=TODAY, **options)
            except IndexUnavailableError:
                time.sleep(PAUSE)
                theirs = other.search(text, today=TODAY, **options)
            asked += 1
            requests[kind].append(len(made))
            seconds[kind].append((between - begun, time.perf_counter() - between))
            alike = _alike(ours, theirs)
            same.update(name for name in ATTRIBUTES if alike[name])
            if not all(alike.values()):
                unlike = [name for name in ATTRIBUTES if not alike[name]]
                said = [[_told(found, name) for name in unlike] for found in (ours, theirs)]
                told = [kind, text, dict(options), unlike, *said]
                print(json.dumps(told, ensure_ascii=False), flush=True)
    return {
        "documents": documents,
        "queries": asked,
        "same, per cent": {name: round(100 * same[name] / asked, 2) for name in ATTRIBUTES},
        "requests, mean and most": {
            kind: [round(statistics.mean(each), 1), max(each)] for kind, each in requests.items()
        },
        "median ms, folder and cluster": {
            kind: [round(1000 * statistics.median(of), 1) for of in zip(*each, strict=True)]
            for kind, each in seconds.items()
        },
    }


def _alike(ours: Results, theirs: Results) -> dict[str, bool]:
    """In which attributes two answers are the same."""
    ids, others = ([hit.id for hit in found] for found in (ours, theirs))
    alike = {name: _told(ours, name) == _told(theirs, name) for name in ATTRIBUTES}
    scores = [
        abs(one.score - other.score) <= TOLERANCE * max(1.0, one.score)
        for one, other in zip(ours, theirs, strict=False)
    ]
    return alike | {"ten": set(ids) == set(others), "scores": all(scores)}


def _told(found: Results, attribute: str) -> Any:
    """What an answer says of an attribute."""
    if attribute in ("ten", "order"):
        return [hit.id for hit in found]
    if attribute == "scores":
        return [hit.score for hit in found]
    if attribute == "totals":
        return [found.total, found.total_partial, found.notes]
    if attribute == "facets":
        return {name: list(counts.items()) for name, counts in found.facets.items()}
    if attribute == "snippets":
        return {hit.id: hit.snippet for hit in found}
    return getattr(found, attribute)


@contextmanager
def _counted() -> Iterator[list[str]]:
    """Give out a list that the paths of all requests to the cluster are added to."""
    request, paths = Cluster.request, list[str]()

    def told(cluster: Cluster, method: str, path: str, *rest: Any, **options: Any) -> Any:
        paths.append(path)
        return request(cluster, method, path, *rest, **options)

    with mock.patch.object(Cluster, "request", told):
        yield paths


if __name__ == "__main__":
    main()
