"""The documents that are most like one.

Its words and pairs of syllables are weighed by how often it says them and how few others do; the
best of them are the query. How the numbers were chosen is in ``docs/ranking.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nlargest

from searchengine.backends.bm25 import idf
from searchengine.backends.protocol import View
from searchengine.backends.values import FieldTerm, Plan, RankedDocument, ScoringTerm
from searchengine.deadline import seconds_left
from searchengine.document import Document
from searchengine.text.analysis import Analysis, analyze
from searchengine.text.streams import BIGRAMS, WORDS

#: What a term of each stream weighs, beside how often the document says it.
WEIGHTS: Mapping[str, float] = {WORDS: 1.0, BIGRAMS: 0.5}
#: So many terms of each stream are searched for, of so many that the document says most often.
TERMS, COUNTED = 40, 400
#: What a text says on and on counts less each time: n · (1 + 5) / (n + 5) of once.
SATURATION = 5.0
#: A title says its words as often as so many more places of the text would.
TITLE_TIMES = 2
#: The beginning of a long text, in characters, says what it is about.
MAX_CHARACTERS = 12_000
#: Others of this share of the document's own score are like it.
ENOUGH = 0.1


def most_like(view: View, document: Document, limit: int) -> list[RankedDocument]:
    """Return at most ``limit`` of the documents that are most like ``document``, best first.

    Without it and what repeats it, and without those that share too little with it. Asks ``view``
    once for frequencies and once for a ranking.
    """
    terms = _best_terms(view, document)
    if not terms:
        return []
    plan = Plan(
        match=None, score=terms, limit=limit + 1, fold_duplicates=True, seconds=seconds_left()
    )
    ranked = view.search(plan).ranked
    itself = [one for one in ranked if document.id in (one.document.id, *one.duplicates)]
    own = max(one.score for one in itself or ranked)
    others = [one for one in ranked if one not in itself and one.score >= ENOUGH * own]
    return others[:limit]


def _best_terms(view: View, document: Document) -> tuple[ScoringTerm, ...]:
    title, text = analyze([document.title, document.text[:MAX_CHARACTERS]])
    said = [
        (FieldTerm(stream, term), count)
        for stream in WEIGHTS
        for term, count in _counted(stream, title, text).most_common(COUNTED)
    ]
    documents = view.document_count
    found: dict[str, list[tuple[float, ScoringTerm]]] = {stream: [] for stream in WEIGHTS}
    counts = view.frequencies([term for term, _ in said])
    for (term, count), frequency in zip(said, counts, strict=True):
        # What this document alone says leads to no other.
        if frequency > 1:
            weight = WEIGHTS[term.field] * count * (1 + SATURATION) / (count + SATURATION)
            value = weight * idf(documents, frequency)
            found[term.field].append((value, ScoringTerm(*term, weight)))
    best = (nlargest(TERMS, one, key=lambda pair: pair[0]) for one in found.values())
    return tuple(term for of_stream in best for _, term in of_stream)


def _counted(stream: str, title: Analysis, text: Analysis) -> Counter[str]:
    """How often a document says each term, of more than one character, of a stream."""
    counts = Counter(_terms(stream, text))
    for term in _terms(stream, title):
        counts[term] += TITLE_TIMES
    return counts


def _terms(stream: str, analysis: Analysis) -> Iterable[str]:
    return (term for term in getattr(analysis, stream) if len(term) > 1)
