"""The semantic stage by definition: the first documents of a ranking, ordered anew by meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from searchengine.backends.memory.documents import IndexedDocument
from searchengine.backends.vectors.fusion import Meaning, fused
from searchengine.backends.vectors.passages import PassageVectors, nearest
from searchengine.backends.vectors.stage import SemanticStage

Scored = tuple[IndexedDocument, float]


def reordered(
    stage: SemanticStage,
    ranking: Sequence[Scored],
    full: int,
    vectors: Mapping[str, PassageVectors],
) -> tuple[list[Scored], Mapping[str, Meaning]]:
    """Return a ranking in its new order with its new scores, and what meaning added, by id.

    The first ``full`` documents match in full, and stay before the others.
    """
    first = ranking[: stage.depth]
    lexical = np.array([score for _, score in first])
    meant = [_nearest(stage, vectors.get(one.document.id)) for one, _ in first]
    cosines = np.array([np.nan if cosine is None else cosine for cosine, _ in meant])
    passages = np.array([len(vectors.get(one.document.id, ())) for one, _ in first])
    scores = fused(lexical, cosines, passages, stage) if first else lexical
    order = sorted(range(len(first)), key=lambda at: (at >= full, -scores[at]))
    changed = [(first[at][0], float(scores[at])) for at in order]
    meanings = {
        one.document.id: Meaning(float(new - old), *meaning)
        for (one, old), new, meaning in zip(first, scores, meant, strict=True)
    }
    return [*changed, *ranking[stage.depth :]], meanings


def _nearest(
    stage: SemanticStage, vectors: PassageVectors | None
) -> tuple[float | None, tuple[int, int] | None]:
    if not vectors:
        return None, None
    found = nearest(vectors.codes, vectors.scales, np.array([len(vectors)]), stage)
    first, last = vectors.spans[found.places[0]].tolist()
    return float(found.cosines[0]), (first, last)
