"""Collation: the Vietnamese order of names."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.collate import collation_key


@pytest.mark.parametrize(
    "ordered",
    [
        # The alphabet.
        "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y",
        # Tones: ngang, huyền, hỏi, ngã, sắc, nặng.
        "ma mà mả mã má mạ",
        # Letters come before tones, whatever the tone.
        "dạ dan da\u0323n đa đà".replace("da\u0323n", "dạn"),
        "an ạn ăn ằn ân",
        # Tones of a later syllable decide only where earlier letters are equal.
        "Hà Hải Hạnh Hằng",
        "Đa Đà Đá Đài Đạt",
        # Letters that only foreign names have stand in their Latin places.
        "e fax giang jazz ka wifi xa yên zalo",
    ],
)
def test_order(ordered: str) -> None:
    words = ordered.split()
    shuffled = random.Random(1).sample(words, len(words))
    assert sorted(shuffled, key=collation_key) == words


def test_capitals_and_the_place_of_the_tone_do_not_matter() -> None:
    names = ["hòa Bình", "Hoà An", "HOÀ bình", "hòa an", "Hoá An"]
    assert [n.lower() for n in sorted(names, key=collation_key)] == [
        "hoà an",
        "hòa an",
        "hoá an",
        "hoà bình",
        "hòa bình",
    ]


def test_the_shorter_name_comes_first_and_words_part_at_spaces() -> None:
    names = ["Bình Minh", "Bình", "Binh đoàn", "Bình An", "Bìnha"]
    assert sorted(names, key=collation_key) == [
        "Bình",
        "Bình An",
        "Binh đoàn",
        "Bình Minh",
        "Bìnha",
    ]


def test_numbers_compare_by_their_value() -> None:
    names = ["khu phố 10", "khu phố 2", "khu phố 02a", "khu phố 1", "2020–2025", "2015–2020"]
    assert sorted(names, key=collation_key) == [
        "2015–2020",
        "2020–2025",
        "khu phố 1",
        "khu phố 2",
        "khu phố 02a",
        "khu phố 10",
    ]


def test_signs_only_part_words() -> None:
    names = ["P. Bến Nghé", "(P) Bến Thành", "P Bến Lức"]
    assert sorted(names, key=collation_key) == ["P Bến Lức", "P. Bến Nghé", "(P) Bến Thành"]


def test_unicode_form_does_not_matter() -> None:
    name = "Đặng Hữu Thuận"
    assert collation_key(unicodedata.normalize("NFD", name))[:2] == collation_key(name)[:2]


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_has_a_key_and_no_two_share_one(one: str, other: str) -> None:
    assert (collation_key(one) == collation_key(other)) == (one == other)
