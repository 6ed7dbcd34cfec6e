"""The order of a ranking: the cluster's nearly exact one, made exact window by window.

A document is given out when nothing that comes behind it in the cluster's order can score more:
by as much as the formula gave documents more than the cluster did, so far.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Any, NamedTuple

from searchengine.backends.fields import SYLLABLE_STREAMS, TITLE_FOLDED, FieldTable
from searchengine.backends.folding import Told
from searchengine.backends.near_duplicates import LOOK_AHEAD, shingles_of
from searchengine.backends.opensearch.mapping import key_of
from searchengine.backends.opensearch.records import StoredTokens
from searchengine.backends.opensearch.searching.queries import (
    Matching,
    ranking_query,
    words_of_phrases,
)
from searchengine.backends.opensearch.snapshot import PAGE, Snapshot
from searchengine.backends.scores import Corpus, Scorer
from searchengine.backends.values import DATE, SCORE, FieldTerm, Phrase, Plan, Sort
from searchengine.text.streams import FOLDED

Json = dict[str, Any]

#: So many documents behind those that are wanted are in the first window,
MARGIN = 20
#: and so many in the one that follows; the others grow.
WINDOW = 50
#: By so many documents at least is judged how much more the formula gives.
LEAST_SEEN = 30
#: So many wait at most for what may score more: of what scores nearly the same some come first.
MOST_WAITING = 800
#: The documents come with at most so many, to be shown.
SHOWN = 200
#: What the formula gives more than the cluster may be so much more than was seen.
_BEYOND = 1.01
#: What decides where nothing else does.
_TIES: Sequence[Json] = ({"_score": "desc"}, {"seq": "asc"})


class Hit(NamedTuple):
    """A document in a ranking: its name on the cluster, its place in the order of adding, score.

    ``tokens`` were not asked for where nothing is computed from them; ``kept``, to be shown, and
    ``fields``, to be counted, come with the first window alone.
    """

    key: str
    seq: int
    score: float
    tokens: StoredTokens | None
    kept: Mapping[str, Any]
    fields: Mapping[str, Any]

    def told(self) -> Told:
        """Return what folding looks at."""
        if self.tokens is None:
            return Told(self.key, "", frozenset())
        title, text = (self.tokens.syllables(field) for field in (TITLE_FOLDED, FOLDED))
        shingles = shingles_of(title, text[len(title) :])
        return Told(self.tokens.id, self.tokens.part_of, shingles)


class Windows:
    """Rankings for one plan in one commit."""

    def __init__(self, snapshot: Snapshot, plan: Plan, corpus: Corpus) -> None:
        self._snapshot = snapshot
        self._plan = plan
        self._corpus = corpus

    @cached_property
    def _least_ratio(self) -> float:
        """What the formula may give more than the cluster at least.

        The cluster counts a phrase with so many others in it as a part of one.
        """
        slop = max(
            (
                Phrase.of(one.term).slop
                for one in self._plan.score
                if one.field in SYLLABLE_STREAMS and " " in one.term
            ),
            default=0,
        )
        return (1 + slop) / self._snapshot.bm25_factor if slop else 0.0

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(self._plan, self._corpus)

    def search(
        self, matching: Matching, size: int, sort: Sort | None = None, *, documents: bool = False
    ) -> Json:
        """Return the search for the first ``size`` of what ``matching`` lets in.

        With ``documents`` these come along. The frequencies of plain terms need not be known yet.
        """
        if not size:
            return {"size": 0, "query": matching.filter}
        plan = self._plan
        words = self._snapshot.frequencies(words_of_phrases(plan.score))
        factor = self._snapshot.bm25_factor
        asked = {"docvalue_fields": ["tokens"]} if plan.score or plan.fold_duplicates else {}
        return {
            "size": size,
            "query": ranking_query(plan, self._corpus, matching, words, factor),
            "sort": _sort(self._snapshot.fields, sort or plan.sort),
            "_source": ["document"] if documents else False,
            **asked,
        }

    def ranked(
        self, matching: Matching, first: Sequence[Json], size: int, best: Sequence[Hit] = ()
    ) -> Iterator[Hit]:
        """Yield what ``matching`` lets in, in the order of the plan.

        ``first`` are the hits of a :meth:`search` for ``size`` of them. What is ``best`` by score
        comes before, and is not let in.
        """
        found = chain(best, self.by_score(matching, first, size))
        near = self._plan.nearness
        if near is None or self._plan.sort.field != SCORE:
            yield from found
            return
        nearest = [
            hit._replace(score=hit.score * self._scorer.nearness(hit.tokens)) if hit.tokens else hit
            for hit in islice(found, near.depth)
        ]
        yield from sorted(nearest, key=lambda hit: -hit.score)
        yield from found

    def by_score(
        self, matching: Matching, first: Sequence[Json], size: int, sort: Sort | None = None
    ) -> Iterator[Hit]:
        """Yield what ``matching`` lets in by ``sort`` (the plan's), whatever nearness does."""
        waiting: list[tuple[int, float, int, Hit]] = []
        group, key, native, seen = 0, None, 0.0, 0
        ratio, following = self._least_ratio, WINDOW

        def surely_first(native: float) -> bool:
            """Whether the first that waits comes before all that the cluster scores so or less."""
            return waiting[0][0] < group or -waiting[0][1] >= ratio * _BEYOND * native

        body: Json | None = None
        window = list(first)
        while True:
            for raw in window:
                *by, native, seq = raw["sort"]
                if by != key:
                    group, key = group + 1, by
                while seen >= LEAST_SEEN and waiting and surely_first(native):
                    yield heapq.heappop(waiting)[-1]
                hit, seen = self._hit(raw, seq), seen + 1
                if native:
                    ratio = max(ratio, hit.score / native)
                heapq.heappush(waiting, (group, -hit.score, seq, hit))
            ended = len(window) < size
            while waiting and (ended or len(waiting) > MOST_WAITING or surely_first(native)):
                yield heapq.heappop(waiting)[-1]
            if ended:
                return
            # Where scores lie near each other much is looked at.
            size, following = following, min(2 * following, MOST_WAITING)
            body = body or self.search(matching, size, sort)
            window = list(self._snapshot.each(body, size, window[-1]["sort"] if window else ()))

    def _hit(self, raw: Json, seq: int) -> Hit:
        fields = raw.get("fields")
        tokens = StoredTokens(fields["tokens"][0]) if fields and "tokens" in fields else None
        score = self._scorer.score(tokens) if tokens and self._plan.score else 0.0
        return Hit(raw["_id"], seq, score, tokens, raw.get("_source", {}), fields or {})


def window_size(wanted: int) -> int:
    """Return how large the first window is where so many documents are wanted."""
    return wanted + MARGIN


def first_window(plan: Plan, corpus: Corpus) -> int:
    """Return how many documents are asked for at first; 0 for none.

    All that have a phrase with a slop, if that is not too many: the cluster ranks them otherwise.
    """
    if not plan.limit and not plan.fold_duplicates:
        return 0
    wanted = plan.offset + plan.limit + (LOOK_AHEAD if plan.fold_duplicates else 0)
    near = plan.nearness.depth if plan.nearness and plan.sort.field == SCORE else 0
    sloppy = sum(
        corpus.frequencies.get(FieldTerm(one.field, one.term), 0)
        for one in plan.score
        if one.field in SYLLABLE_STREAMS and " " in one.term and Phrase.of(one.term).slop
    )
    return min(max(window_size(max(wanted, near)), min(sloppy, MOST_WAITING)), PAGE)


def _sort(fields: FieldTable, by: Sort) -> list[Json]:
    if by.field == SCORE:
        return list(_TIES)
    if by.field == DATE:
        field = "last_day" if by.descending else "first_day"
    else:
        field = f"{key_of(fields, by.field)}_sort"
    order = "desc" if by.descending else "asc"
    return [{field: {"order": order, "missing": "_last"}}, *_TIES]
