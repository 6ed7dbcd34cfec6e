"""Near-duplicates: pages with nearly the same text, folded into the best-ranked of them.

Done when a query asks for it, on the documents that it ranks first, so the index keeps nothing.
What counts as one is said in ``backends.near_duplicates``; here shingles are hashes in arrays. Few
of the smallest hashes of each text find the earlier ones that it may repeat; then the whole sets
decide. Making shingles and ranking texts is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.near_duplicates import FOLD_DOCUMENTS, similarity
from searchengine.deadline import check_time

#: The hashes of the distinct shingles of a text: uint32[n], ascending.
Shingles = NDArray[np.uint32]

#: So many smallest hashes of a text are looked up to find what it may repeat, and so many of them
#: must be shared. (Of 3,970 pairs as similar as asked in that news, none shared fewer than 18.)
SMALLEST, SHARED = 64, 8
#: So many documents are looked at together, at least (where some were folded away) and at most.
FEW, MANY = 8, 64


@dataclass(frozen=True, slots=True)
class Folded:
    """A document number of a ranking and those of the later documents that repeat it."""

    number: int
    duplicates: tuple[int, ...]


def fold_duplicates(
    ranking: Sequence[int],
    shingles_of: Callable[[Sequence[int]], list[Shingles]],
    wanted: int,
    wholes: Sequence[int] | None = None,
) -> list[Folded]:
    """Return the first ``wanted`` documents of ``ranking`` that repeat none before them.

    ``wholes`` says of which whole each is a part, 0 for none (all if None); a part repeats another
    one. Each comes with those that repeat it, as far as the ranking was read: until ``wanted`` are
    there. The first :data:`FOLD_DOCUMENTS` are compared and what follows is taken as it is, so
    asking for more continues the same list.
    """
    if len(ranking) == 1 <= wanted:
        return [Folded(ranking[0], ())]
    kept = _Kept()
    found: list[int] = []
    repeated: list[list[int]] = []
    compared = ranking[:FOLD_DOCUMENTS]
    parts = [0] * len(compared) if wholes is None else wholes[:FOLD_DOCUMENTS]
    at = 0
    while at < len(compared) and len(found) < wanted:
        missing = max(wanted - len(found), FEW if at else 0)
        end = at + min(missing, MANY)
        step = compared[at:end]
        groups = kept.read(shingles_of(step), parts[at:end])
        for number, group in zip(step, groups, strict=True):
            if group is not None:
                repeated[group].append(number)
            else:
                found.append(number)
                repeated.append([])
            if len(found) == wanted:
                break
        at += len(step)
    rest = ranking[FOLD_DOCUMENTS : FOLD_DOCUMENTS + wanted - len(found)]
    return [
        *(Folded(number, tuple(same)) for number, same in zip(found, repeated, strict=True)),
        *(Folded(number, ()) for number in rest),
    ]


class _Kept:
    """The sets of shingles seen so far that repeat no other, numbered as they came."""

    def __init__(self) -> None:
        self._sets: list[Shingles] = []
        self._wholes: dict[int, int] = {}

    def read(self, batch: Sequence[Shingles], wholes: Sequence[int]) -> Iterator[int | None]:
        """Yield of each set of ``batch`` the number of the one that it repeats, or keep it.

        Parts of the same one of ``wholes`` repeat each other.
        """
        known = len(self._sets)
        every = [*self._sets, *batch]
        may_repeat = _may_repeat(every, known)
        # The numbers of those of them that are kept.
        numbers = dict(enumerate(range(known)))
        for at, (one, whole) in enumerate(zip(batch, wholes, strict=True), known):
            best, most = self._wholes.get(whole), 0.0
            if best is not None:
                yield best
                continue
            for other in np.flatnonzero(may_repeat[at - known, :at]).tolist():
                check_time()
                if other in numbers:
                    shared = _shared(one, every[other])
                    found = similarity(shared, len(one), len(every[other]))
                    if found > most:
                        best, most = numbers[other], found
            if best is None:
                numbers[at] = len(self._sets)
                if whole:
                    self._wholes[whole] = len(self._sets)
                self._sets.append(one)
            yield best


def _shared(left: Shingles, right: Shingles) -> int:
    """How many shingles two sets share."""
    both = np.sort(np.concatenate((left, right)))
    return int(np.count_nonzero(both[1:] == both[:-1]))


def _may_repeat(sets: Sequence[Shingles], first: int) -> NDArray[np.bool_]:
    """Which ``sets`` from the ``first`` on share enough of their smallest hashes with which.

    bool[sets - first, sets].
    """
    smallest = [one[:SMALLEST] for one in sets]
    sizes = np.array(list(map(len, smallest)))
    values = np.concatenate(smallest)
    order = np.argsort(values)
    ascending = values[order]
    shape = len(sets) - first, len(sets)
    if np.count_nonzero(ascending[1:] == ascending[:-1]) < min(SHARED, int(sizes.min()) // 4 + 1):
        return np.zeros(shape, np.bool_)
    owners = np.repeat(np.arange(len(sets)), sizes)[order]
    begins = np.ones(len(values), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=begins[1:])
    hashes = np.cumsum(begins) - 1
    holders = np.bincount(hashes)
    # Every hash of those from the first on is paired with each set that has it.
    chosen = np.flatnonzero((owners >= first) & (holders[hashes] > 1))
    lengths = holders[hashes[chosen]]
    places = np.repeat(np.cumsum(holders)[hashes[chosen]] - np.cumsum(lengths), lengths)
    places += np.arange(len(places))
    pairs = np.repeat(owners[chosen] - first, lengths) * len(sets) + owners[places]
    shared = np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape)
    # A small text that repeats another shares most of its few.
    needed = np.minimum(SHARED, sizes // 4 + 1)
    found: NDArray[np.bool_] = shared >= np.maximum(needed[first:, None], needed)
    return found
