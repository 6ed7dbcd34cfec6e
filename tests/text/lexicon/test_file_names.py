"""What the names of files say, and which say nothing."""

from __future__ import annotations

import unicodedata

import pytest

from searchengine.text.lexicon.file_names import MAX_WORDS, name_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Báo cáo phụ nữ.txt", "bao cao phu nu"),
        ("bao_cao_phu_nu.pdf", "bao cao phu nu"),
        ("bao-cao.phu.nu.docx", "bao cao phu nu"),
        ("BÁO CÁO", "bao cao"),
        ("Đơn xin nghỉ.htm", "don xin nghi"),
        ("Kế hoạch quý 1.2023", "ke hoach quy 1 2023"),
        ("74-KH-ĐU.doc", "74 kh du"),
        ("họp tổ 5B (2).odt", "hop to 5b 2"),
        ("Bản sao của Kế hoạch.xlsx", "ban sao cua ke hoach"),
        ("annual report.txt", "annual report"),
        ("kỹ thuật.txt", "ki thuat"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_that_says_something(name: str, words: str, form: str) -> None:
    assert name_words(unicodedata.normalize(form, name)) == words.split()


@pytest.mark.parametrize(
    "name",
    [
        "000.txt",
        "IMG_2031.jpg",
        "DSC01234.JPG",
        "document(1).pdf",
        "New Text Document (2).txt",
        "Microsoft Word - Document1.pdf",
        "Tài liệu không có tiêu đề.docx",
        "Ảnh chụp màn hình 2023-01-02 lúc 10.20.30.png",
        "a3f9c2d17e8b4410.html",
        "001_15548a90c78a3968.txt",
        "550e8400-29b4-41d4-9716-446655440000.txt",
        "2023-01-02.txt",
        "(1).txt",
        "",
    ],
)
def test_a_name_that_says_nothing(name: str) -> None:
    assert name_words(name) == []


def test_a_hash_beside_words_is_left_out() -> None:
    assert name_words("bao-cao-15548a90c78a3968-20230102123456.txt") == ["bao", "cao"]


def test_a_long_name_is_cut() -> None:
    assert len(name_words("báo cáo " * MAX_WORDS)) == MAX_WORDS
