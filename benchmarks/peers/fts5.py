"""The adapter of SQLite's FTS5: four columns, tokens kept whole, the text in a table beside.

Its ``ascii`` tokenizer takes every byte above 127 as part of a token and is told to take every
ASCII sign as well, so only spaces part tokens. The index is contentless, or FTS5 would store the
streams a second time, and keeps positions, because without them its ``bm25`` gives 0 or reads the
text again (20 times slower). That has k1 1.2 and b 0.75 built in and one length a document.
Filters, dates and facets are columns of the table of fields, joined to what matches. How many
match it would have to be asked by itself, so that is not timed.
"""

from __future__ import annotations

import datetime
import sqlite3
import string
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.corpus import Item
from benchmarks.engines import TOP
from benchmarks.queries.query import (
    BY_DATE,
    FACET_LIMIT,
    FACET_NAMES,
    FACETS,
    SLOP,
    TOKENS,
    Beginning,
    Days,
    Phrase,
    Query,
    Signs,
    Value,
)
from searchengine.backends.values import day_number
from searchengine.text.streams import STREAMS

FROM_STREAMS = True
PARALLEL = False
BARE = False

_FILE = "fts5.db"
#: Page cache of a connection: what our index may cache by default.
CACHE_KIB = 256 * 1024
_SEARCH = f"SELECT rowid, rank FROM streams WHERE streams MATCH ? ORDER BY rank LIMIT {TOP}"
_JOINED = "FROM streams JOIN fields ON number = streams.rowid WHERE streams MATCH ?"
_READ = "SELECT id, title, text FROM fields WHERE number = ?"

_FIELDS = ("id", "source", "place", "day", "month", "year", "title", "text")

Found = list[tuple[int, float]]


def build(directory: Path, items: Iterable[Item], workers: int) -> None:
    """Index the items in one transaction."""
    database = _connect(directory)
    signs = string.punctuation.replace("'", "''")
    # The text comes last: SQLite reads a row up to the last column that it needs.
    database.execute(f"CREATE TABLE fields (number INTEGER PRIMARY KEY, {', '.join(_FIELDS)})")
    database.execute(
        f"CREATE VIRTUAL TABLE streams USING fts5({', '.join(STREAMS)}, content='', "
        f"""tokenize="ascii tokenchars '{_escaped(signs)}'")"""
    )
    _insert(database, items)
    database.close()


def open_index(directory: Path) -> _Opened:
    """Open an index."""
    return _Opened(directory)


def cannot(kind: str) -> str | None:
    """Return why it is not asked queries of a kind."""
    return "its NEAR takes syllables in any order" if kind == SLOP else None


def adder(directory: Path) -> Callable[[Sequence[Item]], None]:
    """Open an index; return what adds items and commits."""
    database = _connect(directory)

    def add(items: Sequence[Item]) -> None:
        _insert(database, items)

    return add


def postings_bytes(directory: Path) -> int | None:
    """Return None: text and postings share one file."""
    return None


class _Opened:
    def __init__(self, directory: Path) -> None:
        self._database = _connect(directory)

    def top(self, query: Query) -> Found:
        match = _match(query)
        if query.kind == TOKENS:
            return self._database.execute(_SEARCH, (match,)).fetchall()
        where, values = _narrowed(query)
        found: Found
        if query.kind == BY_DATE:
            ordered = f"SELECT number, day {_JOINED} ORDER BY day DESC LIMIT {TOP}"
            found = self._database.execute(ordered, (match,)).fetchall()
        elif where:
            joined = f"SELECT number, rank {_JOINED} {where} ORDER BY rank LIMIT {TOP}"
            found = self._database.execute(joined, (match, *values)).fetchall()
        else:
            found = self._database.execute(_SEARCH, (match,)).fetchall()
        if query.kind == FACETS:
            for name in FACET_NAMES:
                counted = f"SELECT {name}, count(*) {_JOINED} GROUP BY 1 ORDER BY 2 DESC"
                self._database.execute(f"{counted} LIMIT {FACET_LIMIT}", (match,)).fetchall()
        for number, _ in found:
            self._database.execute(_READ, (number,)).fetchone()
        return found

    def count(self, query: Query) -> int:
        where, values = _narrowed(query)
        source = _JOINED if where else "FROM streams WHERE streams MATCH ?"
        counted = f"SELECT count(*) {source} {where}"
        return int(self._database.execute(counted, (_match(query), *values)).fetchone()[0])

    def ids(self, found: Found) -> list[str]:
        one = "SELECT id FROM fields WHERE number = ?"
        return [self._database.execute(one, (number,)).fetchone()[0] for number, _ in found]


def _match(query: Query) -> str:
    """What FTS5 is to find: a phrase, terms with signs, or any of the tokens of all streams."""
    asked = query.asked
    if isinstance(asked, Phrase):
        return f"{asked.field} : {_quoted(' '.join(asked.terms))}"
    if isinstance(asked, Beginning):
        either = [*map(_quoted, asked.terms), f"{_quoted(asked.prefix)} *"]
        return f"{asked.field} : ({' OR '.join(either)})"
    if isinstance(asked, Signs):
        needed = " AND ".join(map(_quoted, asked.must))
        # What only scores: all with it, or all.
        scored = " OR ".join(map(_quoted, asked.should))
        unwanted = " OR ".join(map(_quoted, asked.must_not))
        found = f"(({needed}) AND ({scored})) OR ({needed})"
        return f"{asked.field} : (({found}) NOT ({unwanted}))"
    clauses = []
    for stream in STREAMS:
        tokens = " OR ".join(map(_quoted, query.joined[stream]))
        if tokens:
            clauses.append(f"{stream} : ({tokens})")
    return " OR ".join(clauses)


def _narrowed(query: Query) -> tuple[str, tuple[str | int, ...]]:
    """What else must hold of the fields, as SQL and its values."""
    if isinstance(query.asked, Value):
        return f"AND {query.asked.field} = ?", (query.asked.value,)
    if isinstance(query.asked, Days):
        return "AND day BETWEEN ? AND ?", (query.asked.first, query.asked.last)
    return "", ()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


class _Database(sqlite3.Connection):
    """A connection that closes itself when nobody holds it any more."""

    def __del__(self) -> None:
        self.close()


def _connect(directory: Path) -> sqlite3.Connection:
    directory.mkdir(parents=True, exist_ok=True)
    # One thread asks, but another may be the one that collects it and closes it.
    database = sqlite3.connect(directory / _FILE, factory=_Database, check_same_thread=False)
    database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return database


def _insert(database: sqlite3.Connection, items: Iterable[Item]) -> None:
    fields, streams = (
        f"({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"
        for names in (_FIELDS, ("rowid", *STREAMS))
    )
    with database:
        for item in items:
            cursor = database.execute(f"INSERT INTO fields {fields}", _row(item))
            database.execute(
                f"INSERT INTO streams {streams}",
                (cursor.lastrowid, *(item.streams[stream] for stream in STREAMS)),
            )


def _row(item: Item) -> tuple[str | int | None, ...]:
    day = month = year = None
    if item.date:
        date = datetime.date.fromisoformat(item.date[:10])
        day, month, year = day_number(date), item.date[:7], date.year
    return item.id, item.source, item.place, day, month, year, item.title, item.text


def _escaped(signs: str) -> str:
    return signs.replace('"', '""')
