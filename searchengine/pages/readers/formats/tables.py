"""Rows of tables as lines: cells side by side, joined by tabs, or below each other where long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def row_lines(cells: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of one row, of whose cells each is given as its lines.

    Cells of a line each stand side by side with tabs between them. Where a cell has several lines,
    those stay together: the cells follow one another.
    """
    filled = [[line for line in cell if line.strip()] for cell in cells]
    if all(len(cell) <= 1 for cell in filled):
        line = "\t".join(" ".join(cell[0].split()) if cell else "" for cell in filled).rstrip()
        return [line] if line.strip() else []
    return [line for cell in filled for line in cell]
