"""The date boost as a caller asks for it: how much newer, or nearer to a date, counts.

Parameters alone; what they do to a score is said where plans are (``backends.values``).
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

from searchengine.backends.values import Curve
from searchengine.errors import InputError

DEFAULT_SCALE_DAYS = 730.0
DEFAULT_DECAY = 0.5
DEFAULT_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class DateBoost:
    """Parameters of a date boost; days for ``scale`` and ``offset``, ``origin`` None for today.

    They are those of Elasticsearch's decay functions: at ``origin`` (give or take ``offset``) the
    curve is 1, at ``offset + scale`` from it ``decay``. A document's score is multiplied by
    ``1 + weight · curve``.
    """

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


def date_boost_of(scale: float | None, origin: str | None) -> DateBoost | None:
    """Return the boost that a scale in days and a date as people write it ask for; None for none.

    Raises :class:`InputError` for a date that is none.
    """
    if scale is None and origin is None:
        return None
    from searchengine.text.dates.grammar import parse_date_argument  # Slow, seldom needed.

    return DateBoost(
        origin=parse_date_argument(origin).first if origin else None,
        scale=DEFAULT_SCALE_DAYS if scale is None else scale,
    )
