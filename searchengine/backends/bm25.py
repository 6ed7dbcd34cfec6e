"""BM25's parameters and its idf, for engines and for whoever weighs by idf."""

from __future__ import annotations

import math
from typing import Final

#: BM25's saturation and length normalisation, as Robertson and Lucene have them.
K1: Final = 1.2
B: Final = 0.75


def idf(documents: int, document_frequency: int) -> float:
    """Return Lucene's inverse document frequency, ln(1 + (N − df + 0.5)/(df + 0.5)).

    Always positive. Source: Apache Lucene, class BM25Similarity.
    """
    return math.log(1 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))
