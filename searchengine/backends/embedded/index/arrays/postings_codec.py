"""Slots: how document numbers and frequencies of postings are packed, and nothing else.

A term's ascending documents are kept as gaps (the first one as it is), each gap as digits of one
width: as many full digits as its size needs, then the rest, so ``gap = full * (2**width - 1) +
rest`` takes ``full + 1`` slots. A width that fits a term's mean gap seldom needs more than one,
and any gap can be written. Frequencies lie beside the slots in half or a quarter of a byte each, as
``frequency - 1``; those that do not fit stand in a short table of exceptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.unsignedinteger[Any]]
Frequencies = NDArray[np.unsignedinteger[Any]]


def gaps_of(docs: NDArray[np.integer[Any]], starts: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Return the gaps of postings.

    ``docs``: integers[n], ascending within each term; ``starts``: the index of each term's first
    posting. Answers int64[n]; a term's first gap is its first document.
    """
    gaps = np.empty(len(docs), np.int64)
    gaps[:1] = docs[:1]
    np.subtract(docs[1:], docs[:-1], out=gaps[1:], dtype=np.int64)
    gaps[starts] = docs[starts]
    return gaps


def run_starts(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return the places where a value differs from the one before: int64, the first one 0."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.concatenate((np.zeros(1, np.int64), np.flatnonzero(values[1:] != values[:-1]) + 1))


def slots_of(gaps: NDArray[np.int64], width: int) -> tuple[NDArray[np.int64] | None, Slots]:
    """Return the slots of ``gaps`` (int64[n], not negative) in digits of ``width`` bits.

    First the slot in which each gap ends, int64[n], or None where each takes exactly one; then
    the slots themselves, uint8 or uint16 (not yet packed where ``width`` is 4).
    """
    dtype: Any = np.uint16 if width == 16 else np.uint8
    full = (1 << width) - 1
    if not len(gaps) or int(gaps.max()) < full:
        return None, gaps.astype(dtype)
    counts = gaps // full
    ends = np.cumsum(counts)
    ends += np.arange(len(gaps))
    slots = np.full(int(ends[-1]) + 1, full, dtype)
    slots[ends] = gaps - counts * full
    return ends, slots


def documents_of(
    slots: Slots, width: int, bounds: NDArray[np.int64] | None
) -> tuple[NDArray[np.int32], NDArray[np.int64] | None, NDArray[np.int64] | None]:
    """Return the documents that whole terms' ``slots`` stand for.

    ``bounds``: int64[terms + 1], the first slot of each term and the number of slots; None for
    one term. Answers the documents (int32[n]); which slots end a posting (int64[n], None where
    all do); the number of postings of each term (int64[terms], None for one term).
    """
    full = (1 << width) - 1
    # Sums may wrap around; differences of sums, which is all that is used, do not mind.
    sums = slots.cumsum(dtype=np.uint32)
    kept = None
    if len(slots) and slots.max() == full:
        # Places are quicker to take from an array than truth values.
        kept = np.flatnonzero(slots != full)
    totals = sums if kept is None else sums.take(kept)
    if bounds is None:
        return totals.view(np.int32), kept, None
    counts = np.diff(bounds if kept is None else np.searchsorted(kept, bounds))
    bases = np.concatenate((np.zeros(1, np.uint32), sums))[bounds[:-1]]
    return (totals - np.repeat(bases, counts)).view(np.int32), kept, counts


def pack_halves(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8[(n + 1) // 2]: ``values`` (uint8[n], each below 16) two to a byte."""
    wide = _padded(values, 2).view("<u2")
    packed: NDArray[np.uint8] = (wide | wide >> 4).astype(np.uint8)
    return packed


def unpack_halves(packed: NDArray[np.uint8], start: int, stop: int) -> NDArray[np.uint8]:
    """Return values ``start`` to ``stop`` of what :func:`pack_halves` packed: uint8[n]."""
    # As wide numbers the bytes are spread out in one step, whatever the place of each value.
    wide = packed[start // 2 : (stop + 1) // 2].astype("<u2")
    wide |= wide << 4
    wide &= 0x0F0F
    return wide.view(np.uint8)[start % 2 : start % 2 + stop - start]


def pack_quarters(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8[(n + 3) // 4]: ``values`` (uint8[n], each below 4) four to a byte."""
    wide = _padded(values, 4).view("<u4")
    packed: NDArray[np.uint8] = (wide | wide >> 6 | wide >> 12 | wide >> 18).astype(np.uint8)
    return packed


def unpack_quarters(packed: NDArray[np.uint8], start: int, stop: int) -> NDArray[np.uint8]:
    """Return values ``start`` to ``stop`` of what :func:`pack_quarters` packed: uint8[n]."""
    wide = packed[start // 4 : (stop + 3) // 4].astype("<u4")
    wide |= wide << 6
    wide |= wide << 12
    wide &= 0x03030303
    return wide.view(np.uint8)[start % 4 : start % 4 + stop - start]


def _padded(values: NDArray[np.uint8], to: int) -> NDArray[np.uint8]:
    """``values`` with zeros behind them, to a multiple of so many."""
    missing = -len(values) % to
    return (
        np.append(values, np.zeros(missing, np.uint8)) if missing else np.ascontiguousarray(values)
    )


def pack_frequencies(
    freqs: NDArray[np.integer[Any]], ends: NDArray[np.int64] | None, slots: int, largest: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint32]]:
    """Return ``freqs`` (integers[n], 1 and more) less one, for each slot.

    ``ends``: as from :func:`slots_of`; ``largest`` stands for an exception. Answers the values
    (uint8[slots], unpacked), then the slots of the exceptions (int64, ascending) and their
    frequencies (uint32).
    """
    halves = np.minimum(freqs - 1, largest).astype(np.uint8)
    large = np.flatnonzero(halves == largest)
    exceptions = freqs[large].astype(np.uint32)
    if ends is None:
        return halves, large, exceptions
    spread = np.zeros(slots, np.uint8)
    spread[ends] = halves
    return spread, ends[large], exceptions


def frequencies_of(
    halves: NDArray[np.uint8], exceptions: NDArray[np.int64], large: NDArray[np.uint32]
) -> Frequencies:
    """Return the frequencies that :func:`pack_frequencies` packed: uint8 or uint32[slots].

    ``exceptions``: slots of this piece, counted from its start; ``large``: their frequencies.
    """
    freqs: Frequencies = halves + np.uint8(1)
    if len(exceptions):
        # Bytes, which nearly all fit into, are quicker to work on.
        if int(large.max()) > np.iinfo(np.uint8).max:
            freqs = freqs.astype(np.uint32)
        freqs[exceptions] = large
    return freqs
