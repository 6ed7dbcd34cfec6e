"""Tables as text (csv, tsv): a row a document where there is a header, else one document.

Which sign stands between cells is told from the rows themselves. A header names the fields, as in
JSON records, or in Vietnamese; a row without a text of its own is told whole, each cell behind its
column's name.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from searchengine.errors import InputError
from searchengine.pages.fingerprint import content_hash
from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.decoding import Decoded, decode
from searchengine.pages.readers.formats.tables import row_lines
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.records import Fields, page_of_record
from searchengine.pages.readers.registry import DOCUMENT_MAX, Reader
from searchengine.text.folding import fold

TABLE_MAX = 200_000_000
#: Rows that are looked at to tell the sign between cells and whether there is a header.
SAMPLE_ROWS = 50
SAMPLE_CHARS = 200_000
#: A name of a column is at most this long.
NAME_MAX = 60
_SIGNS = ",;\t|"
#: What people in Vietnam call columns, with their marks off, and the fields that these are.
_VIETNAMESE = {
    "tieu de": "title",
    "ten bai": "title",
    "noi dung": "text",
    "ngay": "date",
    "ngay dang": "date",
    "tac gia": "author",
}
#: Programs may tell the sign in a line before the first.
_SIGN_LINE = re.compile(r"sep=([,;\t|])\n", re.IGNORECASE)
#: What cells hold and names of columns are not: numbers, dates, addresses.
_VALUE = re.compile(r"[\d\s.,:/%+()-]+|\S+@\S+|https?://\S+")

Rows = Iterator[list[str]]


def delimited_reader(fields: Fields) -> Reader:
    """Return the reader of tables whose columns have the names that ``fields`` says."""
    return Reader(
        "CSV",
        (".csv", ".tsv", ".tab"),
        functools.partial(read_delimited, fields=fields),
        max_bytes=TABLE_MAX,
    )


def read_delimited(file: OpenedFile, fields: Fields) -> Iterator[Page | Problem]:
    """Yield a page for each row below a header, or one for all rows where there is none."""
    decoded = decode(file.read(TABLE_MAX))
    told = _SIGN_LINE.match(decoded.text)
    text = decoded.text[told.end() :] if told else decoded.text
    sign = told[1] if told else _sign(text)
    sample = list(itertools.islice(_rows(text[:SAMPLE_CHARS], sign), SAMPLE_ROWS))
    if not sample:
        raise InputError("is empty; nothing was read from it")
    if not _has_header(sample):
        yield _whole(file, decoded, _rows(text, sign))
        return
    rows = _rows(text, sign)
    names = [" ".join(name.split()) for name in next(rows)]
    fields = _named(names, fields)
    for number, row in enumerate(rows, 1):
        page = _record(file, names, row, number, fields)
        if isinstance(page, Page) and number == 1 and decoded.warning:
            # Of a file with thousands of rows it is told once.
            page = dataclasses.replace(page, warnings=(decoded.warning, *page.warnings))
        yield page


def _rows(text: str, sign: str) -> Rows:
    """The rows that hold something; a quotation mark that is never closed ends nothing."""
    csv.field_size_limit(DOCUMENT_MAX)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
        if any(cell.strip() for cell in row):
            yield row


def _sign(text: str) -> str:
    """The sign that cuts most rows into the same number of cells, two or more; else a comma."""
    best, found = (0, 0), ","
    for sign in _SIGNS:
        rows = itertools.islice(_rows(text[:SAMPLE_CHARS], sign), SAMPLE_ROWS)
        (count, agreeing), *_ = Counter(map(len, rows)).most_common(1) or [(1, 0)]
        if count > 1 and (agreeing, count) > best:
            best, found = (agreeing, count), sign
    return found


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short words, each another, above rows as long."""
    names = [name.strip() for name in rows[0]]
    return (
        len(rows) > 1
        and len(names) > 1
        and len({name.casefold() for name in names}) == len(names)
        and all(name and len(name) <= NAME_MAX for name in names)
        and not any(_VALUE.fullmatch(name) for name in names)
        and sum(len(row) == len(names) for row in rows) > len(rows) / 2
        and not _reads_like_data(names, rows[1:])
    )


def _reads_like_data(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a name comes again below, in its own column, as in a table without a header."""
    return any(
        column < len(row) and row[column].strip().casefold() == name.casefold()
        for column, name in enumerate(names)
        for row in rows
    )


def _named(names: Sequence[str], fields: Fields) -> Fields:
    """``fields``, or those that columns with Vietnamese names are, where titles and texts have no
    column of the name that was said."""
    if fields.title in names or fields.text in names:
        return fields
    found: dict[str, str] = {}
    for name in names:
        ours = _VIETNAMESE.get(" ".join(fold(name).lower().replace("_", " ").split()))
        if ours and getattr(fields, ours) not in names:
            found.setdefault(ours, name)
    return dataclasses.replace(fields, **found) if {"title", "text"} & found.keys() else fields


def _record(
    file: OpenedFile, names: Sequence[str], row: Sequence[str], number: int, fields: Fields
) -> Page | Problem:
    value = {name: cell.strip() for name, cell in zip(names, row, strict=False) if cell.strip()}
    cells = itertools.zip_longest(names, row[: len(names)], fillvalue="")
    lines = [f"{name}: {cell.strip()}" for name, cell in cells if cell.strip()]
    if not value.get(fields.text):
        value[fields.text] = "\n".join([*lines, *row[len(names) :]])
    raw = json.dumps([names, row], ensure_ascii=False)
    hashed = content_hash(raw.encode("utf-8", "surrogatepass"))
    return page_of_record(value, hashed, file.name, f"{file.id}#{number}", number + 1, fields)


def _whole(file: OpenedFile, decoded: Decoded, rows: Rows) -> Page:
    text = "\n".join(line for row in rows for line in row_lines([[cell] for cell in row]))
    return file.page(text, warnings=(decoded.warning,) if decoded.warning else ())
