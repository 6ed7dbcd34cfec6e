"""Which documents a plan matches, as one boolean per document number.

Matching knows no scores. Phrases are found by intersecting the postings of their bigrams and then
checked on the text itself, because no positions are kept.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.schema import NO_DAY
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.fields import FOLDED_OF, PAIRS_OF, TITLE_STREAMS
from searchengine.backends.values import (
    DATE,
    AllOf,
    AnyOf,
    Not,
    PhraseQuery,
    Query,
    RangeQuery,
    TermQuery,
    ValueQuery,
)
from searchengine.deadline import check_time
from searchengine.text.analysis import analyze_syllables, bigrams_of
from searchengine.text.scan import scan
from searchengine.text.variants import fold_syllable, spellings

Mask = NDArray[np.bool_]

#: So many values of facets are remembered split: splitting 6,000 authors takes 50 ms.
KEPT_VALUES = 16_384


def matching(snapshot: Snapshot, query: Query) -> Mask:
    """Return which live documents match ``query``: bool[size]."""
    return _mask(snapshot, query, snapshot.live) & snapshot.live


def _mask(snapshot: Snapshot, query: Query, within: Mask) -> Mask:
    """Which documents match; of those outside ``within`` it may say anything."""
    check_time()
    if isinstance(query, TermQuery):
        return _holding(snapshot, [query])
    if isinstance(query, AllOf):
        mask = within.copy()
        # Texts are read for phrases, so these come last, when few documents are left.
        for one in sorted(query.queries, key=_reads_texts):
            mask &= _mask(snapshot, one, mask)
        return mask
    if isinstance(query, AnyOf):
        terms = [one for one in query.queries if isinstance(one, TermQuery)]
        mask = _holding(snapshot, terms)
        for one in query.queries:
            if not isinstance(one, TermQuery):
                mask |= _mask(snapshot, one, within)
        return mask
    if isinstance(query, Not):
        return ~_mask(snapshot, query.query, within)
    if isinstance(query, PhraseQuery):
        return _phrase(snapshot, query, within)
    if isinstance(query, RangeQuery):
        return _range(snapshot, query)
    return value_mask(snapshot, query)


def _none(snapshot: Snapshot) -> Mask:
    return np.zeros(snapshot.size, np.bool_)


def _holding(snapshot: Snapshot, terms: Sequence[TermQuery]) -> Mask:
    mask = _none(snapshot)
    for one in terms:
        check_time()
        mask[snapshot.postings(one.field, one.term).docs] = True
    return mask


def _phrase(snapshot: Snapshot, query: PhraseQuery, within: Mask) -> Mask:
    exact = query.field in FOLDED_OF
    folded_field = FOLDED_OF.get(query.field, query.field)
    folded = [fold_syllable(term) for term in query.terms] if exact else list(query.terms)
    needed = [TermQuery(PAIRS_OF[folded_field], pair) for pair in dict.fromkeys(bigrams_of(folded))]
    needed += [TermQuery(query.field, term) for term in dict.fromkeys(query.terms)]
    candidates = within
    for one in needed:
        candidates = candidates & _holding(snapshot, [one])
    # Two folded syllables are a term of their own, and one needs no neighbour.
    if len(folded) == 1 or (len(folded) == 2 and not exact):
        return candidates
    pattern = _phrase_pattern(folded)
    wanted = list(query.terms)
    mask = _none(snapshot)
    for number in np.flatnonzero(candidates).tolist():
        check_time()
        scanned = scan(_text_of(snapshot, number, query.field))
        places = (match.regs[1:] for match in pattern.finditer(scanned.folded))
        mask[number] = any(not exact or scanned.exact(place) == wanted for place in places)
    return mask


def _text_of(snapshot: Snapshot, number: int, field: str) -> str:
    if field in TITLE_STREAMS:
        return snapshot.title(number)
    document = snapshot.document(number, original=False)
    return f"{document.title}\n{document.text}"


def _range(snapshot: Snapshot, query: RangeQuery) -> Mask:
    first: NDArray[Any]
    last: NDArray[Any]
    if query.field == DATE:
        first, last = snapshot.days()
        mask: Mask = first != NO_DAY
    else:
        first = last = snapshot.field_numbers(query.field)
        mask = ~np.isnan(first)
    if query.first is not None:
        mask &= last >= query.first
    if query.last is not None:
        mask &= first <= query.last
    return mask


def _reads_texts(query: Query) -> bool:
    if isinstance(query, (AllOf, AnyOf)):
        return any(map(_reads_texts, query.queries))
    return _reads_texts(query.query) if isinstance(query, Not) else isinstance(query, PhraseQuery)


def _phrase_pattern(folded: Sequence[str]) -> re.Pattern[str]:
    """Finds folded syllables side by side in a scanned text, one group for each."""
    either = ["|".join(map(re.escape, spellings(one))) for one in folded]
    return re.compile("(?<= )(?=({}) )".format(") +(".join(either)))


@functools.lru_cache(maxsize=KEPT_VALUES)
def _spaced(value: str) -> tuple[str, str]:
    """The syllables of a facet's value, and the folded ones, with a space around each."""
    syllables, folded = analyze_syllables(value)
    return f" {' '.join(syllables)} ", f" {' '.join(folded)} "


def value_mask(snapshot: Snapshot, query: ValueQuery) -> Mask:
    """Return the documents whose value of a facet holds the syllables side by side: bool[size]."""
    mask = _none(snapshot)
    if not query.syllables:
        return mask
    facet = snapshot.facet(query.field)
    wanted = f" {' '.join(query.syllables)} "
    names = map(facet.names.strings.__getitem__, facet.groups.codes.tolist())
    chosen = np.array([wanted in _spaced(name)[query.folded] for name in names], np.bool_)
    mask[facet.groups.within(chosen)] = True
    return mask
