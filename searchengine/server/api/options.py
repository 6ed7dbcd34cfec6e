"""The parameters of the reading routes, named as the command's options are.

Declared once, for checking requests and for the OpenAPI document. What a query's text means is
the engine's business.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import QueryParams

from searchengine.errors import InputError, QueryError
from searchengine.query.dates.boost import date_boost_of
from searchengine.server.settings import Settings

Facet = Literal["year", "month", "place", "source", "author", "term_of_office", "term"]
DATE = "2022, 2022-07, 2022-07-03 or 3/7/2022"


class Options(BaseModel):
    """What every set of parameters shares: a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


O = TypeVar("O", bound=Options)  # noqa: E741


class Filters(Options):
    """Which documents may be found; with a filter the query may be empty."""

    q: str = Field("", description="What to look for, in the query language.")
    since: str | None = Field(None, alias="from", description=f"The first day: {DATE}.")
    until: str | None = Field(None, alias="to", description="The last day that counts.")
    place: str | None = Field(None, description="Only documents of this place.")
    source: str | None = Field(None, description="Only documents of this source.")
    author: str | None = Field(None, description="Only documents of this author.")
    term: str | None = Field(None, description="Only documents of this term of office: 2020-2025.")
    match_all: bool = Field(False, alias="all", description="Every word must be there.")

    def filters(self) -> dict[str, Any]:
        """Return the engine's arguments."""
        return {
            "since": self.since,
            "until": self.until,
            "place": self.place,
            "source": self.source,
            "author": self.author,
            "term": self.term,
            "match_all": self.match_all,
        }


class SearchOptions(Filters):
    """The parameters of /search."""

    limit: int = Field(10, ge=1, le=1000, description="How many results a page has.")
    page: int = Field(1, ge=1, description="Which page of results, from 1.")
    sort: Literal["score", "date"] = Field("score", description="Best or newest first.")
    no_date_boost: bool = Field(False, description="Rank by the text alone.")
    scale: float | None = Field(
        None, gt=0, allow_inf_nan=False, description="Days in which a boost falls to half."
    )
    origin: str | None = Field(None, description="The date that is best; today without this.")
    explain: bool = Field(False, description="Show where each score comes from.")
    facets: bool = Field(True, description="Count the values of the facets.")
    snippets: bool = Field(True, description="Choose a passage of each document.")
    fold_duplicates: bool = Field(False, description="Show documents that say the same once.")
    suggest: bool = Field(True, description="Say what may have been meant.")

    def arguments(self) -> dict[str, Any]:
        """Return the engine's arguments; raises :class:`InputError` for dates that are none."""
        return {
            **self.filters(),
            "limit": self.limit,
            "page": self.page,
            "sort": self.sort,
            "date_boost": self._boost(),
            "explain": self.explain,
            "facets": self.facets,
            "snippets": self.snippets,
            "fold_duplicates": self.fold_duplicates,
            "suggest": self.suggest,
        }

    def check(self, settings: Settings) -> None:
        """Raise :class:`InputError` or :class:`QueryError` for what goes beyond the limits."""
        check_query(self.q, settings)
        if self.limit > settings.page_size:
            raise InputError(f"the limit must be between 1 and {settings.page_size:,}")
        if self.page * self.limit > settings.page_depth:
            raise InputError(
                f"page {self.page} is out of reach: only the first {settings.page_depth:,} "
                "results can be paged"
            )

    def _boost(self) -> Any:
        return False if self.no_date_boost else date_boost_of(self.scale, self.origin)


class FacetOptions(Filters):
    """The parameters of /facets."""

    by: list[Facet] = Field([], description="Only these facets; all without.")
    limit: int = Field(20, ge=1, le=10_000, description="How many values of each facet.")
    order: Literal["count", "name"] = Field("count", description="Commonest first, or by name.")


class HistogramOptions(Filters):
    """The parameters of /histogram."""

    by: Literal["month", "year"] = Field("month", description="What a bar stands for.")


class SuggestOptions(Options):
    """The parameters of /suggest."""

    q: str = Field(description="What has been typed so far.")
    limit: int = Field(10, ge=1, le=100, description="How many completions.")


class DocumentOptions(Options):
    """The parameters of /documents/{id}."""

    q: str | None = Field(None, description="Mark what matches this query.")
    original: bool = Field(False, description="Add the page as it was, untrimmed.")


def read_options(model: type[O], given: QueryParams) -> O:
    """Return what a request asks for; the last value of a parameter counts, of a list all of them.

    Raises :class:`RequestValidationError`. The framework takes a tenth of a millisecond longer to
    come to the same.
    """
    lists = [name for name, field in model.model_fields.items() if field.default == []]
    values: dict[str, Any] = dict(given)
    values.update((name, given.getlist(name)) for name in lists if name in given)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise RequestValidationError(
            [{**one, "loc": ("query", *one["loc"])} for one in errors]
        ) from error


def documented(model: type[Options]) -> dict[str, Any]:
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
