"""One score of two: what a document's words give it, and how near its meaning comes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.vectors.stage import SemanticStage

#: Cosines that lie closer together than that say nothing.
LEAST_DEVIATION = 1e-3


class Meaning(NamedTuple):
    """What meaning adds to a document's score, how near it comes and the passage that does.

    ``cosine`` and ``passage`` are None for a document without vectors.
    """

    score: float
    cosine: float | None
    passage: tuple[int, int] | None


def fused(
    lexical: NDArray[np.float64],
    cosines: NDArray[np.float64],
    passages: NDArray[np.int64],
    stage: SemanticStage,
) -> NDArray[np.float64]:
    """Return the scores of documents by words and meaning together: float64[n].

    ``cosines`` are NaN where a document has no vectors, which is taken for as near as the others
    are on average; ``passages`` are how many each has, int64[n]. Cosines count by how many standard
    deviations they lie from that average, each of them so much of the best lexical score: models
    differ in how far they spread. Where they lie closer together than the spread of the stage they
    say less, and so they do where documents are long, for a vector is of one part of them, and
    where words put one document far before the next.
    """
    known = ~np.isnan(cosines)
    scores = lexical.copy()
    if known.any() and (deviation := cosines[known].std()) > LEAST_DEVIATION:
        away = (cosines[known] - cosines[known].mean()) / max(deviation, stage.spread)
        weight = stage.weight / math.sqrt(passages[known].mean())
        scores[known] += weight * _doubt(lexical, stage.margin) * lexical.max() * away
    return scores


def _doubt(lexical: NDArray[np.float64], margin: float) -> float:
    """What meaning is left to say, 0 to 1: less, the further the first score is from the second."""
    if len(lexical) < 2 or not lexical.max() > 0:
        return 1.0
    second, first = np.partition(lexical, -2)[-2:].tolist()
    return math.exp(-margin * (1 - second / first))
