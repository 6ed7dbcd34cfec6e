"""Writing the text order of a segment, and how its common pairs are spelled.

Symbols and usual spellings are learned from a sample of the texts; then all texts are walked
through once, some million syllables at a time. Where a segment is soon taken into another one,
its texts are written as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.sections import SectionReader, SectionWriter
from searchengine.backends.embedded.index.arrays.stream_reader import Chunk
from searchengine.backends.embedded.index.phrases.pair_spellings import COMMON, SpellingWriter
from searchengine.backends.embedded.index.phrases.symbols import Encoded, Encoder
from searchengine.backends.embedded.index.phrases.text_order import SECTION, TextOrder, Texts

#: Symbols and spellings are learned from one text in so many, but from at least about so many
#: syllables, and from no more than the latter. Measured on news, 57 million syllables: of 3 million
#: the symbols take 63.4 MB, of 6 million 62.3.
SAMPLE_SHARE, LEAST_SAMPLE, LARGEST_SAMPLE = 16, 1_000_000, 5_000_000
#: Syllables that are packed at a time, some forty bytes each while that lasts.
CHUNK_SYLLABLES = 4_000_000

PLAIN = f"{SECTION}/plain"


class TextSource(Protocol):
    """Where texts come from; documents are counted from 0."""

    def texts(self, docs: NDArray[np.integer[Any]], /) -> Texts:
        """Return the syllables of ``docs``, ascending."""


class Part(NamedTuple):
    """Some of the texts of a segment: of ``docs`` of a source, each of ``counts`` syllables, whose
    ranks are numbers in ``ranks`` (None where they are the segment's own)."""

    source: TextSource
    docs: NDArray[np.int64]
    counts: NDArray[np.int64]
    ranks: NDArray[np.int64] | None = None

    def texts(self, places: NDArray[np.int64]) -> Texts:
        """Return the texts at ``places`` of ``docs``."""
        found = self.source.texts(self.docs[places])
        if self.ranks is None:
            return found
        return Texts(self.ranks[found.ranks].astype(np.uint32), found.counts)


class CommonPairs:
    """Takes the pairs of a stream as they are written, and keeps the common ones."""

    def __init__(self) -> None:
        self._keys: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
        self._holders: list[NDArray[np.int64]] = [np.empty(0, np.int64)]

    def add(self, chunk: Chunk) -> None:
        """Look at the pairs of ``chunk``."""
        chosen = chunk.counts > COMMON
        self._keys.append(chunk.keys[chosen])
        self._holders.append(chunk.counts[chosen])

    def found(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Return their keys, ascending, and how many documents hold each."""
        return np.concatenate(self._keys), np.concatenate(self._holders)


class PlainOrder:
    """Texts as they are, in memory or in a segment that is soon taken into another one."""

    def __init__(self, ranks: NDArray[Any], counts: NDArray[np.integer[Any]]) -> None:
        """Hold texts of ``counts`` syllables, ``ranks`` one after the other."""
        self._ranks = ranks
        self._counts = counts.astype(np.int64)
        self._ends = np.cumsum(self._counts)

    def texts(self, docs: NDArray[np.integer[Any]]) -> Texts:
        """Return the syllables of ``docs``."""
        counts, ends = self._counts[docs], self._ends[docs]
        if len(docs) and docs[-1] - docs[0] + 1 == len(docs):
            return Texts(self._ranks[ends[0] - counts[0] : ends[-1]], counts)
        pieces = [
            self._ranks[stop - size : stop]
            for stop, size in zip(ends.tolist(), counts.tolist(), strict=True)
        ]
        return Texts(np.concatenate([self._ranks[:0], *pieces]), counts)


def order_source(sections: SectionReader, size: int, lengths: NDArray[Any]) -> TextSource:
    """Return the texts of a segment of ``size`` documents of ``lengths`` syllables."""
    if PLAIN in sections:
        return PlainOrder(sections.array(PLAIN), lengths)
    return TextOrder(sections, size)


def write_plain_order(
    sections: SectionWriter, ranks: NDArray[np.integer[Any]], folded: NDArray[np.integer[Any]]
) -> None:
    """Write texts as they are, and the ``folded`` rank of each syllable's."""
    sections.add(PLAIN, ranks.astype(np.min_scalar_type(len(folded))))
    sections.add(f"{SECTION}/folded", folded.astype(np.uint32))


def write_order(
    sections: SectionWriter,
    parts: Sequence[Part],
    folded: NDArray[np.integer[Any]],
    folded_terms: int,
    common: CommonPairs,
) -> None:
    """Write the texts of ``parts``, one after the other, packed.

    ``folded``: the folded rank, below ``folded_terms``, of each syllable's rank.
    """
    folded_ranks: NDArray[np.uint32] = folded.astype(np.uint32)
    sample, scale = _sample_of(parts)
    encoder = Encoder(sample.ranks, sample.counts, len(folded), scale)
    spellings = SpellingWriter(*common.found(), folded_ranks, folded_terms, sample)
    encoded: list[Encoded] = []

    def symbols() -> Iterator[NDArray[np.uint16]]:
        base = 0
        for texts in _chunks(parts):
            one = encoder.encode(texts.ranks, texts.counts)
            spellings.add(texts, base)
            base += len(texts.counts)
            encoded.append(one._replace(symbols=one.symbols[:0]))
            yield one.symbols

    sections.add(f"{SECTION}/symbols", symbols())
    sections.add(f"{SECTION}/ends", _ends([one.counts for one in encoded]))
    sections.add(f"{SECTION}/rare", [one.rare for one in encoded])
    sections.add(f"{SECTION}/rare_ends", _ends([one.rare_counts for one in encoded]))
    sections.add(f"{SECTION}/sizes", encoder.symbols.sizes)
    sections.add(f"{SECTION}/syllables", encoder.symbols.syllables)
    sections.add(f"{SECTION}/folded", folded_ranks)
    spellings.write(sections)


def _sample_of(parts: Sequence[Part]) -> tuple[Texts, float]:
    """Some of the texts, spread evenly, and how many times as long all of them are."""
    total = sum(int(part.counts.sum()) for part in parts)
    wanted = min(max(total // SAMPLE_SHARE, LEAST_SAMPLE), LARGEST_SAMPLE)
    step = max(1, round(total / wanted))
    chosen = [part.texts(np.arange(0, len(part.docs), step)) for part in parts]
    ranks = np.concatenate([np.empty(0, np.uint32), *(one.ranks for one in chosen)])
    counts = np.concatenate([np.empty(0, np.int64), *(one.counts for one in chosen)])
    return Texts(ranks, counts), max(total / max(len(ranks), 1), 1.0)


def _chunks(parts: Sequence[Part]) -> Iterator[Texts]:
    """The texts of all parts, so many at a time as hold :data:`CHUNK_SYLLABLES`, one at least."""
    for part in parts:
        groups = np.cumsum(part.counts) // CHUNK_SYLLABLES
        bounds = np.flatnonzero(np.diff(groups, prepend=-1, append=-1))
        for first, last in pairwise(bounds):
            yield part.texts(np.arange(first, last))


def _ends(counts: Sequence[NDArray[np.int64]]) -> NDArray[Any]:
    ends = np.cumsum(np.concatenate([np.empty(0, np.int64), *counts]))
    wide = len(ends) and int(ends[-1]) > np.iinfo(np.uint32).max
    return ends.astype(np.uint64 if wide else np.uint32)
