"""What a measured engine must be able to do, and where each one's adapter is.

An adapter is a module with the functions of :class:`Engine`. It imports its library, so it is only
imported itself where :func:`missing` finds nothing amiss. No adapter measures anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

from benchmarks.corpus import Item
from benchmarks.queries.query import Query

#: How many documents a search returns.
TOP = 10
#: BM25's parameters, the same for every engine that lets them be chosen.
K1, B = 1.2, 0.75

OURS = "searchengine"
#: Adapter module of each engine, and the module whose absence means that it is not installed.
ADAPTERS = {
    OURS: ("benchmarks.ours", "searchengine"),
    "whoosh": ("benchmarks.peers.whoosh", "whoosh"),
    "tantivy": ("benchmarks.peers.tantivy", "tantivy"),
    "tantivy-positions": ("benchmarks.peers.tantivy_positions", "tantivy"),
    "bm25s": ("benchmarks.peers.bm25s", "bm25s"),
    "bm25s-numba": ("benchmarks.peers.bm25s_numba", "numba"),
    "fts5": ("benchmarks.peers.fts5", "sqlite3"),
}
PEERS = tuple(name for name in ADAPTERS if name != OURS)


class Opened(Protocol):
    """An index that is open for searching by one thread."""

    def top(self, query: Query) -> Any:
        """Answer the query; this, and nothing else, is timed.

        For a query of bare tokens: the best :data:`TOP` documents with their scores, named as the
        engine names them; every stream and every token weighs the same and any token may match.
        For one of another kind: those documents, or the newest, read with their titles and texts,
        the number of all that match where the engine can tell it, and the counts of facets where
        these are asked for.
        """

    def ids(self, found: Any) -> list[str]:
        """Return the ids of the documents that :meth:`top` returned, best first."""

    def count(self, query: Query) -> int:
        """Return how many documents match a query of another kind than bare tokens; not timed.

        It says what the set means, even where :meth:`top` must ask for a little more.
        """


class Engine(Protocol):
    """An adapter: the functions that its module has."""

    def build(
        self, directory: Path, items: Iterable[Item], workers: int
    ) -> Callable[[], None] | None:
        """Make an index of the items in the empty ``directory`` and commit it.

        This is timed; what it returns, if anything, is called afterwards and is not.
        """

    def open_index(self, directory: Path) -> Opened:
        """Open an index for searching."""

    def cannot(self, kind: str) -> str | None:
        """Return why the engine is not asked queries of a kind, None if it is."""

    def adder(self, directory: Path) -> Callable[[Sequence[Item]], None] | None:
        """Open an index; return what adds items and commits, None if it must be built anew."""

    def postings_bytes(self, directory: Path) -> int | None:
        """Return the size of what is searched, stored text apart; None where it has no name."""

    #: Whether ``build`` reads the items' streams; one that does not starts from the text.
    FROM_STREAMS: bool
    #: Whether ``build`` can use more than one worker.
    PARALLEL: bool
    #: Whether ``open_index`` takes ``numbers=True``, which leaves reading documents out.
    BARE: bool


def adapter(name: str) -> Engine:
    """Return the adapter of an engine."""
    return cast(Engine, import_module(ADAPTERS[name][0]))


def missing(name: str) -> str | None:
    """Return why an engine cannot be measured here, None if it can."""
    if name not in ADAPTERS:
        return f"unknown: choose from {', '.join(PEERS)}"
    needed = ADAPTERS[name][1]
    if find_spec(needed) is None:
        return f"the module {needed} is not installed (pip install 'searchengine[bench]')"
    if name == "fts5":
        import sqlite3

        try:
            with contextlib.closing(sqlite3.connect(":memory:")) as database:
                database.execute("CREATE VIRTUAL TABLE t USING fts5(a)")
        except sqlite3.OperationalError as error:
            return f"SQLite {sqlite3.sqlite_version} has no FTS5: {error}"
    return None
