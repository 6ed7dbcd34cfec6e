"""Where the date of a page comes from, and when it is better to have none."""

from __future__ import annotations

import datetime

import pytest

from searchengine.pages import Page, to_document


def dated(text: str, title: str = "Tin phường", **given: object) -> tuple[str, str]:
    document = to_document(Page(id="a", text=text, title=title, **given))  # type: ignore[arg-type]
    return str(document.date), document.date_origin


BODY = "Hội nghị đã bàn nhiều việc của phường và nghe ý kiến của bà con các tổ dân phố."


@pytest.mark.parametrize(
    ("value", "date", "precision"),
    [
        ("2022-09-23", "2022-09-23", "day"),
        ("2022-09-23T16:58:00+07:00", "2022-09-23", "day"),
        ("2022-09-23 16:58", "2022-09-23", "day"),
        ("23/09/2022", "2022-09-23", "day"),
        ("Thứ sáu, 23/09/2022, 16:58", "2022-09-23", "day"),
        ("20220923", "2022-09-23", "day"),
        ("Fri, 23 Sep 2022 16:58:00 +0700", "2022-09-23", "day"),
        ("2022-09", "2022-09-01", "month"),
        ("2022", "2022-01-01", "year"),
        (2022, "2022-01-01", "year"),
        (1663926000, "2022-09-23", "day"),
        (1663926000000, "2022-09-23", "day"),
        (datetime.date(2022, 9, 23), "2022-09-23", "day"),
    ],
)
def test_a_given_date_wins_over_the_text(value: object, date: str, precision: str) -> None:
    text = f"Ngày đăng 01/01/2020\n\nSáng ngày 21/3/2020, chi bộ họp. {BODY}"
    document = to_document(Page(id="a", text=text, date=value))
    assert (str(document.date), document.date_precision) == (date, precision)
    assert document.date_origin == "metadata"


@pytest.mark.parametrize(
    "value",
    [
        "2022-07-02T18:30:00Z",
        "2022-07-02T18:30:00.123+00:00",
        "2022-07-02 18:30 UTC",
        "2022-07-02T11:30-07:00",
        "2022-07-02T1130-0700",
        "2022-07-03T01:30:00+07:00",
        "2022-07-03 01:30 (GMT+7)",
        "2022-07-03T01:30:00",
        "20220702T183000Z",
        "Sat, 02 Jul 2022 18:30:00 GMT",
        "Sat, 02 Jul 2022 18:30:00 -0000",
        "Sat, 02 Jul 2022 11:30:00 -0700",
        1656786600,
        1656786600000,
        datetime.datetime(2022, 7, 2, 18, 30, tzinfo=datetime.timezone.utc),
        datetime.datetime(2022, 7, 3, 1, 30),
    ],
)
def test_half_past_one_at_night_is_of_the_vietnamese_day(value: object) -> None:
    document = to_document(Page(id="a", text=BODY, date=value))
    assert (str(document.date), document.date_precision) == ("2022-07-03", "day")


def test_a_moment_is_dated_in_the_zone_that_is_asked_for() -> None:
    page = Page(id="a", text=BODY, date="2022-07-02T18:30:00Z")
    assert str(to_document(page, datetime.timezone.utc).date) == "2022-07-02"


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), -(10**400), "9" * 5000])
def test_a_given_number_that_is_no_moment_says_nothing(value: object) -> None:
    assert dated(BODY, date=value) == ("None", "none")


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2022-07-02T99:99Z", "2022-07-02"),
        ("2022-07-02T18:30+99:00", "2022-07-02"),
        ("2022-07-02 18:30 - Thể thao", "2022-07-02"),
    ],
)
def test_a_time_that_cannot_be_leaves_the_day(value: str, date: str) -> None:
    assert dated(BODY, date=value) == (date, "metadata")


@pytest.mark.parametrize("value", [None, "", "hôm qua", 7, True, "31/02/2022", ["2022"]])
def test_a_given_date_that_says_nothing_leaves_it_to_the_rules(value: object) -> None:
    assert dated(f"Sáng ngày 21/3/2020, chi bộ họp. {BODY}", date=value) == ("2020-03-21", "lead")


