"""After a commit: what was kept of terms before it, brought up to date.

A commit adds segments, merges small ones and deletes documents; the large segments at the front
stay as they are, and with them the numbers of their documents. So of a term only the postings
behind those segments are read again. What depends on the statistics of the whole index
follows in :mod:`term_store`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.streams import Postings, Shared
from searchengine.backends.embedded.scoring.term_cache import (
    LARGE,
    DenseRow,
    Frequencies,
    SparsePostings,
)


def extended_rare(kept: SparsePostings, shared: Shared, added: Postings) -> Postings:
    """Return the postings of a term: those of ``kept`` that are shared, and ``added`` ones."""
    docs, freqs = kept.docs, kept.freqs
    if len(docs) and docs[-1] >= shared.end:
        count = int(np.searchsorted(docs, shared.end))
        docs, freqs = docs[:count], None if freqs is None else freqs[:count]
    if len(shared.gone):
        stays = ~np.isin(docs, shared.gone)
        docs, freqs = docs[stays], None if freqs is None else freqs[stays]
    if not len(added.docs):
        return Postings(docs, freqs if len(docs) else None)
    if freqs is not None or added.freqs is not None:
        freqs = np.concatenate([_or_ones(docs, freqs), _or_ones(*added)])
    return Postings(np.concatenate([docs, added.docs]), freqs)


def _or_ones(docs: NDArray[np.int32], freqs: Frequencies | None) -> Frequencies:
    return np.ones(len(docs), np.uint8) if freqs is None else freqs


def extended_row(kept: DenseRow, shared: Shared, added: Postings, size: int) -> DenseRow:
    """Return the row of a term for ``size`` documents, with the idf and bound of ``kept``."""
    end = shared.end
    halves, bits = np.zeros((size + 1) // 2, np.uint8), np.zeros((size + 7) // 8, np.uint8)
    # Whole bytes of both are copied; of the byte in which the shared documents end, a part.
    half, octet = end >> 1, end >> 3
    halves[:half], bits[:octet] = kept.halves[:half], kept.bits[:octet]
    if end & 1:
        halves[half] = kept.halves[half] & 0x0F
    if end & 7:
        bits[octet] = kept.bits[octet] & (0xFF00 >> (end & 7) & 0xFF)
    lost = _bit_count(kept.bits[octet:]) - _bit_count(bits[octet : octet + 1])
    large_docs, large_freqs = kept.large_docs, kept.large_freqs
    if len(large_docs) and large_docs[-1] >= end:
        count = int(np.searchsorted(large_docs, end))
        large_docs, large_freqs = large_docs[:count], large_freqs[:count]
    if len(shared.gone):
        held = shared.gone[
            bits[shared.gone >> 3] & (0x80 >> (shared.gone & 7)).astype(np.uint8) > 0
        ]
        lost += len(held)
        odd = (held & 1).astype(np.bool_)
        np.bitwise_and.at(halves, held >> 1, np.where(odd, 0x0F, 0xF0).astype(np.uint8))
        np.bitwise_and.at(bits, held >> 3, ~(0x80 >> (held & 7)).astype(np.uint8))
        stays = ~np.isin(large_docs, held)
        large_docs, large_freqs = large_docs[stays], large_freqs[stays]
    if len(added.docs):
        docs, freqs = added.docs.astype(np.int64), _or_ones(*added)
        small = np.minimum(freqs, LARGE).astype(np.uint8)
        np.bitwise_or.at(halves, docs >> 1, small << ((docs & 1) << 2).astype(np.uint8))
        np.bitwise_or.at(bits, docs >> 3, (0x80 >> (docs & 7)).astype(np.uint8))
        if int(freqs.max()) >= LARGE:
            many = freqs >= LARGE
            large_docs = np.concatenate([large_docs, docs[many]])
            large_freqs = np.concatenate([large_freqs, freqs[many].astype(np.float32)])
    return kept._replace(
        halves=halves,
        large_docs=large_docs,
        large_freqs=large_freqs,
        bits=bits,
        df=kept.df - lost + len(added.docs),
    )


def _bit_count(octets: NDArray[np.uint8]) -> int:
    return int.from_bytes(octets.tobytes(), "little").bit_count()
