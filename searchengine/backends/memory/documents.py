"""A document as the engine in memory keeps it, and which queries it matches.

The fields are lists of terms in text order; matching walks the query's tree. Scores are
``answers``' business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from searchengine.backends.document_fields import days_of, streams_of
from searchengine.backends.fields import (
    BUILT_IN,
    SYLLABLE_STREAMS,
    Field,
    Value,
    label,
)
from searchengine.backends.phrases import phrase_count, places
from searchengine.backends.values import (
    DATE,
    AllOf,
    AnyOf,
    FieldTerm,
    Not,
    Phrase,
    PhraseQuery,
    Query,
    RangeQuery,
    TermQuery,
)
from searchengine.deadline import check_time
from searchengine.document import Document
from searchengine.text.analysis import analyze_syllables


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document and its fields; ``days`` are the first and last that its date covers.

    ``terms``: those of each stream in text order; ``counts``: how often each stands there.
    ``values`` and ``labels``: what each metadata field has, and how facets show it.
    """

    document: Document
    fingerprint: str
    terms: Mapping[str, Sequence[str]]
    counts: Mapping[str, Mapping[str, int]]
    days: tuple[int, int] | None
    values: Mapping[str, Sequence[Value]]
    labels: Mapping[str, Sequence[str]]

    def count(self, field: str, term: str) -> int:
        """Return how often ``term`` stands in ``field``."""
        if field in SYLLABLE_STREAMS and " " in term:
            return phrase_count(Phrase.of(term), self.terms[field])
        return self.counts[field].get(term, 0) if field in self.counts else 0

    def counted(self, terms: Sequence[FieldTerm]) -> list[int]:
        """Return how often each of ``terms`` stands in its field."""
        return [self.count(*one) for one in terms]

    def length(self, field: str) -> int:
        """Return how many terms ``field`` has."""
        return len(self.terms[field])

    def syllables(self, field: str) -> Sequence[str]:
        """Return the terms of a field in text order."""
        return self.terms[field]


def index_document(
    document: Document, fingerprint: str = "", declared: Iterable[Field] = ()
) -> IndexedDocument:
    """Return a document with its fields, those that the index has ``declared`` among them."""
    terms = streams_of([document])[0]
    fields = (*BUILT_IN, *declared)
    values = {field.name: field.values(document) for field in fields}
    labels = {
        field.name: list(dict.fromkeys(label(field.kind, one) for one in values[field.name]))
        for field in fields
    }
    terms |= {field.name: labels[field.name] for field in BUILT_IN}
    counts = {name: Counter(each) for name, each in terms.items()}
    return IndexedDocument(document, fingerprint, terms, counts, days_of(document), values, labels)


def matches(query: Query, one: IndexedDocument) -> bool:
    """Return whether a document matches ``query``."""
    check_time()
    if isinstance(query, (TermQuery, PhraseQuery)):
        return one.count(query.field, query.term) > 0
    if isinstance(query, AllOf):
        return all(matches(each, one) for each in query.queries)
    if isinstance(query, AnyOf):
        return any(matches(each, one) for each in query.queries)
    if isinstance(query, Not):
        return not matches(query.query, one)
    if isinstance(query, RangeQuery):
        days = one.days if query.field == DATE else _whole(one.values[query.field])
        return days is not None and _touches(query, *days)
    values = (analyze_syllables(label)[query.folded] for label in one.labels[query.field])
    if query.whole:
        return bool(query.syllables) and list(query.syllables) in values
    return bool(query.syllables) and any(_side_by_side(query.syllables, one) for one in values)


def _side_by_side(wanted: Sequence[str], terms: Sequence[str]) -> bool:
    return any(True for _ in places(wanted, terms))


def _whole(values: Sequence[Value]) -> tuple[float, float] | None:
    """A field's first value as a range."""
    return (float(values[0]), float(values[0])) if values else None


def _touches(query: RangeQuery, first: float, last: float) -> bool:
    return (query.first is None or last >= query.first) and (
        query.last is None or first <= query.last
    )
