"""What a query asks for besides ranking: its ideas, of which a matching document has enough.

An idea is a word of the query that says something: a compound as its two syllables side by side, an
abbreviation or what it stands for, a single syllable. Question words, function words and the words
of a date ask for nothing. Which two syllables are a compound the index says, helped by the
segmenter where the query has diacritics.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from searchengine.backends.bm25 import idf
from searchengine.backends.fields import NAME_FOLDED
from searchengine.backends.values import (
    AllOf,
    AnyOf,
    Coverage,
    FieldTerm,
    Idea,
    Nearness,
    Query,
    Ranking,
    TermQuery,
)
from searchengine.query.language.tree import Bool, Node, Words
from searchengine.query.plan.matching import of_day, other_form
from searchengine.query.plan.query_analysis import AnalyzedQuery, AnalyzedText
from searchengine.text.analysis import bigrams_of
from searchengine.text.lexicon.forms import Expansion
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
#: Of a question with more ideas than that, the documents with the best scores match whatever they
#: have: texts that answer it seldom say most of it. With all ideas asked for of every question,
#: nDCG@10 over nine sets is 1.2 lower, with 3 ideas or fewer it is the same. As many as nearness
#: looks at and a page needs.
FEW_IDEAS, BEST = 3, 32
#: Nearness: nDCG@10 over nine sets (a third of the queries) 75.98 without, 76.40 to 76.51 with
#: windows of 24 syllables and boosts of 0.5 to 1, 76.2 to 76.4 with 12 or 40; the first 30
#: documents are as good as the first 100. A title boost of 0.3 adds nothing there, and a point or
#: more of nDCG@5 for short queries over news; it also was behind five of fourteen losses in a blind
#: comparison, so it is a little less.
WINDOW, BOOST, TITLE_BOOST, DEPTH = 24, 0.7, 0.2, 30
#: What is asked for of the weights of all ideas, until ten pages have so much; the last is a little
#: more than half, so that one of two is not enough.
SHARES = (1.0, 0.75, 0.6, 0.51)
#: The heaviest idea weighs at most so much of all others together.
HEAVIEST = 0.8
#: So many ideas at most, the ones that tell most; and so many that stand near each other.
MAX_IDEAS, NEAR_IDEAS = 16, 12

NO_PAGE_NOTE = "no page has these words, which were left aside: "
FEW_PAGES_NOTE = "few pages have all of the words: those that have most of them count as well"

Counts = Mapping[FieldTerm, int]
Span = tuple[int, int]


def frequencies_needed(query: AnalyzedQuery) -> Iterator[FieldTerm]:
    """Yield the terms whose frequencies :func:`asked_of` asks for."""
    for words in _bare_words(query.root):
        text = query.texts[words.text]
        yield from (FieldTerm(FOLDED, one) for one in text.folded)
        yield from (FieldTerm(BIGRAMS, one) for one in text.analysis.bigrams)
        if query.has_diacritics:
            yield from (FieldTerm(SYLLABLES, one) for one in text.syllables)


class Asked(NamedTuple):
    """What is asked for besides ranking, and what it counts that it stands near each other."""

    coverage: Coverage
    nearness: Nearness


def asked_of(
    query: AnalyzedQuery, counts: Counts, documents: int, stripped: Collection[str]
) -> Asked | None:
    """Return what is asked for by the bare words of ``query``; None where it has none.

    ``counts`` says how many of the ``documents`` hold each of the :func:`frequencies_needed`, and
    each folded syllable in the name of their file; ``stripped`` which syllables lost their
    diacritics. Words that must be there, in a query with signs, leave the others to ranking alone.
    """
    found: dict[Query, Idea] = {}
    dates: list[Idea] = []
    for words in _bare_words(query.root):
        text = query.texts[words.text]
        names = _capitals(words.text)
        reading = _Reading(text, names, query.has_diacritics, counts, documents, stripped)
        for idea in reading.ideas():
            found.setdefault(idea.query, idea)
        dates += reading.dates()
    ideas = _balanced(sorted(found.values(), key=lambda idea: -idea.weight)[:MAX_IDEAS])
    if not ideas:
        return None
    field, near = SYLLABLES, [*ideas[:NEAR_IDEAS], *dates]
    if stripped or not query.has_diacritics:
        field, near = FOLDED, list(map(_folded, near))
    return Asked(
        Coverage(ideas, SHARES, best=BEST if len(ideas) > FEW_IDEAS else 0),
        Nearness(field, tuple(near), WINDOW, BOOST, TITLE_BOOST, DEPTH),
    )


def _folded(idea: Idea) -> Idea:
    """An idea with its forms without diacritics."""
    return replace(idea, forms=tuple(tuple(map(fold_syllable, form)) for form in idea.forms))


def _balanced(ideas: Sequence[Idea]) -> tuple[Idea, ...]:
    """The ideas, heaviest first, so that none is enough by itself and all others of three are."""
    if len(ideas) < 2:
        return tuple(ideas)
    most = sum(idea.weight for idea in ideas[1:]) * (1.0 if len(ideas) == 2 else HEAVIEST)
    return (replace(ideas[0], weight=min(ideas[0].weight, most)), *ideas[1:])


def relaxed_notes(coverage: Coverage | None, ranking: Ranking) -> tuple[str, ...]:
    """Return what to say of ideas that full matches need not have."""
    if coverage is None:
        return ()
    notes = []
    if ranking.absent and len(ranking.absent) < len(coverage.ideas):
        words = (" ".join(coverage.ideas[place].forms[0]) for place in ranking.absent)
        notes.append(NO_PAGE_NOTE + ", ".join(words))
    if ranking.share < 1.0:
        notes.append(FEW_PAGES_NOTE)
    return tuple(notes)


def _capitals(text: str) -> list[bool]:
    if text.isupper():
        return []
    return [token.text[0].isupper() for token in syllables(normalize(text))]


def _bare_words(root: Node) -> tuple[Words, ...]:
    """The words of a query that need not be there."""
    if isinstance(root, Words):
        return () if root.every else (root,)
    if not isinstance(root, Bool) or any(isinstance(one, Words) for one in root.must):
        return ()
    words = tuple(one for one in root.should if isinstance(one, Words))
    return words if len(words) == len(root.should) else ()


@dataclass(frozen=True)
class _Reading:
    """A text of a query, and what an index has of it."""

    text: AnalyzedText
    #: Which of its syllables begin with a capital, of a text that is not all in capitals.
    capitals: Sequence[bool]
    has_diacritics: bool
    counts: Counts
    documents: int
    stripped: Collection[str]

    def ideas(self) -> Iterator[Idea]:
        """Yield the ideas of the text, each as often as it is there."""
        weights = importance(self._typed, folded=not self.has_diacritics)
        others: dict[Span, list[Expansion]] = {}
        for one in self.text.expansions:
            others.setdefault((one.start, one.end), []).append(one)
        words = self._words([*self.text.dates, *others])
        undated = [span for span in words if span not in self.text.dates]
        telling = [span for span in undated if max(weights[slice(*span)]) >= 1.0]
        # Where nothing else is asked for, the figures of dates are, or function words.
        dates = () if telling else tuple(self.dates())
        yield from dates
        for span in telling or (() if dates else words):
            parts = self._compounds(*span)
            forms = [_all_of([self._having(*one) for one in parts])]
            forms += map(self._having_form, others.get(span, ()))
            forms += self._named(*span)
            said = [self._typed[slice(*span)], *(one.syllables for one in others.get(span, ()))]
            rarity = max(self._rarity(*one) for one in parts)
            yield Idea(_any_of(forms), rarity, tuple(map(tuple, said)))

    def dates(self) -> Iterator[Idea]:
        """Yield the figures of the dates of the text, which no document must have."""
        for start, end in self.text.dates:
            figures = [at for at in range(start, end) if self.text.folded[at].isdigit()]
            if figures:
                query = _all_of([self._having(at, at + 1) for at in figures])
                if self.text.day is not None:
                    query = AnyOf((query, of_day(self.text.day)))
                rarity = max(self._rarity(at, at + 1) for at in figures)
                yield Idea(query, rarity, (tuple(self.text.folded[at] for at in figures),))

    @property
    def _typed(self) -> Sequence[str]:
        return self.text.syllables if self.has_diacritics else self.text.folded

    def _words(self, whole: Sequence[Span]) -> list[Span]:
        """The words one after the other: spans that stay ``whole``, compounds, syllables.

        Of spans that overlap the first of ``whole`` stays.
        """
        apart: list[Span] = []
        for start, end in whole:
            if all(end <= other[0] or other[1] <= start for other in apart):
                apart.append((start, end))
        found: list[Span] = []
        at = 0
        for start, end in sorted(apart):
            found += [*self._compounds(at, start), (start, end)]
            at = end
        return found + self._compounds(at, len(self.text.folded))

    def _compounds(self, start: int, end: int) -> list[Span]:
        """The compounds and single syllables of a stretch, so that they hold together best."""
        # The best of all ways up to each place: its score and the last word.
        best: list[tuple[float, int]] = [(0.0, 0)]
        for at in range(start, end):
            alone = (best[-1][0], 1)
            joined = (-1.0, 2)
            if at > start:
                joined = (best[-2][0] + self._cohesion(at - 1), 2)
            best.append(joined if joined[0] > alone[0] else alone)
        spans: list[Span] = []
        at = end
        while at > start:
            size = best[at - start][1]
            spans.append((at - size, at))
            at -= size
        return spans[::-1]

    def _cohesion(self, at: int) -> float:
        """By how much two neighbours are a compound; less than 0 where they are none."""
        pair = self.counts[FieldTerm(BIGRAMS, self.text.analysis.bigrams[at])]
        if not pair:
            return -1.0
        each = [self.counts[self._counted(one, one + 1)] for one in (at, at + 1)]
        share = pair / math.sqrt(max(math.prod(each), 1))
        # A number says little alone.
        if self.text.folded[at + 1].isdigit() and share >= NUMBER_SHARE:
            return 1.0
        if self._listed[at]:
            share += LISTED_SHARE
        if self._names[at]:
            share += NAME_SHARE
        return share - COMPOUND_SHARE

    def _rarity(self, start: int, end: int) -> float:
        """The idf of a compound or a syllable."""
        return idf(self.documents, self.counts[self._counted(start, end)])

    def _counted(self, start: int, end: int) -> FieldTerm:
        if end - start == 2:
            return FieldTerm(BIGRAMS, self.text.analysis.bigrams[start])
        marked = FieldTerm(SYLLABLES, self.text.syllables[start])
        if self._is_exact(start) and self.counts[marked]:
            return marked
        return FieldTerm(FOLDED, self.text.folded[start])

    def _is_exact(self, at: int) -> bool:
        """Whether the diacritics of a syllable count."""
        return self.has_diacritics and self.text.syllables[at] not in self.stripped

    def _having(self, start: int, end: int) -> Query:
        """Who has a compound or a syllable: as typed, or on a page without diacritics."""
        parts: list[Query] = []
        if end - start == 2:
            parts.append(TermQuery(BIGRAMS, self.text.analysis.bigrams[start]))
        for at in range(start, end):
            marked, folded = self.text.syllables[at], self.text.folded[at]
            if self._is_exact(at) and self.counts[FieldTerm(SYLLABLES, marked)]:
                forms = dict.fromkeys((marked, folded))
                parts.append(_any_of([TermQuery(SYLLABLES, form) for form in forms]))
            elif end - start == 1:
                parts.append(TermQuery(FOLDED, folded))
        return _all_of(parts)

    def _named(self, start: int, end: int) -> Iterator[Query]:
        """Who has all the syllables of a stretch in the name of its file, if anybody."""
        names = [FieldTerm(NAME_FOLDED, one) for one in self.text.folded[start:end]]
        if all(self.counts[name] for name in names):
            yield _all_of([TermQuery(*name) for name in names])

    def _having_form(self, form: Expansion) -> Query:
        """Who has another form: each of its syllables, and which stand side by side."""
        whole = other_form(form, exact=self.has_diacritics)
        if form.kind == "spelling":
            return whole
        pairs = bigrams_of(list(map(fold_syllable, form.syllables)))
        return _all_of([*(TermQuery(BIGRAMS, pair) for pair in pairs), whole])

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


def _all_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else AllOf(tuple(queries))


def _any_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else AnyOf(tuple(queries))
