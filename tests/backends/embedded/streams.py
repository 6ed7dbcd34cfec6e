"""Small indexes for tests of array postings, and the dictionaries that they must equal."""

from __future__ import annotations

import io
import itertools
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from searchengine.backends.embedded.index.arrays.builder import RUN_TOKENS, Builder, pair_up
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.arrays.stream_writer import StreamSpec

SPECS = [
    StreamSpec("folded", "folded"),
    StreamSpec("bigrams", "folded", pairs=True),
    StreamSpec("numbers", "numbers", lengths=False),
]
COLUMNS = {"day": np.dtype(np.int32)}

Texts = Sequence[Sequence[str]]
Oracle = dict[str, dict[str, dict[int, int]]]


def segment_bytes(texts: Texts, run_tokens: int = RUN_TOKENS, batch: int = 7) -> bytes:
    """Build a segment; a text's first word is also its number, its length its day."""
    builder = Builder(SPECS, COLUMNS, tempfile.TemporaryFile, run_tokens)
    for low in range(0, len(texts), batch):
        part = texts[low : low + batch]
        counts = np.array([len(text) for text in part])
        tokens = builder.numbering("folded").numbers([word for text in part for word in text])
        firsts = builder.numbering("numbers").numbers([text[0] for text in part if text])
        streams = {
            "folded": (tokens, counts),
            "bigrams": pair_up(tokens, counts),
            "numbers": (firsts, np.minimum(counts, 1)),
        }
        builder.add(len(part), streams, {"day": counts})
    sink = io.BytesIO()
    builder.write(sink, {"schema": 1})
    return sink.getvalue()


def segment(texts: Texts, run_tokens: int = RUN_TOKENS, batch: int = 7) -> Segment:
    return Segment(segment_bytes(texts, run_tokens, batch), "segment")


def oracle(texts: Texts) -> Oracle:
    """Stream to term to document to frequency."""
    found: Oracle = {spec.name: defaultdict(dict) for spec in SPECS}
    for number, text in enumerate(texts):
        for word, frequency in Counter(text).items():
            found["folded"][word][number] = frequency
        for pair, frequency in Counter(itertools.pairwise(text)).items():
            found["bigrams"][" ".join(pair)][number] = frequency
        for word in text[:1]:
            found["numbers"][word][number] = 1
    return found


def random_texts(documents: int, words: int, length: int, seed: int) -> list[list[str]]:
    """Texts whose words are as unevenly frequent as real ones."""
    rng = random.Random(seed)
    vocabulary = [f"{'xđaềo'[i % 5]}{i}" for i in range(words)]
    return [
        [
            vocabulary[min(int(rng.paretovariate(0.5)), words) - 1]
            for _ in range(rng.randrange(length))
        ]
        for _ in range(documents)
    ]


def check(found: Segment, texts: Texts) -> None:
    """Assert that a segment holds ``texts`` and nothing else."""
    found.verify()
    assert found.size == len(texts)
    for stream, terms in oracle(texts).items():
        assert {term for term, _ in found.terms(stream)} == set(terms)
        assert len(found.stream(stream)) == len(terms)
        for term, expected in terms.items():
            docs, freqs = found.postings(stream, term)
            counts = [1] * len(docs) if freqs is None else freqs.tolist()
            assert list(zip(docs.tolist(), counts, strict=True)) == sorted(expected.items())
    lengths = [len(text) for text in texts]
    assert found.lengths("folded").tolist() == lengths
    assert found.column("day").tolist() == lengths
