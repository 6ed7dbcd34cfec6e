"""BM25 over a snapshot's streams, vectorised: the best documents of a weighted bag of terms.

Exact, with the statistics of the whole index. A rare term is kept as its documents and adds
their scores to an accumulator; a term of many documents is kept as a row, one frequency for
every document of the index, and is read only where the rare terms alone leave a document within
reach of the tenth best. A small index has all its documents scored (:mod:`impacts`). What is kept
stays within a budget of memory. What the terms are and what they weigh is the caller's business.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import CacheBudget
from searchengine.backends.embedded.index.arrays.streams import Streams
from searchengine.backends.embedded.scoring import impacts
from searchengine.backends.embedded.scoring.exact_scoring import excess
from searchengine.backends.embedded.scoring.selection import (
    SLACK,
    Top,
    best_of,
    reached,
    top_of_all,
    top_of_some,
    within,
)
from searchengine.backends.embedded.scoring.term_cache import (
    LARGE,
    DenseRow,
    KeptTerm,
    SparsePostings,
)
from searchengine.backends.embedded.scoring.term_store import (
    BLOCK_DOCUMENTS,
    TermStore,
    saturated,
)
from searchengine.backends.values import ScoringTerm
from searchengine.deadline import check_time

#: The threshold is found by completing the scores of the best documents of this many groups, or
#: of twice as many as are wanted.
PROBES = 32
#: With more candidates than this and than one document in so many, rows are added whole.
MANY, WHOLE_SHARE = 8192, 8
#: Rows are added whole until all others together can add this share of the threshold.
REST = 0.85
#: Above so many candidates, some are ruled out after a batch of so many rows, then of twice as
#: many, and so on.
FEW, BATCH = 256, 2
#: Candidates that are worked on at a time, to stay in cache.
PIECE = 8192
#: Where all terms together have no more postings than one for so many documents, these are added
#: by themselves, without an accumulator for every document.
FEW_SHARE = 16
_ONES = np.array([number.bit_count() for number in range(256)], np.uint8)

Query = Sequence[ScoringTerm]
#: How much more all forms of ideas give documents, integers[n], than the best ones: float32[n].
Excess = Callable[[NDArray[np.integer[Any]]], NDArray[np.float32]]


class _UsedRow(NamedTuple):
    bound: float
    stream: str
    factor: np.float32
    row: DenseRow
    idea: int
    form: int


class Scorer:
    """Scores queries on one snapshot; safe for any number of threads."""

    def __init__(
        self,
        snapshot: Streams,
        budget: CacheBudget | None = None,
        before: Scorer | None = None,
    ) -> None:
        """Score documents of ``snapshot``, keeping what was read within ``budget``.

        What the scorer of an earlier commit, ``before``, keeps is taken over.
        """
        self.snapshot = snapshot
        self.term_store: TermStore = TermStore(
            snapshot, budget, None if before is None else before.term_store
        )
        self._of_all: impacts.ImpactScorer | None = None
        if snapshot.size <= impacts.SMALL_INDEX:
            self._of_all = impacts.ImpactScorer(self.term_store, snapshot.size)
        self._scratch = threading.local()

    def top(
        self,
        query: Query,
        k: int = 10,
        mask: NDArray[np.bool_] | None = None,
        boost: NDArray[np.float32] | None = None,
        *,
        terms: Sequence[KeptTerm] | None = None,
        count: bool = False,
    ) -> Top:
        """Return the ``k`` best documents for ``query``, a bag of terms.

        ``terms``: what the term store keeps of each, if somebody has looked them up; ``mask``:
        bool[size], only these documents; ``boost``: float32[size], positive, multiplies each
        document's score; weights are positive. ``count`` also counts the documents that match any
        term, which costs a tenth of a search.
        """
        if self._of_all is not None:
            return top_of_all(self._of_all.scores(query), k, mask, boost, count=count)
        terms = self.term_store.looked_up(query) if terms is None else terms
        excess_of = self._excess(query, terms)
        if self._are_few(terms):
            docs, scores = self._sums(query, terms)
            if excess_of:
                scores -= excess_of(docs)
            return top_of_some(docs, scores, k, mask, boost, count=count)
        acc, rows = self._accumulated(query, terms)
        if mask is not None:
            acc *= mask
        while True:
            threshold = self._threshold(acc, rows, k, boost, excess_of)
            rests = _rests(rows)
            candidates = within(acc, rests[0], threshold, mask, boost)
            if not rows or len(candidates) <= max(MANY, len(acc) // WHOLE_SHARE):
                break
            # The highest bounds go first, until what is left is well below the threshold.
            whole = 1 + sum(rest > threshold * REST for rest in rests[1:])
            for used in rows[:whole]:
                check_time()
                self._add_whole(acc, used, mask)
            rows = rows[whole:]
        total = self._count(acc, rows, mask) if count else None
        candidates, scores = self._complete(candidates, acc, rows, threshold, boost, excess_of)
        docs, scores = best_of(candidates, scores, k)
        return Top(docs, scores.astype(np.float64), total)

    def scores(self, query: Query, docs: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Return the scores of ``docs`` (integers[n]) without any boost: float64[n]."""
        if self._of_all is not None:
            found: NDArray[np.float32] = self._of_all.scores(query)[docs]
            return found.astype(np.float64)
        terms = self.term_store.looked_up(query)
        acc, rows = self._accumulated(query, terms)
        places, excess_of = docs.astype(np.int64), self._excess(query, terms)
        return self._complete(places, acc, rows, 0.0, None, excess_of)[1].astype(np.float64)

    def holding(self, terms: Iterable[tuple[str, str]]) -> NDArray[np.bool_]:
        """Return which documents hold any of ``terms``, (stream, term): bool[size]."""
        held = np.zeros(self.snapshot.size, np.bool_)
        bits = np.zeros((len(held) + 7) // 8, np.uint8)
        for stream, term in terms:
            check_time()
            kept = self.term_store.lookup(stream, term)
            if isinstance(kept, SparsePostings):
                held[kept.docs.astype(np.intp)] = True
            else:
                bits |= kept.bits
        held |= np.unpackbits(bits, count=len(held)).view(np.bool_)
        return held

    def _excess(self, query: Query, terms: Sequence[KeptTerm]) -> Excess | None:
        """What tells how much forms of ideas give too much; None where no term is of a form."""
        if not any(one.idea for one in query):
            return None
        return lambda docs: excess(self.snapshot, query, terms, docs).astype(np.float32)

    def _accumulated(
        self, query: Query, terms: Sequence[KeptTerm]
    ) -> tuple[NDArray[np.float32], list[_UsedRow]]:
        """Return the rare terms' scores of every document, and the rows, highest bound first.

        The array is this thread's scratch: float32[size], good until its next call.
        """
        check_time()
        rows: list[_UsedRow] = []
        rare: dict[str, list[tuple[SparsePostings, float]]] = {}
        for one, kept in zip(query, terms, strict=True):
            if isinstance(kept, DenseRow):
                factor = np.float32(one.weight * kept.idf)
                bound = one.weight * kept.bound
                rows.append(_UsedRow(bound, one.field, factor, kept, one.idea, one.form))
            elif len(kept.docs):
                rare.setdefault(one.field, []).append((kept, one.weight * kept.idf))
        rows.sort(key=lambda used: -used.bound)
        acc = self._buffer("acc", self.snapshot.size, np.float32)
        acc.fill(0)
        if rare:
            docs, scores = self._rare_scores(rare, np.intp)
            np.add.at(acc, docs, scores)
        return acc, rows

    def _are_few(self, terms: Sequence[KeptTerm]) -> bool:
        """Whether all are rare terms, and all together, too."""
        if any(isinstance(kept, DenseRow) for kept in terms):
            return False
        return sum(kept.df for kept in terms) * FEW_SHARE <= self.snapshot.size

    def _sums(
        self, query: Query, terms: Sequence[KeptTerm]
    ) -> tuple[NDArray[np.integer[Any]], NDArray[np.float32]]:
        """Return the documents that hold any of a few rare terms, ascending, and their scores."""
        rare: dict[str, list[tuple[SparsePostings, float]]] = {}
        for one, kept in zip(query, terms, strict=True):
            if isinstance(kept, SparsePostings) and kept.df:
                rare.setdefault(one.field, []).append((kept, one.weight * kept.idf))
        if not rare:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        docs, scores = self._rare_scores(rare, np.int32)
        if len(rare) > 1 or len(next(iter(rare.values()))) > 1:
            order = docs.argsort(kind="stable")
            docs = docs.take(order)
            firsts = np.flatnonzero(np.diff(docs, prepend=-1))
            docs, scores = docs.take(firsts), np.add.reduceat(scores.take(order), firsts)
        return docs, scores

    def _rare_scores(
        self,
        rare: Mapping[str, Sequence[tuple[SparsePostings, float]]],
        dtype: type[np.integer[Any]],
    ) -> tuple[NDArray[Any], NDArray[np.float32]]:
        """The documents of the rare terms of each stream, and the scores that they have of each.

        One term's after another's, the documents of ``dtype``: this thread's scratch.
        """
        terms = [one for some in rare.values() for one in some]
        counts = [len(kept.docs) for kept, _ in terms]
        total = sum(counts)
        docs = self._buffer(dtype.__name__, total, dtype)
        scores = self._buffer("scores", total, np.float32)
        norms = self._buffer("norms", total, np.float32)
        np.concatenate([kept.docs for kept, _ in terms], out=docs)
        np.concatenate([kept.frequencies() for kept, _ in terms], out=scores)
        first = 0
        for stream, some in rare.items():
            check_time()
            last = first + sum(len(kept.docs) for kept, _ in some)
            self.term_store.norm(stream).take(docs[first:last], out=norms[first:last], mode="clip")
            first = last
        norms += scores
        scores /= norms
        scores *= np.repeat(np.array([factor for _, factor in terms], np.float32), counts)
        return docs, scores

    def _threshold(
        self,
        acc: NDArray[np.float32],
        rows: Sequence[_UsedRow],
        k: int,
        boost: NDArray[np.float32] | None,
        excess_of: Excess | None,
    ) -> float:
        """Return a score that at least ``k`` documents reach, or 0.0 if none can be told."""
        wanted = max(2 * k, PROBES)
        lowest = reached(acc, wanted)
        if lowest is None:
            return 0.0
        probes = np.flatnonzero(acc >= lowest if lowest > 0 else acc)[: 16 * wanted]
        if len(probes) < k:
            return 0.0
        scores = self._complete(probes, acc, rows, 0.0, boost, excess_of, exact=False)[1]
        return float(np.partition(scores, len(scores) - k)[len(scores) - k]) * (1 - SLACK)

    def _complete(
        self,
        docs: NDArray[np.int64],
        acc: NDArray[np.float32],
        rows: Sequence[_UsedRow],
        threshold: float,
        boost: NDArray[np.float32] | None,
        excess_of: Excess | None,
        *,
        exact: bool = True,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return those of ``docs`` that may reach ``threshold``, and their whole scores, boosted.

        int64[n], ascending, and float32[n]. Every document's terms are added in the same order,
        so equal documents score equally. Scores that need not be ``exact`` may be too low.
        Sums of all forms of an idea are never too low to rule a document out; what is too much of
        them is taken off those that are left.
        """
        scores = acc[docs]
        factors = None if boost is None else boost[docs]
        rests = _rests(rows)
        at, size = 0, BATCH
        while at < len(rows):
            batch = rows[at : at + (size if len(docs) > FEW and threshold > 0 else len(rows))]
            at += len(batch)
            size *= 2
            for start in range(0, len(docs), PIECE):
                check_time()
                piece = slice(start, start + PIECE)
                self._add_rows(scores[piece], docs[piece], batch, exact)
            if threshold > 0 and (at < len(rows) or excess_of):
                reach = scores + np.float32(rests[at] * (1 + SLACK))
                if factors is not None:
                    reach *= factors
                kept = np.flatnonzero(reach >= np.float32(threshold))
                docs, scores = docs[kept], scores[kept]
                factors = None if factors is None else factors[kept]
        if excess_of:
            scores -= excess_of(docs)
        return docs, scores if factors is None else scores * factors

    def _add_rows(
        self,
        scores: NDArray[np.float32],
        docs: NDArray[np.int64],
        rows: Sequence[_UsedRow],
        exact: bool,
    ) -> None:
        """Add the scores that ``rows`` give ``docs`` to ``scores``, row after row."""
        packed = np.empty((len(rows), len(docs)), np.uint8)
        halves = docs >> 1
        streams: dict[str, int] = {}
        of_row = []
        for place, used in enumerate(rows):
            used.row.halves.take(halves, out=packed[place], mode="clip")
            of_row.append(streams.setdefault(used.stream, len(streams)))
        packed >>= (docs.astype(np.uint8) & np.uint8(1)) << np.uint8(2)
        packed &= LARGE
        freqs = packed.astype(np.float32)
        large = packed == LARGE
        for place in np.flatnonzero(large.any(axis=1)).tolist() if exact else ():
            row, where = rows[place].row, np.flatnonzero(large[place])
            freqs[place, where] = row.large_freqs[np.searchsorted(row.large_docs, docs[where])]
        norms = np.empty((len(streams), len(docs)), np.float32)
        for stream, place in streams.items():
            self.term_store.norm(stream).take(docs, out=norms[place], mode="clip")
        below = norms[of_row]
        below += freqs
        freqs /= below
        freqs *= np.array([used.factor for used in rows], np.float32)[:, None]
        for one in freqs:
            scores += one

    def _add_whole(
        self, acc: NDArray[np.float32], used: _UsedRow, mask: NDArray[np.bool_] | None
    ) -> None:
        """Add a row's scores to every document's."""
        norm = self.term_store.norm(used.stream)
        for start in range(0, len(acc), BLOCK_DOCUMENTS):
            check_time()
            block = slice(start, min(start + BLOCK_DOCUMENTS, len(acc)))
            scores = saturated(used.row.frequencies(block.start, block.stop), norm[block])
            scores *= used.factor
            if mask is not None:
                scores *= mask[block]
            acc[block] += scores

    def _count(
        self,
        acc: NDArray[np.float32],
        rows: Sequence[_UsedRow],
        mask: NDArray[np.bool_] | None,
    ) -> int:
        if not rows:
            return int(np.count_nonzero(acc))
        bits = np.packbits(acc > 0)
        for used in rows:
            bits |= used.row.bits
        if mask is not None:
            bits &= np.packbits(mask)
        return int(_ONES[bits].sum(dtype=np.int64))

    def _buffer(self, name: str, size: int, dtype: Any) -> NDArray[Any]:
        """Return this thread's scratch array of at least ``size`` values, cut to size."""
        found: NDArray[Any] | None = getattr(self._scratch, name, None)
        if found is None or len(found) < size:
            found = self.term_store.budget.pin("scratch", np.empty(size + size // 4, dtype))
            setattr(self._scratch, name, found)
        return found[:size]


def _rests(rows: Sequence[_UsedRow]) -> list[float]:
    """Return what the rows from each one on can add, and 0 at the end; of an idea the best form."""
    bounds = [0.0 if used.idea else used.bound for used in reversed(rows)]
    sums = [*accumulate(bounds, initial=0.0)]
    if 0.0 in bounds:
        forms: defaultdict[tuple[int, int], float] = defaultdict(float)
        best: defaultdict[int, float] = defaultdict(float)
        of_ideas = 0.0
        for place, (bound, _, _, _, idea, form) in enumerate(reversed(rows), 1):
            if idea:
                forms[idea, form] += bound
                more = max(0.0, forms[idea, form] - best[idea])
                best[idea] += more
                of_ideas += more
            sums[place] += of_ideas
    return sums[::-1]
