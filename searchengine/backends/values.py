"""What crosses the seam between a query and an engine: frozen plain values, no arrays, no index.

A :class:`Plan` says which documents match, what they score, in which order which of them are
wanted and what is counted beside them; a :class:`Ranking` and its kin are the answers. Everything
about the language is decided before a plan is made. Plans survive JSON (:mod:`plan_json`), so
an engine may be in another process or on another machine.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from searchengine.document import Document
from searchengine.errors import InputError

Curve = Literal["exp", "gauss", "linear"]
Order = Literal["count", "name"]
Step = Literal["month", "year"]

#: The ``field`` of a :class:`RangeQuery` and of a :class:`Sort` that means a document's own date.
DATE = "date"
#: The ``field`` of a :class:`Sort` that means the score.
SCORE = "score"

#: A histogram has at most this many bars, a hundred years of months. One page dated a thousand
#: years too early must not make a list of empty months of it.
MAX_BARS = 1200

_EPOCH = datetime.date(1970, 1, 1)


def day_number(date: datetime.date) -> int:
    """Return days since 1970-01-01."""
    return (date - _EPOCH).days


class FieldTerm(NamedTuple):
    """A term of a field: of a token stream, of the document numbers, or the whole value of a
    metadata field that every index has.

    In a field of syllables a :class:`Phrase` is a term too, as its ``term`` is written.
    """

    field: str
    term: str


class Beginning(NamedTuple):
    """The terms of a field that begin in any of some ways, the ``limit`` commonest of them."""

    field: str
    prefixes: tuple[str, ...]
    limit: int


class Phrase(NamedTuple):
    """Syllables side by side, or, with a ``slop``, so many others between the first and the last.

    With ``other`` syllables, which stand side by side themselves, both must be there with at most
    ``slop`` syllables between them, in either order. A phrase is in a text once for each place
    where its first syllable stands.
    """

    syllables: tuple[str, ...]
    slop: int = 0
    other: tuple[str, ...] = ()

    @property
    def term(self) -> str:
        """How it is written where a term of a field of syllables is asked for.

        ``"chi bộ"``, ``"chi bộ~2"`` with a slop, ``"chi bộ ~2 khu phố"`` with another.
        """
        text = " ".join(self.syllables)
        if self.other:
            return f"{text} ~{self.slop} {' '.join(self.other)}"
        return f"{text}~{self.slop}" if self.slop and len(self.syllables) > 1 else text

    @classmethod
    def of(cls, term: str) -> Phrase:
        """Return the phrase that is written as ``term``."""
        text, tilde, rest = term.partition("~")
        if not tilde:
            return cls(tuple(text.split(" ")))
        slop, _, other = rest.partition(" ")
        return cls(tuple(text.split()), int(slop), tuple(other.split()))


@dataclass(frozen=True, slots=True)
class TermQuery:
    """Documents that hold ``term`` in ``field``."""

    field: str
    term: str


@dataclass(frozen=True, slots=True)
class PhraseQuery:
    """Documents that hold ``terms`` side by side, in this order, in a field of syllables.

    ``slop`` and ``other`` are those of a :class:`Phrase`.
    """

    field: str
    terms: tuple[str, ...]
    slop: int = 0
    other: tuple[str, ...] = ()

    @property
    def term(self) -> str:
        """The phrase as a term of its field."""
        return Phrase(self.terms, self.slop, self.other).term


@dataclass(frozen=True, slots=True)
class ValueQuery:
    """Documents whose value of a metadata field holds these syllables side by side.

    With ``folded`` the value's diacritics do not count.
    """

    field: str
    syllables: tuple[str, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class RangeQuery:
    """Documents whose value of ``field`` touches the range; None leaves that side open.

    For :data:`DATE` and fields of dates the bounds are days since 1970-01-01, both included, and
    a document dated by its month or year covers all days of it. No value, no match.
    """

    field: str
    first: float | None
    last: float | None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that every one of ``queries`` matches; without any, all documents."""

    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that at least one of ``queries`` matches; without any, none."""

    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Documents that ``query`` does not match."""

    query: Query


Query = TermQuery | PhraseQuery | ValueQuery | RangeQuery | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class ScoringTerm:
    """A term that adds ``weight`` · BM25 to the score of each document that holds it.

    BM25 is idf · tf / (tf + k1 · (1 − b + b · length / mean length)), k1 1.2 and b 0.75, with
    Lucene's idf ln(1 + (N − df + 0.5)/(df + 0.5)) over the documents of the view; in a field
    without lengths (document numbers) it is the idf alone.
    """

    field: str
    term: str
    weight: float

    def __post_init__(self) -> None:
        if not (self.weight > 0 and math.isfinite(self.weight)):
            raise InputError(f"the weight of {self.term!r} must be more than 0")


