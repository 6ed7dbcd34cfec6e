"""The documents of one segment that hold a phrase, and at how many places.

Documents that hold the pairs of its neighbours (or, with a slop, its syllables) are candidates;
their text order says which of them hold the phrase. Two syllables side by side mostly need none:
that is what common pairs' spellings are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from weakref import proxy

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.phrases.pair_spellings import PairSpellings
from searchengine.backends.embedded.index.phrases.places import Wanted
from searchengine.backends.embedded.index.phrases.text_order import OrderSpec
from searchengine.backends.values import Phrase
from searchengine.deadline import check_time

if TYPE_CHECKING:
    from searchengine.backends.embedded.index.arrays.segment import Segment
    from searchengine.backends.embedded.index.arrays.stream_reader import StreamReader

#: Where a list of documents is so many times as long as that of the candidates, reading their
#: texts is quicker than reading the list.
LONG_LIST = 50
#: To say about how many documents hold a phrase, so many of those that may are looked at. All of
#: the 500 that may hold two syllables take a millisecond.
SAMPLED_DOCUMENTS = 64


class PhrasePostings(NamedTuple):
    """Documents with a phrase, int32[n] ascending, and at how many places each: uint32[n]."""

    docs: NDArray[np.int32]
    freqs: NDArray[np.uint32]


class _Pair(NamedTuple):
    """Two syllables: the ranks of ``first`` and ``second``, marked ones if ``exact``; the ``key``
    of the folded pair, its ``term`` (-1: there is none), and ``most`` so many documents hold it."""

    first: int
    second: int
    exact: bool
    in_title: bool
    key: int
    term: int
    most: int


class _Asked(NamedTuple):
    """A phrase of a stream: the ranks of its syllables (``other``: those that may stand on either
    side), marked ones if ``exact``."""

    stream: str
    phrase: Phrase
    ranks: tuple[int, ...]
    other: tuple[int, ...]
    exact: bool
    in_title: bool


_NOWHERE = PhrasePostings(np.empty(0, np.int32), np.empty(0, np.uint32))


class PhraseFinder:
    """Finds phrases in a segment; safe for any number of reading threads."""

    def __init__(self, segment: Segment, order: OrderSpec) -> None:
        """Look into ``segment``, whose text order is of the streams that ``order`` names."""
        # The segment holds the finder: a circle would keep its files mapped until the collector
        # comes round.
        self._segment: Segment = proxy(segment)
        self._order = segment.text_order
        self._spellings = PairSpellings(segment.sections, segment.size)
        self._spec = order

    def postings(self, stream: str, phrase: Phrase) -> PhrasePostings:
        """Return the documents that hold ``phrase`` in ``stream``, deleted ones too."""
        asked = self._asked(stream, phrase)
        if asked is None:
            return _NOWHERE
        found = self._candidates(asked)
        return found if isinstance(found, PhrasePostings) else self._occurring(asked, found)

    def estimate(self, stream: str, phrase: Phrase) -> int:
        """Return about how many documents hold ``phrase`` in ``stream``, deleted ones too.

        Of many that may hold it :data:`SAMPLED_DOCUMENTS` are looked at.
        """
        asked = self._asked(stream, phrase)
        if asked is None:
            return 0
        found = self._candidates(asked)
        if isinstance(found, PhrasePostings):
            return len(found.docs)
        count = min(len(found), SAMPLED_DOCUMENTS)
        sample = found.take(np.arange(count) * len(found) // max(count, 1))
        held = len(self._occurring(asked, sample).docs)
        return round(held * len(found) / max(count, 1))

    def _asked(self, stream: str, phrase: Phrase) -> _Asked | None:
        """A phrase of a stream by the ranks of its syllables; None where one is nowhere."""
        spec = self._spec
        exact = stream in (spec.syllables, spec.title_syllables)
        vocabulary = self._segment.vocabulary(spec.syllables if exact else spec.folded)
        ranks, other = (
            tuple(vocabulary.find(one.encode("utf-8", "replace")) for one in part)
            for part in (phrase.syllables, phrase.other)
        )
        if min(ranks + other) < 0:
            return None
        in_title = stream in (spec.title_syllables, spec.title_folded)
        return _Asked(stream, phrase, ranks, other, exact, in_title)

    def _candidates(self, asked: _Asked) -> NDArray[np.int32] | PhrasePostings:
        """The documents that may hold a phrase, all that do among them; or those that do."""
        stream, phrase, ranks, other, exact, in_title = asked
        docs: NDArray[np.int32] | None
        if not phrase.slop and not other and len(ranks) == 2:
            pair = self._looked_up(ranks[0], ranks[1], exact=exact, in_title=in_title)
            found = self._holding_pair(pair)
            if found is not None:
                return found
            docs = self._may_hold_pair(pair)
        elif other:
            parts = (phrase.syllables, phrase.other)
            docs = self._holding(stream, [Phrase(part).term for part in parts])
        elif phrase.slop:
            docs = self._holding(stream, phrase.syllables)
        else:
            docs = self._with_pairs(ranks, exact=exact, in_title=in_title)
        return _NOWHERE if docs is None else docs

    def _occurring(self, asked: _Asked, docs: NDArray[np.int32]) -> PhrasePostings:
        """Those of ``docs`` that hold a phrase."""
        if not len(docs):
            return _NOWHERE
        stream, phrase, ranks, other, exact, in_title = asked
        wanted = Wanted(ranks, other, phrase.slop, lambda: self._rarest(stream, phrase))
        limits = self._segment.lengths(self._spec.title_syllables)[docs] if in_title else None
        freqs = self._order.occurrences(docs, wanted, folded=not exact, limits=limits)
        held = np.flatnonzero(freqs)
        return PhrasePostings(docs.take(held), freqs.take(held).astype(np.uint32))

    def _rarest(self, stream: str, phrase: Phrase) -> int:
        every = phrase.syllables + phrase.other
        rarity = [self._segment.document_frequency(stream, one) for one in every]
        return rarity.index(min(rarity))

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
        pairs = []
        for first, second in dict.fromkeys(pairwise(ranks)):
            pair = self._looked_up(first, second, exact=exact, in_title=in_title)
            if pair.term < 0:
                return None
            pairs.append(pair)
        docs: NDArray[np.int32] | None = None
        for pair in sorted(pairs, key=lambda one: one.most):
            check_time()
            if docs is not None and (not len(docs) or pair.most > LONG_LIST * len(docs)):
                break
            docs = _both(docs, self._may_hold_pair(pair))
        return docs

    def _looked_up(self, first: int, second: int, *, exact: bool, in_title: bool) -> _Pair:
        """Two syllables side by side, by their ranks, as a pair of folded ones."""
        spec = self._spec
        folded = (first, second)
        if exact:
            folded = (int(self._order.folded[first]), int(self._order.folded[second]))
        key = folded[0] * len(self._segment.vocabulary(spec.folded)) + folded[1]
        reader = self._segment.stream(spec.title_pairs if in_title else spec.pairs)
        term = reader.find(key)
        most = 0 if term < 0 else reader.most(term)
        return _Pair(first, second, exact, in_title, key, term, most)

    def _holding_pair(self, pair: _Pair) -> PhrasePostings | None:
        """The documents that hold two syllables side by side; None where texts must tell."""
        if pair.term < 0:
            return _NOWHERE
        usual = self._usual(pair)
        if pair.exact and usual != (pair.first, pair.second):
            return None
        docs, found = self._pair_stream(pair).postings(pair.term)
        freqs = np.ones(len(docs), np.uint32) if found is None else found.astype(np.uint32)
        if pair.exact:
            other_docs, other_freqs = self._spellings.others(pair.key)
            places = np.searchsorted(docs, other_docs)
            freqs[places] -= np.uint32(1) if other_freqs is None else other_freqs
            held = np.flatnonzero(freqs)
            docs, freqs = docs.take(held), freqs.take(held)
        return PhrasePostings(docs, freqs)

    def _may_hold_pair(self, pair: _Pair) -> NDArray[np.int32]:
        """The documents that may hold two syllables side by side, all that do among them."""
        usual = self._usual(pair)
        if usual is None or usual == (pair.first, pair.second):
            return self._pair_stream(pair).documents(pair.term)
        docs = self._spellings.others(pair.key)[0]
        for one in (pair.first, pair.second):
            docs = _both(docs, self._with_syllable(one))
        return docs

    def _usual(self, pair: _Pair) -> tuple[int, int] | None:
        """How a pair is mostly spelt, where that is known and matters."""
        return self._spellings.usual(pair.key) if pair.exact and not pair.in_title else None

    def _pair_stream(self, pair: _Pair) -> StreamReader:
        spec = self._spec
        return self._segment.stream(spec.title_pairs if pair.in_title else spec.pairs)

    def _with_syllable(self, rank: int) -> NDArray[np.int32]:
        """The documents that hold a syllable."""
        term = self._segment.stream(self._spec.syllables).find(rank)
        if term < 0:
            return _NOWHERE.docs
        return self._segment.stream(self._spec.syllables).documents(term)


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
