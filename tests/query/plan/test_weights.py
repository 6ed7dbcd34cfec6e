"""One idea counts once, in whichever of its forms a page says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from searchengine import SearchEngine
from searchengine.query.language.parser import parse
from searchengine.query.plan.query_analysis import analyze_query
from searchengine.query.plan.weights import text_terms
from tests.conftest import TODAY

Make = Callable[..., SearchEngine]

#: What no query of this file asks for.
OTHERS = ("Trời mưa to, bà con che lúa.", "Đội bóng thắng trận mở màn.", "Chợ bán rau và cá.")


def forms_of(query: str, stream: str) -> list[list[set[str]]]:
    """The terms of each form of each idea in a stream; those of no idea first."""
    found: dict[int, dict[int, set[str]]] = defaultdict(dict)
    for one in text_terms(analyze_query(parse(query), TODAY)):
        terms = found[one.idea].setdefault(one.form, set())
        terms.update([one.term] if one.field == stream else [])
    return [list(found[idea].values()) for idea in sorted(found)]


def scores(engine: SearchEngine, query: str) -> dict[str, float]:
    """What the terms of each hit give it."""
    hits = engine.search(query, date_boost=False, explain=True).hits
    return {hit.id: sum(p.score for p in hit.explanation.parts) for hit in hits if hit.explanation}


def test_what_is_said_in_several_forms_is_one_idea() -> None:
    outside, forms = forms_of("ubnd xã họp", "syllables")
    assert outside == [{"xã", "họp"}]
    assert forms == [{"ubnd"}, {"ủy", "ban", "nhân", "dân"}]


def test_neighbours_across_the_end_of_a_form_belong_to_none() -> None:
    outside, forms = forms_of("hội đồng nhân dân xã họp", "bigrams")
    assert outside == [{"dan xa", "xa hop"}]
    assert forms[0] == {"hoi dong", "dong nhan", "nhan dan"}


def test_an_idea_typed_in_two_forms_is_one() -> None:
    _, *ideas = forms_of("ubnd xã, ủy ban nhân dân huyện", "syllables")
    assert ideas == [[{"ubnd"}, {"ủy", "ban", "nhân", "dân"}]]


def test_two_abbreviations_are_two_ideas() -> None:
    assert len(forms_of("ubnd và hđnd", "syllables")) == 3


def test_a_query_without_other_forms_has_no_ideas() -> None:
    assert all(not one.idea for one in text_terms(analyze_query(parse("chợ quê họp"), TODAY)))


@pytest.mark.parametrize(
    ("query", "both", "one"),
    [
        ("gplx quốc tế", "Giấy phép lái xe (GPLX) của tài xế.", "Ông ấy cần GPLX loại mới."),
        ("2000000 đồng", "Nộp 2000000 (2 triệu) chiều nay.", "Nộp 2000000 ngay chiều mai."),
    ],
)
def test_a_page_that_says_both_forms_has_no_more_of_it(
    make_engine: Make, query: str, both: str, one: str
) -> None:
    engine = make_engine(both, one, *OTHERS)
    found = scores(engine, query)
    # The page that says both is the longer one.
    assert found["a"] <= found["b"]
    explanation = engine.explain(query, "a")
    assert explanation.outdone
    assert not engine.explain(query, "b").outdone


def test_either_form_finds_and_the_typed_one_leads(make_engine: Make) -> None:
    engine = make_engine("UBND xã họp sáng.", "Ủy ban nhân dân xã họp.", *OTHERS)
    assert list(scores(engine, "ubnd xã"))[:2] == ["a", "b"]
    assert list(scores(engine, "ủy ban nhân dân xã"))[:2] == ["b", "a"]
