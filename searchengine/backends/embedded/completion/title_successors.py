"""What follows a word in titles: every next word with its documents, read as one range.

The bigrams of one first word stand side by side in the index, so that all that follows it is one
decoding, and what follows it in some titles alone is a mask over that. Words are folded here; how
they are marked is read from titles by :mod:`completer`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import bytes_of
from searchengine.backends.embedded.index.arrays.sections import damaged
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.fields import TITLE_BIGRAMS

#: Sorts behind whatever goes on from a beginning.
_LAST = chr(0x10FFFF)


class Follower(NamedTuple):
    """A folded word and the documents that have it there: int32[n], ascending."""

    word: str
    docs: NDArray[np.int32]


class Following:
    """All that follows one folded word: sorted words, and documents of each in one array."""

    __slots__ = ("_docs", "_starts", "_words")

    def __init__(
        self, words: list[str], counts: NDArray[np.int64], docs: NDArray[np.int32]
    ) -> None:
        """``words`` ascend; ``docs`` are theirs one after the other, ``counts`` of each."""
        self._words = words
        self._docs = docs
        self._starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return bytes_of(self._words) + self._docs.nbytes + self._starts.nbytes

    def __iter__(self) -> Iterator[Follower]:
        for place, word in enumerate(self._words):
            yield Follower(word, self._docs[self._starts[place] : self._starts[place + 1]])

    def commonest(
        self, beginnings: Iterable[str], among: NDArray[np.bool_] | None, limit: int
    ) -> list[Follower]:
        """Return the words that begin so and stand in most documents ``among`` (bool[size]).

        The commonest first, at most ``limit``; all documents count if ``among`` is None.
        """
        found: dict[str, Follower] = {}
        for beginning in beginnings:
            first = bisect_left(self._words, beginning)
            last = bisect_left(self._words, beginning + _LAST, first)
            if first == last:
                continue
            starts = self._starts[first : last + 1]
            if among is None:
                counts = np.diff(starts)
            else:
                held = among[self._docs[starts[0] : starts[-1]]]
                counts = np.add.reduceat(held, starts[:-1] - starts[0], dtype=np.int64)
            best = np.arange(len(counts))
            if len(best) > limit:
                best = np.sort(np.argpartition(-counts, limit)[:limit])
            for place in best[counts[best] > 0].tolist():
                docs = self._docs[starts[place] : starts[place + 1]]
                word = self._words[first + place]
                found[word] = Follower(word, docs if among is None else docs[among[docs]])
        return sorted(found.values(), key=lambda one: (-len(one.docs), one.word))[:limit]


def following(snapshot: Snapshot, left: str) -> Following:
    """Return what follows the folded word ``left`` in the titles of live documents.

    Raises :class:`IndexDamagedError` if what the index holds cannot be postings.
    """
    parts: list[Following] = []
    base = 0
    for segment in snapshot.segments:
        live = snapshot.live[base : base + segment.size]
        try:
            part = _of_segment(segment, left, live, base)
        except (IndexError, ValueError, OverflowError) as error:
            raise damaged(segment.name, f"bigrams of titles cannot be read ({error})") from error
        if part is not None:
            parts.append(part)
        base += segment.size
    return parts[0] if len(parts) == 1 else _joined(parts)


def _of_segment(
    segment: Segment, left: str, live: NDArray[np.bool_], base: int
) -> Following | None:
    spec = segment.specs.get(TITLE_BIGRAMS)
    first, last = segment.term_range(TITLE_BIGRAMS, f"{left} ") if spec else (0, 0)
    if spec is None or first == last:
        return None
    keys, counts, docs, _ = segment.stream(TITLE_BIGRAMS).chunk(first, last)
    kept = live[docs]
    if not kept.all():
        counts = np.add.reduceat(kept, np.cumsum(counts) - counts, dtype=np.int64)
        docs, keys, counts = docs[kept], keys[counts > 0], counts[counts > 0]
    vocabulary = segment.vocabulary(spec.vocabulary)
    ranks = (keys % np.uint64(len(vocabulary))).tolist()
    words = [word.decode("utf-8", "replace") for word in vocabulary.terms(ranks)]
    return Following(words, counts, docs + np.int32(base))


def _joined(parts: Sequence[Following]) -> Following:
    """The same of several segments, whose documents follow one another."""
    found: dict[str, list[NDArray[np.int32]]] = {}
    for part in parts:
        for word, docs in part:
            found.setdefault(word, []).append(docs)
    words = sorted(found)
    pieces = [np.concatenate(found[word]) for word in words]
    counts = np.array([len(piece) for piece in pieces], np.int64)
    return Following(words, counts, np.concatenate([np.empty(0, np.int32), *pieces]))


def both(some: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the documents that are in both of two ascending lists: int32[n], ascending."""
    small, large = (some, others) if len(some) < len(others) else (others, some)
    if not len(small):
        return small
    places = np.searchsorted(large, small)
    places[places == len(large)] = 0
    shared: NDArray[np.int32] = small[large[places] == small]
    return shared
