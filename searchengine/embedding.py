"""Giving vectors to the documents of an index: the second pass, which goes on where it was stopped.

What makes vectors is whatever has the form of an :class:`Embedder`; only protocols are known here.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from searchengine.backends.protocol import Backend
from searchengine.backends.vectors.passages import PassageVectors, VectorModel
from searchengine.document import Document
from searchengine.errors import InputError

Advance = Callable[[int, int], None]

#: So many seconds of work are lost at most where it is stopped, and searches see it grow.
CHECKPOINT_SECONDS = 30.0
_ONE_EACH = "let it yield vectors of each document, none of some where need be, in their order"


class Embedder(Protocol):
    """What makes vectors of texts."""

    @property
    def fingerprint(self) -> str:
        """What no other model has: vectors of one fingerprint compare with each other."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    def embed(self, documents: Iterable[Document], /) -> Iterator[PassageVectors]:
        """Yield the vectors of each document, in their order."""


def embed_index(
    backend: Backend, model: Embedder, *, replace: bool = False, progress: Advance | None = None
) -> int:
    """Give every document vectors of ``model`` that has none; return how many got some.

    ``progress`` is called with the documents done and their number. Raises :class:`InputError` for
    an index with vectors of another model, which go if ``replace``, and for a model that yields
    vectors of more documents than it is given, or of fewer.
    """
    made_by = VectorModel(model.fingerprint, model.dimensions)
    with backend.vector_writer(made_by, replace=replace) as writer:
        total, given = writer.pending_count, deque[str]()

        def documents() -> Iterator[Document]:
            for document in writer.pending():
                given.append(document.id)
                yield document

        last = time.monotonic()
        for vectors in model.embed(documents()):
            if not given:
                raise InputError(f"the embedder yields more vectors than documents: {_ONE_EACH}")
            writer.add(given.popleft(), vectors)
            if time.monotonic() - last >= CHECKPOINT_SECONDS:
                writer.checkpoint()
                last = time.monotonic()
            if progress is not None:
                progress(total - writer.pending_count, total)
        if given:
            raise InputError(f"the embedder yields nothing for {given[0]!r}: {_ONE_EACH}")
        return total - writer.pending_count
