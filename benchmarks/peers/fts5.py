"""The adapter of SQLite's FTS5: four columns, tokens kept whole, the text in a table beside.

Its ``ascii`` tokenizer takes every byte above 127 as part of a token and is told to take every
ASCII sign as well, so only spaces part tokens. The index is contentless, or FTS5 would store the
streams a second time, and keeps positions, because without them its ``bm25`` gives 0 or reads the
text again (20 times slower). That has k1 1.2 and b 0.75 built in and one length a document.
"""

from __future__ import annotations

import sqlite3
import string
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.corpus import Item
from benchmarks.engines import TOP
from benchmarks.queries import Query
from searchengine.text.streams import STREAMS

FROM_STREAMS = True
PARALLEL = False

_FILE = "fts5.db"
#: Page cache of a connection: what our index may cache by default.
CACHE_KIB = 256 * 1024
_SEARCH = f"SELECT rowid, rank FROM streams WHERE streams MATCH ? ORDER BY rank LIMIT {TOP}"

Found = list[tuple[int, float]]


def build(directory: Path, items: Iterable[Item], workers: int) -> None:
    """Index the items in one transaction."""
    database = _connect(directory)
    signs = string.punctuation.replace("'", "''")
    database.execute("CREATE TABLE fields (number INTEGER PRIMARY KEY, id, title, text)")
    database.execute(
        f"CREATE VIRTUAL TABLE streams USING fts5({', '.join(STREAMS)}, content='', "
        f"""tokenize="ascii tokenchars '{_escaped(signs)}'")"""
    )
    _insert(database, items)
    database.close()


def open_index(directory: Path) -> _Opened:
    """Open an index."""
    return _Opened(directory)


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
        clauses = []
        for stream in STREAMS:
            tokens = " OR ".join('"' + t.replace('"', '""') + '"' for t in query.joined[stream])
            if tokens:
                clauses.append(f"{stream} : ({tokens})")
        return self._database.execute(_SEARCH, (" OR ".join(clauses),)).fetchall()

    def ids(self, found: Found) -> list[str]:
        one = "SELECT id FROM fields WHERE number = ?"
        return [self._database.execute(one, (number,)).fetchone()[0] for number, _ in found]


class _Database(sqlite3.Connection):
    """A connection that closes itself when nobody holds it any more."""

    def __del__(self) -> None:
        self.close()


def _connect(directory: Path) -> sqlite3.Connection:
    directory.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(directory / _FILE, factory=_Database)
    database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return database


def _insert(database: sqlite3.Connection, items: Iterable[Item]) -> None:
    marks = ", ".join("?" for _ in STREAMS)
    columns = ", ".join(STREAMS)
    with database:
        for item in items:
            cursor = database.execute(
                "INSERT INTO fields (id, title, text) VALUES (?, ?, ?)",
                (item.id, item.title, item.text),
            )
            database.execute(
                f"INSERT INTO streams (rowid, {columns}) VALUES (?, {marks})",
                (cursor.lastrowid, *(item.streams[stream] for stream in STREAMS)),
            )


def _escaped(signs: str) -> str:
    return signs.replace('"', '""')
