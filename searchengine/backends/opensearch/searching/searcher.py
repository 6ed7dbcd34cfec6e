"""Answers plans from one commit: the ranking, its documents, the parts of scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from searchengine.backends.folding import folded, single
from searchengine.backends.near_duplicates import LOOK_AHEAD
from searchengine.backends.opensearch.records import StoredTokens, document_in, key_of_id
from searchengine.backends.opensearch.searching.facets import facet_aggregations, facets_in
from searchengine.backends.opensearch.searching.queries import all_of, none_of
from searchengine.backends.opensearch.searching.resolving import resolve
from searchengine.backends.opensearch.searching.windows import Hit, Windows, window_size
from searchengine.backends.opensearch.snapshot import PAGE, Snapshot
from searchengine.backends.scores import Scorer
from searchengine.backends.values import SCORE, Plan, RankedDocument, Ranking, ScoreParts
from searchengine.document import Document

Json = dict[str, Any]


class Searcher:
    """Answers plans from the commit of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def search(self, plan: Plan) -> Ranking:
        """Return the ranking that ``plan`` asks for."""
        found = resolve(self._snapshot, plan)
        plan = found.plan
        windows = Windows(self._snapshot, plan, found.corpus)
        size = _first_window(plan)
        best = found.best if plan.sort.field == SCORE else ()
        # The best come first among full matches; what follows them is seldom asked for.
        sizes = [0 if best else size]
        searches = [windows.search(found.full, sizes[0])]
        if plan.facets:
            searches[0]["aggs"] = facet_aggregations(self._snapshot.fields, plan.facets.names)
        if found.partial is not None:
            sizes.append(size if found.expected < plan.offset + plan.limit + LOOK_AHEAD else 0)
            searches.append(windows.search(found.partial, sizes[1]))
        answers = self._snapshot.search(*({**one, "track_total_hits": True} for one in searches))
        firsts = [answer["hits"]["hits"] for answer in answers]
        totals = [answer["hits"]["total"]["value"] for answer in answers]
        behind = found.full
        if best:
            behind = all_of([found.full, none_of([{"terms": {"seq": [hit.seq for hit in best]}}])])
        ranked: Iterator[tuple[Hit, bool]]
        ranked = ((hit, True) for hit in windows.ranked(behind, firsts[0], sizes[0], best))
        if found.partial is not None:
            in_part = windows.ranked(found.partial, firsts[1], sizes[1])
            ranked = chain(ranked, ((hit, False) for hit in in_part))
        scored = (((hit, is_full), hit.score) for hit, is_full in ranked)
        start, end = plan.offset, plan.offset + plan.limit
        total = totals[0]
        if plan.fold_duplicates:
            every, total = folded(scored, lambda one: one[0].told(), end, total)
            chosen = every[start:end]
        else:
            chosen = single(islice(scored, start, end) if plan.limit else ())
        documents = self._documents_of([hit for (hit, _), _, _ in chosen])
        left_out = {"original": None} if plan.texts else {"original": None, "text": ""}
        facets = plan.facets and facets_in(
            self._snapshot, found.full, answers[0].get("aggregations", {}),
            plan.facets.names, plan.facets.limit, plan.facets.order,
        )  # fmt: skip
        return Ranking(
            total,
            tuple(
                RankedDocument(replace(documents[hit.key], **left_out), score, same, not is_full)
                for (hit, is_full), score, same in chosen
            ),
            facets or {},
            found.otherwise,
            sum(totals[1:]),
            found.share,
            found.absent,
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
            {**body, "query": all_of([asked, found.matching])},
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

    def _documents_of(self, hits: Sequence[Hit]) -> dict[str, Document]:
        """The documents of hits by their names on the cluster, without their originals."""
        found = {hit.key: document_in(hit.kept) for hit in hits if hit.kept}
        rest = [hit.key for hit in hits if not hit.kept]
        return found | self.documents(rest, original=False)

    def documents(self, keys: Sequence[str], *, original: bool = True) -> dict[str, Document]:
        """Return documents by their names on the cluster; those that there are."""
        names = list(dict.fromkeys(keys))
        if not names:
            return {}
        kept = ["document", "original"] if original else ["document"]
        body = {"query": {"ids": {"values": names}}, "size": len(names), "_source": kept}
        (answer,) = self._snapshot.search({**body, "track_total_hits": False})
        return {hit["_id"]: document_in(hit["_source"]) for hit in answer["hits"]["hits"]}


def _first_window(plan: Plan) -> int:
    """How many documents are asked for at first to find those that are wanted; 0 for none."""
    if not plan.limit and not plan.fold_duplicates:
        return 0
    wanted = plan.offset + plan.limit + (LOOK_AHEAD if plan.fold_duplicates else 0)
    near = plan.nearness.depth if plan.nearness and plan.sort.field == SCORE else 0
    return min(window_size(max(wanted, near)), PAGE)
