"""The adapter of tantivy, a search library in Rust: four text fields with frequencies.

Tokens are split at white space and nothing else is done to them; positions are left out, and all
that needs them or more fields is asked of ``tantivy_positions``. Its BM25 has k1 1.2 and b 0.75
built in. Documents are found as addresses, and the number of matches is not asked for, which lets
it skip postings.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.corpus import Item
from benchmarks.engines import TOP
from benchmarks.queries.query import TOKENS, Query
from searchengine.text.streams import STREAMS

FROM_STREAMS = True
PARALLEL = True
BARE = False

#: Memory of a writer's threads together: few segments, and less than the memory we allow ours.
HEAP_BYTES = 512_000_000
#: Files of a segment that are searched: postings, terms, positions, lengths.
_POSTINGS_SUFFIXES = (".idx", ".term", ".pos", ".fieldnorm")
_TOKENIZER = "spaces"


def document(item: Item) -> Any:
    """Return an item with its stored fields and its streams."""
    made = tantivy.Document()
    made.add_text("id", item.id)
    made.add_bytes("title", item.title.encode())
    made.add_bytes("text", item.text.encode())
    for stream in STREAMS:
        made.add_text(stream, item.streams[stream])
    return made


def build(directory: Path, items: Iterable[Item], workers: int) -> Callable[[], None]:
    """Index the items with so many threads and commit; return what waits for its merges."""
    return write_index(directory, _schema(), map(document, items), workers)


def write_index(
    directory: Path, schema: Any, documents: Iterable[Any], workers: int
) -> Callable[[], None]:
    """Make an index of a schema and commit documents; return what waits for its merges."""
    index = tantivy.Index(schema, path=str(directory))
    _register(index)
    writer = index.writer(heap_size=HEAP_BYTES, num_threads=workers)
    for one in documents:
        writer.add_document(one)
    writer.commit()
    wait: Callable[[], None] = writer.wait_merging_threads
    return wait


def open_index(directory: Path) -> _Opened:
    """Open an index."""
    return _Opened(directory)


def cannot(kind: str) -> str | None:
    """Return why it is not asked queries of a kind."""
    return None if kind == TOKENS else "asked of tantivy-positions, which has the fields for it"


def adder(
    directory: Path, document: Callable[[Item], Any] = document
) -> Callable[[Sequence[Item]], None]:
    """Open an index; return what adds items, as ``document`` makes them, and commits."""
    index = tantivy.Index.open(str(directory))
    _register(index)

    def add(items: Sequence[Item]) -> None:
        writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
        for item in items:
            writer.add_document(document(item))
        writer.commit()

    return add


def postings_bytes(directory: Path) -> int:
    """Return the size of postings, terms and lengths."""
    return sum(f.stat().st_size for f in directory.iterdir() if f.suffix in _POSTINGS_SUFFIXES)


class _Opened:
    def __init__(self, directory: Path) -> None:
        index = tantivy.Index.open(str(directory))
        self._schema = index.schema
        self._searcher = index.searcher()

    def top(self, query: Query) -> Any:
        wanted = any_token(self._schema, query)
        return self._searcher.search(wanted, limit=TOP, count=False).hits

    def ids(self, found: Any) -> list[str]:
        return [str(self._searcher.doc(address)["id"][0]) for _, address in found]

    def count(self, query: Query) -> int:
        raise NotImplementedError


def any_token(schema: Any, query: Query) -> Any:
    """Return tantivy's query for any of the tokens of all streams."""
    clauses = [
        (tantivy.Occur.Should, tantivy.Query.term_query(schema, stream, token, "freq"))
        for stream in STREAMS
        for token in query.joined[stream]
    ]
    return tantivy.Query.boolean_query(clauses)


def schema_builder(positions: Container[str]) -> Any:
    """Return what builds a schema of the stored fields and the streams, some with positions."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "text"):
        # A text field is always indexed, and these are only to be stored.
        builder.add_bytes_field(name, stored=True, indexed=False)
    for stream in STREAMS:
        option = "position" if stream in positions else "freq"
        builder.add_text_field(stream, tokenizer_name=_TOKENIZER, index_option=option)
    return builder


def _schema() -> Any:
    return schema_builder(()).build()


def _register(index: Any) -> None:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, analyzer)
