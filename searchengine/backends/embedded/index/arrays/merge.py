"""Many segments into one: postings are concatenated term by term, deleted documents left out.

Text is not looked at again. Dictionaries are united, every key is renumbered (which keeps their
order), and the streams are walked through in ranges of keys small enough to hold in memory; each
range is decoded, joined and encoded again as arrays, with no Python code per term or posting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.postings_codec import run_starts
from searchengine.backends.embedded.index.arrays.sections import SectionWriter, Sink
from searchengine.backends.embedded.index.arrays.segment import Segment, facts_of, write_documents
from searchengine.backends.embedded.index.arrays.stream_reader import Chunk
from searchengine.backends.embedded.index.arrays.stream_writer import StreamSpec, StreamWriter
from searchengine.backends.embedded.index.arrays.vocabulary import (
    merge_vocabularies,
    write_vocabulary,
)
from searchengine.backends.embedded.index.phrases.order_writer import CommonPairs, Part, write_order
from searchengine.backends.embedded.index.phrases.text_order import OrderSpec

#: Postings that are joined at a time; some hundred bytes each while that lasts.
CHUNK_POSTINGS = 2_000_000


class Source(NamedTuple):
    """A segment to be merged; of its documents those in ``live`` (bool[size]), all if None."""

    segment: Segment
    live: NDArray[np.bool_] | None = None

    @property
    def size(self) -> int:
        """How many documents go into the merged segment."""
        return self.segment.size if self.live is None else int(self.live.sum())


def merge(
    sources: Sequence[Source],
    specs: Sequence[StreamSpec],
    columns: Iterable[str],
    sink: Sink,
    stamp: Mapping[str, Any],
    order: OrderSpec | None = None,
) -> None:
    """Write ``sources``, one after the other, as one segment into ``sink``.

    Documents keep their order and are counted anew without the deleted ones. A stream that a
    source lacks is empty there; all have the ``columns``. ``order`` says which tokens all of them
    keep in their order.
    """
    sections = SectionWriter(sink)
    by_name = {spec.name: spec for spec in specs}
    ranks: dict[str, tuple[int, list[NDArray[np.int64]]]] = {}
    for name in {spec.vocabulary: None for spec in specs}:
        holders = [source.segment.vocabulary(name) for source in sources]
        terms, renumbered = merge_vocabularies(holders)
        ranks[name] = len(terms), renumbered
        write_vocabulary(sections, f"vocabulary/{name}", terms)
        del terms
    numbers = _document_numbers(sources)
    common = CommonPairs()
    for name, spec in by_name.items():
        writer = StreamWriter(pairs=spec.pairs)
        for chunk in _merged_chunks(sources, spec, *ranks[spec.vocabulary], numbers):
            writer.add(*chunk)
            if order is not None and name == order.pairs:
                common.add(chunk)
        writer.write(sections, name)
    if order is not None:
        folded_terms, new_folded = ranks[order.folded]
        folded = _folded(sources, *ranks[order.syllables], new_folded)
        parts = _parts(sources, order, ranks[order.syllables][1])
        write_order(sections, parts, folded, folded_terms, common)
    lengths = {
        name: _joined(sources, [source.segment.lengths(name) for source in sources])
        for name, spec in by_name.items()
        if spec.lengths
    }
    values = {
        name: _joined(sources, [source.segment.column(name) for source in sources])
        for name in columns
    }
    size = sum(source.size for source in sources)
    write_documents(sections, size, by_name, lengths, values)
    sections.finish(facts_of(size, by_name, stamp, order))


def _parts(
    sources: Sequence[Source], order: OrderSpec, ranks: Sequence[NDArray[np.int64]]
) -> list[Part]:
    """The texts of the live documents of each source."""
    parts = []
    for (segment, live), new in zip(sources, ranks, strict=True):
        docs = np.arange(segment.size) if live is None else np.flatnonzero(live)
        counts = segment.lengths(order.syllables)[docs].astype(np.int64)
        parts.append(Part(segment.texts(), docs, counts, new))
    return parts


def _folded(
    sources: Sequence[Source],
    terms: int,
    ranks: Sequence[NDArray[np.int64]],
    folded_ranks: Sequence[NDArray[np.int64]],
) -> NDArray[np.int64]:
    """The folded rank of each of ``terms`` syllables of the merged dictionaries."""
    folded = np.zeros(terms, np.int64)
    for source, new, new_folded in zip(sources, ranks, folded_ranks, strict=True):
        folded[new] = new_folded[source.segment.folded_ranks()]
    return folded


def _document_numbers(sources: Sequence[Source]) -> list[NDArray[np.int32]]:
    """Return each source's documents' new numbers: int32[size], -1 for deleted ones."""
    base = 0
    numbers: list[NDArray[np.int32]] = []
    for source in sources:
        new: NDArray[np.int32]
        if source.live is None:
            new = np.arange(base, base + source.segment.size, dtype=np.int32)
        else:
            new = (np.cumsum(source.live) + (base - 1)).astype(np.int32)
            new[~source.live] = -1
        numbers.append(new)
        base += source.size
    return numbers


def _merged_chunks(
    sources: Sequence[Source],
    spec: StreamSpec,
    terms: int,
    ranks: Sequence[NDArray[np.int64]],
    numbers: Sequence[NDArray[np.int32]],
) -> Iterator[Chunk]:
    """Yield a stream's merged terms in key order, about :data:`CHUNK_POSTINGS` at a time."""
    present = [i for i, source in enumerate(sources) if spec.name in source.segment.specs]
    readers = [sources[i].segment.stream(spec.name) for i in present]
    keys = [
        _renumbered(reader.keys(), spec, terms, ranks[i])
        for i, reader in zip(present, readers, strict=True)
    ]
    weights = [reader.weights() for reader in readers]
    bounds = _cuts(keys, weights)
    places = [np.searchsorted(one, bounds).tolist() for one in keys]
    for number in range(len(bounds) + 1):
        parts = []
        for i, reader, one, place in zip(present, readers, keys, places, strict=True):
            first = place[number - 1] if number else 0
            last = place[number] if number < len(bounds) else len(one)
            if first < last:
                chunk = _live(reader.chunk(first, last), numbers[i], sources[i].live is not None)
                parts.append(chunk._replace(keys=one[first:last]))
        if parts:
            yield _without_empty(_interleaved(parts))