@dataclass(frozen=True, slots=True)
class DateDecay:
    """What dates multiply a score by: 1 + weight · curve(distance in days).

    ``origin`` is the first and last day that distances count from, ``today`` the day after which
    a date counts as today (or as the origin, if that is later). Days since 1970-01-01. At
    ``offset`` the curve is 1, at ``offset + scale`` it is ``decay``. A document that covers
    several days has the distance of the nearest; one without a date the mean factor of those with
    one.
    """

    origin: tuple[int, int]
    today: int
    scale: float
    offset: float
    decay: float
    weight: float
    curve: Curve


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of documents: by score, by date or by a field; documents without a value last.

    By date the newest come first by the last day that a date covers, the oldest by the first.
    ``descending`` is for dates and fields; by score the best always come first. Ties go by score,
    best first, and then by the order of :meth:`View.documents`.
    """

    field: str = SCORE
    descending: bool = True


@dataclass(frozen=True, slots=True)
class FacetSpec:
    """Which facets are counted, at most so many values of each, in which order."""

    names: tuple[str, ...]
    limit: int
    order: Order = "count"


@dataclass(frozen=True, slots=True)
class Plan:
    """One question to an engine.

    ``match`` says which documents match; None stands for all that hold any of the ``score``
    terms. ``filters`` narrow that and never score. Of the matching documents, in the order of
    ``sort``, those from ``offset`` on are wanted, ``limit`` of them; matching documents without a
    score come last. With ``fold_duplicates`` documents of nearly the same text (see
    :mod:`near_duplicates`) stand together in the place of the best; facets count each of them.
    Without ``texts`` the documents come with an empty text, which need not be read. If no document
    at all matches ``match``, whatever the filters, ``otherwise`` is answered instead, which may
    have another.
    ``seconds`` is how long the answer may take; None for as long as it needs.
    """

    match: Query | None
    score: tuple[ScoringTerm, ...] = ()
    decay: DateDecay | None = None
    filters: tuple[Query, ...] = ()
    sort: Sort = Sort()
    offset: int = 0
    limit: int = 10
    facets: FacetSpec | None = None
    fold_duplicates: bool = False
    texts: bool = True
    otherwise: Plan | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document and its score, without its ``original``, and its text where none was wanted."""

    document: Document
    score: float
    #: The ids of the documents folded into this one, as far as the ranking was read: up to the last
    #: of the slice, or to its end where that is near.
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The slice asked for, the number of all matches and their facet counts.

    Where duplicates fold and the ranking was read to its end, ``total`` leaves out the documents
    that were folded into others. It is read as far as the slice needs, and to its end if that is
    at most ``near_duplicates.LOOK_AHEAD`` documents behind the slice. ``otherwise`` says that the
    plan matched nothing and an alternative was answered.
    """

    total: int
    ranked: tuple[RankedDocument, ...]
    facets: Mapping[str, Mapping[str, int]]
    otherwise: bool = False


@dataclass(frozen=True, slots=True)
class TermScore:
    """What one scoring term gives one document: ``score`` is ``weight`` · BM25.

    ``frequency`` is how often the document's ``field`` holds the term.
    """

    field: str
    term: str
    weight: float
    frequency: int
    idf: float
    score: float


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """Every part of one document's score; ``matches`` says whether the plan lets it in.

    ``score == sum(part.score) · date_factor``.
    """

    score: float
    date_factor: float
    parts: tuple[TermScore, ...]
    matches: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by month or year, oldest first, without gaps; iterates over ``bars``.

    All matching documents are in one bar, or among ``earlier`` (older than the first bar, which
    happens only where more bars would be needed than a histogram may have), ``year_only`` (dated
    without a month, in a histogram by month) or ``undated``.
    """

    by: Step
    bars: tuple[tuple[str, int], ...]
    earlier: int
    year_only: int
    undated: int

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self.bars)

    def __len__(self) -> int:
        return len(self.bars)

    def __getitem__(self, at: int) -> tuple[str, int]:
        return self.bars[at]

    @property
    def total(self) -> int:
        """How many documents match."""
        bars = sum(count for _, count in self.bars)
        return bars + self.earlier + self.year_only + self.undated

    def to_json(self) -> dict[str, Any]:
        """Return the histogram as JSON values."""
        return {
            "by": self.by,
            "bars": [{"label": label, "count": count} for label, count in self.bars],
            "earlier": self.earlier,
            "year_only": self.year_only,
            "undated": self.undated,
        }


@dataclass(frozen=True, slots=True)
class CacheUse:
    """How many ``bytes`` are kept, of how many at most (``limit``), and of which kinds."""

    bytes: int
    limit: int
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers about an index; ``bytes`` on disk, ``terms`` distinct ones by field.

    ``cache`` says what is kept in memory between searches, where an engine does so.
    """

    documents: int
    dated: int
    deleted: int
    segments: int
    bytes: int
    generation: int
    terms: Mapping[str, int] = field(default_factory=dict)
    cache: CacheUse | None = None
