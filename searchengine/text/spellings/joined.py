"""Joined words: vietnam and việt nam, đạihội and đại hội, each found in the other.

Says where a word may be several syllables without the spaces, and where two syllables may be
written as one word. Whether they are the same word only an index can tell (``query.plan``):
`media` is no `mẻ đĩa`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from searchengine.text.folding import fold
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.lexicon.forms import Expansion, Syllables
from searchengine.text.lexicon.spelling import is_syllable
from searchengine.text.variants import fold_syllable

#: A joined word has so many syllables and letters at most (longer ones are addresses), and its
#: syllables so many letters: of single ones anything can be made (xiii, online).
MAX_SYLLABLES, MAX_LETTERS, MIN_LETTERS = 6, 30, 4
_LETTERS_OF_SYLLABLE = range(2, 8)
#: So many ways to take a word apart are considered.
MAX_SPLITS = 8


def joined_spellings(syllables: Sequence[str]) -> list[Expansion]:
    """Return what each word may be taken apart to, and each two syllables joined to."""
    found = [
        Expansion(at, at + 1, "spelling", parts)
        for at, word in enumerate(syllables)
        for parts in split(word)
    ]
    known = [may_be_syllable(word) for word in syllables]
    for at in range(len(syllables) - 1):
        if known[at] and known[at + 1]:
            joined = fold_syllable(syllables[at] + syllables[at + 1])
            if len(joined) >= MIN_LETTERS and not may_be_syllable(joined):
                found.append(Expansion(at, at + 2, "spelling", (joined,)))
    return found


@lru_cache(maxsize=16384)
def split(word: str) -> tuple[Syllables, ...]:
    """Return the ways to read a lower-case word as syllables without their spaces.

    Those of the fewest syllables; none for a syllable, and for what no syllables make.
    """
    if not (MIN_LETTERS <= len(word) <= MAX_LETTERS and word.isalpha()) or may_be_syllable(word):
        return ()
    #: The ways to read the beginnings of the word, by where they end.
    ways: dict[int, list[Syllables]] = {0: [()]}
    for _ in range(MAX_SYLLABLES):
        longer: dict[int, list[Syllables]] = {}
        for start, before in ways.items():
            for size in _LETTERS_OF_SYLLABLE:
                part = word[start : start + size]
                if len(part) == size and may_be_syllable(part):
                    several = longer.setdefault(start + size, [])
                    several += [(*way, part) for way in before[:MAX_SPLITS]]
        if len(word) in longer:
            return tuple(longer[len(word)][:MAX_SPLITS])
        ways = longer
    return ()


@lru_cache(maxsize=65536)
def may_be_syllable(word: str) -> bool:
    """Return whether a lower-case word is a syllable, as it stands or with its marks left out."""
    if is_syllable(word):
        return True
    return word.isascii() and fold(word) == word and bool(spellings_of(word))
