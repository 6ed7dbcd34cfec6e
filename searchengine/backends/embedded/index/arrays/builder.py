"""From batches of numbered tokens to one segment: inverting by sorting, in bounded memory.

A batch holds, for each stream, the numbers of its tokens document after document, with the
documents' lengths beside them. When enough tokens have come, they are sorted into a run, a
segment of its own in a temporary file; in the end runs and segments to be merged become one
segment. No Python code runs per posting. Making tokens out of text is the caller's business.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.merge import Source, merge
from searchengine.backends.embedded.index.arrays.postings_codec import run_starts
from searchengine.backends.embedded.index.arrays.sections import SectionWriter, Sink
from searchengine.backends.embedded.index.arrays.segment import Segment, facts_of, write_documents
from searchengine.backends.embedded.index.arrays.stream_reader import Chunk
from searchengine.backends.embedded.index.arrays.stream_writer import StreamSpec, StreamWriter
from searchengine.backends.embedded.index.arrays.vocabulary import (
    Numbering,
    ranks_of,
    write_vocabulary,
)
from searchengine.backends.embedded.index.phrases.order_writer import (
    CommonPairs,
    Part,
    PlainOrder,
    write_order,
    write_plain_order,
)
from searchengine.backends.embedded.index.phrases.text_order import OrderSpec

#: A run is written when one stream holds this many tokens: half a gigabyte for four streams of
#: eight-byte keys, of which one at a time is sorted. More only makes merging the runs cheaper.
RUN_TOKENS = 12_000_000
#: Keys of up to so many times 16 bits are sorted by radix, larger ones by comparison: measured
#: on 12 million keys, a pass takes 40 ns a key, comparing 120.
RADIX_PASSES = 2
#: Bits for the document within a run; together with a bigram of 24-bit numbers they fill a key.
_DOCUMENT_BITS = 16
_RUN_DOCUMENTS = 1 << _DOCUMENT_BITS
_RUN_VOCABULARY = 1 << (64 - _DOCUMENT_BITS) // 2

Batch = Mapping[str, tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]]]


def pair_up(
    tokens: NDArray[np.integer[Any]], counts: NDArray[np.integer[Any]]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the bigrams of the tokens of each document, and how many each has.

    ``tokens``: integers[n], document after document; ``counts``: integers[documents]. A bigram is
    ``first << 32 | second``, uint64.
    """
    pairs = tokens[:-1].astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= tokens[1:].astype(np.uint64)
    ends = np.cumsum(counts)
    inside = np.ones(len(pairs), np.bool_)
    breaks = ends[(ends > 0) & (ends < len(tokens))] - 1
    inside[breaks] = False
    return pairs[inside], np.maximum(counts.astype(np.int64) - 1, 0)


