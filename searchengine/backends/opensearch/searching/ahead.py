"""Words that whoever asks for frequencies of syllables asks for next, fetched along with them.

Planning counts a query's syllables and pairs at once, then asks the lexicon for words of
neighbours, one by one. Each would be a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


def markings(terms: Sequence[FieldTerm]) -> Iterator[FieldTerm]:
    """Yield the ways in which pairs of folded syllables, none typed with marks, may be marked."""
    if _marked(terms):
        return
    pairs = (pair for field, pair in terms if field == BIGRAMS)
    for one in dict.fromkeys(one for pair in pairs for one in pair.split(" ")):
        yield from (FieldTerm(SYLLABLES, way) for way in (one, *spellings_of(one)) if way)


def of_bare(
    counts: Mapping[FieldTerm, int], marked: Callable[[str], Sequence[tuple[str, int]]]
) -> Iterator[FieldTerm]:
    """Yield the words that pairs of syllables may mean some of which lost their marks.

    All have in a query without any, else those that documents seldom have so. ``marked`` says how
    documents mark a folded syllable, and how many do so.
    """
    by_letters = _by_letters(_marked(list(counts)))

    def lost(one: str) -> bool:
        bare, letters = (counts.get(FieldTerm(field, one), 0) for field in (SYLLABLES, FOLDED))
        return not by_letters or (one in by_letters.get(one, ()) and bare < SELDOM * letters)

    for (field, pair), together in counts.items():
        syllables = pair.split(" ")
        if field == BIGRAMS and together and any(map(lost, syllables)):
            least = LEAST * together
            yield from _words(
                [way for way, count in marked(one) if count >= least]
                if lost(one)
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
