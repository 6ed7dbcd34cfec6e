"""The parameters of the reading routes, named as the command's options are.

Declared once, for checking requests and for the OpenAPI document; what they ask of the engine is
a :class:`SearchOptions`, whose names and defaults they have. What a query's text means is the
engine's business.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import QueryParams

from searchengine.backends.fields import FACET_NAMES
from searchengine.backends.values import Order, Step
from searchengine.errors import QueryError
from searchengine.options import (
    DEFAULT_OPTIONS,
    FACET_VALUES,
    MAX_EXPLAINED,
    MAX_FACET_VALUES,
    MAX_LIMIT,
    SIMILAR,
    SUGGESTIONS,
    QueryEncoder,
    SearchOptions,
    check_page,
    read_filters,
)
from searchengine.query.dates.boost import date_boost_of
from searchengine.server.settings import Settings

#: Completions that one request may ask for.
MAX_SUGGESTIONS = 100
#: Documents like one that one request may ask for.
MAX_SIMILAR = 100

_DATE = "2022, 2022-07, 2022-07-03 or 3/7/2022"
_OPTIONS = frozenset(field.name for field in dataclasses.fields(SearchOptions))


class Parameters(BaseModel):
    """What every set of parameters shares: a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


P = TypeVar("P", bound=Parameters)


class Filters(Parameters):
    """Which documents may be found; with a filter the query may be empty."""

    q: str = Field("", description="What to look for, in the query language.")
    since: str | None = Field(None, alias="from", description=f"The first day: {_DATE}.")
    until: str | None = Field(None, alias="to", description="The last day that counts.")
    kind: str | None = Field(None, description="Only documents of this kind, such as kế hoạch.")
    place: str | None = Field(None, description="Only documents of this place.")
    source: str | None = Field(None, description="Only documents of this source.")
    author: str | None = Field(None, description="Only documents of this author.")
    term: str | None = Field(None, description="Only documents of this term of office: 2020-2025.")
    folder: str | None = Field(
        None, alias="in", description="Only what lies in or below this folder."
    )
    filters: list[str] = Field(
        [],
        alias="filter",
        description="FIELD=VALUE: only documents with this value, or FIELD=FIRST..LAST.",
    )
    match_all: bool = Field(
        DEFAULT_OPTIONS.match_all, alias="all", description="Every word must be there."
    )
    correct: bool = Field(
        DEFAULT_OPTIONS.correct,
        description="Take a word that hardly any document has for what was surely meant.",
    )

    def options(self, today: datetime.date) -> SearchOptions:
        """Return what narrows a search; the other options have their defaults."""
        return SearchOptions(today=today, **self._options_of(Filters))

    def _options_of(self, model: type[Filters]) -> dict[str, Any]:
        """The values of those parameters of ``model`` that are options by the same name."""
        named = {name: getattr(self, name) for name in model.model_fields if name in _OPTIONS}
        return {**named, "filters": read_filters(self.filters)}


class SearchParameters(Filters):
    """The parameters of /search."""

    limit: int = Field(
        DEFAULT_OPTIONS.limit, ge=1, le=MAX_LIMIT, description="How many results a page has."
    )
    page: int = Field(DEFAULT_OPTIONS.page, ge=1, description="Which page of results, from 1.")
    sort: str = Field(
        DEFAULT_OPTIONS.sort, description="score, date or a field; :asc or :desc behind it."
    )
    no_date_boost: bool = Field(False, description="Rank by the text alone.")
    scale: float | None = Field(
        None, gt=0, allow_inf_nan=False, description="Days in which a boost falls to half."
    )
    origin: str | None = Field(None, description="The date that is best; today without this.")
    explain: bool = Field(
        DEFAULT_OPTIONS.explain,
        description=f"Show where each score comes from, of at most {MAX_EXPLAINED} results.",
    )
    facets: bool = Field(DEFAULT_OPTIONS.facets, description="Count the values of the facets.")
    snippets: bool = Field(
        DEFAULT_OPTIONS.snippets, description="Choose a passage of each document."
    )
    fold_duplicates: bool = Field(
        DEFAULT_OPTIONS.fold_duplicates, description="Show documents that say the same once."
    )
    semantic: bool = Field(
        False, description="Order the first results by what they mean as well as by their words."
    )
    suggest: bool = Field(DEFAULT_OPTIONS.suggest, description="Say what may have been meant.")

    def options(self, today: datetime.date, model: QueryEncoder | None = None) -> SearchOptions:
        """Return what is asked for, by ``model``; raises :class:`InputError` for what cannot be."""
        boost = False if self.no_date_boost else date_boost_of(self.scale, self.origin)
        named = {**self._options_of(SearchParameters), "semantic": model}
        return SearchOptions(today=today, date_boost=boost, **named)

    def check(self, settings: Settings) -> None:
        """Raise :class:`InputError` or :class:`QueryError` for what goes beyond the limits."""
        check_query(self.q, settings)
        check_page(self.page, self.limit, longest=settings.page_size, deepest=settings.page_depth)


class FacetParameters(Filters):
    """The parameters of /facets."""

    by: list[str] = Field(
        [], description=f"Only these facets; all without: {', '.join(FACET_NAMES)}, or a field."
    )
    limit: int = Field(
        FACET_VALUES, ge=1, le=MAX_FACET_VALUES, description="How many values of each facet."
    )
    order: Order = Field("count", description="Commonest first, or by name.")


class HistogramParameters(Filters):
    """The parameters of /histogram."""

    by: Step = Field("month", description="What a bar stands for.")


class SuggestParameters(Parameters):
    """The parameters of /suggest."""

    q: str = Field(description="What has been typed so far.")
    limit: int = Field(SUGGESTIONS, ge=1, le=MAX_SUGGESTIONS, description="How many completions.")


class SimilarParameters(Parameters):
    """The parameters of /similar."""

    id: str = Field(description="The document that others are compared with.")
    limit: int = Field(SIMILAR, ge=1, le=MAX_SIMILAR, description="How many documents.")


class DocumentParameters(Parameters):
    """The parameters of /documents/{id}."""

    q: str | None = Field(None, description="Mark what matches this query.")
    correct: bool = Field(DEFAULT_OPTIONS.correct, description="Mark what a search finds by it.")
    original: bool = Field(False, description="Add the page as it was, untrimmed.")


def read_parameters(model: type[P], given: QueryParams) -> P:
    """Return what a request asks for; the last value of a parameter counts, of a list all of them.

    Raises :class:`RequestValidationError`. The framework takes a tenth of a millisecond longer to
    come to the same.
    """
    lists = [
        field.alias or name for name, field in model.model_fields.items() if field.default == []
    ]
    values: dict[str, Any] = dict(given)
    values.update((name, given.getlist(name)) for name in lists if name in given)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise RequestValidationError(
            [{**one, "loc": ("query", *one["loc"])} for one in errors]
        ) from error


def documented(model: type[Parameters]) -> dict[str, Any]:
    """Return what the OpenAPI document says of a route that reads its parameters as ``model``."""
    schema = model.model_json_schema()
    required = schema.get("required", [])
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": field.pop("description"),
            "schema": field,
        }
        for name, field in schema["properties"].items()
    ]
    return {"parameters": parameters}


def check_query(query: str, settings: Settings) -> None:
    """Raise :class:`QueryError` if ``query`` is longer than the server allows."""
    if len(query) > settings.query_characters:
        raise QueryError(
            f"the query has {len(query):,} characters, {settings.query_characters:,} is the "
            "limit: shorten it"
        )
