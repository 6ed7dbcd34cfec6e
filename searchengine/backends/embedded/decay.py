"""Date decay over arrays: what the dates of all documents multiply their scores by.

The curves and their parameters are those of Elasticsearch's decay functions: at the origin (give
or take ``offset``) a curve is 1, at ``offset + scale`` from it ``decay``. Of an index it reads
which titles say a year; days come in and factors go out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.streams import Streams
from searchengine.backends.fields import TITLE_FOLDED
from searchengine.backends.values import DateDecay

Floats = NDArray[np.float64]


def curve_at(decay: DateDecay, distance: Floats) -> Floats:
    """Return the curve's value, 0 to 1, at each distance from the origin in days (float64[n]).

    Formulas: Elasticsearch reference, "Decay functions" of the function score query.
    """
    beyond = np.maximum(0.0, distance - decay.offset)
    if decay.curve == "exp":
        return np.exp(math.log(decay.decay) / decay.scale * beyond)
    if decay.curve == "gauss":
        return np.exp(math.log(decay.decay) / decay.scale**2 * beyond**2)
    reach = decay.scale / (1.0 - decay.decay)
    return np.maximum(0.0, (reach - beyond) / reach)


def factors(
    decay: DateDecay,
    first: NDArray[np.int32],
    last: NDArray[np.int32],
    dated: NDArray[np.bool_],
    other_years: NDArray[np.bool_],
) -> Floats:
    """Return what each document's score is multiplied by: float64[n].

    ``first`` and ``last`` are the days that each document's date covers, days since 1970-01-01.
    The distance is 0 where they overlap the origin. A date after ``decay.today`` counts as today,
    or as the origin if that is later still. Documents without a date get the mean factor of those
    with one, or 1 where they are of ``other_years``.
    """
    places = np.flatnonzero(dated)
    if not len(places):
        return np.ones(len(dated))
    latest = max(decay.today, decay.origin[1])
    before = decay.origin[0] - np.minimum(last[places], latest).astype(np.int64)
    after = np.minimum(first[places], latest).astype(np.int64) - decay.origin[1]
    distance = np.maximum(0, np.maximum(before, after))
    farthest = int(distance.max())
    # Many documents share a day.
    if farthest < len(distance):
        known = curve_at(decay, np.arange(farthest + 1, dtype=np.float64))[distance]
    else:
        known = curve_at(decay, distance.astype(np.float64))
    known = 1.0 + decay.weight * known
    factor = np.where(other_years, 1.0, known.mean())
    factor[places] = known
    return factor


def titles_with(streams: Streams, years: Iterable[int]) -> NDArray[np.bool_]:
    """Return which titles say any of ``years``: bool[n]."""
    said = np.zeros(streams.size, np.bool_)
    for year in years:
        said[streams.postings(TITLE_FOLDED, str(year)).docs] = True
    return said
