"""The lattice: of the words that each place of a query may hold, which are likeliest together.

A bigram model over documents: how many hold two folded syllables side by side, how the pages at
hand mark that bigram, and how frequent each word is where bigrams say nothing. Summed over all
ways through, so that each place gets a probability. Which words stand in the lattice is the
business of :mod:`correction`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, sqrt

from searchengine.backends.protocol import Lexicon
from searchengine.query.suggest.pair_forms import Forms, Pair

#: What a word's frequency weighs beside what bigrams say, in documents, times the root of their
#: number (50 of 100,000); what a usual marking weighs beside the marking in a bigram, in pages.
#: Chosen on 600 bare news titles; 10 to 1,000 documents and 0.3 to 1 page differ by 0.3 points.
PAIR_PRIOR, MARKS_PRIOR = 0.16, 0.25


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that a place may hold.

    ``frequency``: documents with it, above 0; ``share``: of the documents with its folded form;
    ``cost``: how much less likely it is than what was typed, in natural logarithms.
    """

    word: str
    folded: str
    frequency: float
    share: float
    cost: float = 0.0


def likeliest(
    lexicon: Lexicon, places: Sequence[Sequence[Choice]], forms: Mapping[Pair, Forms] | None
) -> list[tuple[Choice, float, float]]:
    """Return the likeliest choice of each place, its probability and that of the first choice.

    ``forms``: for bigrams of folded syllables, how many pages mark them in each way; None to have
    the marked ones counted, which takes longer.
    """
    steps = [_step(lexicon, left, right, forms) for left, right in pairwise(places)]
    forward = [_shares([one.frequency * exp(-one.cost) for one in places[0]])]
    for step in steps:
        ahead = zip(*step, strict=True)
        forward.append(_shares([_dot(forward[-1], column) for column in ahead]))
    backward = [[1.0] * len(places[-1])]
    for step in reversed(steps):
        backward.append(_shares([_dot(row, backward[-1]) for row in step]))
    found = []
    for choices, before, after in zip(places, forward, reversed(backward), strict=True):
        shares = _shares([x * y for x, y in zip(before, after, strict=True)])
        best = max(range(len(shares)), key=shares.__getitem__)
        found.append((choices[best], shares[best], shares[0]))
    return found


def _step(
    lexicon: Lexicon,
    left: Sequence[Choice],
    right: Sequence[Choice],
    forms: Mapping[Pair, Forms] | None,
) -> list[list[float]]:
    """How likely each choice of ``right`` follows each of ``left``: a row for each of those."""
    rows = []
    prior_weight = PAIR_PRIOR * sqrt(lexicon.documents)
    priors = [prior_weight * one.frequency / lexicon.syllables for one in right]
    costs = [exp(-one.cost) for one in right]
    counted: dict[Pair, tuple[float, Forms, float]] = {}
    for one in left:
        row = []
        below = one.frequency + prior_weight
        for other, prior, cost in zip(right, priors, costs, strict=True):
            pair = one.folded, other.folded
            known = counted.get(pair)
            if known is None:
                ways = forms.get(pair, {}) if forms is not None else {}
                count = float(lexicon.pair_frequency(*pair))
                known = counted[pair] = count, ways, sum(ways.values()) + MARKS_PRIOR
            count, ways, pages = known
            if count and forms is None:
                prior += lexicon.frequency(f"{one.word} {other.word}")
            elif count:
                marked = ways.get((one.word, other.word), 0) + MARKS_PRIOR * one.share * other.share
                prior += count * marked / pages
            row.append(prior / below * cost)
        rows.append(row)
    return rows


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(left, right, strict=True))


def _shares(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values] if total else [1 / len(values)] * len(values)
