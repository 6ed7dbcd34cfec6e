"""Runs of a page into lines, in the order in which people read them.

Runs on one baseline are a row. Rows with a common empty strip between left and right are a band,
whose two sides are read one after the other where they are columns of prose, a letterhead (first
the lines of the issuing body, then those of the national title), or lines that do not stand beside
each other, as those of recipients and signer. Anything else is a table: each row is read across,
with tabs between its cells, and a line below a cell goes on with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from searchengine.pages.readers.formats.letterhead import holds_letterhead, opens_recipients
from searchengine.pages.readers.formats.pdf.glyphs import SPACE_GAP, Run

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
#: A band has at most so many rows.
BAND_ROWS = 300
#: In a table most lines of the side with fewer have one beside them.
BESIDE_SHARE = 0.7
#: A line that goes on with a cell is at most so far below, in heights.
CELL_PITCH = 1.7
#: So many lines without a strip show how wide their column is.
PARAGRAPH_LINES = 4

Strip = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line to read: its edges and baseline, the edges of its column, its letters' height.

    A line ``across`` is a row of cells, which no other line goes on; one ``apart`` is of a
    letterhead or the like, where a line that begins with a capital is another one.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    column: Strip
    across: bool = False
    apart: bool = False


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
            apart = _are_of_a_paper(sides)
            if apart or _are_columns(sides, extent) or (apart := _are_apart(sides)):
                for side in sides:
                    found = _read(side, _extent(side))
                    lines += [replace(line, apart=True) for line in found] if apart else found
            else:
                lines += _table(band, extent)
        start = end
    return lines


def _band(rows: list[list[Run]], start: int, extent: Strip) -> tuple[int, Strip | None]:
    """Where the band from ``start`` ends, and its empty strip.

    Without one they are rows of a run each that follow each other, or a single row.
    """
    strips = _empty(rows[start], [extent])
    end = start + 1
    best: tuple[int, Strip] | None = None
    while strips:
        last = end == min(len(rows), start + BAND_ROWS) or _is_far(rows[end - 1], rows[end])
        left = [] if last else _empty(rows[end], strips)
        # As long as the strips stay as they are, the last row tells for all.
        if left != strips and (strip := _parting(rows[start:end], strips)) is not None:
            best = (end, strip)
        strips = left
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


def _are_of_a_paper(sides: tuple[list[list[Run]], list[list[Run]]]) -> bool:
    """Whether the sides are those of a letterhead, or recipients and signer."""
    right = "\n".join(run.text for row in sides[1] for run in row)
    return holds_letterhead(right) or any(opens_recipients(row[0].text) for row in sides[0])


def _are_apart(sides: tuple[list[list[Run]], list[list[Run]]]) -> bool:
    """Whether the lines of both sides mostly do not stand beside each other."""
    left, right = ({row[0].base for row in side} for side in sides)
    beside = sum(any(abs(one - other) < 1 for other in right) for one in left)
    return beside < BESIDE_SHARE * min(len(left), len(right)) and not any(map(_has_strip, sides))


def _has_strip(rows: list[list[Run]]) -> bool:
    strips = [_extent(rows)]
    for row in rows:
        strips = _empty(row, strips)
    return _parting(rows, strips) is not None


def _are_columns(sides: tuple[list[list[Run]], list[list[Run]]], extent: Strip) -> bool:
    """Whether both sides are prose: lines of nearly one width that begin below each other."""
    if any(len(side) < COLUMN_LINES for side in sides):
        return False
    for side in sides:
        begin, end = _extent(side)
        width = end - begin
        size = median(run.size for row in side for run in row)
        wide = sum(row[-1].right - row[0].left >= COLUMN_WIDE * width for row in side)
        flush = sum(row[0].left - begin <= 2 * size for row in side)
        if width < COLUMN_WIDTH * (extent[1] - extent[0]):
            return False
        if min(wide, flush) < COLUMN_SHARE * len(side):
            return False
    return True


def _extent(rows: list[list[Run]]) -> Strip:
    return min(row[0].left for row in rows), max(run.right for row in rows for run in row)


@dataclass(slots=True)
class _Cell:
    """Text of a row between wide gaps, with its edges."""

    text: str
    left: float
    right: float


def _cells(row: list[Run], gap: float) -> list[_Cell]:
    """The runs of a row, those joined that stand nearer than ``gap``, in heights."""
    cells = [_Cell(row[0].text, row[0].left, row[0].right)]
    for before, run in itertools.pairwise(row):
        space = (run.left - before.right) / max(run.size, before.size)
        if space >= gap:
            cells.append(_Cell(run.text, run.left, run.right))
        else:
            cells[-1].text += f" {run.text}" if space > SPACE_GAP else run.text
            cells[-1].right = run.right
    return cells


def _line(row: list[Run], column: Strip) -> Line:
    """A row outside bands: one line, of cells only where gaps are too wide for words."""
    return _of_cells(_cells(row, CELL_GAP), row, column)


def _table(band: list[list[Run]], column: Strip) -> list[Line]:
    """The rows of a table, each with the lines that go on with its cells."""
    rows: list[tuple[list[_Cell], list[Run]]] = []
    above: list[Run] = []
    for row in band:
        cells = _cells(row, STRIP_MIN)
        near = bool(above) and above[0].base - row[0].base <= CELL_PITCH * row[0].size
        if near and (into := _below(cells, rows[-1][0])):
            for cell, whole in zip(cells, into, strict=True):
                whole.text += f" {cell.text}"
                whole.left, whole.right = min(whole.left, cell.left), max(whole.right, cell.right)
        else:
            rows.append((cells, row))
        above = row
    return [_of_cells(cells, row, column) for cells, row in rows]


def _below(cells: list[_Cell], above: list[_Cell]) -> list[_Cell]:
    """The cell that each of ``cells`` goes on with; none where one is below the first, or no cell.

    A row of a table begins with its first cell.
    """
    found: list[_Cell] = []
    for cell in cells:
        over = [one for one in above[1:] if cell.left < one.right and one.left < cell.right]
        if len(over) != 1 or cell.left < above[0].right:
            return []
        found.append(over[0])
    return found if len(found) < len(above) else []


def _of_cells(cells: list[_Cell], row: list[Run], column: Strip) -> Line:
    text = "\t".join(cell.text for cell in cells)
    size = median(run.size for run in row)
    return Line(text, cells[0].left, cells[-1].right, row[0].base, size, column, len(cells) > 1)
