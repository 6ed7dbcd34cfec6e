"""The formula in full precision: scores of a few documents, and every part of one.

Ranking itself is done over whole arrays in ``scoring``; this module gives the final scores of the
documents that it chose, and explanations, and is where the formula can be read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.index.arrays.streams import Streams
from searchengine.query.impacts import K1, B
from searchengine.query.terms import WeightedTerm

Docs = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Query = Sequence[tuple[str, str, float]]


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


def saturation(streams: Streams, stream: str, docs: Docs, freqs: Floats) -> Floats:
    """Return tf / (tf + k1 · (1 − b + b · length / mean length)) of a term: float64[n].

    ``docs``: integers[n]; ``freqs``: float64[n], the term's frequency in each. The form of
    Lucene 8 and later, without k1 + 1. Robertson and Zaragoza, "The Probabilistic Relevance
    Framework", 2009. A stream without lengths (document numbers) gives 1: such a term is found
    or not, whatever the length of its page.
    """
    average = streams.average_length(stream)
    if not average:
        return np.minimum(freqs, 1.0)
    norm = K1 * (1 - B + B * streams.lengths(stream)[docs] / average)
    result: Floats = freqs / (freqs + norm)
    return result


def exact_scores(streams: Streams, query: Query, docs: Docs) -> Floats:
    """Return the scores of a few ``docs`` (integers[n]) without any boost: float64[n].

    ``query``: (stream, term, weight) for each look-up.
    """
    total = np.zeros(len(docs))
    for stream, term, weight in query if len(docs) else ():
        held, freqs = streams.postings(stream, term)
        if len(held):
            at = np.minimum(np.searchsorted(held, docs), len(held) - 1)
            tf = np.where(held[at] == docs, 1.0 if freqs is None else freqs[at], 0.0)
            factor = weight * idf(streams.live_count, len(held))
            total += factor * saturation(streams, stream, docs, tf)
    return total


def term_scores(streams: Streams, terms: Iterable[WeightedTerm], number: int) -> list[TermScore]:
    """Return what each look-up gives document ``number``, those that give nothing left out."""
    parts = []
    for term in terms:
        docs, freqs = streams.postings(term.stream, term.term)
        at = int(np.searchsorted(docs, number))
        if at < len(docs) and docs[at] == number:
            frequency = 1 if freqs is None else int(freqs[at])
            weight = idf(streams.live_count, len(docs))
            tf = np.array([float(frequency)])
            one = float(saturation(streams, term.stream, docs[at : at + 1], tf)[0])
            score = term.weight * weight * one
            parts.append(TermScore(term.stream, term.term, term.weight, frequency, weight, score))
    return parts
