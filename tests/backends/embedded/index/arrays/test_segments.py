"""Array postings of one segment: whatever goes in comes out, and damage is noticed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine.backends.embedded.index.arrays import builder, vocabulary
from searchengine.backends.embedded.index.arrays import merge as merging
from searchengine.backends.embedded.index.arrays.merge import Source, merge
from searchengine.backends.embedded.index.arrays.postings_codec import (
    documents_of,
    gaps_of,
    pack_halves,
    slots_of,
    unpack_halves,
)
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.errors import IndexDamagedError
from tests.backends.embedded.streams import (
    COLUMNS,
    SPECS,
    check,
    oracle,
    random_texts,
    segment,
    segment_bytes,
)

PAGES = [
    ["dai", "hoi", "chi", "bo", "khu", "pho", "nhiem", "ky", "moi"],
    ["khu", "pho", "van", "hoa", "khu", "pho", "van", "minh"],
    [],
    ["dan", "van", "kheo", "dan", "van", "kheo", "dan", "van", "kheo"],
]


def test_postings_hold_documents_and_frequencies() -> None:
    found = segment(PAGES)
    docs, freqs = found.postings("folded", "khu")
    assert docs.tolist() == [0, 1]
    assert freqs is not None
    assert freqs.tolist() == [1, 2]


def test_frequencies_that_are_all_one_are_left_out() -> None:
    assert segment(PAGES).postings("folded", "hoi")[1] is None


def test_a_pair_is_found_by_its_two_words() -> None:
    assert segment(PAGES).postings("bigrams", "van kheo")[0].tolist() == [3]


def test_pairs_do_not_cross_from_one_document_to_the_next() -> None:
    assert len(segment(PAGES).postings("bigrams", "moi khu")[0]) == 0


@pytest.mark.parametrize("term", ["", "khong", "kh", "khuu", "khu pho", "\udcff"])
def test_an_unknown_term_has_no_postings(term: str) -> None:
    assert len(segment(PAGES).postings("folded", term)[0]) == 0


def test_an_unknown_stream_has_no_postings() -> None:
    assert len(segment(PAGES).postings("title_folded", "khu")[0]) == 0


def test_terms_with_a_prefix_come_in_order() -> None:
    found = segment(PAGES)
    assert [term for term, _ in found.terms("folded", "kh")] == ["kheo", "khu"]
    assert [term for term, _ in found.terms("bigrams", "van ")] == [
        "van hoa",
        "van kheo",
        "van minh",
    ]


def test_a_segment_carries_its_stamp() -> None:
    assert segment(PAGES).stamp == {"schema": 1}


@pytest.mark.parametrize("texts", [[], [[]], PAGES])
def test_small_segments(texts: list[list[str]]) -> None:
    check(segment(texts), texts)


@pytest.mark.parametrize("run_tokens", [100_000, 500])
@pytest.mark.parametrize("seed", range(3))
def test_random_texts_in_one_run_and_in_many(seed: int, run_tokens: int) -> None:
    texts = random_texts(300, 500, 60, seed)
    check(segment(texts, run_tokens), texts)


@pytest.mark.parametrize("passes", [1, 0])
def test_sorting_one_way_or_another_writes_the_same(
    monkeypatch: pytest.MonkeyPatch, passes: int
) -> None:
    texts = random_texts(300, 500, 60, 1)
    whole = segment_bytes(texts)
    # With fewer digits for a radix sort, as a dictionary of more syllables would have it.
    monkeypatch.setattr(builder, "RADIX_PASSES", passes)
    assert segment_bytes(texts) == whole


def test_a_large_dictionary_is_searched_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "SMALL", 3)
    found = segment(PAGES)
    check(found, PAGES)
    for term in ("", "a", "khong", "kh", "khuu", "zz", "\udcff"):
        assert len(found.postings("folded", term)[0]) == 0


def test_runs_leave_no_trace_in_the_file() -> None:
    texts = random_texts(300, 500, 60, 1)
    assert segment_bytes(texts, run_tokens=500) == segment_bytes(texts)


def test_a_word_repeated_thousands_of_times() -> None:
    texts = [*random_texts(400, 40, 90, 0), ["dan"] * 5000 + ["van"] * 16]
    check(segment(texts), texts)


@pytest.mark.parametrize("run_tokens", [10_000_000, 2000])
def test_documents_far_apart(run_tokens: int) -> None:
    texts: list[list[str]] = [[] for _ in range(70_000)]
    for number in (3, 100, 68_000, 69_999):
        texts[number] = ["xa", "lam"] + ["gan"] * (number % 40)
    for step, word in ((300, "it"), (20, "nhieu"), (2, "rat")):
        for number in range(0, len(texts), step):
            texts[number] = [*texts[number], word]
    check(segment(texts, run_tokens, batch=9999), texts)


def test_merging_drops_deleted_documents_and_renumbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "CHUNK_POSTINGS", 700)
    parts = [
        random_texts(400, 300, 50, 1),
        random_texts(5, 900, 50, 2),
        random_texts(300, 90, 50, 3),
    ]
    rng = np.random.default_rng(0)
    masks = [None, np.array([True, False, True, True, False]), rng.random(300) < 0.5]
    sources = [Source(segment(part), mask) for part, mask in zip(parts, masks, strict=True)]
    sink = io.BytesIO()
    merge(sources, SPECS, COLUMNS, sink, {})
    left = [
        text
        for part, mask in zip(parts, masks, strict=True)
        for number, text in enumerate(part)
        if mask is None or mask[number]
    ]
    check(Segment(sink.getvalue(), "merged"), left)


def test_merging_a_segment_whose_documents_are_all_deleted() -> None:
    sink = io.BytesIO()
    merge([Source(segment(PAGES), np.zeros(4, np.bool_))], SPECS, COLUMNS, sink, {})
    check(Segment(sink.getvalue(), "merged"), [])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([4, 8, 16]), st.lists(st.sets(st.integers(0, 300_000), min_size=1), min_size=1)
)
def test_slots_give_documents_back(width: int, terms: list[set[int]]) -> None:
    docs = np.concatenate([np.array(sorted(term), np.int32) for term in terms])
    sizes = np.array([len(term) for term in terms])
    last = np.cumsum(sizes)
    ends, slots = slots_of(gaps_of(docs, last - sizes), width)
    bounds = np.concatenate(([0], last if ends is None else ends[last - 1] + 1))
    found, _, counts = documents_of(slots, width, bounds)
    assert found.tolist() == docs.tolist()
    assert counts is not None
    assert counts.tolist() == sizes.tolist()


@given(st.lists(st.integers(0, 15)), st.data())
def test_half_bytes_give_any_piece_back(values: list[int], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(values)))
    stop = data.draw(st.integers(start, len(values)))
    packed = pack_halves(np.array(values, np.uint8))
    assert unpack_halves(packed, start, stop).tolist() == values[start:stop]


def test_every_altered_byte_is_found_and_never_a_traceback() -> None:
    whole = segment_bytes(PAGES)
    terms = oracle(PAGES)
    for place in range(len(whole)):
        altered = bytearray(whole)
        altered[place] ^= 1 << place % 8
        with pytest.raises(IndexDamagedError):
            Segment(bytes(altered), "altered").verify()
        if place % 5 == 0:
            _search_all(bytes(altered), terms)


def test_every_cut_is_found() -> None:
    whole = segment_bytes(PAGES)
    for length in range(len(whole)):
        with pytest.raises(IndexDamagedError, match=r"altered|damaged"):
            Segment(whole[:length], "cut")


def test_the_damage_message_names_file_and_remedy() -> None:
    with pytest.raises(IndexDamagedError, match=r"MAIN_x\.streams is damaged .* index the pages"):
        Segment(b"", "MAIN_x.streams")


def _search_all(data: bytes, terms: dict[str, dict[str, dict[int, int]]]) -> None:
    try:
        found = Segment(data, "altered")
        for stream, some in terms.items():
            list(found.terms(stream))
            for term in some:
                found.postings(stream, term)
    except IndexDamagedError:
        pass
