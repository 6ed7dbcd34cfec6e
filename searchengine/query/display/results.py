"""What a search answers: frozen values for the library, and their JSON form for everyone else."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from searchengine.backends.values import ScoreParts, TermScore
from searchengine.text.scan import Span


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found; ``rank`` counts from 1 over all pages of results.

    ``kind`` … ``path`` are None where the document has none. Scores compare within one search
    only. ``snippet`` is a passage of the text on one line; spans count its characters.
    """

    rank: int
    id: str
    title: str
    date: datetime.date | None
    date_precision: str
    kind: str | None
    place: str | None
    author: str | None
    source: str | None
    folder: str | None
    path: str | None
    score: float
    snippet: str
    #: The spans of ``snippet`` and of ``title`` that match.
    highlights: tuple[Span, ...] = ()
    title_highlights: tuple[Span, ...] = ()
    #: Where the passage stands: on which page of a file, in which article of a law ("5", "12a").
    page_number: int | None = None
    article: str | None = None
    #: The ids of pages of nearly the same text that were folded into this one: of those that rank
    #: above the end of this page of results, or of all where few match.
    duplicates: tuple[str, ...] = ()
    #: Whether it lacks some of the query's words, so that it is not counted in the total.
    partial: bool = False
    explanation: Explanation | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the hit as JSON values."""
        found: dict[str, Any] = {
            "rank": self.rank,
            "id": self.id,
            "title": self.title,
            "date": self.date.isoformat() if self.date else None,
            "date_precision": self.date_precision,
            "kind": self.kind,
            "place": self.place,
            "author": self.author,
            "source": self.source,
            "folder": self.folder,
            "path": self.path,
            "score": self.score,
            "snippet": self.snippet,
            "highlights": [list(span) for span in self.highlights],
            "title_highlights": [list(span) for span in self.title_highlights],
            "page_number": self.page_number,
            "article": self.article,
            "duplicates": list(self.duplicates),
            "partial": self.partial,
        }
        if self.explanation is not None:
            found["explanation"] = self.explanation.to_json()
        return found


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a score came from: ``score == sum(part.score) · date_factor · nearness + semantic``.

    ``cosine`` is how near the document's meaning comes, None where that was not asked for or is not
    known. ``matches`` says whether the query lets the document in. Of what may be said in several
    forms the best counts; ``outdone`` is what the others would give.
    """

    id: str
    score: float
    date_factor: float
    parts: tuple[TermScore, ...]
    matches: bool = True
    nearness: float = 1.0
    outdone: tuple[TermScore, ...] = ()
    semantic: float = 0.0
    cosine: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as JSON values."""
        found: dict[str, Any] = {
            "id": self.id,
            "matches": self.matches,
            "score": self.score,
            "date_factor": self.date_factor,
            "nearness": self.nearness,
            "parts": list(map(_part_to_json, self.parts)),
            "outdone": list(map(_part_to_json, self.outdone)),
        }
        if self.semantic or self.cosine is not None:
            found |= {"semantic": self.semantic, "cosine": self.cosine}
        return found


def explanation_of(id_: str, parts: ScoreParts) -> Explanation:
    """Return what an engine says of the score of a document."""
    return Explanation(id_, **{one.name: getattr(parts, one.name) for one in fields(parts)})


def _part_to_json(part: TermScore) -> dict[str, Any]:
    return {
        "stream": part.field,
        "term": part.term,
        "weight": part.weight,
        "frequency": part.frequency,
        "idf": part.idf,
        "score": part.score,
    }


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits out of ``total``, and of ``total_partial`` behind them; iterates over them.

    The latter lack some of the query's words, and nothing else counts them.

    ``total`` counts the documents that match; where duplicates fold and this page or the next ten
    documents are the last, those of nearly the same text once.
    ``took_ms`` is in milliseconds. ``facets`` are counts by facet and value, ``suggestion`` what
    the query may have meant, ``notes`` what was read otherwise than typed, a sentence each.
    ``corrected`` is the query that was answered in place of ``query``, some word of which hardly
    any document has; None where that was answered as it is.
    """

    query: str
    total: int
    took_ms: float
    page: int
    per_page: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    suggestion: str | None = None
    corrected: str | None = None
    notes: tuple[str, ...] = ()
    total_partial: int = 0

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``searchengine search --json``."""
        return {
            "ok": True,
            "query": self.query,
            "total": self.total,
            "total_partial": self.total_partial,
            "took_ms": round(self.took_ms, 3),
            "page": self.page,
            "per_page": self.per_page,
            "corrected": self.corrected,
            "suggestion": self.suggestion,
            "notes": list(self.notes),
            "hits": [hit.to_json() for hit in self.hits],
            "facets": {name: dict(counts) for name, counts in self.facets.items()},
        }
