"""What the ideas of a query that stand near each other multiply a score by.

The syllables of few documents are looked at, in their order. How much nearness counts is the
plan's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.fields import TITLE_SYLLABLES
from searchengine.backends.values import Idea, Nearness
from searchengine.deadline import check_time

Floats = NDArray[np.float64]
#: A document's places are so far from those of the one before that no window holds both.
_APART = 1 << 32
#: What weights are whole numbers of: sums stay exact below 2 ** 53.
_UNIT = 1 << 40


def nearness_factors(snapshot: Snapshot, nearness: Nearness, docs: NDArray[np.int64]) -> Floats:
    """Return what ``nearness`` multiplies the scores of ``docs`` by: float64[n]."""
    factors = np.ones(len(docs))
    order = np.argsort(docs)
    ordered, base = docs[order], 0
    for segment in snapshot.segments:
        first, last = np.searchsorted(ordered, (base, base + segment.size))
        if first < last:
            check_time()
            factors[order[first:last]] = _of_segment(segment, nearness, ordered[first:last] - base)
        base += segment.size
    return factors


def _of_segment(segment: Segment, nearness: Nearness, docs: NDArray[np.int64]) -> Floats:
    ideas = nearness.ideas
    syllables = list(dict.fromkeys(s for idea in ideas for form in idea.forms for s in form))
    owners, places, which = segment.standing(nearness.field, syllables, docs)
    if not len(owners):
        return np.ones(len(docs))
    before = _last_before(which)
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    # A window begins at a place of some syllable. It holds another one first where that stands,
    # from those on that begin behind the one before of the same syllable.
    keys = owners * _APART + places
    since = np.maximum(keys.searchsorted(keys - nearness.window, side="right"), before + 1)

    def in_windows(weights: Floats) -> Floats:
        """The weights of the syllables in each window: float64[places]."""
        of_each = weights.take(which)
        change = _added(since, of_each, len(which) + 1)
        change[1:] -= of_each
        return np.cumsum(change[:-1])

    titles = segment.lengths(TITLE_SYLLABLES)[docs].astype(np.int64)
    is_new = (before < 0) | (owners.take(before, mode="clip") != owners)
    in_title = np.flatnonzero(is_new & (places < titles.take(owners)))
    title_owners, title_which = owners.take(in_title), which.take(in_title)

    def in_titles(weights: Floats) -> Floats:
        """The weights of the syllables in each title: float64[docs]."""
        return _added(title_owners, weights.take(title_which), len(docs))

    best = np.zeros(len(docs))
    best[owners.take(firsts)] = np.maximum.reduceat(_shares(ideas, syllables, in_windows), firsts)
    titled = _shares(ideas, syllables, in_titles)
    return 1 + nearness.boost * best + nearness.title_boost * titled


def _last_before(which: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the same value stands last before each of ``which``: int64[n], -1 for nowhere."""
    order = which.argsort(kind="stable")
    ordered = which.take(order)
    before = np.full(len(which), -1)
    same = np.flatnonzero(ordered[1:] == ordered[:-1])
    before[order.take(same + 1)] = order.take(same)
    return before


def _shares(
    ideas: Sequence[Idea], syllables: Sequence[str], sums: Callable[[Floats], Floats]
) -> Floats:
    """Of the weights of ``ideas`` the shares that are there: of each idea as many of its
    syllables as its best form has.

    ``sums`` gives the sums of the weights of those of ``syllables`` that are there. Weights are
    whole numbers, so that sums do not depend on their order.
    """
    place = {one: at for at, one in enumerate(syllables)}
    whole = sum(idea.weight for idea in ideas)

    def weights(idea: Idea, form: Sequence[str]) -> Floats:
        found = np.zeros(len(syllables))
        for one in form:
            found[place[one]] += round(idea.weight / whole / len(form) * _UNIT)
        return found

    simple = [weights(idea, idea.forms[0]) for idea in ideas if len(idea.forms) == 1]
    found = sums(np.sum([np.zeros(len(syllables)), *simple], axis=0))
    for idea in ideas:
        if len(idea.forms) > 1:
            found += np.maximum.reduce([sums(weights(idea, form)) for form in idea.forms])
    return found / _UNIT


def _added(places: NDArray[np.int64], weights: Floats, size: int) -> Floats:
    """The sums of the ``weights`` of each place up to ``size``: float64[size]."""
    return np.bincount(places, weights, size).astype(np.float64, copy=False)
