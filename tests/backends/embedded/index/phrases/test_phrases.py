"""Phrases of a segment: what the texts hold, however they are packed, in runs, merged or plain."""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from searchengine.backends.embedded.index.arrays.builder import RUN_TOKENS, Builder, pair_up
from searchengine.backends.embedded.index.arrays.merge import Source, merge
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.phrases import (
    anchors,
    order_writer,
    pair_spellings,
    symbols,
    text_order,
)
from searchengine.backends.embedded.index.schema import ORDER, STREAM_SPECS
from searchengine.backends.memory.documents import phrase_count
from searchengine.backends.values import Phrase
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES
from searchengine.text.variants import fold_syllable

SPECS = [spec for spec in STREAM_SPECS if spec.vocabulary in (SYLLABLES, FOLDED)]
#: A few syllables stand nearly everywhere, and some only differ in their marks.
COMMON = "chi chỉ chí bộ bố phố phổ cho biết".split()
RARE = [f"hiếm{number}" for number in range(40)]

Text = Sequence[str]


@pytest.fixture(params=["as it is", "packed as much as can be", "read in small pieces"])
def _sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few texts reach what otherwise takes many."""
    if request.param == "as it is":
        return
    for module in (pair_spellings, order_writer):
        monkeypatch.setattr(module, "COMMON", 3)
    monkeypatch.setattr(symbols, "SYLLABLE_CODES", 6)
    monkeypatch.setattr(pair_spellings, "WRITTEN_TOGETHER", 50)
    monkeypatch.setattr(symbols, "WORTH", 2)
    monkeypatch.setattr(order_writer, "LEAST_SAMPLE", 300)
    monkeypatch.setattr(order_writer, "CHUNK_SYLLABLES", 100)
    if request.param == "read in small pieces":
        monkeypatch.setattr(text_order, "BLOCK_DOCUMENTS", 5)
        monkeypatch.setattr(text_order, "FEW_SYMBOLS", 3)
        monkeypatch.setattr(anchors, "MANY_HITS", 1)
        monkeypatch.setattr(anchors, "MANY_HOLDERS", 1)
        monkeypatch.setattr(anchors, "PIECE", 4)


def texts_of(seed: int, count: int = 80) -> list[Text]:
    chance = random.Random(seed)
    return [
        chance.choices(COMMON, k=chance.choice((0, 1, 2, 20, 40)))
        + chance.choices(RARE, k=chance.choice((0, 0, 1, 3)))
        + chance.choices(COMMON, k=chance.choice((0, 3, 9)))
        for _ in range(count)
    ]


def built(
    texts: Sequence[Text], run_tokens: int = RUN_TOKENS, *, quick: bool = False, batch: int = 9
) -> Segment:
    """A segment of ``texts``, the first two syllables of each of which are its title."""
    builder = Builder(SPECS, {}, tempfile.TemporaryFile, run_tokens, ORDER)
    for start in range(0, len(texts), batch):
        part = texts[start : start + batch]
        streams = {}
        for cut, names in ((None, (SYLLABLES, FOLDED, BIGRAMS)), (2, TITLES)):
            pieces = [text[:cut] for text in part]
            counts = np.array([len(piece) for piece in pieces])
            flat = [syllable for piece in pieces for syllable in piece]
            exact = builder.numbering(SYLLABLES).numbers(flat)
            folded = builder.numbering(FOLDED).numbers(list(map(fold_syllable, flat)))
            streams[names[0]] = exact, counts
            streams[names[1]] = folded, counts
            streams[names[2]] = pair_up(folded, counts)
        builder.add(len(part), streams)
    sink = io.BytesIO()
    builder.write(sink, {}, quick=quick)
    return Segment(sink.getvalue(), "test")


TITLES = (ORDER.title_syllables, ORDER.title_folded, ORDER.title_pairs)


def merged(*sources: Source) -> Segment:
    sink = io.BytesIO()
    merge(sources, SPECS, {}, sink, {}, ORDER)
    return Segment(sink.getvalue(), "merged")


def phrases(texts: Sequence[Text], seed: int) -> Iterator[Phrase]:
    """Runs of the texts, with some left out, turned round, and near others."""
    chance = random.Random(seed)
    for _ in range(120):
        text = chance.choice([text for text in texts if len(text) > 1])
        start = chance.randrange(len(text) - 1)
        run = tuple(text[start : start + chance.choice((2, 2, 3, 5))])
        kind = chance.random()
        if kind < 0.5:
            yield Phrase(run)
        elif kind < 0.6:
            yield Phrase(run[::-1])
        elif kind < 0.8:
            yield Phrase((run[0], run[-1]), chance.choice((1, 3, 9)))
        else:
            other = chance.choice(texts) or text
            yield Phrase(run[:2], chance.choice((0, 1, 4, 30)), tuple(other[: len(run) - 1] or "x"))


def check(segment: Segment, texts: Sequence[Text], seed: int = 1) -> None:
    """Every phrase is where the texts have it, as often as they do."""
    segment.verify()
    views = {
        SYLLABLES: texts,
        FOLDED: [list(map(fold_syllable, text)) for text in texts],
        ORDER.title_syllables: [text[:2] for text in texts],
        ORDER.title_folded: [list(map(fold_syllable, text[:2])) for text in texts],
    }
    found = 0
    for stream, viewed in views.items():
        for phrase in phrases(viewed, seed):
            if " " not in phrase.term:
                continue
            expected = {
                number: count
                for number, text in enumerate(viewed)
                if (count := phrase_count(phrase, text))
            }
            docs, freqs = segment.postings(stream, phrase.term)
            told = dict(zip(docs.tolist(), [] if freqs is None else freqs.tolist(), strict=True))
            assert told == expected, (stream, phrase)
            assert segment.document_frequency(stream, phrase.term) == len(expected)
            found += bool(expected)
    assert found > 200


@pytest.mark.usefixtures("_sizes")
@pytest.mark.parametrize("run_tokens", [RUN_TOKENS, 200])
def test_phrases_are_found_where_they_stand(run_tokens: int) -> None:
    texts = texts_of(3)
    check(built(texts, run_tokens), texts)


@pytest.mark.usefixtures("_sizes")
def test_merging_keeps_texts_in_order_and_leaves_out_what_was_deleted() -> None:
    first, second, third = texts_of(4), texts_of(5, 30), texts_of(6, 40)
    live = np.random.default_rng(7).random(len(first)) < 0.7
    segment = merged(
        Source(built(first), live), Source(built(second, quick=True)), Source(built(third, 100))
    )
    left = [text for text, kept in zip(first, live, strict=True) if kept]
    check(segment, [*left, *second, *third])
    again = merged(Source(segment), Source(built(texts_of(8, 10))))
    check(again, [*left, *second, *third, *texts_of(8, 10)])


@pytest.mark.usefixtures("_sizes")
def test_texts_come_back_as_they_were() -> None:
    texts = texts_of(9)
    for segment in (built(texts), built(texts, quick=True), built(texts, 150)):
        vocabulary = list(segment.vocabulary(SYLLABLES).terms())
        for docs in (np.arange(len(texts)), np.array([3]), np.arange(0, len(texts), 7)):
            found = segment.texts().texts(docs)
            assert found.counts.tolist() == [len(texts[doc]) for doc in docs]
            flat = [syllable for doc in docs for syllable in texts[doc]]
            assert [vocabulary[rank].decode() for rank in found.ranks] == flat


def test_a_segment_without_texts() -> None:
    for texts in ([], [[]], [[], []]):
        segment = built(texts)
        assert len(segment.postings(SYLLABLES, "chi bộ")[0]) == 0
        assert segment.texts().texts(np.arange(len(texts))).counts.tolist() == [0] * len(texts)


def test_a_common_pair_needs_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_writer, "COMMON", 3)
    texts = [["chi", "bộ"]] * 9 + [["chỉ", "bộ", "chi", "bộ"]] * 2
    segment = built(texts)

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    with monkeypatch.context() as unread:
        unread.setattr(text_order.TextOrder, "occurrences", never)
        docs, freqs = segment.postings(SYLLABLES, "chi bộ")
        assert freqs is not None
        assert (docs.tolist(), freqs.tolist()) == (list(range(11)), [1] * 11)
        assert segment.postings(FOLDED, "chi bo")[1].tolist() == [1] * 9 + [2] * 2  # type: ignore[union-attr]
    assert segment.postings(SYLLABLES, "chỉ bộ")[0].tolist() == [9, 10]


def test_a_symbol_stands_for_syllables_that_often_follow_each_other() -> None:
    ranks = np.array([1, 2, 3, 4] * 50 + [5, 2, 3], np.uint32)
    counts = np.array([len(ranks)])
    encoder = symbols.Encoder(ranks, counts, 6, 1.0)
    encoded = encoder.encode(ranks, counts)
    assert len(encoded.symbols) < len(ranks) / 4
    table = encoder.symbols
    back, _ = symbols.decode(
        encoded.symbols, table.sizes, table.starts(), table.syllables, encoded.rare
    )
    assert back.tolist() == ranks.tolist()
