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
    (owners, places, ranks), wanted = segment.standing(nearness.field, syllables, docs)
    if not len(owners):
        return np.ones(len(docs))
    keys = owners * _APART + places
    of_syllable = {
        syllable: np.flatnonzero(ranks == rank)
        for syllable, rank in zip(syllables, wanted, strict=True)
    }

    def follows(syllable: str) -> NDArray[np.bool_]:
        """Whether a syllable stands in the window that begins at each place."""
        own = keys.take(of_syllable[syllable])
        if not len(own):
            return np.zeros(len(keys), np.bool_)
        at = own.searchsorted(keys)
        there: NDArray[np.bool_] = own.take(at, mode="clip") - keys < nearness.window
        there[at == len(own)] = False
        return there

    titles = segment.lengths(TITLE_SYLLABLES)[docs].astype(np.int64)

    def in_title(syllable: str) -> NDArray[np.bool_]:
        """Whether a syllable stands in the title of each document."""
        own = of_syllable[syllable]
        within = own[places[own] < titles[owners[own]]]
        found = np.zeros(len(docs), np.bool_)
        found[owners[within]] = True
        return found

    windows = _shares(ideas, follows)
    best = np.zeros(len(docs))
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    best[owners[firsts]] = np.maximum.reduceat(windows, firsts)
    return 1 + nearness.boost * best + nearness.title_boost * _shares(ideas, in_title)


def _shares(ideas: Sequence[Idea], there: Callable[[str], NDArray[np.bool_]]) -> Floats:
    """Of the weights of ``ideas`` the share that is ``there``: of each idea as many of its
    syllables as its best form has."""
    found: Floats = np.zeros(1)
    for idea in ideas:
        forms = [np.mean([there(syllable) for syllable in form], axis=0) for form in idea.forms]
        found = found + idea.weight * np.maximum.reduce(forms)
    return found / sum(idea.weight for idea in ideas)
