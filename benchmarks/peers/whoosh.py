"""The adapter of Whoosh as it comes: its own codec, four KEYWORD fields, its BM25F.

Whoosh's idf is log(N / (df + 1)) + 1 and not Lucene's, so its ranking differs a little; the work is
the same. A KEYWORD field parts tokens at white space and keeps frequencies and lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh import fields, index, scoring
from whoosh import query as queries

from benchmarks.corpus import Item
from benchmarks.engines import K1, TOP, B
from benchmarks.queries.query import TOKENS, Query
from searchengine.text.streams import STREAMS

FROM_STREAMS = True
PARALLEL = False
BARE = False

#: Memory of a writer, in megabytes, before it spills to disk.
MEMORY_MB = 512


def build(directory: Path, items: Iterable[Item], workers: int) -> None:
    """Index the items and commit."""
    schema = fields.Schema(id=fields.ID(stored=True), title=fields.STORED(), text=fields.STORED())
    for stream in STREAMS:
        schema.add(stream, fields.KEYWORD(scorable=True))
    directory.mkdir(parents=True, exist_ok=True)
    _add(index.create_in(str(directory), schema), items)


def open_index(directory: Path) -> _Opened:
    """Open an index."""
    return _Opened(directory)


def cannot(kind: str) -> str | None:
    """Return why it is not asked queries of a kind."""
    return (
        None
        if kind == TOKENS
        else "its fields keep no positions here, and it is far slower with them"
    )


def adder(directory: Path) -> Callable[[Sequence[Item]], None]:
    """Open an index; return what adds items and commits."""
    opened = index.open_dir(str(directory))

    def add(items: Sequence[Item]) -> None:
        _add(opened, items)

    return add


def postings_bytes(directory: Path) -> int | None:
    """Return None: a segment is one compound file."""
    return None


class _Opened:
    def __init__(self, directory: Path) -> None:
        opened = index.open_dir(str(directory))
        self._searcher = opened.searcher(weighting=scoring.BM25F(B=B, K1=K1))

    def top(self, query: Query) -> Any:
        terms = [queries.Term(stream, t) for stream in STREAMS for t in query.joined[stream]]
        return self._searcher.search(queries.Or(terms), limit=TOP).top_n

    def ids(self, found: Any) -> list[str]:
        return [str(self._searcher.stored_fields(number)["id"]) for _, number in found]


def _add(opened: Any, items: Iterable[Item]) -> None:
    writer = opened.writer(limitmb=MEMORY_MB)
    for item in items:
        writer.add_document(id=item.id, title=item.title, text=item.text, **item.streams)
    writer.commit()
