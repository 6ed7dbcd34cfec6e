"""Ranking: equal to a ten-line BM25, live documents only, and the order a reader expects."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import pytest

from searchengine import Document, SearchEngine
from searchengine.query.plan.weights import BARE_WEIGHTS, MARKED_WEIGHTS
from searchengine.text.analysis import analyze
from tests.conftest import ids

PAGES = [
    "Đại hội chi bộ khu phố 2 bầu ban chi ủy nhiệm kỳ mới.",
    "Đảng ủy phường tổ chức hội nghị sơ kết giữa nhiệm kỳ, đảng viên khu phố dự.",
    "Năm nay phường làm đường bê tông, nhân dân hiến đất mở rộng đường.",
    "Nam Định đón khách du lịch; chi bộ chợ nam họp.",
    "Chi bộ trường tiểu học kết nạp đảng viên mới, đại hội thành công tốt đẹp, đại hội vui.",
]
QUERIES = ["đại hội chi bộ", "dai hoi chi bo", "năm", "nam", "đường bê tông", "đảng viên đảng viên"]


def reference(pages: list[str], query: str, weights: dict[str, float]) -> list[float]:
    """BM25 summed over streams, as a textbook would write it down."""
    streams = [analyze([page])[0] for page in pages]
    asked = analyze([query])[0]
    totals = [0.0] * len(pages)
    for name in ("words", "syllables", "folded", "bigrams"):
        docs = [Counter(getattr(page, name)) for page in streams]
        mean = sum(d.total() if hasattr(d, "total") else sum(d.values()) for d in docs) / len(docs)
        for term, times in Counter(getattr(asked, name)).items():
            df = sum(term in d for d in docs)
            idf = math.log(1 + (len(docs) - df + 0.5) / (df + 0.5))
            for i, d in enumerate(docs):
                norm = 1.2 * (1 - 0.75 + 0.75 * sum(d.values()) / mean)
                weight = weights.get(name, 0) * math.sqrt(times)
                totals[i] += weight * idf * d[term] / (d[term] + norm)
    return totals


@pytest.mark.parametrize("query", QUERIES)
def test_without_a_date_boost_the_score_is_plain_bm25(
    make_engine: Callable[..., SearchEngine], query: str
) -> None:
    engine = make_engine(*PAGES)
    weights = BARE_WEIGHTS if query.isascii() else MARKED_WEIGHTS
    expected = reference(PAGES, query, dict(weights))
    hits = engine.search(query, date_boost=False, explain=True)
    found = {hit.id: hit.score / hit.explanation.nearness for hit in hits if hit.explanation}
    assert found == pytest.approx(
        {letter: score for letter, score in zip("abcde", expected, strict=True) if score}, abs=1e-6
    )


def test_deleted_and_replaced_documents_leave_no_trace(
    make_engine: Callable[..., SearchEngine],
) -> None:
    fresh = make_engine(*PAGES)
    worn = make_engine(*PAGES, "đại hội nữa", "chi bộ nữa")
    worn.delete(["f", "g"])
    with worn.writer() as writer:
        writer.add(Document(id="a", text="tạm thời"))
    with worn.writer() as writer:
        writer.add(Document(id="a", text=PAGES[0]))
    for query in QUERIES:
        before = {hit.id: hit.score for hit in fresh.search(query, date_boost=False)}
        after = {hit.id: hit.score for hit in worn.search(query, date_boost=False)}
        assert after == pytest.approx(before)


def test_an_exact_mark_ranks_above_a_folded_one(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine("thôn nam họp", "thôn năm họp")
    assert ids(engine.search("năm")) == ["b", "a"]
    assert ids(engine.search("nam")) == ["a", "b"]


def test_a_title_counts_more(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(
        Document(id="text", title="Tin mới", text="Hôm qua họp chợ ở làng bên."),
        Document(id="title", title="Họp chợ", text="Hôm qua ở làng bên có tin mới."),
    )
    for query in ("chợ", "họp chợ", "hop cho"):
        assert ids(engine.search(query)) == ["title", "text"]


def test_abbreviations_meet_their_expansion(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine("Chủ tịch UBND xã", "Chủ tịch Ủy ban nhân dân xã", "Chủ nhật đi chợ")
    assert ids(engine.search("UBND")) == ["a", "b"]
    assert ids(engine.search("ủy ban nhân dân")) == ["b", "a"]


def test_a_document_number_leads_however_it_is_typed(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine(
        "Kế hoạch 74-KH/ĐU của Đảng ủy",
        "74 hộ dân, kế hoạch KH và ĐU, 74 lần ĐU KH",
        "Kế hoạch 75-KH/ĐU",
    )
    for query in ("74-KH/ĐU", "74 kh du", "74/KH-ĐU", "074-kh/đu", "number:74-KH/ĐU"):
        assert ids(engine.search(query))[0] == "a", query
    assert ids(engine.search("number:74-kh/du")) == ["a"]


def test_paging_cuts_one_ranking(make_engine: Callable[..., SearchEngine]) -> None:
    engine = make_engine(*[f"chi bộ số {n}" for n in range(7)])
    whole = ids(engine.search("chi bộ", limit=7))
    pages = [ids(engine.search("chi bộ", limit=3, page=page)) for page in (1, 2, 3, 4)]
    assert pages == [whole[:3], whole[3:6], whole[6:], []]
    assert [hit.rank for hit in engine.search("chi bộ", limit=3, page=2)] == [4, 5, 6]
