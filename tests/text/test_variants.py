"""i and y: one spelling for syllables that are written either way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine.text import segment
from searchengine.text.analysis import analyze, analyze_syllables
from searchengine.text.folding import fold
from searchengine.text.lexicon.abbreviations import ABBREVIATIONS
from searchengine.text.variants import (
    canonical_spelling,
    canonical_word,
    fold_syllable,
    spellings,
)

PAIRS = [
    ("kỷ luật", "kỉ luật"),
    ("kỹ thuật", "kĩ thuật"),
    ("thời kỳ", "thời kì"),
    ("bác sĩ", "bác sỹ"),
    ("hy vọng", "hi vọng"),
    ("công ty", "công ti"),
    ("tỷ lệ", "tỉ lệ"),
    ("quản lý", "quản lí"),
    ("nước Mỹ", "nước Mĩ"),
    ("quý báu", "quí báu"),
    ("quy định", "qui định"),
    ("QUỸ TIẾT KIỆM", "QUĨ TIẾT KIỆM"),
    ("hoa quỳ", "hoa qùi"),
]


@pytest.mark.parametrize(("common", "rare"), PAIRS)
def test_both_spellings_give_the_same_terms_in_every_stream(common: str, rare: str) -> None:
    one, other = analyze([common, rare])
    assert one == other
    assert analyze_syllables(common) == analyze_syllables(rare)


@pytest.mark.parametrize(("common", "rare"), PAIRS[:11])
def test_the_commoner_spelling_is_the_one_that_is_kept(common: str, rare: str) -> None:
    assert analyze_syllables(rare)[0] == common.lower().split()


@pytest.mark.parametrize(
    ("one", "other"),
    [("Vy", "Vi"), ("thi", "thy"), ("di", "dy"), ("ni", "ny"), ("y", "i"), ("tai", "tay"),
     ("lí", "lì"), ("kim", "kym"), ("hi", "ti")],
)  # fmt: skip
def test_what_stays_apart(one: str, other: str) -> None:
    assert analyze_syllables(one) != analyze_syllables(other)


@pytest.mark.parametrize(("common", "rare"), PAIRS)
def test_bare_spellings_are_one_too(common: str, rare: str) -> None:
    assert analyze_syllables(fold(common))[0] == analyze_syllables(fold(rare))[1]


def test_a_bare_syllable_is_its_own_folded_form() -> None:
    for syllable in ("ki", "ky", "ti", "ty", "qui", "quy", "mi", "hoi"):
        exact, folded = analyze_syllables(syllable)
        assert exact == folded


@settings(deadline=None)
@given(st.sampled_from(["h", "k", "l", "m", "s", "t", "qu"]), st.sampled_from("iíìỉĩịyýỳỷỹỵ"))
def test_the_table_is_whole(onset: str, vowel: str) -> None:
    syllable = onset + vowel
    common, rare = spellings(syllable)
    assert common == canonical_spelling(common) == canonical_spelling(rare)
    assert syllable in (common, rare)
    assert len(common) == len(syllable)
    assert fold_syllable(common) == fold_syllable(rare) == canonical_spelling(fold(syllable))


@settings(deadline=None)
@given(st.text("kỉỷyi_ ", max_size=12))
def test_a_word_is_respelled_syllable_by_syllable(word: str) -> None:
    assert canonical_word(word).split("_") == [canonical_spelling(p) for p in word.split("_")]


def test_other_syllables_have_one_spelling() -> None:
    assert spellings("việt") == ("việt",)
    assert canonical_spelling("5ti") == "5ti"


def test_segmented_words_keep_what_was_typed() -> None:
    assert segment(["bàn về kĩ thuật"]) == [["bàn", "về", "kĩ_thuật"]]


def test_abbreviations_are_told_in_the_kept_spelling() -> None:
    for meanings in ABBREVIATIONS.values():
        for syllable in " ".join(meanings).split():
            assert canonical_spelling(syllable) == syllable
