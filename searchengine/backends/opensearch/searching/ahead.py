"""Words that whoever asks for frequencies of syllables asks for next, fetched along with them.

Planning counts a query's syllables and pairs at once, then asks the lexicon for words of
neighbours, one by one. Each would be a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import product

from searchengine.backends.values import FieldTerm
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS
from searchengine.text.variants import fold_syllable

#: Syllables of the words that follow each other in what is asked; those of two are its pairs.
SIZES = (3, 4)
#: A word that fewer than this share of the documents with its syllables side by side have is no
#: matter.
LEAST = 0.2
#: A syllable has lost its marks that a smaller share of the documents with its letters has bare.
SELDOM = 0.1


def of_marked(terms: Sequence[FieldTerm]) -> Iterator[FieldTerm]:
    """Yield the words that the marked syllables make which are asked for."""
    marked = _marked(terms)
    by_letters = _by_letters(marked)
    for field, pair in terms:
        if field == BIGRAMS:
            yield from _words(by_letters.get(one, ()) for one in pair.split(" "))
    for size in SIZES:
        for at in range(len(marked) - size + 1):
            yield FieldTerm(WORDS, "_".join(marked[at : at + size]))


def markings(syllables: Iterable[str]) -> Iterator[FieldTerm]:
    """Yield the ways in which folded syllables may be marked."""
    for one in dict.fromkeys(syllables):
        yield from (FieldTerm(SYLLABLES, way) for way in (one, *spellings_of(one)) if way)


def bare(terms: Sequence[FieldTerm]) -> Iterator[str]:
    """Yield the folded syllables of pairs, where none is typed with marks."""
    if not _marked(terms):
        yield from (one for field, pair in terms if field == BIGRAMS for one in pair.split(" "))


def stripped(counts: Mapping[FieldTerm, int]) -> Iterator[str]:
    """Yield the folded syllables, of pairs that documents have, which have lost their marks.

    All have in a query without any, else those that documents seldom have so.
    """
    by_letters = _by_letters(_marked(list(counts)))
    for (field, pair), together in counts.items():
        for one in pair.split(" ") if field == BIGRAMS and together else ():
            bare, letters = (counts.get(FieldTerm(each, one), 0) for each in (SYLLABLES, FOLDED))
            if not by_letters or (one in by_letters.get(one, ()) and bare < SELDOM * letters):
                yield one


def of_stripped(
    counts: Mapping[FieldTerm, int],
    lost: Set[str],
    marked: Callable[[str], Sequence[tuple[str, int]]],
) -> Iterator[FieldTerm]:
    """Yield the words that pairs with syllables may mean which have ``lost`` their marks.

    ``marked`` says how documents mark a folded syllable, and how many do so.
    """
    by_letters = _by_letters(_marked(list(counts)))
    for (field, pair), together in counts.items():
        syllables = pair.split(" ")
        if field == BIGRAMS and together and any(one in lost for one in syllables):
            least = LEAST * together
            yield from _words(
                [way for way, count in marked(one) if count >= least]
                if one in lost
                else by_letters.get(one, ())
                for one in syllables
            )


def _marked(terms: Sequence[FieldTerm]) -> list[str]:
    """The syllables that are asked for as they are marked."""
    found = (term for field, term in terms if field == SYLLABLES and " " not in term)
    return list(dict.fromkeys(found))


def _by_letters(marked: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in marked:
        found.setdefault(fold_syllable(one), []).append(one)
    return found


def _words(ways: Iterable[Sequence[str]]) -> Iterator[FieldTerm]:
    """Two syllables as one word, in all their ways."""
    return (FieldTerm(WORDS, "_".join(word)) for word in product(*ways))
