"""A plan's tree and its scoring terms as queries of the cluster.

Filters are exact. The ranking query scores nearly as the formula says: the cluster knows lengths to
a byte, and document frequencies a shard; whoever asks computes the scores of what it finds again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from searchengine.backends.bm25 import idf
from searchengine.backends.fields import (
    FACETS,
    NUMBERS,
    SCORED_STREAMS,
    SYLLABLE_STREAMS,
    TITLE_FOLDED,
    FieldTable,
)
from searchengine.backends.opensearch.mapping import FIRST, LAST, encode, key_of
from searchengine.backends.scores import Corpus
from searchengine.backends.values import (
    DATE,
    YEARS,
    AllOf,
    AnyOf,
    Coverage,
    DateDecay,
    FieldTerm,
    Idea,
    Not,
    Phrase,
    PhraseQuery,
    Plan,
    Query,
    RangeQuery,
    ScoringTerm,
    TermQuery,
    ValueQuery,
)

Json = dict[str, Any]

ALL: Json = {"match_all": {}}
NONE: Json = {"match_none": {}}

#: A search may ask for 1,024 terms (``indices.query.bool.max_clause_count``), counted wherever they
#: stand; some kinds of fields make two of one.
MOST_TERMS = 900
_TERMS = frozenset({"term", "terms", "match_phrase", "span_term", "range", "exists", "ids"})

#: Elasticsearch's decay functions over the nearest day of a date; see ``scores.date_factor``.
_CURVE = """
double first = Math.min(doc['first_day'].value, params.latest);
double last = Math.min(doc['last_day'].value, params.latest);
double distance = Math.max(0, Math.max(params.start - last, first - params.end));
double beyond = Math.max(0, distance - params.offset);
double curve = params.exp ? Math.exp(params.rate * beyond)
  : params.gauss ? Math.exp(params.rate * beyond * beyond)
  : Math.max(0, (params.reach - beyond) / params.reach);
