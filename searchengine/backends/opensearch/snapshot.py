"""One commit of an index on the cluster: a point in time, and what is kept of it between searches.

Counts of terms, mean lengths and the distribution of dates are asked for once and kept as long as
somebody reads the commit. What a plan finds in it is ``searcher``'s business.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from searchengine.backends.bm25 import K1
from searchengine.backends.fields import SCORED_STREAMS, FieldTable
from searchengine.backends.opensearch.cluster import Cluster, ContextLostError
from searchengine.backends.opensearch.control import Control, ControlDocument, Part
from searchengine.backends.opensearch.mapping import length_field, vectors_of, vocabularies_of
from searchengine.backends.opensearch.recent import Recent
from searchengine.backends.opensearch.searching.queries import ALL, term_filter
from searchengine.backends.opensearch.vectors.records import (
    StoredVectors,
    counting,
    search_for,
    vectors_in,
)
from searchengine.backends.opensearch.vocabularies import block_filter, terms_in
from searchengine.backends.values import FieldTerm
from searchengine.errors import IndexNotFoundError, IndexUnavailableError, SearchEngineError

Json = dict[str, Any]
T = TypeVar("T")

#: The cluster keeps a point in time so long after it was last asked.
KEEP_ALIVE = "5m"
#: Nobody waits longer, in seconds, for it to be let go.
FORGETTING = 2.0
#: Counts of so many terms are asked for at once.
_TERMS = 500
#: Documents and buckets come so many at a time.
PAGE = 1000
#: So many frequencies are kept, 250 bytes each; of so many beginnings the terms, some hundreds
#: each; of so many bigrams how documents mark them.
FREQUENCIES, BEGINNINGS, SAMPLES = 200_000, 500, 2000
#: Blocks of terms come so many at a time.
BLOCKS = 200
#: A commit that is being installed is waited for, in steps of so many seconds.
WAIT, WAITS = 0.05, 200


class Numbers(NamedTuple):
    """How many documents there are, how many have a date, and how many terms each stream has.

    ``later`` are those of a commit that has not ended.
    """

    documents: int
    dated: int
    lengths: Mapping[str, float]
    later: int
    with_vectors: int


class Snapshot:
    """A commit, safe for many threads; the point in time goes when the last reader does."""

    def __init__(self, cluster: Cluster, control_document: ControlDocument) -> None:
        self._cluster = cluster
        self._control_document = control_document
        self._lock = threading.Lock()
        self._readers = 0
        self.control, self._pit, self._beside, self._vectors, self.numbers = self._opened()
        # Lucene's BM25 lost a factor that changes no order.
        self.bm25_factor = K1 + 1 if cluster.major_version < 3 else 1.0
        self.fields = FieldTable(self.control.settings.fields)
        self._frequencies: Recent[FieldTerm, int] = Recent(FREQUENCIES)
        #: How some documents mark folded bigrams, and how many do so.
        self.samples: Recent[tuple[str, str], Mapping[tuple[str, str], int]] = Recent(SAMPLES)
        self._dates: dict[tuple[int, int], int] | None = None
        self._vocabularies: dict[str, Mapping[str, int] | None] = {}
        self._begun: Recent[tuple[str, str], Mapping[str, int]] = Recent(BEGINNINGS)
        self._term_counts: Mapping[str, int] | None = None

    def hold(self) -> None:
        """Count a reader."""
        with self._lock:
            self._readers += 1

    def let_go(self) -> None:
        """Count a reader less; the last lets the cluster forget the point in time."""
        with self._lock:
            self._readers -= 1
            last = not self._readers
            pits = (self._pit, self._beside, self._vectors)
            if last:
                self._pit = self._beside = self._vectors = ""
        if last:
            self._forget(*pits)

    def search(self, *bodies: Json) -> list[Json]:
        """Return the answers to searches of this commit, asked in one request.

        A point in time that the cluster has lost, with a node, because nobody asked for long, or
        because the index was made anew, is opened again, if the commit is still the last one.
        """
        return self._tried(lambda: self._pit, bodies)

    def each(
        self, body: Json, count: int | None = None, after: Sequence[Any] = (), page: int = PAGE
    ) -> Iterator[Json]:
        """Yield the hits of a sorted search, asked for page by page.

        At most ``count`` of them, from behind the one that is sorted by ``after``.
        """
        while count is None or count > 0:
            size = page if count is None else min(page, count)
            more = {"search_after": list(after)} if after else {}
            (answer,) = self.search({**body, **more, "size": size, "track_total_hits": False})
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                return
            after = hits[-1]["sort"]
            count = None if count is None else count - size

    def places(self, keys: Sequence[str]) -> dict[str, int]:
        """Return the places in the order of adding of documents, by their names; of those that
        there are."""
        body = {"size": len(keys), "query": {"ids": {"values": list(keys)}}}
        (answer,) = self.search({**body, "sort": [{"seq": "asc"}], "_source": False})
        return {hit["_id"]: hit["sort"][0] for hit in answer["hits"]["hits"]}

    def learn(self, terms: Iterable[FieldTerm], *bodies: Json) -> list[Json]:
        """Return the answers to searches; ask for the frequencies of ``terms`` along with them."""
        unknown = [one for one in dict.fromkeys(terms) if one not in self._frequencies]
        chunks = [unknown[at : at + _TERMS] for at in range(0, len(unknown), _TERMS)]
        answers = self.search(*bodies, *map(_frequency_search, chunks))
        for chunk, answer in zip(chunks, answers[len(bodies) :], strict=True):
            buckets = answer["aggregations"]["terms"]["buckets"]
            for at, one in enumerate(chunk):
                self._frequencies[one] = buckets[str(at)]["doc_count"]
        return answers[: len(bodies)]

    def frequencies(self, terms: Collection[FieldTerm]) -> dict[FieldTerm, int]:
        """Return how many documents hold each of ``terms``."""
        self.learn(terms)
        return {one: self._frequencies[one] for one in terms}

    def known(self, terms: Collection[FieldTerm]) -> dict[FieldTerm, int]:
        """Return the frequencies of those of ``terms`` of which they are known."""
        return {one: self._frequencies[one] for one in terms if one in self._frequencies}

    @property
    def mean_lengths(self) -> dict[str, float]:
        """The mean length of each stream; nothing without documents."""
        count = self.numbers.documents
        return {name: each / count for name, each in self.numbers.lengths.items()} if count else {}

    def dates(self) -> Mapping[tuple[int, int], int]:
        """Return how many documents have each pair of a first and a last day."""
        if self._dates is None:
            sources = [{name: {"terms": {"field": name}}} for name in ("first_day", "last_day")]
            self._dates = {
                (key["first_day"], key["last_day"]): count
                for key, count in self.composite(ALL, sources)
            }
        return self._dates

    def composite(self, query: Json, sources: Sequence[Json]) -> Iterator[tuple[Json, int]]:
        """Yield every combination of values of some fields, and how many documents have it."""
        after: Json = {}
        while True:
            composite = {"size": PAGE, "sources": list(sources), **after}
            (answer,) = self.search(
                {"size": 0, "query": query, "aggs": {"all": {"composite": composite}}}
            )
            found = answer["aggregations"]["all"]
            for bucket in found["buckets"]:
                yield bucket["key"], bucket["doc_count"]
            if len(found["buckets"]) < PAGE:
                return
            after = {"after": found["after_key"]}

    def terms(self, stream: str, prefixes: Sequence[str]) -> dict[str, int]:
        """Return the terms of a stream that begin in any such way, and how many documents hold
        each."""
        beginnings = tuple(prefixes)

        def added(parts: Sequence[Part]) -> dict[str, int]:
            found: Counter[str] = Counter()
            for term, count in self._blocks(parts, stream, beginnings):
                if term.startswith(beginnings):
                    found[term] += count
            return {term: count for term, count in found.items() if count > 0}

        return self._of_parts(added)

    def begun(self, stream: str, prefix: str) -> Mapping[str, int]:
        """Return what :meth:`terms` does for one beginning, kept for a while."""
        if (stream, prefix) not in self._begun:
            self._begun[stream, prefix] = self.terms(stream, (prefix,))
        return self._begun[stream, prefix]

    def vocabulary(self, stream: str, most: int) -> Mapping[str, int] | None:
        """Return the terms of a stream and how many documents hold each, read once and kept.

        None where there are more than about ``most``.
        """
        if stream not in self._vocabularies:
            few = self._block_terms().get(stream, 0) <= most
            self._vocabularies[stream] = self.terms(stream, ("",)) if few else None
        return self._vocabularies[stream]

    def term_counts(self) -> Mapping[str, int]:
        """Return how many terms each stream has; slow where many commits have changed much."""
        if self._term_counts is None:
            counts = self._block_terms()
            if len(self.control.parts) > 1:
                counts = {name: len(self.terms(name, ("",))) for name in counts}
            self._term_counts = counts
        return self._term_counts

    def vectors(self, seqs: Sequence[int]) -> StoredVectors:
        """Return the vectors of the documents at these places in the order of adding, of those
        that have some; there must be a model of them."""
        made_by = self.control.vectors
        assert made_by is not None
        chunks = [seqs[at : at + PAGE] for at in range(0, len(seqs), PAGE)]
        bodies = [search_for(made_by.model, self.control.commit, chunk) for chunk in chunks]
        answers = self._tried(lambda: self._vectors, bodies)
        hits = (hit for answer in answers for hit in answer["hits"]["hits"])
        return vectors_in(hits, made_by.model)

    def _block_terms(self) -> dict[str, int]:
        """How many terms each stream has in all parts together."""
        sums = {"terms": {"sum": {"field": "count"}}}
        by_stream = {"terms": {"field": "stream", "size": PAGE}, "aggs": sums}

        def added(parts: Sequence[Part]) -> dict[str, int]:
            if not parts:
                return {}
            held = {"terms": {"part": [one.name for one in parts]}}
            body = {"size": 0, "query": held, "aggs": {"all": by_stream}}
            (answer,) = self._tried(lambda: self._beside, [body])
            buckets = answer["aggregations"]["all"]["buckets"]
            return {one["key"]: int(one["terms"]["value"]) for one in buckets}

        return self._of_parts(added)

    def _of_parts(self, ask: Callable[[Sequence[Part]], T]) -> T:
        """What is asked of all parts of the vocabularies, again if they were made anew."""
        while True:
            parts = self.control.parts
            found = ask(parts)
            if parts == self.control.parts:
                return found

    def _blocks(
        self, parts: Sequence[Part], stream: str, prefixes: Sequence[str]
    ) -> Iterator[tuple[str, int]]:
        """The terms of all blocks that may have some with any such beginning."""
        if not parts or not prefixes:
            return
        body: Json = {
            "size": BLOCKS,
            "query": block_filter(parts, stream, prefixes),
            "sort": [{"first": "asc"}, {"part": "asc"}],
            "track_total_hits": False,
        }
        while True:
            (answer,) = self._tried(lambda: self._beside, [body])
            hits = answer["hits"]["hits"]
            for hit in hits:
                yield from terms_in(hit["_source"])
            if len(hits) < BLOCKS:
                return
            body["search_after"] = hits[-1]["sort"]

    def _tried(self, pit: Callable[[], str], bodies: Sequence[Json]) -> list[Json]:
        try:
            return self._asked(bodies, pit())
        except (ContextLostError, IndexNotFoundError):
            self._reopen()
            return self._asked(bodies, pit())

    def _asked(self, bodies: Sequence[Json], pit: str) -> list[Json]:
        at = {"id": pit, "keep_alive": KEEP_ALIVE}
        return self._cluster.msearch([{"pit": at, **body} for body in bodies])

    def _opened(self) -> tuple[Control, str, str, str, Numbers]:
        """The last commit, points in time of it and of no other, and its numbers.

        One point is of the documents, one of the vocabularies, one of the vectors; empty if there
        are none.
        """
        for _ in range(WAITS):
            before = self._control_document.read()
            if not before.installing or not before.is_written:
                pit = self._point_in_time(before, before.index)
                beside = vectors = ""
                if before.parts:
                    beside = self._point_in_time(before, vocabularies_of(before.index))
                if before.vectors:
                    vectors = self._point_in_time(before, vectors_of(before.index))
                numbers = self._counted(pit, vectors, before)
                after = self._control_document.read()
                same = (after.version, after.installing) == (before.version, before.installing)
                if same and _is_whole(after, numbers):
                    return before, pit, beside, vectors, numbers
                self._forget(pit, beside, vectors)
            threading.Event().wait(WAIT)
        raise IndexUnavailableError("a commit is being made, of which parts are seen: try again")

    def _reopen(self) -> None:
        control, pit, beside, vectors, numbers = self._opened()
        with self._lock:
            same = (control.version, numbers) == (self.control.version, self.numbers)
            if same and self._readers:
                self.control, self._pit, self._beside, self._vectors = control, pit, beside, vectors
                return
        self._forget(pit, beside, vectors)
        raise IndexUnavailableError(
            "the cluster has let go of this view, and there is another commit: open another view"
        )

    def _point_in_time(self, control: Control, index: str) -> str:
        params = {"keep_alive": KEEP_ALIVE, "allow_partial_pit_creation": "false"}
        path = f"/{index}/_search/point_in_time"
        try:
            return str(self._cluster.request("POST", path, params=params)["pit_id"])
        except IndexNotFoundError:
            self._control_document.check_index(control)
            raise

    def _forget(self, *pits: str) -> None:
        # They end by themselves as well.
        with contextlib.suppress(SearchEngineError):
            body = {"pit_id": [pit for pit in pits if pit]}
            self._cluster.request("DELETE", "/_search/point_in_time", body, timeout=FORGETTING)

    def _counted(self, pit: str, vectors: str, control: Control) -> Numbers:
        sums = {name: {"sum": {"field": length_field(name)}} for name in SCORED_STREAMS}
        filters = {
            "dated": {"filter": {"exists": {"field": "first_day"}}},
            "later": {"filter": {"range": {"seq": {"gte": control.next_seq}}}},
        }
        body = {"size": 0, "track_total_hits": True, "aggs": {**sums, **filters}}
        (answer,) = self._asked([body], pit)
        found = answer["aggregations"]
        with_vectors = 0
        if control.vectors is not None:
            query = counting(control.vectors.model, control.commit)
            (told,) = self._asked([{"size": 0, "track_total_hits": True, "query": query}], vectors)
            with_vectors = told["hits"]["total"]["value"]
        return Numbers(
            answer["hits"]["total"]["value"],
            found["dated"]["doc_count"],
            {name: found[name]["value"] for name in SCORED_STREAMS},
            found["later"]["doc_count"],
            with_vectors,
        )


def _frequency_search(terms: Sequence[FieldTerm]) -> Json:
    """The search that counts the documents of each of ``terms``."""
    filters = {str(at): term_filter(*one) for at, one in enumerate(terms)}
    return {"size": 0, "track_total_hits": False,
            "aggs": {"terms": {"filters": {"filters": filters}}}}  # fmt: skip


def _is_whole(control: Control, numbers: Numbers) -> bool:
    """Whether nothing is seen of a commit that is being sent.

    A node that starts anew shows what it has of it. Where the writer has gone that cannot be
    waited for.
    """
    if not control.is_written:
        return True
    if control.vectors is not None and numbers.with_vectors < control.vectors.documents:
        return False
    if control.begun is None:
        return True
    return not numbers.later and numbers.documents == control.documents
