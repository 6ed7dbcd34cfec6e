"""What counts as nearly the same text, for every engine: shingles, and how many must be shared.

A text is the set of its runs of three folded syllables (shingles). Two texts are duplicates where
these sets overlap enough (Jaccard), or where nearly all of one stands in another that is not much
longer; and parts of one whole, whatever they say. Finding the duplicates of a ranking is each
engine's business.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from searchengine.document import Document
from searchengine.text.analysis import analyze_syllables

Shingles = Set[tuple[str, ...]]

#: Only so many documents of a ranking, the best, are looked at; those behind stay single.
FOLD_DOCUMENTS = 1000
#: Where a ranking ends within so many documents behind the slice, all of it is looked at.
LOOK_AHEAD = 10
#: Texts that share this much of all their shingles are the same page. Of pairs among 100,000 news
#: articles, 32 of 32 read from 0.8 up told the same in the same sentences; from 0.6 to 0.8, 4 of
#: 14 were another day's report of the same matter. (A tenth as many pairs lie there as above.)
SIMILARITY = 0.8
#: So are two of which one has this much of the other's, a shortened text,
CONTAINED = 0.95
#: and has at most so many times its shingles.
LONGER = 3
#: Syllables in a shingle.
SHINGLE = 3
#: Of a longer text only the beginning is compared.
MAX_SYLLABLES = 10_000
#: A text of fewer syllables ("Xem tệp đính kèm") says too little: its title is compared with it.
SHORT_TEXT = 50
#: With fewer even so, a document is like no other: two weeks' timetables may have one title.
LEAST_SYLLABLES = 20


def shingles(document: Document) -> Shingles:
    """Return the shingles of a document; none of one that says too little."""
    return shingles_of(_folded(document.title), _folded(document.text))


def shingles_of(title: Sequence[str], text: Sequence[str]) -> Shingles:
    """Return the shingles of a document whose title and text are these folded syllables."""
    syllables = text if len(text) >= SHORT_TEXT else [*title, *text]
    if len(syllables) < LEAST_SYLLABLES:
        return frozenset()
    syllables = syllables[:MAX_SYLLABLES]
    return frozenset(zip(*(syllables[at:] for at in range(SHINGLE)), strict=False))


def similarity(shared: int, one: int, other: int) -> float:
    """Return the similarity, 0 to 1, of sets of ``one`` and ``other`` shingles, some ``shared``.

    That of Jaccard; 0 for texts that are no duplicates.
    """
    if not shared:
        return 0.0
    less, more = sorted((one, other))
    jaccard = shared / (one + other - shared)
    contained = shared >= CONTAINED * less and more <= LONGER * less
    return jaccard if jaccard >= SIMILARITY or contained else 0.0


def _folded(text: str) -> list[str]:
    return analyze_syllables(text)[1]
