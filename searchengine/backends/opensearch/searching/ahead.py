"""Terms that are asked for next by whoever expects some, fetched along with them.

Each would be another request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

from searchengine.backends.opensearch.searching.queries import words_of_phrases
from searchengine.backends.values import FieldTerm
from searchengine.text.streams import BIGRAMS, SYLLABLES, WORDS

#: Of syllables without marks so many ways to mark each, the commonest.
WAYS = 4


def terms_beside(
    terms: Sequence[FieldTerm], marked: Callable[[str], Sequence[tuple[str, int]]]
) -> Iterator[FieldTerm]:
    """Yield the syllables of phrases among ``terms``, and the words that bare pairs may mean.

    ``marked`` says how documents mark a folded syllable, commonest first.
    """
    yield from words_of_phrases(terms)
    if any(field == SYLLABLES for field, _ in terms):
        return
    for field, pair in terms:
        if field == BIGRAMS:
            ways = ([way for way, _ in marked(one)[:WAYS]] for one in pair.split(" "))
            yield from (FieldTerm(WORDS, "_".join(word)) for word in product(*ways))
