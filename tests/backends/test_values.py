"""Plans as plain values: through JSON and back, what is refused, and what importing them loads."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.backends.plan_json import plan_from_json, plan_to_json
from searchengine.backends.values import (
    DATE,
    SCORE,
    AllOf,
    AnyOf,
    DateDecay,
    FacetSpec,
    Not,
    PhraseQuery,
    Plan,
    Query,
    RangeQuery,
    ScoringTerm,
    Sort,
    TermQuery,
    ValueQuery,
)
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.errors import InputError

TEXTS = st.text(max_size=8) | st.sampled_from(["đại", "hội nghị", "74-kh-du", "xã Đông Hải"])
TERMS = st.lists(TEXTS, max_size=4).map(tuple)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-100_000, 100_000)
BOUNDS = st.none() | NUMBERS
LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.builds(TermQuery, TEXTS, TEXTS),
    st.builds(PhraseQuery, TEXTS, TERMS),
    st.builds(ValueQuery, TEXTS, TERMS, st.booleans()),
    st.builds(RangeQuery, TEXTS, BOUNDS, BOUNDS),
)


def joined(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.builds(AllOf, several) | st.builds(AnyOf, several) | st.builds(Not, parts)


QUERIES = st.recursive(LEAVES, joined, max_leaves=8)
WEIGHTS = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
DAYS = st.integers(-800_000, 2_900_000)
DECAYS = st.builds(
    DateDecay,
    origin=st.tuples(DAYS, DAYS),
    today=DAYS,
    scale=NUMBERS,
    offset=NUMBERS,
    decay=NUMBERS,
    weight=NUMBERS,
    curve=st.sampled_from(["exp", "gauss", "linear"]),
)


def plans(otherwise: st.SearchStrategy[Plan | None]) -> st.SearchStrategy[Plan]:
    return st.builds(
        Plan,
        match=st.none() | QUERIES,
        score=st.lists(st.builds(ScoringTerm, TEXTS, TEXTS, WEIGHTS), max_size=3).map(tuple),
        decay=st.none() | DECAYS,
        filters=st.lists(QUERIES, max_size=2).map(tuple),
        semantic=st.none()
        | st.builds(
            SemanticStage,
            TEXTS,
            st.lists(st.floats(-1, 1), max_size=4).map(tuple),
            st.integers(0, 1_000),
            WEIGHTS,
        ),
        sort=st.builds(Sort, st.sampled_from([DATE, SCORE]), st.booleans()),
        offset=st.integers(0, 10_000),
        limit=st.integers(0, 1_000),
        facets=st.none()
        | st.builds(FacetSpec, TERMS, st.integers(0, 100), st.sampled_from(["count", "name"])),
        fold_duplicates=st.booleans(),
        otherwise=otherwise,
        seconds=st.none() | NUMBERS,
    )


@given(plans(plans(st.none()) | st.none()))
def test_a_plan_survives_json(plan: Plan) -> None:
    text = json.dumps(plan_to_json(plan))
    back = plan_from_json(json.loads(text))
    assert back == plan
    assert hash(back) == hash(plan)
    assert json.dumps(plan_to_json(back)) == text


@pytest.mark.parametrize("query", [AllOf(()), AnyOf(()), Not(AllOf(())), PhraseQuery("folded", ())])
def test_an_empty_node_survives_json(query: Query) -> None:
    assert plan_from_json(plan_to_json(Plan(query))) == Plan(query)


def test_json_names_the_class_of_each_object() -> None:
    assert plan_to_json(Plan(TermQuery("folded", "hoi")))["match"] == {
        "type": "TermQuery",
        "field": "folded",
        "term": "hoi",
    }


PLAN = plan_to_json(Plan(None, (ScoringTerm("syllables", "hội", 1.0),)))
TERM = PLAN["score"][0]


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "Plan",
        None,
        TERM,
        {**PLAN, "type": "Document"},
        {**PLAN, "type": "plan"},
        {**PLAN, "type": ["Plan"]},
        {**PLAN, "matches": None},
        {"type": "Plan"},
        {**PLAN, "match": {"field": "folded", "term": "hoi"}},
        {**PLAN, "match": {"type": "TermQuery", "field": "folded"}},
        {**PLAN, "score": [{**TERM, "weight": 0}]},
        {**PLAN, "score": [{**TERM, "weight": "1"}]},
        {**PLAN, "score": [{**TERM, "__class__": "Plan"}]},
    ],
)
def test_what_is_no_plan_is_an_error(value: Any) -> None:
    with pytest.raises(InputError, match=r"this is no plan|more than 0"):
        plan_from_json(value)


def test_a_plan_too_deep_to_read_is_an_error() -> None:
    deep: dict[str, Any] = {"type": "AllOf", "queries": []}
    for _ in range(100_000):
        deep = {"type": "Not", "query": deep}
    with pytest.raises(InputError, match="this is no plan"):
        plan_from_json({**PLAN, "match": deep})
    while "query" in deep:
        # Taken apart a level at a time: freeing it all at once goes as deep.
        deep = deep.pop("query")


@pytest.mark.parametrize("weight", [0.0, -1.0, math.inf, math.nan])
def test_a_weight_is_a_number_above_nothing(weight: float) -> None:
    with pytest.raises(InputError, match="the weight of 'hội' must be more than 0"):
        ScoringTerm("syllables", "hội", weight)


@pytest.mark.parametrize("module", ["protocol", "values", "fields", "bm25"])
def test_the_seam_loads_nothing_heavy(module: str) -> None:
    """Of ours, its own few modules; of others, what Python brings."""
    program = (
        "import sys; before = set(sys.modules); "
        f"import searchengine.backends.{module}; "
        "print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    tops = {name.partition(".")[0] for name in loaded}
    # How Python itself was built has a name of its own on each machine.
    tops = {name for name in tops if not name.startswith("_sysconfigdata")}
    assert tops - sys.stdlib_module_names <= {"searchengine"}
    assert len([name for name in loaded if name.startswith("searchengine")]) <= 14
