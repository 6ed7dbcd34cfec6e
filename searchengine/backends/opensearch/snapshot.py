"""One commit of an index on the cluster: a point in time, and what is kept of it between searches.

Counts of terms, mean lengths and the distribution of dates are asked for once and kept as long as
somebody reads the commit. What a plan finds in it is ``searcher``'s business.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from searchengine.backends.bm25 import K1
from searchengine.backends.fields import SCORED_STREAMS, FieldTable
from searchengine.backends.opensearch.cluster import Cluster, ContextLostError
from searchengine.backends.opensearch.control import Control, ControlDocument
from searchengine.backends.opensearch.mapping import length_field, vectors_of, vocabularies_of
from searchengine.backends.opensearch.recent import Recent
from searchengine.backends.opensearch.searching.blocks import Blocks, has_vocabulary
from searchengine.backends.opensearch.searching.queries import ALL, any_of, term_filter
from searchengine.backends.opensearch.searching.terms import Vocabularies
from searchengine.backends.opensearch.vectors.records import (
    StoredVectors,
    counting,
    search_for,
    vectors_in,
)
from searchengine.backends.values import Beginning, FieldTerm
from searchengine.errors import (
    IndexDamagedError,
    IndexNotFoundError,
    IndexUnavailableError,
    SearchEngineError,
)

Json = dict[str, Any]

#: The cluster keeps a point in time so long after it was last asked.
KEEP_ALIVE = "5m"
#: Nobody waits longer, in seconds, for it to be let go.
FORGETTING = 2.0
#: Counts of so many terms are asked for at once.
_TERMS = 500
#: Documents and buckets come so many at a time.
PAGE = 1000
#: So many frequencies are kept, 250 bytes each; of so many bigrams how documents mark them.
FREQUENCIES, SAMPLES = 200_000, 2000
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

    def __init__(
        self,
        cluster: Cluster,
        control_document: ControlDocument,
        blocks: Blocks | None = None,
        *,
        vocabularies: bool = True,
    ) -> None:
        """Open the last commit; ``blocks`` are those that were read for others of the index.

        Without ``vocabularies``, which may be gone, documents are read and nothing is searched.
        """
        self._with_vocabularies = vocabularies
        self._cluster = cluster
        self._control_document = control_document
        self._lock = threading.Lock()
        self._readers = 0
        self._beside = self._vectors = ""
        self.control, self._pit, self._beside, self._vectors, self.numbers = self._opened()
        # Lucene's BM25 lost a factor that changes no order.
        self.bm25_factor = K1 + 1 if cluster.major_version < 3 else 1.0
        self.fields = FieldTable(self.control.settings.fields)
        self._frequencies: Recent[FieldTerm, int] = Recent(FREQUENCIES)
        #: How some documents mark folded bigrams, and how many do so.
        self.samples: Recent[tuple[str, str], Mapping[tuple[str, str], int]] = Recent(SAMPLES)
        self._dates: dict[tuple[int, int], int] | None = None
        self.vocabularies = Vocabularies(lambda: self.control, self._tried, blocks or Blocks())

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
        return self._tried(bodies)

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

    def learn(
        self, terms: Iterable[FieldTerm], *bodies: Json, beginnings: Sequence[Beginning] = ()
    ) -> list[Json]:
        """Return the answers to searches; ask for the frequencies of ``terms`` along with them.

        And for the blocks of the vocabularies in which some ``beginnings`` are.
        """
        unknown = [one for one in dict.fromkeys(terms) if one not in self._frequencies]
        inside = [one for one in unknown if has_vocabulary(*one)]
        others = [one for one in unknown if not has_vocabulary(*one)]
        chunks = [others[at : at + _TERMS] for at in range(0, len(others), _TERMS)]
        searches = [*bodies, *map(_frequency_search, chunks)]
        counts, answers = self.vocabularies.frequencies(inside, searches, beginnings)
        self._keep(counts)
        for chunk, answer in zip(chunks, answers[len(bodies) :], strict=True):
            buckets = answer["aggregations"]["terms"]["buckets"]
            for at, one in enumerate(chunk):
                self._frequencies[one] = buckets[str(at)]["doc_count"]
        return answers[: len(bodies)]

    def lacks(self, terms: Collection[FieldTerm], beginnings: Sequence[Beginning]) -> bool:
        """Return whether some request has to be made for what :meth:`learn` would learn."""
        unknown = [one for one in terms if one not in self._frequencies]
        if not all(has_vocabulary(*one) for one in unknown):
            return True
        return self.vocabularies.lack(unknown, beginnings)

    def _keep(self, counts: Mapping[FieldTerm, int]) -> None:
        # A view may be opened while documents are seen that vocabularies do not count yet.
        most = self.numbers.documents
        for one, count in counts.items():
            self._frequencies[one] = min(count, most)

    def frequencies(self, terms: Collection[FieldTerm]) -> dict[FieldTerm, int]:
        """Return how many documents hold each of ``terms``."""
        self.learn(terms)
        return {one: self._frequencies[one] for one in terms}

    def known(self, terms: Collection[FieldTerm]) -> dict[FieldTerm, int]:
        """Return the frequencies of those of ``terms`` of which they are known."""
        unknown = [one for one in terms if one not in self._frequencies and has_vocabulary(*one)]
        if unknown:
            self._keep(self.vocabularies.known(unknown))
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

    def vectors(self, seqs: Sequence[int]) -> StoredVectors:
        """Return the vectors of the documents at these places in the order of adding, of those
        that have some; there must be a model of them."""
        made_by = self.control.vectors
        assert made_by is not None
        chunks = [seqs[at : at + PAGE] for at in range(0, len(seqs), PAGE)]
        bodies = [search_for(made_by.model, self.control.commit, chunk) for chunk in chunks]
        answers = self._tried((), meant=bodies)
        hits = (hit for answer in answers for hit in answer["hits"]["hits"])
        return vectors_in(hits, made_by.model)

    def _tried(
        self, bodies: Sequence[Json], beside: Sequence[Json] = (), meant: Sequence[Json] = ()
    ) -> list[Json]:
        """The answers to searches of the documents, of the vocabularies ``beside`` them, and of the
        vectors, of what is ``meant``."""
        try:
            return self._asked(bodies, self._pit, beside, meant)
        except (ContextLostError, IndexNotFoundError):
            self._reopen()
            return self._asked(bodies, self._pit, beside, meant)

    def _asked(
        self,
        bodies: Sequence[Json],
        pit: str,
        beside: Sequence[Json] = (),
        meant: Sequence[Json] = (),
    ) -> list[Json]:
        points = (
            {"id": pit, "keep_alive": KEEP_ALIVE},
            {"id": self._beside, "keep_alive": KEEP_ALIVE},
            {"id": self._vectors, "keep_alive": KEEP_ALIVE},
        )
        return self._cluster.msearch(
            [
                {"pit": at, **body}
                for at, each in zip(points, (bodies, beside, meant), strict=True)
                for body in each
            ]
        )

    def _opened(self) -> tuple[Control, str, str, str, Numbers]:
        """The last commit, points in time of it and of no other, and its numbers.

        One point is of the documents, one of the vocabularies, one of the vectors; empty if there
        are none.
        """
        for _ in range(WAITS):
            before = self._control_document.read()
            if not before.installing or not before.is_written:
                pit = beside = vectors = ""
                found = False
                try:
                    pit = self._point_in_time(before, before.index)
                    if before.parts and self._with_vocabularies:
                        beside = self._of_vocabularies(before)
                    if before.vectors:
                        vectors = self._of_vectors(before)
                        # Without their index there are none.
                        before = before if vectors else replace(before, vectors=None)
                    numbers = self._counted(pit, vectors, before)
                    after = replace(self._control_document.read(), vectors=before.vectors)
                    same = (after.state, after.installing) == (before.state, before.installing)
                    found = same and _is_whole(after, numbers)
                    if found:
                        return before, pit, beside, vectors, numbers
                except (IndexNotFoundError, IndexDamagedError):
                    # What was made anew meanwhile lies elsewhere.
                    if self._control_document.read().index == before.index:
                        raise
                finally:
                    if not found:
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

    def _of_vocabularies(self, control: Control) -> str:
        try:
            return self._point_in_time(control, vocabularies_of(control.index))
        except IndexNotFoundError:
            self._control_document.check_vocabularies(control)
            raise

    def _of_vectors(self, control: Control) -> str:
        try:
            return self._point_in_time(control, vectors_of(control.index))
        except IndexNotFoundError:
            return ""

    def _forget(self, *pits: str) -> None:
        opened = [pit for pit in pits if pit]
        if not opened:
            return
        # They end by themselves as well.
        with contextlib.suppress(SearchEngineError):
            body = {"pit_id": opened}
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
    # Whoever counts looks at all documents for each filter, but for those that are let in alone.
    held = any_of(list(filters.values()))
    return {"size": 0, "track_total_hits": False, "query": {"constant_score": {"filter": held}},
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
