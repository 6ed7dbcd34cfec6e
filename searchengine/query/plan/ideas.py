"""What a query asks for besides ranking: its ideas, of which a matching document has enough.

An idea is a word of the query that says something: a compound as its two syllables side by side, an
abbreviation or what it stands for, a single syllable. Question words, function words and the words
of a date ask for nothing. Which syllables are one word is the business of :mod:`compounds`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from searchengine.backends.bm25 import idf
from searchengine.backends.fields import NAME_FOLDED
from searchengine.backends.protocol import Lexicon
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
from searchengine.query.plan import compounds
from searchengine.query.plan.compounds import Reading, capitals_of
from searchengine.query.plan.matching import of_day, other_form
from searchengine.query.plan.query_analysis import AnalyzedQuery, AnalyzedText
from searchengine.text.analysis import bigrams_of
from searchengine.text.lexicon.forms import Expansion
from searchengine.text.lexicon.function_words import importance
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES
from searchengine.text.variants import fold_syllable

#: Of a question with more ideas than that, the documents with the best scores match whatever they
#: have: texts that answer it seldom say most of it. With all ideas asked for of every question,
#: nDCG@10 over nine sets is 1.2 lower, with 3 ideas or fewer it is the same. As many as nearness
#: looks at and a page needs.
FEW_IDEAS, BEST = 3, 32
#: Nearness: nDCG@10 over nine sets is half a point less without. With windows of 12 to 24
#: syllables and boosts of 0.7 to 1.3 it is 76.65 to 76.76 as typed, 75.75 to 75.85 without
#: diacritics; over 157 judged queries on news a window of 24 is best with a boost of 1 (nDCG@5
#: 85.5, 85.1 with 0.7), one of 12 half a point worse. The first 20 documents are as good as the
#: first 100.
#: A title boost of 0.3 adds nothing to the sets, and a point or more for short queries over news;
#: it also was behind five of fourteen losses in a blind comparison, so it is a little less.
WINDOW, BOOST, TITLE_BOOST, DEPTH = 24, 1.0, 0.2, 20
#: What is asked for of the weights of all ideas, until ten pages have so much; the last is a little
#: more than half, so that one of two is not enough.
SHARES = (1.0, 0.75, 0.6, 0.51)
#: The heaviest idea weighs at most so much of all others together.
HEAVIEST = 0.8
#: So many ideas at most, the ones that tell most.
MAX_IDEAS = 12

NO_PAGE_NOTE = "no page has these words, which were left aside: "
FEW_PAGES_NOTE = "few pages have all of the words: those that have most of them count as well"

Counts = Mapping[FieldTerm, int]
Span = tuple[int, int]


def frequencies_needed(query: AnalyzedQuery) -> Iterator[FieldTerm]:
    """Yield the terms whose frequencies :func:`asked_of` asks for."""
    for words in _bare_words(query.root):
        text = query.texts[words.text]
        yield from compounds.frequencies_needed(text, query.has_diacritics)


def words_expected(query: AnalyzedQuery) -> Iterator[str]:
    """Yield words that :func:`asked_of` may ask the lexicon for."""
    for words in _bare_words(query.root):
        yield from compounds.words_expected(query.texts[words.text], query.has_diacritics)


class Asked(NamedTuple):
    """What is asked for besides ranking, and what it counts that it stands near each other."""

    coverage: Coverage
    nearness: Nearness


def asked_of(
    query: AnalyzedQuery,
    counts: Counts,
    documents: int,
    stripped: Collection[str],
    lexicon: Callable[[], Lexicon],
) -> Asked | None:
    """Return what is asked for by the bare words of ``query``; None where it has none.

    ``counts`` says how many of the ``documents`` hold each of the :func:`frequencies_needed`, and
    each folded syllable in the name of their file; ``stripped`` which syllables lost their
    diacritics. The ``lexicon`` is asked only where neighbours may be one word in spite of that.
    Words that must be there, in a query with signs, leave the others to ranking alone.
    """
    found: dict[Query, Idea] = {}
    dates: list[Idea] = []
    for words in _bare_words(query.root):
        text = query.texts[words.text]
        capitals = capitals_of(words.text)
        reading = Reading(text, capitals, query.has_diacritics, counts, stripped, lexicon)
        said = _Said(reading, documents)
        for idea in said.ideas():
            found.setdefault(idea.query, idea)
        dates += said.dates()
    ideas = _balanced(sorted(found.values(), key=lambda idea: -idea.weight)[:MAX_IDEAS])
    if not ideas:
        return None
    field, near = SYLLABLES, [*ideas, *dates]
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


def has_bare_words(query: AnalyzedQuery) -> bool:
    """Return whether ``query`` has words that need not be there."""
    return bool(_bare_words(query.root))


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


def _bare_words(root: Node) -> tuple[Words, ...]:
    """The words of a query that need not be there."""
    if isinstance(root, Words):
        return () if root.every else (root,)
    if not isinstance(root, Bool) or any(isinstance(one, Words) for one in root.must):
        return ()
    words = tuple(one for one in root.should if isinstance(one, Words))
    return words if len(words) == len(root.should) else ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text of a query says, as an index of so many documents reads it."""

    reading: Reading
    documents: int

    @property
    def text(self) -> AnalyzedText:
        """The text."""
        return self.reading.text

    def ideas(self) -> Iterator[Idea]:
        """Yield the ideas of the text, each as often as it is there."""
        weights = importance(self._typed, folded=not self.reading.has_diacritics)
        others: dict[Span, list[Expansion]] = {}
        for one in self.text.expansions:
            others.setdefault((one.start, one.end), []).append(one)
        whole = [*self.text.dates, *others]
        words = self.reading.words(whole)
        undated = [span for span in words if span not in self.text.dates]
        telling = [span for span in undated if max(weights[slice(*span)]) >= 1.0]
        # Where nothing else is asked for, the figures of dates are, or function words.
        dates = () if telling else tuple(self.dates())
        yield from dates
        for span in telling or (() if dates else words):
            parts = self.reading.compounds(*span) if span in whole else [span]
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
        return self.text.syllables if self.reading.has_diacritics else self.text.folded

    def _rarity(self, start: int, end: int) -> float:
        """The idf of a word: of a syllable, or the rarest pair of several."""
        reading = self.reading
        terms = list(map(reading.pair, range(start, end - 1))) or [reading.counted(start)]
        return idf(self.documents, min(reading.counts[term] for term in terms))

    def _having(self, start: int, end: int) -> Query:
        """Who has a word: as typed, or as meant, or on a page without diacritics."""
        reading = self.reading
        parts: list[Query] = [TermQuery(*reading.pair(at)) for at in range(start, end - 1)]
        meant = reading.meant(start) if end - start == 2 else ()
        for at in range(start, end):
            marked, folded = self.text.syllables[at], self.text.folded[at]
            if meant:
                marked = meant[at - start]
            elif not reading.has_exact(at):
                marked = ""
            if marked:
                forms = dict.fromkeys((marked, folded))
                parts.append(_any_of([TermQuery(SYLLABLES, form) for form in forms]))
            elif end - start == 1:
                parts.append(TermQuery(FOLDED, folded))
        return _all_of(parts)

    def _named(self, start: int, end: int) -> Iterator[Query]:
        """Who has all the syllables of a stretch in the name of its file, if anybody."""
        names = [FieldTerm(NAME_FOLDED, one) for one in self.text.folded[start:end]]
        if all(self.reading.counts[name] for name in names):
            yield _all_of([TermQuery(*name) for name in names])

    def _having_form(self, form: Expansion) -> Query:
        """Who has another form: each of its syllables, and which stand side by side."""
        whole = other_form(form, exact=self.reading.has_diacritics)
        if form.kind == "spelling":
            return whole
        pairs = bigrams_of(list(map(fold_syllable, form.syllables)))
        return _all_of([*(TermQuery(BIGRAMS, pair) for pair in pairs), whole])


def _all_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else AllOf(tuple(queries))


def _any_of(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else AnyOf(tuple(queries))
