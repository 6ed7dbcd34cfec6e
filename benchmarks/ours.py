"""The adapter of this project's own index; the only file here that knows its inside.

``build`` starts from the text, as a caller of the library would; ``open_index`` scores the tokens
of the four streams with equal weights and no date boost, which is what the peers do, and answers
queries of other kinds through the seam, by a plan and ``View.search``; ``open_whole`` is the whole
``SearchEngine.search`` call. Nothing is measured here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.corpus import Item
from benchmarks.engines import TOP
from benchmarks.plans import options_of, plan_of
from benchmarks.queries.query import TOKENS, Query
from searchengine import Document, SearchEngine
from searchengine.backends.embedded.backend import EmbeddedBackend
from searchengine.backends.embedded.index.commit.storage import open_index as open_whoosh_index
from searchengine.backends.embedded.index.schema import STREAM_SPECS
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.scoring.scorer import Scorer
from searchengine.backends.embedded.scoring.selection import Top
from searchengine.backends.values import Ranking, ScoringTerm
from searchengine.query.display.results import Results
from searchengine.text.streams import STREAMS

FROM_STREAMS = False
PARALLEL = True
BARE = False


def build(directory: Path, items: Iterable[Item], workers: int) -> None:
    """Index the items' text and commit."""
    with (
        SearchEngine.open(directory, create=True) as engine,
        engine.writer(workers=workers) as writer,
    ):
        for item in items:
            writer.add(_document(item))


def open_index(directory: Path) -> _Streams:
    """Open an index to be asked by tokens."""
    return _Streams(directory)


def open_whole(directory: Path) -> _Whole:
    """Open an index for whole searches by text."""
    return _Whole(directory)


def cannot(kind: str) -> str | None:
    """Return None: it can be asked queries of every kind."""
    return None


def adder(directory: Path) -> Callable[[Sequence[Item]], None]:
    """Open an index; return what adds items and commits."""
    engine = SearchEngine.open(directory)

    def add(items: Sequence[Item]) -> None:
        with engine.writer() as writer:
            for item in items:
                writer.add(_document(item))

    return add


def postings_bytes(directory: Path) -> int:
    """Return the size of the four streams: postings, lengths, term dictionaries, text order."""
    dictionaries = {spec.vocabulary for spec in STREAM_SPECS if spec.name in STREAMS}
    wanted = {*STREAMS, *(f"vocabulary/{name}" for name in dictionaries)}
    wanted |= {"order", "usual", "unusual"}
    sections = [segment.sections for segment in _snapshot(directory).segments]
    return sum(
        one.array(name).nbytes
        for one in sections
        for name in one.names()
        if name.rpartition("/")[0] in wanted
    )


class _Streams:
    def __init__(self, directory: Path) -> None:
        self._snapshot = _snapshot(directory)
        self._scorer = Scorer(self._snapshot)
        self._view = EmbeddedBackend.open(directory).open_view()

    def top(self, query: Query) -> Top | Ranking:
        if query.kind != TOKENS:
            return self._view.search(plan_of(query, self._view, TOP))
        return self._scorer.top(
            [
                ScoringTerm(stream, token, 1.0)
                for stream in STREAMS
                for token in query.streams[stream]
            ],
            TOP,
        )

    def ids(self, found: Top | Ranking) -> list[str]:
        if isinstance(found, Ranking):
            return [ranked.document.id for ranked in found.ranked]
        return [self._snapshot.document(number).id for number in found.docs.tolist()]

    def count(self, query: Query) -> int:
        return self._view.search(plan_of(query, self._view, TOP)).total


class _Whole:
    def __init__(self, directory: Path) -> None:
        self._engine = SearchEngine.open(directory)

    def top(self, query: Query) -> Results:
        if query.kind == TOKENS:
            return self._engine.search(query.text, limit=TOP)
        return self._engine.search(query.text, options_of(query, TOP))

    def ids(self, found: Results) -> list[str]:
        return [hit.id for hit in found]

    def count(self, query: Query) -> int:
        return self.top(query).total


def _snapshot(directory: Path) -> Snapshot:
    return Snapshot(open_whoosh_index(directory))


def _document(item: Item) -> Document:
    date = datetime.date.fromisoformat(item.date[:10]) if item.date else None
    return Document(
        id=item.id,
        title=item.title,
        text=item.text,
        date=date,
        source=item.source,
        place=item.place,
    )
