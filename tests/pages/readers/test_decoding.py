"""Encodings: what is read, what is guessed with a warning, and what is refused as binary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.pages.readers.decoding import BinaryError, decode

TEXT = "Đại hội chi bộ tổ dân phố số 5 đã thành công tốt đẹp.\nBà con ai cũng phấn khởi.\n" * 3


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
def test_unicode_is_read_with_and_without_a_byte_order_mark(encoding: str) -> None:
    decoded = decode(TEXT.encode(encoding))
    assert decoded.text == TEXT
    assert bool(decoded.warning) == (encoding in ("utf-16-le", "utf-16-be"))


def test_latin_1_is_guessed_and_said_to_be() -> None:
    text = "Le maître d'école était déjà à côté de la forêt, près du château.\n" * 3
    decoded = decode(text.encode("latin-1"))
    assert decoded.text == text
    assert "Latin-1" in decoded.warning


def test_of_other_bytes_none_is_lost() -> None:
    data = bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))
    text = decode(data).text
    assert len(set(text)) == len(data)
    assert (text[-1], text[95], text[96]) == ("ÿ", "€", "\x81")


def test_a_declared_encoding_comes_before_a_guess() -> None:
    assert decode("Привет, мир".encode("cp1251"), declared="windows-1251").text == "Привет, мир"
    assert decode(b"\xcf\xf0", declared="no-such-thing").text == "Ïð"


def test_a_few_damaged_bytes_do_not_make_utf_8_another_encoding() -> None:
    damaged = TEXT.encode().replace("ố".encode(), b"\xff", 1)
    decoded = decode(damaged)
    assert decoded.text == TEXT.replace("ố", "\ufffd", 1)
    assert "1 characters were replaced" in decoded.warning


def test_a_character_cut_off_at_the_end_is_only_damage_in_a_whole_file() -> None:
    cut = "Đại hộ".encode()[:-1]
    assert decode(cut, whole=False) == decode("Đại h".encode())
    assert decode(cut).text == "Đại h\ufffd"


def test_line_breaks_become_one_kind() -> None:
    assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj",
        b"PK\x03\x04abc",
        b"\x89PNG\r\n\x1a\n",
        bytes(range(256)) * 4,
        b"chi bo\0khu 5B" * 20,
        b"\x01\x02\x03\x04 abc",
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(BinaryError, match="binary"):
        decode(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_binary(data: bytes) -> None:
    try:
        text = decode(data).text
    except BinaryError:
        return
    text.encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf_8_without_control_characters_is_always_itself(text: str) -> None:
    if not text.startswith(("%PDF-", "GIF8", "\ufeff")):
        assert decode(text.encode()).text == text
