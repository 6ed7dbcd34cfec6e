"""What the rules make of the five sample pages: the answers that a reader would give."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from searchengine import Document
from searchengine.pages import Page, to_document

SEEDS = Path(__file__).parents[2] / "seeds"


def seed(number: str) -> Document:
    [path] = SEEDS.glob(f"{number}_*.txt")
    return to_document(Page(id=path.name, text=path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("number", "date", "origin"),
    [
        ("000", datetime.date(2020, 3, 21), "lead"),
        ("001", datetime.date(2022, 7, 3), "term"),
        ("002", datetime.date(2023, 3, 28), "lead"),
        ("003", datetime.date(2022, 9, 23), "stamp"),
        ("004", None, "none"),
    ],
)
def test_date(number: str, date: datetime.date | None, origin: str) -> None:
    document = seed(number)
    assert (document.date, document.date_origin) == (date, origin)
    assert document.date_precision == ("none" if date is None else "day")


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("000", "phường Nguyễn Thái Bình"),
        ("001", "phường Quang Trung"),
        ("002", "phường Nguyễn Cư Trinh"),
        ("003", "phường Việt Hưng"),
        ("004", "phường Bắc Hồng"),
    ],
)
def test_place(number: str, place: str) -> None:
    assert seed(number).place == place


@pytest.mark.parametrize(
    ("number", "author"),
    [("000", ""), ("001", "Hồng Hoàn"), ("002", "Thanh Xuân"), ("003", ""), ("004", "")],
)
def test_author(number: str, author: str) -> None:
    assert seed(number).author == author


@pytest.mark.parametrize(
    ("number", "start"),
    [
        ("000", "ĐẠI HỘI ĐẢNG BỘ BỘ PHẬN KHU PHỐ 2 NHIỆM KỲ 2020 – 2025"),
        ("001", "Đại hội Chi bộ khu 5B, phường Quang Trung lần thứ V, nhiệm kỳ 2022-2025"),
        ("002", "PHƯỜNG NGUYỄN CƯ TRINH TRIỂN KHAI QUYẾT LIỆT, ĐỒNG BỘ"),
        ("003", "Đại hội các Chi bộ nhiệm kỳ 2022-2025, sự kiện chính trị trên địa bàn phường"),
        ("004", "Sáng ngày 15/10, Đảng ủy phường Bắc Hồng tổ chức tổng kết 10 năm thực hiện"),
    ],
)
def test_title(number: str, start: str) -> None:
    title = seed(number).title
    assert title.startswith(start)
    assert len(title) < 180


@pytest.mark.parametrize(
    ("number", "term"),
    [
        ("000", (2020, 2025)),
        ("001", (2022, 2025)),
        ("002", (2020, 2025)),
        ("003", (2022, 2025)),
        ("004", None),
    ],
)
def test_term(number: str, term: tuple[int, int] | None) -> None:
    assert seed(number).term_of_office == term


@pytest.mark.parametrize(
    ("number", "numbers"), [("002", ("01-KL/TW", "05-CT/TW")), ("003", ("74-KH/ĐU",)), ("000", ())]
)
def test_document_numbers(number: str, numbers: tuple[str, ...]) -> None:
    assert seed(number).numbers == numbers


@pytest.mark.parametrize(
    ("number", "start", "end"),
    [
        ("000", "Sáng ngày 21/3/2020", "nhiệm kỳ 2020 – 2025."),
        ("001", "Chiều 3/7, Chi bộ khu 5B", "giữ chức Bí thư chi bộ nhiệm kỳ mới."),
        ("002", "Ngày 28/3/2023, Đảng ủy", "Đảng bộ phường nhiệm kỳ 2020 – 2025."),
        ("003", "Đại hội các chi bộ trực thuộc", "lần thứ XXVI đã đề ra."),
        ("004", "Sáng ngày 15/10, Đảng ủy", "Đảng khóa X."),
    ],
)
def test_the_text_is_the_article_and_nothing_else(number: str, start: str, end: str) -> None:
    text = seed(number).text
    assert text.startswith(start)
    assert text.endswith(end)


@pytest.mark.parametrize(
    ("number", "junk"),
    [
        ("001", "Tỷ giá ngoại tệ"),
        ("001", "Tổng lượt truy cập"),
        ("001", "Hồng Hoàn"),
        ("002", "\n5\n"),
        ("003", "tin mới nhất"),
        ("003", "Ngày đăng 23/09/2022"),
        ("004", "Mã xác thực"),
        ("004", "Liên kết website"),
    ],
)
def test_what_is_trimmed_stays_in_the_original(number: str, junk: str) -> None:
    document = seed(number)
    assert junk not in document.text
    assert document.original is not None
    assert junk in document.original
