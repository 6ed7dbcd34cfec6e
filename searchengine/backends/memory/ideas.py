"""Who has enough of the ideas of a plan, by definition."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from searchengine.backends.memory.documents import IndexedDocument, matches
from searchengine.backends.values import Coverage

#: Shares are sums: so much less than what is asked for is enough.
SLACK = 1e-4


class Covered(NamedTuple):
    """The ids of the documents that have enough, the share that was enough, and the places of the
    ideas that no document has."""

    ids: Collection[str]
    share: float
    absent: tuple[int, ...]


def covered(coverage: Coverage, documents: Sequence[IndexedDocument]) -> Covered:
    """Return which of the ``documents``, those that match whatever the filters, have enough."""
    having = [
        {one.document.id for one in documents if matches(idea.query, one)}
        for idea in coverage.ideas
    ]
    absent = tuple(place for place, ids in enumerate(having) if not ids)
    present = [(idea.weight, ids) for idea, ids in zip(coverage.ideas, having, strict=True) if ids]
    whole = sum(weight for weight, _ in present)
    shares = {
        one.document.id: sum(w for w, ids in present if one.document.id in ids) / (whole or 1.0)
        for one in documents
    }
    if not present:
        return Covered(set(shares), 1.0, absent)
    counts: list[int] = []
    for share in coverage.shares:
        reached = {id_ for id_, has in shares.items() if has >= share - SLACK}
        counts.append(len(reached))
        if len(reached) >= coverage.enough:
            break
    # What adds no document asks for no less.
    return Covered(reached, coverage.shares[counts.index(counts[-1])], absent)
