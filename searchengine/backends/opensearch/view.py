"""A view of one commit of an index on the cluster; ``searcher`` and ``lexicon`` answer."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from searchengine.backends.counts import Histogram, Statistics
from searchengine.backends.fields import TERM_STREAMS
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.lexicon import StoredLexicon, complete, vocabulary
from searchengine.backends.opensearch.mapping import vectors_of, vocabularies_of
from searchengine.backends.opensearch.records import document_in, key_of_id
from searchengine.backends.opensearch.searching import ahead
from searchengine.backends.opensearch.searching.facets import (
    facet_aggregations,
    facets_in,
    histogram,
)
from searchengine.backends.opensearch.searching.queries import ALL
from searchengine.backends.opensearch.searching.resolving import resolve
from searchengine.backends.opensearch.searching.searcher import Searcher
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.values import (
    Beginning,
    FieldTerm,
    Order,
    Plan,
    Ranking,
    ScoreParts,
    Step,
)
from searchengine.backends.vectors.passages import PassageVectors, VectorModel, check_stage
from searchengine.deadline import check_time, limited
from searchengine.document import Document
from searchengine.errors import IndexClosedError

#: So many documents are read at a time.
_DOCUMENTS = 200


class OpenSearchView:
    """One commit; safe for any number of threads until it is closed."""

    def __init__(self, snapshot: Snapshot, cluster: Cluster) -> None:
        """Answer from ``snapshot``, of which this is a reader already."""
        self._open: Snapshot | None = snapshot
        self._cluster = cluster
        self._closing = threading.Lock()
        self.version = snapshot.control.version
        self.document_count = snapshot.numbers.documents
        self.settings = snapshot.control.settings

    def __enter__(self) -> OpenSearchView:
        return self

    def __exit__(self, *_: object) -> None:
        with self._closing:
            snapshot, self._open = self._open, None
        if snapshot is not None:
            snapshot.let_go()

    def search(self, plan: Plan) -> Ranking:
        """Return the ranking that ``plan`` asks for."""
        if plan.semantic is not None:
            check_stage(plan.semantic, self.vector_model())
        with limited(plan.seconds):
            check_time()
            return Searcher(self._snapshot).search(plan)

    def facets(
        self, plan: Plan, names: Sequence[str], limit: int, order: Order
    ) -> dict[str, dict[str, int]]:
        """Return the facet counts of every document that ``plan`` matches."""
        with limited(plan.seconds):
            check_time()
            snapshot = self._snapshot
            aggregations = facet_aggregations(snapshot.fields, names)
            full = resolve(snapshot, plan).full.filter
            (answer,) = snapshot.search({"size": 0, "query": full, "aggs": aggregations})
            counted = answer.get("aggregations", {})
            return facets_in(snapshot, full, counted, names, limit, order)

    def histogram(self, plan: Plan, by: Step) -> Histogram:
        """Return how many of the documents that ``plan`` matches each month or year has."""
        with limited(plan.seconds):
            check_time()
            return histogram(self._snapshot, resolve(self._snapshot, plan).full.filter, by)

    def explain(self, plan: Plan, ids: Sequence[str]) -> list[ScoreParts | None]:
        """Return the parts of each document's score; None where there is no such document."""
        if plan.semantic is not None:
            check_stage(plan.semantic, self.vector_model())
        with limited(plan.seconds):
            check_time()
            return Searcher(self._snapshot).explain(plan, ids)

    def frequencies(self, terms: Sequence[FieldTerm]) -> list[int]:
        """Return how many documents hold each of ``terms``."""
        found = self._snapshot.frequencies(terms)
        return [found[one] for one in terms]

    def expect(self, terms: Iterable[FieldTerm], beginnings: Iterable[Beginning]) -> None:
        """Find out, in one request, what is not known yet of what will be asked for."""
        snapshot = self._snapshot
        terms, beginnings = list(terms), list(beginnings)
        if snapshot.lacks(terms, beginnings):
            marked = StoredLexicon(snapshot).what_is_known().marked
            beside = ahead.terms_beside(terms, marked)
            snapshot.learn([*terms, *beside], beginnings=beginnings)

    def vocabulary(self, beginnings: Sequence[Beginning]) -> list[list[tuple[str, int]]]:
        """Return for each beginning its commonest terms and how many documents hold each."""
        return vocabulary(self._snapshot, beginnings)

    def lexicon(self) -> StoredLexicon:
        """Return what the view knows of syllables, for suggestions."""
        return StoredLexicon(self._snapshot)

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return words and titles that begin with ``prefix``."""
        return complete(self._snapshot, prefix, limit)

    def fetch(self, ids: Iterable[str]) -> Iterator[Document | None]:
        """Yield the document of each id, None where there is none."""
        searcher, rest = Searcher(self._snapshot), iter(ids)
        while chunk := list(islice(rest, _DOCUMENTS)):
            found = searcher.documents([key_of_id(id_) for id_ in chunk if id_])
            for id_ in chunk:
                yield found.get(key_of_id(id_)) if id_ else None

    def documents(self) -> Iterator[Document]:
        """Yield every document, in the order in which they were added."""
        return (document for document, _ in self.entries())

    def entries(self) -> Iterator[tuple[Document, str]]:
        """Yield what :meth:`documents` does, each with its fingerprint; empty where it has none."""
        return (
            (document_in(hit["_source"]), hit["_source"].get("fingerprint", ""))
            for hit in self._every("document", "original", "fingerprint")
        )

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""
        for hit in self._every("fingerprint"):
            if "fingerprint" in hit["_source"]:
                yield hit["_source"]["fingerprint"]

    def vector_model(self) -> VectorModel | None:
        """Return what made the vectors of the documents; None if none of them has any."""
        snapshot = self._snapshot
        made_by = snapshot.control.vectors
        return made_by.model if made_by and snapshot.numbers.with_vectors else None

    def vectors(self, ids: Iterable[str]) -> Iterator[PassageVectors | None]:
        """Yield the vectors of each document, None where it has none or does not exist."""
        snapshot, rest = self._snapshot, iter(ids)
        if self.vector_model() is None:
            yield from (None for _ in rest)
            return
        while chunk := list(islice(rest, _DOCUMENTS)):
            places = snapshot.places([key_of_id(id_) for id_ in chunk if id_])
            found = snapshot.vectors(list(places.values())).by_seq()
            for id_ in chunk:
                yield found.get(places.get(key_of_id(id_), -1))

    def statistics(self, *, terms: bool = True) -> Statistics:
        """Return numbers about the index; what it takes on the disks is that of the moment."""
        snapshot = self._snapshot
        index = snapshot.control.index
        beside = vocabularies_of(index), vectors_of(index)
        path = f"/{','.join((self._cluster.address.name, *beside))}/_stats/docs,store,segments"
        there = {"ignore_unavailable": "true"}
        stats = self._cluster.request("GET", path, params=there)
        (own,) = (one["primaries"] for name, one in stats["indices"].items() if name not in beside)
        counted = snapshot.vocabularies.counts() if terms else {}
        return Statistics(
            documents=snapshot.numbers.documents,
            dated=snapshot.numbers.dated,
            deleted=own["docs"]["deleted"],
            segments=own["segments"]["count"],
            bytes=stats["_all"]["total"]["store"]["size_in_bytes"],
            generation=snapshot.control.commit,
            terms={name: counted.get(name, 0) for name in TERM_STREAMS} if terms else {},
            with_vectors=snapshot.numbers.with_vectors,
            vector_model=model.fingerprint if (model := self.vector_model()) else None,
        )

    def _every(self, *kept: str) -> Iterator[dict[str, Any]]:
        body = {"query": ALL, "sort": [{"seq": "asc"}], "_source": list(kept)}
        return self._snapshot.each(body, page=_DOCUMENTS)

    @property
    def _snapshot(self) -> Snapshot:
        if self._open is None:
            raise IndexClosedError("this view of the index is closed: open another one")
        return self._open
