"""Prefixes of a query: the words that each may stand for, the commonest of an index's.

What is asked of the index and what is made of its answer; the letters that a prefix may begin
with are ``query_analysis``' business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from searchengine.backends.values import Beginning, FieldTerm
from searchengine.query.plan.query_analysis import AnalyzedQuery
from searchengine.text.streams import FOLDED, SYLLABLES
from searchengine.text.variants import canonical_spelling

#: A prefix stands for this many words at most, the commonest ones.
PREFIX_EXPANSIONS = 64
#: All prefixes of a query together; each of many gets its share. 250 of them took 2.2 s with 64
#: words each.
MAX_EXPANSIONS = 512


def beginnings(query: AnalyzedQuery) -> list[Beginning]:
    """Return what to ask of an index's vocabulary, one for each prefix of ``query``."""
    field = _field(query)
    share = min(PREFIX_EXPANSIONS, max(1, MAX_EXPANSIONS // max(1, len(query.prefixes))))
    return [Beginning(field, starts, share) for starts in _starts(query).values()]


def frequencies_needed(query: AnalyzedQuery) -> list[FieldTerm]:
    """Return the terms whose frequencies :func:`prefix_terms` asks for: prefixes as whole words."""
    field = _field(query)
    return [
        FieldTerm(field, whole)
        for starts in _starts(query).values()
        for whole in sorted({canonical_spelling(start) for start in starts})
    ]


def prefix_terms(
    query: AnalyzedQuery,
    found: Sequence[Sequence[tuple[str, int]]],
    frequencies: Mapping[FieldTerm, int],
) -> dict[str, list[FieldTerm]]:
    """Return the terms that each prefix stands for, the commonest first.

    ``found`` answers the :func:`beginnings` of ``query``.
    """
    field = _field(query)
    terms: dict[str, list[FieldTerm]] = {}
    for asked, (text, starts), answer in zip(
        beginnings(query), _starts(query).items(), found, strict=True
    ):
        counts = dict(answer)
        # As a whole word a prefix may be spelt otherwise than as a beginning (ki, kỷ).
        for whole in {canonical_spelling(start) for start in starts} - counts.keys():
            if count := frequencies[FieldTerm(field, whole)]:
                counts[whole] = count
        commonest = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        terms[text] = [FieldTerm(field, term) for term, _ in commonest[: asked.limit]]
    return terms


def _field(query: AnalyzedQuery) -> str:
    return SYLLABLES if query.has_diacritics else FOLDED


def _starts(query: AnalyzedQuery) -> dict[str, tuple[str, ...]]:
    return {
        text: prefix.exact if query.has_diacritics else prefix.folded
        for text, prefix in query.prefixes.items()
    }
