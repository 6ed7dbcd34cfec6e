"""The streams of one segment: dictionaries, streams, lengths and columns behind one object.

A segment is immutable and knows nothing of deletions; documents are counted from 0 within it.
Scoring over many segments is :mod:`streams`' business, joining them :mod:`merge`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import Cache, CacheBudget, Memo
from searchengine.backends.embedded.index.arrays.sections import (
    SectionReader,
    SectionWriter,
    damaged,
)
from searchengine.backends.embedded.index.arrays.stream_reader import StreamReader
from searchengine.backends.embedded.index.arrays.stream_writer import StreamSpec
from searchengine.backends.embedded.index.arrays.vocabulary import Vocabulary
from searchengine.backends.embedded.index.phrases.finder import PhraseFinder, PhrasePostings
from searchengine.backends.embedded.index.phrases.order_writer import TextSource, order_source
from searchengine.backends.embedded.index.phrases.text_hashes import TextHashes
from searchengine.backends.embedded.index.phrases.text_order import (
    SECTION,
    OrderSpec,
    Standing,
    TextOrder,
)
from searchengine.backends.values import Phrase

#: So many document frequencies of a segment are remembered, of whichever streams.
REMEMBERED = 50_000
#: So many phrases of a segment are kept, as far as there is room.
KEPT_PHRASES = 1_000
_NO_DOCUMENTS = np.empty(0, np.int32)


class Segment:
    """One segment's arrays; safe for any number of reading threads."""

    def __init__(self, data: Any, name: str, budget: CacheBudget | None = None) -> None:
        """Open ``data`` (bytes, memory map or memoryview), called ``name`` in error messages.

        What was looked up is remembered within ``budget``, one of its own if none is given.
        Raises :class:`IndexDamagedError` if it is not a whole segment of this version.
        """
        self.name = name
        self.sections = SectionReader(data, name)
        facts = self.sections.facts
        try:
            #: Documents, deleted ones included.
            self.size = _count(facts["documents"])
            self.specs = {
                stream: StreamSpec(stream, one["vocabulary"], one["pairs"], one["lengths"])
                for stream, one in facts["streams"].items()
            }
            #: What the writer stamped: versions of schema, segmenter and the like.
            self.stamp: Mapping[str, Any] = dict(facts["stamp"])
            #: The streams whose syllables are kept in their order, for phrases; None for none.
            self.order: OrderSpec | None = OrderSpec(**facts["order"]) if facts["order"] else None
            for stream, spec in self.specs.items():
                if spec.lengths and len(self.lengths(stream)) != self.size:
                    raise ValueError(f"{self.size} lengths of {stream}")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise damaged(name, f"its facts lack {error}") from error
        self._streams: dict[str, StreamReader] = {}
        self._vocabularies: dict[str, Vocabulary] = {}
        self._budget = budget or CacheBudget()
        self._frequencies: Memo[tuple[str, str], int] = Memo(
            self._budget, "dictionaries", REMEMBERED
        )
        self._totals: dict[str, int] = {}
        # Phrases are asked for by matching, scoring and explaining alike.
        self._phrases: Cache[tuple[str, str], PhrasePostings] = Cache(
            self._budget, "phrases", KEPT_PHRASES
        )

    def stream(self, name: str) -> StreamReader:
        """Return a stream's reader; KeyError for a stream that the segment does not have."""
        found = self._streams.get(name)
        if found is None:
            spec = self.specs[name]
            found = StreamReader(self.sections, name, self.size, pairs=spec.pairs)
            self._streams[name] = found
        return found

    def vocabulary(self, name: str) -> Vocabulary:
        """Return a term dictionary by its name."""
        found = self._vocabularies.get(name)
        if found is None:
            found = Vocabulary(self.sections, f"vocabulary/{name}", self._budget)
            self._vocabularies[name] = found
        return found

    @cached_property
    def _finder(self) -> PhraseFinder:
        assert self.order is not None
        return PhraseFinder(self, self.order)

    @cached_property
    def text_order(self) -> TextOrder:
        """What reads the documents' syllables in their order."""
        return TextOrder(self.sections, self.size, self._budget)

    @cached_property
    def text_hashes(self) -> TextHashes:
        """What reads the documents' syllables as hashes that compare with other segments'."""
        assert self.order is not None
        return TextHashes(self.text_order, self.vocabulary(self.order.folded), self._budget)

    def texts(self) -> TextSource:
        """Return what reads the documents' syllables in their order, for merging."""
        assert self.order is not None
        return order_source(self.sections, self.size, self.lengths(self.order.syllables))

    def folded_ranks(self) -> NDArray[np.uint32]:
        """Return the folded rank of each syllable's rank, where texts are kept in order."""
        return self.sections.array(f"{SECTION}/folded")

    def find(self, stream: str, term: str) -> int:
        """Return the number of ``term`` (``"a b"`` for a bigram) in ``stream``, or -1."""
        spec = self.specs.get(stream)
        if spec is None:
            return -1
        vocabulary = self.vocabulary(spec.vocabulary)
        if not spec.pairs:
            key = vocabulary.find(term.encode("utf-8", "replace"))
            return -1 if key < 0 else self.stream(stream).find(key)
        left, _, right = term.encode("utf-8", "replace").partition(b" ")
        first, second = vocabulary.find(left), vocabulary.find(right)
        if first < 0 or second < 0:
            return -1
        return self.stream(stream).find(first * len(vocabulary) + second)

    def postings(
        self, stream: str, term: str
    ) -> tuple[NDArray[np.int32], NDArray[np.uint32] | None]:
        """Return a term's documents and frequencies (None where all are 1), deleted ones too.

        A phrase is a term of a stream of syllables, as its ``term`` is written.
        """
        key = (stream, term)
        if self._frequencies.get(key) == 0:
            return _NO_DOCUMENTS, None
        if self._is_phrase(stream, term):
            return self._phrase(stream, term)
        number = self.find(stream, term)
        if number < 0:
            self._frequencies.put(key, 0)
            return _NO_DOCUMENTS, None
        found = self.stream(stream).postings(number)
        self._frequencies.put(key, len(found[0]))
        return found

    def document_frequency(self, stream: str, term: str) -> int:
        """Return how many documents, deleted ones included, hold ``term`` in ``stream``."""
        key = (stream, term)
        found = self._frequencies.get(key)
        if found is None and self._is_phrase(stream, term):
            found = len(self._phrase(stream, term).docs)
        elif found is None:
            number = self.find(stream, term)
            found = 0 if number < 0 else self.stream(stream).document_frequency(number)
            self._frequencies.put(key, found)
        return found

    def estimated_frequency(self, stream: str, term: str) -> int:
        """Return about how many documents, deleted ones included, hold ``term`` in ``stream``."""
        kept = self._frequencies.get((stream, term))
        if kept is not None or not self._is_phrase(stream, term):
            return self.document_frequency(stream, term) if kept is None else kept
        try:
            return self._finder.estimate(stream, Phrase.of(term))
        except (IndexError, ValueError, OverflowError) as error:
            raise damaged(self.name, "its text order is impossible") from error

    def _is_phrase(self, stream: str, term: str) -> bool:
        return " " in term and self.order is not None and stream in self.order.of_syllables()

    def _phrase(self, stream: str, term: str) -> PhrasePostings:
        key = (stream, term)
        found = self._phrases.get(key)
        if found is None:
            phrase = Phrase.of(term)
            try:
                found = self._finder.postings(stream, phrase)
            except (IndexError, ValueError, OverflowError) as error:
                raise damaged(self.name, "its text order is impossible") from error
            self._phrases.put(key, found)
            self._frequencies.put(key, len(found.docs))
        return found

    def standing(self, stream: str, syllables: Sequence[str], docs: NDArray[np.int64]) -> Standing:
        """Return where any of ``syllables``, each given once, stand in ``docs`` (ascending).

        ``stream`` is one of the streams of syllables of whole texts.
        """
        assert self.order is not None
        vocabulary = self.vocabulary(self.specs[stream].vocabulary)
        ranks = [vocabulary.find(one.encode("utf-8", "replace")) for one in syllables]
        known = [at for at, rank in enumerate(ranks) if rank >= 0]
        folded = stream == self.order.folded
        try:
            found = self.text_order.standing(docs, [ranks[at] for at in known], folded=folded)
        except (IndexError, ValueError, OverflowError) as error:
            raise damaged(self.name, "its text order is impossible") from error
        return found._replace(which=np.array(known, np.int64).take(found.which))

    def terms(self, stream: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms of ``stream`` that begin with ``prefix`` and their numbers, in order."""
        spec = self.specs.get(stream)
        if spec is None:
            return
        vocabulary, reader = self.vocabulary(spec.vocabulary), self.stream(stream)
        first, last = self.term_range(stream, prefix)
        keys = enumerate(reader.keys(first, last).tolist(), first)
        if not spec.pairs:
            for number, key in keys:
                yield vocabulary[key].decode("utf-8", "replace"), number
            return
        base = len(vocabulary)
        for number, key in keys:
            pair = vocabulary[key // base] + b" " + vocabulary[key % base]
            yield pair.decode("utf-8", "replace"), number

    def term_range(self, stream: str, prefix: str) -> tuple[int, int]:
        """Return the first number of the terms that begin with ``prefix``, and the one after.

        A bigram's prefix is the beginning of its first half, or that half, a space and the
        beginning of the second.
        """
        spec = self.specs[stream]
        vocabulary = self.vocabulary(spec.vocabulary)
        wanted, base = prefix.encode("utf-8", "replace"), len(vocabulary)
        if not spec.pairs:
            ranks = vocabulary.prefixed(wanted)
            return self._between(stream, ranks.start, ranks.stop)
        left, space, right = wanted.partition(b" ")
        if not space:
            ranks = vocabulary.prefixed(left)
            return self._between(stream, ranks.start * base, ranks.stop * base)
        one, ranks = vocabulary.find(left), vocabulary.prefixed(right)
        if one < 0:
            return 0, 0
        return self._between(stream, one * base + ranks.start, one * base + ranks.stop)

    def lengths(self, stream: str) -> NDArray[Any]:
        """Return tokens per document, unsigned integers[size]; zeros for an unknown stream."""
        name = f"{stream}/lengths"
        if name not in self.sections:
            return np.zeros(self.size, np.uint8)
        return self.sections.array(name)

    def total_length(self, stream: str) -> int:
        """Return the tokens of all documents, deleted ones too."""
        found = self._totals.get(stream)
        if found is None:
            found = self._totals[stream] = int(self.lengths(stream).sum(dtype=np.int64))
        return found

    def columns(self) -> list[str]:
        """Return the names of the per-document columns."""
        prefix = "column/"
        return [n[len(prefix) :] for n in self.sections.names() if n.startswith(prefix)]

    def column(self, name: str) -> NDArray[Any]:
        """Return a per-document column in the dtype it was written in: [size]."""
        found = self.sections.array(f"column/{name}")
        if len(found) != self.size:
            raise damaged(self.name, f"its column {name} is not that of its documents")
        return found

    def verify(self) -> None:
        """Read every byte; raises :class:`IndexDamagedError` naming the first altered section."""
        self.sections.verify()

    def _between(self, stream: str, low: int, high: int) -> tuple[int, int]:
        """Return the range of term numbers whose keys are at least ``low`` and below ``high``."""
        reader = self.stream(stream)
        return reader.rank(low), reader.rank(high)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"a number of documents in place of {value!r}")
    return value


def write_documents(
    sections: SectionWriter,
    size: int,
    specs: Mapping[str, StreamSpec],
    lengths: Mapping[str, NDArray[Any]],
    columns: Mapping[str, NDArray[Any]],
) -> None:
    """Write what is kept per document: ``lengths`` in the narrowest integers, then ``columns``."""
    for name, spec in specs.items():
        if spec.lengths:
            values = lengths[name]
            widest = int(values.max()) if size else 0
            sections.add(f"{name}/lengths", values.astype(np.min_scalar_type(widest)))
    for name, values in columns.items():
        if len(values) != size:
            raise ValueError(f"column {name} has {len(values)} values for {size} documents")
        sections.add(f"column/{name}", values)


def facts_of(
    size: int,
    specs: Mapping[str, StreamSpec],
    stamp: Mapping[str, Any],
    order: OrderSpec | None,
) -> dict[str, Any]:
    """Return what a segment's directory says about the whole, as JSON values."""
    return {
        "documents": size,
        "stamp": dict(stamp),
        "order": order and asdict(order),
        "streams": {
            name: {"vocabulary": spec.vocabulary, "pairs": spec.pairs, "lengths": spec.lengths}
            for name, spec in specs.items()
        },
    }
