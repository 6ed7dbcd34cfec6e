"""Match spans: which syllables of a text match a query, and where they stand in the original.

A query becomes patterns, and patterns find syllables, whichever way query and text are typed.
What is shown of them is :mod:`passages`' business.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.deadline import check_time
from searchengine.query.language.tree import Phrase, Prefix
from searchengine.query.plan.query_analysis import AnalyzedQuery
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.scan import BARRIER, Span
from searchengine.text.scanned_texts import Found, ScannedTexts
from searchengine.text.variants import canonical_spelling, fold_syllable, spellings

Ints = NDArray[np.int64]


class Run(NamedTuple):
    """Syllables that stand in this order, with at most ``slop`` others between them.

    A ``bare`` run is found whatever the diacritics, among exact ones too.
    """

    syllables: tuple[str, ...]
    slop: int = 0
    bare: bool = False

    def has(self, form: str, at: int = 0) -> bool:
        """Return whether its syllable ``at`` may be written as ``form``."""
        return (fold_syllable(form) if self.bare else form) == self.syllables[at]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to mark: single syllables, runs of syllables, beginnings; exact or folded ones.

    Folded single syllables are there in each of their spellings.
    """

    exact: bool
    singles: frozenset[str]
    runs: tuple[Run, ...]
    prefixes: tuple[str, ...]


class Matches(NamedTuple):
    """The syllables of some texts that match, in order.

    ``words``: their distinct folded forms; ``keys``: int64[n], the form of each; ``spans``:
    int64[n, 2], characters of the text as it was given; ``bounds``: where those of each text
    begin, and how many there are.
    """

    words: Sequence[str]
    keys: Ints
    spans: Ints
    bounds: Sequence[int]

    def first(self, texts: int) -> Matches:
        """Return those of the first so many texts."""
        end = self.bounds[texts]
        return Matches(self.words, self.keys[:end], self.spans[:end], self.bounds[: texts + 1])

    def spans_in(self, text: int, start: int = 0, end: int | None = None) -> list[Span]:
        """Return the spans of a text that reach into its part from ``start`` to ``end``."""
        own = self.spans[self.bounds[text] : self.bounds[text + 1]]
        first = int(own[:, 1].searchsorted(start, side="right"))
        last = len(own) if end is None else int(own[:, 0].searchsorted(end))
        return [(left, right) for left, right in own[first:last].tolist()]


def patterns_of(query: AnalyzedQuery, stripped: Collection[str] = ()) -> tuple[Pattern, ...]:
    """Return what to mark for a query, the strictest pattern first, the folded one last.

    A query typed with diacritics marks exactly those letters where a text has them, and the same
    letters without diacritics where it has not; its ``stripped`` syllables, however they are
    marked.
    """
    folded = _pattern(query, exact=False)
    if not query.has_diacritics:
        return (folded,)
    exact = _pattern(query, exact=True)
    every = {spelled for one in stripped for spelled in spellings_of(one)}
    return (replace(exact, singles=exact.singles | every), folded)


def find_matches(texts: ScannedTexts, patterns: Sequence[Pattern]) -> Matches:
    """Return what matches in each of ``texts``: the strictest pattern with any match there."""
    words, keys, found = _folded_matches(texts, patterns[-1])
    own, syllables = found.own, found.syllables
    chosen = np.ones(len(own), np.bool_)
    # Whatever matches exactly matches folded, so only these need a second look.
    for pattern in reversed(patterns[:-1]):
        exact = _exact_matches(found, pattern)
        some = np.zeros(len(texts.texts), np.bool_)
        some[own[exact]] = True
        chosen = np.where(some[own], exact, chosen)
    bounds = own[chosen].searchsorted(np.arange(len(texts.texts) + 1)).tolist()
    return Matches(words, keys[chosen], texts.spans(syllables[chosen]), bounds)


