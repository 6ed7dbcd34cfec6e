"""What crosses the seam between a query and an engine: frozen plain values, no arrays, no index.

A :class:`Plan` says which documents match, what they score, in which order which of them are
wanted and what is counted beside them; a :class:`Ranking` and its kin are the answers. Everything
about the language is decided before a plan is made. Plans survive JSON (:mod:`plan_json`), so
an engine may be in another process or on another machine.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from searchengine.backends.vectors.stage import SemanticStage
from searchengine.document import Document
from searchengine.errors import InputError

Curve = Literal["exp", "gauss", "linear"]
Order = Literal["count", "name"]
Step = Literal["month", "year"]

#: What a title may say as a year, see :class:`DateDecay`.
YEARS = range(1900, 2100)

#: The ``field`` of a :class:`RangeQuery` and of a :class:`Sort` that means a document's own date.
DATE = "date"
#: The ``field`` of a :class:`Sort` that means the score.
SCORE = "score"


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

    With ``folded`` the value's diacritics do not count; with ``whole`` the value holds no others.
    """

    field: str
    syllables: tuple[str, ...]
    folded: bool
    whole: bool = False


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

    Terms of one ``idea``, if that is not 0, are the same said in several forms. What those of one
    ``form`` give a document is added up, and of an idea's forms only the one that gives it most
    counts there (a disjunction max); of forms that give the same the first in the plan.
    """

    field: str
    term: str
    weight: float
    idea: int = 0
    form: int = 0

    def __post_init__(self) -> None:
        if not (self.weight > 0 and math.isfinite(self.weight)):
            raise InputError(f"the weight of {self.term!r} must be more than 0")


@dataclass(frozen=True, slots=True)
class Idea:
    """One of the things that a query asks for: documents that ``query`` matches have it.

    Its ``forms`` are the syllables in which a text may say it, those of each form in a row.
    """

    query: Query
    weight: float
    forms: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a query's ideas a document must have to match in full.

    Ideas that no document has are left aside. A document's share is the weights of the ideas that
    it has, of all weights. As many documents as possible are asked for everything: the share asked
    for is the first of ``shares`` that at least ``enough`` documents reach, the last one if none
    is; a share that adds no document to those of a higher one asks for that. Filters do not matter
    for it. The documents with the ``best`` highest scores match in full
    whatever they have.
    """

    ideas: tuple[Idea, ...]
    shares: tuple[float, ...] = (1.0, 0.75, 0.6, 0.5)
    enough: int = 10
    best: int = 0


@dataclass(frozen=True, slots=True)
class Nearness:
    """What ``ideas`` that stand near each other multiply a score by.

    That is 1 + ``boost`` · share + ``title_boost`` · title share. Of the weights of all ideas the
    share is the most that ``window`` syllables in a row of a document's text (its title first)
    hold, the title share what its title holds: an idea counts by how many of the syllables of its
    best form are there. ``field`` says whether diacritics count. Scores are multiplied of the
    first ``depth`` documents alone; all others come behind them.
    """

    field: str
    ideas: tuple[Idea, ...]
    window: int
    boost: float
    title_boost: float
    depth: int


@dataclass(frozen=True, slots=True)
class DateDecay:
    """What dates multiply a score by: 1 + weight · curve(distance in days).

    ``origin`` is the first and last day that distances count from, ``today`` the day after which
    a date counts as today (or as the origin, if that is later). Days since 1970-01-01. At
    ``offset`` the curve is 1, at ``offset + scale`` it is ``decay``. A document that covers
    several days has the distance of the nearest; one without a date the mean factor of those with
    one, or 1 if its title says other ones of :data:`YEARS` and none of ``years``, the first and the
    last that are asked for.
    """

    origin: tuple[int, int]
    today: int
    scale: float
    offset: float
    decay: float
    weight: float
    curve: Curve
    years: tuple[int, int] | None = None


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
    coverage: Coverage | None = None
    nearness: Nearness | None = None
    semantic: SemanticStage | None = None
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
    #: Whether it has too few of the ideas to match in full.
    partial: bool = False
    #: Where in its text the passage stands whose meaning comes nearest, if that was asked for.
    passage: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The slice asked for, the number of all full matches and their facet counts.

    Where duplicates fold and the full matches were all read, ``total`` leaves out the documents
    that were folded into others. The ranking is read as far as the slice needs, and to the end of
    the full matches if that is at most ``near_duplicates.LOOK_AHEAD`` documents behind the slice.
    ``otherwise`` says that the plan matched nothing and an alternative was answered. How many more
    documents match in part is ``total_partial``; ``share`` is what was asked for of the weights of
    a coverage, ``absent`` the places of its ideas that no document has.
    """

    total: int
    ranked: tuple[RankedDocument, ...]
    facets: Mapping[str, Mapping[str, int]]
    otherwise: bool = False
    total_partial: int = 0
    share: float = 1.0
    absent: tuple[int, ...] = ()


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

    ``score == sum(part.score) · date_factor · nearness + semantic``. What the other forms of an
    idea would give, of which a better one counts, is ``outdone``. ``cosine`` is how near its
    meaning comes, None where that was not asked for or is not known.
    """

    score: float
    date_factor: float
    nearness: float
    parts: tuple[TermScore, ...]
    matches: bool
    outdone: tuple[TermScore, ...] = ()
    semantic: float = 0.0
    cosine: float | None = None
