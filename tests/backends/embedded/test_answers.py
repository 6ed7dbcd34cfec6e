"""Answers that are kept: the same as those worked out, of one commit, within the budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from searchengine import Document, Results, SearchEngine

Make = Callable[..., SearchEngine]
DOCUMENTS = [
    Document(id=str(number), text="họp chi bộ " * (number + 1), place=f"xã {number % 3}")
    for number in range(12)
]


def told(results: Results) -> Results:
    return replace(results, took_ms=0)


def test_asked_again_a_query_has_the_same_answer(make_engine: Make) -> None:
    engine = make_engine(*DOCUMENTS)
    first = engine.search("chi bộ")
    assert engine.stats()["cache"]["kinds"]["answers"] > 0
    assert told(engine.search("chi bộ")) == told(first)


def test_whatever_differs_in_what_is_asked_differs_in_the_answer(make_engine: Make) -> None:
    engine = make_engine(*DOCUMENTS)
    first = engine.search("chi bộ")
    assert engine.search("chi bộ", page=2).hits[0].rank == 11
    assert len(engine.search("chi bộ", limit=3)) == 3
    assert engine.search("chi bộ", place="xã 1").total == 4
    assert not engine.search("chi bộ", facets=False).facets
    assert len(engine.search("chi bộ", fold_duplicates=True)) < len(first)
    assert told(engine.search("chi bộ")) == told(first)


def test_what_is_done_to_the_facets_of_one_answer_is_not_in_the_next(make_engine: Make) -> None:
    engine = make_engine(*DOCUMENTS)
    first = engine.search("chi bộ").facets["place"]
    first.clear()  # type: ignore[attr-defined]
    assert engine.search("chi bộ").facets["place"] == {"xã 0": 4, "xã 1": 4, "xã 2": 4}


def test_an_answer_is_of_its_commit_alone(make_engine: Make) -> None:
    engine = make_engine(*DOCUMENTS)
    assert engine.search("chi bộ").total == 12
    with engine.writer() as writer:
        writer.delete("3")
    found = engine.search("chi bộ", limit=20)
    assert found.total == 11
    assert "3" not in [hit.id for hit in found]
