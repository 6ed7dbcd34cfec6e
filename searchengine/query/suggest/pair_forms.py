"""How texts mark bigrams of folded syllables: ``dai hoi`` is đại hội here, đài hội there.

Reads scanned texts that somebody has at hand; what an index counts is asked elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, product

from searchengine.text.scan import BARRIER, Scanned, canonical
from searchengine.text.variants import spellings

Pair = tuple[str, str]
#: How often pages mark a folded bigram in each way; a page counts once for a way.
Forms = Mapping[Pair, int]


def forms_in(pages: Sequence[Scanned], pairs: Iterable[Pair]) -> dict[Pair, Counter[Pair]]:
    """Return how ``pages`` mark each of some folded bigrams; a page counts once for a way."""
    folded = BARRIER.join([page.folded for page in pages])
    ends = list(accumulate(len(page.folded) + len(BARRIER) for page in pages))
    return {pair: _forms(pages, folded, ends, pair) for pair in dict.fromkeys(pairs)}


def _forms(pages: Sequence[Scanned], folded: str, ends: Sequence[int], pair: Pair) -> Counter[Pair]:
    """How pages mark a bigram; ``folded`` is all of them, each up to its place of ``ends``."""
    left, right = map(len, pair)
    found: list[int] = []
    for spelled in product(*map(spellings, pair)):
        wanted = f" {' '.join(spelled)} "
        at = folded.find(wanted)
        while at >= 0:
            found.append(at + 1)
            at = folded.find(wanted, at + 1)
    found.sort()
    forms: Counter[Pair] = Counter()
    base = first = 0
    for page, end in zip(pages, ends, strict=True):
        last = bisect_left(found, end, first)
        places = [(at - base, at - base + left + 1 + right) for at in found[first:last]]
        # Most pages have it several times, and in the same way.
        ways = {(canonical(one[:left]), canonical(one[-right:])) for one in set(page.typed(places))}
        forms.update(ways)
        base, first = end, last
    return forms
