"""Match spans: which syllables of a text match a query, and where they stand in the original.

A query becomes patterns, and patterns find syllables, whichever way query and text are typed.
What is shown of them is :mod:`passages`' business.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from operator import add
from typing import NamedTuple

from searchengine.deadline import check_time
from searchengine.query.language.tree import Phrase, Prefix
from searchengine.query.plan.query_analysis import AnalyzedQuery
from searchengine.text.lexicon.confusions import spellings_of
from searchengine.text.scan import BARRIER, Scanned, Span
from searchengine.text.variants import canonical_spelling, fold_syllable, spellings


class Run(NamedTuple):
    """Syllables that stand in this order, with at most ``slop`` others between them."""

    syllables: tuple[str, ...]
    slop: int = 0


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
    """The syllables of a page that match, in order: their folded forms and their spans.

    Spans count characters of the text as it was given.
    """

    keys: Sequence[str]
    spans: Sequence[Span]


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


def find_matches(pages: Sequence[Scanned], patterns: Sequence[Pattern]) -> list[Matches]:
    """Return what matches in each of ``pages``: the strictest pattern with any match there."""
    # One search through all of them: a page of results has twenty texts, most of them titles.
    folded = BARRIER.join([page.folded for page in pages])
    found = _folded_matches(folded, patterns[-1])
    starts = sorted(found)
    matches = []
    base = first = 0
    for page in pages:
        check_time()
        last = bisect_left(starts, base + len(page.folded), first)
        keys = [found[start] for start in starts[first:last]]
        begins = [start - base for start in starts[first:last]]
        places = list(zip(begins, map(add, begins, map(len, keys)), strict=True))
        # Whatever matches exactly matches folded, so only these need a second look.
        for pattern in patterns[:-1] if places else ():
            chosen = _exact_matches(page, places, pattern)
            if True in chosen:
                places, keys = list(compress(places, chosen)), list(compress(keys, chosen))
                break
        matches.append(Matches(keys, page.spans(places)))
        base, first = base + len(page.folded) + len(BARRIER), last
    return matches


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
            parts = expansion.syllables if exact else map(fold_syllable, expansion.syllables)
            runs.append(Run(tuple(parts)))
    if not exact:
        singles = {spelled for single in singles for spelled in spellings(single)}
    return Pattern(exact, frozenset(singles), tuple(runs), tuple(beginnings))


def _folded_matches(folded: str, pattern: Pattern) -> dict[int, str]:
    """Where the syllables of scanned texts that match begin, in any order, and their keys."""
    found: dict[int, str] = {}
    find = folded.find
    for single in pattern.singles:
        check_time()
        key, wanted, length = canonical_spelling(single), f" {single} ", len(single)
        start = find(wanted) + 1
        while start:
            found[start] = key
            # The space that ends one may begin the next.
            start = find(wanted, start + length) + 1
    for prefix in pattern.prefixes:
        check_time()
        for start in _places(folded, f" {prefix}"):
            found[start] = canonical_spelling(folded[start : folded.index(" ", start)])
    for run in pattern.runs:
        check_time()
        for spelled in spellings(run.syllables[0]):
            for start in _places(folded, f" {spelled} "):
                found.update(_run_from(folded, start, run))
    return found


def _places(folded: str, wanted: str) -> Iterator[int]:
    """Where ``wanted``, which begins with a space, stands; counted from behind that space."""
    start = folded.find(wanted) + 1
    while start:
        yield start
        start = folded.find(wanted, start) + 1


def _run_from(folded: str, start: int, run: Run) -> dict[int, str]:
    """The keys of ``run`` where its syllables stand from ``start`` on, nothing if they do not."""
    found = {}
    left = run.slop
    for syllable in run.syllables:
        wanted = tuple(f"{spelled} " for spelled in spellings(syllable))
        while not folded.startswith(wanted, start := _next_syllable(folded, start)):
            end = folded.find(" ", start)
            if not left or end < 0 or folded.startswith(BARRIER, start):
                return {}
            left -= 1
            start = end
        found[start] = canonical_spelling(syllable)
        start += len(syllable)
    return found


def _next_syllable(folded: str, start: int) -> int:
    while folded.startswith(" ", start):
        start += 1
    return start


def _exact_matches(scanned: Scanned, places: Sequence[Span], pattern: Pattern) -> list[bool]:
    """Which of the syllables at the ascending ``places`` match with their diacritics."""
    keys = tuple(scanned.exact(places))
    chosen = [key in pattern.singles for key in keys]
    if pattern.prefixes:
        for place, key in enumerate(keys):
            chosen[place] |= key.startswith(pattern.prefixes)
    for run in pattern.runs:
        for place, key in enumerate(keys):
            if key == run.syllables[0]:
                for one in _exact_run(scanned, places, keys, place, run):
                    chosen[one] = True
    return chosen


def _exact_run(
    scanned: Scanned, places: Sequence[Span], keys: Sequence[str], place: int, run: Run
) -> list[int]:
    """Which of ``places``, from ``place`` on, are ``run``; none if it does not stand there."""
    found = [place]
    left = run.slop
    for key in run.syllables[1:]:
        while (place := place + 1) < len(keys):
            left -= len(scanned.folded[places[place - 1][1] : places[place][0]].split())
            if left < 0:
                return []
            if keys[place] == key:
                break
            left -= 1
        else:
            return []
        found.append(place)
    return found
