"""The adapter of tantivy, a search library in Rust: four text fields with frequencies.

Tokens are split at white space and nothing else is done to them; positions are left out because
no other engine here keeps them. Its BM25 has k1 1.2 and b 0.75 built in. Documents are found as
addresses, and the number of matches is not asked for, which lets it skip postings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.corpus import Item
from benchmarks.engines import TOP
from benchmarks.queries import Query
from searchengine.text.streams import STREAMS

FROM_STREAMS = True
PARALLEL = True

#: Memory of a writer's threads together: few segments, and less than the memory we allow ours.
HEAP_BYTES = 512_000_000
#: Files of a segment that are searched: postings, terms, positions, lengths.
_POSTINGS_SUFFIXES = (".idx", ".term", ".pos", ".fieldnorm")
_TOKENIZER = "spaces"


def build(directory: Path, items: Iterable[Item], workers: int) -> Callable[[], None]:
    """Index the items with so many threads and commit; return what waits for its merges."""
    index = tantivy.Index(_schema(), path=str(directory))
    _register(index)
    writer = index.writer(heap_size=HEAP_BYTES, num_threads=workers)
    for item in items:
        writer.add_document(_document(item))
    writer.commit()
    wait: Callable[[], None] = writer.wait_merging_threads
    return wait


def open_index(directory: Path) -> _Opened:
    """Open an index."""
    return _Opened(directory)


def adder(directory: Path) -> Callable[[Sequence[Item]], None]:
    """Open an index; return what adds items and commits."""
    index = tantivy.Index.open(str(directory))
    _register(index)

    def add(items: Sequence[Item]) -> None:
        writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
        for item in items:
            writer.add_document(_document(item))
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
        schema, should = self._schema, tantivy.Occur.Should
        clauses = [
            (should, tantivy.Query.term_query(schema, stream, token, "freq"))
            for stream in STREAMS
            for token in query.joined[stream]
        ]
        return self._searcher.search(
            tantivy.Query.boolean_query(clauses), limit=TOP, count=False
        ).hits

    def ids(self, found: Any) -> list[str]:
        return [str(self._searcher.doc(address)["id"][0]) for _, address in found]


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "text"):
        # A text field is always indexed, and these are only to be stored.
        builder.add_bytes_field(name, stored=True, indexed=False)
    for stream in STREAMS:
        builder.add_text_field(stream, tokenizer_name=_TOKENIZER, index_option="freq")
    return builder.build()


def _register(index: Any) -> None:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, analyzer)


def _document(item: Item) -> Any:
    document = tantivy.Document()
    document.add_text("id", item.id)
    document.add_bytes("title", item.title.encode())
    document.add_bytes("text", item.text.encode())
    for stream in STREAMS:
        document.add_text(stream, item.streams[stream])
    return document
