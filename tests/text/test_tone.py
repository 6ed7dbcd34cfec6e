"""One place for each tone mark."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine.text.folding import VIETNAMESE_LETTERS, fold
from searchengine.text.tone import (
    canonical_syllable,
    canonical_tones,
    other_placement,
    tone_position,
)


def listed(words: str) -> list[str]:
    return words.split()


letters = st.text("".join(VIETNAMESE_LETTERS) + "aeiouyAEIOUYqQgGhnt ,2", max_size=30)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("hoà", "hòa"),
        ("toà", "tòa"),
        ("khoẻ", "khỏe"),
        ("uỷ", "ủy"),
        ("thuỷ", "thủy"),
        ("HOÁ", "HÓA"),
        ("Thuý", "Thúy"),
        ("oà", "òa"),
    ],
)
def test_open_syllables_take_the_older_placement(new: str, old: str) -> None:
    assert canonical_tones(new) == old
    assert canonical_tones(old) == old


@pytest.mark.parametrize("word", ["quý", "quỷ", "quà", "quả", "quẻ", "Quý", "QUÝ", "giá", "già"])
def test_the_glide_of_qu_and_the_i_of_gi_carry_no_tone(word: str) -> None:
    assert canonical_tones(word) == word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qúa", "quá"),
        ("Qúy", "Quý"),
        ("qủa", "quả"),
        ("gía", "giá"),
        ("gỉai", "giải"),
        ("vịêt", "việt"),
        ("thuýên", "thuyến"),
        ("nứơc", "nước"),
        ("hòan", "hoàn"),
        ("ngòai", "ngoài"),
        ("tùyên", "tuyền"),
        ("móoc", "moóc"),
        ("laị", "lại"),
        ("taì", "tài"),
        ("đôị", "đội"),
        ("cuả", "của"),
        ("điạ", "địa"),
        ("chiụ", "chịu"),
        ("tưạ", "tựa"),
    ],
)
def test_a_mark_on_the_wrong_vowel_is_put_right(typed: str, meant: str) -> None:
    assert canonical_tones(typed) == meant


@pytest.mark.parametrize(
    "word",
    listed("mía nghĩa mùa lụa hoàn toán huỳnh khuỷu ngoài thuở rượu gì giếng giữa quốc chịu ủng")
    + listed("ở ý múa mười cứu yếu"),
)
def test_right_spelling_is_left_alone(word: str) -> None:
    assert canonical_tones(word) == word


@pytest.mark.parametrize("word", ["Noël", "kiloà2b", "zoàx", "áà", "b2hoàn"])
def test_what_is_no_syllable_keeps_its_letters(word: str) -> None:
    assert fold(canonical_tones(word)) == fold(word)


def test_words_between_right_ones_are_found_in_running_text() -> None:
    text = "Uỷ ban phường Hoà Bình, khoá 2; hoàn thành 2.hoá"
    assert canonical_tones(text) == "Ủy ban phường Hòa Bình, khóa 2; hoàn thành 2.hóa"


def test_two_suspect_places_in_one_word_are_one_word() -> None:
    assert canonical_tones("khuỷuhoà uỷ") == "khuỷuhoà ủy"


@settings(deadline=None)
@given(letters)
def test_length_and_case_and_letters_stay(text: str) -> None:
    placed = canonical_tones(text)
    assert len(placed) == len(text)
    assert [c.isupper() for c in placed] == [c.isupper() for c in text]
    assert fold(placed) == fold(text)


@settings(deadline=None)
@given(letters)
def test_placing_twice_changes_nothing_more(text: str) -> None:
    assert canonical_tones(canonical_tones(text)) == canonical_tones(text)


@settings(deadline=None)
@given(letters)
def test_case_does_not_matter_to_the_place(text: str) -> None:
    assert canonical_tones(text).lower() == canonical_tones(text.lower())


@settings(deadline=None)
@given(st.sampled_from(["hoà", "uỷ", "cuả", "hòa", "việt"]), letters)
def test_a_text_is_placed_word_by_word(word: str, text: str) -> None:
    assert (
        canonical_tones(f"{text} {word}") == f"{canonical_tones(text)} {canonical_syllable(word)}"
    )


@pytest.mark.parametrize(
    ("syllable", "place"),
    [("hoa", 1), ("hoan", 2), ("viêt", 2), ("quy", 2), ("gia", 2), ("gi", 1), ("nươc", 2)],
)
def test_the_letter_that_carries_the_tone(syllable: str, place: int) -> None:
    assert tone_position(syllable) == place


@pytest.mark.parametrize("word", ["xyz", "ng", "", "aeo", "bcd"])
def test_no_letter_carries_a_tone_outside_syllables(word: str) -> None:
    assert tone_position(word) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("hòa", "hoà"), ("ủy ban", "uỷ ban"), ("KHỎE", "KHOẺ"), ("Thúy Họa", "Thuý Hoạ")],
)
def test_the_other_school_places_tones_elsewhere(one: str, other: str) -> None:
    assert other_placement(one) == other
    assert other_placement(other) == one
    assert canonical_tones(other) == one


@pytest.mark.parametrize("text", ["quý", "quà", "hoàn", "thuyền", "múa", "của", "đại hội", "loa"])
def test_syllables_that_both_schools_write_alike(text: str) -> None:
    assert other_placement(text) == text