@pytest.mark.parametrize(
    "stamp",
    [
        "Ngày đăng 23/09/2022 | 16:58  | Lượt xem: 295",
        "Ngày đăng: 23-09-2022",
        "Đăng lúc: 16:58 23/09/2022",
        "Cập nhật: 23/09/2022 16:58 (GMT+7)",
        "BBT - Cập nhật lúc: 16:58, 23/09/2022",
        "Thứ sáu, 23/09/2022, 16:58",
        "Thứ 6, ngày 23 tháng 9 năm 2022",
        "16:58 | 23/09/2022",
        "23/09/2022",
        "Hồng Lĩnh, ngày 23 tháng 9 năm 2022",
        "23 Tháng Chín, 2022",
        "Tháng Chín 23, 2022",
        "23 Th9, 2022",
        "T6, 23/09/2022",
        "Thứ sáu - 23/09/2022",
        "16:58 - 23/09/2022",
        "23/09/2022 - 16:58",
        "23/09/2022 04:58 PM",
        "23 Tháng Chín, 2022 lúc 4:58 chiều",
        "Được viết ngày Thứ sáu, 23 Tháng 9 2022 16:58",
        "Đăng bởi: Văn phòng - 23/09/2022",
        "Tin đăng ngày 23/09/2022 bởi Lan",
        "Lượt xem: 295 | 23/09/2022",
    ],
)
def test_a_stamp_below_the_headline_dates_the_page(stamp: str) -> None:
    text = f"Phường ta họp bàn việc dân\n{stamp}\n\nSáng ngày 20/9/2022, phường họp. {BODY}"
    document = to_document(Page(id="a", text=text))
    assert (str(document.date), document.date_origin) == ("2022-09-23", "stamp")
    assert document.title == "Phường ta họp bàn việc dân"
    assert stamp not in document.text


@pytest.mark.parametrize(
    "line",
    ["2 tháng năm 2022", "Tháng 9 năm 2022", "Kỳ 23-09", "23/9/22"],
)
def test_a_line_that_says_no_day_alone_is_no_stamp(line: str) -> None:
    assert dated(f"Phường ta họp bàn việc dân\n{line}\n\n{BODY} {BODY}", title="") == (
        "None",
        "none",
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://baoxa.example/tin/phuong-hop-20220923165801234.htm",
        "https://baoxa.example/2022/09/23/phuong-hop/",
        "//baoxa.example/2022/9/23/phuong-hop.html?p=2",
        "https://baoxa.example/2022-09-23-phuong-hop.html",
    ],
)
def test_an_address_that_tells_its_day_dates_the_page(url: str) -> None:
    text = f"Sáng ngày 20/9/2022, phường họp. {BODY}"
    assert dated(text, extra={"url": url}) == ("2022-09-23", "address")
    assert dated(text, extra={"url": url}, date="2022-09-24") == ("2022-09-24", "metadata")


@pytest.mark.parametrize(
    "url",
    [
        "https://baoxa.example/phuong-hop-c46a1735976.html",
        "https://baoxa.example/dai-hoi-20202025.html",
        "https://baoxa.example/tin-20221345999999.htm",
        "https://baoxa.example/2022/13/45/phuong-hop/",
        "https://baoxa.example/tin?ngay=20220923165801",
        "2022/09/23/phuong-hop",
        20220923165801,
        None,
    ],
)
def test_other_figures_of_an_address_date_nothing(url: object) -> None:
    assert dated(BODY, extra={"url": url}) == ("None", "none")


def test_a_stamp_may_close_the_page() -> None:
    text = f"Phường ta họp bàn việc dân\n\n{BODY}\n{BODY}\n\nCập nhật: 23/09/2022"
    assert dated(text, title="") == ("2022-09-23", "stamp")
    assert dated(f"{BODY} Tin nhanh | 09:00 23/09/2022") == ("2022-09-23", "stamp")


def test_of_two_stamps_the_day_of_posting_counts() -> None:
    text = f"Phường họp\nCập nhật: 25/09/2022\nNgày đăng: 23/09/2022\n\n{BODY}"
    assert dated(text, title="") == ("2022-09-23", "stamp")


