"""Scoring over arrays equals BM25 by its definition, on any segments and deletions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import CACHE_BYTES, CacheBudget
from searchengine.backends.embedded.index.arrays.streams import Streams
from searchengine.backends.embedded.scoring import scorer as scoring
from searchengine.backends.embedded.scoring import selection
from searchengine.backends.embedded.scoring.exact_scoring import exact_scores
from searchengine.backends.embedded.scoring.scorer import Scorer
from searchengine.backends.embedded.scoring.term_cache import DenseRow
from searchengine.backends.embedded.scoring.term_store import TermStore
from searchengine.backends.values import ScoringTerm
from tests.backends.embedded.streams import Oracle, oracle, random_texts, segment

Texts = list[list[str]]
Query = list[ScoringTerm]


def bm25(texts: Texts, terms: Oracle, live: Sequence[bool], query: Query) -> NDArray[np.float64]:
    """BM25 by its definition: k1 1.2, b 0.75, Lucene's idf, statistics of live documents.

    Of the forms of an idea the best counts.
    """
    total = np.zeros(len(texts))
    ideas: dict[int, dict[int, NDArray[np.float64]]] = {}
    count = sum(live)
    for one in query:
        postings = {d: f for d, f in terms[one.field].get(one.term, {}).items() if live[d]}
        idf = math.log(1 + (count - len(postings) + 0.5) / (len(postings) + 0.5))
        short = 1 if one.field == "bigrams" else 0
        lengths = [max(len(text) - short, 0) for text in texts]
        mean = sum(length for length, lives in zip(lengths, live, strict=True) if lives) / count
        scores = total
        if one.idea:
            forms = ideas.setdefault(one.idea, {})
            scores = forms.setdefault(one.form, np.zeros(len(texts)))
        for d, f in postings.items():
            norm = 0.0 if one.field == "numbers" else 1.2 * (0.25 + 0.75 * lengths[d] / mean)
            scores[d] += one.weight * idf * f / (f + norm)
    for forms in ideas.values():
        total += np.max(list(forms.values()), axis=0)
    return total


def best(scores: NDArray[np.float64], k: int) -> list[int]:
    ranked = sorted((-round(float(score), 9), d) for d, score in enumerate(scores) if score > 0)
    return [d for _, d in ranked[:k]]


def snapshot_of(texts: Texts, cuts: Sequence[int], live: NDArray[np.bool_]) -> Streams:
    edges = [0, *cuts, len(texts)]
    pieces = [slice(low, high) for low, high in itertools.pairwise(edges)]
    return Streams([segment(texts[piece]) for piece in pieces], [live[piece] for piece in pieces])


def random_queries(texts: Texts, rng: np.random.Generator, count: int) -> Iterator[Query]:
    for _ in range(count):
        text = texts[rng.integers(len(texts))] or ["khong"]
        words = [text[i % len(text)] for i in range(int(rng.integers(1, 12)))]
        pairs = {f"{a} {b}" for a, b in itertools.pairwise(words)}
        yield [
            *(ScoringTerm("folded", w, float(rng.choice([1.0, 0.3]))) for w in sorted(set(words))),
            *(ScoringTerm("bigrams", pair, 1.0) for pair in sorted(pairs)),
            ScoringTerm("numbers", words[0], 2.0),
            ScoringTerm("folded", "khong", 1.0),
        ]


def in_forms(query: Query, rng: np.random.Generator) -> Query:
    """The same terms, most of which are forms of one idea or of another."""
    ideas, forms = rng.choice([0, 1, 1, 2], len(query)), rng.integers(0, 3, len(query))
    return [
        replace(one, idea=int(idea), form=int(form))
        for one, idea, form in zip(query, ideas, forms, strict=True)
    ]


@pytest.mark.parametrize("budget", [1 << 14, CACHE_BYTES])
@pytest.mark.parametrize(("documents", "group"), [(120, 64), (120, 4), (2000, 4), (2000, 64)])
def test_best_documents_scores_and_counts_equal_the_definition(
    documents: int, group: int, budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "GROUP", group)
    monkeypatch.setattr(scoring, "FEW", 20)
    monkeypatch.setattr(scoring, "MANY", 100)
    monkeypatch.setattr(scoring, "BATCH", 2)
    rng = np.random.default_rng(documents)
    texts = random_texts(documents, 200, 40, documents)
    # Twins, so that equal scores are common.
    texts += texts[: documents // 3]
    live = rng.random(len(texts)) < 0.8
    live[: documents // 2] = True
    snapshot = snapshot_of(texts, [documents // 2, documents // 2 + 1], live)
    scorer, terms = Scorer(snapshot, CacheBudget(budget)), oracle(texts)
    boost = (1 + 0.3 * rng.random(len(texts))).astype(np.float32)
    boost[documents:] = boost[: documents // 3]
    mask = rng.random(len(texts)) < 0.3
    for query in random_queries(texts, rng, 15):
        plain = bm25(texts, terms, live.tolist(), query)
        np.testing.assert_allclose(
            scorer.scores(query, np.arange(len(texts))), plain, rtol=1e-5, atol=1e-9
        )
        for chosen in (None, mask):
            for factor in (None, boost):
                expected = plain * (1 if factor is None else factor)
                expected = expected if chosen is None else np.where(chosen, expected, 0)
                found = scorer.top(query, 10, chosen, factor, count=True)
                assert found.docs.tolist() == best(expected, 10)
                np.testing.assert_allclose(found.scores, expected[found.docs], rtol=1e-5)
                assert found.total == np.count_nonzero(expected)


@pytest.mark.parametrize("documents", [300, 3000])
def test_of_the_forms_of_an_idea_the_best_counts(
    documents: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the best documents are looked for."""
    rng = np.random.default_rng(documents)
    texts = random_texts(documents, 200, 40, documents)
    live = rng.random(documents) < 0.8
    snapshot = snapshot_of(texts, [documents // 3], live)
    scorer, terms = Scorer(snapshot), oracle(texts)
    boost = (1 + 0.3 * rng.random(documents)).astype(np.float32)
    queries = [in_forms(query, rng) for query in random_queries(texts, rng, 40)]
    for many, query in itertools.product((8192, 20), queries):
        monkeypatch.setattr(scoring, "MANY", many)
        expected = bm25(texts, terms, live.tolist(), query)
        docs = rng.choice(documents, 50)
        assert scorer.scores(query, docs) == pytest.approx(expected[docs], rel=1e-5, abs=1e-9)
        for factor in (None, boost):
            every = expected * (1 if factor is None else factor)
            found = scorer.top(query, 10, None, factor, count=True)
            assert found.scores == pytest.approx(every[found.docs], rel=1e-5)
            assert found.scores == pytest.approx(every[best(every, 10)], rel=1e-5)
            assert found.total == np.count_nonzero(expected)


def test_one_segment_and_many_give_the_same_scores() -> None:
    texts = random_texts(500, 100, 30, 5)
    live = np.ones(500, np.bool_)
    one, many = (Scorer(snapshot_of(texts, cuts, live)) for cuts in ([], [1, 7, 300, 301]))
    for query in random_queries(texts, np.random.default_rng(0), 20):
        first, second = one.top(query), many.top(query)
        assert first.docs.tolist() == second.docs.tolist()
        assert first.scores.tolist() == second.scores.tolist()


def test_deleted_documents_count_in_no_statistic() -> None:
    texts = [["ca", "phe"], ["ca", "chua"], ["ca", "phe", "sua", "da"]]
    deleted = Scorer(snapshot_of(texts, [], np.array([True, True, False])))
    never = Scorer(snapshot_of(texts[:2], [], np.ones(2, np.bool_)))
    query: Query = [ScoringTerm("folded", "ca", 1.0), ScoringTerm("bigrams", "ca phe", 1.0)]
    assert deleted.top(query).scores.tolist() == never.top(query).scores.tolist()
    assert deleted.term_store.lookup("folded", "ca").df == 2


def test_equal_scores_come_in_the_order_of_document_numbers() -> None:
    scorer = Scorer(snapshot_of([["trà", "đá"]] * 300, [100], np.ones(300, np.bool_)))
    assert scorer.top([ScoringTerm("folded", "trà", 1.0)], 5).docs.tolist() == [0, 1, 2, 3, 4]


def test_a_stream_without_lengths_scores_idf_alone() -> None:
    scorer = Scorer(snapshot_of([["74", "kh"], ["01", "kl", "tw"]], [], np.ones(2, np.bool_)))
    assert scorer.top([ScoringTerm("numbers", "74", 1.0)]).scores[0] == pytest.approx(
        math.log(1 + 1.5 / 1.5)
    )


@pytest.mark.parametrize(
    "query", [[], [ScoringTerm("folded", "khong", 1.0)], [ScoringTerm("khong", "co", 1.0)]]
)
def test_nothing_matches(query: Query) -> None:
    found = Scorer(snapshot_of([["có"]], [], np.ones(1, np.bool_))).top(query, count=True)
    assert (len(found.docs), len(found.scores), found.total) == (0, 0, 0)


def test_an_empty_index_answers() -> None:
    found = Scorer(Streams([], [])).top([ScoringTerm("folded", "có", 1.0)], count=True)
    assert (len(found.docs), found.total) == (0, 0)


def test_documents_that_hold_any_of_some_terms() -> None:
    texts = [["ca", "phe"], ["ca", "chua"], ["phe", "phan"]]
    scorer = Scorer(snapshot_of(texts, [], np.ones(3, np.bool_)))
    assert scorer.holding([("folded", "ca"), ("folded", "chua")]).tolist() == [True, True, False]
    assert scorer.holding([]).tolist() == [False, False, False]


def test_terms_of_all_segments_with_their_live_documents() -> None:
    texts = [["an", "ninh"], ["an", "toàn"], ["ăn"], ["anh"]]
    snapshot = snapshot_of(texts, [1, 3], np.array([True, True, True, False]))
    assert list(snapshot.terms("folded", "an")) == [("an", 2)]
    assert list(snapshot.terms("bigrams", "an ")) == [("an ninh", 1), ("an toàn", 1)]


def test_many_threads_get_the_same_answers() -> None:
    texts = random_texts(2000, 100, 30, 5)
    scorer = Scorer(snapshot_of(texts, [], np.ones(2000, np.bool_)), CacheBudget(1 << 15))
    queries = list(random_queries(texts, np.random.default_rng(0), 30)) * 4
    alone = [scorer.top(query).docs.tolist() for query in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: scorer.top(query).docs.tolist(), queries))
    assert together == alone


def test_exact_scores_of_a_few_documents_equal_the_definition() -> None:
    rng = np.random.default_rng(5)
    texts = random_texts(400, 60, 40, seed=5)
    texts[7] = ["lap"] * 40 + texts[7]  # more often than a row's half byte can say
    texts = [text if d % 3 else ["lap", *text] for d, text in enumerate(texts)]
    live = rng.random(len(texts)) > 0.1
    live[7] = True
    snapshot = snapshot_of(texts, [150], live)
    term_store = TermStore(snapshot)
    terms = oracle(texts)
    assert isinstance(term_store.lookup("folded", "lap"), DenseRow)
    for query in random_queries(texts, rng, 30):
        query.append(ScoringTerm("folded", "lap", 1.0))
        docs = rng.choice(np.flatnonzero(live), 10, replace=False)
        docs[0] = 7
        expected = bm25(texts, terms, live.tolist(), query)[docs]
        assert exact_scores(snapshot, query, term_store.looked_up(query), docs) == pytest.approx(
            expected, abs=1e-9
        )
