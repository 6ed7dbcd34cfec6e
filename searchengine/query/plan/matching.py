"""Which documents a query's tree matches, as a boolean tree over terms that any engine answers.

A query typed with diacritics asks for exactly these letters in ``+``, ``-``, phrases, titles and
prefixes; otherwise diacritics do not matter. Bare words match in any form. Knows no scores, and
no engine.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence

from searchengine.backends.fields import FOLDER, NAME_FOLDED, NUMBERS, TITLE_FOLDED, TITLE_SYLLABLES
from searchengine.backends.values import (
    DATE,
    AllOf,
    AnyOf,
    FieldTerm,
    Not,
    PhraseQuery,
    Query,
    RangeQuery,
    TermQuery,
    ValueQuery,
    day_number,
)
from searchengine.query.language.tree import (
    Bool,
    DateRange,
    HasFacet,
    HasNumber,
    InRange,
    InTitle,
    Near,
    Node,
    Phrase,
    Prefix,
    Words,
)
from searchengine.query.plan.query_analysis import AnalyzedQuery
from searchengine.query.plan.weights import spelling_term
from searchengine.text.analysis import analyze_syllables
from searchengine.text.lexicon.forms import Expansion
from searchengine.text.numbers import number_key
from searchengine.text.streams import FOLDED, SYLLABLES
from searchengine.text.variants import fold_syllable

#: The terms that each prefix of a query stands for, by its text.
PrefixTerms = Mapping[str, Sequence[FieldTerm]]


def matching_query(query: AnalyzedQuery, prefixes: PrefixTerms, named: Collection[str]) -> Query:
    """Return which documents ``query`` matches.

    ``named`` are the folded syllables that names of files have.
    """
    return _Matching(query, prefixes, named).of(query.root)


def filter_query(node: Node) -> Query:
    """Return which documents a filter lets in: those of a range, or with a value."""
    if isinstance(node, DateRange):
        return RangeQuery(DATE, _day(node.since), _day(node.until))
    if isinstance(node, HasFacet):
        syllables, folded = analyze_syllables(node.value)
        # Diacritics count where the value has some.
        bare = syllables == folded
        whole = node.name == FOLDER
        return ValueQuery(node.name, tuple(folded if bare else syllables), bare, whole)
    if isinstance(node, InRange):
        return RangeQuery(node.name, node.first, node.last)
    raise TypeError(f"{node} is no filter")


def _day(date: datetime.date | None) -> int | None:
    return None if date is None else day_number(date)


def of_day(day: datetime.date) -> Query:
    """Return which documents are of a day, whether or not their text says so."""
    return RangeQuery(DATE, day_number(day), day_number(day))


def other_form(expansion: Expansion, *, exact: bool) -> Query:
    """Return which documents hold another form of something, typed with diacritics if ``exact``."""
    if expansion.kind != "spelling":
        return AllOf(tuple(TermQuery(SYLLABLES, term) for term in expansion.syllables))
    field, term = spelling_term(expansion, exact)
    return PhraseQuery(field, tuple(term.split(" "))) if " " in term else TermQuery(field, term)


class _Matching:
    def __init__(self, query: AnalyzedQuery, prefixes: PrefixTerms, named: Collection[str]) -> None:
        self._query = query
        self._exact = query.has_diacritics
        self._prefixes = prefixes
        self._named = named

    def of(self, node: Node) -> Query:
        if isinstance(node, Bool):
            return self._bool(node)
        if isinstance(node, Words):
            return self._words(node)
        if isinstance(node, Phrase):
            return self._phrase(node, SYLLABLES, FOLDED)
        if isinstance(node, Near):
            field, first = self._terms_of(node.first.text, SYLLABLES, FOLDED)
            _, second = self._terms_of(node.second.text, SYLLABLES, FOLDED)
            return PhraseQuery(field, first, node.distance, second)
        if isinstance(node, Prefix):
            return AnyOf(_terms(self._prefixes[node.text]))
        if isinstance(node, InTitle):
            return self._title(node)
        if isinstance(node, HasNumber):
            return TermQuery(NUMBERS, number_key(node.text))
        return filter_query(node)

    def _bool(self, node: Bool) -> Query:
        asked = [self.of(child) for child in node.must]
        if node.should and not node.must:
            asked.append(AnyOf(tuple(self.of(child) for child in node.should)))
        asked += [Not(self._excluded(child)) for child in node.must_not]
        return asked[0] if len(asked) == 1 else AllOf(tuple(asked))

    def _excluded(self, child: Node) -> Query:
        """Words after a minus are read as typed: ``-năm`` does not take ``nam`` away."""
        if isinstance(child, Words):
            return AllOf(tuple(self._typed(child.text, SYLLABLES, FOLDED)))
        return self.of(child)

    def _words(self, node: Words) -> Query:
        text = self._query.texts[node.text]
        if node.every:
            return AllOf(tuple(map(self._or_named, self._typed(node.text, SYLLABLES, FOLDED))))
        forms: list[Query] = [TermQuery(FOLDED, term) for term in text.folded]
        forms += [TermQuery(NAME_FOLDED, term) for term in text.folded if term in self._named]
        forms += [other_form(expansion, exact=self._exact) for expansion in text.expansions]
        if text.day is not None:
            forms.append(of_day(text.day))
        return AnyOf(tuple(dict.fromkeys(forms)))

    def _or_named(self, typed: TermQuery) -> Query:
        """Who has a syllable in the text, or in the name of the file."""
        folded = fold_syllable(typed.term)
        if folded not in self._named:
            return typed
        return AnyOf((typed, TermQuery(NAME_FOLDED, folded)))

    def _phrase(self, node: Phrase, exact_field: str, folded_field: str) -> Query:
        field, terms = self._terms_of(node.text, exact_field, folded_field)
        if len(terms) == 1:
            return TermQuery(field, terms[0])
        return PhraseQuery(field, terms, node.slop)

    def _typed(self, text: str, exact_field: str, folded_field: str) -> list[TermQuery]:
        """Each syllable of a text as typed, once."""
        field, terms = self._terms_of(text, exact_field, folded_field)
        return [TermQuery(field, term) for term in dict.fromkeys(terms)]

    def _terms_of(
        self, text: str, exact_field: str, folded_field: str
    ) -> tuple[str, tuple[str, ...]]:
        """The field in which a text is looked for as typed, and its terms there."""
        analyzed = self._query.texts[text]
        if self._exact:
            return exact_field, tuple(analyzed.syllables)
        return folded_field, tuple(analyzed.folded)

    def _title(self, node: InTitle) -> Query:
        inner = node.node
        if isinstance(inner, Phrase):
            return self._phrase(inner, TITLE_SYLLABLES, TITLE_FOLDED)
        if isinstance(inner, Prefix):
            field = TITLE_SYLLABLES if self._exact else TITLE_FOLDED
            terms = [FieldTerm(field, one.term) for one in self._prefixes[inner.text]]
            return AnyOf(_terms(terms))
        return AllOf(tuple(self._typed(inner.text, TITLE_SYLLABLES, TITLE_FOLDED)))


def _terms(terms: Iterable[FieldTerm]) -> tuple[Query, ...]:
    return tuple(TermQuery(field, term) for field, term in terms)
