"""What a date boost may be, and around which day it lies."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from searchengine.backends.values import day_number
from searchengine.errors import InputError
from searchengine.query.dates.boost import DateBoost, date_boost_of
from searchengine.query.plan.date_decay import (
    QUERY_DATE_SCALE,
    QUERY_DATE_WEIGHT,
    date_decay,
)
from searchengine.query.plan.planner import read_query
from tests.conftest import TODAY

NAN, INFINITE = float("nan"), float("inf")
DAY = datetime.date(2020, 5, 1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"scale": 0}, "scale must be more than 0 days"),
        ({"scale": NAN}, "scale must be more than 0 days"),
        ({"scale": INFINITE}, "scale must be more than 0 days"),
        ({"decay": 0}, "decay must lie between 0 and 1"),
        ({"decay": 1}, "decay must lie between 0 and 1"),
        ({"offset": -1}, "offset must be 0 days or more"),
        ({"offset": NAN}, "offset must be 0 days or more"),
        ({"weight": -0.1}, "weight must be 0 or more"),
        ({"weight": INFINITE}, "weight must be 0 or more"),
        ({"curve": "step"}, "curve must be exp, gauss or linear"),
    ],
)
def test_numbers_that_make_no_curve_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        DateBoost(**values)


def test_the_least_that_makes_a_curve_is_taken() -> None:
    assert DateBoost(scale=0.1, offset=0, decay=0.999, weight=0, curve="linear").weight == 0


def test_a_scale_and_a_day_are_read_as_people_write_them() -> None:
    assert date_boost_of(None, None) is None
    assert date_boost_of(30, None) == DateBoost(scale=30)
    assert date_boost_of(None, "5/2020") == DateBoost(origin=DAY)
    with pytest.raises(InputError, match="is not a date"):
        date_boost_of(30, "mai")


def test_the_days_own_origin_goes_before_a_date_of_the_query() -> None:
    query = read_query("đại hội 2022", TODAY).as_typed.query
    given = date_decay(query, TODAY, DateBoost(origin=DAY))
    assert given is not None
    assert (given.origin, given.years) == ((day_number(DAY), day_number(DAY)), None)
    assert date_decay(query, TODAY, False) is None


def test_a_date_of_the_query_makes_the_usual_boost_stronger_and_leaves_one_of_the_callers() -> None:
    query = read_query("đại hội 2022", TODAY).as_typed.query
    usual, own = date_decay(query, TODAY, None), date_decay(query, TODAY, DateBoost(weight=0.5))
    assert usual is not None
    assert own is not None
    assert usual.years == own.years == (2022, 2022)
    assert (usual.weight, usual.scale) == (QUERY_DATE_WEIGHT, QUERY_DATE_SCALE)
    assert own.weight == 0.5
