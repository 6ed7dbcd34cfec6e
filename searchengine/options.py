"""What may be asked beside a query's text: one frozen value for library, command and server.

Checks itself when made, as far as nothing else need be known. What an option does is decided by
``search_view`` and the query's plan.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypedDict

from searchengine.errors import InputError
from searchengine.query.dates.boost import DateBoost

#: A day, or what a person types (`2022-07`, `hôm qua`); None or an empty string for none.
DateLike = datetime.date | str | None
#: Values of fields by the fields' names.
Filters = Mapping[str, str] | tuple[tuple[str, str], ...]


class QueryEncoder(Protocol):
    """What makes vectors of queries, such as a ``SemanticModel``."""

    @property
    def fingerprint(self) -> str:
        """What names the model: vectors of others do not compare."""

    @property
    def spread(self) -> float:
        """The standard deviation that its cosines have where they say much."""

    def query(self, text: str, /) -> Iterable[float]:
        """Return the vector of a query, of unit length."""


#: Pages beyond this depth are refused (page × limit), as are longer pages.
MAX_DEPTH = 10_000
MAX_LIMIT = 1_000
#: Explaining takes a look at every term of a plan for each hit.
MAX_EXPLAINED = 20
#: A facet lists this many values if nothing else is asked for, and at most so many.
FACET_VALUES = 20
MAX_FACET_VALUES = 10_000
#: How many completions a prefix gets.
SUGGESTIONS = 10
#: How many documents like one are told.
SIMILAR = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Options of a search; every one has a default.

    ``page`` (from 1) of pages of ``limit`` hits. ``since`` and ``until`` are dates or what the
    command line takes (``"2022-07"``, ``"hôm qua"``), both included; what is told from today counts
    from ``today``. ``kind``, ``place``, ``source``, ``author`` and ``term`` (of office, such as
    `2020–2025`) find documents whose value holds these syllables side by side; ``folder`` those in
    a folder and below it. ``filters`` does so for any field of the index by its name; of numbers
    and dates it takes a value or a range (``"5..10"``, ``"2022-07.."``). ``match_all`` asks for
    every bare word. With ``correct`` a bare word that hardly any document has counts as what was
    surely meant by it. ``sort`` is ``"score"``, ``"date"`` (newest first) or a field (keywords from
    A, numbers and dates from the highest); ``":asc"`` or ``":desc"`` behind it says otherwise.
    ``date_boost`` False ranks by text alone, None or True takes the default; a date in the query
    becomes the origin unless the boost has one. ``explain`` says where each score comes from, of at
    most 20 hits. With ``facets`` the values of all matches are counted. Without ``snippets`` hits
    have neither snippet nor highlights. With ``fold_duplicates`` pages of nearly the same text are
    one hit. ``semantic`` is a model whose vectors the index has: the first hits are then ordered by
    what they mean as well as by their words. With ``suggest`` the results say what a misspelt or
    bare query may have meant, if anything.
    ``time_limit`` is in seconds; a search that takes longer raises :class:`TimeLimitError`. Raises
    :class:`InputError` for options that cannot be.
    """

    limit: int = 10
    page: int = 1
    since: DateLike = None
    until: DateLike = None
    kind: str | None = None
    place: str | None = None
    source: str | None = None
    author: str | None = None
    term: str | None = None
    folder: str | None = None
    filters: Filters = ()
    sort: str = "score"
    match_all: bool = False
    correct: bool = True
    date_boost: DateBoost | bool | None = None
    today: datetime.date | None = None
    explain: bool = False
    facets: bool = True
    snippets: bool = True
    fold_duplicates: bool = True
    semantic: QueryEncoder | None = None
    suggest: bool = True
    time_limit: float | None = None

    def __post_init__(self) -> None:
        check_page(self.page, self.limit)
        if self.explain and self.limit > MAX_EXPLAINED:
            raise InputError(
                f"the scores of at most {MAX_EXPLAINED} hits are explained: lower the limit"
            )
        if self.time_limit is not None and not self.time_limit > 0:
            raise InputError("the time limit must be more than 0 seconds")

    def field_filters(self) -> tuple[tuple[str, str], ...]:
        """Return the names and values of ``filters``."""
        pairs = self.filters.items() if isinstance(self.filters, Mapping) else self.filters
        return tuple(pairs)


def check_page(
    page: int, limit: int, *, longest: int = MAX_LIMIT, deepest: int = MAX_DEPTH
) -> None:
    """Raise :class:`InputError` for a page of more than ``longest`` hits, or beyond ``deepest``."""
    if not 1 <= limit <= longest:
        raise InputError(f"the limit must be between 1 and {longest:,}")
    if page < 1 or page * limit > deepest:
        raise InputError(
            f"page {page} is out of reach: only the first {deepest:,} results can be paged"
        )


def read_filters(pairs: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the names and values of filters written as ``FIELD=VALUE``.

    Raises :class:`InputError` for one that is not.
    """
    found = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise InputError(f"a filter is written FIELD=VALUE, such as loại=Nghị quyết: {pair!r}")
        found.append((name.strip(), value.strip()))
    return tuple(found)


DEFAULT_OPTIONS = SearchOptions()


class FilterKeywords(TypedDict, total=False):
    """The fields of :class:`SearchOptions` that say which documents match, as keywords."""

    since: DateLike
    until: DateLike
    kind: str | None
    place: str | None
    source: str | None
    author: str | None
    term: str | None
    folder: str | None
    filters: Filters
    match_all: bool
    correct: bool
    today: datetime.date | None
    time_limit: float | None


class SearchKeywords(FilterKeywords, total=False):
    """All fields of :class:`SearchOptions` as keywords of the library's functions."""

    limit: int
    page: int
    sort: str
    date_boost: DateBoost | bool | None
    explain: bool
    facets: bool
    snippets: bool
    fold_duplicates: bool
    semantic: QueryEncoder | None
    suggest: bool
