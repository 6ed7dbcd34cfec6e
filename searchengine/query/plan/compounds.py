"""Which neighbours in a text of a query are one word: compounds, names, numbers with their noun.

The index says it, by how often pages have them side by side and as one word, helped by the
segmenter where the query has diacritics, and by capitals. Of bare words it also says how a
compound is marked. What follows for who matches is the business of :mod:`ideas`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from searchengine.backends.protocol import Lexicon
from searchengine.backends.values import FieldTerm
from searchengine.query.plan.query_analysis import AnalyzedText
from searchengine.text.lexicon.function_words import importance
from searchengine.text.normalization import normalize
from searchengine.text.segmentation.pyvi_model import load_model
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES
from searchengine.text.syllables import syllables
from searchengine.text.variants import fold_syllable

#: Two neighbours are a compound if the documents that have them side by side are so large a share
#: of those that have either (the geometric mean); so much less is enough of listed ones.
COMPOUND_SHARE = 0.15
LISTED_SHARE = 0.14
#: Two neighbours with capitals are a name, however common each is by itself.
NAME_SHARE = 0.15
#: A number belongs with the word before it, if so large a share has them side by side: số 2, not a
#: chance neighbour.
NUMBER_SHARE = 0.01
#: Neighbours that would stand alone are one word if so large a share of the documents with their
#: letters side by side have it; bare ones surely mean that where the share is so large: of those of
#: 3,000 bare titles and 2,700 bare questions 98 % do.
JOINED_SHARE, SURE_SHARE = 0.4, 0.6
#: Names of so many syllables are one word if so large a share of the documents with either end has
#: all of it.
NAME_SIZES, NAMED_SHARE = (3, 4), 0.2

Counts = Mapping[FieldTerm, int]
Span = tuple[int, int]


def frequencies_needed(text: AnalyzedText, has_diacritics: bool) -> Iterator[FieldTerm]:
    """Yield the terms whose frequencies a :class:`Reading` of ``text`` asks for."""
    yield from (FieldTerm(FOLDED, one) for one in text.folded)
    yield from (FieldTerm(BIGRAMS, one) for one in text.analysis.bigrams)
    if has_diacritics:
        yield from (FieldTerm(SYLLABLES, one) for one in text.syllables)


def words_expected(text: AnalyzedText, has_diacritics: bool) -> Iterator[str]:
    """Yield the words that a :class:`Reading` of ``text`` may ask the lexicon for, as typed."""
    for size in (2, *NAME_SIZES) if has_diacritics else ():
        for at in range(len(text.syllables) - size + 1):
            yield "_".join(text.syllables[at : at + size])


def capitals_of(text: str) -> list[bool]:
    """Return which syllables begin with a capital; nothing for a text all in capitals."""
    if text.isupper():
        return []
    return [token.text[0].isupper() for token in syllables(normalize(text))]


@dataclass(frozen=True)
class Reading:
    """A text of a query, and what an index has of it.

    ``capitals`` says which of its syllables begin with one, ``has_diacritics`` how the query was
    typed, ``stripped`` which syllables lost theirs. The ``lexicon`` is asked for only where
    neighbours may be one word in spite of what ``counts`` say.
    """

    text: AnalyzedText
    capitals: Sequence[bool]
    has_diacritics: bool
    counts: Counts
    stripped: Collection[str]
    lexicon: Callable[[], Lexicon]

    def words(self, whole: Sequence[Span]) -> list[Span]:
        """Return the words one after the other: spans that stay ``whole``, compounds, syllables.

        Of spans that overlap the first of ``whole`` stays.
        """
        apart: list[Span] = []
        for start, end in whole:
            if all(end <= other[0] or other[1] <= start for other in apart):
                apart.append((start, end))
        found: list[Span] = []
        at = 0
        for start, end in sorted(apart):
            found += [*self.compounds(at, start), (start, end)]
            at = end
        return found + self.compounds(at, len(self.text.folded))

    def compounds(self, start: int, end: int) -> list[Span]:
        """Return the words of a stretch, so that they hold together best."""
        # The best of all ways up to each place: its score and the length of the last word.
        best: list[tuple[float, int]] = [(0.0, 0)]
        for at in range(start + 1, end + 1):
            ways = [(best[-1][0], 1)]
            if at - start >= 2:
                ways.append((best[-2][0] + self._cohesion(at - 2), 2))
            ways += [
                (best[-size][0] + size, size)
                for size in NAME_SIZES
                if size <= at - start and self._is_name(at - size, at)
            ]
            best.append(max(ways, key=lambda way: way[0]))
        spans: list[Span] = []
        at = end
        while at > start:
            size = best[at - start][1]
            spans.append((at - size, at))
            at -= size
        return self._with_joined(spans[::-1])

    def _with_joined(self, spans: Iterable[Span]) -> list[Span]:
        """Words with single syllables side by side as one where pages have them so."""
        found: list[Span] = []
        for start, end in spans:
            alone = end - start == 1 and found and found[-1][1] - found[-1][0] == 1
            if alone and self._word(start - 1)[1] >= JOINED_SHARE:
                start, _ = found.pop()
            found.append((start, end))
        return found

    def has_exact(self, at: int) -> bool:
        """Return whether the diacritics of a syllable count, and some document has it so."""
        marked = FieldTerm(SYLLABLES, self.text.syllables[at])
        return self._is_exact(at) and self.counts[marked] > 0

    def counted(self, at: int) -> FieldTerm:
        """Return the term that says how rare a syllable is."""
        if self.has_exact(at):
            return FieldTerm(SYLLABLES, self.text.syllables[at])
        return FieldTerm(FOLDED, self.text.folded[at])

    def pair(self, at: int) -> FieldTerm:
        """Return the term of a syllable and the next."""
        return FieldTerm(BIGRAMS, self.text.analysis.bigrams[at])

    def meant(self, at: int) -> tuple[str, ...]:
        """Return how a syllable and the next are marked if they surely mean one word, or ()."""
        word, share = self._word(at)
        return word if share >= SURE_SHARE else ()

    def _word(self, at: int) -> tuple[tuple[str, ...], float]:
        """The word that a syllable and the next are in most documents that have them side by side,
        as it is marked, and what share of them have it."""
        if at not in self._found_words:
            self._found_words[at] = self._look_up(at)
        return self._found_words[at]

    @cached_property
    def _found_words(self) -> dict[int, tuple[tuple[str, ...], float]]:
        return {}

    def _look_up(self, at: int) -> tuple[tuple[str, ...], float]:
        typed = tuple(self.text.syllables[at : at + 2])
        together = self.counts[self.pair(at)]
        if not together or not all(map(str.isalpha, typed)):
            return (), 0.0
        exact = [self._is_exact(one) for one in (at, at + 1)]
        if all(exact):
            return typed, self.lexicon().compounds("_".join(typed)) / together
        lexicon = self.lexicon()
        # No word stands in more documents than any of its syllables.
        least = JOINED_SHARE * together
        ways = (
            [one]
            if known
            else [way for way, count in lexicon.marked(fold_syllable(one)) if count >= least]
            for one, known in zip(typed, exact, strict=True)
        )
        held = {word: lexicon.compounds("_".join(word)) for word in product(*ways)}
        best = max(held, key=held.__getitem__, default=())
        return best, held.get(best, 0) / together

    def _is_exact(self, at: int) -> bool:
        return self.has_diacritics and self.text.syllables[at] not in self.stripped

    def _cohesion(self, at: int) -> float:
        """By how much two neighbours are a compound; less than 0 where they are none."""
        pair = self.counts[self.pair(at)]
        if not pair:
            return -1.0
        each = [self.counts[self.counted(one)] for one in (at, at + 1)]
        share = pair / math.sqrt(max(math.prod(each), 1))
        # A number says little alone.
        if self.text.folded[at + 1].isdigit() and share >= NUMBER_SHARE:
            return 1.0
        if self._listed[at]:
            share += LISTED_SHARE
        if self._names[at]:
            share += NAME_SHARE
        return share - COMPOUND_SHARE

    def _is_name(self, start: int, end: int) -> bool:
        """Whether three or more neighbours are a name, as pages have them.

        A long word that is made of listed ones is as well said by each.
        """
        if not (self.has_diacritics and all(self._telling[start:end])):
            return False
        pairs = [self.counts[self.pair(at)] for at in range(start, end - 1)]
        least = NAMED_SHARE * min(pairs[0], pairs[-1])
        # No name stands in more documents than any pair of its syllables.
        if not least or min(pairs) < least:
            return False
        typed = self.text.syllables[start:end]
        capitals = all(self._names[start : end - 1])
        listed = (" ".join(pair) in load_model().compounds for pair in pairwise(typed))
        if not capitals and any(listed):
            return False
        if self.lexicon().compounds("_".join(typed)) >= least:
            return True
        # The segmenter cuts the longer ones.
        return capitals and len(typed) > 3 and self.lexicon().frequency(" ".join(typed)) >= least

    @cached_property
    def _telling(self) -> Sequence[bool]:
        """Whether each syllable may be of a name: no function word, its diacritics as they are."""
        weights = importance(self.text.syllables, folded=False)
        return [weight >= 1 and self._is_exact(at) for at, weight in enumerate(weights)]

    @cached_property
    def _names(self) -> Sequence[bool]:
        """Whether each syllable and the next have capitals."""
        pairs = [one and other for one, other in pairwise(self.capitals)]
        count = len(self.text.analysis.bigrams)
        return pairs if len(pairs) == count else [False] * count

    @cached_property
    def _listed(self) -> Sequence[bool]:
        """Whether each syllable and the next are a compound that the segmenter knows of, or, with
        diacritics, joins."""
        pairs = self.text.analysis.bigrams
        compounds = load_model().compounds
        if not self.has_diacritics:
            return [pair in compounds.folded_pairs for pair in pairs]
        listed = [" ".join(pair) in compounds for pair in pairwise(self.text.syllables)]
        joined: list[bool] = []
        for word in self.text.analysis.words:
            joined += [True] * word.count("_") + [False]
        if len(joined) != len(pairs) + 1:
            return listed
        return [one or other for one, other in zip(listed, joined, strict=False)]
