"""Short texts are segmented without arrays, into the same words."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine.text import analysis
from searchengine.text.analysis import analyze
from searchengine.text.segmentation.crf import decode_one
from searchengine.text.segmentation.pyvi_model import load_model
from searchengine.text.segmentation.segmenter import segment
from searchengine.text.segmentation.short_texts import joined_tokens

WORDS = (
    "Đảng ủy phường đại hội chi bộ khu 5B nhiệm kỳ 2022-2025 ỦY BAN nhân dân TP.HCM 1.250,5 đồng , "
    "học sinh thành phố Hồ Chí Minh “ ” a@b.vn https://a.vn/x nước cộng hòa xã chủ nghĩa đất đai"
).split()


def by_arrays(text: str, monkeypatch: pytest.MonkeyPatch) -> analysis.Analysis:
    with monkeypatch.context() as patch:
        patch.setattr(analysis, "SHORT_TEXT", -1)
        return analyze([text])[0]


def test_the_words_are_those_of_the_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(4)
    texts = [" ".join(chance.choices(WORDS, k=chance.randrange(1, 12))) for _ in range(600)]
    texts += ["", " ", "?", "thành phố Hồ Chí Minh", "ỦY BAN NHÂN DÂN"]
    for text in filter(lambda one: len(one) <= analysis.SHORT_TEXT, texts):
        assert analyze([text])[0] == by_arrays(text, monkeypatch)


@settings(max_examples=200)
@given(st.text(max_size=30))
def test_any_short_text_has_the_words_of_the_arrays(text: str) -> None:
    if "\n" not in analysis.prepare(text):
        tokens = [t for word in segment([analysis.prepare(text)])[0] for t in word.split("_") if t]
        joined = joined_tokens(tokens)
        assert len(joined) == len(tokens)
        with pytest.MonkeyPatch.context() as patch:
            assert analyze([text])[0] == by_arrays(text, patch)


def test_a_tie_is_left_open() -> None:
    transition = load_model().crf.transition
    assert decode_one([0.0], transition) is None
    assert decode_one([1e-12], transition) is None
    assert decode_one([1e-6], transition) == [True]


def test_what_is_left_open_is_decoded_as_crfsuite_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchengine.text.segmentation.short_texts.decode_one", lambda *_: None)
    assert joined_tokens("thành phố Hồ Chí Minh".split()) == [False, True, False, True, True]
