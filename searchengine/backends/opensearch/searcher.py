"""What a plan finds in one commit: which documents match in full, the best of them, their scores.

The cluster ranks nearly as the formula says and sends a window of the first documents with their
tokens; their exact scores are computed here, and they are put in order by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any, NamedTuple

from searchengine.backends.fields import FieldTable
from searchengine.backends.folding import Shown, folded, single
from searchengine.backends.near_duplicates import LOOK_AHEAD
from searchengine.backends.opensearch.facets import facet_aggregations, facets_in
from searchengine.backends.opensearch.mapping import key_of
from searchengine.backends.opensearch.queries import (
    ALL,
    all_of,
    any_of,
    enough_filter,
    filter_of,
    holding_filter,
    none_of,
    ranking_query,
    weighed,
    words_of_phrases,
)
from searchengine.backends.opensearch.records import StoredTokens, document_in, key_of_id
from searchengine.backends.opensearch.snapshot import PAGE, Snapshot
from searchengine.backends.scores import Corpus, date_factor, score_parts
from searchengine.backends.values import (
    DATE,
    SCORE,
    Coverage,
    FieldTerm,
    Plan,
    RankedDocument,
    Ranking,
    ScoreParts,
    Sort,
)
from searchengine.document import Document
from searchengine.errors import InputError

Json = dict[str, Any]

#: What decides where nothing else does.
_TIES: list[Json] = [{"_score": "desc"}, {"seq": "asc"}]
_TOKENS: Json = {"docvalue_fields": ["tokens"]}

#: So many documents behind those that are wanted are looked at: the cluster's order is not exact.
MARGIN = 50
#: So many are looked at in any case.
WINDOW = 100
#: Shares are sums: so much less than what is asked for is enough.
SLACK = 1e-4
#: A plan has so many ideas at most: the cluster tells sets of ideas as one number.
MAX_IDEAS = 24
#: So many sets of ideas are told apart.
_SETS = 60_000


class Hit(NamedTuple):
    """A document in a window: its name on the cluster, its place in the order of adding, what it is
    sorted by beside its score, and that score."""

    key: str
    seq: int
    sorted_by: Any
    score: float
    tokens: StoredTokens | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A plan as one commit answers it.

    ``matching`` is what is let in, ``full`` what of it matches in full: about ``expected``
    documents, filters aside.
    """

    plan: Plan
    corpus: Corpus
    matching: Json
    full: Json
    expected: int
    otherwise: bool
    share: float = 1.0
    absent: tuple[int, ...] = ()


