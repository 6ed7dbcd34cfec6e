"""Orders and facets that are asked for by name."""

from __future__ import annotations

import pytest

from searchengine.backends.fields import Field, FieldTable
from searchengine.backends.values import Sort
from searchengine.errors import InputError
from searchengine.query.plan.asked import facets_of, sort_of

FIELDS = FieldTable((Field("loại", "keyword"), Field("trang", "number"), Field("ký", "date")))
BEST = Sort("score", True)


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("score", BEST),
        ("date", Sort("date", True)),
        ("date:asc", Sort("date", False)),
        ("trang", Sort("trang", True)),
        ("TRANG:asc", Sort("trang", False)),
        ("loại", Sort("loại", False)),
        ("loại:desc", Sort("loại", True)),
        ("ký", Sort("ký", True)),
    ],
)
def test_highest_and_newest_come_first_and_names_from_a(asked: str, order: Sort) -> None:
    assert sort_of(asked, FIELDS, BEST) == order


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("score:asc", "the best score comes first"),
        ("trang:up", "'asc' or 'desc'"),
        ("cỡ", "there is no field 'cỡ': choose from score, date, .*trang"),
        ("", "there is no field ''"),
    ],
)
def test_what_is_no_order_is_refused(asked: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        sort_of(asked, FIELDS, BEST)


def test_facets_are_counted_once_by_their_own_names() -> None:
    assert facets_of(["term", "Loại", "loại", "year"], FIELDS, 10, "count") == (
        "term_of_office",
        "loại",
        "year",
    )
    assert facets_of(None, FIELDS, 10, "name") == FIELDS.facet_names


@pytest.mark.parametrize(
    ("name", "limit", "order", "message"),
    [
        ("loại", 0, "count", "limit must be between 1"),
        ("loại", 10_001, "count", "limit must be between 1"),
        ("loại", 10, "size", "by 'count' or by 'name'"),
        ("cỡ", 10, "count", "there is no facet 'cỡ'"),
    ],
)
def test_facets_that_cannot_be_are_refused(name: str, limit: int, order: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        facets_of([name], FIELDS, limit, order)
