"""Answering a request from one snapshot: match, score, boost, sort, cut, count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded import decay
from searchengine.backends.embedded.cache_budget import Cache, cached
from searchengine.backends.embedded.duplicates import (
    FOLD_DOCUMENTS,
    Shingles,
    fold_duplicates,
    shingles,
)
from searchengine.backends.embedded.facets import FacetCounter, Histogram, Order, Step
from searchengine.backends.embedded.index.schema import NUMBERS
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.index.stored.document_codec import day_number
from searchengine.backends.embedded.match import Mask, matching, prefix_terms
from searchengine.backends.embedded.request import (
    RankedDocument,
    Ranking,
    ScoreParts,
    SearchRequest,
)
from searchengine.backends.embedded.scoring import exact_scoring as rank
from searchengine.backends.embedded.scoring.scorer import Scorer
from searchengine.backends.embedded.scoring.term_store import idf
from searchengine.query.language.tree import InTitle, Node, Prefix, Words, positive_nodes
from searchengine.query.plan.partial_diacritics import weigh_mixed
from searchengine.query.plan.weights import PREFIX_WEIGHT, WeightedTerm, weighted_terms
from searchengine.text.analysis import FOLDED

if TYPE_CHECKING:
    from searchengine.backends.embedded.completion.completer import Completer
    from searchengine.backends.embedded.completion.lexicon import Lexicon

#: Date factors of so many different origins are kept; most queries share today's.
KEPT_FACTORS = 8
#: The shingles of so many documents are kept for the next page, and for the next query: 4 kB each
#: of news, at most 80 kB.
KEPT_SHINGLES = 512
#: Where duplicates fold, so many more documents than asked for are ranked at first: a thousand
#: more take 15 ms at 100,000 documents, and are seldom needed.
FEW_DUPLICATES = 50
#: Document frequencies of bare syllables, which there are a few thousand of, exact and folded.
KEPT_FREQUENCIES = 8192

#: Which documents match, a byte each, for so many trees: a page asks for hits, facets and a
#: histogram of the same query, and a phrase has texts read.
KEPT_MASKS = 16
#: Whoever holds a word, a pair or a title's syllable of a query holds a folded syllable of it, so
#: these alone tell which documents match.
TELLING_STREAMS = frozenset((FOLDED, NUMBERS))

Lookups = list[tuple[str, str, float]]
_NO_MASK: Mask = np.empty(0, np.bool_)


@dataclass(frozen=True, slots=True)
class _Factors:
    """What dates multiply scores by: ``exact`` float64[size], ``narrow`` the same in float32."""

    exact: NDArray[np.float64]
    narrow: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        return self.exact.nbytes + self.narrow.nbytes


@dataclass(frozen=True, slots=True)
class _Question:
    """A request made ready: its look-ups, which documents match (None: those with a score)."""

    request: SearchRequest
    query: Lookups
    mask: Mask | None
    factors: _Factors | None

    @property
    def boost(self) -> NDArray[np.float32] | None:
        return self.factors.narrow if self.factors else None


class _Order(NamedTuple):
    """The best documents, how many match, which (empty where nobody needs it), what is folded."""

    docs: NDArray[np.int64]
    total: int
    matched: Mask
    folded: Sequence[tuple[int, ...]] = ()


class Searcher:
    """Answers requests from one snapshot; safe for any number of threads."""

    def __init__(self, snapshot: Snapshot, before: Searcher | None = None) -> None:
        """Search ``snapshot``, keeping what was made for a search within its budget.

        What the searcher of an earlier commit, ``before``, keeps of terms and facets is taken
        over.
        """
        self.snapshot = snapshot
        budget = snapshot.budget
        self.scorer: Scorer = Scorer(snapshot, budget, None if before is None else before.scorer)
        self.facets: FacetCounter = FacetCounter(
            snapshot, None if before is None else before.facets
        )
        # These caches hold the snapshot, not the searcher: a circle of references would keep an
        # old commit's arrays until the collector comes round.
        self._shingles = cached(
            partial(_shingles_of, snapshot), Cache(budget, "shingles", KEPT_SHINGLES)
        )
        self._frequency = cached(
            snapshot.document_frequency, Cache(budget, "frequencies", KEPT_FREQUENCIES)
        )
        self._masks = cached(partial(_mask_of, snapshot), Cache(budget, "masks", KEPT_MASKS))
        self._factors: Cache[object, _Factors] = Cache(budget, "date_factors", KEPT_FACTORS)

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the snapshot knows of syllables, for suggestions."""
        from searchengine.backends.embedded.completion.lexicon import (
            Lexicon,  # Not every search needs it.
        )

        return Lexicon(self.snapshot)

    @cached_property
    def completer(self) -> Completer:
        """What completes prefixes."""
        from searchengine.backends.embedded.completion.completer import (
            Completer,  # A search needs none of it.
        )

        return Completer(self.lexicon)

    def search(self, request: SearchRequest) -> Ranking:
        """Return the ranking that ``request`` asks for."""
        terms = self._terms(request.root, marked=request.marked)
        query = [(term.stream, term.term, term.weight) for term in terms]
        question = _Question(request, query, self._mask(request), self._date_factors(request))
        if request.fold_duplicates:
            order = self._folded(question)
        else:
            order = self._order(question, request.offset + request.limit)
        chosen = order.docs[request.offset :]
        folded = order.folded[request.offset :] or repeat(())
        scores = rank.exact_scores(self.snapshot, self.scorer.term_store, query, chosen)
        if question.factors:
            scores *= question.factors.exact[chosen]
        return Ranking(
            total=order.total,
            ranked=tuple(
                RankedDocument(
                    self.snapshot.document(number, original=False),
                    score,
                    tuple(self.snapshot.document(one).id for one in same),
                )
                for number, score, same in zip(
                    chosen.tolist(), scores.tolist(), folded, strict=False
                )
            ),
            facets=self.facets.counts(order.matched) if request.facets else {},
            syllable_weights=self._syllable_weights(terms) if request.snippets else {},
        )

    def _order(self, question: _Question, depth: int) -> _Order:
        """The ``depth`` best documents."""
        request, query, mask = question.request, question.query, question.mask
        by_date = request.sort == "date" or not query
        if mask is None and not (by_date or request.facets):
            top = self.scorer.top(query, depth, boost=question.boost, count=True)
            return _Order(top.docs, top.total or 0, _NO_MASK)
        matched = self._matched(query, mask)
        total = int(np.count_nonzero(matched))
        if by_date:
            return _Order(self._by_date(query, matched, depth), total, matched)
        docs = self.scorer.top(query, depth, mask, question.boost).docs
        if mask is not None:
            docs = _filled(docs, mask, depth)
        return _Order(docs, total, matched)

    def _folded(self, question: _Question) -> _Order:
        """The documents up to the end of the page, each with those that repeat it."""
        wanted = question.request.offset + question.request.limit
        # Each document that is folded away lets another one move up.
        for more in (FEW_DUPLICATES, FOLD_DOCUMENTS):
            order = self._order(question, wanted + more)
            found = fold_duplicates(order.docs.tolist(), self._shingles, wanted)
            if len(found) == wanted or len(order.docs) < wanted + more:
                break
        docs = np.array([one.number for one in found], np.int64)
        return order._replace(docs=docs, folded=[one.duplicates for one in found])

    def count_facets(
        self, request: SearchRequest, names: Sequence[str], limit: int, order: Order
    ) -> dict[str, dict[str, int]]:
        """Return the facets of every document that matches ``request``."""
        return self.facets.counts(self._matched_by(request), names, limit=limit, order=order)

    def histogram(self, request: SearchRequest, by: Step) -> Histogram:
        """Return how many of the documents that match ``request`` each month or year has."""
        return self.facets.histogram(self._matched_by(request), by)

    def _matched_by(self, request: SearchRequest) -> Mask:
        mask = self._mask(request)
        if mask is not None:
            return mask
        terms = self._terms(request.root, marked=request.marked)
        return self._matched([(term.stream, term.term, term.weight) for term in terms], None)

    def score_parts(self, request: SearchRequest, number: int) -> ScoreParts:
        """Return every part of the score that document ``number`` has for ``request``."""
        terms = self._terms(request.root, marked=request.marked)
        parts = tuple(rank.term_scores(self.snapshot, terms, number))
        mask = self._mask(request)
        factors = self._date_factors(request)
        factor = float(factors.exact[number]) if factors else 1.0
        return ScoreParts(
            score=sum(part.score for part in parts) * factor,
            date_factor=factor,
            parts=parts,
            matches=bool(parts) if mask is None else bool(mask[number]),
        )

    def _terms(self, root: Node, *, marked: bool) -> list[WeightedTerm]:
        """Every look-up of a tree, with what its prefixes stand for in this snapshot."""
        terms = list(weighted_terms(root, marked=marked))
        if marked:
            terms = weigh_mixed(terms, self._frequency)
        for node in positive_nodes(root):
            inner = node.node if isinstance(node, InTitle) else node
            if isinstance(inner, Prefix):
                stream, found = prefix_terms(self.snapshot, inner.text, marked=marked)
                terms.extend(WeightedTerm(stream, term, PREFIX_WEIGHT) for term in found)
        return terms

    def _mask(self, request: SearchRequest) -> Mask | None:
        """Which documents match; None where that is just those with a score."""
        if isinstance(request.root, Words) and not request.root.every:
            return None
        return self._masks(request.root, request.marked)

    def _matched(self, query: Lookups, mask: Mask | None) -> Mask:
        if mask is not None:
            return mask
        telling = [(stream, term) for stream, term, _ in query if stream in TELLING_STREAMS]
        return self.scorer.matching([telling], 1)

    def _date_factors(self, request: SearchRequest) -> _Factors | None:
        if request.boost is None:
            return None
        key = (request.boost, request.origin, request.today)
        found = self._factors.get(key)
        if found is not None:
            return found
        first, last = self.snapshot.days()
        origin = day_number(request.origin[0]), day_number(request.origin[1])
        today = day_number(request.today)
        exact = decay.factors(request.boost, first, last, self.snapshot.dated(), origin, today)
        found = _Factors(exact, exact.astype(np.float32))
        self._factors.put(key, found)
        return found

    def _by_date(self, query: Lookups, matched: Mask, depth: int) -> NDArray[np.int64]:
        """The ``depth`` newest, undated last, then by score."""
        chosen = np.flatnonzero(matched)
        days = self.snapshot.days()[1][chosen]
        if len(chosen) > depth:
            # Scores only order the documents of one day, so the older ones need none.
            newest = days >= np.partition(days, len(days) - depth)[len(days) - depth]
            chosen, days = chosen[newest], days[newest]
        scores = self.scorer.scores(query, chosen)
        order = np.lexsort((chosen, -scores, -days.astype(np.int64)))[:depth]
        ordered: NDArray[np.int64] = chosen[order]
        return ordered

    def _syllable_weights(self, terms: list[WeightedTerm]) -> dict[str, float]:
        count = self.snapshot.live_count
        return {
            term.term: idf(count, self.scorer.document_frequency(FOLDED, term.term))
            for term in terms
            if term.stream == FOLDED
        }


def _mask_of(snapshot: Snapshot, root: Node, marked: bool) -> Mask:
    return matching(snapshot, root, marked=marked)


def _shingles_of(snapshot: Snapshot, number: int) -> Shingles:
    """The shingles of a document's text; of its title where it has none."""
    document = snapshot.document(number)
    return shingles(document.text.strip() or document.title)


def _filled(docs: NDArray[np.int64], mask: Mask, wanted: int) -> NDArray[np.int64]:
    """Matching documents without a score follow those with one, by number."""
    if len(docs) >= wanted:
        return docs
    others = np.flatnonzero(mask)
    others = others[~np.isin(others, docs)]
    return np.concatenate([docs, others[: wanted - len(docs)]])
