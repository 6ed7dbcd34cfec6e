"""What repeats at the top and foot of pages: running heads, running feet, numbers of pages.

A line is left out that stands at one height at the edge of three pages or more with the same words,
its figures aside where one of them counts the pages; on two pages, a page's number alone. The head
of an official paper is never one, though a file may hold many papers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from searchengine.pages.readers.formats.letterhead import holds_letterhead
from searchengine.pages.readers.formats.pdf.reading_order import Line

#: How many lines from either edge may repeat.
EDGE_LINES = 3
PAGES_MIN = 3
#: Of all pages; odd and even ones may have heads of their own.
PAGES_SHARE = 0.4
#: Heights on the page that count as one, in points.
SAME_HEIGHT = 6.0
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:trang|page|tr\.)?\s*\d{1,4}\s*(?:(?:/|of|trên)\s*\d{1,4})?\W*", re.IGNORECASE
)

#: Which page a line is on, counted from 0, and the line.
_Place = tuple[int, Line]


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of each page without those that repeat at its edges."""
    repeated = _repeated(pages)
    kept: list[list[Line]] = []
    for number, lines in enumerate(pages):
        gone: set[int] = set()
        for edge in _edges(lines):
            for line in edge:
                if (number, id(line)) not in repeated:
                    break
                gone.add(id(line))
        kept.append([line for line in lines if id(line) not in gone])
    return kept


def _edges(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines nearest the top, from there down, and those nearest the foot, from there up."""
    ordered = sorted(lines, key=lambda line: -line.base)
    return ordered[:EDGE_LINES], ordered[::-1][:EDGE_LINES]


def _repeated(pages: Sequence[Sequence[Line]]) -> set[tuple[int, int]]:
    """Page and identity of the lines that repeat."""
    alike: dict[tuple[int, str], list[_Place]] = defaultdict(list)
    for number, lines in enumerate(pages):
        for which, edge in enumerate(_edges(lines)):
            for line in edge:
                words = " ".join(_DIGITS.sub("#", line.text).split())
                alike[which, words].append((number, line))
    needed = max(PAGES_MIN, PAGES_SHARE * len(pages))
    found: set[tuple[int, int]] = set()
    for places in alike.values():
        for group in _at_one_height(places):
            on_pages = len({number for number, _ in group})
            text = group[0][1].text
            if holds_letterhead(text) or not _repeats(group):
                continue
            if on_pages >= needed or (on_pages >= 2 and _PAGE_NUMBER.fullmatch(text)):
                found.update((number, id(line)) for number, line in group)
    return found


def _at_one_height(places: list[_Place]) -> Iterator[list[_Place]]:
    group: list[_Place] = []
    for place in sorted(places, key=lambda place: place[1].base):
        if group and place[1].base - group[0][1].base > SAME_HEIGHT:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _repeats(group: list[_Place]) -> bool:
    """Whether lines that are alike but for figures are the same, or count the pages."""
    if len({line.text for _, line in group}) == 1:
        return not _PAGE_NUMBER.fullmatch(group[0][1].text) or len(group) >= PAGES_MIN
    figures = zip(*(map(int, _DIGITS.findall(line.text)) for _, line in group), strict=True)
    first = [number for number, _ in group]
    return any(len({n - page for n, page in zip(one, first, strict=True)}) == 1 for one in figures)
