"""The adapter of bm25s, BM25 computed beforehand into a sparse matrix of NumPy arrays.

One index holds the tokens of all streams, each with its stream's name before it, so a document's
length counts the four streams together; four indexes whose scores are added take the same time
to search (5,000 news articles). It stores no text: the fields are written beside it as JSON lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bm25s

from benchmarks.corpus import Item
from benchmarks.engines import K1, TOP, B
from benchmarks.queries.query import TOKENS, Query
from searchengine.text.streams import STREAMS

FROM_STREAMS = True
PARALLEL = False
BARE = False

_FIELDS = "fields.jsonl"


def build(directory: Path, items: Iterable[Item], workers: int) -> None:
    """Index the items and save the index."""
    numbers: dict[str, dict[str, int]] = {stream: {} for stream in STREAMS}
    size = 0
    corpus = []
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / _FIELDS, "w", encoding="utf-8", newline="\n") as file:
        for item in items:
            row: list[int] = []
            for stream in STREAMS:
                known = numbers[stream]
                for token in item.streams[stream].split():
                    number = known.get(token)
                    if number is None:
                        number = known[token] = size
                        size += 1
                    row.append(number)
            corpus.append(row)
            fields = {"id": item.id, "title": item.title, "text": item.text}
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")
    vocabulary = {
        _key(stream, token): number
        for stream in STREAMS
        for token, number in numbers[stream].items()
    }
    retriever = bm25s.BM25(k1=K1, b=B, method="lucene", csc_backend="auto")
    retriever.index((corpus, vocabulary), show_progress=False)
    retriever.save(str(directory))


def open_index(directory: Path, backend: str = "numpy") -> _Opened:
    """Open an index with the arrays in memory."""
    return _Opened(directory, backend)


def cannot(kind: str) -> str | None:
    """Return why it is not asked queries of a kind."""
    return None if kind == TOKENS else "bm25s ranks tokens and knows nothing else"


def adder(directory: Path) -> None:
    """Return None: its scores hold the statistics of all documents, so it is built anew."""


def postings_bytes(directory: Path) -> int:
    """Return the size of everything but the stored fields."""
    return sum(file.stat().st_size for file in directory.iterdir() if file.name != _FIELDS)


class _Opened:
    def __init__(self, directory: Path, backend: str) -> None:
        self._retriever = bm25s.BM25.load(str(directory), backend=backend)
        if backend == "numba":
            self._retriever.activate_numba_scorer()
        with open(directory / _FIELDS, encoding="utf-8", newline="\n") as file:
            self._ids = [json.loads(line)["id"] for line in file]
        self._k = min(TOP, len(self._ids))

    def top(self, query: Query) -> Any:
        tokens = [_key(stream, token) for stream in STREAMS for token in query.joined[stream]]
        return self._retriever.retrieve([tokens], k=self._k, show_progress=False)

    def ids(self, found: Any) -> list[str]:
        ranked = zip(found.documents[0].tolist(), found.scores[0].tolist(), strict=True)
        return [self._ids[number] for number, score in ranked if score > 0]


def _key(stream: str, token: str) -> str:
    return f"{stream}:{token}"
