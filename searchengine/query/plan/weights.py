"""Which terms a query scores in which field, and what each weighs.

How a word was typed decides: with diacritics the exact streams lead and the folded one only
helps; without them the folded streams lead and an exact match is a bonus. The weights live here
and nowhere else; how they were chosen is in ``docs/ranking.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, repeat

from searchengine.backends import values
from searchengine.backends.fields import (
    NAME_FOLDED,
    NUMBERS,
    TITLE_BIGRAMS,
    TITLE_FOLDED,
    TITLE_SYLLABLES,
)
from searchengine.backends.values import FieldTerm, ScoringTerm
from searchengine.query.language.tree import HasNumber, InTitle, Phrase, Words, positive_nodes
from searchengine.query.plan.query_analysis import AnalyzedQuery, AnalyzedText
from searchengine.text.analysis import Analysis, bigrams_of
from searchengine.text.lexicon.forms import Expansion
from searchengine.text.lexicon.function_words import importance
from searchengine.text.numbers import number_key
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS
from searchengine.text.variants import fold_syllable

#: A query typed with diacritics.
MARKED_WEIGHTS: Mapping[str, float] = {
    WORDS: 0.5,
    SYLLABLES: 1.0,
    BIGRAMS: 1.0,
    FOLDED: 0.3,
    TITLE_SYLLABLES: 0.2,
    TITLE_BIGRAMS: 0.2,
    NAME_FOLDED: 0.2,
    NUMBERS: 2.0,
}
#: A query typed on a bare keyboard.
BARE_WEIGHTS: Mapping[str, float] = {
    WORDS: 0.3,
    BIGRAMS: 1.0,
    FOLDED: 1.0,
    TITLE_FOLDED: 0.2,
    TITLE_BIGRAMS: 0.2,
    NAME_FOLDED: 0.2,
    NUMBERS: 2.0,
}
#: What the other form of an abbreviation, or a synonym, weighs beside the typed one, syllable for
#: syllable.
OTHER_FORM_WEIGHT = 0.5
#: What each word weighs that a prefix stands for.
PREFIX_WEIGHT = 0.5


def text_terms(query: AnalyzedQuery) -> list[ScoringTerm]:
    """Return the scoring terms of a query; a term that was typed n times weighs √n of one.

    Prefixes are not among them: what they stand for depends on the index.
    """
    weights = MARKED_WEIGHTS if query.has_diacritics else BARE_WEIGHTS
    # How important each was in all, and how often it was typed.
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for field, terms, importances, times in _scored(query):
        if field in weights:
            for term, each in zip(terms, importances or repeat(1.0), strict=False):
                if not each:
                    continue
                before = found.get((field, term), (0.0, 0.0))
                found[field, term] = before[0] + each * times, before[1] + times
    return [
        ScoringTerm(field, term, weights[field] * (each / math.sqrt(max(times, 1.0))))
        for (field, term), (each, times) in found.items()
    ]


_Scored = tuple[str, Sequence[str], Iterable[float] | None, float]


def _scored(query: AnalyzedQuery) -> Iterator[_Scored]:
    """The terms of each field in the order typed, what each matters and how often it counts."""
    for node in positive_nodes(query.root):
        inner = node.node if isinstance(node, InTitle) else node
        if isinstance(inner, HasNumber):
            yield NUMBERS, [number_key(inner.text)], None, 1.0
        elif isinstance(inner, Phrase) and len(query.texts[inner.text].syllables) > 1:
            yield from _scored_phrase(query.texts[inner.text], inner.slop, query.has_diacritics)
        elif isinstance(inner, (Words, Phrase)):
            yield from _scored_text(query.texts[inner.text], query.has_diacritics)


def _scored_phrase(text: AnalyzedText, slop: int, has_diacritics: bool) -> Iterator[_Scored]:
    """A phrase as one term, which weighs as much as its syllables together."""
    analysis = text.analysis
    whole = [sum(_importances(analysis, has_diacritics))]
    fields = (SYLLABLES, TITLE_SYLLABLES) if has_diacritics else (FOLDED, TITLE_FOLDED)
    syllables = analysis.syllables if has_diacritics else analysis.folded
    for field in fields:
        yield field, [values.Phrase(tuple(syllables), slop).term], whole, 1.0
    yield NUMBERS, text.numbers, None, 1.0


def _importances(analysis: Analysis, has_diacritics: bool) -> list[float]:
    return importance(
        analysis.syllables if has_diacritics else analysis.folded, folded=not has_diacritics
    )


def _scored_text(text: AnalyzedText, has_diacritics: bool) -> Iterator[_Scored]:
    analysis = text.analysis
    each = _importances(analysis, has_diacritics)
    pairs = [math.sqrt(first * second) for first, second in pairwise(each)]
    for start, end in text.dates:
        # However a date is written, its figures are what counts.
        figures = [one.isdigit() for one in analysis.folded[start:end]]
        if any(figures):
            each[start:end] = map(float, figures)
            for at in range(max(start - 1, 0), min(end, len(pairs))):
                pairs[at] = 0.0
    yield WORDS, analysis.words, _word_importance(analysis, each), 1.0
    for field in (SYLLABLES, TITLE_SYLLABLES):
        yield field, analysis.syllables, each, 1.0
    for field in (FOLDED, TITLE_FOLDED, NAME_FOLDED):
        yield field, analysis.folded, each, 1.0
    for field in (BIGRAMS, TITLE_BIGRAMS):
        yield field, analysis.bigrams, pairs, 1.0
    for start, end in text.dates:
        days = bigrams_of([one for one in analysis.folded[start:end] if one.isdigit()])
        yield BIGRAMS, days, None, 1.0
        yield TITLE_BIGRAMS, days, None, 1.0
    for field, terms in analysis.derived.items():
        yield field, terms, each, 1.0
    yield NUMBERS, text.numbers, None, 1.0
    for expansion in text.expansions:
        if expansion.kind == "spelling":
            yield _scored_spelling(expansion, has_diacritics)
            continue
        other = list(expansion.syllables)
        folded = [fold_syllable(syllable) for syllable in other]
        times = OTHER_FORM_WEIGHT * (expansion.end - expansion.start) / len(other)
        yield SYLLABLES, other, None, times
        yield FOLDED, folded, None, times
        yield BIGRAMS, bigrams_of(folded), None, times


def _scored_spelling(spelling: Expansion, has_diacritics: bool) -> _Scored:
    """A spelling as one term; its diacritics are asked for if it has some and the query too."""
    field, term = spelling_term(spelling, has_diacritics)
    weights = MARKED_WEIGHTS if has_diacritics else BARE_WEIGHTS
    return field, [term], [spelling.weight / weights[field]], 1.0


def spelling_term(spelling: Expansion, has_diacritics: bool) -> FieldTerm:
    """Return the term that a spelling is searched as."""
    folded = tuple(map(fold_syllable, spelling.syllables))
    exact = has_diacritics and folded != spelling.syllables
    syllables = spelling.syllables if exact else folded
    term = values.Phrase(syllables).term if len(syllables) > 1 else syllables[0]
    return FieldTerm(SYLLABLES if exact else FOLDED, term)


def _word_importance(analysis: Analysis, each: Sequence[float]) -> list[float]:
    """The mean of its syllables' for each word."""
    by_syllable = dict(zip(analysis.syllables, each, strict=True))
    found = []
    for word in analysis.words:
        parts = [by_syllable.get(part, 1.0) for part in word.split("_")]
        found.append(sum(parts) / len(parts))
    return found
