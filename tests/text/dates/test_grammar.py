"""What counts as a date in Vietnamese text, what does not, and what may be typed as one."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.errors import InputError
from searchengine.text.dates.grammar import YEAR_MAX, YEAR_MIN, find_dates, parse_date_argument

DAYS = st.dates(datetime.date(YEAR_MIN, 1, 1), datetime.date(YEAR_MAX, 12, 31))


def read(text: str, **options: bool) -> list[tuple[str, str, int | None, int | None, int | None]]:
    return [
        (text[found.start : found.end], found.kind, found.year, found.month, found.day)
        for found in find_dates(text, **options)
    ]


@pytest.mark.parametrize(
    "written",
    [
        "21/3/2020",
        "21-3-2020",
        "21.3.2020",
        "21/03/2020",
        "21/ 3/ 2020",
        "ngày 21/3/2020",
        "ngày 21 tháng 3 năm 2020",
        "NGÀY 21 THÁNG 3 NĂM 2020",
        "ngày 21 tháng 3, 2020",
        "ngày 21 tháng Ba năm 2020",
        "ngày 21 tháng 3/2020",
        "2020-03-21",
        "2020/03/21",
    ],
)
def test_a_full_date_is_read_however_it_is_written(written: str) -> None:
    text = f"Hội nghị diễn ra {written}, tại nhà văn hóa."
    [found] = find_dates(text)
    assert text[found.start : found.end] == written
    assert found.date() == datetime.date(2020, 3, 21)
    assert (found.kind, found.precision) == ("date", "day")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ngày 3/7", ("ngày 3/7", 7, 3)),
        ("Chiều 3/7, chi bộ họp", ("3/7", 7, 3)),
        ("sáng qua 31-3, hơn trăm người", ("31-3", 3, 31)),
        ("hôm nay (27/4)", ("27/4", 4, 27)),
        ("Thứ hai, 15/10", ("15/10", 10, 15)),
        ("lúc 14h30 ngày 5-2", ("ngày 5-2", 2, 5)),
        ("ngày 15.10 tới", ("ngày 15.10", 10, 15)),
        ("ngày 21 tháng 3", ("ngày 21 tháng 3", 3, 21)),
        ("họp giao ban 15/10.", ("15/10", 10, 15)),
        ("xong trước 3/4.", ("3/4", 4, 3)),
    ],
)
def test_a_day_and_month_has_no_year(text: str, expected: tuple[str, int, int]) -> None:
    [(written, kind, year, month, day)] = read(text)
    assert (written, month, day) == expected
    assert (kind, year) == ("day_month", None)


@pytest.mark.parametrize(
    ("text", "kind", "year", "month", "precision"),
    [
        ("tháng 7/2022", "month", 2022, 7, "month"),
        ("tháng 7 năm 2022", "month", 2022, 7, "month"),
        ("Tháng 07-2022", "month", 2022, 7, "month"),
        ("12/2021", "month", 2021, 12, "month"),
        ("năm 2022", "year", 2022, None, "year"),
        ("quý 1/2023", "quarter", 2023, 1, "quarter"),
        ("Quý III năm 2023", "quarter", 2023, 7, "quarter"),
    ],
)
def test_months_quarters_and_years(
    text: str, kind: str, year: int, month: int | None, precision: str
) -> None:
    [found] = find_dates(text)
    assert (found.start, found.end) == (0, len(text))
    assert (found.kind, found.year, found.month) == (kind, year, month)
    assert found.precision == precision


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("nhiệm kỳ 2020 – 2025", "term", 2020, 2025),
        ("NHIỆM KỲ 2020-2025", "term", 2020, 2025),
        ("nhiệm kì 2020 — 2025", "term", 2020, 2025),
        ("nhiệm kỳ V, 2022-2025", "term", 2022, 2025),
        ("nhiệm kỳ 2022 đến 2025", "term", 2022, 2025),
        ("giai đoạn 2010 - 2015", "period", 2010, 2015),
        ("năm học 2020-2021", "period", 2020, 2021),
    ],
)
def test_terms_of_office_and_periods(text: str, kind: str, first: int, last: int) -> None:
    [found] = find_dates(text)
    assert (found.kind, found.year, found.last_year) == (kind, first, last)


def test_the_first_day_of_a_range_takes_its_year_from_the_second() -> None:
    text = "từ ngày 20/8 đến hết ngày 11/9/2022, 23/23 chi bộ đã họp"
    assert [found.date() for found in find_dates(text)] == [
        datetime.date(2022, 8, 20),
        datetime.date(2022, 9, 11),
    ]
    [over, _] = find_dates("từ ngày 28/12 đến ngày 3/1/2023")
    assert over.date() == datetime.date(2022, 12, 28)


def test_a_day_beside_another_takes_no_year_that_is_not_its_own() -> None:
    [leap, _] = find_dates("từ ngày 29/2 đến ngày 3/3/2023")
    assert (leap.year, leap.date()) == (None, None)
    [apart, _] = find_dates("họp ngày 5/3 tại xã và ngày 6/3/2022")
    assert apart.year is None


def test_a_range_of_days_is_one_mention_that_begins_with_the_first() -> None:
    assert read("15-17/10/2022") == [("15-17/10/2022", "date", 2022, 10, 15)]
    assert read("ngày 12-14/3") == [("ngày 12-14/3", "day_month", None, 3, 12)]


def test_a_range_of_months_ends_with_the_second() -> None:
    assert read("tháng 3-7/2022") == [("7/2022", "month", 2022, 7, None)]


@pytest.mark.parametrize(
    "text",
    [
        "23/23 chi bộ",
        "8/8 khu phố",
        "29/40 đảng viên",
        "chiếm 2/3.",
        "đạt 3/4 chỉ tiêu",
        "thắng 3-2",
        "tỷ số 2-1.",
        "Nghị định 10/2020/NĐ-CP",
        "30/2020/NĐ-CP",
        "123/QĐ-UBND",
        "Thông tư 12/2020",
        "số 15/10 đường Lê Lợi",
        "điện thoại 0903.123.456",
        "56.460.500 đồng",
        "15,9 triệu",
        "1.219,75 điểm",
        "tăng 5/10%",
        "phục vụ 24/7.",
        "36 tháng 6 lần",
        "ngày 31/2/2020",
        "ngày 12/13/2020",
        "21/3/1899",
        "họp 21 tháng 3",
        "tháng 13/2022",
        "nhiệm kỳ 2025-2020",
        "giai đoạn 1930-2025",
        "từ 28-2/3/2022",
        "1/2-3/4-5/6",
        "2/3.4/2020",
        "3/7-5",
        "ngày 10/3 âm lịch",
        "ngày 10 tháng 3 âm lịch",
        "khu phố 2",
        "Nghị quyết 02",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize("text", ["khu phố 2/9", "đường 30/4", "lễ 30/4", "mừng ngày 8/3"])
def test_streets_and_holidays_are_named_days_without_a_year(text: str) -> None:
    [found] = find_dates(text)
    assert (found.kind, found.year) == ("named_day", None)


def test_a_bare_year_counts_only_where_it_is_asked_for() -> None:
    assert find_dates("đại hội 2022") == []
    assert read("đại hội 2022", bare_years=True) == [("2022", "year", 2022, None, None)]
    [period] = find_dates("kế hoạch 2020-2025", bare_years=True)
    assert (period.kind, period.year, period.last_year) == ("period", 2020, 2025)


@given(DAYS, st.sampled_from(["{0.day}/{0.month}/{0.year}", "{0.day}-{0.month}-{0.year}"]))
def test_every_day_of_the_calendar_is_read_back(day: datetime.date, form: str) -> None:
    [found] = find_dates("Hôm " + form.format(day) + " trời mưa")
    assert found.date() == day


@given(st.text(alphabet="0123456789/-–. ngàythnămquý(),", max_size=40))
def test_no_text_raises_and_mentions_never_overlap(text: str) -> None:
    end = 0
    for found in find_dates(text, bare_years=True):
        assert end <= found.start < found.end <= len(text)
        assert found.year is None or YEAR_MIN <= found.year <= YEAR_MAX
        end = found.end


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2022", "2022-01-01", "2022-12-31", "year"),
        ("2022-02", "2022-02-01", "2022-02-28", "month"),
        ("7/2022", "2022-07-01", "2022-07-31", "month"),
        ("2022-07-03", "2022-07-03", "2022-07-03", "day"),
        ("3/7/2022", "2022-07-03", "2022-07-03", "day"),
        (" 03-07-2022 ", "2022-07-03", "2022-07-03", "day"),
    ],
)
def test_a_date_argument_is_its_first_and_last_day(
    text: str, first: str, last: str, precision: str
) -> None:
    given_range = parse_date_argument(text)
    assert given_range.first.isoformat() == first
    assert given_range.last.isoformat() == last
    assert given_range.precision == precision


@pytest.mark.parametrize("text", ["", "22", "hôm qua", "31/2/2022", "2022-13", "1899", "3/7/22"])
def test_any_other_argument_is_an_input_error_of_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_date_argument(text)
    assert "\n" not in str(caught.value)
    assert "20" in str(caught.value)
