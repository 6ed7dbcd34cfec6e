"""What the peers answer where they are asked for more than tokens, on texts that show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpus import Item
from benchmarks.engines import OURS, adapter, missing
from benchmarks.queries.phrases import phrase
from benchmarks.queries.query import Beginning, Days, Query, Signs, Value, of_terms
from benchmarks.queries.tokens import of_text
from searchengine.text.analysis import analyze, bigrams_of
from searchengine.text.streams import FOLDED, STREAMS, SYLLABLES

PEERS = [name for name in (OURS, "tantivy-positions", "fts5") if missing(name) is None]

#: Texts, and their sources, by day.
TEXTS = (
    ("chi bộ họp đại hội", "báo 1", "2023-05-01"),
    ("đại biểu của hội", "báo 2", "2023-05-02"),
    ("đại một hai ba hội", "báo 1", "2023-05-03"),
    ("đại một hai ba bốn hội", "báo 2", "2023-05-04"),
    ("hội đại", "báo 1", "2023-05-05"),
    ("đài hồi", "báo 2", None),
)


def item(number: int, text: str, source: str, date: str | None) -> Item:
    analysis = analyze([text])[0]
    streams = {name: list(getattr(analysis, name)) for name in STREAMS}
    streams["bigrams"] = [pair.replace(" ", "_") for pair in bigrams_of(streams["folded"])]
    joined = {name: " ".join(tokens) for name, tokens in streams.items()}
    return Item(f"d{number}", "", text, date, 0, None, joined, source, "xã 1")


@pytest.fixture(scope="module", params=PEERS)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    directory = tmp_path_factory.mktemp("index")
    made = adapter(request.param)
    finish = made.build(directory, [item(n, *one) for n, one in enumerate(TEXTS)], 1)
    if finish is not None:
        finish()
    return made.open_index(directory)


def short(name: str, asked: Value | Days | None = None) -> Query:
    return of_text(name, "đại hội", asked)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (phrase("phrases2", SYLLABLES, ["đại", "hội"]), "d0"),
        (phrase("folded2", FOLDED, ["dai", "hoi"]), "d0 d5"),
        (short("filters", Value("source", "báo 2")), "d1 d3 d5"),
        (short("filters", Days(19_479, 19_481)), "d1 d2 d3"),
        (short("by_date"), "d0 d1 d2 d3 d4 d5"),
        (short("facets"), "d0 d1 d2 d3 d4 d5"),
        (
            of_terms("prefix", "chi bi*", FOLDED, ["chi", "bi"], Beginning(FOLDED, ["chi"], "bi")),
            "d0 d1",
        ),
        (
            of_terms(
                *("boolean", "+đại +hội một -bốn", SYLLABLES, ["đại", "hội", "một", "bốn"]),
                Signs(SYLLABLES, ["đại", "hội"], ["một"], ["bốn"]),
            ),
            "d0 d1 d2 d4",
        ),
    ],
)
def test_all_find_and_count_the_same(opened: Any, query: Query, expected: str) -> None:
    found = opened.ids(opened.top(query))
    assert sorted(found) == expected.split()
    assert opened.count(query) == len(found)
    if query.set == "by_date":
        assert found == ["d4", "d3", "d2", "d1", "d0", "d5"]


@pytest.mark.skipif("tantivy-positions" not in PEERS, reason="tantivy is not installed")
def test_slop_is_counted_in_order_though_tantivy_takes_any(tmp_path: Path) -> None:
    made = adapter("tantivy-positions")
    finish = made.build(tmp_path, [item(n, *one) for n, one in enumerate(TEXTS)], 1)
    assert finish is not None
    finish()
    opened = made.open_index(tmp_path)
    query = phrase("slop", SYLLABLES, ["đại", "hội"], slop=3)
    assert sorted(opened.ids(opened.top(query))) == ["d0", "d1", "d2", "d4"]
    assert opened.count(query) == 3