class Builder:
    """Collects batches of documents, in order, and writes them as one segment."""

    def __init__(
        self,
        specs: Sequence[StreamSpec],
        columns: Mapping[str, Any],
        temporary: Callable[[], BinaryIO],
        run_tokens: int = RUN_TOKENS,
        order: OrderSpec | None = None,
    ) -> None:
        """Begin a segment with the streams ``specs`` and per-document ``columns`` (their dtypes).

        ``temporary`` opens a new temporary file for reading and writing (one that vanishes when
        it is closed, such as ``tempfile.TemporaryFile``). ``order``: whose tokens are kept in
        their order too, for phrases; without it none are.
        """
        self._specs = {spec.name: spec for spec in specs}
        self._columns = {name: np.dtype(dtype) for name, dtype in columns.items()}
        self._temporary = temporary
        self._run_tokens = run_tokens
        self._order = order
        self._numberings = {spec.vocabulary: Numbering() for spec in specs}
        self._sources: list[Source] = []
        self._files: list[BinaryIO] = []
        #: Documents so far, those of appended segments included.
        self.size = 0
        self._begin_run()

    def numbering(self, vocabulary: str) -> Numbering:
        """Return the numbers of a dictionary's strings, for the tokens of the next batch.

        It starts afresh at every run, so a batch must be added before the next one is numbered.
        """
        return self._numberings[vocabulary]

    def add(
        self, documents: int, streams: Batch, columns: Mapping[str, NDArray[Any]] | None = None
    ) -> None:
        """Append ``documents`` documents.

        ``streams``: name to (tokens, counts); tokens are integers[n] from :meth:`numbering`, or
        uint64 bigrams ``first << 32 | second``; counts are integers[documents]. A stream left out
        is empty. ``columns``: values[documents]; a column left out is zeros.
        """
        for name, (tokens, counts) in streams.items():
            if len(counts) != documents or int(np.sum(counts)) != len(tokens):
                raise ValueError(f"stream {name}: counts do not fit documents and tokens")
        if self._documents and self._documents + documents > _RUN_DOCUMENTS:
            raise ValueError(f"a batch may bring a run to {_RUN_DOCUMENTS} documents at most")
        for name in self._specs:
            tokens, counts = streams.get(name) or (
                np.empty(0, np.int32),
                np.zeros(documents, np.int64),
            )
            self._tokens[name].append(tokens)
            self._counts[name].append(counts)
        for name, dtype in self._columns.items():
            values = (columns or {}).get(name)
            values = np.zeros(documents, dtype) if values is None else values.astype(dtype)
            self._values[name].append(values)
        self._documents += documents
        self.size += documents
        fullest = max((sum(map(len, pieces)) for pieces in self._tokens.values()), default=0)
        largest = max(map(len, self._numberings.values()), default=0)
        if (
            fullest >= self._run_tokens
            or self._documents >= _RUN_DOCUMENTS // 2
            or largest >= _RUN_VOCABULARY // 2
        ):
            self._spill()

    def append(self, segment: Segment, live: NDArray[np.bool_] | None) -> None:
        """Append the documents of a segment; of those that ``live`` (bool[size]) marks if given."""
        self._spill()
        self._sources.append(Source(segment, live))
        self.size += segment.size if live is None else int(live.sum())

    def write(self, sink: Sink, stamp: Mapping[str, Any], *, quick: bool = False) -> None:
        """Write everything as one segment, with ``stamp`` (JSON values), and begin anew.

        ``quick`` is for a segment that is soon taken into another one: its texts are not packed.
        """
        if self._sources:
            self._spill()
            specs = list(self._specs.values())
            merge(self._sources, specs, self._columns, sink, stamp, self._order)
        else:
            self._write_run(sink, stamp, quick=quick)
            self._begin_run()
        self.close()

    def close(self) -> None:
        """Forget everything; temporary files are closed, and so vanish."""
        self._sources.clear()
        for file in self._files:
            file.close()
        self._files.clear()
        self.size = 0
        self._begin_run()

    def _begin_run(self) -> None:
        self._documents = 0
        self._tokens: dict[str, list[NDArray[Any]]] = {name: [] for name in self._specs}
        self._counts: dict[str, list[NDArray[Any]]] = {name: [] for name in self._specs}
        self._values: dict[str, list[NDArray[Any]]] = {name: [] for name in self._columns}
        for numbering in self._numberings.values():
            numbering.clear()

    def _spill(self) -> None:
        if not self._documents:
            return
        file = self._temporary()
        self._files.append(file)
        self._write_run(file, {}, quick=True)
        file.flush()
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._sources.append(Source(Segment(data, "a temporary run"), None))
        self._begin_run()

    def _write_run(self, sink: Sink, stamp: Mapping[str, Any], *, quick: bool) -> None:
        sections = SectionWriter(sink)
        ranks: dict[str, tuple[int, NDArray[np.int64]]] = {}
        for name, numbering in self._numberings.items():
            terms, order = ranks_of(numbering)
            ranks[name] = len(terms), order
            write_vocabulary(sections, f"vocabulary/{name}", terms)
        lengths, common = {}, CommonPairs()
        texts = _Texts(self._order, ranks)
        for name, spec in self._specs.items():
            tokens = _drained(self._tokens[name])
            counts = lengths[name] = _drained(self._counts[name])
            texts.add(name, tokens)
            chunk = _inverted(tokens, counts, spec, *ranks[spec.vocabulary])
            del tokens
            if self._order is not None and name == self._order.pairs:
                common.add(chunk)
            writer = StreamWriter(pairs=spec.pairs)
            writer.add(*chunk)
            del chunk
            writer.write(sections, name)
        if self._order is not None:
            counts = lengths[self._order.syllables].astype(np.int64)
            if quick:
                write_plain_order(sections, texts.syllables, texts.folded)
            else:
                part = Part(PlainOrder(texts.syllables, counts), np.arange(len(counts)), counts)
                folded_terms, _ = ranks[self._order.folded]
                write_order(sections, [part], texts.folded, folded_terms, common)
        values = {
            name: _drained(pieces, self._columns[name]) for name, pieces in self._values.items()
        }
        write_documents(sections, self._documents, self._specs, lengths, values)
        sections.finish(facts_of(self._documents, self._specs, stamp, self._order))


