"""Folding a ranking: which documents stand in the place of a better one, by definition.

What counts as nearly the same text is ``near_duplicates``' to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from searchengine.backends.near_duplicates import (
    FOLD_DOCUMENTS,
    LOOK_AHEAD,
    Shingles,
    shingles,
    similarity,
)
from searchengine.deadline import check_time
from searchengine.document import Document

T = TypeVar("T")


class Told(NamedTuple):
    """What folding looks at in a document."""

    id: str
    part_of: str
    shingles: Shingles


def told(document: Document) -> Told:
    """Return what folding looks at in ``document``."""
    return Told(document.id, document.part_of, shingles(document))


def single(ranking: Iterable[tuple[T, float]]) -> list[tuple[T, float, tuple[str, ...]]]:
    """Return the ranking with no document folded into another."""
    return [(one, score, ()) for one, score in ranking]


def folded(
    ranking: Iterable[tuple[T, float]], tell: Callable[[T], Told], wanted: int, full: int
) -> tuple[list[tuple[T, float, tuple[str, ...]]], int]:
    """Return the best that repeat none before them, with the ids of what repeats them, and a total.

    The ranking is read until ``wanted`` are found, or to the end of the ``full`` matches where that
    is near; then the total is how many of these repeat none, else how many there are. What is
    looked at in a document is what ``tell`` says.
    """
    groups: list[tuple[T, float, list[str]]] = []
    texts: list[Shingles] = []
    wholes: dict[str, int] = {}
    read = max(wanted, full) if full <= wanted + LOOK_AHEAD else wanted
    leading = 0
    following = enumerate(ranking)
    # Whoever ranks may have to fetch what is looked at.
    while len(groups) < read and (found := next(following, None)):
        check_time()
        place, (one, score) = found
        id_, whole, text = tell(one)
        alike = [similarity(len(text & other), len(text), len(other)) for other in texts]
        if place < FOLD_DOCUMENTS and whole in wholes:
            groups[wholes[whole]][2].append(id_)
        elif place < FOLD_DOCUMENTS and any(alike):
            groups[alike.index(max(alike))][2].append(id_)
        else:
            if whole:
                wholes[whole] = len(groups)
            groups.append((one, score, []))
            texts.append(text)
            leading += place < full
    shown = [(one, score, tuple(same)) for one, score, same in groups]
    looked_at = sum(1 + len(same) for _, _, same in groups)
    return shown, leading if looked_at >= full else full