"""
_FACTOR = f"{_CURVE}return 1 + params.weight * curve;"
_SCORE = f"""
if (doc['first_day'].size() == 0) {{ return _score * params.undated; }}{_CURVE}
return _score * (1 + params.weight * curve);
"""


def filter_of(query: Query, fields: FieldTable) -> Json:
    """Return the filter that lets in what ``query`` matches."""
    if isinstance(query, (TermQuery, PhraseQuery)):
        return term_filter(query.field, query.term)
    if isinstance(query, AllOf):
        return all_of([filter_of(each, fields) for each in query.queries])
    if isinstance(query, AnyOf):
        return any_of([filter_of(each, fields) for each in query.queries])
    if isinstance(query, Not):
        return none_of([filter_of(query.query, fields)])
    if isinstance(query, RangeQuery):
        return _range(query, fields)
    return _value(query, fields)


def all_of(filters: Iterable[Json]) -> Json:
    """Return the filter of what all of ``filters`` let in."""
    found = [one for one in filters if one != ALL]
    if len(found) == 1:
        return found[0]
    return {"bool": {"filter": found}} if found else ALL


def any_of(filters: Sequence[Json]) -> Json:
    """Return the filter of what any of ``filters`` lets in, the terms of a field as one."""
    terms: dict[str, list[str]] = {}
    found = []
    for one in filters:
        if one.keys() == {"term"}:
            ((field, asked),) = one["term"].items()
            terms.setdefault(field, []).append(asked["value"])
        else:
            found.append(one)
    found += [
        {"terms": {field: values}} if len(values) > 1 else {"term": {field: {"value": values[0]}}}
        for field, values in terms.items()
    ]
    if len(found) == 1:
        return found[0]
    return {"bool": {"should": found, "minimum_should_match": 1}} if found else NONE


def none_of(filters: Sequence[Json]) -> Json:
    """Return the filter of what none of ``filters`` lets in."""
    return {"bool": {"must_not": [any_of(filters)]}} if filters else ALL


def term_filter(field: str, term: str) -> Json:
    """Return the filter of what holds ``term``, which may be a phrase."""
    if _is_phrase(field, term):
        return _phrase(field, Phrase.of(term))
    if field in SCORED_STREAMS:
        return {"term": {field: {"value": encode(term)}}}
    if field == NUMBERS or field in FACETS:
        return {"term": {field: {"value": term}}}
    return NONE


class Matching(NamedTuple):
    """Lets in what all of ``filters`` do, and where ``held`` are not None what holds any of them.

    Whoever scores with all of ``held`` finds no other documents.
    """

    filters: tuple[Json, ...]
    held: tuple[ScoringTerm, ...] | None = None

    @property
    def filter(self) -> Json:
        """All of it as a filter."""
        held = [] if self.held is None else [holding_filter(self.held)]
        return all_of([*self.filters, *held])

    def also(self, *filters: Json) -> Matching:
        """Return what lets in what these filters do as well."""
        return self._replace(filters=(*self.filters, *filters))


def matching(plan: Plan, fields: FieldTable, *, filtered: bool = True) -> Matching:
    """Return what lets in what a plan matches, with its filters or without."""
    filters = [filter_of(one, fields) for one in plan.filters] if filtered else []
    if plan.match is not None:
        return Matching((filter_of(plan.match, fields), *filters))
    if all(term.weight > 0 for term in plan.score):
        return Matching(tuple(filters), plan.score)
    return Matching((holding_filter(plan.score), *filters))


def holding_filter(terms: Iterable[ScoringTerm]) -> Json:
    """Return the filter of what holds any of ``terms``."""
    held = dict.fromkeys(FieldTerm(one.field, one.term) for one in terms)
    return any_of([term_filter(*one) for one in held])


def _is_phrase(field: str, term: str) -> bool:
    return field in SYLLABLE_STREAMS and " " in term


def _phrase(field: str, phrase: Phrase) -> Json:
    if not all(phrase.syllables) or not phrase.syllables:
        return NONE
    if not phrase.other and not phrase.slop:
        return {"match_phrase": {field: {"query": " ".join(map(encode, phrase.syllables))}}}
    if not phrase.other:
        return _ordered([_one(field, each) for each in phrase.syllables], phrase.slop)
    left, right = (
        _ordered([_one(field, each) for each in part], 0)
        for part in (phrase.syllables, phrase.other)
    )
    return any_of([_ordered([left, right], phrase.slop), _ordered([right, left], phrase.slop)])


def _one(field: str, syllable: str) -> Json:
    return {"span_term": {field: {"value": encode(syllable)}}}


def _ordered(clauses: Sequence[Json], slop: int) -> Json:
    if len(clauses) == 1:
        return clauses[0]
    return {"span_near": {"clauses": list(clauses), "slop": slop, "in_order": True}}


def _value(query: ValueQuery, fields: FieldTable) -> Json:
    if not query.syllables:
        return NONE
    field = f"{key_of(fields, query.field)}_{'folded' if query.folded else 'exact'}"
    words = (FIRST, *query.syllables, LAST) if query.whole else query.syllables
    return {"match_phrase": {field: {"query": " ".join(words)}}}


def _range(query: RangeQuery, fields: FieldTable) -> Json:
    if query.field != DATE:
        key = f"{key_of(fields, query.field)}_sort"
        bounds = {"gte": query.first, "lte": query.last}
        return {"range": {key: {end: at for end, at in bounds.items() if at is not None}}}
    touching: list[Json] = [{"exists": {"field": "first_day"}}]
    if query.first is not None:
        touching.append({"range": {"last_day": {"gte": math.ceil(query.first)}}})
    if query.last is not None:
        touching.append({"range": {"first_day": {"lte": math.floor(query.last)}}})
    return all_of(touching)


def weighed(ideas: Sequence[Idea], weights: Sequence[float], fields: FieldTable) -> Json:
    """Return a query that scores each document the sum of the ``weights`` of the ideas it has."""
    return {
        "bool": {
            "should": [
                {"constant_score": {"filter": filter_of(idea.query, fields), "boost": weight}}
                for idea, weight in zip(ideas, weights, strict=True)
            ],
            "minimum_should_match": 1,
        }
    }


def enough_filter(coverage: Coverage, present: Sequence[int], least: float, f: FieldTable) -> Json:
    """Return the filter of what has at least the weight ``least`` of the ideas ``present``."""
    if least <= 0:
        return ALL
    ideas = [coverage.ideas[at] for at in present]
    query = weighed(ideas, [idea.weight for idea in ideas], f)
    return {"function_score": {"query": query, "min_score": least}}


def ranking_query(
    plan: Plan,
    corpus: Corpus,
    matching: Matching,
    words: Mapping[FieldTerm, int],
    factor: float,
) -> Json:
    """Return the query that ranks nearly as the formula says, times ``factor``.

    Frequencies of plain terms that are not known are no matter. ``words`` are those of the
    syllables of phrases, by whose rarity the cluster weighs these. The cluster's BM25 has the
    ``factor``. Of more terms than a search may ask for those that say most are scored.
    """
    held = [one for one in plan.score if _frequency(one, corpus)]
    terms = _that_fit(held, corpus, MOST_TERMS - _terms_of(matching.filter))
    clauses = _clauses(terms, corpus, words, factor)
    if not clauses:
        return {"bool": {"filter": [matching.filter]}}
    scores_held = matching.held is not None and len(terms) == len(held)
    query: Json = {
        "bool": {
            "filter": list(matching.filters) if scores_held else [matching.filter],
            "should": clauses,
            "minimum_should_match": 1 if scores_held else 0,
        }
    }
    if plan.decay is None:
        return query
    params, undated = _curve(plan.decay), corpus.undated_factor
    if plan.decay.years is None:
        # Quicker than functions with filters.
        script = {"source": _SCORE, "params": {**params, "undated": undated}}
        return {"script_score": {"query": query, "script": script}}
    return {
        "function_score": {
            "query": query,
            "functions": _date_functions(params, plan.decay.years, undated),
            "score_mode": "first",
            "boost_mode": "multiply",
        }
    }


def _that_fit(terms: Sequence[ScoringTerm], corpus: Corpus, room: int) -> Sequence[ScoringTerm]:
    """Those of ``terms`` that can give most, as many as there is ``room`` for."""
    sizes = [_terms_of(term_filter(one.field, one.term)) for one in terms]
    if sum(sizes) <= room:
        return terms
    most = [one.weight * idf(corpus.documents, _frequency(one, corpus)) for one in terms]
    kept = set()
    for at in sorted(range(len(terms)), key=lambda at: -most[at]):
        room -= sizes[at]
        if room < 0:
            break
        kept.add(at)
    return [one for at, one in enumerate(terms) if at in kept]


def _frequency(term: ScoringTerm, corpus: Corpus) -> int:
    """In how many documents a term is; 1 where that is not known."""
    return corpus.frequencies.get(FieldTerm(term.field, term.term), 1)


def _terms_of(query: Any) -> int:
    """How many terms a query asks for, as the cluster counts them."""
    if isinstance(query, Mapping):
        return sum(1 if key in _TERMS else _terms_of(value) for key, value in query.items())
    return sum(map(_terms_of, query)) if isinstance(query, list) else 0


def _clauses(
    terms: Sequence[ScoringTerm], corpus: Corpus, words: Mapping[FieldTerm, int], factor: float
) -> list[Json]:
    alone: list[Json] = []
    ideas: dict[int, dict[int, list[Json]]] = {}
    for term in terms:
        clause = _scoring(term, corpus, words, factor)
        if term.idea:
            ideas.setdefault(term.idea, {}).setdefault(term.form, []).append(clause)
        else:
            alone.append(clause)
    for forms in ideas.values():
        sums: list[Json] = [{"bool": {"should": form}} for form in forms.values()]
        alone.append({"dis_max": {"queries": sums}})
    return alone


def _scoring(
    term: ScoringTerm, corpus: Corpus, words: Mapping[FieldTerm, int], factor: float
) -> Json:
    clause = term_filter(term.field, term.term)
    if "term" in clause and term.field in SCORED_STREAMS:
        return {"term": {term.field: {"value": encode(term.term), "boost": term.weight}}}
    documents = corpus.documents
    rarity = idf(documents, corpus.frequencies[FieldTerm(term.field, term.term)])
    if term.field not in SCORED_STREAMS or clause == NONE:
        boost = factor * term.weight * rarity
        return {"constant_score": {"filter": clause, "boost": boost}}
    phrase = Phrase.of(term.term)
    summed = sum(
        idf(documents, words[FieldTerm(term.field, one)])
        for one in (*phrase.syllables, *phrase.other)
    )
    boost = term.weight * rarity / summed
    # What stands apart counts as less than once.
    if "match_phrase" in clause:
        query = clause["match_phrase"][term.field]["query"]
        return {"match_phrase": {term.field: {"query": query, "boost": boost}}}
    (kind,) = clause
    return {kind: {**clause[kind], "boost": boost}}


def words_of_phrases(terms: Iterable[ScoringTerm | FieldTerm]) -> list[FieldTerm]:
    """Return the syllables of the phrases among ``terms``."""
    return [
        FieldTerm(term.field, one)
        for term in terms
        if _is_phrase(term.field, term.term)
        for one in (*Phrase.of(term.term).syllables, *Phrase.of(term.term).other)
        if one
    ]


def weighed_by_rarity(terms: Sequence[ScoringTerm]) -> list[FieldTerm]:
    """Return those of ``terms`` whose frequencies the ranking query needs.

    Of few all but plain ones, of more than may fit all: the cluster knows those of plain ones.
    """
    return [
        FieldTerm(term.field, term.term)
        for term in terms
        if len(terms) > MOST_TERMS // 2
        or term.field not in SCORED_STREAMS
        or _is_phrase(term.field, term.term)
    ]


def _curve(decay: DateDecay) -> Json:
    """What the scripts are told of a decay."""
    return {
        "latest": float(max(decay.today, decay.origin[1])),
        "start": float(decay.origin[0]),
        "end": float(decay.origin[1]),
        "offset": float(decay.offset),
        "exp": decay.curve == "exp",
        "gauss": decay.curve == "gauss",
        "rate": math.log(decay.decay) / decay.scale ** (2 if decay.curve == "gauss" else 1),
        "reach": decay.scale / (1.0 - decay.decay),
        "weight": float(decay.weight),
    }


def _date_functions(params: Json, years: tuple[int, int], undated: float) -> list[Json]:
    asked = [str(year) for year in YEARS if years[0] <= year <= years[1]]
    titled = {"terms": {TITLE_FOLDED: [str(year) for year in YEARS]}}
    other = {"bool": {"filter": [titled], "must_not": [{"terms": {TITLE_FOLDED: asked}}]}}
    script = {"source": _FACTOR, "params": params}
    return [
        {"filter": {"exists": {"field": "first_day"}}, "script_score": {"script": script}},
        {"filter": other, "weight": 1.0},
        {"filter": ALL, "weight": undated},
    ]
