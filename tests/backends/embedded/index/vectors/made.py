"""What the tests of vectors share: a model that needs no file, and what an index has of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.backend import EmbeddedBackend
from searchengine.backends.vectors.passages import PassageVectors

DIMENSIONS = 8


class Letters:
    """A model: of each line of a text how often it has some letters; it says what it was given."""

    dimensions = DIMENSIONS

    def __init__(self, fingerprint: str = "chu-cai") -> None:
        self.fingerprint = fingerprint
        self.given: list[str] = []

    def embed(self, documents: Iterable[Document], /) -> Iterator[PassageVectors]:
        for document in documents:
            self.given.append(document.id)
            yield vectors_of(document)


def vectors_of(document: Document) -> PassageVectors:
    """Return what the model makes of a document."""
    codes, spans, start = [], [], 0
    for line in document.text.splitlines(keepends=True):
        codes.append([line.count(letter) % 100 for letter in "aiouthnc"])
        spans.append((start, start + len(line)))
        start += len(line)
    return PassageVectors(
        np.array(codes, np.int8).reshape(len(codes), DIMENSIONS),
        np.full(len(codes), 0.01, np.float32),
        np.array(spans, np.int32).reshape(len(codes), 2),
    )


def written(path: Path) -> list[str]:
    """Return the names of the files of vectors in an index."""
    return sorted(file.name for file in path.glob("*.vectors"))


def having(path: Path) -> set[str]:
    """Return which documents have vectors, in an index that must be sound; they must be theirs."""
    backend = EmbeddedBackend.open(path)
    assert backend.verify() == []
    with backend.open_view() as view:
        documents = list(view.documents())
        found = view.vectors(one.id for one in documents)
        have = set()
        for document, vectors in zip(documents, found, strict=True):
            if vectors is not None:
                expected = vectors_of(document)
                assert vectors.codes.tolist() == expected.codes.tolist()
                assert vectors.scales.tolist() == expected.scales.tolist()
                assert vectors.spans.tolist() == expected.spans.tolist()
                have.add(document.id)
        assert view.statistics().with_vectors == len(have)
        return have


def embed(path: Path) -> list[str]:
    """Give vectors to the documents of an index; return which texts the model was given."""
    model = Letters()
    with SearchEngine.open(path) as engine:
        engine.embed(model)
    return model.given
