"""Counting terms: distinct ones over many segments, and the commonest with a beginning."""

from __future__ import annotations

import numpy as np
import pytest

from searchengine.backends.embedded.index.arrays.streams import Streams
from tests.backends.embedded.streams import oracle, random_texts, segment

STREAMS = ["folded", "bigrams", "numbers"]


@pytest.fixture(scope="module")
def parts() -> list[list[list[str]]]:
    return [random_texts(60, 80, 30, seed) for seed in (1, 2, 3)]


def test_distinct_terms_of_many_segments_are_counted_once(parts: list[list[list[str]]]) -> None:
    streams = Streams([segment(part) for part in parts], [None] * 3)
    joined = oracle([text for part in parts for text in part])
    assert streams.distinct_terms(STREAMS) == [len(joined[stream]) for stream in STREAMS]


def test_terms_of_deleted_documents_do_not_count(parts: list[list[list[str]]]) -> None:
    rng = np.random.default_rng(4)
    live = [rng.random(60) < 0.3, None, np.zeros(60, np.bool_)]
    streams = Streams([segment(part) for part in parts], live)
    kept = [
        text
        for part, alive in zip(parts, live, strict=True)
        for number, text in enumerate(part)
        if alive is None or alive[number]
    ]
    expected = oracle(kept)
    assert streams.distinct_terms(STREAMS) == [len(expected[stream]) for stream in STREAMS]
    for term, documents in expected["folded"].items():
        assert streams.document_frequency("folded", term) == len(documents)


def test_a_single_segment_and_none() -> None:
    texts = random_texts(20, 30, 10, 5)
    expected = oracle(texts)
    assert Streams([segment(texts)], [None]).distinct_terms(STREAMS) == [
        len(expected[stream]) for stream in STREAMS
    ]
    assert Streams([], []).distinct_terms(STREAMS) == [0, 0, 0]


@pytest.mark.parametrize(
    ("stream", "prefix"), [("folded", "x"), ("folded", ""), ("bigrams", "x0 ")]
)
def test_the_commonest_terms_come_first(
    parts: list[list[list[str]]], stream: str, prefix: str
) -> None:
    streams = Streams([segment(part) for part in parts], [None] * 3)
    counts = {
        term: len(documents)
        for term, documents in oracle([text for part in parts for text in part])[stream].items()
        if term.startswith(prefix)
    }
    found = streams.commonest(stream, [prefix, prefix], 5)
    assert dict(found).items() <= counts.items()
    assert [count for _, count in found] == sorted(counts.values(), reverse=True)[:5]


def test_an_unknown_beginning_has_no_terms(parts: list[list[list[str]]]) -> None:
    streams = Streams([segment(parts[0])], [None])
    assert streams.commonest("folded", ["zzz"], 5) == []
    assert streams.commonest("bigrams", ["zzz x"], 5) == []
    assert streams.commonest("nothing", ["x"], 5) == []
