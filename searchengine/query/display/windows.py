"""Windows: the stretches of each text whose matches say most about the query.

Array work over the matches of all texts at once; knows no letters of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.query.display.match_spans import Floats, Matches
from searchengine.text.scan import Span

Ints = NDArray[np.signedinteger[Any]]

#: Each further mention of a syllable or bigram in a window weighs this share of the first.
_REPEATED = 0.005
#: Two windows are shown where they weigh so many times what the best single one does.
_CLEARLY_MORE = 1.2
#: A query of more syllables than this, other forms of its words among them, always has more to say
#: than a passage holds.
_MANY = 16


class _Items(NamedTuple):
    """What the windows of some texts may hold: syllables, and bigrams of the query at the place of
    their first.

    ``starts`` and ``ends``: int64[matches], ascending; ``docs``: int64[matches], the text of each;
    ``items``: int64[n], equal numbers are mentions of one in a text; ``places``: int64[n], the
    match where each stands, and ``before``: that of the mention before it, -1 for none;
    ``weights``: float64[n].
    """

    starts: Ints
    ends: Ints
    docs: Ints
    items: Ints
    places: Ints
    before: Ints
    weights: Floats


def best_windows(matches: Matches, characters: int) -> list[list[Span]]:
    """Return for each text where the best windows of its characters reach from and to.

    One of so many ``characters``, or two of half as many that together weigh clearly more; none
    without a match. A window begins with a match, and ends with the last that it is chosen for.
    Two neighbours in the query weigh as much again side by side as both do on the (geometric)
    average; each further mention weighs a share of the first.
    """
    bounds = np.array(matches.bounds)
    counts = np.diff(bounds)
    found: list[list[Span]] = [[] for _ in matches.bounds[1:]]
    filled = np.flatnonzero(counts)
    if not len(filled):
        return found
    items = _items(matches, counts)
    begins = bounds[filled]
    whole, last = _window_weights(items, items.weights, characters)
    best = _best(whole, begins)
    for doc, span in zip(filled.tolist(), _reach(items, best, last[best]), strict=True):
        found[doc] = [span]
    # Most texts say all in one window.
    new = items.before < 0
    total = np.bincount(items.docs[items.places[new]], items.weights[new], len(counts))[filled]
    unsaid = total > _CLEARLY_MORE * whole[best]
    if len(matches.weights) > _MANY or not unsaid.any():
        return found
    half, last = _window_weights(items, items.weights, characters // 2)
    first = _best(half, begins)
    inside = np.zeros(len(items.starts) + 1, np.int64)
    inside[first] += 1
    inside[last[first]] -= 1
    said = np.zeros(int(items.items.max()) + 1, np.bool_)
    said[items.items[inside.cumsum()[items.places] > 0]] = True
    fresh = np.where(said[items.items], 0.0, items.weights)
    others, others_last = _window_weights(items, fresh, characters // 2)
    second = _best(others, begins)
    clear = unsaid & (half[first] + others[second] > _CLEARLY_MORE * whole[best])
    first, second = first[clear], second[clear]
    pairs = zip(
        _reach(items, first, last[first]), _reach(items, second, others_last[second]), strict=True
    )
    for doc, pair in zip(filled[clear].tolist(), pairs, strict=True):
        found[doc] = sorted(pair)
    return found


def _items(matches: Matches, counts: Ints) -> _Items:
    keys, total = matches.keys, len(matches.keys)
    docs = np.repeat(np.arange(len(counts)), counts)
    # So far apart that no window reaches from one text into another.
    starts, ends = (matches.spans + (docs << 32)[:, None]).T
    each = matches.weights[keys]
    left = np.flatnonzero((starts[1:] - ends[:-1] <= 1) & matches.pairs[keys[:-1], keys[1:]])
    size = len(matches.weights)
    places = np.concatenate((np.arange(total), left))
    items = np.concatenate((keys, (keys[left] + 1) * size + keys[left + 1]))
    items += docs[places] * (size * (size + 1))
    weights = np.concatenate((each, np.sqrt(each[left] * each[left + 1])))
    order = np.argsort(items, kind="stable")
    same = items[order[1:]] == items[order[:-1]]
    before = np.full(len(items), -1)
    before[order[1:][same]] = places[order[:-1][same]]
    return _Items(starts, ends, docs, items, places, before, weights)


def _best(weights: Floats, begins: Ints) -> Ints:
    """The first of the weightiest windows of each text, of which ``begins`` are the first ones."""
    counts = np.diff(begins, append=len(weights))
    best = np.repeat(np.maximum.reduceat(weights, begins), counts)
    places = np.flatnonzero(weights >= best - 1e-9)
    return places[np.searchsorted(places, begins)]


def _reach(items: _Items, first: Ints, last: Ints) -> list[Span]:
    """From where to where windows reach whose matches are ``first`` to before ``last``.

    Windows are of different texts, and ascend. What is at the end of one only to repeat others is
    left out.
    """
    if not len(first):
        return []
    begun = np.repeat(first, np.diff(last, prepend=0))
    places = np.arange(len(begun))
    new = np.flatnonzero((places >= begun) & (items.before[: len(begun)] < begun))
    end = new[new.searchsorted(last) - 1]
    # A long form that stands for an abbreviation is one, up to where its syllables end.
    edges = np.flatnonzero(items.starts[1:] - items.ends[:-1] > 1)
    edges = np.append(edges, len(items.starts) - 1)
    end = np.minimum(edges[edges.searchsorted(end)], last - 1)
    base = items.docs[first] << 32
    starts, ends = items.starts[first] - base, items.ends[end] - base
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _window_weights(items: _Items, weights: Floats, characters: int) -> tuple[Floats, Ints]:
    """What the window that begins with each match weighs, and the match behind its last.

    float64[matches], int64[matches].
    """
    starts, ends, places = items.starts, items.ends, items.places
    count = len(starts)
    first = np.arange(count)
    last = np.maximum(np.searchsorted(ends, starts + characters, side="right"), first + 1)
    # A mention is the first in the windows that begin behind the one before it and reach it.
    begin = np.maximum(items.before + 1, np.searchsorted(last, places, side="right"))
    change: NDArray[Any] = np.bincount(begin, weights, count + 1) - np.bincount(
        places + 1, weights, count + 1
    )
    sums: NDArray[Any] = np.concatenate(
        (np.zeros(1), np.cumsum(np.bincount(places, weights, count)))
    )
    found = np.zeros(count)
    found += np.cumsum(change)[:count] * (1 - _REPEATED)
    found += (sums[last] - sums[first]) * _REPEATED
    return found, last
