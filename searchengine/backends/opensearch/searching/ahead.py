"""Words that whoever asks for frequencies of syllables asks for next, fetched along with them.

Planning counts a query's syllables and pairs at once, then asks the lexicon for words of
neighbours, one by one. Each would be a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from searchengine.backends.values import FieldTerm
from searchengine.text.streams import BIGRAMS, SYLLABLES, WORDS
from searchengine.text.variants import fold_syllable

#: Syllables of the words that follow each other in what is asked; those of two are its pairs.
SIZES = (3, 4)
#: A word that fewer than this share of the documents with its syllables side by side have is no
#: matter.
LEAST = 0.2


def of_marked(terms: Sequence[FieldTerm]) -> Iterator[FieldTerm]:
    """Yield the words that the marked syllables make which are asked for."""
    marked = [term for field, term in terms if field == SYLLABLES and " " not in term]
    by_letters: dict[str, list[str]] = {}
    for one in dict.fromkeys(marked):
        by_letters.setdefault(fold_syllable(one), []).append(one)
    for field, pair in terms:
        if field == BIGRAMS:
            for word in product(*(by_letters.get(one, ()) for one in pair.split(" "))):
                yield FieldTerm(WORDS, "_".join(word))
    for size in SIZES:
        for at in range(len(marked) - size + 1):
            yield FieldTerm(WORDS, "_".join(marked[at : at + size]))


def of_bare(
    counts: Mapping[FieldTerm, int], marked: Callable[[str], Sequence[tuple[str, int]]]
) -> Iterator[FieldTerm]:
    """Yield the words that pairs of folded syllables may mean, none of them typed with marks.

    ``marked`` says how documents mark a folded syllable, and how many do so.
    """
    if any(field == SYLLABLES for field, _ in counts):
        return
    for (field, pair), together in counts.items():
        if field == BIGRAMS and together:
            ways = (
                [way for way, count in marked(one) if count >= LEAST * together]
                for one in pair.split(" ")
            )
            yield from (FieldTerm(WORDS, "_".join(word)) for word in product(*ways))
