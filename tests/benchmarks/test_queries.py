"""The sets of queries: what is drawn, and how it is read by the query language and as a plan."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks import plans
from benchmarks.corpus import Item
from benchmarks.queries import narrowed, phrases, tokens
from benchmarks.queries.query import (
    FACET_NAMES,
    SETS,
    TOKEN_SETS,
    Days,
    Phrase,
    Query,
    Signs,
    load,
    save,
)
from searchengine.backends import values
from searchengine.backends.values import PhraseQuery
from searchengine.query.plan.planner import read_query
from searchengine.text.analysis import analyze
from searchengine.text.streams import FOLDED, STREAMS, SYLLABLES
from tests.benchmarks.documents import items_of


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    return items_of(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="module")
def taken(items: list[Item]) -> list[Query]:
    return drawn(items, seed=7)


def drawn(items: list[Item], seed: int) -> list[Query]:
    return [
        *tokens.take(items, 4, seed),
        *phrases.take([item.text for item in items], 4, seed),
        *phrases.common_pairs(items, 5, seed),
        *narrowed.take(items, 4, seed),
    ]


def of(taken: list[Query], name: str) -> list[Query]:
    return [query for query in taken if query.set == name]


def test_every_set_has_queries(taken: list[Query]) -> None:
    assert {query.set for query in taken} == set(SETS)


def test_queries_have_tokens_of_every_stream(taken: list[Query]) -> None:
    for query in taken:
        assert set(query.streams) == set(query.joined) == set(STREAMS)
        assert not any(" " in token for tokens in query.joined.values() for token in tokens)
        assert (query.asked is None) == (query.set in (*TOKEN_SETS, "by_date", "facets"))


def test_queries_survive_their_file(taken: list[Query], tmp_path: Path) -> None:
    save(taken, tmp_path / "queries.jsonl")
    assert load(tmp_path / "queries.jsonl") == taken


def test_sets_are_as_long_as_they_say(taken: list[Query]) -> None:
    for query in taken:
        count = len(analyze([query.text])[0].syllables)
        if query.set == "questions":
            assert 29 <= count <= 37
        if query.set == "short":
            assert 2 <= count <= 4
        if query.set.startswith(("phrases", "folded")):
            assert count == int(query.set[-1])


def test_a_seed_gives_the_same_queries_again(items: list[Item], taken: list[Query]) -> None:
    assert drawn(items, seed=7) == taken
    for name in SETS:
        assert of(drawn(items, seed=8), name) != of(taken, name)


def test_phrases_stand_in_a_text_without_a_sign(items: list[Item], taken: list[Query]) -> None:
    texts = [item.text.lower() for item in items]
    for query in taken:
        if query.set.startswith("phrases"):
            assert any(query.text.strip('"') in text for text in texts)
        if query.set.startswith("folded"):
            # Folded syllables have one spelling of i and y, which texts need not.
            assert any(query.text.strip('"') in item.streams[FOLDED] for item in items)


def test_phrases_are_typed_as_the_query_language_reads_them(taken: list[Query]) -> None:
    for query in taken:
        if isinstance(query.asked, Phrase) and not query.asked.slop:
            read = read_query(query.text, datetime.date(2023, 5, 1)).as_typed.query
            assert read.has_diacritics == (query.asked.field == SYLLABLES)
            assert query.asked.field in (SYLLABLES, FOLDED)


def test_pairs_with_slop_stand_apart_in_a_text(items: list[Item], taken: list[Query]) -> None:
    streams = [item.streams[SYLLABLES].split() for item in items]
    for query in of(taken, "slop"):
        assert isinstance(query.asked, Phrase)
        first, last = query.asked.terms
        assert query.text == f'"{first} {last}"~3'
        assert any(
            last in stream[at + 2 : at + 5]
            for stream in streams
            for at, one in enumerate(stream)
            if one == first
        )


def test_the_commonest_pairs_are_taken_and_shuffled(items: list[Item]) -> None:
    def counts(pairs: int) -> list[int]:
        queries = phrases.common_pairs(items, pairs, seed=1)
        return [texts.count(query.text.strip('"')) for query in queries]

    texts = " | ".join(item.streams[SYLLABLES] for item in items)
    few, many = counts(5), counts(1_000)
    assert sorted(few, reverse=True) == sorted(many, reverse=True)[:5]
    assert many != sorted(many, reverse=True)


def test_filters_are_of_every_kind(items: list[Item]) -> None:
    asked = [query.asked for query in narrowed.take(items, 6, 1) if query.set == "filters"]
    assert [getattr(one, "field", "days") for one in asked] == ["source", "place", "days"] * 2


def test_a_filter_of_days_is_that_of_a_document(items: list[Item], taken: list[Query]) -> None:
    days = {values.day_number(datetime.date.fromisoformat(item.date or "")) for item in items}
    for query in of(taken, "filters"):
        if isinstance(query.asked, Days):
            assert query.asked.first + 3 in days
            assert query.asked.last == query.asked.first + 6


def test_signs_are_typed_with_their_syllables(taken: list[Query]) -> None:
    for query in of(taken, "boolean"):
        assert isinstance(query.asked, Signs)
        (first, second), (may,), (without,) = (
            query.asked.must,
            query.asked.should,
            query.asked.must_not,
        )
        assert query.text == f"+{first} +{second} {may} -{without}"


class NoView:
    def vocabulary(self, beginnings: Any) -> list[list[tuple[str, int]]]:
        return [[(f"{one.prefixes[0]}a", 2)] for one in beginnings]


def test_every_set_has_a_plan_that_asks_for_no_more(taken: list[Query]) -> None:
    for query in taken:
        if query.set in TOKEN_SETS:
            continue
        plan: Any = plans.plan_of(query, NoView(), 10)  # type: ignore[arg-type]
        assert plan.limit == 10
        assert plan.decay is None
        assert plan.score
        assert (plan.match is None) == (query.set in ("filters", "by_date", "facets"))
        assert bool(plan.filters) == (query.set == "filters")
        assert plan.sort.field == ("date" if query.set == "by_date" else "score")
        assert (plan.facets.names if plan.facets else ()) == (
            FACET_NAMES if query.set == "facets" else ()
        )
        if isinstance(query.asked, Phrase):
            assert plan.match == PhraseQuery(
                query.asked.field, tuple(query.asked.terms), 3 if query.set == "slop" else 0
            )
        assert plans.options_of(query, 10).snippets is False
