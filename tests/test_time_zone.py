"""The setting of the time zone: which day a moment falls on."""

from __future__ import annotations

import datetime

import pytest

from searchengine.errors import InputError
from searchengine.time_zone import SETTING, day_of, time_zone, today

NIGHT = datetime.datetime(2022, 7, 2, 18, 30, tzinfo=datetime.timezone.utc)


def test_a_moment_has_its_vietnamese_day() -> None:
    assert day_of(NIGHT) == datetime.date(2022, 7, 3)


def test_a_moment_without_a_zone_has_the_day_that_it_says() -> None:
    assert day_of(NIGHT.replace(tzinfo=None)) == datetime.date(2022, 7, 2)


def test_the_zone_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "Europe/Paris")
    assert day_of(NIGHT) == datetime.date(2022, 7, 2)


def test_a_caller_may_have_a_zone_of_its_own() -> None:
    assert day_of(NIGHT, datetime.timezone.utc) == datetime.date(2022, 7, 2)


@pytest.mark.parametrize("day", [datetime.datetime.min, datetime.datetime.max])
def test_the_ends_of_the_calendar_have_a_day(day: datetime.datetime) -> None:
    ahead = datetime.timezone(datetime.timedelta(hours=14 if day.year == 1 else -12))
    assert day_of(day.replace(tzinfo=ahead)) == day.date()


def test_today_is_the_day_of_the_zone() -> None:
    far_east = datetime.timezone(datetime.timedelta(hours=14))
    far_west = datetime.timezone(datetime.timedelta(hours=-12))
    assert (today(far_east) - today(far_west)).days in (1, 2)


@pytest.mark.parametrize("name", ["Hà Nội", "/etc/localtime", "../UTC"])
def test_a_zone_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(SETTING, name)
    with pytest.raises(InputError, match=r"\$SEARCHENGINE_TIME_ZONE names no time zone"):
        time_zone()