class _Texts:
    """The texts of a run as ``syllables`` in their order, and each one's ``folded`` rank."""

    def __init__(
        self, order: OrderSpec | None, ranks: Mapping[str, tuple[int, NDArray[np.int64]]]
    ) -> None:
        self._order = order
        self._ranks = ranks
        self.syllables: NDArray[np.uint32] = np.empty(0, np.uint32)
        self.folded: NDArray[np.uint32] = np.empty(0, np.uint32)

    def add(self, name: str, tokens: NDArray[Any]) -> None:
        """Take in the tokens of the stream ``name``; those of folded syllables come second."""
        if self._order is None:
            return
        if name == self._order.syllables:
            terms, ranks = self._ranks[name]
            self.syllables = ranks.astype(np.uint32)[tokens]
            self.folded = np.zeros(terms, np.uint32)
        elif name == self._order.folded:
            self.folded[self.syllables] = self._ranks[name][1].astype(np.uint32)[tokens]


def _drained(pieces: list[NDArray[Any]], dtype: Any = np.int64) -> NDArray[Any]:
    """Join ``pieces`` and forget them."""
    joined = np.concatenate(pieces) if pieces else np.empty(0, dtype)
    pieces.clear()
    return joined


def _inverted(
    tokens: NDArray[Any],
    counts: NDArray[Any],
    spec: StreamSpec,
    terms: int,
    ranks: NDArray[np.int64],
) -> Chunk:
    """Return all postings of a run's stream, sorted by key and document.

    ``tokens``: integers[n] or uint64 bigrams; ``counts``: integers[documents]; ``terms``: strings
    in the dictionary; ``ranks``: int64, each number's rank among them.
    """
    if spec.pairs:
        pairs = tokens.astype(np.uint64, copy=False)
        keys = ranks[(pairs >> np.uint64(32)).astype(np.int64)]
        keys *= terms
        keys += ranks[(pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)]
        largest = terms * terms
    else:
        keys, largest = ranks[tokens], terms
    docs = np.repeat(np.arange(len(counts), dtype=np.uint16), counts)
    if largest <= 1 << 16 * RADIX_PASSES:
        ordered, docs = _sorted_by_radix(keys, docs, largest)
    elif largest <= 1 << 64 - _DOCUMENT_BITS:
        ordered, docs = _sorted_by_comparison(keys, docs)
    else:  # One document may have more strings than keys have room for beside its number.
        order = np.argsort(keys, kind="stable")
        ordered, docs = keys[order], docs[order]
    del keys
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(docs[1:], docs[:-1], out=new[1:])
    new[1:] |= ordered[1:] != ordered[:-1]
    firsts = np.flatnonzero(new)
    ordered = ordered[firsts]
    freqs = np.diff(firsts, append=len(new)).astype(np.uint32)
    terms_at = run_starts(ordered)
    return Chunk(
        ordered[terms_at].astype(np.uint64),
        np.diff(terms_at, append=len(ordered)),
        docs[firsts].astype(np.int32),
        freqs,
    )


def _sorted_by_radix(
    keys: NDArray[np.int64], docs: NDArray[np.uint16], largest: int
) -> tuple[NDArray[Any], NDArray[np.uint16]]:
    """Return ``keys`` below ``largest`` sorted, and ``docs`` with them, in sixteen bits a pass.

    Stable sorting of 16-bit integers is a radix sort in NumPy; documents, which ascend, need no
    pass of their own.
    """
    narrow: NDArray[Any] = keys.astype(np.uint16 if largest <= 1 << 16 else np.uint32)
    for shift in range(0, 16 * RADIX_PASSES, 16):
        if shift and largest <= 1 << shift:
            break
        digits = (narrow >> shift).astype(np.uint16) if narrow.itemsize > 2 else narrow
        order = np.argsort(digits, kind="stable")
        narrow, docs = narrow[order], docs[order]
    return narrow, docs


def _sorted_by_comparison(
    keys: NDArray[np.int64], docs: NDArray[np.uint16]
) -> tuple[NDArray[Any], NDArray[np.uint16]]:
    """Return ``keys`` sorted, and ``docs`` with them."""
    both = keys.view(np.uint64)
    both <<= np.uint64(_DOCUMENT_BITS)
    both |= docs
    both.sort()
    docs = (both & np.uint64(_RUN_DOCUMENTS - 1)).astype(np.uint16)
    both >>= np.uint64(_DOCUMENT_BITS)
    return both, docs
