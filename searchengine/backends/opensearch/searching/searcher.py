"""Answers plans from one commit: the ranking, its documents, the parts of scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any, NamedTuple

from searchengine.backends.folding import folded, single
from searchengine.backends.opensearch.records import StoredTokens, document_in, key_of_id
from searchengine.backends.opensearch.searching.facets import facet_aggregations, facets_in
from searchengine.backends.opensearch.searching.queries import all_of, none_of
from searchengine.backends.opensearch.searching.resolving import Resolved, resolve
from searchengine.backends.opensearch.searching.windows import SHOWN, Hit, Windows, first_window
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.scores import Scorer
from searchengine.backends.values import SCORE, Plan, RankedDocument, Ranking, ScoreParts
from searchengine.document import Document

Json = dict[str, Any]


class _First(NamedTuple):
    """What is known of a ranking at first: how many match in full and in part, the first hits of
    both with how many were asked for, and what was counted for facets."""

    totals: tuple[int, int]
    full: tuple[Sequence[Json], int] = ((), 0)
    partial: tuple[Sequence[Json], int] = ((), 0)
    counted: Json | None = None


class Searcher:
    """Answers plans from the commit of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def search(self, plan: Plan) -> Ranking:
        """Return the ranking that ``plan`` asks for."""
        found = resolve(self._snapshot, plan, self._first_searches)
        plan = found.plan
        windows = Windows(self._snapshot, plan, found.corpus)
        leads = bool(found.best) and plan.sort.field == SCORE
        if leads and found.totals:
            # What follows the best is seldom asked for.
            first = _First(found.totals, counted=found.counted)
        else:
            first = self._first(found, 0 if leads else first_window(plan, found.corpus))
        full = found.full
        if leads:
            full = full.also(none_of([{"terms": {"seq": [hit.seq for hit in found.best]}}]))
        ranked: Iterator[tuple[Hit, bool]]
        ranked = (
            (hit, True) for hit in windows.ranked(full, *first.full, found.best if leads else ())
        )
        if found.partial is not None:
            in_part = windows.ranked(found.partial, *first.partial)
            ranked = chain(ranked, ((hit, False) for hit in in_part))
        scored = (((hit, is_full), hit.score) for hit, is_full in ranked)
        start, end = plan.offset, plan.offset + plan.limit
        total, partial = first.totals
        if plan.fold_duplicates:
            every, total = folded(scored, lambda one: one[0].told(), end, total)
            chosen = every[start:end]
        else:
            chosen = single(islice(scored, start, end) if plan.limit else ())
        documents, facets = self._shown([hit for (hit, _), _, _ in chosen], found, first.counted)
        left_out = {"original": None} if plan.texts else {"original": None, "text": ""}
        return Ranking(
            total,
            tuple(
                RankedDocument(replace(documents[hit.key], **left_out), score, same, not is_full)
                for (hit, is_full), score, same in chosen
            ),
            facets,
            found.otherwise,
            partial,
            found.share,
            found.absent,
        )

    def _first(self, found: Resolved, size: int) -> _First:
        """Ask for the first ``size`` matches in full and in part, with totals and facets."""
        answers = found.first or self._snapshot.search(*self._first_searches(found, size))
        full, *rest = [answer["hits"]["total"]["value"] for answer in answers]
        in_part = first_window(found.plan, found.corpus) if found.is_few else 0
        return _First(
            (full, (rest[0] if found.is_few else rest[0] - full) if rest else 0),
            (answers[0]["hits"]["hits"], size),
            (answers[1]["hits"]["hits"], in_part) if rest else ((), 0),
            answers[0].get("aggregations"),
        )

    def _first_searches(self, found: Resolved, size: int | None = None) -> list[Json]:
        """The searches for the first ``size`` matches (as many as are wanted)."""
        plan, partial = found.plan, found.partial
        windows = Windows(self._snapshot, plan, found.corpus)
        first = first_window(plan, found.corpus)
        size = first if size is None else size
        # Of very many most are only looked at.
        shown = first <= SHOWN
        in_full = found.bands[:-1] or (found.full,)
        searches = [windows.search(one, size, documents=shown) for one in in_full]
        if plan.facets:
            aggregations = facet_aggregations(self._snapshot.fields, plan.facets.names)
            searches = [{**one, "aggs": aggregations} for one in searches]
        if found.bands:
            searches.append(windows.search(found.bands[-1], size, documents=shown))
        elif partial is not None and found.is_few:
            searches.append(windows.search(partial, first, documents=shown))
        elif partial is not None:
            searches.append(windows.search(found.matching, 0))
        return [{**one, "track_total_hits": True} for one in searches]

    def _shown(
        self, hits: Sequence[Hit], found: Resolved, counted: Json | None
    ) -> tuple[dict[str, Document], dict[str, dict[str, int]]]:
        """The documents of hits by their names on the cluster, and the facets of what matches."""
        snapshot, facets = self._snapshot, found.plan.facets
        documents = {hit.key: document_in(hit.kept) for hit in hits if hit.kept}
        names = [hit.key for hit in hits if not hit.kept]
        searches = [_named(names, ["document"])] if names else []
        full = found.full.filter
        if facets and counted is None:
            aggregations = facet_aggregations(snapshot.fields, facets.names)
            searches.append({"size": 0, "query": full, "aggs": aggregations})
        answers = snapshot.search(*searches)
        if names:
            documents |= _documents_in(answers[0])
        if not facets:
            return documents, {}
        if counted is None:
            counted = answers[-1].get("aggregations", {})
        return documents, facets_in(
            snapshot, full, counted, facets.names, facets.limit, facets.order
        )

    def explain(self, plan: Plan, ids: Sequence[str]) -> list[ScoreParts | None]:
        """Return the parts of each document's score; None where there is no such document."""
        keys = {id_: key_of_id(id_) for id_ in ids if id_}
        if not keys:
            return [None for _ in ids]
        found = resolve(self._snapshot, plan)
        asked = {"ids": {"values": list(dict.fromkeys(keys.values()))}}
        body = {"size": len(keys), "_source": False}
        every, let_in = self._snapshot.search(
            {**body, "query": asked, "docvalue_fields": ["tokens"]},
            {**body, "query": all_of([asked, found.matching.filter])},
        )
        matching = {hit["_id"] for hit in let_in["hits"]["hits"]}
        scorer = Scorer(found.plan, found.corpus)
        parts = {
            hit["_id"]: scorer.parts(
                StoredTokens(hit["fields"]["tokens"][0]), hit["_id"] in matching
            )
            for hit in every["hits"]["hits"]
        }
        return [parts.get(keys.get(id_, "")) for id_ in ids]

    def documents(self, keys: Sequence[str]) -> dict[str, Document]:
        """Return documents by their names on the cluster; those that there are."""
        names = list(dict.fromkeys(keys))
        if not names:
            return {}
        (answer,) = self._snapshot.search(_named(names, ["document", "original"]))
        return _documents_in(answer)


def _named(names: Sequence[str], kept: Sequence[str]) -> Json:
    query = {"ids": {"values": list(names)}}
    return {"query": query, "size": len(names), "_source": list(kept), "track_total_hits": False}


def _documents_in(answer: Json) -> dict[str, Document]:
    return {hit["_id"]: document_in(hit["_source"]) for hit in answer["hits"]["hits"]}
