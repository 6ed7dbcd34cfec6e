"""Date boosts: the curves by hand, origins, undated and future documents."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable

import numpy as np
import pytest

from searchengine import DateBoost, Document, SearchEngine
from searchengine.backends.embedded.decay import curve_at, factors
from searchengine.backends.values import Curve, DateDecay
from searchengine.errors import InputError

DAY = datetime.date


def decay_of(boost: DateBoost, origin: int = 0, today: int = 0) -> DateDecay:
    return DateDecay(
        (origin, origin), today, boost.scale, boost.offset, boost.decay, boost.weight, boost.curve
    )


@pytest.mark.parametrize(
    ("curve", "at_three_scales"),
    [
        # decay 0.5, offset 10, scale 100: at distance 300 the curve sees 290 days.
        ("exp", 0.5**2.9),
        ("gauss", 0.5 ** (2.9**2)),
        ("linear", 0.0),
    ],
)
def test_curves_by_hand(curve: Curve, at_three_scales: float) -> None:
    boost = DateBoost(scale=100, offset=10, decay=0.5, curve=curve)
    values = curve_at(decay_of(boost), np.array([0.0, 10.0, 110.0, 300.0]))
    assert values.tolist() == pytest.approx([1.0, 1.0, 0.5, at_three_scales])


def test_linear_between() -> None:
    boost = DateBoost(scale=100, decay=0.5, curve="linear")
    assert curve_at(decay_of(boost), np.array([50.0, 150.0, 250.0])).tolist() == [0.75, 0.25, 0.0]


def test_other_decay() -> None:
    boost = DateBoost(scale=30, decay=0.2)
    assert curve_at(decay_of(boost), np.array([60.0]))[0] == pytest.approx(0.04)
    assert curve_at(decay_of(boost), np.array([15.0]))[0] == pytest.approx(math.sqrt(0.2))


def _factors(days: list[int | None], boost: DateBoost, origin: int, today: int) -> list[float]:
    none = -(2**31)
    known = np.array([none if day is None else day for day in days], np.int32)
    dated = known != none
    other_years = np.zeros(len(days), np.bool_)
    return factors(decay_of(boost, origin, today), known, known, dated, other_years).tolist()


def test_undated_documents_get_the_mean_and_future_ones_distance_zero() -> None:
    boost = DateBoost(scale=100, weight=0.4)
    found = _factors([1000, 900, 1500, None], boost, origin=1000, today=1000)
    assert found == pytest.approx([1.4, 1.2, 1.4, (1.4 + 1.2 + 1.4) / 3])


def test_a_later_document_is_as_far_from_an_earlier_origin() -> None:
    boost = DateBoost(scale=100, weight=1.0)
    assert _factors([800, 1000], boost, origin=900, today=1000) == pytest.approx([1.5, 1.5])


def test_without_dated_documents_nothing_changes() -> None:
    assert _factors([None, None], DateBoost(), origin=0, today=0) == [1.0, 1.0]


@pytest.mark.parametrize(
    "values",
    [{"scale": 0}, {"scale": -1}, {"decay": 0}, {"decay": 1}, {"offset": -1}, {"weight": -0.1},
     {"curve": "cubic"}, {"scale": math.nan}, {"scale": math.inf}],
)  # fmt: skip
def test_impossible_parameters_are_errors(values: dict[str, object]) -> None:
    with pytest.raises(InputError):
        DateBoost(**values)  # type: ignore[arg-type]


@pytest.fixture
def twins(make_engine: Callable[..., SearchEngine]) -> SearchEngine:
    """Two equal documents a year apart."""
    return make_engine(
        Document(id="2020", text="đại hội chi bộ", date=DAY(2020, 6, 1)),
        Document(id="2021", text="đại hội chi bộ", date=DAY(2021, 6, 1)),
    )


def test_the_order_swaps_when_the_origin_moves(twins: SearchEngine) -> None:
    def first(origin: datetime.date) -> str:
        return twins.search("đại hội", date_boost=DateBoost(origin=origin)).hits[0].id

    assert first(DAY(2020, 1, 1)) == "2020"
    assert first(DAY(2022, 1, 1)) == "2021"


def test_by_default_today_is_the_origin(twins: SearchEngine) -> None:
    assert twins.search("đại hội").hits[0].id == "2021"


def test_a_date_in_the_query_is_the_origin(twins: SearchEngine) -> None:
    assert twins.search("đại hội năm 2020").hits[0].id == "2020"
    assert twins.search("đại hội tháng 5/2020").hits[0].id == "2020"
    assert twins.search("đại hội 2021").hits[0].id == "2021"


def test_a_title_that_says_another_year_follows(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(
        Document(id="other", title="Bão số 2 năm 2019", text="Như bão số 2 năm 2017."),
        Document(id="asked", title="Bão số 2 năm 2017 vào đất liền", text="Mưa to ở ven biển."),
        Document(id="silent", title="Bão số 2 vào đất liền", text="Bão số 2 năm ấy gây mưa to."),
        Document(id="dated", title="Trồng lúa", text="Vụ mùa.", date=DAY(2017, 7, 1)),
    )

    def order(query: str) -> list[str]:
        return [hit.id for hit in engine.search(query) if hit.id != "dated"]

    assert order("bão số 2 năm 2017") == ["asked", "silent", "other"]
    assert order("bao so 2 nam 2017")[-1] == "other"
    # Where no year is asked for, none is a wrong one.
    assert order("bão số 2 đất liền") == ["silent", "asked", "other"]
    factors = {engine.explain("bão số 2", id_).date_factor for id_ in ("asked", "silent", "other")}
    assert len(factors) == 1


def test_a_date_never_changes_which_documents_match(twins: SearchEngine) -> None:
    with_date = twins.search("đại hội 2020")
    assert with_date.total == twins.search("đại hội").total == 2


def test_no_boost_leaves_equal_documents_equal(twins: SearchEngine) -> None:
    first, second = twins.search("đại hội", date_boost=False)
    assert first.score == second.score
