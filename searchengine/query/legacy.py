"""After a commit: what was kept of terms before it, brought up to date.

A commit adds segments, merges small ones and deletes documents; the large segments at the front
stay as they are, and with them the numbers of their documents. So of a term only the postings
behind those segments are read again. Scores follow in :mod:`impacts`, because they depend on the
statistics of the whole index.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchengine.index.arrays.slots import pack_halves, unpack_halves
from searchengine.index.arrays.streams import Postings, Shared
from searchengine.query.kept import LARGE, Frequencies, Rare, Row


def extended_rare(kept: Rare, shared: Shared, added: Postings) -> Postings:
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


def extended_row(kept: Row, shared: Shared, added: Postings, size: int) -> Row:
    """Return the row of a term for ``size`` documents, with the idf and bound of ``kept``."""
    # Up to here whole bytes of both arrays are copied, behind it they are made again.
    base = shared.end & ~7
    old_size = 2 * len(kept.halves)
    later = unpack_halves(kept.halves, base, old_size)
    tail = np.zeros(size - base, np.uint8)
    tail[: shared.end - base] = later[: shared.end - base]
    gone_before = shared.gone[shared.gone < base]
    tail[shared.gone[len(gone_before) :] - base] = 0
    tail_freqs = _or_ones(*added)
    tail[added.docs - base] = np.minimum(tail_freqs, LARGE)
    halves = np.concatenate([kept.halves[: base // 2], pack_halves(tail)])
    bits = np.concatenate([kept.bits[: base // 8], np.packbits(tail)])
    df = kept.df - int(np.count_nonzero(later)) + int(np.count_nonzero(tail))
    if len(gone_before):
        lost = (halves[gone_before >> 1] >> ((gone_before & 1) << 2).astype(np.uint8)) & LARGE
        df -= int(np.count_nonzero(lost))
        odd = (gone_before & 1).astype(np.bool_)
        np.bitwise_and.at(halves, gone_before >> 1, np.where(odd, 0x0F, 0xF0).astype(np.uint8))
        unset = ~(0x80 >> (gone_before & 7)).astype(np.uint8)
        np.bitwise_and.at(bits, gone_before >> 3, unset)
    large_docs = kept.large_docs[: int(np.searchsorted(kept.large_docs, shared.end))]
    large_freqs = kept.large_freqs[: len(large_docs)]
    if len(shared.gone):
        stays = ~np.isin(large_docs, shared.gone)
        large_docs, large_freqs = large_docs[stays], large_freqs[stays]
    many = tail_freqs >= LARGE
    return kept._replace(
        halves=halves,
        large_docs=np.concatenate([large_docs, added.docs[many].astype(large_docs.dtype)]),
        large_freqs=np.concatenate([large_freqs, tail_freqs[many].astype(np.float32)]),
        bits=bits,
        df=df,
    )
