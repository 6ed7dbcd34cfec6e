"""Joined words: vietnam and việt nam, đạihội and đại hội, each found in the other.

Says where a word may be several syllables without the spaces, and where two syllables may be
written as one word. Whether they are the same word only an index can tell (``query.plan``):
`media` is no `mẻ đĩa`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from searchengine.text.lexicon.forms import Expansion, Syllables
from searchengine.text.lexicon.spelling import is_bare_syllable, is_syllable
from searchengine.text.lexicon.word_cache import word_cached
from searchengine.text.variants import fold_syllable

#: A joined word has so many syllables and letters at most (longer ones are addresses), and its
#: syllables so many letters: of single ones anything can be made (xiii, online).
MAX_SYLLABLES, MAX_LETTERS, MIN_LETTERS = 6, 30, 4
_LETTERS_OF_SYLLABLE = range(2, 8)
#: Only the syllables of a query of so many are joined: a longer one says enough as it is, and
#: each pair would cost two look-ups.
MAX_JOINED = 12
#: So many ways to take a word apart are considered.
MAX_SPLITS = 8


def joined_spellings(syllables: Sequence[str], words: Sequence[str]) -> list[Expansion]:
    """Return what each word may be taken apart to, and what syllables may be joined to.

    Those of one of the segmenter's ``words``, or, without any diacritics, for which it does not
    know the words, any two.
    """
    found = [
        Expansion(at, at + 1, "spelling", parts)
        for at, word in enumerate(syllables)
        for parts in split(word)
    ]
    if len(syllables) > MAX_JOINED:
        return found
    compounds = {tuple(word.split("_")) for word in words if "_" in word}
    if all(map(str.isascii, syllables)):
        compounds.update(pairwise(syllables))
    sizes = sorted(set(map(len, compounds)))
    for at in range(len(syllables)):
        for size in sizes:
            run = tuple(syllables[at : at + size])
            if run in compounds and all(map(may_be_syllable, run)):
                joined = fold_syllable("".join(run))
                if len(joined) >= MIN_LETTERS and not may_be_syllable(joined):
                    found.append(Expansion(at, at + size, "spelling", (joined,)))
    return found


@word_cached
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


def may_be_syllable(word: str) -> bool:
    """Return whether a lower-case word is a syllable, as it stands or with its marks left out."""
    return is_bare_syllable(word) or is_syllable(word)