def _renumbered(
    keys: NDArray[np.uint64], spec: StreamSpec, terms: int, ranks: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return a source's keys in the merged dictionary of ``terms`` strings: uint64, ascending."""
    old = keys.view(np.int64)
    new: NDArray[np.int64]
    if not spec.pairs:
        new = ranks[old]
        return new.view(np.uint64)
    left, right = np.divmod(old, max(len(ranks), 1))
    new = ranks[left]
    new *= terms
    new += ranks[right]
    return new.view(np.uint64)


def _cuts(
    keys: Sequence[NDArray[np.uint64]],
    weights: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> NDArray[np.uint64]:
    """Return the keys at which to cut so that pieces hold about as many postings: uint64."""
    if not keys:
        return np.empty(0, np.uint64)
    firsts = np.concatenate([one[at] for one, (at, _) in zip(keys, weights, strict=True)])
    sizes = np.concatenate([size for _, size in weights])
    order = np.argsort(firsts, kind="stable")
    totals = np.cumsum(sizes[order]) // CHUNK_POSTINGS
    # A cut lies before the first block that would begin a further piece.
    cut = np.flatnonzero(np.diff(totals, prepend=0))
    cuts: NDArray[np.uint64] = np.unique(firsts[order][cut])
    return cuts


def _live(chunk: Chunk, numbers: NDArray[np.int32], deletions: bool) -> Chunk:
    """Return ``chunk`` with new document numbers (-1: left out); terms may become empty."""
    docs = numbers[chunk.docs]
    if not deletions:
        return chunk._replace(docs=docs)
    kept = docs >= 0
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept)))
    ends = np.cumsum(chunk.counts)
    counts = before[ends] - before[ends - chunk.counts]
    return Chunk(chunk.keys, counts, docs[kept], chunk.freqs[kept])


def _interleaved(parts: Sequence[Chunk]) -> Chunk:
    """Return the terms of all ``parts``; a term's postings in the order of the parts."""
    if len(parts) == 1:
        return parts[0]
    keys = np.concatenate([part.keys for part in parts])
    # Stable, so that equal keys stand in the order of the parts, and so do their documents.
    order = np.argsort(keys, kind="stable")
    counts = np.concatenate([part.counts for part in parts])
    starts = np.empty(len(keys), np.int64)
    sizes = counts[order]
    starts[order] = np.cumsum(sizes) - sizes
    places = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    places += np.arange(len(places))
    docs = np.empty(len(places), np.int32)
    freqs = np.empty(len(places), np.uint32)
    docs[places] = np.concatenate([part.docs for part in parts])
    freqs[places] = np.concatenate([part.freqs for part in parts])
    keys = keys[order]
    firsts = run_starts(keys)
    return Chunk(keys[firsts], np.add.reduceat(sizes, firsts), docs, freqs)


def _without_empty(chunk: Chunk) -> Chunk:
    kept = chunk.counts > 0
    if kept.all():
        return chunk
    return chunk._replace(keys=chunk.keys[kept], counts=chunk.counts[kept])


def _joined(sources: Iterable[Source], values: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """Return per-document ``values`` of the live documents of all sources."""
    pairs = zip(sources, values, strict=True)
    kept = [one if source.live is None else one[source.live] for source, one in pairs]
    return np.concatenate(kept)
