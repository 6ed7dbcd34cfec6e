"""The smallest words of a text and where they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.syllables import Token, split_syllables, syllables


def test_syllables_come_in_order_with_their_offsets() -> None:
    assert syllables("Chi bộ 5B") == [Token("Chi", 0, 3), Token("bộ", 4, 6), Token("5B", 7, 9)]


def test_one_letter_syllables_count() -> None:
    assert split_syllables("ở y tế, ý 2") == ["ở", "y", "tế", "ý", "2"]


def test_punctuation_and_underscores_divide() -> None:
    assert split_syllables("74-KH/ĐU; kinh_tế (TP.HCM)") == [
        "74",
        "KH",
        "ĐU",
        "kinh",
        "tế",
        "TP",
        "HCM",
    ]


def test_case_and_marks_stay() -> None:
    assert split_syllables("Ủy ban NHÂN dân") == ["Ủy", "ban", "NHÂN", "dân"]


def test_a_text_without_letters_or_digits_has_none() -> None:
    assert syllables(" … _ --- \n") == []


@given(st.text())
def test_each_token_is_what_stands_at_its_offsets(text: str) -> None:
    for token in syllables(text):
        assert text[token.start : token.end] == token.text
        # But for C++, C# and .NET.
        assert token.text.strip(".+#").isalnum()


@given(st.text())
def test_no_letter_or_digit_is_lost(text: str) -> None:
    found = "".join(split_syllables(text))
    assert [char for char in found if char.isalnum()] == [char for char in text if char.isalnum()]


@given(st.text())
def test_both_functions_agree(text: str) -> None:
    assert split_syllables(text) == [token.text for token in syllables(text)]
