"""The documents of one segment that hold a phrase, and at how many places.

Documents that hold the pairs of its neighbours (or, with a slop, its syllables) are candidates;
their text order says which of them hold the phrase. Two syllables side by side mostly need none:
that is what common pairs' spellings are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.phrases.pair_spellings import PairSpellings
from searchengine.backends.embedded.index.phrases.text_order import OrderSpec, TextOrder, Wanted
from searchengine.backends.values import Phrase
from searchengine.deadline import check_time

if TYPE_CHECKING:
    from searchengine.backends.embedded.cache_budget import CacheBudget
    from searchengine.backends.embedded.index.arrays.segment import Segment

#: Where a list of documents is so many times as long as that of the candidates, reading their
#: texts is quicker than reading the list.
LONG_LIST = 50


class PhrasePostings(NamedTuple):
    """Documents with a phrase, int32[n] ascending, and at how many places each: uint32[n]."""

    docs: NDArray[np.int32]
    freqs: NDArray[np.uint32]


class _Pairs(NamedTuple):
    """Documents that may hold a pair; ``freqs`` how often where they do for certain."""

    docs: NDArray[np.int32]
    freqs: NDArray[np.uint32] | None


_NOWHERE = PhrasePostings(np.empty(0, np.int32), np.empty(0, np.uint32))


class PhraseFinder:
    """Finds phrases in a segment; safe for any number of reading threads."""

    def __init__(self, segment: Segment, order: OrderSpec, budget: CacheBudget) -> None:
        """Look into ``segment``, whose text order is of the streams that ``order`` names.

        What is kept in memory for it counts in ``budget``.
        """
        self._segment = segment
        self._order = TextOrder(segment.sections, segment.size, budget)
        self._spellings = PairSpellings(segment.sections, segment.size)
        self._spec = order

    def postings(self, stream: str, phrase: Phrase) -> PhrasePostings:
        """Return the documents that hold ``phrase`` in ``stream``, deleted ones too."""
        spec = self._spec
        exact = stream in (spec.syllables, spec.title_syllables)
        in_title = stream in (spec.title_syllables, spec.title_folded)
        vocabulary = self._segment.vocabulary(spec.syllables if exact else spec.folded)
        ranks, other = (
            tuple(vocabulary.find(one.encode("utf-8", "replace")) for one in part)
            for part in (phrase.syllables, phrase.other)
        )
        if min(ranks + other) < 0:
            return _NOWHERE
        if not phrase.slop and not other and len(ranks) == 2:
            found = self._pair(ranks[0], ranks[1], exact=exact, in_title=in_title)
            if found.freqs is not None:
                return PhrasePostings(found.docs, found.freqs)
            docs: NDArray[np.int32] | None = found.docs
        elif other:
            parts = (phrase.syllables, phrase.other)
            docs = self._holding(stream, [Phrase(part).term for part in parts])
        elif phrase.slop:
            docs = self._holding(stream, phrase.syllables)
        else:
            docs = self._with_pairs(ranks, exact=exact, in_title=in_title)
        if docs is None or not len(docs):
            return _NOWHERE
        every = phrase.syllables + phrase.other
        rarity = [self._segment.document_frequency(stream, one) for one in every]
        wanted = Wanted(ranks, other, phrase.slop, rarity.index(min(rarity)))
        limits = self._segment.lengths(spec.title_syllables)[docs] if in_title else None
        freqs = self._order.occurrences(docs, wanted, folded=not exact, limits=limits)
        held = np.flatnonzero(freqs)
        return PhrasePostings(docs.take(held), freqs.take(held).astype(np.uint32))

    def _holding(self, stream: str, terms: Sequence[str]) -> NDArray[np.int32] | None:
        """Documents that may hold every one of ``terms``, all that do among them."""
        sized = {one: self._segment.document_frequency(stream, one) for one in terms}
        docs: NDArray[np.int32] | None = None
        for one in sorted(sized, key=sized.__getitem__):
            check_time()
            if docs is not None and sized[one] > LONG_LIST * len(docs):
                break
            docs = _both(docs, self._segment.postings(stream, one)[0])
        return docs

    def _with_pairs(
        self, ranks: Sequence[int], *, exact: bool, in_title: bool
    ) -> NDArray[np.int32] | None:
        """Documents that may hold every pair of neighbours of a phrase."""
        sized = {
            (first, second): self._pair_size(first, second, exact=exact, in_title=in_title)
            for first, second in pairwise(ranks)
        }
        docs: NDArray[np.int32] | None = None
        for pair in sorted(sized, key=sized.__getitem__):
            check_time()
            if docs is not None and sized[pair] > LONG_LIST * len(docs):
                break
            docs = _both(docs, self._pair(*pair, exact=exact, in_title=in_title).docs)
        return docs

    def _pair(self, first: int, second: int, *, exact: bool, in_title: bool) -> _Pairs:
        """The documents that hold, or at least may hold, two syllables side by side."""
        key, term, stream = self._term_of(first, second, exact=exact, in_title=in_title)
        if term < 0:
            return _Pairs(_NOWHERE.docs, _NOWHERE.freqs)
        reader = self._segment.stream(stream)
        usual = self._spellings.usual(key) if exact and not in_title else None
        if usual is not None and usual != (first, second):
            found_docs: NDArray[np.int32] | None = self._spellings.others(key)[0]
            for one in (first, second):
                found_docs = _both(found_docs, self._with_syllable(one))
            assert found_docs is not None
            return _Pairs(found_docs, None)
        docs, found = reader.postings(term)
        if exact and usual is None:
            return _Pairs(docs, None)
        freqs = np.ones(len(docs), np.uint32) if found is None else found.astype(np.uint32)
        if exact:
            other_docs, other_freqs = self._spellings.others(key)
            places = np.searchsorted(docs, other_docs)
            freqs[places] -= np.uint32(1) if other_freqs is None else other_freqs
            held = np.flatnonzero(freqs)
            docs, freqs = docs.take(held), freqs.take(held)
        return _Pairs(docs, freqs)

    def _pair_size(self, first: int, second: int, *, exact: bool, in_title: bool) -> int:
        """At most how many documents hold a pair."""
        _, term, stream = self._term_of(first, second, exact=exact, in_title=in_title)
        return 0 if term < 0 else self._segment.stream(stream).document_frequency(term)

    def _with_syllable(self, rank: int) -> NDArray[np.int32]:
        """The documents that hold a syllable."""
        term = self._segment.stream(self._spec.syllables).find(rank)
        if term < 0:
            return _NOWHERE.docs
        return self._segment.stream(self._spec.syllables).postings(term)[0]

    def _term_of(
        self, first: int, second: int, *, exact: bool, in_title: bool
    ) -> tuple[int, int, str]:
        """The key of a folded pair, its term (-1: there is none) and the stream of that."""
        spec = self._spec
        if exact:
            first, second = (int(self._order.folded[one]) for one in (first, second))
        key = first * len(self._segment.vocabulary(spec.folded)) + second
        stream = spec.title_pairs if in_title else spec.pairs
        return key, self._segment.stream(stream).find(key), stream


def _both(one: NDArray[np.int32] | None, other: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the documents in both lists, ascending; ``other`` if there is no ``one``."""
    if one is None:
        return other
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if not len(long):
        return long
    places = np.searchsorted(long, short)
    places[places == len(long)] = 0
    return short.take(np.flatnonzero(long.take(places) == short))
