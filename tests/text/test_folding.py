"""A text as it is typed on a bare keyboard."""

from __future__ import annotations

import importlib
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.folding import VIETNAMESE_LETTERS, fold, has_marks
from searchengine.text.normalization import normalize


def test_all_marked_letters_are_known() -> None:
    assert len(VIETNAMESE_LETTERS) == 134


@pytest.mark.parametrize("letter", sorted(VIETNAMESE_LETTERS))
def test_each_marked_letter_folds_to_its_plain_one(letter: str) -> None:
    own = {"đ": "d", "Đ": "D"}
    assert fold(letter) == own.get(letter, unicodedata.normalize("NFD", letter)[0])


def test_case_and_all_else_stay() -> None:
    assert fold("Đảng ủy phường 5B, số 74-KH/ĐU!") == "Dang uy phuong 5B, so 74-KH/DU!"


def test_composed_and_decomposed_text_fold_alike() -> None:
    text = "Nguyễn Thị Hồng Hoàn"
    assert fold(normalize(unicodedata.normalize("NFD", text))) == fold(text)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text("".join(VIETNAMESE_LETTERS) + "abcdexyz 0-9/"))
def test_vietnamese_keeps_its_length_and_becomes_ascii(text: str) -> None:
    assert fold(text).isascii()
    assert len(fold(text)) == len(text)


@given(st.text())
def test_no_word_grows_out_of_punctuation(text: str) -> None:
    spaced = "".join(c if c.isalnum() else " " for c in text)
    folded = "".join(c if c.isalnum() else " " for c in fold(text))
    assert len(folded.split()) == len(spaced.split())


@pytest.mark.parametrize(("text", "plain"), [("Москва", "Moskva"), ("Müller", "Muller")])
def test_other_scripts_are_transliterated(text: str, plain: str) -> None:
    pytest.importorskip("unidecode")
    assert fold(text) == plain


def test_a_letter_that_has_no_transliteration_stays() -> None:
    assert fold("số 𞤀5") == "so 𞤀5"


def test_without_unidecode_only_accented_latin_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "unidecode", None)
    folding = importlib.import_module("searchengine.text.folding")
    # What was answered with it is not remembered.
    monkeypatch.setattr(folding, "_transliterate", folding._transliterate.__wrapped__)
    assert fold("Đà Nẵng, Curaçao, Москва, 한국, が") == "Da Nang, Curacao, Москва, 한국, が"


@pytest.mark.parametrize("text", ["ở", "đ", "Đ", "chi bộ", "ý"])
def test_marks_are_seen(text: str) -> None:
    assert has_marks(text)


@pytest.mark.parametrize("text", ["", "chi bo", "2022", "Москва", "naïve", "Müller"])
def test_foreign_marks_are_none_of_ours(text: str) -> None:
    assert not has_marks(text)
