"""Copying an index into another one, of whichever engine: from a folder to a cluster, and back.

Documents go over as they are, in their order, with their fingerprints and what the index was told,
in one commit; then their vectors, where the target keeps any. Only protocols are known here; which
engines they are, ``engine`` decides.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from searchengine.backends.protocol import Backend
from searchengine.backends.vectors.passages import text_hash
from searchengine.errors import InputError

Advance = Callable[[int, int], None]

#: So many vectors are read at a time.
_AT_ONCE = 200


def copy_index(
    source: Backend,
    target: Backend,
    *,
    replace: bool = False,
    workers: int = 1,
    progress: Advance | None = None,
) -> int:
    """Copy the latest commit of ``source`` into ``target``; return how many documents it has.

    Stopped at any moment, ``target`` is as it was or has all of it. With ``replace`` what it had
    goes in the same commit; without, raises :class:`InputError` if it has documents. ``workers``
    processes share the work; ``progress`` is called with documents done and their number.
    """
    with source.open_view() as view, target.writer(workers=workers) as writer:
        target.refresh()
        with target.open_view() as before:
            if before.document_count and not replace:
                raise InputError(
                    f"there are {before.document_count:,} documents in the index to copy to: "
                    "choose another one, or put these in their place with --replace"
                )
            for document in before.documents():
                writer.delete(document.id)
        writer.configure(view.settings)
        total, done = view.document_count, 0
        for document, fingerprint in view.entries():
            writer.add(document, fingerprint)
            done += 1
            if progress is not None:
                progress(done, total)
    if target.stores_vectors:
        _copy_vectors(source, target)
    return done


def _copy_vectors(source: Backend, target: Backend) -> None:
    """Give the documents of ``target`` the vectors that their texts have in ``source``."""
    with source.open_view() as view:
        model = view.vector_model()
        if model is None:
            return
        with target.vector_writer(model, replace=True) as writer:
            pending = writer.pending()
            while chunk := list(islice(pending, _AT_ONCE)):
                ids = [document.id for document in chunk]
                own = zip(view.fetch(ids), view.vectors(ids), strict=True)
                for document, (before, vectors) in zip(chunk, own, strict=True):
                    # Either may have been replaced since the documents were copied.
                    same = before is not None and text_hash(before) == text_hash(document)
                    if same and vectors is not None:
                        writer.add(document.id, vectors)
