"""Which documents have enough of a query's ideas, as one boolean per document number.

What the ideas are and what they weigh is the plan's business; which documents have one is
``match``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.match import Mask, Matching
from searchengine.backends.values import AllOf, Coverage, Query
from searchengine.deadline import check_time

#: Shares are sums in single precision: so much less than what is asked for is enough.
SLACK = 1e-4


class Covered(NamedTuple):
    """The documents that have enough, the share of the weights that was enough, and the places of
    the ideas that no document has."""

    mask: Mask
    share: float
    absent: tuple[int, ...]


def covered(matching: Matching, coverage: Coverage, match: Query | None) -> Covered:
    """Return which documents have enough of the ideas of ``coverage``.

    Only documents that ``match`` matches count for what is enough; None for all.
    """
    among = matching.mask(AllOf(()) if match is None else AllOf((match,)))
    masks = [matching.mask(idea.query) & among for idea in coverage.ideas]
    absent = tuple(place for place, mask in enumerate(masks) if not mask.any())
    present = [place for place in range(len(masks)) if place not in absent]
    if not present:
        return Covered(among, 1.0, absent)
    if coverage.shares[0] == 1.0:
        every = np.logical_and.reduce([masks[place] for place in present])
        if len(coverage.shares) == 1 or np.count_nonzero(every) >= coverage.enough:
            return Covered(every, 1.0, absent)
    weights = np.array([coverage.ideas[place].weight for place in present], np.float32)
    shares = _shares([masks[place] for place in present], weights / weights.sum())
    counts: list[int] = []
    for share in coverage.shares:
        reached = shares >= np.float32(share - SLACK)
        counts.append(int(np.count_nonzero(reached)))
        if counts[-1] >= coverage.enough:
            break
    # What adds no document asks for no less.
    return Covered(reached, coverage.shares[counts.index(counts[-1])], absent)


def _shares(masks: Sequence[Mask], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    shares = np.zeros(len(masks[0]), np.float32)
    for mask, weight in zip(masks, weights, strict=True):
        check_time()
        shares += mask * weight
    return shares
