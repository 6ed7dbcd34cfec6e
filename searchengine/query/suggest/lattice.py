"""The lattice: of the words that each place of a query may hold, which are likeliest together.

A bigram model over documents: how many hold two folded syllables side by side, how the pages at
hand mark that bigram, and how frequent each word is where bigrams say nothing. Summed over all
ways through, so that each place gets a probability. Which words stand in the lattice is the
business of :mod:`correction`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


#: How many documents have two choices side by side.
Together = Callable[[Choice, Choice], float]


def likeliest(
    lexicon: Lexicon, places: Sequence[Sequence[Choice]], together: Together
) -> list[tuple[Choice, float, float]]:
    """Return the likeliest choice of each place, its probability and that of the first choice."""
    found = []
    for choices, shares in zip(places, probabilities(lexicon, places, together), strict=True):
        best = max(range(len(shares)), key=shares.__getitem__)
        found.append((choices[best], shares[best], shares[0]))
    return found


def probabilities(
    lexicon: Lexicon, places: Sequence[Sequence[Choice]], together: Together, doubt: float = 0.0
) -> list[list[float]]:
    """Return how probable each choice of each place is.

    ``doubt``: what the frequencies of words by themselves weigh beside bigrams, as a part of what
    these do (Jelinek and Mercer 1980), for texts that put words together as documents do not.
    """
    steps = [_step(lexicon, left, right, together, doubt) for left, right in pairwise(places)]
    forward = [_shares([one.frequency * exp(-one.cost) for one in places[0]])]
    for step in steps:
        ahead = zip(*step, strict=True)
        forward.append(_shares([_dot(forward[-1], column) for column in ahead]))
    backward = [[1.0] * len(places[-1])]
    for step in reversed(steps):
        backward.append(_shares([_dot(row, backward[-1]) for row in step]))
    return [
        _shares([x * y for x, y in zip(before, after, strict=True)])
        for before, after in zip(forward, reversed(backward), strict=True)
    ]


def folded_together(lexicon: Lexicon) -> Together:
    """Return what counts two words however they are marked."""
    return lambda left, right: lexicon.pair_frequency(left.folded, right.folded)


def marked_together(lexicon: Lexicon) -> Together:
    """Return what counts two words as they are marked, which takes longer."""

    def count(left: Choice, right: Choice) -> float:
        if not lexicon.pair_frequency(left.folded, right.folded):
            return 0
        return lexicon.frequency(f"{left.word} {right.word}")

    return count


def estimated_together(lexicon: Lexicon, forms: Mapping[Pair, Forms]) -> Together:
    """Return what tells from some pages how many documents mark two words so.

    ``forms``: for bigrams of folded syllables, how many pages mark them in each way.
    """
    counted: dict[Pair, tuple[int, Forms, float]] = {}

    def estimate(left: Choice, right: Choice) -> float:
        pair = left.folded, right.folded
        known = counted.get(pair)
        if known is None:
            ways = forms.get(pair, {})
            pages = sum(ways.values()) + MARKS_PRIOR
            known = counted[pair] = lexicon.pair_frequency(*pair), ways, pages
        count, ways, pages = known
        if not count:
            return 0
        marked = ways.get((left.word, right.word), 0) + MARKS_PRIOR * left.share * right.share
        return count * marked / pages

    return estimate


def pair_prior(lexicon: Lexicon) -> float:
    """Return what a word's frequency weighs beside a bigram's, in documents."""
    return PAIR_PRIOR * sqrt(lexicon.documents)


def _step(
    lexicon: Lexicon,
    left: Sequence[Choice],
    right: Sequence[Choice],
    together: Together,
    doubt: float,
) -> list[list[float]]:
    """How likely each choice of ``right`` follows each of ``left``: a row for each of those."""
    priors = [one.frequency / lexicon.syllables for one in right]
    costs = [exp(-one.cost) for one in right]
    least = pair_prior(lexicon)
    rows = []
    for one in left:
        weight = least + doubt * one.frequency
        rows.append(
            [
                (weight * prior + together(one, other)) / (one.frequency + weight) * cost
                for other, prior, cost in zip(right, priors, costs, strict=True)
            ]
        )
    return rows


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(left, right, strict=True))


def _shares(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values] if total else [1 / len(values)] * len(values)
