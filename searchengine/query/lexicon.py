"""The lexicon: what one snapshot knows of syllables and of pairs of neighbours.

How frequent a marked syllable is, in which ways a bare one is marked, how often two stand side by
side, and how pages mark them when they do. The index keeps pairs without diacritics only; how
they are marked is read from the texts of a few pages. Answers are remembered, for a language has
few syllables. What follows from them is the business of :mod:`correct` and :mod:`complete`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from searchengine.index.schema import TITLE_BIGRAMS, TITLE_FOLDED
from searchengine.index.snapshot import Snapshot
from searchengine.remember import remembered
from searchengine.query.scan import Scanned, scan
from searchengine.text.analysis import BIGRAMS, FOLDED, SYLLABLES
from searchengine.text.confusions import spellings_of
from searchengine.text.normalize import normalize
from searchengine.text.variants import canonical_spelling, spellings

#: So many answers of each kind are remembered.
REMEMBERED = 50_000
#: Pages that are read to see how a pair is marked, and how much of each.
SAMPLED_PAGES = 6
SAMPLED_CHARACTERS = 20_000

#: Ways of going on that are followed into titles.
FOLLOWING = 48
#: Where one marking has this share, no page need be read to know it.
PLAIN_SHARE = 0.97

Pair = tuple[str, str]
#: How often pages mark a folded pair in each way; a page counts once for a way.
Forms = Mapping[Pair, int]


class Lexicon:
    """Counts of one snapshot; safe for any number of threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        #: Live documents, and syllables in all of them.
        self.documents = snapshot.live_count
        self.syllables = max(1.0, snapshot.live_count * snapshot.average_length(FOLDED))
        self.frequency = remembered(self._frequency, REMEMBERED)
        self.folded_frequency = remembered(self._folded_frequency, REMEMBERED)
        self.pair_frequency = remembered(self._pair_frequency, REMEMBERED)
        self.marked = remembered(self._marked, REMEMBERED)
        self.sampled = remembered(self._sampled, REMEMBERED)

    def _frequency(self, syllable: str) -> int:
        """How many documents hold a marked syllable."""
        return self._snapshot.document_frequency(SYLLABLES, syllable)

    def _folded_frequency(self, folded: str) -> int:
        """How many documents hold a folded syllable, however marked."""
        return self._snapshot.document_frequency(FOLDED, folded)

    def _pair_frequency(self, left: str, right: str) -> int:
        """How many documents hold two folded syllables side by side."""
        return self._snapshot.document_frequency(BIGRAMS, f"{left} {right}")

    def _marked(self, folded: str) -> tuple[tuple[str, int], ...]:
        """How documents mark a folded syllable, bare among the ways, the commonest first."""
        counts = [(word, self.frequency(word)) for word in (folded, *spellings_of(folded))]
        return tuple(sorted((one for one in counts if one[1]), key=lambda one: (-one[1], one[0])))

    def markings(self, folded: str) -> int:
        """Return how many documents hold a folded syllable, once for each marking."""
        return sum(count for _, count in self.marked(folded))

    def is_plain(self, folded: str) -> bool:
        """Return whether nearly all documents mark a folded syllable in the same way."""
        marked = self.marked(folded)
        return not marked or marked[0][1] >= PLAIN_SHARE * self.markings(folded)

    def commonest(self, stream: str, prefixes: Sequence[str], limit: int) -> list[tuple[str, int]]:
        """Return the commonest terms of a stream that begin with any of ``prefixes``."""
        return self._snapshot.commonest(stream, prefixes, limit)

    def titled(self, context: Sequence[str], partial: str, limit: int) -> list[int]:
        """Return documents whose titles have folded words side by side, at most ``limit``.

        Those of ``context`` and then one that begins with ``partial``; which of many they are says
        nothing, so that they stand for all of them.
        """
        found: NDArray[np.int32] | None = None
        for left, right in pairwise(context):
            docs = self._snapshot.postings(TITLE_BIGRAMS, f"{left} {right}").docs
            found = docs if found is None else np.intersect1d(found, docs, assume_unique=True)
            if not len(found):
                return []
        stream = TITLE_BIGRAMS if context else TITLE_FOLDED
        before = f"{context[-1]} " if context else ""
        # Ky is how a whole ki is kept, kiem how its other continuations are.
        beginnings = [before + one for one in dict.fromkeys((partial, canonical_spelling(partial)))]
        terms = self.commonest(stream, beginnings, FOLLOWING)
        parts = [self._snapshot.postings(stream, term).docs for term, _ in terms]
        last = np.unique(np.concatenate([np.empty(0, np.int32), *parts]))
        found = last if found is None else np.intersect1d(found, last, assume_unique=True)
        places = np.linspace(0, len(found) - 1, min(limit, len(found))).astype(np.int64)
        numbers: list[int] = found[places].tolist()
        return numbers

    def followers(self, context: Sequence[str], partial: str, limit: int) -> list[Pair]:
        """Return the last folded word of ``context`` with what follows it and begins so.

        At most ``limit`` pairs; first those that stand most in documents which also have the last
        two words of the context side by side, for their number there.
        """
        beginnings = [
            f"{context[-1]} {one}" for one in dict.fromkeys((partial, canonical_spelling(partial)))
        ]
        found = self.commonest(BIGRAMS, beginnings, FOLLOWING // 4)
        if len(context) > 1:
            around = self._snapshot.postings(BIGRAMS, f"{context[-2]} {context[-1]}").docs
            worth = {}
            for pair, count in found:
                docs = self._snapshot.postings(BIGRAMS, pair).docs
                both = len(np.intersect1d(around, docs, assume_unique=True))
                worth[pair] = both * both / count
            found = [one for one in found if worth[one[0]]]
            found.sort(key=lambda one: (-worth[one[0]], one[0]))
        pairs = (pair.partition(" ") for pair, _ in found[:limit])
        return [(left, right) for left, _, right in pairs]

    def titles(self, numbers: Iterable[int]) -> Iterator[str]:
        """Yield the titles of documents, normalised."""
        return (normalize(self._snapshot.title(number)) for number in numbers)

    def _sampled(self, left: str, right: str) -> Forms:
        """How a few documents with a folded pair mark it."""
        docs = self._snapshot.postings(BIGRAMS, f"{left} {right}").docs
        places = np.unique(np.linspace(0, len(docs) - 1, SAMPLED_PAGES).astype(np.int64))
        texts = [self._snapshot.text(int(docs[at])) for at in places] if len(docs) else []
        return forms_in(map(scanned, texts), [(left, right)])[left, right]


def scanned(text: str) -> Scanned:
    """Return the beginning of a text made ready for :func:`forms_in`."""
    return scan(text[:SAMPLED_CHARACTERS])


def forms_in(texts: Iterable[Scanned], pairs: Iterable[Pair]) -> dict[Pair, Counter[Pair]]:
    """Return how ``texts`` mark each of the folded ``pairs``; a text counts once for a way."""
    found: dict[Pair, Counter[Pair]] = {pair: Counter() for pair in pairs}
    for text in texts:
        for pair, forms in found.items():
            forms.update(set(_forms(text, pair)))
    return found


def _forms(text: Scanned, pair: Pair) -> list[Pair]:
    spans: list[tuple[int, int]] = []
    for left, right in product(spellings(pair[0]), spellings(pair[1])):
        wanted = f" {left} {right} "
        at = text.folded.find(wanted)
        while at >= 0:
            middle = at + 1 + len(left)
            spans += [(at + 1, middle), (middle + 1, middle + 1 + len(right))]
            at = text.folded.find(wanted, at + 1)
    words = text.exact(spans)
    return list(zip(words[::2], words[1::2], strict=True))
