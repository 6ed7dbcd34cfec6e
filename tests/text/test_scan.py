"""Scanning: the same syllables as the pipeline gives, and the way back to each of them."""

from __future__ import annotations

import unicodedata

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchengine.text.folding import VIETNAMESE_LETTERS, fold
from searchengine.text.normalization import normalize, normalize_with_offsets
from searchengine.text.scan import _table, original_spans, scan
from searchengine.text.scanned_texts import Found, ScannedTexts
from searchengine.text.syllables import syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling

ODD = "½²ßœøñüŁŒДжя한글中文😀ðÐƉæİıſK\ud800\u0301\u0323\u200b\u00a0\u00ad\u2028"
texts = st.text(st.sampled_from([*VIETNAMESE_LETTERS, *"aohuyUYkmq05.,_-\n ", *ODD]), max_size=60)


def words_with_parts(text: str) -> list[tuple[str, str]]:
    """The folded syllables of a text, and what each of them is in it."""
    scanned = ScannedTexts([scan(text)])
    every = np.arange(len(scanned.starts))
    spans = Found(scanned, every, every).spans(every >= 0).tolist()
    return [
        (scanned.word(one), text[start:end]) for one, (start, end) in zip(every, spans, strict=True)
    ]


@settings(deadline=None)
@given(texts)
@example("0\u0301 \u200b")
def test_it_finds_the_syllables_of_the_pipeline_where_they_stand(text: str) -> None:
    normal, offsets = normalize_with_offsets(text)
    expected = syllables(canonical_tones(normal))
    scanned = ScannedTexts([scan("Đội 5B"), scan(text), scan("Tổ")])
    # Two syllables before the text, one behind it, and a barrier between any two texts.
    own = np.arange(3, len(scanned.starts) - 2)
    assert list(map(scanned.word, own)) == [fold(token.text.lower()) for token in expected]
    found = Found(scanned, own, own)
    forms, which = found.written
    assert [forms[number] for number in which] == [
        canonical_spelling(token.text.lower()) for token in expected
    ]
    assert found.spans(own >= 0).tolist() == [
        [offsets[token.start], offsets[token.end]] for token in expected
    ]
    assert (found.own == 1).all()


def test_every_syllable_has_spaces_around_it() -> None:
    assert scan("Uỷ-ban").folded == " uy ban "


def test_letters_behind_a_figure_are_a_syllable() -> None:
    scanned = scan("giá 20.000đ, 5B")
    assert scanned.folded.split() == ["gia", "20", "000", "d", "5b"]


def test_text_in_nfd_leads_back_to_its_own_characters() -> None:
    text = unicodedata.normalize("NFD", "họp tổ")
    assert words_with_parts(text)[1] == ("to", text[5:])


def test_marks_apart_among_letters_of_old_fonts_and_odd_spaces_lead_back() -> None:
    apart = unicodedata.normalize("NFD", "họp tổ")
    text = f"Ðảng\u00a0bộ {apart}\u200b Ðội"
    words, parts = zip(*words_with_parts(text), strict=True)
    assert words == ("dang", "bo", "hop", "to", "doi")
    assert [part.rstrip("\u200b") for part in parts] == ["Ðảng", "bộ", *apart.split(), "Ðội"]


def test_the_table_agrees_with_normalising_and_folding() -> None:
    table = _table().tobytes().decode("ascii")
    for code in range(1 << 16):
        char, kept = chr(code), table[code]
        if kept == "~":
            continue
        normal = normalize(char)
        assert len(normal) == 1
        assert not unicodedata.combining(char)
        assert normalize(f"a{char}a") == f"a{normal}a"
        assert kept == (fold(char.lower()) if char.isalnum() else " ")


letters = st.sampled_from(["a", "Ð", "ð", "ô", "o\u0323\u0302", "a\u0301", "e\u200b", "\u200bu"])
words = st.lists(letters, min_size=1, max_size=4).map("".join)


@given(
    words=st.lists(words, max_size=12), spaces=st.lists(st.sampled_from(" \u00a0\n"), min_size=12)
)
def test_words_lead_back_as_the_whole_text_does(words: list[str], spaces: list[str]) -> None:
    text = "".join(map("".join, zip(words, spaces, strict=False)))
    normal, offsets = normalize_with_offsets(text)
    places = [(one.start, one.end) for one in syllables(normal)]
    expected = [(offsets[start], offsets[end]) for start, end in places]
    assert original_spans(text, normal, places) == expected


def test_a_text_without_spaces_leads_back() -> None:
    text = unicodedata.normalize("NFD", "họp,tổ," * 3000)
    normal, offsets = normalize_with_offsets(text)
    places = [(one.start, one.end) for one in syllables(normal)]
    expected = [(offsets[start], offsets[end]) for start, end in places]
    assert original_spans(text, normal, places) == expected
