"""Plans: what gives way when nothing has all that was asked for, and what bounds them."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from searchengine import Document, SearchEngine, time_zone
from searchengine.query.language.parser import parse
from searchengine.query.language.tree import Words
from searchengine.query.plan.ideas import NO_PAGE_NOTE
from searchengine.query.plan.planner import UNQUOTED_NOTE, read_query, unquoted
from searchengine.query.plan.query_analysis import MAX_OTHER_FORMS
from searchengine.text.lexicon.synonyms import Synonyms
from tests.conftest import TODAY


def test_a_sentence_that_quotes_wrongly_still_finds(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine("Ông viết Dế Mèn phiêu lưu ký", "Chi bộ họp thường kỳ")
    results = engine.search('ai viết "dế mèn phưu lưu ký"')
    assert [hit.id for hit in results][:1] == ["a"]
    assert results.notes == (UNQUOTED_NOTE, f"{NO_PAGE_NOTE}phưu")
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
    slack = unquoted(parse('ai viết "dế mèn"~3'))
    assert slack is not None
    assert slack.root == Words("ai viết  dế mèn ")
    for strict in ('"dế mèn"', 'ai viết "dế mèn" -ký', 'ai "dế mèn" title:viết', "ai viết"):
        assert unquoted(parse(strict)) is None


def test_synonyms_cannot_make_a_plan_of_any_number_of_terms() -> None:
    forms = ", ".join(f"từ{number}" for number in range(5_000))
    read = read_query("từ1 từ2 từ3", TODAY, synonyms=Synonyms(forms))
    assert len(read.as_typed.terms) < 3 * (MAX_OTHER_FORMS + 10)
    assert len(read_query("từ1", TODAY).as_typed.terms) < 10


def test_today_is_the_day_of_the_time_zone(
    make_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half past one in the night of Việt Nam is the evening before in UTC."""
    moment = datetime.datetime(2024, 3, 1, 18, 30, tzinfo=datetime.timezone.utc)

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    engine = make_engine(
        Document(id="hôm nay", text="Tin", date=datetime.date(2024, 3, 2)),
        Document(id="hôm qua", text="Tin", date=datetime.date(2024, 3, 1)),
    )
    monkeypatch.setattr(time_zone.datetime, "datetime", Clock)
    assert [hit.id for hit in engine.search("tin", since="hôm nay")] == ["hôm nay"]
    monkeypatch.setenv("SEARCHENGINE_TIME_ZONE", "UTC")
    assert [hit.id for hit in engine.search("tin", until="hôm nay")] == ["hôm qua"]
