"""The syllables of documents as hashes, which are the same in every segment and process.

Ranks compare within one segment only; hashes tell whether texts of two are alike.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import CacheBudget
from searchengine.backends.embedded.index.arrays.vocabulary import Vocabulary
from searchengine.backends.embedded.index.phrases.text_order import TextOrder

#: A syllable that was not hashed yet.
_UNKNOWN = 0


class TextHashes:
    """The folded syllables of a segment's documents; safe for any number of reading threads."""

    def __init__(self, order: TextOrder, folded: Vocabulary, budget: CacheBudget) -> None:
        """Read the texts of ``order``, whose folded syllables are those of ``folded``."""
        self._order = order
        self._folded = folded
        #: By the ranks of syllables, each when it is first met.
        self._known = budget.pin("shingles", np.full(len(order.folded), _UNKNOWN, np.uint32))

    def texts(
        self, docs: NDArray[np.integer[Any]], limits: NDArray[np.integer[Any]] | None
    ) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return the hashes of the syllables of ``docs`` (ascending), and where each text ends.

        Of each document at least ``limits`` syllables are read, where they are given.
        """
        ranks, counts = self._order.texts(docs, limits)
        hashes = self._known[ranks]
        if not hashes.all():
            unknown = np.unique(ranks[hashes == _UNKNOWN])
            terms = self._folded.terms(self._order.folded[unknown].tolist())
            self._known[unknown] = [zlib.crc32(term) or 1 for term in terms]
            hashes = self._known[ranks]
        return hashes, np.cumsum(counts)
