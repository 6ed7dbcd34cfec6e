"""Function words: how a query asks counts less than what it asks."""

from __future__ import annotations

import pytest

from searchengine.text.lexicon.function_words import FUNCTION_WEIGHT, QUESTION_WEIGHT, importance


def test_question_words_count_least() -> None:
    assert importance("chi bộ là gì".split()) == [1, 1, QUESTION_WEIGHT, QUESTION_WEIGHT]


def test_function_words_count_less() -> None:
    assert importance("đại hội của chi bộ".split()) == [1, 1, FUNCTION_WEIGHT, 1, 1]


def test_a_longer_phrase_takes_all_its_syllables() -> None:
    assert importance("bao nhiêu tuổi".split()) == [QUESTION_WEIGHT, QUESTION_WEIGHT, 1]


@pytest.mark.parametrize("text", ["bao bì", "nhiêu lộc", "tại chức"])
def test_a_syllable_of_a_question_alone_is_a_word_like_others(text: str) -> None:
    assert QUESTION_WEIGHT not in importance(text.split())


def test_other_words_written_with_the_same_letters_keep_their_weight() -> None:
    assert importance("cua biển".split()) == [1, 1]
    assert importance("não và tim".split()) == [1, FUNCTION_WEIGHT, 1]


def test_bare_words_are_compared_bare() -> None:
    assert importance("chi bo nao".split(), folded=True) == [1, 1, QUESTION_WEIGHT]
    assert importance("chi bo nao".split()) == [1, 1, 1]


@pytest.mark.parametrize("text", ["dai hoi dang bo", "thi xa dong trieu", "ho chi minh"])
def test_bare_letters_that_are_mostly_another_word_keep_their_weight(text: str) -> None:
    assert set(importance(text.split(), folded=True)) == {1}


def test_a_word_for_a_question_that_is_also_a_thing_is_not_taken_for_a_question() -> None:
    assert importance("sao hỏa".split())[0] == FUNCTION_WEIGHT
    assert importance("tại sao".split()) == [QUESTION_WEIGHT] * 2


def test_nothing_is_left_without_weight() -> None:
    assert min(importance("ai là ai".split())) > 0
    assert importance([]) == []
