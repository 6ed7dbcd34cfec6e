"""Old character sets: every letter both ways, and held against tables of others."""

from __future__ import annotations

import subprocess
import unicodedata
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.encodings import misread_utf8, viqr
from searchengine.text.encodings.charset import Charset
from searchengine.text.encodings.fonts import from_font
from searchengine.text.encodings.repairing import CHARSETS
from searchengine.text.encodings.tcvn3 import TCVN3
from searchengine.text.encodings.viscii import VISCII
from searchengine.text.encodings.vni import VNI
from searchengine.text.encodings.vps import VPS
from searchengine.text.encodings.windows1258 import WINDOWS_1258
from searchengine.text.folding import VIETNAMESE_LETTERS

LETTERS = "".join(VIETNAMESE_LETTERS)
#: Those that TCVN3 has a code for: all small letters, and these capitals.
TCVN3_LETTERS = "".join(one for one in LETTERS if one.islower() or one in "ĂÂÊÔƠƯĐ")
CASED = [one for one in CHARSETS if one is not TCVN3]


def as_bytes(text: str) -> bytes:
    """The bytes of a text that was read as windows-1252."""
    return b"".join(bytes([ord(one)]) if ord(one) < 0x100 else one.encode("cp1252") for one in text)


@pytest.mark.parametrize("charset", CASED, ids=lambda one: one.name)
def test_every_letter_comes_back(charset: Charset) -> None:
    assert len(LETTERS) == 134
    for letter in LETTERS:
        assert charset.decode(charset.encode(letter)) == letter


def test_every_letter_of_tcvn3_comes_back_and_a_capital_as_a_small_one() -> None:
    assert len(TCVN3_LETTERS) == 67 + 7
    for letter in TCVN3_LETTERS:
        assert TCVN3.decode(TCVN3.encode(letter)) == letter
    assert TCVN3.decode(TCVN3.encode("Ế")) == "ế"


@pytest.mark.parametrize("charset", CASED, ids=lambda one: one.name)
@given(text=st.lists(st.sampled_from([*LETTERS, *"bcdghklmnpqrstvx "]), max_size=40).map("".join))
def test_letters_in_any_order_come_back(charset: Charset, text: str) -> None:
    assert charset.decode(charset.encode(text)) == text


@pytest.mark.parametrize(
    ("charset", "name", "letters"),
    [
        (VISCII, "VISCII", LETTERS),
        (TCVN3, "TCVN", TCVN3_LETTERS),
        (WINDOWS_1258, "CP1258", LETTERS),
    ],
)
def test_iconv_reads_what_is_written(charset: Charset, name: str, letters: str) -> None:
    known = which("iconv") and subprocess.run(["iconv", "-l"], capture_output=True).stdout
    if not known or name.encode() not in known:
        pytest.skip(f"no iconv with {name}")
    written = as_bytes(charset.encode(letters))
    read = subprocess.run(["iconv", "-f", name, "-t", "UTF-8"], input=written, capture_output=True)
    assert unicodedata.normalize("NFC", read.stdout.decode()) == letters


def test_python_reads_windows_1258() -> None:
    written = as_bytes(WINDOWS_1258.encode(LETTERS))
    assert unicodedata.normalize("NFC", written.decode("cp1258")) == LETTERS


@pytest.mark.parametrize(
    ("charset", "written"),
    [
        (TCVN3, "TiÕng ViÖt, ®­êng phè"),
        (VNI, "Tieáng Vieät, ñöôøng phoá"),
        (VISCII, "Tiªng Vi®t, ðß¶ng ph¯"),
        (VPS, "Ti‰ng ViŒt, ÇÜ©ng phÓ"),
        (WINDOWS_1258, "Tiêìng Viêòt, ðýõÌng phôì"),
    ],
)
def test_a_text_of_each_set(charset: Charset, written: str) -> None:
    assert charset.decode(written) == "Tiếng Việt, đường phố"


def test_small_codes_among_capitals_are_capitals_and_those_of_names_are_not() -> None:
    assert TCVN3.decode("CéNG HßA X· HéI") == "CỘNG HÒA XÃ HỘI"
    assert TCVN3.decode("UBND x· Hßa B×nh, TP HuÕ") == "UBND xã Hòa Bình, TP Huế"
    assert TCVN3.decode("Sè 12/UBND") == "Số 12/UBND"


@given(st.text(st.sampled_from([*LETTERS, *"abdegiouyDU ^(+`'~?.\\1"]), max_size=40))
def test_viqr_comes_back_where_its_signs_are_escaped(text: str) -> None:
    assert viqr.decode(viqr.encode(text), escaped=True) == text


def test_viqr_that_nobody_escaped() -> None:
    written = "To^i o+? Ha. Long. Co' xa kho^ng? Ra^'t xa."
    assert viqr.decode(written, escaped=False) == "Tôi ở Hạ Long. Có xa không? Rất xa."


def test_a_long_word_in_viqr_does_not_take_its_square() -> None:
    assert viqr.decode("b" * 200_000, escaped=False) == "b" * 200_000


def test_a_letter_that_viqr_cannot_write_stays() -> None:
    assert viqr.encode("ỡ nhà Müller") == "o+~ nha` Müller"


def test_addresses_in_viqr_stay() -> None:
    assert viqr.decode("Thu+ cho lan.anh@vi.vn", escaped=True) == "Thư cho lan.anh@vi.vn"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_utf_8_read_wrongly_comes_back(text: str) -> None:
    if misread_utf8.decode(text) == text:
        assert misread_utf8.decode(misread_utf8.encode(text)) == text


@pytest.mark.parametrize(
    ("text", "font", "meant"),
    [
        ("Céng hßa", ".VnTime", "Cộng hòa"),
        ("céng hßa", ".VnTimeH", "CỘNG HÒA"),
        ("Céng hßa", "ABCDEF+.VnTime,Bold", "Cộng hòa"),
        ("Coäng hoøa", "VNI-Times", "Cộng hòa"),
        ("C¶ng hòa", "VPS Times", "Cộng hòa"),
        ("\uf043\uf0e9ng", ".VnTime", "Cộng"),
        ("Céng hßa", "Times New Roman", None),
        ("Cộng hòa", ".VnTime", None),
        ("VNI", "VNIxyz", None),
    ],
)
def test_a_font_says_what_its_text_is(text: str, font: str, meant: str | None) -> None:
    assert from_font(text, font) == meant
