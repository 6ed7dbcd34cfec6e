"""From a query's text to a plan: what an engine is asked, and what its answer is shown by.

:func:`read_query` takes what the text alone says; :func:`plan_query` adds what an index counts, by
one batch of frequencies, and one of vocabularies where a prefix stands for words. Everything about
the language is decided here, so that an engine need know none of it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain

from searchengine.backends.bm25 import idf
from searchengine.backends.fields import NAME_FOLDED, NUMBERS
from searchengine.backends.protocol import Lexicon, View
from searchengine.backends.values import (
    DATE,
    Beginning,
    FieldTerm,
    Plan,
    Ranking,
    ScoringTerm,
    Sort,
)
from searchengine.backends.values import Query as Matcher
from searchengine.query.dates.boost import DateBoost
from searchengine.query.language.input_method import keystrokes_in
from searchengine.query.language.parser import parse
from searchengine.query.language.tree import Bool, Node, Phrase, Query, Words
from searchengine.query.plan import ideas, other_spellings, partial_diacritics, prefixes
from searchengine.query.plan.date_decay import date_decay
from searchengine.query.plan.keystrokes import (
    KeyedWord,
    are_keystrokes,
    frequencies_needed,
    keyed_words,
)
from searchengine.query.plan.matching import filter_query, matching_query
from searchengine.query.plan.query_analysis import AnalyzedQuery, analyze_query
from searchengine.query.plan.weights import PREFIX_WEIGHT, text_terms
from searchengine.query.suggest import is_nearly_absent
from searchengine.text.lexicon.synonyms import NO_SYNONYMS, Synonyms
from searchengine.text.normalization import normalize
from searchengine.text.streams import FOLDED, SYLLABLES, WORDS
from searchengine.text.variants import fold_syllable

#: A page asks several times what its query says; so many queries are remembered as read.
REMEMBERED_QUERIES = 64

#: Quotes, and the number behind them of syllables that may stand between.
_QUOTES = re.compile(r'["“”„‟«»](?:~\d{1,3}(?![^\s()]))?')

UNQUOTED_NOTE = "no page has the words in quotes side by side: searched without the quotes"

Counts = Mapping[FieldTerm, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: its analysis, and what it scores before an index is asked.

    ``unquoted`` is the same without its quotes, where these may give way.
    """

    query: AnalyzedQuery
    terms: tuple[ScoringTerm, ...]
    is_keystrokes: bool = False
    unquoted: Reading | None = None

    def every(self) -> tuple[Reading, ...]:
        """Return this reading and the one without its quotes."""
        return (self,) if self.unquoted is None else (self, self.unquoted)


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """What a text says by itself: as typed, and as the keystrokes that it may be.

    ``keyed`` are the words that the keystrokes would change.
    """

    as_typed: Reading
    as_keystrokes: Reading | None = None
    keyed: tuple[KeyedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A reading as an index completes it, for showing what it finds.

    ``terms`` are all that it scores, ``stripped`` the syllables that lost their diacritics among
    others that have theirs, ``idf`` what each folded syllable weighs in a passage, ``numbers`` the
    document numbers that the query names and some document has.
    """

    reading: Reading
    terms: tuple[ScoringTerm, ...]
    stripped: frozenset[str]
    idf: Mapping[str, float]
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the query that it answers, and the query that its ``otherwise`` answers."""

    plan: Plan
    query: PlannedQuery
    otherwise: PlannedQuery | None = None
    #: Whether hardly any document has some bare word of the query.
    has_rare_word: bool = False
    #: What was meant by the text typed, where that is answered instead.
    corrected: str | None = None

    def answered(self, ranking: Ranking) -> PlannedQuery:
        """Return the query that ``ranking`` answers."""
        return self.otherwise if ranking.otherwise and self.otherwise else self.query


@lru_cache(maxsize=REMEMBERED_QUERIES)
def read_query(
    text: str,
    today: datetime.date,
    *,
    match_all: bool = False,
    filtered: bool = False,
    synonyms: Synonyms = NO_SYNONYMS,
) -> ReadQuery:
    """Return what ``text`` says; an empty one asks for all documents where it is ``filtered``.

    Relative dates count from ``today``; ``match_all`` asks for every bare word; ``synonyms`` are
    found as well. Raises :class:`QueryError` for an empty or over-long query, and for nothing else.
    """
    if filtered and not normalize(text).strip():
        return ReadQuery(Reading(analyze_query(Query(text, Bool()), today), ()))
    parsed = parse(text)
    analyze = partial(analyze_query, today=today, match_all=match_all, synonyms=synonyms)
    as_typed = _reading(parsed, analyze)
    keystrokes = keystrokes_in(parsed)
    if keystrokes is None:
        return ReadQuery(as_typed)
    meant = _reading(keystrokes.meant, analyze, is_keystrokes=True)
    return ReadQuery(as_typed, meant, keyed_words(keystrokes.typed, keystrokes.decoded))


def plan_query(
    view: View,
    lexicon: Callable[[], Lexicon],
    read: ReadQuery,
    today: datetime.date,
    filters: Sequence[Node] = (),
    date_boost: DateBoost | bool | None = False,
) -> Planned:
    """Return the plan of a query, without paging or facets; sorted by date if nothing scores.

    Asks ``view`` once for frequencies, and once more where a prefix stands for words; its
    ``lexicon`` is asked for where neighbours may be one word.
    ``filters`` are nodes of the query tree. ``date_boost`` False is none, None or True the default
    one; a date in the query becomes the origin unless the boost has one.
    """
    wanted = list(dict.fromkeys(_terms_to_count(read)))
    view.expect(chain(wanted, _terms_expected(read)), _beginnings_of(read))
    counts = _count(view, wanted)
    chosen = choose_reading(read, counts)
    planned, plans = [], []
    for reading in chosen.every():
        reading = _respelled(reading, counts, view.document_count)
        expansions = _expand_prefixes(view, reading.query, counts)
        one = _complete(reading, expansions, counts, view.document_count)
        planned.append(one)
        asked = _asked_for(reading.query, counts, view.document_count, one.stripped, lexicon)
        plans.append(
            Plan(
                match=_match(reading.query, expansions, counts, filtered=bool(filters)),
                score=one.terms,
                decay=date_decay(reading.query, today, date_boost),
                filters=tuple(map(filter_query, filters)),
                coverage=asked and asked.coverage,
                nearness=asked and asked.nearness,
                sort=Sort() if one.terms else Sort(DATE),
            )
        )
    rare = any(
        is_nearly_absent(counts[word], counts[letters], view.document_count)
        and not counts[FieldTerm(NAME_FOLDED, fold_syllable(word.term))]
        for word, letters in _bare_words(chosen.query)
    )
    if len(plans) == 1:
        return Planned(plans[0], planned[0], has_rare_word=rare)
    return Planned(replace(plans[0], otherwise=plans[1]), planned[0], planned[1], rare)


def choose_reading(read: ReadQuery, counts: Counts) -> Reading:
    """Return the reading that an index says is meant."""
    if read.as_keystrokes is None or not are_keystrokes(read.keyed, counts):
        return read.as_typed
    return read.as_keystrokes


def unquoted(parsed: Query) -> Query | None:
    """Return ``parsed`` with its quotes taken off, None where they are all that it says.

    For a sentence that quotes a title and may quote it wrongly. A phrase on its own, or beside
    signs and fields, means what it says.
    """
    root = parsed.root
    if not isinstance(root, Bool) or root.must_not:
        return None
    if not all(isinstance(node, Phrase) for node in root.must):
        return None
    if not (root.must and root.should and all(isinstance(node, Words) for node in root.should)):
        return None
    text = _QUOTES.sub(" ", parsed.text)
    return Query(text, Words(text), (*parsed.notes, UNQUOTED_NOTE))


def _reading(
    parsed: Query, analyze: Callable[[Query], AnalyzedQuery], *, is_keystrokes: bool = False
) -> Reading:
    query = analyze(parsed)
    softer = unquoted(parsed)
    return Reading(
        query,
        tuple(text_terms(query)),
        is_keystrokes,
        _reading(softer, analyze, is_keystrokes=is_keystrokes) if softer else None,
    )


def _respelled(reading: Reading, counts: Counts, documents: int) -> Reading:
    """A reading with the other spellings of its words that an index of so many documents uses."""
    query = other_spellings.respelled(reading.query, counts, documents)
    if query is reading.query:
        return reading
    return replace(reading, query=query, terms=tuple(text_terms(query)))


def _terms_to_count(read: ReadQuery) -> Iterable[FieldTerm]:
    for reading in (read.as_typed, read.as_keystrokes):
        for one in reading.every() if reading else ():
            yield from (FieldTerm(FOLDED, term) for term in _folded_syllables(one.query, one.terms))
            yield from _name_terms(one.query)
            yield from _number_terms(one.query)
            yield from prefixes.frequencies_needed(one.query)
            yield from ideas.frequencies_needed(one.query)
            yield from other_spellings.frequencies_needed(one.query)
            yield from (term for pair in _bare_words(one.query) for term in pair)
            if one.query.has_diacritics:
                yield from partial_diacritics.frequencies_needed(one.terms)
    yield from frequencies_needed(read.keyed)


def _terms_expected(read: ReadQuery) -> Iterator[FieldTerm]:
    """What is scored, or asked of the lexicon, once the terms to count are counted."""
    for reading in (read.as_typed, read.as_keystrokes):
        for one in reading.every() if reading else ():
            yield from (FieldTerm(term.field, term.term) for term in one.terms)
            yield from other_spellings.terms_to_score(one.query)
            yield from (FieldTerm(WORDS, word) for word in ideas.words_expected(one.query))


def _beginnings_of(read: ReadQuery) -> Iterator[Beginning]:
    for reading in (read.as_typed, read.as_keystrokes):
        for one in reading.every() if reading else ():
            yield from prefixes.beginnings(one.query)


def _asked_for(
    query: AnalyzedQuery,
    counts: Counts,
    documents: int,
    stripped: Collection[str],
    lexicon: Callable[[], Lexicon],
) -> ideas.Asked | None:
    """The ideas of a query, with all that a lexicon is asked for them asked at once."""
    if not ideas.has_bare_words(query):
        return None

    def ask(known: Lexicon) -> ideas.Asked | None:
        return ideas.asked_of(query, counts, documents, stripped, lambda: known)

    return lexicon().answer(ask)


def _name_terms(query: AnalyzedQuery) -> Iterator[FieldTerm]:
    """The syllables of a query as names of files may have them."""
    for leaf in query.positive_leaves():
        if isinstance(leaf, (Words, Phrase)):
            yield from (FieldTerm(NAME_FOLDED, term) for term in query.texts[leaf.text].folded)


def _number_terms(query: AnalyzedQuery) -> Iterator[FieldTerm]:
    """What may be document numbers in the bare words of a query."""
    for leaf in query.positive_leaves():
        if isinstance(leaf, Words):
            yield from (FieldTerm(NUMBERS, key) for key in query.texts[leaf.text].numbers)


def _bare_words(query: AnalyzedQuery) -> Iterator[tuple[FieldTerm, FieldTerm]]:
    """The bare words of a query as typed, and their letters where marks may have been left out.

    Numbers and single letters aside.
    """
    for leaf in query.positive_leaves():
        if isinstance(leaf, Words):
            text = query.texts[leaf.text]
            for marked, folded in zip(text.syllables, text.folded, strict=True):
                if len(marked) > 1 and marked.isalpha():
                    letters = FieldTerm(FOLDED, folded)
                    word = FieldTerm(SYLLABLES, marked) if query.has_diacritics else letters
                    yield word, letters if marked == folded else word


def _count(view: View, wanted: Sequence[FieldTerm]) -> dict[FieldTerm, int]:
    return dict(zip(wanted, view.frequencies(wanted), strict=True)) if wanted else {}


def _expand_prefixes(
    view: View, query: AnalyzedQuery, counts: dict[FieldTerm, int]
) -> dict[str, list[FieldTerm]]:
    """The terms that each prefix stands for; how frequent they are goes to ``counts``."""
    asked = prefixes.beginnings(query)
    found = view.vocabulary(asked) if asked else []
    for beginning, answer in zip(asked, found, strict=True):
        counts.update((FieldTerm(beginning.field, term), count) for term, count in answer)
    return prefixes.prefix_terms(query, found, counts)


def _complete(
    reading: Reading,
    expansions: Mapping[str, Sequence[FieldTerm]],
    counts: Counts,
    documents: int,
) -> PlannedQuery:
    # Most indexes have no names of files, and most names none of the words.
    terms: Sequence[ScoringTerm] = [
        one
        for one in reading.terms
        if one.field != NAME_FOLDED or counts[FieldTerm(one.field, one.term)]
    ]
    shares: Mapping[str, float] = {}
    if reading.query.has_diacritics:
        shares = partial_diacritics.bare_shares(terms, counts)
        terms = partial_diacritics.weigh_mixed(terms, shares)
    expanded = [
        ScoringTerm(*term, PREFIX_WEIGHT)
        for text in reading.query.prefixes_asked_for()
        for term in expansions[text]
    ]
    terms = (*terms, *expanded)
    return PlannedQuery(
        reading,
        terms,
        partial_diacritics.stripped_syllables(shares),
        {
            term: idf(documents, counts[FieldTerm(FOLDED, term)])
            for term in _folded_syllables(reading.query, terms)
        },
        frozenset(number.term for number in _number_terms(reading.query) if counts[number]),
    )


def _folded_syllables(query: AnalyzedQuery, terms: Iterable[ScoringTerm]) -> Iterator[str]:
    """The folded syllables that are scored, and those of phrases, which are scored as a whole."""
    yield from (one.term for one in terms if one.field == FOLDED and " " not in one.term)
    for leaf in query.positive_leaves():
        if isinstance(leaf, Phrase):
            yield from query.texts[leaf.text].folded


def _match(
    query: AnalyzedQuery,
    expansions: Mapping[str, Sequence[FieldTerm]],
    counts: Counts,
    *,
    filtered: bool,
) -> Matcher | None:
    """Which documents match; None, all that score, for bare words without any filter.

    Documents of a day match it without a word of it.
    """
    root = query.root
    bare = isinstance(root, Words) and not root.every and query.texts[root.text].day is None
    if bare and not filtered:
        return None
    named = {name.term for name in _name_terms(query) if counts[name]}
    return matching_query(query, expansions, named)
