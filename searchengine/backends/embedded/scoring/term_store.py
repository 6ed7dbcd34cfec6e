"""What scoring needs of a snapshot's terms, made when first asked for and kept within a budget.

After a commit what was kept before it is brought up to date instead of being made anew
(:mod:`incremental_update`): of each commit is remembered what it deleted, not the arrays that say
so. What is kept is :mod:`term_cache`'s, how queries use it :mod:`scorer`'s business.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.bm25 import K1, B, idf
from searchengine.backends.embedded.cache_budget import Cache, CacheBudget
from searchengine.backends.embedded.index.arrays.postings_codec import pack_halves
from searchengine.backends.embedded.index.arrays.streams import Shared, Streams
from searchengine.backends.embedded.scoring.incremental_update import extended_rare, extended_row
from searchengine.backends.embedded.scoring.term_cache import (
    LARGE,
    DenseRow,
    Entry,
    Frequencies,
    KeptTerm,
    Key,
    SparsePostings,
)
from searchengine.backends.fields import SYLLABLE_STREAMS
from searchengine.backends.values import ScoringTerm
from searchengine.deadline import check_time

#: Terms in at least one of so many documents are kept as rows, of at least so many in all.
ROW_SHARE, ROW_MINIMUM = 16, 64
#: A term that was last asked for so many commits ago is read anew: each commit between costs a
#: look at what it deleted. So is one since when more than one document in so many was deleted.
STEPS, GONE_SHARE = 64, 8
#: Documents of the index that are worked on at a time, to stay in cache.
BLOCK_DOCUMENTS = 1 << 16
#: So often stands a term in few of the texts that hold it.
OFTEN = 4
#: Stands for the length norm where a stream has no lengths; with it a term scores its idf.
NO_NORM = 1e-30


class _Step(NamedTuple):
    """From one commit, numbered ``serial``, to the next that was read: what the two share."""

    serial: int
    shared: Shared


class TermStore:
    """The terms of a snapshot, ready for scoring; safe for any number of threads."""

    def __init__(
        self,
        snapshot: Streams,
        budget: CacheBudget | None = None,
        before: TermStore | None = None,
    ) -> None:
        """Read from ``snapshot``, keeping what was read within ``budget``, or that of ``before``.

        What the store of an earlier commit, ``before``, keeps is brought up to date as it is
        asked for.
        """
        self._snapshot = snapshot
        if budget is None:
            budget = CacheBudget() if before is None else before.budget
        self.budget: CacheBudget = budget
        # Shared with the stores of earlier and later commits.
        self._terms: Cache[Key, Entry] = (
            Cache(self.budget, "terms") if before is None else before._terms
        )
        self._serials: Iterator[int] = itertools.count() if before is None else before._serials
        self._serial = next(self._serials)
        #: Back to the commits that this one follows, the newest first.
        self._steps = () if before is None else self._steps_from(before)
        self._shared: dict[int, Shared | None] = {}
        self._norms: dict[str, NDArray[np.float32]] = {}
        self._least_norms: dict[str, float] = {}

    def lookup(self, stream: str, term: str) -> KeptTerm:
        """Return what a term's scores come from; empty postings if nothing holds it."""
        key = (stream, term)
        entry = self._terms.get(key)
        if entry is not None and entry.serial == self._serial:
            return entry.kept
        kept = None if entry is None else self._updated(stream, term, entry)
        if kept is None:
            kept = self._build(key, *self._snapshot.postings(stream, term))
        # A search that began before the last commit leaves alone what later ones use.
        if entry is None or entry.serial < self._serial:
            self._terms.put(key, Entry(self._serial, kept))
        return kept

    def frequency(self, stream: str, term: str) -> int:
        """Return how many live documents hold a term, which need not be read if it is kept."""
        kept = self.kept(stream, term)
        return self._snapshot.document_frequency(stream, term) if kept is None else kept.df

    def kept(self, stream: str, term: str) -> KeptTerm | None:
        """Return what is kept of a term, None if it would have to be read."""
        entry = self._terms.get((stream, term))
        return entry.kept if entry is not None and entry.serial == self._serial else None

    def looked_up(self, query: Iterable[ScoringTerm]) -> list[KeptTerm]:
        """Return what the scores of each term of a query come from."""
        found = []
        for one in query:
            check_time()
            found.append(self.lookup(one.field, one.term))
        return found

    def norm(self, stream: str) -> NDArray[np.float32]:
        """Return k1 · (1 − b + b · length / average length) of each document: float32[size]."""
        found = self._norms.get(stream)
        if found is None:
            average = self._snapshot.average_length(stream)
            if average > 0:
                lengths = self.budget.pin("norms", self._snapshot.lengths(stream))
                found = np.multiply(lengths, np.float32(K1 * B / average), dtype=np.float32)
                found += np.float32(K1 * (1 - B))
            else:
                found = np.full(self._snapshot.size, NO_NORM, np.float32)
            self._norms[stream] = self.budget.pin("norms", found)
        return found

    def _updated(self, stream: str, term: str, entry: Entry) -> KeptTerm | None:
        """What an earlier commit knew of a term, brought up to date; None if that is no use."""
        shared = self._shared_with(entry.serial)
        if shared is None or not shared.end:
            return None
        added = self._snapshot.postings(stream, term, shared.end)
        if isinstance(entry.kept, SparsePostings):
            return self._build((stream, term), *extended_rare(entry.kept, shared, added))
        row = extended_row(entry.kept, shared, added, self._snapshot.size)
        if self._is_rare(row.df):
            return None
        rarity = idf(self._snapshot.live_count, row.df)
        peak = row.bound / row.idf
        # Where texts grow longer on average, the same text counts as shorter.
        average = self._snapshot.average_length(stream)
        if average > row.average > 0:
            peak *= average / row.average
        if len(added.docs):
            peak = max(peak, self._peak(stream, *added))
        average = max(average, row.average)
        return row._replace(idf=rarity, bound=rarity * peak, average=average)

    def _steps_from(self, before: TermStore) -> tuple[_Step, ...]:
        shared = self._snapshot.shared_with(before._snapshot)
        self.budget.pin("terms", shared.gone)
        steps = (_Step(before._serial, shared), *before._steps[: STEPS - 1])
        gone = itertools.accumulate(len(step.shared.gone) for step in steps)
        most = self._snapshot.size // GONE_SHARE
        return tuple(step for step, count in zip(steps, gone, strict=True) if count <= most)

    def _shared_with(self, serial: int) -> Shared | None:
        """What an earlier commit shares with this one; None where its number tells nothing."""
        if serial not in self._shared:
            found = self._shared[serial] = _joined(self._steps, serial)
            if found is not None:
                self.budget.pin("terms", found.gone)
        return self._shared[serial]

    def _is_rare(self, count: int) -> bool:
        return count < max(ROW_MINIMUM, self._snapshot.size / ROW_SHARE)

    def _build(self, key: Key, docs: NDArray[np.int32], freqs: Frequencies | None) -> KeptTerm:
        """A term whose live documents are known."""
        stream, term = key
        count, size = len(docs), self._snapshot.size
        rarity = idf(self._snapshot.live_count, count)
        # A phrase is seldom asked for again, and then mostly alone: a row would not pay.
        if self._is_rare(count) or (" " in term and stream in SYLLABLE_STREAMS):
            if freqs is not None and freqs.itemsize > 1:
                freqs = freqs.astype(np.min_scalar_type(int(freqs.max())))
            return SparsePostings(docs, freqs, rarity)
        bound = rarity * self._peak(stream, docs, freqs)
        whole = np.zeros(size, np.uint8)
        large, large_freqs = np.zeros(0, np.intp), np.zeros(0, np.float32)
        # Indexing by wide numbers takes half the time.
        places = docs.astype(np.intp)
        if freqs is None:
            whole[places] = 1
        else:
            whole[places] = np.minimum(freqs, LARGE).astype(np.uint8)
            many = np.flatnonzero(freqs >= LARGE)
            large, large_freqs = places[many], freqs[many].astype(np.float32)
        bits = np.packbits(whole)
        average = self._snapshot.average_length(stream)
        return DenseRow(pack_halves(whole), large, large_freqs, bits, count, rarity, bound, average)

    def _peak(self, stream: str, docs: NDArray[np.int32], freqs: Frequencies | None) -> float:
        """No saturation among some postings of a term is higher."""
        seldom = 1 if freqs is None else min(int(freqs.max()), OFTEN - 1)
        peak = seldom / (seldom + self._least_norm(stream))
        # Few texts hold a term often, and one of those mostly has the highest.
        often = np.empty(0, np.intp) if freqs is None else np.flatnonzero(freqs >= OFTEN)
        if freqs is not None and len(often):
            floats = freqs.take(often).astype(np.float32)
            norms = self.norm(stream).take(docs.take(often))
            peak = max(peak, float(saturated(floats, norms).max()))
        return peak

    def _least_norm(self, stream: str) -> float:
        found = self._least_norms.get(stream)
        if found is None:
            found = self._least_norms[stream] = float(self.norm(stream).min())
        return found


