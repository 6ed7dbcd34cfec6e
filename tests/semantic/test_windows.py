"""Passages: where a document is cut."""

from __future__ import annotations

import re

from searchengine.semantic.windows import MAX_PASSAGES, passages


def cut(text: str, room: int) -> list[str]:
    """The passages of a text whose tokens are its words."""
    tokens = [match.span() for match in re.finditer(r"\S+", text)]
    return [text[start:end] for start, end in passages(text, tokens, room)]


def test_a_short_text_is_one_passage() -> None:
    assert cut("  Trời mưa to. ", 8) == ["Trời mưa to."]


def test_a_text_is_cut_where_a_paragraph_ends() -> None:
    text = "một hai ba.\nbốn năm. sáu bảy tám"
    assert cut(text, 5) == ["một hai ba.", "bốn năm. sáu bảy tám"]


def test_or_where_a_sentence_does() -> None:
    assert cut("một hai ba. bốn năm sáu bảy", 5) == ["một hai ba.", "bốn năm sáu bảy"]


def test_an_end_in_the_first_half_makes_no_short_passage() -> None:
    assert cut("một. hai ba bốn năm sáu", 4) == ["một. hai ba bốn", "năm sáu"]


def test_no_word_is_lost_or_stands_in_two_passages() -> None:
    words = [f"từ{number}{'.' * (number % 7 == 0)}" for number in range(60)]
    found = cut(" ".join(words), 9)
    assert " ".join(found).split() == words
    assert max(len(one.split()) for one in found) <= 9


def test_a_long_text_has_so_many_passages_and_no_more() -> None:
    assert len(cut("dài " * 1000, 4)) == MAX_PASSAGES


def test_no_text_is_one_empty_passage() -> None:
    assert passages("", [], 5) == [(0, 0)]
