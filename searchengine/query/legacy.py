"""After a commit: what was kept of terms before it, brought up to date.

A commit adds segments, merges small ones and deletes documents; the large segments at the front
stay as they are, and with them the numbers of their documents. So of a term only the postings
behind those segments are read again. Scores follow in :mod:`impacts`, because they depend on the
statistics of the whole index.
"""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.index.arrays.slots import pack_halves, unpack_halves
from searchengine.index.arrays.streams import Postings, State, Streams
from searchengine.query.kept import LARGE, Rare, Row

Key = tuple[str, str]


class Entry(NamedTuple):
    """What was kept of a term, and the state of the index that it is of."""

    state: State
    kept: Rare | Row


class Shared(NamedTuple):
    """What two states share: documents below ``end``, save those that are ``gone`` since.

    ``gone``: int64[n], ascending.
    """

    end: int
    gone: NDArray[np.int64]


class Legacy:
    """The entries of earlier commits that nobody has asked for since; not safe for threads."""

    def __init__(self, snapshot: Streams, entries: dict[Key, Entry]) -> None:
        """Keep ``entries``, by (stream, term), for as long as ``snapshot`` is searched."""
        self._snapshot = snapshot
        self.entries = entries
        self._used = sum(entry.kept.size for entry in entries.values())
        self._shared: dict[int, tuple[State, Shared]] = {}

    def take(self, key: Key) -> Entry | None:
        """Return an entry and forget it; None if there is none, or nothing of it holds."""
        entry = self.entries.pop(key, None)
        if entry is None:
            return None
        self._used -= entry.kept.size
        return entry if self.shared(entry.state).end else None

    def shrink(self, room: int) -> None:
        """Forget the oldest entries until the rest takes at most ``room`` bytes."""
        while self.entries and self._used > room:
            self._used -= self.entries.pop(next(iter(self.entries))).kept.size

    def shared(self, state: State) -> Shared:
        """Return what ``state`` shares with the snapshot."""
        found = self._shared.get(id(state))
        if found is None:
            now = self._snapshot.state
            pairs = zip(state.names, now.names, strict=False)
            count = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            end = state.ends[count - 1] if count else 0
            gone = np.flatnonzero(state.live[:end] & ~now.live[:end])
            # With the state itself, so that its id stays its own.
            found = self._shared[id(state)] = (state, Shared(end, gone))
        return found[1]


def extended_rare(kept: Rare, shared: Shared, added: Postings) -> Postings:
    """Return the postings of a term: those of ``kept`` that are shared, and ``added`` ones."""
    count = int(np.searchsorted(kept.docs, shared.end))
    docs = kept.docs[:count]
    freqs = None if kept.freqs is None else kept.freqs[:count].astype(np.uint32)
    if len(shared.gone):
        stays = ~np.isin(docs, shared.gone)
        docs, freqs = docs[stays], None if freqs is None else freqs[stays]
    if not len(added.docs):
        return Postings(docs, freqs if len(docs) else None)
    if freqs is not None or added.freqs is not None:
        freqs = np.concatenate([_or_ones(docs, freqs), _or_ones(*added)])
    return Postings(np.concatenate([docs, added.docs]), freqs)


def _or_ones(docs: NDArray[np.int32], freqs: NDArray[np.uint32] | None) -> NDArray[np.uint32]:
    return np.ones(len(docs), np.uint32) if freqs is None else freqs


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
    lost = (halves[gone_before >> 1] >> ((gone_before & 1) << 2).astype(np.uint8)) & LARGE
    odd = (gone_before & 1).astype(np.bool_)
    np.bitwise_and.at(halves, gone_before >> 1, np.where(odd, 0x0F, 0xF0).astype(np.uint8))
    unset = ~(0x80 >> (gone_before & 7)).astype(np.uint8)
    np.bitwise_and.at(bits, gone_before >> 3, unset)
    before = kept.df - int(np.count_nonzero(later)) - int(np.count_nonzero(lost))
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
        df=before + int(np.count_nonzero(tail)),
    )
