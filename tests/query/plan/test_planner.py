"""Questions: what gives way when nothing has all that was asked for."""

from __future__ import annotations

from collections.abc import Callable

from searchengine import SearchEngine
from searchengine.query.language.parser import parse
from searchengine.query.language.tree import Words
from searchengine.query.plan.planner import UNQUOTED_NOTE, unquoted


def test_a_sentence_that_quotes_wrongly_still_finds(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine("Ông viết Dế Mèn phiêu lưu ký", "Chi bộ họp thường kỳ")
    results = engine.search('ai viết "dế mèn phưu lưu ký"')
    assert [hit.id for hit in results][:1] == ["a"]
    assert results.notes == (UNQUOTED_NOTE,)
    assert engine.explain('ai viết "dế mèn phưu lưu ký"', "a").matches


def test_a_sentence_that_quotes_rightly_keeps_its_quotes(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine("Ông viết Dế Mèn phiêu lưu ký", "Ký sự phiêu lưu, ai viết cũng được")
    results = engine.search('ai viết "phiêu lưu ký"')
    assert [hit.id for hit in results] == ["a"]
    assert results.notes == ()


def test_a_phrase_on_its_own_means_what_it_says(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine("Ông viết Dế Mèn phiêu lưu ký")
    assert engine.search('"dế mèn phưu lưu ký"').total == 0
    assert engine.search('viết -"ông viết" "lưu ký sự"').total == 0


def test_filters_still_hold(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine("Ông viết Dế Mèn phiêu lưu ký")
    assert engine.search('ai viết "dế mèn phưu lưu ký"', since="2022").total == 0


def test_what_gives_way() -> None:
    softer = unquoted(parse('ai viết "dế mèn"'))
    assert softer is not None
    assert isinstance(softer.root, Words)
    for strict in ('"dế mèn"', 'ai viết "dế mèn" -ký', 'ai "dế mèn" title:viết', "ai viết"):
        assert unquoted(parse(strict)) is None
