"""Sheets of Excel and OpenDocument (xlsx, xlsm, xlsb, xls, ods), by python-calamine.

A row is a line, its cells with tabs between them: dates as dates, a formula as its last value, a
merged cell once. Where several sheets of a file hold something, each is a page of its own.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Any

from searchengine.errors import InputError
from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.formats.packages import (
    COMPOUND,
    ZIP,
    Package,
    refuse_compound,
)
from searchengine.pages.readers.formats.tables import row_lines
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader

SHEETS_MAX = 100_000_000
#: Cells between the first and the last of a sheet, empty ones too, each some ten bytes.
CELLS_MAX = 20_000_000
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*(?<!/)>(?!</c>)')
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
#: A number that is whole needs no decimals up to here, where numbers stop being exact.
_EXACT = 1e15


def read_sheets(file: OpenedFile) -> Iterator[Page | Problem]:
    """Yield a page for each sheet that holds something, or one for the file's only such sheet."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError
    except ImportError as error:
        raise InputError(
            "is a workbook; python-calamine is missing: install it (pip install python-calamine)"
        ) from error
    refuse_compound(file)
    if file.head.startswith(ZIP):
        _refuse_far_cells(file)
        file.stream.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file.stream)
    except PasswordError as error:
        raise InputError("is encrypted; save it without a password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(f"is no whole workbook ({error}); copy or save it anew") from error
    found: list[tuple[str, str]] = []
    for name in workbook.sheet_names:
        try:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
        except (CalamineError, ValueError) as error:
            yield file.problem(f"the sheet {name!r} cannot be read ({error}); save it anew")
            continue
        text = "\n".join(line for row in rows for line in row_lines([[_shown(c)] for c in row]))
        if text:
            found.append((name, text))
    if not found:
        raise InputError("holds no cell with a value; open and save it in the program it is of")
    for name, text in found:
        one = len(found) == 1
        yield file.page(text, part=None if one else name, extra={} if one else {"sheet": name})


def _refuse_far_cells(file: OpenedFile) -> None:
    """Raise :class:`InputError` for an Excel sheet with a cell far from all others.

    The library keeps every cell between the first and the last. A sheet may say that it is large
    only for its colours, so that the cells with values are looked at before it is refused.
    """
    with Package(file, "workbook") as package:
        for name in package.names:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheet = package.read(name)
                told = _DIMENSION.search(sheet[:4096])
                if told is None or _area([told.groups()]) <= CELLS_MAX:
                    continue
                if _area(match.groups() for match in _CELL.finditer(sheet)) > CELLS_MAX:
                    raise InputError("has a cell far from the others; move it, and save it anew")


def _area(cells: Iterable[tuple[bytes, ...]]) -> int:
    """How many cells lie up to the last of these column names and row numbers."""
    columns, rows = 0, 0
    for column, row in cells:
        number = 0
        for letter in column:
            number = number * 26 + letter - 64
        columns, rows = max(columns, number), max(rows, int(row))
    return columns * rows


def _shown(value: Any) -> str:
    """A cell as people write it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime.datetime):
        clock = "" if value.time() == datetime.time() else f" {value:%H:%M}"
        return f"{value.day:02}/{value.month:02}/{value.year}{clock}"
    if isinstance(value, datetime.date):
        return f"{value.day:02}/{value.month:02}/{value.year}"
    return str(value)


def _is_workbook(head: bytes) -> bool:
    """Whether a file is a workbook, or may be one of Excel's before 2007."""
    if head.startswith(ZIP):
        return b"xl/" in head or head[30:].startswith(_ODS)
    return head.startswith(COMPOUND)


SHEETS = Reader(
    "Excel or OpenDocument (xlsx, xls, ods)",
    (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    read_sheets,
    _is_workbook,
    SHEETS_MAX,
)
