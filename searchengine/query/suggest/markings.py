"""The marked words that bare ones may stand for, and which of them are meant where they stand.

``noi`` is nội behind ``ha``, nói before ``chuyen``. The candidates are those that an index has and
those that the pages at hand write beside the same neighbours; neighbours decide
(:mod:`lattice`). What is misspelt is the business of :mod:`correction`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from searchengine.backends.protocol import Lexicon
from searchengine.query.language.tree import Words
from searchengine.query.plan.query_analysis import AnalyzedQuery
from searchengine.query.suggest.candidates import Run
from searchengine.query.suggest.lattice import estimated_together, probabilities
from searchengine.query.suggest.pair_forms import Forms, Pages, Pair, forms_in
from searchengine.text.variants import fold_syllable

#: With fewer pages than this at hand for a bigram of bare words, more are read, for so many of
#: them.
FEW_PAGES, SAMPLED_PAIRS = 2, 3
#: A marking may well be meant that is so probable.
MAY_BE_MEANT = 0.1


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
    words = Run(lexicon, typed, folded, forms, bare=True)
    places = [
        [words.choice(word), *(words.markings(at) if at in bare else ())]
        for at, word in enumerate(typed)
    ]
    together = estimated_together(lexicon, forms)
    found = []
    for choices, shares in zip(places, probabilities(lexicon, places, together), strict=True):
        order = sorted(range(len(shares)), key=lambda at: (-shares[at], at))
        likely = [choices[at].word for at in order if shares[at] >= MAY_BE_MEANT]
        found.append(tuple(likely or [choices[order[0]].word]))
    return found


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
