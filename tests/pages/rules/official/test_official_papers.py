"""Every paper says the same of itself in whatever layout its text comes out of a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from searchengine import Document
from searchengine.pages import Page, to_document
from tests.pages.rules.official.layouts import LAYOUTS, Gives, Paper, one_column, two_columns
from tests.pages.rules.official.offices import OFFICES
from tests.pages.rules.official.others import OTHERS
from tests.pages.rules.official.parties import PARTIES

PAPERS = {**OFFICES, **PARTIES, **OTHERS}
PLAN = OFFICES["plan of a commune"]


def said(document: Document, paper: Paper) -> Gives:
    """What a document says of the paper that it was; a paper without a number may cite others."""
    return Gives(
        title=document.title,
        kind=document.kind,
        number=document.numbers[0] if document.numbers and paper.gives.number else "",
        date="" if document.date is None else str(document.date),
        precision=document.date_precision if document.date else "day",
        place=document.place,
        source=document.source,
        author=document.author,
    )


def read(text: str, **given: Any) -> Document:
    return to_document(Page(id="a", text=text, **given))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_the_same_in_every_layout(name: str, layout: Callable[[Paper], str]) -> None:
    paper = PAPERS[name]
    assert said(read(layout(paper)), paper) == paper.gives


def test_the_text_begins_with_the_letterhead_and_loses_nothing_below_it() -> None:
    text = two_columns(PLAN)
    document = read(f"Signature Not Verified\nKý bởi: UBND xã\n1/2\n{text}")
    assert document.text == text
    assert document.original is not None
    assert document.date_origin == "paper"


def test_what_was_given_wins_over_the_paper() -> None:
    given = {"title": "Dọn đường", "source": "Cổng xã", "author": "Lan", "kind": "Khác"}
    document = read(one_column(PLAN), **given)
    assert {name: getattr(document, name) for name in given} == given


def test_its_own_number_stands_before_those_that_it_cites() -> None:
    text = f"(Kèm theo Công văn số 7/UBND-VP)\n{one_column(PLAN)}"
    assert read(text).numbers[:2] == ("45/KH-UBND", "7/UBND-VP")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Số:   45     /KH-UBND", "45/KH-UBND"),
        ("Số 45 - KH/UBND", "45-KH/UBND"),
        ("Số 45 KH/UBND", "45-KH/UBND"),
        ("45/KH-UBND", "45/KH-UBND"),
        ("Số:        /KH-UBND", ""),
        ("Số: ……/KH-UBND", ""),
        ("Số: 45", ""),
    ],
)
def test_a_number_is_told_without_its_blanks(written: str, number: str) -> None:
    document = read(two_columns(PLAN).replace(PLAN.number, written))
    own = document.numbers[0] if document.numbers[:1] != ("12/KH-UBND",) else ""
    assert (own, document.title) == (number, PLAN.gives.title)


def test_lines_of_narrow_columns_belong_together() -> None:
    text = one_column(OFFICES["letter of a ministry"])
    for whole, broken in (
        ("BỘ TÀI CHÍNH", "BỘ\nTÀI CHÍNH"),
        ("Số: ", "Số:\n"),
        ("CỘNG HÒA", "CỘNG\nHÒA"),
        ("Hà Nội, ngày 30 tháng", "Hà\nNội, ngày 30\ntháng"),
    ):
        text = text.replace(whole, broken, 1)
    paper = OFFICES["letter of a ministry"]
    assert said(read(text), paper) == paper.gives


def test_two_who_sign_minutes_are_both_named() -> None:
    text = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nBIÊN BẢN HỌP TỔ DÂN"
        " PHỐ\n"
        "Hôm nay, hồi 19 giờ 30 ngày 05 tháng 6 năm 2022, tại nhà văn hóa, tổ họp.\n\n"
        "THƯ KÝ                        CHỦ TRÌ\n(Ký, ghi rõ họ tên)      (Ký, ghi rõ họ tên)\n\n"
        "Lê Thị Bình                 Nguyễn Văn Ân\n"
    )
    document = read(text)
    assert (document.title, document.author) == (
        "Biên bản họp tổ dân phố",
        "Lê Thị Bình - Nguyễn Văn Ân",
    )
    assert str(document.date) == "2022-06-05"


def test_a_text_without_lines_still_says_what_stands_above_its_text() -> None:
    document = read(" ".join(one_column(OFFICES["guide of a department"]).split()))
    assert document.title == "Hướng dẫn đánh giá, xếp loại cán bộ, công chức năm 2020"
    assert document.numbers[0] == "1190/HD-SNV"
    assert (str(document.date), document.source) == ("2020-11-05", "Sở Nội vụ")


def test_a_year_alone_is_left_of_a_line_with_two_blanks() -> None:
    text = one_column(PLAN).replace("ngày 03 tháng 07 năm", "ngày … tháng … năm")
    document = read(text)
    assert (str(document.date), document.date_precision) == ("2022-01-01", "year")


@pytest.mark.parametrize(
    "blank",
    ["Đông Xuân, ngày … tháng … năm …", "Đông Xuân, ngày 31 tháng 02 năm 2022"],
)
def test_a_line_without_a_day_of_the_calendar_dates_nothing(blank: str) -> None:
    text = one_column(PLAN).replace("Đông Xuân, ngày 03 tháng 07 năm 2022", blank)
    document = read(f"Ký bởi: UBND xã\nNgày ký: 05-07-2022 08:15:22\n{text}")
    assert (document.date, document.place) == (None, "xã Đông Xuân")


@pytest.mark.parametrize(
    "cited",
    [
        "(ban hành kèm theo Quyết định số 9/QĐ-TTg ngày 02/3/2020)",
        "Luật này được Quốc hội khóa XVI thông qua ngày 18 tháng 6 năm 2020.",
        "Hôm nay, ngày 05/6/2020, xã đã họp.",
    ],
)
def test_days_of_what_a_paper_cites_are_not_its_own(cited: str) -> None:
    text = one_column(PLAN).replace("ngày 03 tháng", "ngày … tháng")
    document = read(text.replace("1. Mục đích", f"{cited}\n1. Mục đích"))
    assert (str(document.date), document.date_precision) == ("2022-07-01", "month")


def test_a_table_of_names_in_the_text_signs_nothing() -> None:
    table = "TRƯỞNG THÔN\nĐỗ Văn Bốn\nLý Thị Năm\n" + "Mỗi thôn chuẩn bị dụng cụ của mình.\n" * 30
    document = read(one_column(PLAN).replace("1. Mục đích", f"{table}\n1. Mục đích"))
    assert document.author == PLAN.gives.author


ARTICLE = "Bà con các thôn đã ra quân từ sáng sớm, ai nấy đều phấn khởi. Đường làng sạch đẹp hơn."


@pytest.mark.parametrize(
    "text",
    [
        f"Xã Đông Xuân ra quân\n\n{ARTICLE}\n\nToàn văn kế hoạch:\n{one_column(PLAN)}",
        f"Kế hoạch 45/KH-UBND năm 2022 về dọn vệ sinh\n\n{one_column(PLAN)}",
        f"{ARTICLE}\nTrên giấy có dòng CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM và số 45/KH-UBND.",
        "Văn bản mới\nKế hoạch 45/KH-UBND\nThông báo 12/TB-UBND\nQuyết định 7/QĐ-UBND\n",
        f"ĐẢNG CỘNG SẢN VIỆT NAM MUÔN NĂM\n{ARTICLE}",
        f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{ARTICLE}",
        f"ĐẢNG CỘNG SẢN VIỆT NAM\nNGHỊ QUYẾT\nvề xây dựng Đảng\n{ARTICLE}",
        f"KẾ HOẠCH\nTổ chức ra quân\n{ARTICLE}",
    ],
    ids=["article", "headline", "sentence", "list", "slogan", "title alone", "no line", "no head"],
)
def test_what_is_no_paper_is_read_as_before(text: str) -> None:
    document = read(text)
    assert (document.kind, document.source) == ("", "")
    assert document.date_origin != "paper"


def test_a_form_names_no_office() -> None:
    text = (
        "Mẫu số 02\nTÊN CQ, TC CẤP TRÊN\nTÊN CƠ QUAN, TỔ CHỨC (1)\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA"
        " VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\nSố: …/TB-…\n…, ngày … tháng … năm …\nTHÔNG BÁO\nVề việc"
        " nghỉ lễ\n"
    )
    document = read(text)
    assert (document.title, document.kind) == ("Thông báo về việc nghỉ lễ", "Thông báo")
    assert (document.source, document.numbers, document.date) == ("", (), None)
