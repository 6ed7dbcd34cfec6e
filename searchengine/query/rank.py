"""Scoring: BM25 summed over token streams, then the date boost, then the best k.

``score(d) = (Σ over look-ups weight · BM25(stream, term, d)) · date factor(d)``. Works on arrays
with one entry a document number; no loop runs over postings. Which documents may answer at all
is decided in ``match``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchengine.index.schema import NUMBERS
from searchengine.index.snapshot import Postings, Snapshot
from searchengine.query.terms import WeightedTerm

Floats = NDArray[np.float64]

#: Saturation of a term's frequency and share of length normalisation; Lucene's defaults.
K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class TermScore:
    """What one look-up gives one document."""

    stream: str
    term: str
    weight: float
    frequency: int
    idf: float
    score: float


def idf(live_count: int, document_frequency: int) -> float:
    """Return Lucene's inverse document frequency, ln(1 + (N − df + 0.5)/(df + 0.5)).

    Always positive. Source: Apache Lucene, class BM25Similarity.
    """
    return math.log(1 + (live_count - document_frequency + 0.5) / (document_frequency + 0.5))


def bm25(snapshot: Snapshot, stream: str, postings: Postings) -> Floats:
    """Return the BM25 score of a term in each document of its postings: float64[n].

    idf · tf / (tf + k1 · (1 − b + b · length / mean length)), the form of Lucene 8 and later.
    Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009. A document number is
    found or not, whatever the length of its page: it scores its idf alone.
    """
    weight = idf(snapshot.live_count, len(postings.docs))
    if stream == NUMBERS:
        return np.full(len(postings.docs), weight)
    tf = postings.freqs.astype(np.float64)
    lengths = snapshot.lengths(stream)[postings.docs]
    norm = K1 * (1 - B + B * lengths / snapshot.average_length(stream))
    result: Floats = weight * tf / (tf + norm)
    return result


def scores(snapshot: Snapshot, terms: Iterable[WeightedTerm]) -> Floats:
    """Return every document's sum of weighted BM25 scores: float64[size], 0 where none matches."""
    total = np.zeros(snapshot.size)
    for term in terms:
        postings = snapshot.postings(term.stream, term.term)
        if len(postings.docs):
            total[postings.docs] += term.weight * bm25(snapshot, term.stream, postings)
    return total


def best(values: Floats, candidates: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return the ``count`` candidates of highest value, best first, ties by document number."""
    if 0 < count < len(candidates):
        chosen = values[candidates]
        floor = np.partition(chosen, len(chosen) - count)[len(chosen) - count]
        candidates = candidates[chosen >= floor]
    order = np.lexsort((candidates, -values[candidates]))
    ranked: NDArray[np.intp] = candidates[order][:count]
    return ranked


def term_scores(snapshot: Snapshot, terms: Iterable[WeightedTerm], number: int) -> list[TermScore]:
    """Return what each look-up gives document ``number``, those that give nothing left out."""
    parts = []
    for term in terms:
        postings = snapshot.postings(term.stream, term.term)
        at = int(np.searchsorted(postings.docs, number))
        if at < len(postings.docs) and postings.docs[at] == number:
            one = bm25(snapshot, term.stream, postings)[at]
            parts.append(
                TermScore(
                    term.stream,
                    term.term,
                    term.weight,
                    int(postings.freqs[at]),
                    idf(snapshot.live_count, len(postings.docs)),
                    term.weight * float(one),
                )
            )
    return parts
