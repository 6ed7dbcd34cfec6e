"""The semantic stage: the first documents of a ranking, ordered anew by what they mean.

Their vectors are asked for at once. What words and meaning make together is said in the seam's
``fusion``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from searchengine.backends.opensearch.searching.windows import Hit
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.vectors.fusion import Meaning, fused
from searchengine.backends.vectors.passages import nearest
from searchengine.backends.vectors.stage import SemanticStage

#: A document, and whether it matches in full.
Ranked = tuple[Hit, bool]


def reordered(
    snapshot: Snapshot, stage: SemanticStage, first: Sequence[Ranked]
) -> tuple[list[Ranked], Mapping[str, Meaning]]:
    """Return documents in their new order with their new scores, and what meaning added, by name.

    Those that match in full stay before the others.
    """
    lexical = np.array([hit.score for hit, _ in first])
    cosines, counts = np.full(len(first), np.nan), np.zeros(len(first), np.int64)
    passages: list[tuple[int, int] | None] = [None] * len(first)
    found = snapshot.vectors([hit.seq for hit, _ in first])
    every = found.passages
    near = nearest(every.codes, every.scales, found.counts, stage)
    at_seq = {hit.seq: at for at, (hit, _) in enumerate(first)}
    columns = found.seqs, near.cosines, found.counts, near.places.tolist()
    for seq, cosine, count, place in zip(*columns, strict=True):
        if place >= 0:
            at, (start, end) = at_seq[seq], every.spans[place].tolist()
            cosines[at], counts[at], passages[at] = cosine, count, (start, end)
    scores = fused(lexical, cosines, counts, stage) if first else lexical
    new, meanings = [], {}
    for (hit, is_full), score, cosine, passage in zip(
        first, scores.tolist(), cosines.tolist(), passages, strict=True
    ):
        new.append((hit._replace(score=score), is_full))
        meanings[hit.key] = Meaning(score - hit.score, cosine if passage else None, passage)
    return sorted(new, key=lambda one: (not one[1], -one[0].score)), meanings
