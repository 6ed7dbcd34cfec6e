"""One spelling for each letter, and the way back to the original text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.folding import VIETNAMESE_LETTERS
from searchengine.text.normalization import normalize, normalize_with_offsets
from searchengine.text.syllables import syllables

MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323\u0340\u0341"
INVISIBLE = "\u00ad\u200b\u200d\u200e\u2060\ufeff"
SPACES = "\u00a0\u2003\u202f\u3000"
HANGUL = "\u1112\u1161\u11ab한하"
vietnamese = st.text("".join(VIETNAMESE_LETTERS) + "aeiouyAEIOUYdgnht 5/-", max_size=40)
anything = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            [*"aoUdDÐðƉæÖ .", *MARKS, *INVISIBLE, *SPACES, *HANGUL, "\ud800", "\udfff"]
        ),
    ),
    max_size=30,
)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_every_unicode_form_of_a_text_becomes_the_same_text(form: str) -> None:
    text = "Đại hội Chi bộ khu phố, nhiệm kỳ 2022-2025"
    assert normalize(unicodedata.normalize(form, text)) == text


@given(vietnamese)
def test_decomposed_vietnamese_is_composed(text: str) -> None:
    assert normalize(unicodedata.normalize("NFD", text)) == normalize(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("viê\u0323t", "việt"),  # the tone after a letter that has its hat
        ("vi\u1eb9\u0302t", "việt"),  # the hat after a letter that has its tone
        ("a\u0301\u0302y", "ấy"),
        ("đươ\u0323\u0323c", "được"),  # typed twice
        ("ho\u0340a", "hòa"),  # a deprecated grave
    ],
)
def test_stray_marks_join_their_letter_in_any_order(typed: str, meant: str) -> None:
    assert normalize(typed) == meant


def test_eth_stands_for_d_with_stroke_in_vietnamese() -> None:
    assert normalize("\u00d0ại hội \u0189ảng ủy, \u00f0ại biểu") == "Đại hội Đảng ủy, đại biểu"


def test_eth_of_icelandic_stays() -> None:
    assert normalize("Þórður Guðmundsson") == "Þórður Guðmundsson"


def test_a_composed_letter_can_show_that_the_text_is_vietnamese() -> None:
    assert normalize("Ðê\u0323 Köln") == "Đệ Köln"


@pytest.mark.parametrize("char", INVISIBLE)
def test_invisible_characters_do_not_break_words(char: str) -> None:
    assert normalize(f"khu{char} phố") == "khu phố"


@pytest.mark.parametrize("char", SPACES)
def test_odd_spaces_become_plain_ones(char: str) -> None:
    assert normalize(f"phường{char}2") == "phường 2"


def test_line_breaks_and_tabs_stay() -> None:
    assert normalize("tổ\n1\t2\r\n") == "tổ\n1\t2\r\n"


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    assert normalize("tổ \ud83d 5") == "tổ \ufffd 5"


@given(anything)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(anything)
def test_the_result_is_nfc(text: str) -> None:
    assert unicodedata.is_normalized("NFC", normalize(text))


@given(anything)
def test_offsets_come_with_the_same_text(text: str) -> None:
    assert normalize_with_offsets(text)[0] == normalize(text)


@given(anything)
def test_offsets_rise_from_the_start_to_the_end(text: str) -> None:
    normal, offsets = normalize_with_offsets(text)
    assert len(offsets) == len(normal) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    assert all(0 <= offset < len(text) for offset in offsets[:-1])


@given(vietnamese, st.sampled_from(["NFC", "NFD"]), st.sampled_from([*INVISIBLE, *SPACES]))
def test_each_word_is_found_again_in_the_original(text: str, form: str, odd: str) -> None:
    original = odd.join(unicodedata.normalize(form, text).split(" "))
    normal, offsets = normalize_with_offsets(original)
    for token in syllables(normal):
        assert normalize(original[offsets[token.start] : offsets[token.end]]) == token.text


def test_very_many_marks_on_a_letter_are_put_in_order() -> None:
    # CPython alone takes 44 s for the first and is quick with the second.
    mixed = "tổ a" + "\u0301\u0323" * 200_000 + " 5"
    in_order = "tổ a" + "\u0323" * 200_000 + "\u0301" * 200_000 + " 5"
    assert normalize(mixed) == normalize(in_order)
    assert normalize_with_offsets(mixed)[0] == normalize(in_order)


@pytest.mark.parametrize(
    "marks", ["\u0302\u0301\u0323", "\u0483\u0591\u05b0", "\u0344\u0fb2\u0f73"]
)
def test_many_marks_of_any_script_give_what_unicode_has_for_them(marks: str) -> None:
    text = f"x{marks * 3000} 5"
    assert normalize(text) == normalize(unicodedata.normalize("NFC", text))


def test_offsets_of_a_decomposed_word() -> None:
    original = unicodedata.normalize("NFD", "hội nghị")
    normal, offsets = normalize_with_offsets(original)
    assert normal == "hội nghị"
    assert original[offsets[4] : offsets[8]] == unicodedata.normalize("NFD", "nghị")


def test_hangul_syllables_typed_in_parts_keep_their_offsets() -> None:
    typed = "\u1112\u1161\u11ab\u1100\u116e\u11a8 5"
    assert normalize_with_offsets(typed) == ("한국 5", [0, 3, 6, 7, 8])


def test_only_complete_letters_of_an_nfd_text_have_offsets() -> None:
    assert normalize_with_offsets("e\u0323\u0302t") == ("ệt", [0, 3, 4])
