"""Texts taken apart: any of some words found in all of them, as splitting each would find them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.scan import scan
from searchengine.text.scanned_texts import ScannedTexts
from searchengine.text.syllables import split_syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling

WORDS = (
    "chi chỉ bộ BỘ hoà hòa information informatics infor facebook facebooks Ж Жя 中 a 5b 5 ký kí"
)
texts = st.lists(
    st.lists(st.sampled_from(WORDS.split()), max_size=6).map(", ".join), min_size=1, max_size=4
)


def folded_words(text: str) -> list[str]:
    return scan(text).folded.split()


@given(texts, st.lists(st.sampled_from([*WORDS.split(), "khong"]), max_size=8))
def test_words_are_found_wherever_they_stand(given: list[str], looked_for: list[str]) -> None:
    wanted = list(dict.fromkeys(word for one in looked_for for word in folded_words(one)))
    taken = ScannedTexts([scan(text) for text in given])
    found = taken.find(wanted)
    told = [
        (text, wanted[word], taken.word(syllable))
        for text, word, syllable in zip(
            found.own.tolist(), found.words.tolist(), found.syllables.tolist(), strict=True
        )
    ]
    assert told == [
        (number, word, word)
        for number, text in enumerate(given)
        for word in folded_words(text)
        if word in wanted
    ]


@given(texts)
def test_forms_are_those_of_the_text(given: list[str]) -> None:
    taken = ScannedTexts([scan(text) for text in given])
    words = list(dict.fromkeys(word for text in given for word in folded_words(text)))
    forms, which = taken.find(words).written
    assert len(set(forms)) == len(forms)
    assert [forms[number] for number in which] == [
        canonical_spelling(canonical_tones(syllable).lower())
        for text in given
        for syllable in split_syllables(text)
    ]


@given(texts, st.sampled_from(["c", "ch", "facebook", "informat", "information", "Ж".lower(), "x"]))
def test_beginnings_are_found(given: list[str], start: str) -> None:
    (start,) = folded_words(start)
    taken = ScannedTexts([scan(text) for text in given])
    found = [taken.word(one) for one in taken.beginning(start).tolist()]
    every = [word for text in given for word in folded_words(text)]
    assert found == [word for word in every if word.startswith(start)]


def test_spans_are_those_of_each_text_as_given() -> None:
    given = ["Họp  chi bộ", "", "Chi bo\u0323\u0302 họp"]
    taken = ScannedTexts([scan(text) for text in given])
    found = taken.find(["chi", "bo"])
    spans = found.spans(found.syllables >= 0).tolist()
    assert [given[text][a:b] for text, (a, b) in zip(found.own.tolist(), spans, strict=True)] == [
        "chi",
        "bộ",
        "Chi",
        "bo\u0323\u0302",
    ]


def test_nothing_is_found_in_no_text() -> None:
    assert not len(ScannedTexts([]).find(["chi"]).syllables)
    assert not len(ScannedTexts([scan("chi")]).find([]).syllables)
