"""Judged queries: what a ranking gets, and that the pool can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.judged.__main__ import POOL, figures_of, read_pool, report
from searchengine import SearchEngine


def test_a_ranking_gets_what_its_grades_give(
    make_engine: Callable[..., SearchEngine], tmp_path: Path
) -> None:
    engine = make_engine("lúa chín", "lúa chín ngoài đồng xa lắm", "chợ")
    rows = [("lúa chín", "a", 1), ("lúa chín", "b", 2), ("chợ", "c", 2), ("xe", "a", 0)]
    pool = tmp_path / "pool.jsonl"
    pool.write_text(
        "\n".join(
            json.dumps({"query": query, "type": "t", "id": id_, "grade": grade})
            for query, id_, grade in rows
        ),
        encoding="utf-8",
    )
    # What has nothing worth finding tells nothing.
    first, second = (figures_of(engine, one) for one in read_pool(pool))
    ideal = 3 + 1 / 1.585
    assert first.ndcg == pytest.approx((1 + 3 / 1.585) / ideal, abs=1e-3)
    assert (first.success, first.total, first.unjudged) == (0.0, 2, 0)
    assert (second.ndcg, second.success) == (1.0, 1.0)
    assert "success@1  50 %" in report({"t": [first, second]})[-1]


def test_the_pool_has_queries_of_many_types() -> None:
    queries = read_pool(POOL)
    assert len(queries) >= 100
    assert len({judged.type for judged in queries}) >= 14
