"""Prefixes in a plan: what they stand for, and that many of them stay few terms."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from searchengine import SearchEngine
from searchengine.query.plan.planner import plan_query, read_query
from searchengine.query.plan.prefixes import MAX_EXPANSIONS, PREFIX_EXPANSIONS
from tests.conftest import TODAY

Make = Callable[..., SearchEngine]


@pytest.fixture
def engine(make_engine: Make) -> SearchEngine:
    """Every syllable of an initial and a rhyme."""
    rhymes = [
        "a",
        "ai",
        "an",
        "ang",
        "anh",
        "ao",
        "at",
        "au",
        "ay",
        "e",
        "en",
        "i",
        "in",
        "o",
        "on",
    ]
    words = [f"{c}{v}" for c, v in itertools.product(["b", "ch", "d", "l", "m", "n", "th"], rhymes)]
    return make_engine(" ".join(words))


def terms(engine: SearchEngine, query: str) -> int:
    with engine.open_view() as view:
        return len(
            plan_query(view._view, view._view.lexicon, read_query(query, TODAY), TODAY).plan.score
        )


def test_a_prefix_stands_for_words_that_begin_so(engine: SearchEngine) -> None:
    assert terms(engine, "tha*") == 9
    assert engine.search("tha*").total == 1
    assert engine.search("kh*").total == 0


def test_a_prefix_stands_for_so_many_words_at_most(make_engine: Make) -> None:
    many = make_engine(" ".join(f"x{number}" for number in range(2 * PREFIX_EXPANSIONS)))
    assert terms(many, "x*") == PREFIX_EXPANSIONS


def test_many_prefixes_share_a_bounded_number_of_words(engine: SearchEngine) -> None:
    letters = [f"{c}{v}*" for c, v in itertools.product("bcdghklmnpqrstvx", "aeiouy")]
    query = " ".join(itertools.islice(itertools.cycle(letters), 250))
    assert terms(engine, query) <= MAX_EXPANSIONS
