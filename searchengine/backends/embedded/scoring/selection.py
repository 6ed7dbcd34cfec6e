"""The best of scored documents, best first; of equal scores the first document."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: The best are looked for among groups of so many documents, far from each other.
GROUP = 64
#: Bounds are sums in another order than scores: so much slack, relatively.
SLACK = 1e-5


class Top(NamedTuple):
    """The best documents, best first; equal scores by document number.

    ``docs``: int64[n]; ``scores``: float64[n]; ``total``: how many documents match, None where
    it was not asked for.
    """

    docs: NDArray[np.int64]
    scores: NDArray[np.float64]
    total: int | None


def top_of_all(
    scores: NDArray[np.float32],
    k: int,
    mask: NDArray[np.bool_] | None,
    boost: NDArray[np.float32] | None,
    *,
    count: bool,
) -> Top:
    """Return the ``k`` best of all documents by ``scores``: float32[size], which it works in."""
    if mask is not None:
        scores *= mask
    total = int(np.count_nonzero(scores)) if count else None
    if boost is not None:
        scores *= boost
    lowest = reached(scores, k)
    candidates = np.flatnonzero(scores >= lowest if lowest else scores)
    docs, best = best_of(candidates, scores[candidates], k)
    return Top(docs, best.astype(np.float64), total)


def top_of_some(
    docs: NDArray[np.integer[Any]],
    scores: NDArray[np.float32],
    k: int,
    mask: NDArray[np.bool_] | None,
    boost: NDArray[np.float32] | None,
    *,
    count: bool,
) -> Top:
    """Return the ``k`` best of ascending ``docs`` (integers[n]) by ``scores`` (float32[n])."""
    if mask is not None:
        inside = np.flatnonzero(mask.take(docs))
        docs, scores = docs.take(inside), scores.take(inside)
    if boost is not None:
        scores = scores * boost.take(docs)
    best, their_scores = best_of(docs.astype(np.int64), scores, k)
    return Top(best, their_scores.astype(np.float64), len(docs) if count else None)


def reached(scores: NDArray[np.float32], wanted: int) -> np.float32 | None:
    """Return a score that at least ``wanted`` documents have; None if there are not so many."""
    groups = len(scores) // GROUP
    maxima = scores
    if groups >= 2 * wanted:
        maxima = scores[: groups * GROUP].reshape(GROUP, groups).max(axis=0)
    if len(maxima) < wanted:
        return None
    lowest: np.float32 = np.partition(maxima, len(maxima) - wanted)[len(maxima) - wanted]
    return lowest


def within(
    acc: NDArray[np.float32],
    rest: float,
    threshold: float,
    mask: NDArray[np.bool_] | None,
    boost: NDArray[np.float32] | None,
) -> NDArray[np.int64]:
    """Return the documents that can reach ``threshold`` with ``rest`` more: int64, ascending."""
    if boost is not None:
        reach = acc + np.float32(rest)
        reach *= boost
        chosen = reach >= np.float32(threshold)
    else:
        lowest = np.float32(threshold - rest * (1 + SLACK))
        chosen = acc >= lowest if lowest > 0 else np.ones(len(acc), np.bool_)
    if rest == 0 and threshold <= 0:
        chosen = acc > 0
    if mask is not None:
        chosen &= mask
    return np.flatnonzero(chosen)


def best_of(
    docs: NDArray[np.int64], scores: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the ``k`` best of ascending ``docs`` with their scores; those of score 0 are none."""
    if len(scores) > k:
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = np.flatnonzero((scores >= least) & (scores > 0))
    else:
        kept = np.flatnonzero(scores > 0)
    order = kept[np.argsort(-scores[kept], kind="stable")[:k]]
    return docs[order], scores[order]
