"""One score of two: what a document's words give it, and how near its meaning comes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.vectors.stage import SemanticStage


def fused(
    lexical: NDArray[np.float64], cosines: NDArray[np.float64], stage: SemanticStage
) -> NDArray[np.float64]:
    """Return the scores of documents by words and meaning together: float64[n].

    ``cosines`` are NaN where a document has no vectors, which is taken for as near as the others
    are on average. Cosines count by how far they lie from that, in parts of the best lexical score.
    """
    known = ~np.isnan(cosines)
    scores = lexical.copy()
    if known.any():
        scores[known] += stage.weight * lexical.max() * (cosines[known] - cosines[known].mean())
    return scores