def _joined(steps: Sequence[_Step], serial: int) -> Shared | None:
    """What all ``steps`` back to the commit ``serial`` leave; None if they do not lead there."""
    gone: list[NDArray[np.int64]] = []
    end = np.iinfo(np.int64).max
    for step in steps:
        end = min(end, step.shared.end)
        gone.append(step.shared.gone)
        if step.serial == serial:
            every = np.sort(np.concatenate(gone))
            return Shared(end, every[: np.searchsorted(every, end)])
    return None


def frequencies_at(
    terms: Sequence[KeptTerm], docs: NDArray[np.integer[Any]]
) -> NDArray[np.float64]:
    """Return how often each of ``terms`` stands in each of a few ``docs``, exactly.

    ``docs``: integers[n], in any order; the result: float64[terms, n].
    """
    places = docs.astype(np.int32)
    halves = places >> 1
    packed = np.zeros((len(terms), len(docs)), np.uint8)
    # Of a rare term the first documents that are none of those before each place.
    near = np.zeros((len(terms), len(docs)), np.intp)
    there = np.full((len(terms), len(docs)), -1, np.int32)
    for at, term in enumerate(terms):
        if isinstance(term, DenseRow):
            term.halves.take(halves, out=packed[at], mode="clip")
        elif term.df:
            near[at] = term.docs.searchsorted(places)
            term.docs.take(near[at], out=there[at], mode="clip")
    packed >>= (places & 1).astype(np.uint8) << 2
    packed &= LARGE
    freqs = packed.astype(np.float64)
    for at in np.flatnonzero((packed == LARGE).any(axis=1)).tolist():
        row = cast("DenseRow", terms[at])
        where = np.flatnonzero(packed[at] == LARGE)
        freqs[at, where] = row.large_freqs[row.large_docs.searchsorted(docs[where])]
    held = there == places
    for at in np.flatnonzero(held.any(axis=1)).tolist():
        rare = cast("SparsePostings", terms[at])
        each = 1 if rare.freqs is None else rare.freqs.take(near[at], mode="clip")
        freqs[at] = held[at] * each
    return freqs


def saturated(freqs: NDArray[np.float32], norm: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return f / (f + norm), float32[n]: BM25's saturation, without k1 + 1 as in Lucene.

    Works in place of ``freqs``.
    """
    freqs /= freqs + norm
    return freqs
