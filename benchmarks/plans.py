"""A query of the benchmarks as a plan for our index, and as options of ``SearchEngine.search``.

A plan says what the peers are asked too, no more: the query's own terms score with equal weights,
dates boost nothing. Which documents match, and how they are ordered, is what the set says.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

from benchmarks.queries import query as sets
from benchmarks.queries.query import Beginning, Days, Phrase, Query, Signs, Value
from searchengine.backends import values
from searchengine.backends.protocol import View
from searchengine.backends.values import (
    DATE,
    AllOf,
    AnyOf,
    FacetSpec,
    Not,
    PhraseQuery,
    Plan,
    RangeQuery,
    ScoringTerm,
    Sort,
    TermQuery,
    ValueQuery,
)
from searchengine.options import SearchOptions
from searchengine.query.plan.prefixes import PREFIX_EXPANSIONS
from searchengine.text.analysis import analyze_syllables
from searchengine.text.streams import STREAMS

_EPOCH = datetime.date(1970, 1, 1)


def plan_of(query: Query, view: View, limit: int) -> Plan:
    """Return the plan of a query; a prefix asks the view which terms it stands for."""
    asked = query.asked
    scored = [
        ScoringTerm(stream, token, 1.0) for stream in STREAMS for token in query.streams[stream]
    ]
    plan = Plan(match=None, score=tuple(scored), limit=limit)
    if isinstance(asked, Phrase):
        phrase = PhraseQuery(asked.field, tuple(asked.terms), asked.slop)
        return replace(plan, match=phrase, score=(ScoringTerm(phrase.field, phrase.term, 1.0),))
    if isinstance(asked, Value):
        syllables, _ = analyze_syllables(asked.value)
        return replace(plan, filters=(ValueQuery(asked.field, tuple(syllables), False),))
    if isinstance(asked, Days):
        return replace(plan, filters=(RangeQuery(DATE, asked.first, asked.last),))
    if isinstance(asked, Beginning):
        return _with_beginning(plan, asked, view)
    if isinstance(asked, Signs):
        needed = [TermQuery(asked.field, term) for term in asked.must]
        unwanted = [Not(TermQuery(asked.field, term)) for term in asked.must_not]
        score = (ScoringTerm(asked.field, term, 1.0) for term in (*asked.must, *asked.should))
        return replace(plan, match=AllOf((*needed, *unwanted)), score=tuple(score))
    if query.kind == sets.BY_DATE:
        return replace(plan, sort=Sort(DATE))
    if query.kind == sets.FACETS:
        return replace(plan, facets=FacetSpec(sets.FACET_NAMES, sets.FACET_LIMIT))
    raise ValueError(f"no plan is known for the set {query.set}")


def options_of(query: Query, limit: int) -> SearchOptions:
    """Return the options of a whole call that answers the same question, and dresses it as little.

    Without snippets, suggestion and date boost; with facets only where they are asked for.
    """
    options = SearchOptions(
        limit=limit,
        snippets=False,
        suggest=False,
        date_boost=False,
        facets=query.kind == sets.FACETS,
        sort="date" if query.kind == sets.BY_DATE else "score",
    )
    if isinstance(query.asked, Value):
        return replace(options, filters=((query.asked.field, query.asked.value),))
    if isinstance(query.asked, Days):
        since, until = (
            _EPOCH + datetime.timedelta(d) for d in (query.asked.first, query.asked.last)
        )
        return replace(options, since=since, until=until)
    return options


def _with_beginning(plan: Plan, asked: Beginning, view: View) -> Plan:
    """As the query language does: the commonest terms that begin so, all of them may score."""
    beginning = values.Beginning(asked.field, (asked.prefix,), PREFIX_EXPANSIONS)
    expanded = [term for term, _ in view.vocabulary([beginning])[0]]
    terms = list(dict.fromkeys([*asked.terms, *expanded]))
    return replace(
        plan,
        match=AnyOf(tuple(TermQuery(asked.field, term) for term in terms)),
        score=tuple(ScoringTerm(asked.field, term, 1.0) for term in terms),
    )
