"""Parameters of the API, options of the command: names and defaults are the library's."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from searchengine import DateBoost, SearchOptions
from searchengine.cli.commands import main
from searchengine.server.api.parameters import (
    FacetParameters,
    Filters,
    HistogramParameters,
    SearchParameters,
)

TODAY = datetime.date(2024, 1, 1)
#: Options that other parameters stand for, or that are not for a request to choose.
NOT_PARAMETERS = {"date_boost", "today", "time_limit"}


def test_without_parameters_a_search_has_the_librarys_defaults() -> None:
    assert SearchParameters().options(TODAY) == SearchOptions(today=TODAY)


def test_every_option_is_a_parameter_of_search() -> None:
    options = {field.name for field in dataclasses.fields(SearchOptions)}
    assert options - NOT_PARAMETERS <= SearchParameters.model_fields.keys()


def test_every_parameter_reaches_its_option() -> None:
    given = {
        "from": "2022", "to": "2023", "place": "phường Sấu", "source": "Loa sáng",
        "author": "Hồng Hoàn", "term": "2020-2025", "kind": "Kế hoạch", "in": "2024",
        "all": True, "limit": 7, "page": 3,
        "sort": "date", "scale": 30.0, "origin": "3/7/2022", "explain": True, "facets": False,
        "snippets": False, "fold_duplicates": False, "suggest": False, "correct": False,
        "filter": ["loại=Nghị quyết", "trang=3..5"],
    }  # fmt: skip
    assert SearchParameters.model_validate(given).options(TODAY) == SearchOptions(
        since="2022", until="2023", place="phường Sấu", source="Loa sáng", author="Hồng Hoàn",
        term="2020-2025", kind="Kế hoạch", folder="2024",
        match_all=True, limit=7, page=3, sort="date",
        date_boost=DateBoost(datetime.date(2022, 7, 3), scale=30.0), today=TODAY, explain=True,
        facets=False, snippets=False, fold_duplicates=False, suggest=False, correct=False,
        filters=(("loại", "Nghị quyết"), ("trang", "3..5")),
    )  # fmt: skip


@pytest.mark.parametrize("model", [FacetParameters, HistogramParameters])
def test_what_counts_is_narrowed_and_not_paged(model: type[Filters]) -> None:
    asked = model.model_validate({"place": "phường Sấu"})
    assert asked.options(TODAY) == SearchOptions(place="phường Sấu", today=TODAY)


def test_how_many_values_a_facet_has_is_no_page_size() -> None:
    assert FacetParameters(limit=3).options(TODAY).limit == SearchOptions().limit


def test_search_and_facets_are_narrowed_by_the_same_options() -> None:
    filters = {
        "words",
        "since",
        "until",
        "place",
        "source",
        "author",
        "term",
        "match_all",
        "no_correct",
    }
    for name in ("search", "facets"):
        assert {*filters, "time_limit"} <= {one.name for one in main.commands[name].params}
