"""The answers as the OpenAPI document describes them; answers are not built or checked by these.

They say what ``Results.to_json`` and its kin give, so a test holds real answers against them.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

Span = tuple[int, int]


class Failure(BaseModel):
    """Any request that was not answered."""

    ok: Literal[False]
    error: str = Field(description="One sentence with the next step.")
    status: int


class ScorePart(BaseModel):
    """What one scoring term added to a score."""

    stream: str
    term: str
    weight: float
    frequency: int
    idf: float
    score: float


class ExplanationAnswer(BaseModel):
    """Where a score comes from: the sum of its parts times the date factor.

    What forms would give that a better one outdoes is no part of it.
    """

    id: str
    matches: bool
    score: float
    date_factor: float
    nearness: float
    parts: list[ScorePart]
    outdone: list[ScorePart]


class HitAnswer(BaseModel):
    """One document found; spans are [start, end) in characters (code points)."""

    rank: int
    id: str
    title: str
    date: str | None
    date_precision: Literal["day", "month", "year", "none"]
    kind: str | None
    place: str | None
    author: str | None
    source: str | None
    folder: str | None
    path: str | None
    score: float
    snippet: str
    highlights: list[Span]
    title_highlights: list[Span]
    page_number: int | None
    article: str | None
    duplicates: list[str]
    partial: bool
    explanation: ExplanationAnswer | None = None


class SearchAnswer(BaseModel):
    """A page of results; the same object as ``searchengine search --json``."""

    ok: Literal[True]
    query: str
    total: int
    total_partial: int
    took_ms: float
    page: int
    per_page: int
    corrected: str | None
    suggestion: str | None
    notes: list[str]
    hits: list[HitAnswer]
    facets: dict[str, dict[str, int]]


class SimilarAnswer(BaseModel):
    """The documents most like one, the best first; the same as ``searchengine similar --json``."""

    ok: Literal[True]
    id: str
    hits: list[HitAnswer]


class FacetsAnswer(BaseModel):
    """How many matching documents have each value, by facet."""

    ok: Literal[True]
    query: str
    total: int
    facets: dict[str, dict[str, int]]


class Bar(BaseModel):
    """One month or year, and how many matching documents it has."""

    label: str
    count: int


class HistogramAnswer(BaseModel):
    """All matching documents by time: in a bar, or in one of the counts beside them."""

    ok: Literal[True]
    query: str
    total: int
    by: Literal["month", "year"]
    bars: list[Bar]
    earlier: int
    year_only: int
    undated: int


class SuggestAnswer(BaseModel):
    """Completions of what has been typed, the likeliest first."""

    ok: Literal[True]
    prefix: str
    suggestions: list[str]


class DocumentAnswer(BaseModel):
    """A document; ``highlights`` are there when a query was given."""

    ok: Literal[True]
    id: str
    title: str
    date: str | None
    date_precision: Literal["day", "month", "year", "none"]
    date_origin: str
    kind: str
    place: str
    author: str
    source: str
    folder: str
    path: str
    numbers: list[str]
    term_of_office: tuple[int, int] | None
    content_hash: str
    extra: dict[str, Any]
    text: str
    original: str | None = None
    highlights: list[Span] | None = None
    title_highlights: list[Span] | None = None


class CacheAnswer(BaseModel):
    """Bytes of memory kept between searches, the most there may be, and what they are for."""

    bytes: int
    limit: int
    kinds: dict[str, int]


class StatsAnswer(BaseModel):
    """Numbers about the index."""

    ok: Literal[True]
    documents: int
    dated: int
    deleted: int
    segments: int
    bytes: int
    generation: int
    terms: dict[str, int]
    cache: CacheAnswer
    with_vectors: int
    vector_model: str | None
    processes: int


class HealthAnswer(BaseModel):
    """The server runs, and its index can be read."""

    ok: Literal[True]
    documents: int


class VersionAnswer(BaseModel):
    """The program's version."""

    ok: Literal[True]
    version: str


class WriteAnswer(BaseModel):
    """What a write did; it was durable before this was sent."""

    ok: Literal[True]
    added: int
    replaced: int
    deleted: int
    warnings: list[str]
