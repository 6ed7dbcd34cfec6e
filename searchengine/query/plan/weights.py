"""Which terms a query scores in which field, and what each weighs.

How a word was typed decides: with diacritics the exact streams lead and the folded one only
helps; without them the folded streams lead and an exact match is a bonus. The weights live here
and nowhere else; how they were chosen is in ``docs/ranking.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, repeat
from typing import NamedTuple

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
from searchengine.text.lexicon.forms import Expansion, Syllables
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


class _Form(NamedTuple):
    """One way to say what stands in a stretch of a query: all ways to say it, and this one."""

    idea: frozenset[Syllables]
    said: Syllables


class _Scored(NamedTuple):
    """Terms of a field in the order typed, what each matters, how often they count, and the form
    that each belongs to."""

    field: str
    terms: Sequence[str]
    importances: Iterable[float] | None = None
    times: float = 1.0
    forms: Iterable[_Form | None] | None = None


def text_terms(query: AnalyzedQuery) -> list[ScoringTerm]:
    """Return the scoring terms of a query; a term that was typed n times weighs √n of one.

    Of what may be said in several forms, each form is one of the same idea. Prefixes are not among
    them: what they stand for depends on the index.
    """
    weights = MARKED_WEIGHTS if query.has_diacritics else BARE_WEIGHTS
    # How important each was in all in each form, and how often it was typed or stands for it.
    found: dict[tuple[str, str, _Form | None], float] = {}
    typed: dict[tuple[str, str], float] = {}
    for field, terms, importances, times, forms in _scored(query):
        if field in weights:
            columns = terms, importances or repeat(1.0), forms or repeat(None)
            for term, each, form in zip(*columns, strict=False):
                if not each:
                    continue
                key = (field, term, form)
                found[key] = found.get(key, 0.0) + each * times
                typed[field, term] = typed.get((field, term), 0.0) + times
    ideas: dict[frozenset[Syllables] | None, int] = {None: 0}
    said: dict[_Form | None, int] = {None: 0}
    return [
        ScoringTerm(
            field,
            term,
            weights[field] * (each / math.sqrt(max(typed[field, term], 1.0))),
            ideas.setdefault(form and form.idea, len(ideas)),
            said.setdefault(form, len(said)),
        )
        for (field, term, form), each in found.items()
    ]


def _scored(query: AnalyzedQuery) -> Iterator[_Scored]:
    """The terms of each field in the order typed."""
    for node in positive_nodes(query.root):
        inner = node.node if isinstance(node, InTitle) else node
        if isinstance(inner, HasNumber):
            yield _Scored(NUMBERS, [number_key(inner.text)])
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
        yield _Scored(field, [values.Phrase(tuple(syllables), slop).term], whole)
    yield _Scored(NUMBERS, text.numbers)


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
    stretches = _stretches(text)
    said = _typed_forms(text, stretches) if stretches else None
    of_pairs = said and [one if one is other else None for one, other in pairwise(said)]
    of_words = said and _word_forms(analysis.words, said)
    yield _Scored(WORDS, analysis.words, _word_importance(analysis, each), 1.0, of_words)
    for field in (SYLLABLES, TITLE_SYLLABLES):
        yield _Scored(field, analysis.syllables, each, 1.0, said)
    for field in (FOLDED, TITLE_FOLDED, NAME_FOLDED):
        yield _Scored(field, analysis.folded, each, 1.0, said)
    for field in (BIGRAMS, TITLE_BIGRAMS):
        yield _Scored(field, analysis.bigrams, pairs, 1.0, of_pairs)
    for start, end in text.dates:
        days = bigrams_of([one for one in analysis.folded[start:end] if one.isdigit()])
        yield _Scored(BIGRAMS, days)
        yield _Scored(TITLE_BIGRAMS, days)
    for field, terms in analysis.derived.items():
        yield _Scored(field, terms, each, 1.0, said)
    yield _Scored(NUMBERS, text.numbers)
    for expansion in text.expansions:
        idea = stretches.get((expansion.start, expansion.end))
        form = _Form(idea, expansion.syllables) if idea else None
        yield from _scored_form(expansion, form, has_diacritics)


def _stretches(text: AnalyzedText) -> dict[tuple[int, int], frozenset[Syllables]]:
    """Where a text says what has other forms, and all its forms; of what overlaps the first."""
    found: dict[tuple[int, int], set[Syllables]] = {}
    for one in text.expansions:
        span = one.start, one.end
        if span not in found:
            if any(start < one.end and one.start < end for start, end in found):
                continue
            found[span] = {tuple(text.syllables[one.start : one.end])}
        found[span].add(one.syllables)
    return {span: frozenset(forms) for span, forms in found.items()}


def _typed_forms(
    text: AnalyzedText, stretches: Mapping[tuple[int, int], frozenset[Syllables]]
) -> list[_Form | None]:
    """The form that each syllable is typed in."""
    found: list[_Form | None] = [None] * len(text.syllables)
    for (start, end), idea in stretches.items():
        found[start:end] = [_Form(idea, tuple(text.syllables[start:end]))] * (end - start)
    return found


def _word_forms(words: Sequence[str], said: Sequence[_Form | None]) -> list[_Form | None]:
    """The form that each word is typed in, which is that of all its syllables."""
    found: list[_Form | None] = []
    end = 0
    for word in words:
        start, end = end, end + word.count("_") + 1
        of_word = said[start:end]
        inside = bool(of_word) and all(one is of_word[0] for one in of_word)
        found.append(of_word[0] if inside else None)
    # Where the segmenter parts otherwise, words stand for themselves.
    return found if end == len(said) else [None] * len(words)


def _scored_form(other: Expansion, form: _Form | None, has_diacritics: bool) -> Iterator[_Scored]:
    """Another form of something typed."""
    if other.kind == "spelling":
        # One term, whose diacritics are asked for if it has some and the query too.
        field, term = spelling_term(other, has_diacritics)
        weights = MARKED_WEIGHTS if has_diacritics else BARE_WEIGHTS
        yield _Scored(field, [term], [other.weight / weights[field]], 1.0, [form])
        return
    folded = [fold_syllable(syllable) for syllable in other.syllables]
    times = OTHER_FORM_WEIGHT * (other.end - other.start) / len(folded)
    yield _Scored(SYLLABLES, other.syllables, None, times, repeat(form))
    yield _Scored(FOLDED, folded, None, times, repeat(form))
    yield _Scored(BIGRAMS, bigrams_of(folded), None, times, repeat(form))


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
