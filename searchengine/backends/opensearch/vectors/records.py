"""Vectors as the cluster keeps them, and how they are asked for.

They are named as their document is, and say by its place in the order of adding (``seq``) which one
they belong to: a document that was replaced has another place, so what a view finds there is never
another text's. They count from the commit on that added them, as long as the index is of their
model.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.vectors.passages import PassageVectors, VectorModel, text_hash
from searchengine.document import Document
from searchengine.errors import IndexDamagedError, InputError

Json = dict[str, Any]


class StoredVectors(NamedTuple):
    """The vectors of some documents, as they were found.

    ``seqs`` are their places in the order of adding, ``texts`` what their texts were, see
    :func:`text_key`, ``counts``, int64[n], how many passages each has, ``passages`` those of all of
    them, one document after the other.
    """

    seqs: Sequence[int]
    texts: Sequence[str]
    counts: NDArray[np.int64]
    passages: PassageVectors

    def by_seq(self) -> dict[int, PassageVectors]:
        """Return the vectors of each document by its place."""
        every, found, end = self.passages, {}, 0
        for seq, count in zip(self.seqs, self.counts.tolist(), strict=True):
            rows = slice(end, end := end + count)
            found[seq] = PassageVectors(every.codes[rows], every.scales[rows], every.spans[rows])
        return found


def source_of(seq: int, commit: int, model: VectorModel, text: str, vectors: str) -> str:
    """Return what the cluster is sent of the packed ``vectors`` of a document; ``text`` is its
    :func:`text_key`."""
    return json.dumps(
        {
            "seq": seq,
            "commit": commit,
            "model": model.fingerprint,
            "text": text,
            # The cluster gives them back without what it wants at their end.
            "vectors": vectors + "=" * (-len(vectors) % 4),
        }
    )


def text_key(document: Document) -> str:
    """Return what tells the title and the text of a document from others."""
    return f"{text_hash(document):016x}"


def counting(model: VectorModel, commit: int, *also: Json) -> Json:
    """Return the query for vectors of ``model`` that count in ``commit``, if ``also`` lets them
    in."""
    held = [{"term": {"model": model.fingerprint}}, {"range": {"commit": {"lte": commit}}}]
    return {"bool": {"filter": [*held, *also]}}


def search_for(model: VectorModel, commit: int, seqs: Sequence[int]) -> Json:
    """Return the search for the vectors of the documents at these places."""
    return {
        "size": len(seqs),
        "query": counting(model, commit, {"terms": {"seq": list(seqs)}}),
        "sort": ["_doc"],
        "stored_fields": "_none_",
        "docvalue_fields": ["seq", "text", "vectors"],
        "track_total_hits": False,
    }


def vectors_in(hits: Iterable[Mapping[str, Any]], model: VectorModel) -> StoredVectors:
    """Return the vectors that were found, which are of ``model``."""
    fields = [hit["fields"] for hit in hits]
    packed = [_decoded(one["vectors"][0]) for one in fields]
    row = _row(model)
    counts = np.array([len(one) for one in packed], np.int64)
    try:
        if (counts % row.itemsize).any():
            raise InputError(f"they are not of {model.dimensions} numbers each")
        rows = np.frombuffer(b"".join(packed), row)
        passages = PassageVectors(rows["codes"], rows["scale"], rows["span"])
    except InputError as error:
        raise IndexDamagedError(
            f"vectors of a document are damaged ({error}): copy the index with 'searchengine copy' "
            "from where it is sound, or index anew"
        ) from error
    seqs, texts = ([one[name][0] for one in fields] for name in ("seq", "text"))
    return StoredVectors(seqs, texts, counts // row.itemsize, passages)


def pack(vectors: PassageVectors) -> str:
    """Return vectors for a binary field: of each passage its scale, its span and its codes."""
    rows = np.empty(len(vectors), _row(VectorModel("", vectors.codes.shape[1])))
    rows["scale"], rows["span"], rows["codes"] = vectors.scales, vectors.spans, vectors.codes
    return base64.b64encode(rows.tobytes()).decode()


def _row(model: VectorModel) -> np.dtype[Any]:
    return np.dtype([("scale", "<f4"), ("span", "<i4", 2), ("codes", "i1", model.dimensions)])


def _decoded(packed: str) -> bytes:
    return base64.b64decode(f"{packed}==")
