"""Date boosts: how much newer, or nearer to a date, counts.

The curves and their parameters are those of Elasticsearch's decay functions: at ``origin`` (give
or take ``offset``) a curve is 1, at ``offset + scale`` from it ``decay``. A document's score is
multiplied by ``1 + weight · curve``. Reads no index; days come in and factors go out.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from searchengine.errors import InputError

Curve = Literal["exp", "gauss", "linear"]
Floats = NDArray[np.float64]

DEFAULT_SCALE_DAYS = 730.0
DEFAULT_DECAY = 0.5
DEFAULT_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class DateBoost:
    """Parameters of a date boost; days for ``scale`` and ``offset``, ``origin`` None for today."""

    origin: datetime.date | None = None
    scale: float = DEFAULT_SCALE_DAYS
    offset: float = 0.0
    decay: float = DEFAULT_DECAY
    weight: float = DEFAULT_WEIGHT
    curve: Curve = "exp"

    def __post_init__(self) -> None:
        if not self.scale > 0 or not math.isfinite(self.scale):
            raise InputError("the date boost's scale must be more than 0 days")
        if not 0 < self.decay < 1:
            raise InputError("the date boost's decay must lie between 0 and 1")
        if self.offset < 0 or not math.isfinite(self.offset):
            raise InputError("the date boost's offset must be 0 days or more")
        if self.weight < 0 or not math.isfinite(self.weight):
            raise InputError("the date boost's weight must be 0 or more")
        if self.curve not in ("exp", "gauss", "linear"):
            raise InputError("the date boost's curve must be exp, gauss or linear")


def decay(boost: DateBoost, distance: Floats) -> Floats:
    """Return the curve's value, 0 to 1, at each distance from the origin in days (float64[n]).

    Formulas: Elasticsearch reference, "Decay functions" of the function score query.
    """
    beyond = np.maximum(0.0, distance - boost.offset)
    if boost.curve == "exp":
        return np.exp(math.log(boost.decay) / boost.scale * beyond)
    if boost.curve == "gauss":
        return np.exp(math.log(boost.decay) / boost.scale**2 * beyond**2)
    reach = boost.scale / (1.0 - boost.decay)
    return np.maximum(0.0, (reach - beyond) / reach)


def factors(
    boost: DateBoost,
    first: NDArray[np.int32],
    last: NDArray[np.int32],
    dated: NDArray[np.bool_],
    origin: tuple[int, int],
    today: int,
) -> Floats:
    """Return what each document's score is multiplied by: float64[n].

    ``first`` and ``last`` are the days that each document's date covers, ``origin`` the first
    and last day of the origin; days since 1970-01-01. The distance is 0 where the two overlap. A
    date after ``today`` counts as today, or as the origin if that is later still. Documents
    without a date get the mean factor of those with one.
    """
    places = np.flatnonzero(dated)
    if not len(places):
        return np.ones(len(dated))
    latest = max(today, origin[1])
    before = origin[0] - np.minimum(last[places], latest).astype(np.int64)
    after = np.minimum(first[places], latest).astype(np.int64) - origin[1]
    distance = np.maximum(0, np.maximum(before, after))
    farthest = int(distance.max())
    # Many documents share a day.
    if farthest < len(distance):
        known = decay(boost, np.arange(farthest + 1, dtype=np.float64))[distance]
    else:
        known = decay(boost, distance.astype(np.float64))
    known = 1.0 + boost.weight * known
    factor = np.full(len(dated), known.mean())
    factor[places] = known
    return factor
