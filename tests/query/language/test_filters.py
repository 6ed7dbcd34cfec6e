"""What a search is narrowed by beside its text: what each option becomes, and what is refused."""

from __future__ import annotations

import pytest

from searchengine.backends.fields import Field, FieldTable
from searchengine.backends.values import day_number
from searchengine.errors import InputError
from searchengine.options import SearchOptions
from searchengine.query.language.filters import Filter, filter_nodes
from searchengine.query.language.tree import HasFacet, InRange
from tests.conftest import TODAY

FIELDS = FieldTable((Field("loại", "keyword"), Field("trang", "number"), Field("ký", "date")))


def nodes(**filters: str) -> list[Filter]:
    return filter_nodes(SearchOptions(filters=filters), TODAY, FIELDS)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("5", 5.0, 5.0),
        (" 5 ", 5.0, 5.0),
        ("5..10", 5.0, 10.0),
        ("5..", 5.0, None),
        ("..-2.5", None, -2.5),
        ("..", None, None),
    ],
)
def test_a_number_is_a_value_or_a_range(
    value: str, first: float | None, last: float | None
) -> None:
    assert nodes(trang=value) == [InRange("trang", first, last)]


@pytest.mark.parametrize("value", ["nhiều", "5..nhiều", "1..2..3", "nan", "..inf", "1e999"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(InputError, match="is no number: filter 'trang'"):
        nodes(trang=value)


def test_a_date_is_whatever_a_date_is_written_as() -> None:
    first, last = (TODAY.replace(year=2022, month=7, day=day) for day in (1, 31))
    july = InRange("ký", day_number(first), day_number(last))
    assert nodes(ký="2022-07") == nodes(ký="7/2022..2022-07-31") == [july]
    assert nodes(ký="hôm nay..") == [InRange("ký", day_number(TODAY), None)]
    with pytest.raises(InputError, match="is not a date"):
        nodes(ký="sớm")


def test_a_keyword_has_no_range() -> None:
    assert nodes(loại="công văn..tờ trình") == [HasFacet("loại", "công văn..tờ trình")]


def test_a_field_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"there is no field 'cỡ': choose from .*trang"):
        nodes(cỡ="5")


def test_days_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(InputError, match="swap 'from' and 'to'"):
        filter_nodes(SearchOptions(since="2022-07", until="2022-06"), TODAY, FIELDS)
    assert filter_nodes(SearchOptions(since="2022-07", until="2022-07"), TODAY, FIELDS)
