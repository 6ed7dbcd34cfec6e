"""Titles, places, authors, terms and document numbers of pages."""

from __future__ import annotations

import pytest

from searchengine.pages import Page, to_document

BODY = "Hội nghị đã bàn nhiều việc của địa phương và nghe ý kiến của bà con."


def place(lead: str, title: str = "Tin địa phương") -> str:
    return to_document(Page(id="a", text=f"{lead} {BODY}", title=title)).place


def author(text: str) -> str:
    return to_document(Page(id="a", text=text, title="Tin")).author


def test_a_headline_keeps_its_letters() -> None:
    document = to_document(Page(id="a", text=f"PHƯỜNG TA  HỌP BÀN\n\n{BODY}"))
    assert document.title == "PHƯỜNG TA HỌP BÀN"
    assert document.text == BODY


def test_a_title_made_from_a_sentence_ends_where_a_phrase_does() -> None:
    sentence = (
        "Sáng ngày 15/10, Đảng ủy phường tổ chức tổng kết mười năm thực hiện nghị quyết của Đảng bộ"
        " thị xã về tăng cường công tác dân vận và chăm lo đời sống của nhân dân."
    )
    document = to_document(Page(id="a", text=sentence))
    assert document.title.endswith("công tác dân vận…") or document.title.endswith("thị xã…")
    assert len(document.title) <= 121
    assert document.text == sentence


def test_a_short_first_sentence_is_the_title_without_its_stop() -> None:
    assert to_document(Page(id="a", text=f"UBND TP. Huế họp. {BODY}")).title == "UBND TP. Huế họp"


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("Đảng ủy phường Quang Trung tổ chức hội nghị.", "phường Quang Trung"),
        ("Xã Kim Song Trường họp.", "xã Kim Song Trường"),
        ("Tại thị trấn Nghèn, huyện Can Lộc, đã có họp.", "thị trấn Nghèn"),
        ("UBND huyện Can Lộc, tỉnh Hà Tĩnh họp.", "huyện Can Lộc"),
        ("Công an tỉnh Thanh Hoá họp.", "tỉnh Thanh Hóa"),
        ("UBND TP.HCM họp.", "thành phố Hồ Chí Minh"),
        ("UBND Thành phố Hà Nội họp.", "thành phố Hà Nội"),
        ("Phó chủ tịch UBND TP HCM Lê Văn An phát biểu.", "thành phố Hồ Chí Minh"),
        ("Trường ở phường 12, Quận 4 đã mở cửa.", "phường 12"),
        ("Chi bộ khu phố 2 phường Nguyễn Thái Bình họp.", "phường Nguyễn Thái Bình"),
        ("Bí thư Đảng ủy phường Lê Thanh Tuấn phát biểu.", ""),
        ("Chị Lan, quê xã Kim Song Trường, huyện Can Lộc, đã về.", ""),
        ("Các xã Kim Lộc, Song Lộc đã họp.", ""),
        ("Phát triển thị xã giai đoạn mới.", ""),
        ("Việc của TP. Theo ông Ba, dân đã biết.", ""),
        ("Đó là việc của quận.\nTối qua, dân đã biết.", ""),
    ],
)
def test_the_place_is_the_most_specific_unit_of_title_and_lead(lead: str, expected: str) -> None:
    assert place(lead) == expected


def test_a_place_in_the_title_comes_before_one_of_the_lead() -> None:
    assert place("Phường Đậu Liêu họp.", "Phường Bắc Hồng ra quân") == "phường Bắc Hồng"


def test_a_title_in_capitals_names_no_place_but_the_lead_does() -> None:
    assert place("Phường Bắc Hồng họp.", "PHƯỜNG BẮC HỒNG RA QUÂN") == "phường Bắc Hồng"


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("Hồng Hoàn", "Hồng Hoàn"),
        ("HỒNG HOÀN", "HỒNG HOÀN"),
        ("H.Hoàn", "H.Hoàn"),
        ("Hồng Hoàn - Thanh Xuân", "Hồng Hoàn - Thanh Xuân"),
        ("Tin, ảnh: Hồng Hoàn", "Hồng Hoàn"),
        ("Tác giả: Nguyễn Thị Bình", "Nguyễn Thị Bình"),
        ("Hồng Hoàn\nTheo Báo Hà Tĩnh", "Hồng Hoàn"),
        ("Hồng Hoàn (tổng hợp)", "Hồng Hoàn"),
    ],
)
def test_a_name_on_the_last_line_signs_the_page(ending: str, expected: str) -> None:
    document = to_document(Page(id="a", text=f"{BODY}\n\n{BODY}\n\n{ending}", title="Tin"))
    assert document.author == expected
    assert document.text == f"{BODY}\n\n{BODY}"


@pytest.mark.parametrize(
    "ending", ["Theo TTXVN", "Hà Nội", "Báo Hà Tĩnh", "Ban Biên Tập", "Ảnh: Hồng Hoàn", "Hết", "5B"]
)
def test_agencies_places_and_credits_are_no_authors(ending: str) -> None:
    assert author(f"{BODY}\n\n{BODY}\n\n{ending}") == ""


def test_a_name_after_the_last_sentence_signs_a_text_without_lines() -> None:
    assert author(f"{BODY} Hồng Hoàn") == "Hồng Hoàn"
    assert author(f"{BODY} Đó là lời của chị Hồng Hoàn") == ""


def test_a_label_below_the_headline_names_the_author() -> None:
    document = to_document(Page(id="a", text=f"Phường họp\nTác giả: Hồng Hoàn\n\n{BODY}"))
    assert (document.author, document.text) == ("Hồng Hoàn", BODY)


def test_what_is_given_wins_over_what_is_found() -> None:
    page = Page(
        id="a", text=f"Phường Bắc Hồng họp. {BODY}", title="Tin", place="Hà Tĩnh", author="Lan"
    )
    document = to_document(page)
    assert (document.title, document.place, document.author) == ("Tin", "Hà Tĩnh", "Lan")


def test_a_term_that_only_the_body_mentions_is_not_the_page_s() -> None:
    far = f"{BODY} " * 20 + "Khi ấy là nhiệm kỳ 2010-2015."
    assert to_document(Page(id="a", text=far, title="Tin")).term_of_office is None
    assert to_document(Page(id="a", text=far, title="Nhiệm kỳ 2020 – 2025")).term_of_office == (
        2020,
        2025,
    )


def test_each_document_number_is_kept_once_as_first_written() -> None:
    text = f"Kế hoạch 01-KH/ĐU và 1-KH/ĐU; Quyết định 123/QĐ-UBND. {BODY}"
    assert to_document(Page(id="a", text=text)).numbers == ("01-KH/ĐU", "123/QĐ-UBND")
