"""What is asked of an index, and what it answers: the values that cross the Backend protocol."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from searchengine.backends.embedded.cache_budget import CacheUse
from searchengine.backends.embedded.decay import DateBoost
from searchengine.backends.embedded.scoring.exact_scoring import TermScore
from searchengine.document import Document
from searchengine.query.language.tree import Node

Sort = Literal["score", "date"]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question: which documents (``root``), in which order, and which slice of them.

    ``boost`` None ranks by text alone. ``origin`` is the first and last day that the boost counts
    from, ``marked`` whether the query was typed with diacritics. ``snippets`` says that passages
    will be chosen, which takes the weights of the query's syllables. With ``fold_duplicates``
    pages of nearly the same text stand together in the place of the best.
    """

    root: Node
    marked: bool
    boost: DateBoost | None
    origin: tuple[datetime.date, datetime.date]
    today: datetime.date
    offset: int = 0
    limit: int = 10
    sort: Sort = "score"
    facets: bool = True
    snippets: bool = True
    fold_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document and its score."""

    document: Document
    score: float
    #: The ids of the documents folded into this one.
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The slice asked for, the number of all matches and their facet counts."""

    total: int
    ranked: tuple[RankedDocument, ...]
    facets: Mapping[str, Mapping[str, int]]
    #: The idf of each folded syllable of the query, for choosing snippets; else empty.
    syllable_weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """Every part of one document's score; ``matches`` says whether the tree lets it in."""

    score: float
    date_factor: float
    parts: tuple[TermScore, ...]
    matches: bool


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers about an index; ``bytes`` on disk, ``terms`` distinct ones by stream.

    ``cache``: bytes of memory that are kept between searches now.
    """

    documents: int
    dated: int
    deleted: int
    segments: int
    bytes: int
    generation: int
    terms: Mapping[str, int]
    cache: CacheUse
