"""Marks: which syllables of a text match a query, and where they stand in the original.

A query becomes patterns, and patterns find syllables, whichever way query and text are typed.
What is shown of them is :mod:`highlight`'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise

from searchengine.query.scan import Scanned, Span, scan
from searchengine.query.terms import beginnings_of, syllables_of
from searchengine.query.tree import InTitle, Node, Phrase, Prefix, Words, positive_nodes
from searchengine.text.abbreviations import expand
from searchengine.text.confusions import spellings_of
from searchengine.text.variants import canonical_spelling, fold_syllable, spellings

#: In a text of fewer characters, looking at each syllable is quicker than searching for each.
_SHORT = 256


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to mark: single syllables, runs of syllables, beginnings; exact or folded ones.

    Folded single syllables are there in each of their spellings.
    """

    exact: bool
    singles: frozenset[str]
    runs: tuple[tuple[str, ...], ...]
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """The syllables of a text that match, in order: their folded forms and their spans."""

    keys: Sequence[str]
    spans: Sequence[Span]


def patterns_of(root: Node, *, marked: bool, stripped: Collection[str] = ()) -> tuple[Pattern, ...]:
    """Return what to mark for a query, the strictest pattern first, the folded one last.

    A query typed with diacritics marks exactly those letters where a text has them, and the same
    letters without diacritics where it has not; its ``stripped`` syllables, however they are
    marked.
    """
    folded = _pattern(root, exact=False)
    if not marked:
        return (folded,)
    exact = _pattern(root, exact=True)
    every = {spelled for one in stripped for spelled in spellings_of(one)}
    return (replace(exact, singles=exact.singles | every), folded)


def find_matches(text: str, patterns: Sequence[Pattern]) -> Matches:
    """Return the syllables that the strictest pattern with any match in ``text`` matches."""
    scanned = scan(text)
    # Whatever matches exactly matches folded, so only these need a second look.
    found = _folded_matches(scanned.folded, patterns[-1])
    places = [(start, start + len(found[start])) for start in sorted(found)]
    for pattern in patterns[:-1] if found else ():
        chosen = _exact_matches(scanned, places, pattern)
        if True in chosen:
            places = list(compress(places, chosen))
            break
    return Matches([found[start] for start, _ in places], scanned.spans(places))


def _pattern(root: Node, exact: bool) -> Pattern:
    singles: set[str] = set()
    runs: list[tuple[str, ...]] = []
    prefixes: list[str] = []
    for node in positive_nodes(root):
        if isinstance(node, InTitle):
            node = node.node
        if not isinstance(node, (Words, Phrase, Prefix)):
            continue
        marked, folded = syllables_of(node.text)
        chosen = marked if exact else folded
        if isinstance(node, Prefix):
            starts = beginnings_of(node.text, exact=exact)
            prefixes.extend(starts)
            singles.update(map(canonical_spelling, starts))
        elif isinstance(node, Phrase):
            runs.append(tuple(chosen))
        else:
            singles.update(chosen)
            for expansion in expand(marked):
                parts = expansion.syllables if exact else map(fold_syllable, expansion.syllables)
                runs.append(tuple(parts))
    if not exact:
        singles = {spelled for single in singles for spelled in spellings(single)}
    return Pattern(exact, frozenset(singles), tuple(runs), tuple(prefixes))


def _folded_matches(folded: str, pattern: Pattern) -> dict[int, str]:
    """Where the syllables of a scanned text that match begin, in any order, and their keys."""
    found: dict[int, str] = {}
    singles = pattern.singles
    if len(folded) < _SHORT:
        singles = singles.intersection(folded.split())
    for single in singles:
        key = canonical_spelling(single)
        for start in _places(folded, f" {single} "):
            found[start] = key
    for prefix in pattern.prefixes:
        for start in _places(folded, f" {prefix}"):
            found[start] = canonical_spelling(folded[start : folded.index(" ", start)])
    for run in pattern.runs:
        for spelled in spellings(run[0]):
            for start in _places(folded, f" {spelled} "):
                found.update(_run_from(folded, start, run))
    return found


def _places(folded: str, wanted: str) -> list[int]:
    """Where ``wanted``, which begins with a space, stands; counted from behind that space."""
    found = []
    find = folded.find
    # The space that ends one may begin the next.
    length = len(wanted) - 2
    start = find(wanted) + 1
    while start:
        found.append(start)
        start = find(wanted, start + length) + 1
    return found


def _run_from(folded: str, start: int, run: tuple[str, ...]) -> dict[int, str]:
    """The keys of ``run`` if its syllables stand side by side from ``start`` on, else nothing."""
    found = {}
    for syllable in run:
        while folded.startswith(" ", start):
            start += 1
        if not folded.startswith(tuple(f"{spelled} " for spelled in spellings(syllable)), start):
            return {}
        found[start] = canonical_spelling(syllable)
        start += len(syllable)
    return found


def _exact_matches(scanned: Scanned, places: Sequence[Span], pattern: Pattern) -> list[bool]:
    """Which of the syllables at the ascending ``places`` match with their diacritics."""
    keys = tuple(scanned.exact(places))
    chosen = [key in pattern.singles for key in keys]
    if pattern.prefixes:
        for place, key in enumerate(keys):
            chosen[place] |= key.startswith(pattern.prefixes)
    for run in pattern.runs:
        for place, key in enumerate(keys):
            if key == run[0] and keys[place : place + len(run)] == run:
                several = places[place : place + len(run)]
                if all(scanned.folded[a[1] : b[0]].isspace() for a, b in pairwise(several)):
                    chosen[place : place + len(run)] = [True] * len(run)
    return chosen
