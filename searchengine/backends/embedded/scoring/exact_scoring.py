"""The formula in full precision: scores of a few documents, and every part of one.

Ranking itself is done over whole arrays in ``scoring``; this module gives the final scores of the
documents that it chose, and explanations, and is where the formula can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.bm25 import K1, B, idf
from searchengine.backends.embedded.index.arrays.streams import Streams
from searchengine.backends.embedded.scoring.term_cache import KeptTerm
from searchengine.backends.embedded.scoring.term_store import NO_NORM, frequencies_at
from searchengine.backends.forms import ideas_of
from searchengine.backends.values import ScoringTerm, TermScore

Docs = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Query = Sequence[ScoringTerm]


def norm(streams: Streams, stream: str, docs: Docs) -> Floats:
    """Return k1 · (1 − b + b · length / mean length) of ``docs`` (integers[n]): float64[n].

    A term gives a document idf · tf / (tf + norm): the form of Lucene 8 and later, without k1 + 1.
    Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009. In a stream without
    lengths (document numbers) it is next to nothing: such a term is found or not, whatever the
    length of its page.
    """
    average = streams.average_length(stream)
    if not average:
        return np.full(len(docs), NO_NORM)
    lengths = streams.lengths(stream)[docs].astype(np.float64)
    return K1 * (1 - B + B / average * lengths)


def exact_scores(streams: Streams, query: Query, terms: Sequence[KeptTerm], docs: Docs) -> Floats:
    """Return the scores of a few ``docs`` (integers[n]) without any boost: float64[n].

    ``terms``: what the term store of ``streams`` keeps of each scoring term of ``query``.
    """
    if not (len(docs) and query):
        return np.zeros(len(docs))
    factors, shares = _saturations(streams, query, terms, docs)
    ideas = ideas_of(query)
    if not ideas:
        return factors @ shares
    plain = [place for place, term in enumerate(query) if not term.idea]
    scores: Floats = factors[plain] @ shares[plain]
    for forms in ideas:
        scores += np.max([factors[form] @ shares[form] for form in forms], axis=0)
    return scores


def excess(streams: Streams, query: Query, terms: Sequence[KeptTerm], docs: Docs) -> Floats:
    """Return how much more all forms of ideas give ``docs`` than the best of each: float64[n]."""
    own = [place for place, term in enumerate(query) if term.idea]
    query, terms = [query[place] for place in own], [terms[place] for place in own]
    factors, shares = _saturations(streams, query, terms, docs)
    found = np.zeros(len(docs))
    for forms in ideas_of(query):
        sums = np.array([factors[form] @ shares[form] for form in forms])
        found += sums.sum(axis=0) - sums.max(axis=0)
    return found


def _saturations(
    streams: Streams, query: Query, terms: Sequence[KeptTerm], docs: Docs
) -> tuple[Floats, Floats]:
    """What each term gives for full saturation, and how saturated it is in each document.

    float64[terms] and float64[terms, docs].
    """
    factors = [term.weight * one.idf for one, term in zip(terms, query, strict=True)]
    norms = {stream: norm(streams, stream, docs) for stream in {term.field for term in query}}
    freqs = frequencies_at(terms, docs)
    freqs /= freqs + np.array([norms[term.field] for term in query])
    return np.array(factors), freqs


def term_scores(
    streams: Streams, terms: Iterable[ScoringTerm], number: int
) -> list[TermScore | None]:
    """Return what each scoring term gives document ``number``, None where that is nothing."""
    return [_term_score(streams, term, number) for term in terms]


def _term_score(streams: Streams, term: ScoringTerm, number: int) -> TermScore | None:
    docs, freqs = streams.postings(term.field, term.term)
    at = int(np.searchsorted(docs, number))
    if at == len(docs) or docs[at] != number:
        return None
    frequency = 1 if freqs is None else int(freqs[at])
    weight = idf(streams.live_count, len(docs))
    below = frequency + float(norm(streams, term.field, docs[at : at + 1])[0])
    score = term.weight * weight * frequency / below
    return TermScore(term.field, term.term, term.weight, frequency, weight, score)
