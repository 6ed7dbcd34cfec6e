"""A file of vectors: some documents of one segment, their passages one after the other.

A segment may have several, no document in two of them. Files never change; those of one segment are
written together anew, and a merge takes what is live of them along.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.sections import (
    SectionReader,
    SectionWriter,
    Sink,
    damaged,
)
from searchengine.backends.vectors.passages import PassageVectors, VectorModel

#: Documents whose passages are written together.
BLOCK_DOCUMENTS = 4096

Numbers = NDArray[np.int64]


class Part(NamedTuple):
    """Some documents and their vectors: where they lie and what they are to be called.

    ``docs``: int64[n], their numbers; ``hashes``: uint64[n], of their texts; ``firsts`` and
    ``counts``: int64[n], their passages among the ``codes``, ``scales`` and ``spans``.
    """

    docs: Numbers
    hashes: NDArray[np.uint64]
    firsts: Numbers
    counts: Numbers
    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    spans: NDArray[np.int32]

    @classmethod
    def of(cls, added: Sequence[tuple[int, int, PassageVectors]]) -> Part:
        """Return documents by their numbers, the hashes of their texts and their vectors."""
        counts = np.array([len(vectors) for _, _, vectors in added], np.int64)
        return cls(
            np.array([number for number, _, _ in added], np.int64),
            np.array([hash_ for _, hash_, _ in added], np.uint64),
            np.cumsum(counts) - counts,
            counts,
            np.concatenate([vectors.codes for _, _, vectors in added]),
            np.concatenate([vectors.scales for _, _, vectors in added]),
            np.concatenate([vectors.spans for _, _, vectors in added]),
        )


class VectorFile:
    """The vectors of one file, mapped; safe for any number of threads."""

    def __init__(self, data: Any, name: str) -> None:
        """Open ``data``, called ``name``; raises :class:`IndexDamagedError` if it cannot be."""
        self.name = name
        #: How long the file is.
        self.bytes = len(data)
        self._sections = SectionReader(data, name)
        try:
            facts = self._sections.facts
            #: How many documents the segment has.
            self.size = int(facts["documents"])
            self.model = VectorModel(str(facts["model"]), int(facts["dimensions"]))
            #: The documents that have vectors here, ascending: uint32[n].
            self.docs: NDArray[np.uint32] = self._sections.array("documents")
            #: What their titles and texts are, see ``passages.text_hash``: uint64[n].
            self.hashes: NDArray[np.uint64] = self._sections.array("hashes")
            self.scales: NDArray[np.float32] = self._sections.array("scales")
            self.spans: NDArray[np.int32] = self._sections.array("spans").reshape(-1, 2)
            self.codes: NDArray[np.int8] = self._sections.array("codes").reshape(
                -1, self.model.dimensions
            )
            self._ends: NDArray[np.uint64] = self._sections.array("ends")
            passages = {len(self.scales), len(self.spans), len(self.codes)}
            if len(passages) > 1 or len({len(self.docs), len(self._ends), len(self.hashes)}) > 1:
                raise ValueError("its sections are of different lengths")
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(name, error) from error

    def __len__(self) -> int:
        return len(self.docs)

    def check_whole(self) -> None:
        """Raise :class:`IndexDamagedError` if the file has been cut since it was opened."""
        self._sections.check_whole()

    def places(self, docs: Numbers) -> Numbers:
        """Return where each of ``docs`` stands here: int64[n], -1 for one that does not."""
        at = self.docs.searchsorted(docs)
        found = self.docs.take(at, mode="clip") == docs if len(self.docs) else np.zeros_like(docs)
        return np.where(found, at, -1)

    def passages(self, places: Numbers) -> tuple[Numbers, Numbers]:
        """Return the first passage of the documents that stand at ``places``, and how many."""
        ends = self._ends.take(places).astype(np.int64)
        firsts = np.where(places > 0, self._ends.take(places - 1, mode="clip"), 0).astype(np.int64)
        if ((firsts < 0) | (ends < firsts) | (ends > len(self.scales))).any():
            raise damaged(self.name, "its passages lie outside of it")
        return firsts, ends - firsts

    def part(self, numbers: Numbers | None = None) -> Part:
        """Return the documents, as they are called or by the new ``numbers`` of all documents of
        the segment: int64[size], -1 for one that is left out."""
        docs = self.docs.astype(np.int64)
        kept = np.arange(len(docs))
        if numbers is not None:
            docs = numbers.take(docs)
            kept = np.flatnonzero(docs >= 0)
        firsts, counts = self.passages(kept)
        arrays = self.codes, self.scales, self.spans
        return Part(docs[kept], self.hashes[kept], firsts, counts, *arrays)

    def vectors(self, place: int) -> PassageVectors:
        """Return the vectors of the document that stands at ``place``."""
        (first,), (count,) = self.passages(np.array([place], np.int64))
        rows = slice(first, first + count)
        return PassageVectors(self.codes[rows], self.scales[rows], self.spans[rows])

    def verify(self) -> None:
        """Read every byte; raises :class:`IndexDamagedError` if it is altered or impossible."""
        self._sections.verify()
        _, counts = self.passages(np.arange(len(self)))
        docs = self.docs.astype(np.int64)
        if (np.diff(docs, prepend=-1, append=self.size) <= 0).any():
            raise damaged(self.name, "its documents are not in order")
        if counts.sum() != len(self.scales):
            raise damaged(self.name, "it has passages of no document")


def rows_of(firsts: Numbers, counts: Numbers) -> Numbers:
    """Return all numbers of some ranges, one range after the other."""
    before = np.cumsum(counts) - counts
    return np.repeat(firsts - before, counts) + np.arange(counts.sum())


def write_vectors(sink: Sink, size: int, model: VectorModel, parts: Sequence[Part]) -> None:
    """Write a file of documents of a segment of ``size``, which no two of ``parts`` share."""
    docs = np.concatenate([part.docs for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    order = np.argsort(docs, kind="stable")
    bases = np.cumsum([0, *(len(part.docs) for part in parts)])
    owners = np.repeat(np.arange(len(parts)), np.diff(bases))

    def pieces(name: str) -> Iterator[NDArray[Any]]:
        """An array of the passages in the order of their documents."""
        for first in range(0, len(order), BLOCK_DOCUMENTS):
            chosen = order[first : first + BLOCK_DOCUMENTS]
            own = counts[chosen]
            starts = np.cumsum(own) - own
            source: NDArray[Any] = getattr(parts[0], name)
            piece = np.empty((own.sum(), *source.shape[1:]), source.dtype)
            for at in np.flatnonzero(np.bincount(owners[chosen])).tolist():
                of_part = np.flatnonzero(owners[chosen] == at)
                places = chosen[of_part] - bases[at]
                rows = rows_of(parts[at].firsts[places], own[of_part])
                piece[rows_of(starts[of_part], own[of_part])] = getattr(parts[at], name)[rows]
            yield piece.reshape(-1)

    sections = SectionWriter(sink)
    sections.add("documents", docs[order].astype(np.uint32))
    sections.add("ends", np.cumsum(counts[order]).astype(np.uint64))
    sections.add("hashes", np.concatenate([part.hashes for part in parts])[order])
    for name in ("scales", "spans", "codes"):
        sections.add(name, pieces(name))
    sections.finish({"documents": size, "model": model.fingerprint, "dimensions": model.dimensions})
