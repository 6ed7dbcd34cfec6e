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
    numbers: dict[str, int] = {}
    coded = [
        tuple(numbers.setdefault(canonical_spelling(one), len(numbers)) for one in pair)
        for pair in pairs
    ]
    words = [(spelled, number) for one, number in numbers.items() for spelled in spellings(one)]
    found, which = texts.find([word for word, _ in words])
    keys = np.array([number for _, number in words], np.int64)[which]
    side_by_side = found[1:] == found[:-1] + 1
    side_by_side &= texts.starts[found[1:]] == texts.ends[found[:-1]] + 1
    # Of each two syllables which bigram they are, -1 for none of those asked for.
    table = np.full((len(numbers), len(numbers)), -1, np.int64)
    for at, (left, right) in enumerate(coded):
        table[left, right] = at
    bigrams = np.where(side_by_side, table[keys[:-1], keys[1:]], -1)
    own = texts.text_of(found[:-1])
    counted = np.zeros(len(texts.texts), np.bool_)
    counted[list(pages.numbers)] = True
    places = np.flatnonzero((bigrams >= 0) & counted[own])
    lefts = found[places]
    forms, written = texts.written(np.concatenate((lefts, lefts + 1)))
    ways = zip(
        bigrams[places].tolist(),
        own[places].tolist(),
        written[: len(lefts)].tolist(),
        written[len(lefts) :].tolist(),
        strict=True,
    )
    counts: list[Counter[Pair]] = [Counter() for _ in pairs]
    for bigram, _, left, right in dict.fromkeys(ways):
        counts[bigram][forms[left], forms[right]] += 1
    # Two bigrams may be spellings of one.
    return {
        pair: counts[table[left, right]] for pair, (left, right) in zip(pairs, coded, strict=True)
    }
