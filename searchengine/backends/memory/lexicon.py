"""What the engine in memory knows of syllables, their markings and neighbours, and of titles.

Counts by looking at every document; for suggestions and completions of small indexes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from searchengine.backends.memory.documents import IndexedDocument
from searchengine.backends.protocol import PLAIN_SHARE, Lexicon
from searchengine.text.analysis import analyze_syllables
from searchengine.text.folding import fold
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.normalization import normalize
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS
from searchengine.text.variants import fold_syllable

T = TypeVar("T")

#: So many words come before whole titles.
COMPLETED_WORDS = 5


class MemoryLexicon:
    """What some documents hold of syllables, marked and folded, and of their bigrams."""

    def __init__(self, indexed: Sequence[IndexedDocument]) -> None:
        self._indexed = indexed
        self.documents = len(indexed)
        self.syllables = float(max(1, sum(len(one.terms[FOLDED]) for one in indexed)))

    def frequency(self, syllable: str, /) -> int:
        """Return how many documents hold a marked syllable."""
        return document_frequency(self._indexed, SYLLABLES, syllable)

    def folded_frequency(self, folded: str, /) -> int:
        """Return how many documents hold a folded syllable, however marked."""
        return document_frequency(self._indexed, FOLDED, folded)

    def compounds(self, word: str, /) -> int:
        """Return how many documents hold a word of several syllables."""
        return document_frequency(self._indexed, WORDS, word)

    def pair_frequency(self, left: str, right: str, /) -> int:
        """Return how many documents hold two folded syllables side by side."""
        return document_frequency(self._indexed, BIGRAMS, f"{left} {right}")

    def marked(self, folded: str, /) -> Sequence[tuple[str, int]]:
        """Return how documents mark a folded syllable and how many do so, commonest first."""
        counts = {way: self.frequency(way) for way in (folded, *spellings_of(folded))}
        return commonest({way: count for way, count in counts.items() if count})

    def markings(self, folded: str, /) -> int:
        """Return how many documents hold a folded syllable, once for each marking."""
        return sum(count for _, count in self.marked(folded))

    def answer(self, ask: Callable[[Lexicon], T], /) -> T:
        """Return what ``ask`` makes of what this lexicon knows."""
        return ask(self)

    def is_plain(self, folded: str, /) -> bool:
        """Return whether nearly all documents mark a folded syllable in the same way."""
        marked = self.marked(folded)
        return not marked or marked[0][1] >= PLAIN_SHARE * self.markings(folded)

    def sampled(self, left: str, right: str, /) -> Mapping[tuple[str, str], int]:
        """Return how documents with a folded bigram mark it, and how many do so."""
        return Counter(
            pair
            for one in self._indexed
            for pair in set(pairwise(one.terms[SYLLABLES]))
            if tuple(map(fold_syllable, pair)) == (left, right)
        )


def document_frequency(indexed: Sequence[IndexedDocument], field: str, term: str) -> int:
    """Return how many documents hold a term."""
    return sum(one.count(field, term) > 0 for one in indexed)


def vocabulary(indexed: Sequence[IndexedDocument], field: str) -> Counter[str]:
    """Return how many documents hold each term of a field."""
    return Counter(term for one in indexed for term in one.counts[field])


def commonest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return terms and their counts, the commonest first, then by the order of code points."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def complete(indexed: Sequence[IndexedDocument], prefix: str, limit: int) -> list[str]:
    """Return words, then titles, that begin with ``prefix``, whether or not it has diacritics."""
    typed = normalize(prefix).lower()
    if not analyze_syllables(typed)[0]:
        return []
    words = commonest(vocabulary(indexed, WORDS))
    titles = Counter(one.document.title for one in indexed)
    found = [word.replace("_", " ") for word, _ in words if _begins(word.replace("_", " "), typed)]
    found = found[:COMPLETED_WORDS] + [one for one, _ in commonest(titles) if _begins(one, typed)]
    return list(dict.fromkeys(found))[:limit]


def _begins(text: str, typed: str) -> bool:
    lower = normalize(text).lower()
    return (fold(lower) if typed == fold(typed) else lower).startswith(typed)
