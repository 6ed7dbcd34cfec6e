"""Runs of a page into lines, in the order in which people read them.

Runs on one baseline are a row. Rows with a common empty strip between left and right are a band:
of prose on both sides, the sides are columns and are read one after the other; of anything else
(tables, letterheads, signatures) each row is read across, with tabs between its cells. So the two
sides of a letterhead come side by side: ``issuing body TAB national title``.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from searchengine.pages.readers.formats.letterhead import holds_letterhead
from searchengine.pages.readers.formats.pdf.glyphs import Run

#: Runs are of one row where their baselines are this near, in heights of their letters.
ROW_SHIFT = 0.4
#: An empty strip is at least this wide, in heights of letters.
STRIP_MIN = 0.8
#: A gap in a single row is one between cells from here on; smaller ones come of justified lines.
CELL_GAP = 2.5
#: A gap between rows of so many heights parts bands.
BAND_GAP = 3.0
#: Columns of prose: lines on either side, how many of them begin at its left edge and are nearly as
#: wide as it, and what part of the page's width a side takes.
COLUMN_LINES = 3
COLUMN_SHARE = 0.5
COLUMN_WIDE = 0.75
COLUMN_WIDTH = 0.25

#: So many lines without a strip show how wide their column is.
PARAGRAPH_LINES = 4

Strip = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line to read: its edges and baseline, the edges of its column, its letters' height.

    A line ``across`` is a row of cells, which no other line goes on.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    column: Strip
    across: bool = False


def read_lines(runs: Sequence[Run]) -> list[Line]:
    """Return the lines of a page in reading order."""
    rows = _rows(runs)
    if not rows:
        return []
    return _read(rows, _extent(rows))


def _rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Rows from the top down, their runs from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: -run.base):
        row = rows[-1] if rows else None
        if row and row[0].base - run.base <= ROW_SHIFT * min(run.size, row[0].size):
            row.append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _read(rows: list[list[Run]], extent: Strip) -> list[Line]:
    lines: list[Line] = []
    start = 0
    while start < len(rows):
        end, strip = _band(rows, start, extent)
        band = rows[start:end]
        if strip is None:
            # Of a few lines the longest need not be full.
            column = _extent(band) if len(band) >= PARAGRAPH_LINES else extent
            lines += [_line(row, column) for row in band]
        else:
            sides = _sides(band, strip)
            if _are_columns(sides, extent):
                lines += _read(sides[0], _extent(sides[0])) + _read(sides[1], _extent(sides[1]))
            else:
                lines += [_across(row, extent) for row in band]
        start = end
    return lines


def _band(rows: list[list[Run]], start: int, extent: Strip) -> tuple[int, Strip | None]:
    """Where the band from ``start`` ends, and its empty strip; without one it has a single row.

    Rows without a strip that follow each other are told as one band.
    """
    strips = _empty(rows[start], [extent])
    end = start + 1
    best: tuple[int, Strip] | None = None
    while True:
        strip = _parting(rows[start:end], strips)
        if strip is not None:
            best = (end, strip)
        if end == len(rows) or _is_far(rows[end - 1], rows[end]):
            break
        strips = _empty(rows[end], strips)
        if not strips:
            break
        end += 1
    if best is not None:
        return best
    end = start + 1
    while end < len(rows) and not _is_far(rows[end - 1], rows[end]) and len(rows[end]) == 1:
        end += 1
    return _before_strip(rows, start, end), None


def _before_strip(rows: list[list[Run]], start: int, end: int) -> int:
    """Rows of one run may still be sides of a band: each stands beside the one before."""
    for index in range(start + 1, end):
        above, row = rows[index - 1][0], rows[index][0]
        if row.left > above.right or row.right < above.left:
            return index
    return end


def _empty(row: list[Run], strips: Sequence[Strip]) -> list[Strip]:
    """What is left of ``strips`` beside the runs of a row, where it is wide enough."""
    least = STRIP_MIN * median(run.size for run in row)
    left: list[Strip] = []
    for begin, end in strips:
        at = begin
        for run in row:
            if run.right <= at or run.left >= end:
                continue
            if run.left - at >= least:
                left.append((at, run.left))
            at = max(at, run.right)
        if end - at >= least:
            left.append((at, end))
    return left


def _parting(rows: list[list[Run]], strips: Sequence[Strip]) -> Strip | None:
    """The strip that has two rows or more on either side of it, the widest such."""
    found = [
        strip
        for strip in strips
        if min(
            sum(any(run.right <= strip[0] for run in row) for row in rows),
            sum(any(run.left >= strip[1] for run in row) for row in rows),
        )
        >= 2
    ]
    return max(found, key=lambda strip: strip[1] - strip[0], default=None)


def _is_far(above: list[Run], below: list[Run]) -> bool:
    return above[0].base - below[0].base > BAND_GAP * max(above[0].size, below[0].size)


def _sides(rows: list[list[Run]], strip: Strip) -> tuple[list[list[Run]], list[list[Run]]]:
    left = [[run for run in row if run.right <= strip[0]] for row in rows]
    right = [[run for run in row if run.left >= strip[1]] for row in rows]
    return [row for row in left if row], [row for row in right if row]


def _are_columns(sides: tuple[list[list[Run]], list[list[Run]]], extent: Strip) -> bool:
    """Whether both sides are prose: lines of nearly one width that begin below each other."""
    if any(len(side) < COLUMN_LINES for side in sides):
        return False
    if holds_letterhead("\n".join(run.text for side in sides for row in side for run in row)):
        return False
    for side in sides:
        begin, end = _extent(side)
        width = end - begin
        size = median(run.size for row in side for run in row)
        wide = sum(row[-1].right - row[0].left >= COLUMN_WIDE * width for row in side)
        flush = sum(row[0].left - begin <= 2 * size for row in side)
        if width < COLUMN_WIDTH * (extent[1] - extent[0]) or min(wide, flush) < COLUMN_SHARE * len(
            side
        ):
            return False
    return True


def _extent(rows: list[list[Run]]) -> Strip:
    return min(row[0].left for row in rows), max(run.right for row in rows for run in row)


def _line(row: list[Run], column: Strip) -> Line:
    """A row outside bands: one line, of cells only where gaps are too wide for words."""
    return _joined(row, column, CELL_GAP)


def _across(row: list[Run], column: Strip) -> Line:
    """A row of a band, whose runs are cells where a gap between words is no reason for them."""
    return _joined(row, column, STRIP_MIN)


def _joined(row: list[Run], column: Strip, cell_gap: float) -> Line:
    parts = [row[0].text]
    across = False
    for before, run in itertools.pairwise(row):
        gap = run.left - before.right
        size = max(run.size, before.size)
        if gap >= cell_gap * size:
            across = True
            parts.append("\t")
        elif gap > 0.15 * size:
            parts.append(" ")
        parts.append(run.text)
    size = median(run.size for run in row)
    right = max(run.right for run in row)
    return Line("".join(parts), row[0].left, right, row[0].base, size, column, across)
