"""How texts mark bigrams of folded syllables: ``dai hoi`` is đại hội here, đài hội there.

Reads scanned texts that somebody has at hand; what an index counts is asked elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from searchengine.text.scanned_texts import ScannedTexts
from searchengine.text.variants import canonical_spelling, spellings

Pair = tuple[str, str]
#: How often pages mark a folded bigram in each way; a page counts once for a way.
Forms = Mapping[Pair, int]


class Pages(NamedTuple):
    """Pages to be read: ``texts``, of which only those of ``numbers`` count."""

    texts: ScannedTexts
    numbers: Sequence[int]


NO_PAGES = Pages(ScannedTexts(()), ())


def forms_in(pages: Pages, pairs: Iterable[Pair]) -> dict[Pair, Counter[Pair]]:
    """Return how ``pages`` mark each of some folded bigrams; a page counts once for a way."""
    texts = pages.texts
    pairs = list(dict.fromkeys(pairs))
    if not pages.numbers:
        return {pair: Counter() for pair in pairs}
    numbers: dict[str, int] = {}
    coded = [
        tuple(numbers.setdefault(canonical_spelling(one), len(numbers)) for one in pair)
        for pair in pairs
    ]
    words = sorted((spelled, at) for one, at in numbers.items() for spelled in spellings(one))
    found = texts.find([word for word, _ in words])
    syllables = found.syllables
    if not len(syllables):
        return {pair: Counter() for pair in pairs}
    keys = np.array([number for _, number in words], np.int64)[found.words]
    side_by_side = syllables[1:] == syllables[:-1] + 1
    side_by_side &= texts.starts[syllables[1:]] == texts.ends[syllables[:-1]] + 1
    # Of each two syllables which bigram they are, -1 for none of those asked for.
    table = np.full((len(numbers), len(numbers)), -1, np.int64)
    for at, (left, right) in enumerate(coded):
        table[left, right] = at
    bigrams = np.where(side_by_side, table[keys[:-1], keys[1:]], -1)
    counted = np.zeros(len(texts.texts), np.bool_)
    counted[list(pages.numbers)] = True
    places = np.flatnonzero((bigrams >= 0) & counted[found.own[:-1]])
    forms, written = found.written
    ways = zip(
        bigrams[places].tolist(),
        found.own[places].tolist(),
        written[places].tolist(),
        written[places + 1].tolist(),
        strict=True,
    )
    counts: list[Counter[Pair]] = [Counter() for _ in pairs]
    for bigram, _, left, right in dict.fromkeys(ways):
        counts[bigram][forms[left], forms[right]] += 1
    # Two bigrams may be spellings of one.
    return {
        pair: counts[table[left, right]] for pair, (left, right) in zip(pairs, coded, strict=True)
    }
