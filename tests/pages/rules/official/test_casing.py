"""Capitals become what the paper, or common usage, writes in small letters."""

from __future__ import annotations

import pytest

from searchengine.pages.rules.official.casing import body_case, lower_first, sentence_case

PAPER = (
    "Theo đó, bà con làng Lụa Vạn Phúc và Hội Nông dân xã Đông Xuân giúp nhau. Tổ chức tốt hội thi."
)


@pytest.mark.parametrize(
    ("shouted", "expected"),
    [
        ("HỘI THI LÀNG LỤA VẠN PHÚC", "hội thi làng Lụa Vạn Phúc"),
        ("HỘI NÔNG DÂN XÃ ĐÔNG XUÂN", "Hội Nông dân xã Đông Xuân"),
        ("KINH TẾ - XÃ HỘI XÃ KỲ TÂN NĂM 2022", "kinh tế - xã hội xã Kỳ Tân năm 2022"),
        ("UBND VÀ HĐND KHÓA XX", "UBND và HĐND khóa XX"),
        ("XỬ LÝ VI PHẠM TRÊN ĐỊA BÀN TỈNH HÀ TĨNH", "xử lý vi phạm trên địa bàn tỉnh Hà Tĩnh"),
        ("SINH HOẠT CỦA ĐẢNG", "sinh hoạt của Đảng"),
        ("TỔ CHỨC HỘI THI", "tổ chức hội thi"),
        ("Tổ chức Hội thi", "Tổ chức Hội thi"),
    ],
)
def test_capitals_become_sentence_case(shouted: str, expected: str) -> None:
    assert sentence_case(shouted, PAPER) == expected


@pytest.mark.parametrize(
    ("shouted", "expected"),
    [
        ("SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", "Sở Tài nguyên và Môi trường"),
        ("PHÒNG TÀI CHÍNH - KẾ HOẠCH", "Phòng Tài chính - Kế hoạch"),
        ("UỶ BAN NHÂN DÂN XÃ KỲ TÂN", "Ủy ban nhân dân xã Kỳ Tân"),
        ("TRƯỜNG THCS KIM ĐỒNG", "Trường THCS Kim Đồng"),
    ],
)
def test_names_of_bodies_have_their_capitals(shouted: str, expected: str) -> None:
    assert body_case(shouted, PAPER) == expected


def test_a_first_letter_becomes_small_unless_it_begins_a_name() -> None:
    assert lower_first("Tổ chức hội thi", PAPER) == "tổ chức hội thi"
    assert lower_first("Lụa Vạn Phúc hôm nay", PAPER) == "Lụa Vạn Phúc hôm nay"
    assert lower_first("UBND xã họp", PAPER) == "UBND xã họp"
