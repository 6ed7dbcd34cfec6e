"""The marked words that bare ones may stand for, and which of them are meant where they stand.

``noi`` is nội behind ``ha``, nói before ``chuyen``. The candidates are those that an index has and
those that the pages at hand write beside the same neighbours; neighbours decide
(:mod:`lattice`). What is misspelt is the business of :mod:`correction`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from searchengine.backends.protocol import Lexicon
from searchengine.query.language.tree import Words
from searchengine.query.plan.query_analysis import AnalyzedQuery
from searchengine.query.suggest.lattice import Choice, probabilities
from searchengine.query.suggest.pair_forms import Forms, Pages, Pair, forms_in
from searchengine.text.variants import fold_syllable

#: Ways of marking a word that are considered, and those that are too rare.
MAX_MARKINGS, RAREST_MARKING = 5, 0.01
#: With fewer pages than this at hand for a bigram of bare words, more are read, for so many of
#: them.
FEW_PAGES, SAMPLED_PAIRS = 2, 3
#: A marking may well be meant that is so probable.
MAY_BE_MEANT = 0.1
#: What stands for the frequency of a word that no document has.
UNSEEN = 0.1


def meanings_of(
    lexicon: Lexicon, query: AnalyzedQuery, stripped: Collection[str], pages: Pages
) -> dict[str, list[tuple[str, ...]]]:
    """Return for each text of bare words what its syllables may mean, as :func:`meant` does.

    Those of a query without diacritics may have lost theirs, and ``stripped`` ones of others. A
    text of one syllable, or with nothing lost, is left out.
    """
    found = {}
    for leaf in query.positive_leaves():
        if isinstance(leaf, Words):
            typed = query.texts[leaf.text].syllables
            lost = typed if not query.has_diacritics else stripped
            bare = [at for at, word in enumerate(typed) if word in lost and word.isalpha()]
            if bare and len(typed) > 1:
                found[leaf.text] = meant(lexicon, typed, bare, pages)
    return found


def meant(
    lexicon: Lexicon, typed: Sequence[str], bare: Collection[int], pages: Pages
) -> list[tuple[str, ...]]:
    """Return the marked words that each of the ``typed`` ones may well mean, likeliest first.

    ``bare``: the places of those that may have lost their marks; the others mean themselves.
    ``pages``: those at hand, which are read for how they write these words side by side.
    """
    folded = [fold_syllable(word) for word in typed]
    forms: dict[Pair, Forms] = dict(forms_in(pages, pairwise(folded)))
    read_more(lexicon, forms)
    places = [
        [choice_of(lexicon, word), *(markings_of(lexicon, folded, at, forms) if at in bare else ())]
        for at, word in enumerate(typed)
    ]
    found = []
    for choices, shares in zip(places, probabilities(lexicon, places, forms), strict=True):
        order = sorted(range(len(shares)), key=lambda at: (-shares[at], at))
        likely = [choices[at].word for at in order if shares[at] >= MAY_BE_MEANT]
        found.append(tuple(likely or [choices[order[0]].word]))
    return found


def choice_of(lexicon: Lexicon, word: str, cost: float = 0.0) -> Choice:
    """Return ``word`` as a choice of the lattice, with what an index counts of it."""
    folded = fold_syllable(word)
    frequency = lexicon.frequency(word) or UNSEEN
    return Choice(word, folded, frequency, frequency / (lexicon.markings(folded) + UNSEEN), cost)


def read_more(lexicon: Lexicon, forms: dict[Pair, Forms]) -> None:
    """Read other pages for the bigrams of which those at hand say too little."""
    left = SAMPLED_PAIRS
    for pair, ways in forms.items():
        if not left:
            break
        if sum(ways.values()) >= FEW_PAGES or all(map(lexicon.is_plain, pair)):
            continue
        if lexicon.pair_frequency(*pair) > len(ways):
            forms[pair] = lexicon.sampled(*pair)
            left -= 1


def markings_of(
    lexicon: Lexicon, folded: Sequence[str], at: int, forms: Mapping[Pair, Forms]
) -> list[Choice]:
    """Return the commoner ways of marking a bare word, and those that pages at hand have."""
    known = lexicon.marked(folded[at])
    least = RAREST_MARKING * lexicon.markings(folded[at])
    words = dict.fromkeys(word for word, count in known[:MAX_MARKINGS] if count >= least)
    words.update(dict.fromkeys(seen_beside(folded, at, forms)))
    words.pop(folded[at], None)
    return [choice_of(lexicon, word) for word in words]


def seen_beside(folded: Sequence[str], at: int, forms: Mapping[Pair, Forms]) -> dict[str, int]:
    """Return how pages at hand mark a word beside its neighbours, and how many do each."""
    seen: dict[str, int] = {}
    for side, pair in ((1, tuple(folded[at - 1 : at + 1])), (0, tuple(folded[at : at + 2]))):
        for ways, count in forms.get(pair, {}).items() if len(pair) == 2 else ():
            seen[ways[side]] = seen.get(ways[side], 0) + count
    return seen
