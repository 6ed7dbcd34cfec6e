"""What counts as nearly the same text, for every engine: shingles, and how many must be shared.

A text is the set of its runs of three folded syllables (shingles); two texts are duplicates where
these sets overlap enough (Jaccard). Finding the duplicates of a ranking is each engine's business.
"""

from __future__ import annotations

from collections.abc import Set

from searchengine.text.scan import scan

Shingles = Set[tuple[str, ...]]

#: Only so many documents of a ranking, the best, are looked at; those behind stay single.
FOLD_DOCUMENTS = 1000
#: Texts that share this much of all their shingles are the same page. Of pairs among 100,000 news
#: articles, 32 of 32 read from 0.8 up told the same in the same sentences; from 0.6 to 0.8, 4 of
#: 14 were another day's report of the same matter. (A tenth as many pairs lie there as above.)
SIMILARITY = 0.8
#: Syllables in a shingle.
SHINGLE = 3
#: Of a longer text only the beginning is compared.
MAX_CHARACTERS = 50_000


def folded_syllables(text: str) -> list[str]:
    """Return the syllables that are compared of a text."""
    return scan(text[:MAX_CHARACTERS]).folded.split()


def shingles(text: str) -> Shingles:
    """Return the shingles of a text; one of fewer than three syllables is one, or none."""
    syllables = folded_syllables(text)
    width = min(SHINGLE, len(syllables))
    if not width:
        return frozenset()
    return frozenset(tuple(syllables[at : at + width]) for at in range(len(syllables) - width + 1))


def similarity(left: Shingles, right: Shingles) -> float:
    """Return the Jaccard similarity of two sets of shingles, 0 to 1; 0 where both are empty."""
    return len(left & right) / max(len(left | right), 1)
