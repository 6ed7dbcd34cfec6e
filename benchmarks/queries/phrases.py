"""Sets of phrases: runs of syllables drawn from texts, the commonest pairs, and pairs with slop.

``phrases2``, ``phrases3`` and ``phrases5`` are so many syllables of a text with no sign between
them, at least one of them with diacritics, so that the query language reads them as exact too;
``folded2`` … are others without their diacritics. ``common2`` are the pairs that most often stand
side by side in the texts, ``slop`` two syllables with one to three others between them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from benchmarks.corpus import Item
from benchmarks.queries.draw import distinct, run_of, shuffled
from benchmarks.queries.query import Phrase, Query, of_terms
from searchengine.text.analysis import analyze_syllables, prepare
from searchengine.text.streams import FOLDED, SYLLABLES
from searchengine.text.syllables import syllables

LENGTHS = (2, 3, 5)
#: At most so many other syllables between the two of a pair with slop.
SLOP = 3


def take(texts: Sequence[str], count: int, seed: int) -> Iterator[Query]:
    """Yield up to ``count`` queries of each set but the commonest pairs, one a text."""
    for field, prefix in ((SYLLABLES, "phrases"), (FOLDED, "folded")):
        for length in LENGTHS:
            name = f"{prefix}{length}"
            pool, rng = shuffled(texts, seed, name)
            for terms in distinct(
                pool, lambda t, n=length, f=field, r=rng: _run(t, n, f, r), count
            ):
                yield phrase(name, field, terms)
    pool, rng = shuffled(texts, seed, "slop")
    for pair in distinct(pool, lambda text: _apart(text, rng), count):
        yield phrase("slop", SYLLABLES, pair, SLOP)


def common_pairs(items: Iterable[Item], count: int, seed: int) -> Iterator[Query]:
    """Yield the ``count`` pairs of syllables that stand side by side most often, in random order.

    Signs between them do not count. Pairs without any diacritics are passed over: the query
    language would read them as folded. Whoever is too slow for all gets some of every frequency.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for item in items:
        seen.update(pairwise(item.streams[SYLLABLES].split()))
    commonest = (pair for pair, _ in seen.most_common() if _is_marked(pair))
    for pair in shuffled(list(islice(commonest, count)), seed, "common2")[0]:
        yield phrase("common2", SYLLABLES, pair)


def phrase(name: str, field: str, terms: Sequence[str], slop: int = 0) -> Query:
    """Return the query of a phrase, as typed: in quotes, with its slop behind them."""
    text = f'"{" ".join(terms)}"' + (f"~{slop}" if slop else "")
    return of_terms(name, text, field, terms, Phrase(field, list(terms), slop))


def _run(text: str, length: int, field: str, rng: random.Random) -> tuple[str, ...] | None:
    terms = _terms(text, length, rng)
    if terms is None:
        return None
    marked, folded = terms
    return tuple(marked if field == SYLLABLES else folded)


def _apart(text: str, rng: random.Random) -> tuple[str, ...] | None:
    terms = _terms(text, 2 + rng.randint(1, SLOP), rng)
    if terms is None:
        return None
    pair = terms[0][0], terms[0][-1]
    return pair if _is_marked(pair) and pair[0] != pair[1] else None


def _terms(text: str, length: int, rng: random.Random) -> tuple[list[str], list[str]] | None:
    """The syllables of a run of a text, some with diacritics, and the folded ones."""
    text = prepare(text)
    window = run_of(text, syllables(text), length, rng)
    if window is None:
        return None
    marked, folded = analyze_syllables(text[window[0].start : window[-1].end])
    return (marked, folded) if len(marked) == length and _is_marked(marked) else None


def _is_marked(terms: Sequence[str]) -> bool:
    marked, folded = analyze_syllables(" ".join(terms))
    return marked != folded
