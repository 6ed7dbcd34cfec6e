"""What the language remembers is bounded, by words and by their length."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import Any

import pytest

import searchengine.text
from searchengine.text.lexicon import word_cache
from searchengine.text.lexicon.word_cache import LONGEST_WORD, WORDS_KEPT, word_cached


def test_an_answer_is_remembered() -> None:
    asked: list[str] = []

    @word_cached
    def letters(word: str) -> int:
        asked.append(word)
        return len(word)

    assert [letters("chi"), letters("bộ"), letters("chi")] == [3, 2, 3]
    assert asked == ["chi", "bộ"]


def test_the_longest_unasked_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_cache, "WORDS_KEPT", 2)
    asked: list[str] = []
    kept = word_cached(asked.append)
    for word in ("chi", "bộ", "chi", "phường", "chi", "bộ"):
        kept(word)
    assert asked == ["chi", "bộ", "phường", "bộ"]


def test_a_text_in_the_place_of_a_word_is_not_remembered() -> None:
    asked: list[str] = []
    kept = word_cached(asked.append)
    kept("a" * LONGEST_WORD)
    kept("a" * LONGEST_WORD)
    kept("a" * (LONGEST_WORD + 1))
    kept("a" * (LONGEST_WORD + 1))
    assert len(asked) == 3


def test_no_table_of_the_language_has_more_words() -> None:
    tables = {
        f"{module.name}.{name}": table.cache_parameters()["maxsize"]
        for module in pkgutil.walk_packages(searchengine.text.__path__, "searchengine.text.")
        for name, value in vars(importlib.import_module(module.name)).items()
        for table in tables_behind(value)
        if table.__wrapped__.__code__.co_argcount
    }
    assert len(tables) > 10
    assert {name: most for name, most in tables.items() if not most or most > WORDS_KEPT} == {}


def tables_behind(value: Any) -> list[Any]:
    """The table of answers of a function that remembers them."""
    cells = getattr(value, "__closure__", None) or ()
    found = [value, *(cell.cell_contents for cell in cells)]
    return [one for one in found if isinstance(one, functools._lru_cache_wrapper)]
