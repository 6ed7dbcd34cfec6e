"""Which documents have enough of a query's ideas, as one boolean per document number.

What the ideas are and what they weigh is the plan's business. Sets of documents are packed here,
eight to a byte, because a query has many ideas of several terms each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.match import Mask, Matching
from searchengine.backends.embedded.scoring.term_cache import DenseRow
from searchengine.backends.embedded.scoring.term_store import TermStore
from searchengine.backends.values import AllOf, AnyOf, Coverage, Query, TermQuery
from searchengine.deadline import check_time

#: Shares are sums in single precision: so much less than what is asked for is enough.
SLACK = 1e-4

#: Sets of documents, the first one the highest bit of the first byte.
Bits = NDArray[np.uint8]


class Covered(NamedTuple):
    """The documents that have enough, the share of the weights that was enough, and the places of
    the ideas that no document has."""

    mask: Mask
    share: float
    absent: tuple[int, ...]


def covered(
    matching: Matching, store: TermStore, coverage: Coverage, match: Query | None
) -> Covered:
    """Return which documents have enough of the ideas of ``coverage``.

    Only documents that ``match`` matches count for what is enough; None for all.
    """
    among = matching.mask(AllOf(()) if match is None else AllOf((match,)))
    packed = np.packbits(among)
    having = _Having(matching, store)
    found = [having.of(idea.query) & packed for idea in coverage.ideas]
    absent = tuple(place for place, bits in enumerate(found) if not bits.any())
    present = [place for place in range(len(found)) if place not in absent]
    if not present:
        return Covered(among, 1.0, absent)
    sets = [found[place] for place in present]
    weights = np.array([coverage.ideas[place].weight for place in present], np.float32)
    weights /= weights.sum()
    if coverage.shares[0] == 1.0:
        every = _unpacked(np.bitwise_and.reduce(sets), len(among))
        if len(coverage.shares) == 1 or np.count_nonzero(every) >= coverage.enough:
            return Covered(every, 1.0, absent)
    docs, shares = _shares(sets, weights, min(coverage.shares), among)
    counts: list[int] = []
    for share in coverage.shares:
        reached = docs[shares >= np.float32(share - SLACK)]
        counts.append(len(reached))
        if counts[-1] >= coverage.enough:
            break
    mask = np.zeros(len(among), np.bool_)
    mask[reached] = True
    # What adds no document asks for no less.
    return Covered(mask, coverage.shares[counts.index(counts[-1])], absent)


def _shares(
    sets: Sequence[Bits], weights: NDArray[np.float32], least: float, among: Mask
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The documents that may have the ``least`` share of the weights of ``sets``, and what share
    each has."""
    heaviest = np.argsort(-weights)
    left = np.float32(1.0)
    some = np.zeros(len(sets[0]), np.uint8)
    for place in heaviest.tolist():
        if left < least - SLACK:
            break
        # Whoever has none of these has too little.
        some |= sets[place]
        left -= weights[place]
    docs = np.flatnonzero(_unpacked(some, len(among)) if least > 0 else among)
    bytes_, shifts = docs >> 3, 7 - (docs & 7).astype(np.uint8)
    shares = np.zeros(len(docs), np.float32)
    for bits, weight in zip(sets, weights, strict=True):
        check_time()
        shares += ((bits.take(bytes_) >> shifts) & 1) * weight
    return docs, shares


def _unpacked(bits: Bits, size: int) -> Mask:
    return np.unpackbits(bits, count=size).view(np.bool_)


class _Having:
    """Says who has an idea."""

    def __init__(self, matching: Matching, store: TermStore) -> None:
        self._matching = matching
        self._store = store

    def of(self, query: Query) -> Bits:
        """Return which documents match ``query``."""
        if isinstance(query, TermQuery):
            # Scoring has mostly looked it up before.
            kept = self._store.lookup(query.field, query.term)
            return kept.bits if isinstance(kept, DenseRow) else self._packed(kept.docs)
        if isinstance(query, (AllOf, AnyOf)) and query.queries:
            join = np.bitwise_and if isinstance(query, AllOf) else np.bitwise_or
            found = self.of(query.queries[0])
            for one in query.queries[1:]:
                found = join(found, self.of(one))
            return found
        return np.packbits(self._matching.mask(query))

    def _packed(self, docs: NDArray[np.int32]) -> Bits:
        mask = np.zeros(self._matching.size, np.bool_)
        mask[docs.astype(np.intp)] = True
        return np.packbits(mask)
