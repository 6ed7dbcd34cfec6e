"""Words that whoever asks for frequencies of syllables asks for next, fetched along with them.

Planning counts a query's syllables and pairs at once, then asks the lexicon which neighbours are
one word. That would be another request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

from searchengine.backends.values import FieldTerm
from searchengine.text.streams import BIGRAMS, SYLLABLES, WORDS
from searchengine.text.variants import fold_syllable

#: Syllables of the words that follow each other in what is asked; those of two are its pairs.
SIZES = (3, 4)
#: Of syllables without marks so many ways to mark each, the commonest.
WAYS = 4


def words(
    terms: Sequence[FieldTerm], marked: Callable[[str], Sequence[tuple[str, int]]]
) -> Iterator[FieldTerm]:
    """Yield the words that syllables make which are asked for.

    ``marked`` says how documents mark a folded syllable, commonest first.
    """
    typed = list(dict.fromkeys(term for field, term in terms if field == SYLLABLES))
    typed = [term for term in typed if " " not in term]
    by_letters: dict[str, list[str]] = {}
    for one in typed:
        by_letters.setdefault(fold_syllable(one), []).append(one)
    for field, pair in terms:
        if field == BIGRAMS:
            ways = [
                by_letters.get(one, ()) if typed else [way for way, _ in marked(one)[:WAYS]]
                for one in pair.split(" ")
            ]
            yield from (FieldTerm(WORDS, "_".join(word)) for word in product(*ways))
    for size in SIZES:
        for at in range(len(typed) - size + 1):
            yield FieldTerm(WORDS, "_".join(typed[at : at + size]))
