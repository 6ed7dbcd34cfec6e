"""Where a phrase stands in syllables that have been unpacked.

Which documents are looked at, and how their syllables are read, is :mod:`text_order`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Wanted(NamedTuple):
    """A phrase by the ranks of its syllables: those of the ``first`` part and the ``other`` one,
    the ``slop``, and what says which of all of them is the ``rarest``, where that is needed."""

    first: tuple[int, ...]
    other: tuple[int, ...]
    slop: int
    rarest: Callable[[], int]


def places_of(
    values: NDArray[np.uint32], ends: NDArray[np.int64], wanted: Wanted
) -> NDArray[np.int64]:
    """Return where a phrase begins in texts one after the other: int64, ascending.

    ``values``: uint32[n]; ``ends``: where each text ends.
    """
    if wanted.slop and not wanted.other:
        places, last = _in_order(values, wanted.first, wanted.slop)
        return places[_in_one_text(places, last, ends)]
    places = _side_by_side(values, wanted.first)
    last = places + len(wanted.first) - 1
    if wanted.other:
        others = _side_by_side(values, wanted.other)
        lasts = others + len(wanted.other) - 1
        behind = np.searchsorted(others, last, side="right")
        before = np.searchsorted(lasts, places) - 1
        near = np.zeros(len(places), np.bool_)
        for at, there in ((behind, behind < len(others)), (before, before >= 0)):
            chosen = np.flatnonzero(there)
            first = np.minimum(others[at[chosen]], places[chosen])
            end = np.maximum(lasts[at[chosen]], last[chosen])
            size = len(wanted.first) + len(wanted.other) + wanted.slop
            near[chosen] |= (end - first < size) & _in_one_text(first, end, ends)
        return places[near]
    return places[_in_one_text(places, last, ends)]


def _side_by_side(values: NDArray[np.uint32], wanted: Sequence[int]) -> NDArray[np.int64]:
    """Where ``wanted`` stand side by side, perhaps in two texts."""
    room = max(len(values) - len(wanted) + 1, 0)
    places: NDArray[np.int64] = np.flatnonzero(values[:room] == wanted[0])
    for step, value in enumerate(wanted[1:], 1):
        places = places[values[places + step] == value]
    return places


def _in_order(
    values: NDArray[np.uint32], wanted: Sequence[int], slop: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where ``wanted`` begin that stand in order, with ``slop`` others between, and where each
    such ends first; perhaps in two texts."""
    places: NDArray[np.int64] = np.flatnonzero(values == wanted[0])
    last = places
    for value in wanted[1:]:
        # The next one behind each place: what ends first leaves the most room.
        of_value = np.flatnonzero(values == value)
        at = np.searchsorted(of_value, last, side="right")
        kept = at < len(of_value)
        places, last = places[kept], of_value[at[kept]]
        kept = last - places < len(wanted) + slop
        places, last = places[kept], last[kept]
    return places, last


def _in_one_text(
    first: NDArray[np.int64], last: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether places ``first`` and ``last`` are in the same text."""
    if not len(first):
        return np.zeros(0, np.bool_)
    same: NDArray[np.bool_] = last < ends[np.searchsorted(ends, first, side="right")]
    return same