class Searcher:
    """Answers plans from one commit."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def search(self, plan: Plan) -> Ranking:
        """Return the ranking that ``plan`` asks for."""
        found = self.resolve(plan)
        plan, end = found.plan, found.plan.offset + found.plan.limit
        size = _window_size(plan)
        tiers = [all_of([found.matching, found.full])]
        if found.full != ALL:
            tiers.append(all_of([found.matching, none_of([found.full])]))
        searches = [self._window(found, tiers[0], min(size, PAGE))]
        if plan.facets:
            searches[0]["aggs"] = facet_aggregations(self._fields, plan.facets.names)
        if len(tiers) > 1:
            ahead = min(size, PAGE) if found.expected < end + LOOK_AHEAD else 0
            searches.append(self._window(found, tiers[1], ahead))
        answers = self._snapshot.search(*({**one, "track_total_hits": True} for one in searches))
        totals = [answer["hits"]["total"]["value"] for answer in answers]
        full = totals[0]
        ranked = (
            (hit, tier == 0)
            for tier, (matching, answer) in enumerate(zip(tiers, answers, strict=True))
            for hit in self._ordered(found, matching, answer["hits"]["hits"], size)
        )
        partial: set[str] = set()
        chosen, total = self._shown(plan, ranked, full, partial)
        left_out = {"original": None} if plan.texts else {"original": None, "text": ""}
        facets = plan.facets and facets_in(
            self._snapshot, tiers[0], answers[0]["aggregations"],
            plan.facets.names, plan.facets.limit, plan.facets.order,
        )  # fmt: skip
        return Ranking(
            total,
            tuple(
                RankedDocument(
                    replace(one.document, **left_out),
                    one.score,
                    one.duplicates,
                    one.document.id in partial,
                )
                for one in chosen
            ),
            facets or {},
            found.otherwise,
            sum(totals[1:]),
            found.share,
            found.absent,
        )

    def _shown(
        self, plan: Plan, ranked: Iterator[tuple[Hit, bool]], full: int, partial: set[str]
    ) -> tuple[list[Shown], int]:
        """The slice that is asked for, and the total; ids of partial matches go to ``partial``."""
        end = plan.offset + plan.limit
        if not plan.fold_duplicates:
            hits = islice(ranked, plan.offset, end) if plan.limit else iter(())
            return single(self._documents(hits, max(1, plan.limit), partial)), full
        near_end = full if full <= end + LOOK_AHEAD else 0
        documents = self._documents(ranked, max(end, near_end, LOOK_AHEAD), partial)
        chosen, total = folded(documents, end, full)
        return chosen[plan.offset : end], total

    def explain(self, plan: Plan, ids: Sequence[str]) -> list[ScoreParts | None]:
        """Return the parts of each document's score; None where there is no such document."""
        if not ids:
            return []
        found = self.resolve(plan)
        keys = {id_: key_of_id(id_) for id_ in ids if id_}
        asked = {"ids": {"values": list(dict.fromkeys(keys.values()))}}
        body = {"size": len(keys), "_source": False}
        every, let_in = self._snapshot.search(
            {**body, "query": asked, **_TOKENS},
            {**body, "query": all_of([asked, found.matching])},
        )
        matching = {hit["_id"] for hit in let_in["hits"]["hits"]}
        parts = {
            hit["_id"]: score_parts(found.plan, found.corpus, _tokens(hit), hit["_id"] in matching)
            for hit in every["hits"]["hits"]
        }
        return [parts.get(keys.get(id_, "")) for id_ in ids]

    def resolve(self, plan: Plan) -> Resolved:
        """Return what a plan is in this commit: whether an alternative answers, who matches."""
        otherwise = False
        while True:
            terms = [FieldTerm(one.field, one.term) for one in plan.score]
            needed = self._snapshot.unknown([*terms, *words_of_phrases(plan.score)])
            match = self._match(plan)
            asked: dict[str, Json] = {}
            if needed:
                asked["terms"] = self._snapshot.frequency_search(needed)
            if plan.otherwise is not None:
                asked["any"] = {"size": 0, "query": match, "terminate_after": 1,
                                "track_total_hits": 1}  # fmt: skip
            if plan.coverage:
                asked["sets"] = self._sets_search(plan, plan.coverage)
            answers = dict(
                zip(asked, self._snapshot.search(*asked.values()), strict=True) if asked else ()
            )
            if needed:
                self._snapshot.learn(needed, answers["terms"])
            if plan.otherwise is None or answers["any"]["hits"]["total"]["value"]:
                break
            plan, otherwise = plan.otherwise, True
        matching = all_of([match, *(filter_of(one, self._fields) for one in plan.filters)])
        corpus = self._corpus(plan)
        resolved = Resolved(plan, corpus, matching, ALL, 0, otherwise)
        if plan.coverage:
            resolved = self._covered(resolved, plan.coverage, answers["sets"])
        return resolved

    @property
    def _fields(self) -> FieldTable:
        return self._snapshot.fields

    def _match(self, plan: Plan) -> Json:
        if plan.match is not None:
            return filter_of(plan.match, self._fields)
        return holding_filter(plan.score)

    def _corpus(self, plan: Plan) -> Corpus:
        snapshot = self._snapshot
        undated = 1.0
        if plan.decay and snapshot.numbers.dated:
            factors = ((count, date_factor(plan.decay, days))
                       for days, count in snapshot.dates().items())  # fmt: skip
            undated = sum(count * factor for count, factor in factors) / snapshot.numbers.dated
        frequencies = snapshot.frequencies([FieldTerm(t.field, t.term) for t in plan.score])
        return Corpus(snapshot.numbers.documents, frequencies, snapshot.mean_lengths, undated)

    def _sets_search(self, plan: Plan, coverage: Coverage) -> Json:
        """The search that counts the documents of each set of ideas.

        A set is the number whose digits, in twos, say which ideas are in it.
        """
        if len(coverage.ideas) > MAX_IDEAS:
            raise InputError(f"a plan has {MAX_IDEAS} ideas at most here: leave some out")
        numbers = [float(1 << at) for at in range(len(coverage.ideas))]
        query = weighed(coverage.ideas, numbers, self._fields)
        if plan.match is not None:
            query["bool"]["filter"] = [filter_of(plan.match, self._fields)]
        sets = {"script": {"source": "_score.intValue()"}, "value_type": "long", "size": _SETS}
        return {"size": 0, "track_total_hits": False, "query": query,
                "aggs": {"sets": {"terms": sets}}}  # fmt: skip

    def _covered(self, resolved: Resolved, coverage: Coverage, answer: Json) -> Resolved:
        """The plan with which documents have enough of its ideas."""
        sets = {
            int(bucket["key"]): bucket["doc_count"]
            for bucket in answer["aggregations"]["sets"]["buckets"]
        }
        every = range(len(coverage.ideas))
        present = [at for at in every if any(one >> at & 1 for one in sets)]
        absent = tuple(at for at in every if at not in present)
        if not present:
            return replace(resolved, absent=absent)
        whole = sum(coverage.ideas[at].weight for at in present)
        weights = {
            one: sum(coverage.ideas[at].weight for at in present if one >> at & 1) for one in sets
        }
        counts: list[int] = []
        for share in coverage.shares:
            least = (share - SLACK) * whole
            counts.append(
                sum(sets[one] for one, weight in weights.items() if weight >= least)
                if least > 0
                else self._snapshot.numbers.documents
            )
            if counts[-1] >= coverage.enough:
                break
        # What adds no document asks for no less.
        share = coverage.shares[counts.index(counts[-1])]
        full = enough_filter(coverage, present, (share - SLACK) * whole, self._fields)
        found = replace(resolved, full=full, expected=counts[-1], share=share, absent=absent)
        if coverage.best and full != ALL and resolved.plan.score:
            best = self._best(found, coverage.best)
            found = replace(found, full=any_of([full, {"terms": {"seq": best}}]))
        return found

    def _best(self, found: Resolved, count: int) -> list[int]:
        """The places of the documents with the highest scores, whatever they have."""
        by_score = replace(found, plan=replace(found.plan, nearness=None, sort=Sort()))
        (answer,) = self._snapshot.search(
            {**self._window(by_score, found.matching, count + MARGIN), "track_total_hits": False}
        )
        hits = (self._hit(by_score, hit) for hit in answer["hits"]["hits"])
        best = sorted((hit for hit in hits if hit.score > 0), key=lambda one: (-one.score, one.seq))
        return [hit.seq for hit in best[:count]]

    def _window(self, found: Resolved, matching: Json, size: int) -> Json:
        """The search for the first documents of the ranking, without what counts all of them."""
        plan = found.plan
        words = self._snapshot.frequencies(words_of_phrases(plan.score)) if size else {}
        query = ranking_query(plan, found.corpus, [matching], words) if size else matching
        tokens = _TOKENS if size and plan.score else {}
        return {"size": size, "query": query, "sort": self._sort(plan), "_source": False, **tokens}

    def _sort(self, plan: Plan) -> list[Json]:
        by = plan.sort
        if by.field == SCORE:
            return _TIES
        field = ("last_day" if by.descending else "first_day") if by.field == DATE else (
            f"{key_of(self._fields, by.field)}_sort"
        )  # fmt: skip
        order = "desc" if by.descending else "asc"
        return [{field: {"order": order, "missing": "_last"}}, *_TIES]

    def _ordered(
        self, found: Resolved, matching: Json, first: Sequence[Json], size: int
    ) -> Iterator[Hit]:
        """The documents that ``matching`` lets in, by their exact scores, a window at a time.

        ``first`` are those of the first window that have been asked for already.
        """
        plan, body = found.plan, self._window(found, matching, size)
        window = list(first)
        near = plan.nearness is not None and plan.sort.field == SCORE
        while size:
            if len(window) < size and len(window) % PAGE == 0:
                after = window[-1]["sort"] if window else ()
                window += self._snapshot.each(body, size - len(window), after)
            hits = [self._hit(found, raw) for raw in window]
            for _, group in groupby(hits, key=lambda hit: hit.sorted_by):
                alike = sorted(group, key=lambda hit: (-hit.score, hit.seq))
                yield from self._nearest(found, alike) if near else alike
            if len(window) < size:
                return
            near = False
            window = list(self._snapshot.each(body, size, window[-1]["sort"]))

    def _nearest(self, found: Resolved, hits: list[Hit]) -> list[Hit]:
        """The first documents in the order of what nearness makes of their scores."""
        depth = found.plan.nearness.depth if found.plan.nearness else 0
        first = [
            hit._replace(score=score_parts(found.plan, found.corpus, hit.tokens, True).score)
            if hit.tokens
            else hit
            for hit in hits[:depth]
        ]
        return [*sorted(first, key=lambda hit: -hit.score), *hits[depth:]]

    def _hit(self, found: Resolved, raw: Json) -> Hit:
        tokens, score = None, 0.0
        if found.plan.score:
            tokens = _tokens(raw)
            plan = replace(found.plan, nearness=None)
            score = score_parts(plan, found.corpus, tokens, True).score
        by = raw["sort"]
        return Hit(raw["_id"], by[-1], by[0] if len(by) > len(_TIES) else None, score, tokens)

    def _documents(
        self, ranked: Iterator[tuple[Hit, bool]], size: int, partial: set[str]
    ) -> Iterator[tuple[Document, float]]:
        """The documents of a ranking with their scores, asked for ``size`` at a time."""
        while chunk := list(islice(ranked, size)):
            documents = self.documents([hit.key for hit, _ in chunk], original=False)
            for hit, is_full in chunk:
                document = documents[hit.key]
                if not is_full:
                    partial.add(document.id)
                yield document, hit.score

    def documents(self, keys: Sequence[str], *, original: bool = True) -> dict[str, Document]:
        """Return documents by their names on the cluster; those that there are."""
        names = list(dict.fromkeys(keys))
        if not names:
            return {}
        kept = ["document", "original"] if original else ["document"]
        body = {"query": {"ids": {"values": names}}, "size": len(names), "_source": kept}
        (answer,) = self._snapshot.search({**body, "track_total_hits": False})
        return {hit["_id"]: document_in(hit["_source"]) for hit in answer["hits"]["hits"]}


def _window_size(plan: Plan) -> int:
    """How many documents are looked at for the exact order of those that are wanted."""
    if not plan.limit and not plan.fold_duplicates:
        return 0
    wanted = plan.offset + plan.limit + (LOOK_AHEAD if plan.fold_duplicates else 0)
    near = plan.nearness.depth if plan.nearness and plan.sort.field == SCORE else 0
    return max(WINDOW, wanted + MARGIN, near + MARGIN)


def _tokens(hit: Json) -> StoredTokens:
    return StoredTokens(hit["fields"]["tokens"][0])
