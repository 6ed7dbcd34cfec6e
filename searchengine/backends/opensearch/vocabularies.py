"""The vocabularies of an index: which terms its streams have, and in how many documents.

They lie in an index of their own beside that of the documents, in parts. A part is what some
commits have changed: sorted blocks of terms, each with how many documents more (or fewer) hold it.
The control document names the parts of the last commit, whose sums are the exact counts. A part
that is not much larger than what comes after it is merged with that, so there are few.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.control import Part
from searchengine.backends.opensearch.mapping import MAX_TERM, vocabularies_of
from searchengine.backends.opensearch.records import StoredTokens, pack, unpack
from searchengine.backends.opensearch.writing.bulk import Change, Target, send
from searchengine.errors import IndexNotFoundError

Json = dict[str, Any]
#: A term of a stream, and how many documents more hold it.
Counted = tuple[str, str, int]

#: A block has so many terms.
BLOCK = 1000
#: A part is merged with what follows it if it has at most so many times its terms.
_LARGER = 2
#: So many terms are counted in memory before they are made a part.
_IN_MEMORY = 500_000
#: So many blocks, or documents that go, are read at a time.
_READ = 100
#: Behind whatever begins with a prefix.
LAST = chr(0x10FFFF)


def part_of_commit(
    cluster: Cluster, index: str, parts: Sequence[Part], commit: str, changes: Iterable[Change]
) -> tuple[Part, ...]:
    """Write what the changes of a commit that has begun change of ``parts``; return the new parts.

    Before any of these changes is sent: what the documents had that go is read of the index. Done
    again, also after some were sent, it changes nothing.
    """
    beside = vocabularies_of(index)
    try:
        kept = cluster.request("GET", f"/{beside}/_doc/{commit}")["_source"]["parts"]
        return tuple(Part(*one) for one in kept)
    except IndexNotFoundError:
        counting = Counting(cluster, index, parts, commit)
    rest = iter(changes)
    while chunk := list(islice(rest, _READ)):
        if parts:
            gone = {"ids": {"values": [key for key, _ in chunk]}}
            for tokens in _kept(cluster, index, gone):
                counting.add(tokens, -1)
        for _, line in chunk:
            if line != "null":
                counting.add(StoredTokens(json.loads(line)["tokens"]), 1)
    made = counting.finish()
    cluster.request("PUT", f"/{beside}/_doc/{commit}", {"parts": made})
    return made


def drop_parts(
    cluster: Cluster, index: str, before: Sequence[Part], parts: Sequence[Part], commit: str
) -> None:
    """Delete those parts of ``before``, and those that a commit has made, that are in ``parts``
    no more."""
    merged = [one.name for one in before if one not in parts]
    if not merged:
        return
    made = [{"terms": {"part": merged}}, {"prefix": {"part": f"{commit}."}}]
    kept = {"terms": {"part": [one.name for one in parts]}}
    cluster.request(
        "POST",
        f"/{vocabularies_of(index)}/_delete_by_query",
        {"query": {"bool": {"should": made, "minimum_should_match": 1, "must_not": [kept]}}},
        {"conflicts": "proceed"},
    )


def parts_anew(cluster: Cluster, index: str, name: str) -> tuple[Part, ...]:
    """Count the vocabularies of all documents that are seen; return their parts."""
    counting = Counting(cluster, index, (), name)
    for tokens in _kept(cluster, index, {"match_all": {}}):
        counting.add(tokens, 1)
    return counting.finish()


class Counting:
    """Makes parts of what documents have."""

    def __init__(self, cluster: Cluster, index: str, parts: Sequence[Part], name: str) -> None:
        self._cluster = cluster
        self._index = vocabularies_of(index)
        self._parts = list(parts)
        self._name = name
        self._made = 0
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, tokens: StoredTokens, sign: int) -> None:
        """Count a document more, or, with -1, one less."""
        for stream, terms in tokens.vocabularies():
            counts = self._counts[stream]
            for term in terms:
                if len(term) <= MAX_TERM:
                    counts[term] += sign
        if sum(map(len, self._counts.values())) > _IN_MEMORY:
            self._write()

    def finish(self) -> tuple[Part, ...]:
        """Return all parts."""
        self._write()
        return tuple(self._parts)

    def _write(self) -> None:
        """Make a part of what was counted, and of the last parts that are not much larger."""
        counted: list[Iterable[Counted]] = [_sorted(self._counts)]
        terms = sum(map(len, self._counts.values()))
        self._counts = defaultdict(Counter)
        if not terms:
            return
        while self._parts and self._parts[-1].terms <= _LARGER * terms:
            part = self._parts.pop()
            terms += part.terms
            counted.append(self._read(part))
        name = f"{self._name}.{self._made}"
        blocks = _blocks(_added(counted))
        written = 0

        def sources() -> Iterator[Change]:
            nonlocal written
            for at, block in enumerate(blocks):
                written += len(block)
                yield f"{name}-{at}", json.dumps(_source(name, block))

        # What is there is of the same commit, and says the same.
        target = Target(self._cluster, self._index, 1, check=lambda: None)
        send(target, sources())
        self._cluster.request("POST", f"/{self._index}/_refresh")
        self._made += 1
        if written:
            self._parts.append(Part(name, written))

    def _read(self, part: Part) -> Iterator[Counted]:
        """What a part has, in its order."""
        body: Json = {
            "size": _READ,
            "query": {"term": {"part": part.name}},
            "sort": [{"stream": "asc"}, {"first": "asc"}],
            "track_total_hits": False,
        }
        while True:
            hits = self._cluster.request(
                "POST", f"/{self._index}/_search", body, {"allow_partial_search_results": "false"}
            )["hits"]["hits"]
            for hit in hits:
                stream = hit["sort"][0]
                for term, count in terms_in(hit["_source"]):
                    yield stream, term, count
            if len(hits) < _READ:
                return
            body["search_after"] = hits[-1]["sort"]


def terms_in(source: Json) -> Iterator[tuple[str, int]]:
    """Yield the terms of a block, and how many documents more hold each."""
    for line in unpack(source["terms"]).split("\n"):
        term, _, count = line.rpartition("\t")
        yield term, int(count)


def _source(part: str, block: Sequence[Counted]) -> Json:
    return {
        "part": part,
        "stream": block[0][0],
        "first": block[0][1],
        "last": block[-1][1],
        "count": len(block),
        "terms": pack("\n".join(f"{term}\t{count}" for _, term, count in block)),
    }


def _sorted(counts: dict[str, Counter[str]]) -> Iterator[Counted]:
    for stream in sorted(counts):
        for term in sorted(counts[stream]):
            yield stream, term, counts[stream][term]


def _added(counted: Sequence[Iterable[Counted]]) -> Iterator[Counted]:
    """The sums of what several have, each in its order."""
    for (stream, term), same in groupby(heapq.merge(*counted), itemgetter(0, 1)):
        count = sum(one[2] for one in same)
        if count:
            yield stream, term, count


def _blocks(counted: Iterable[Counted]) -> Iterator[list[Counted]]:
    for _, of_stream in groupby(counted, itemgetter(0)):
        while block := list(islice(of_stream, BLOCK)):
            yield block


def _kept(cluster: Cluster, index: str, query: Json) -> Iterator[StoredTokens]:
    """What those documents of the last commit have that ``query`` lets in."""
    body: Json = {
        "size": _READ,
        "query": query,
        "sort": [{"seq": "asc"}],
        "_source": False,
        "docvalue_fields": ["tokens"],
        "track_total_hits": False,
    }
    while True:
        hits = cluster.request(
            "POST", f"/{index}/_search", body, {"allow_partial_search_results": "false"}
        )["hits"]["hits"]
        for hit in hits:
            yield StoredTokens(hit["fields"]["tokens"][0])
        if len(hits) < _READ:
            return
        body["search_after"] = hits[-1]["sort"]