def test_a_clock_above_the_headline_is_believed_last() -> None:
    text = f"Thứ hai, 03/02/2025\nPhường họp\nNgày đăng: 23/09/2022\n\n{BODY}"
    assert dated(text, title="") == ("2022-09-23", "stamp")


@pytest.mark.parametrize(
    "opening",
    [
        "Sáng ngày 21/3/2020, Đảng ủy phường tổ chức hội nghị.",
        "Ngày 21/3/2020, Đảng ủy phường tổ chức hội nghị.",
        "Vào lúc 8 giờ ngày 21 tháng 3 năm 2020, phường tổ chức hội nghị.",
        "(Tin tức) - Chiều thứ bảy, 21-3-2020, phường tổ chức hội nghị.",
        "Đảng ủy phường ngày 21/3/2020 đã tổ chức hội nghị.",
    ],
)
def test_the_first_dated_sentence_of_the_lead_dates_the_page(opening: str) -> None:
    assert dated(f"{opening} {BODY}") == ("2020-03-21", "lead")


@pytest.mark.parametrize(
    "opening",
    [
        "Từ ngày 21/3/2020, phường thu phí vệ sinh mới.",
        "Trước ngày 21/3/2020, các tổ phải nộp báo cáo.",
        "Ông Ba sinh ngày 21/3/2020 tại phường.",
        "Thực hiện Quyết định 12/QĐ-UBND ngày 21/3/2020, phường họp dân.",
        "Sáng ngày 21/3/1954, bộ đội ta tiến vào.",
        "Phường có 23/23 chi bộ và 8/8 khu phố.",
    ],
)
def test_a_deadline_a_birth_or_a_document_dates_nothing(opening: str) -> None:
    assert dated(f"{opening} {BODY}") == ("None", "none")


@pytest.mark.parametrize(
    "later",
    ["Năm 2021, phường đã làm xong đường.", "Ngày 5/5/2020, việc ấy được nhắc lại."],
)
def test_a_lead_that_the_page_itself_outlives_dates_nothing(later: str) -> None:
    assert dated(f"Sáng ngày 21/3/2020, phường họp. {later} {BODY}") == ("None", "none")


def test_plans_and_terms_ahead_do_not_outlive_the_lead() -> None:
    text = f"Sáng ngày 21/3/2020, phường họp bàn nhiệm kỳ 2020-2025, mục tiêu đến năm 2030. {BODY}"
    assert dated(text) == ("2020-03-21", "lead")


def test_a_day_and_month_alone_is_no_date() -> None:
    assert dated(f"Sáng ngày 15/10, phường họp tổng kết giai đoạn 2010 - 2015. {BODY}") == (
        "None",
        "none",
    )


def test_a_congress_that_opens_its_term_settles_the_year() -> None:
    text = f"Chiều 3/7, chi bộ tổ chức Đại hội lần thứ V, nhiệm kỳ 2022-2025. {BODY}"
    assert dated(text) == ("2022-07-03", "term")


@pytest.mark.parametrize(
    "text",
    [
        "Chiều 3/7, phường sơ kết giữa nhiệm kỳ 2020-2025.",
        "Chiều 3/7, phường học Nghị quyết Đại hội nhiệm kỳ 2020-2025.",
        "Chiều 3/7, phường họp chuẩn bị Đại hội nhiệm kỳ 2025-2030.",
    ],
)
def test_a_term_that_is_only_talked_about_settles_nothing(text: str) -> None:
    assert dated(f"{text} {BODY}") == ("None", "none")


def test_a_full_date_within_the_week_settles_the_year() -> None:
    text = f"Chiều 3/7, phường khen thưởng. Trước đó, sáng 30/6/2022, phường đã họp. {BODY}"
    assert dated(text) == ("2022-07-03", "year")


def test_but_not_on_a_page_about_a_trial() -> None:
    text = "Chiều 3/7, tòa xét xử vụ trộm. Theo cáo trạng, sáng 30/6/2019, bị cáo vào nhà dân."
    assert dated(text) == ("None", "none")


def test_the_first_months_of_a_year_settle_it() -> None:
    text = f"Chiều 3/7, phường họp báo. Trong 6 tháng đầu năm 2022, phường thu đủ thuế. {BODY}"
    assert dated(text) == ("2022-07-03", "year")
