"""Mixed queries: words with diacritics beside words typed without them (``đại hội dang bo``).

Decides which bare syllables of a marked query were stripped, and what they look up instead. Much
of correct Vietnamese is bare (``ta``, ``ba``, the ``nam`` of Việt Nam), so the index is asked:
``hoi`` as such stands in hardly any document that has one of hội, hỏi, hơi. Queries that are bare
throughout are weighed in ``terms``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from searchengine.backends.embedded.index.schema import TITLE_FOLDED, TITLE_SYLLABLES
from searchengine.query.language.tree import Node
from searchengine.query.plan.weights import (
    BARE_WEIGHTS,
    MARKED_WEIGHTS,
    WeightedTerm,
    weighted_terms,
)
from searchengine.text.analysis import FOLDED, SYLLABLES
from searchengine.text.variants import fold_syllable

#: A syllable was stripped if fewer of the documents with its letters have it bare. Half of the
#: syllables of 2,300 queries stripped (``searchengine eval --mixed-queries``, every fourth to tenth
#: query of nine sets): nDCG@10 75.43, 75.46, 75.48 at 0.05, 0.1, 0.2; 74.86 without this module.
STRIPPED_SHARE = 0.1
#: A query is mixed if so many of its bare syllables were stripped: a rare word that is rightly bare
#: (``ho``) among others says nothing. Costs 0.11 there (0.09 for a third), and takes 46 of the
#: 2,312 queries as typed for mixed instead of 100.
MIXED_SHARE = 0.5


def weigh_mixed(
    terms: Sequence[WeightedTerm], frequency: Callable[[str, str], int]
) -> list[WeightedTerm]:
    """Return the look-ups of a marked query with its stripped syllables weighed as bare ones.

    ``frequency`` gives the number of documents that have a term of a stream. In a mixed query each
    bare syllable counts exact by the share of its documents that have it bare, and folded, as in
    a bare query, by the rest. Other queries come back as they are.
    """
    shares = _shares(terms, frequency)
    if not shares:
        return list(terms)
    return [one for term in terms for one in _weighed(term, shares.get(term.term, 1.0))]


def stripped_syllables(root: Node, frequency: Callable[[str, str], int]) -> frozenset[str]:
    """Return the syllables of a marked query that lost their diacritics; of others none."""
    shares = _shares(weighted_terms(root, marked=True), frequency)
    return frozenset(syllable for syllable, share in shares.items() if share < STRIPPED_SHARE)


def _shares(
    terms: Iterable[WeightedTerm], frequency: Callable[[str, str], int]
) -> dict[str, float]:
    """How much of each bare syllable of a mixed query was meant bare; empty for other queries."""
    shares = {
        term.term: _bare_share(term.term, frequency)
        for term in terms
        if term.stream == SYLLABLES and _is_bare(term.term)
    }
    stripped = sum(share < STRIPPED_SHARE for share in shares.values())
    return shares if stripped and stripped >= MIXED_SHARE * len(shares) else {}


def _is_bare(syllable: str) -> bool:
    return syllable.isalpha() and fold_syllable(syllable) == syllable


def _bare_share(syllable: str, frequency: Callable[[str, str], int]) -> float:
    """Of the documents with a syllable of these letters, the share that has it bare; 1 of none."""
    folded = frequency(FOLDED, syllable)
    return frequency(SYLLABLES, syllable) / folded if folded else 1.0


def _weighed(term: WeightedTerm, share: float) -> Iterable[WeightedTerm]:
    """One look-up of a syllable, ``share`` of which was meant bare, as one or two."""
    stream, text, weight = term.stream, term.term, term.weight
    if share == 1.0 or stream not in (SYLLABLES, FOLDED, TITLE_SYLLABLES):
        yield term
    elif stream == FOLDED:
        as_bare = BARE_WEIGHTS[FOLDED] / MARKED_WEIGHTS[FOLDED]
        yield WeightedTerm(stream, text, weight * (share + (1 - share) * as_bare))
    else:
        if share:
            yield WeightedTerm(stream, text, weight * share)
        if stream == TITLE_SYLLABLES:
            yield WeightedTerm(TITLE_FOLDED, text, weight * (1 - share))
