"""The semantic stage: the first documents of a ranking, ordered anew by what they mean.

Only their vectors are read. What words and meaning make together is said in the seam's ``fusion``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.index.vectors.files import rows_of
from searchengine.backends.vectors.fusion import Meaning, fused
from searchengine.backends.vectors.passages import nearest
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.deadline import check_time

Docs = NDArray[np.int64]
Scores = NDArray[np.float64]


class Reordered(NamedTuple):
    """Documents in their new order, and what meaning adds to each, by its number."""

    docs: Docs
    meanings: dict[int, Meaning]


def reordered(
    snapshot: Snapshot, stage: SemanticStage, docs: Docs, lexical: Scores, full: int
) -> Reordered:
    """Return ``docs``, whose scores are ``lexical``, in their new order.

    The first ``full`` documents match in full, and stay before the others.
    """
    cosines, passages, spans = _nearest(snapshot, stage, docs)
    scores = fused(lexical, cosines, passages, stage)
    order = np.lexsort((-scores, np.arange(len(docs)) >= full))
    columns = docs, scores - lexical, cosines, spans
    meanings = {
        number: Meaning(added, *((None, None) if cosine != cosine else (cosine, (first, last))))
        for number, added, cosine, (first, last) in zip(
            *(column.tolist() for column in columns), strict=True
        )
    }
    return Reordered(docs[order], meanings)


def _nearest(
    snapshot: Snapshot, stage: SemanticStage, docs: Docs
) -> tuple[Scores, NDArray[np.int64], NDArray[np.int32]]:
    """How near each document comes, NaN without vectors, how many passages it has, and where the
    nearest of them stands.

    float64[n], int64[n], int32[n, 2].
    """
    owners, counts, codes, scales, spans = [], [], [], [], []
    order = np.argsort(docs)
    ordered, base = docs[order], 0
    for segment, vectors in zip(snapshot.segments, snapshot.segment_vectors, strict=True):
        first, last = np.searchsorted(ordered, (base, base + segment.size))
        if vectors is not None and first < last:
            check_time()
            for file, which, places in vectors.find(ordered[first:last] - base):
                starts, sizes = file.passages(places)
                rows = rows_of(starts, sizes)
                owners.append(order[first + which])
                counts.append(sizes)
                codes.append(file.codes.take(rows, axis=0))
                scales.append(file.scales.take(rows))
                spans.append(file.spans.take(rows, axis=0))
        base += segment.size
    cosines, where = np.full(len(docs), np.nan), np.zeros((len(docs), 2), np.int32)
    passages = np.zeros(len(docs), np.int64)
    if owners:
        of, sizes = np.concatenate(owners), np.concatenate(counts)
        found = nearest(np.concatenate(codes), np.concatenate(scales), sizes, stage)
        cosines[of], passages[of] = found.cosines, sizes
        having = found.places >= 0
        where[of[having]] = np.concatenate(spans)[found.places[having]]
    return cosines, passages, where
