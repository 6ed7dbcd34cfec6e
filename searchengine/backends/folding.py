"""Folding a ranking: which documents stand in the place of a better one, by definition.

What counts as nearly the same text is ``near_duplicates``' to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from searchengine.backends.near_duplicates import (
    FOLD_DOCUMENTS,
    LOOK_AHEAD,
    Shingles,
    shingles,
    similarity,
)
from searchengine.deadline import check_time
from searchengine.document import Document


class Shown(NamedTuple):
    """A document, its score and the ids of those folded into it."""

    document: Document
    score: float
    duplicates: tuple[str, ...]


def single(ranking: Iterable[tuple[Document, float]]) -> list[Shown]:
    """Return the ranking with no document folded into another."""
    return [Shown(one, score, ()) for one, score in ranking]


def folded(
    ranking: Iterable[tuple[Document, float]], wanted: int, full: int
) -> tuple[list[Shown], int]:
    """Return the best that repeat none before them, with the ids of what repeats them, and a total.

    The ranking is read until ``wanted`` are found, or to the end of the ``full`` matches where that
    is near; then the total is how many of these repeat none, else how many there are.
    """
    groups: list[tuple[Document, float, list[str]]] = []
    texts: list[Shingles] = []
    wholes: dict[str, int] = {}
    read = max(wanted, full) if full <= wanted + LOOK_AHEAD else wanted
    leading = 0
    following = enumerate(ranking)
    # Whoever ranks may have to fetch what is looked at.
    while len(groups) < read and (found := next(following, None)):
        check_time()
        place, (one, score) = found
        text, whole = shingles(one), one.part_of
        alike = [similarity(len(text & other), len(text), len(other)) for other in texts]
        if place < FOLD_DOCUMENTS and whole in wholes:
            groups[wholes[whole]][2].append(one.id)
        elif place < FOLD_DOCUMENTS and any(alike):
            groups[alike.index(max(alike))][2].append(one.id)
        else:
            if whole:
                wholes[whole] = len(groups)
            groups.append((one, score, []))
            texts.append(text)
            leading += place < full
    shown = [Shown(one, score, tuple(same)) for one, score, same in groups]
    looked_at = sum(1 + len(same) for _, _, same in groups)
    return shown, leading if looked_at >= full else full
