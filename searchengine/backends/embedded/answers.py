"""Answers to plans, as they are kept while a commit is the last one.

For whoever asks what others have asked, or comes back to a page. Which documents, their scores and
what was counted; the documents themselves are read anew, or kept by who reads them. An answer is
never more than the answer of one commit: scores depend on all of it.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import bytes_of
from searchengine.backends.values import Plan

#: So many are kept, of 2 to 40 kB each.
KEPT_ANSWERS = 1024
#: About what a scoring term takes in the key of an answer, and a value that was counted.
TERM_BYTES, VALUE_BYTES = 200, 150


class Answer(NamedTuple):
    """The documents of a slice with their scores, the number of all, what is folded, facets.

    ``terms``: how many terms its plan scores.
    """

    docs: NDArray[np.int64]
    scores: NDArray[np.float64]
    total: int
    folded: tuple[tuple[int, ...], ...]
    facets: dict[str, dict[str, int]]
    terms: int

    @property
    def nbytes(self) -> int:
        """About how many bytes it takes, its key among them."""
        values = sum(map(len, self.facets.values()))
        arrays = self.docs.nbytes + self.scores.nbytes + bytes_of(self.folded)
        return arrays + VALUE_BYTES * values + TERM_BYTES * self.terms


def asked(plan: Plan) -> Hashable:
    """Return what tells a plan's answer from others, quicker to hash than the plan.

    ``otherwise`` and the time that there is have no part in it.
    """
    return (
        tuple([(term.field, term.term, term.weight) for term in plan.score]),
        plan.match,
        plan.decay,
        plan.filters,
        plan.sort,
        plan.offset,
        plan.limit,
        plan.facets,
        plan.fold_duplicates,
    )
