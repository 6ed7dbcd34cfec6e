"""Relative dates: which words name one, and which days they mean."""

from __future__ import annotations

import datetime

import pytest

from searchengine.text.dates.relative import RelativePeriod, find_relative, relative_period

#: A Wednesday.
TODAY = datetime.date(2024, 5, 15)


def days(text: str, today: datetime.date = TODAY) -> list[str]:
    """The days of each relative date of a text, as ``first..last``."""
    found = [mention.period.days(today) for mention in find_relative(text)]
    return [f"{first}..{last}" for first, last in found]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tin hôm nay", "2024-05-15..2024-05-15"),
        ("họp hôm qua", "2024-05-14..2024-05-14"),
        ("hôm kia", "2024-05-13..2024-05-13"),
        ("lễ khai giảng sáng nay", "2024-05-15..2024-05-15"),
        ("bão tối qua", "2024-05-14..2024-05-14"),
        ("lịch tuần này", "2024-05-13..2024-05-19"),
        ("tuần trước", "2024-05-06..2024-05-12"),
        ("tuần tới", "2024-05-20..2024-05-26"),
        ("tháng này", "2024-05-01..2024-05-31"),
        ("tháng trước", "2024-04-01..2024-04-30"),
        ("quý này", "2024-04-01..2024-06-30"),
        ("quý trước", "2024-01-01..2024-03-31"),
        ("năm nay", "2024-01-01..2024-12-31"),
        ("năm ngoái", "2023-01-01..2023-12-31"),
        ("năm trước", "2023-01-01..2023-12-31"),
        ("năm kia", "2022-01-01..2022-12-31"),
        ("7 ngày qua", "2024-05-09..2024-05-15"),
        ("3 tháng gần đây", "2024-02-16..2024-05-15"),
        ("ba tháng gần đây nhất", "2024-02-16..2024-05-15"),
        ("năm năm qua", "2019-05-16..2024-05-15"),
        ("tuần qua", "2024-05-09..2024-05-15"),
        ("2 năm trước", "2022-01-01..2022-12-31"),
        ("3 ngày trước", "2024-05-12..2024-05-12"),
    ],
)
def test_what_is_meant(text: str, meant: str) -> None:
    assert days(text) == [meant]


@pytest.mark.parametrize(
    ("bare", "marked"),
    [
        ("tin hom nay", "tin hôm nay"),
        ("hom qua", "hôm qua"),
        ("hop tuan truoc", "họp tuần trước"),
        ("thang nay", "tháng này"),
        ("QUY TRUOC", "quý trước"),
        ("bao cao nam ngoai", "báo cáo năm ngoái"),
        ("cung ky nam truoc", "cùng kỳ năm trước"),
        ("7 ngay qua", "7 ngày qua"),
        ("3 thang gan day", "3 tháng gần đây"),
        ("Tuần  Trước", "tuần trước"),
        ("qúy này", "quý này"),
    ],
)
def test_every_way_of_typing_means_the_same(bare: str, marked: str) -> None:
    assert days(bare) == days(marked) != []


@pytest.mark.parametrize(
    "text",
    [
        # Names and other words that only look alike without diacritics.
        "viet nam truoc doi moi", "viet nam ngoai giao", "mien nam truoc", "chien thang nay",
        "sang nay", "quang nam nay",
        # With diacritics they are those letters or none.
        "quỹ này", "đất hà nam trước", "tuân này",
        # Not told from today.
        "năm trước đó", "tháng trước khi họp", "năm trước 1975", "tuần trước tết",
        # Of several, or of nobody knows how many.
        "những năm qua", "mấy tháng nay", "nhiều năm trước", "hàng ngàn năm trước",
        "bao nhiêu năm rồi", "năm tháng qua", "hai nam truoc",
        # Other words.
        "ngày nay", "qua đời", "3 tháng tới", "1,5 năm qua", "0 ngày qua",
    ],
)  # fmt: skip
def test_what_only_looks_like_one(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    ("today", "text", "meant"),
    [
        (datetime.date(2024, 1, 1), "hôm qua", "2023-12-31..2023-12-31"),
        (datetime.date(2024, 1, 1), "tuần này", "2024-01-01..2024-01-07"),
        (datetime.date(2023, 1, 1), "tuần này", "2022-12-26..2023-01-01"),
        (datetime.date(2024, 3, 31), "tháng trước", "2024-02-01..2024-02-29"),
        (datetime.date(2024, 2, 10), "quý trước", "2023-10-01..2023-12-31"),
        (datetime.date(2024, 3, 31), "1 tháng qua", "2024-03-01..2024-03-31"),
        (datetime.date(2024, 2, 29), "1 năm qua", "2023-03-01..2024-02-29"),
        (datetime.date(1, 1, 1), "hôm qua", "0001-01-01..0001-01-01"),
        (datetime.date(1, 1, 1), "2 năm qua", "0001-01-01..0001-01-01"),
        (datetime.date(9999, 12, 31), "tuần tới", "9999-12-31..9999-12-31"),
    ],
)
def test_at_the_edges_of_the_calendar(today: datetime.date, text: str, meant: str) -> None:
    assert days(text, today) == [meant]


def test_a_period_that_stands_alone_may_be_tied() -> None:
    assert relative_period("hôm-nay") == RelativePeriod("day")
    assert relative_period("thang_truoc") == RelativePeriod("month", -1)
    assert relative_period("7-ngày-qua") == RelativePeriod("day", rolling=7)
    assert relative_period("họp hôm nay") is None
    assert relative_period("hôm nào") is None
