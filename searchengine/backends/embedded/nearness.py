"""What the ideas of a query that stand near each other multiply a score by.

The syllables of few documents are looked at, in their order. How much nearness counts is the
plan's business.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    # How often each syllable stands before each place: uint16[syllables, places + 1], where it
    # does not matter that very many begin anew.
    before = np.zeros((len(syllables), len(keys) + 1), np.uint16)
    is_there = np.array(wanted)[:, None] == ranks
    np.cumsum(is_there, axis=1, dtype=np.uint16, out=before[:, 1:])

    def shares(first: NDArray[np.int64], last: NDArray[np.int64]) -> Floats:
        """The share of the ideas between each first and last place."""
        return _shares(ideas, before[:, last] != before[:, first], syllables)

    windows = shares(np.arange(len(keys)), keys.searchsorted(keys + nearness.window))
    best = np.zeros(len(docs))
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    best[owners[firsts]] = np.maximum.reduceat(windows, firsts)
    starts = np.arange(len(docs)) * _APART
    titles = segment.lengths(TITLE_SYLLABLES)[docs].astype(np.int64)
    in_titles = shares(keys.searchsorted(starts), keys.searchsorted(starts + titles))
    return 1 + nearness.boost * best + nearness.title_boost * in_titles


def _shares(ideas: Sequence[Idea], there: NDArray[np.bool_], syllables: Sequence[str]) -> Floats:
    """Of the weights of ``ideas`` the share that is there: of each idea as many of its syllables
    as its best form has.

    ``there``: bool[syllables, n], which of ``syllables`` are where.
    """
    place = {one: at for at, one in enumerate(syllables)}
    whole = sum(idea.weight for idea in ideas)
    forms = [form for idea in ideas for form in idea.forms]
    rows = np.zeros((len(forms), len(syllables)), np.float32)
    for row, form in zip(rows, forms, strict=True):
        for one in form:
            row[place[one]] += 1 / len(form)
    parts = rows @ there.astype(np.float32)
    found, at = np.zeros(there.shape[1]), 0
    for idea in ideas:
        several = parts[at : at + len(idea.forms)]
        at += len(idea.forms)
        found += idea.weight / whole * (several[0] if len(several) == 1 else several.max(axis=0))
    return found
