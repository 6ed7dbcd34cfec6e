"""Queries with diacritics on some words only (``đại hội dang bo``): what the bare ones ask for.

Decides which bare syllables of a query with diacritics were stripped, and what they ask for
instead. Much of correct Vietnamese is bare (``ta``, ``ba``, the ``nam`` of Việt Nam), so the index
is asked: ``hoi`` as such stands in hardly any document that has one of hội, hỏi, hơi. Queries that
are bare throughout are weighed in ``weights``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from searchengine.backends.fields import TITLE_FOLDED, TITLE_SYLLABLES
from searchengine.backends.values import FieldTerm, ScoringTerm
from searchengine.query.plan.weights import BARE_WEIGHTS, MARKED_WEIGHTS
from searchengine.text.streams import FOLDED, SYLLABLES
from searchengine.text.variants import fold_syllable

#: A syllable was stripped if fewer of the documents with its letters have it bare. Half of the
#: syllables of 2,300 queries stripped (``searchengine eval --mixed-queries``, every fourth to tenth
#: query of nine sets): nDCG@10 75.43, 75.46, 75.48 at 0.05, 0.1, 0.2; 74.86 without this module.
STRIPPED_SHARE = 0.1
#: A query is mixed if so many of its bare syllables were stripped: a rare word that is rightly bare
#: (``ho``) among others says nothing. Costs 0.11 there (0.09 for a third), and takes 46 of the
#: 2,312 queries as typed for mixed instead of 100.
MIXED_SHARE = 0.5

Counts = Mapping[FieldTerm, int]


def frequencies_needed(terms: Iterable[ScoringTerm]) -> list[FieldTerm]:
    """Return the terms whose frequencies :func:`bare_shares` asks for."""
    return [
        FieldTerm(field, term) for term in _bare_syllables(terms) for field in (FOLDED, SYLLABLES)
    ]


def bare_shares(terms: Iterable[ScoringTerm], counts: Counts) -> dict[str, float]:
    """Return how much of each bare syllable of a mixed query was meant bare; nothing for others.

    ``terms`` are those of a query with diacritics; ``counts`` says how many documents have each of
    the :func:`frequencies_needed`.
    """
    shares = {term: _bare_share(term, counts) for term in _bare_syllables(terms)}
    stripped = len(stripped_syllables(shares))
    return shares if stripped and stripped >= MIXED_SHARE * len(shares) else {}


def stripped_syllables(shares: Mapping[str, float]) -> frozenset[str]:
    """Return the syllables that lost their diacritics, by their :func:`bare_shares`."""
    return frozenset(term for term, share in shares.items() if share < STRIPPED_SHARE)


def weigh_mixed(terms: Sequence[ScoringTerm], shares: Mapping[str, float]) -> list[ScoringTerm]:
    """Return the terms of a mixed query with its stripped syllables weighed as bare ones.

    Each bare syllable counts exact by the share of its documents that have it bare, and folded, as
    in a bare query, by the rest. Without ``shares`` the terms come back as they are.
    """
    if not shares:
        return list(terms)
    return [one for term in terms for one in _weighed(term, shares.get(term.term, 1.0))]


def _bare_syllables(terms: Iterable[ScoringTerm]) -> list[str]:
    return [term.term for term in terms if term.field == SYLLABLES and _is_bare(term.term)]


def _is_bare(syllable: str) -> bool:
    return syllable.isalpha() and fold_syllable(syllable) == syllable


def _bare_share(syllable: str, counts: Counts) -> float:
    """Of the documents with a syllable of these letters, the share that has it bare; 1 of none."""
    folded = counts[FieldTerm(FOLDED, syllable)]
    return counts[FieldTerm(SYLLABLES, syllable)] / folded if folded else 1.0


def _weighed(term: ScoringTerm, share: float) -> Iterable[ScoringTerm]:
    """One term of a syllable, ``share`` of which was meant bare, as one or two."""
    field, weight = term.field, term.weight
    if share == 1.0 or field not in (SYLLABLES, FOLDED, TITLE_SYLLABLES):
        yield term
    elif field == FOLDED:
        as_bare = BARE_WEIGHTS[FOLDED] / MARKED_WEIGHTS[FOLDED]
        yield replace(term, weight=weight * (share + (1 - share) * as_bare))
    else:
        if share:
            yield replace(term, weight=weight * share)
        if field == TITLE_SYLLABLES:
            yield replace(term, field=TITLE_FOLDED, weight=weight * (1 - share))
