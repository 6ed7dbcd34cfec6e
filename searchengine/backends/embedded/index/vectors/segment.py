"""The vectors of a segment, in whichever of its files they are, and what is nearest to a query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from searchengine.backends.embedded.index.arrays.sections import damaged
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.manifest import VECTORS_EXTENSION
from searchengine.backends.embedded.index.vectors.files import Numbers, VectorFile
from searchengine.backends.vectors.passages import PassageVectors, VectorModel


class SegmentVectors:
    """All vectors of one segment; safe for any number of threads."""

    def __init__(self, files: Sequence[VectorFile]) -> None:
        self.files = files
        self.names = frozenset(file.name for file in files)

    @property
    def models(self) -> set[VectorModel]:
        """What made them."""
        return {file.model for file in self.files}

    def find(self, docs: Numbers) -> list[tuple[VectorFile, Numbers, Numbers]]:
        """Return each file that has some of ``docs``, which of them, and where they stand there."""
        found = []
        for file in self.files:
            places = file.places(docs)
            which = np.flatnonzero(places >= 0)
            if len(which):
                found.append((file, which, places[which]))
        return found

    def vectors(self, doc: int) -> PassageVectors | None:
        """Return the vectors of a document; None if it has none."""
        for file, _, (place,) in self.find(np.array([doc], np.int64)):
            return file.vectors(place)
        return None


def vector_name(segment: Any, generation: int) -> str:
    """Return the name of the file of vectors that a commit adds to a segment."""
    return str(segment.make_filename(f".{generation}{VECTORS_EXTENSION}"))


def vector_names(segment: Any) -> list[str]:
    """Return the names of a segment's files of vectors, the oldest first."""
    names = [name for name in segment.files if name.endswith(VECTORS_EXTENSION)]
    return sorted(names, key=lambda name: (len(name), name))


def open_vectors(
    storage: Directory, segment: Any, known: SegmentVectors | None = None
) -> SegmentVectors | None:
    """Map the vectors of a segment, but for files ``known``; None if it has none.

    Raises FileNotFoundError if a file is missing, :class:`IndexDamagedError` if it is altered.
    """
    names = vector_names(segment)
    if not names:
        return None
    before = {file.name: file for file in known.files} if known else {}
    files = []
    for name in names:
        path = storage.path(name)
        file = before.get(path) or VectorFile(storage.map(name), path)
        if file.size != segment.doc_count_all():
            raise damaged(path, f"it is of {file.size} documents")
        files.append(file)
    return SegmentVectors(files)