def _pattern(query: AnalyzedQuery, *, exact: bool) -> Pattern:
    singles: set[str] = set()
    runs: list[Run] = []
    beginnings: list[str] = []
    for leaf in query.positive_leaves():
        if isinstance(leaf, Prefix):
            prefix = query.prefixes[leaf.text]
            starts = prefix.exact if exact else prefix.folded
            beginnings.extend(starts)
            singles.update(map(canonical_spelling, starts))
            continue
        text = query.texts[leaf.text]
        chosen = text.syllables if exact else text.folded
        if isinstance(leaf, Phrase):
            runs.append(Run(tuple(chosen), leaf.slop))
            continue
        singles.update(chosen)
        for expansion in text.expansions:
            bare = tuple(map(fold_syllable, expansion.syllables))
            spelt_bare = expansion.kind == "spelling" and bare == expansion.syllables
            runs.append(Run(expansion.syllables if exact else bare, bare=exact and spelt_bare))
    if not exact:
        singles = {spelled for single in singles for spelled in spellings(single)}
    return Pattern(exact, frozenset(singles), tuple(runs), tuple(beginnings))


def _folded_matches(texts: ScannedTexts, pattern: Pattern) -> tuple[list[str], Ints, Found]:
    """The folded syllables that match: their forms, the form of each, and themselves."""
    firsts = {spelled for run in pattern.runs for spelled in spellings(run.syllables[0])}
    wanted = sorted(pattern.singles | firsts)
    found = texts.find(wanted)
    words: dict[str, int] = {}
    numbers = [words.setdefault(canonical_spelling(one), len(words)) for one in wanted]
    keys = np.array(numbers, np.int64)[found.words]
    if not (pattern.prefixes or pattern.runs):
        return list(words), keys, found
    chosen: set[int] = set()
    for prefix in pattern.prefixes:
        check_time()
        chosen.update(texts.beginning(prefix).tolist())
    for run in pattern.runs:
        check_time()
        first = words[canonical_spelling(run.syllables[0])]
        for start in found.syllables[keys == first].tolist():
            chosen.update(_run_from(texts, start, run))
    single = np.array([one in pattern.singles for one in wanted], np.bool_)[found.words]
    known = dict(zip(found.syllables[single].tolist(), keys[single].tolist(), strict=True))
    for one in chosen.difference(known):
        known[one] = words.setdefault(canonical_spelling(texts.word(one)), len(words))
    syllables = np.array(sorted(known), np.int64)
    keys = np.array([known[one] for one in syllables.tolist()], np.int64)
    return list(words), keys, Found(texts, syllables, keys)


def _run_from(texts: ScannedTexts, start: int, run: Run) -> list[int]:
    """The syllables of ``run``, the first of them ``start``; none if it does not stand there."""
    found = [start]
    left = run.slop
    last = len(texts.starts) - 1
    for syllable in run.syllables[1:]:
        wanted = spellings(syllable)
        while True:
            if start == last or (word := texts.word(start := start + 1)) == BARRIER:
                return []
            if word in wanted:
                break
            if not left:
                return []
            left -= 1
        found.append(start)
    return found


def _exact_matches(found: Found, pattern: Pattern) -> NDArray[np.bool_]:
    """Which of the syllables found match with their diacritics."""
    forms, written = found.written
    single = [one in pattern.singles or one.startswith(pattern.prefixes) for one in forms]
    chosen: NDArray[np.bool_] = np.array(single, np.bool_)[written]
    runs = [(run, firsts) for run in pattern.runs if (firsts := set(filter(run.has, forms)))]
    if runs:
        keys = [forms[number] for number in written.tolist()]
        places = list(zip(found.own.tolist(), found.syllables.tolist(), keys, strict=True))
        for run, firsts in runs:
            check_time()
            for place, key in enumerate(keys):
                if key in firsts:
                    chosen[_exact_run(places, place, run)] = True
    return chosen


def _exact_run(places: Sequence[tuple[int, int, str]], place: int, run: Run) -> list[int]:
    """Which of ``places``, from ``place`` on, are ``run``; none if it does not stand there.

    Each of them is a text, the number of a syllable there, and its form.
    """
    found = [place]
    left = run.slop
    text, before, _ = places[place]
    for wanted in range(1, len(run.syllables)):
        while (place := place + 1) < len(places):
            other, syllable, form = places[place]
            left -= syllable - before - 1
            if left < 0 or other != text:
                return []
            before = syllable
            if run.has(form, wanted):
                break
            left -= 1
        else:
            return []
        found.append(place)
    return found
