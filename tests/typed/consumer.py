"""A program of somebody else's, which ``make check`` checks strictly and nobody runs.

A type that is lost makes the ignored mistakes at the end pass, and mypy says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from searchengine import (
    DateBoost,
    Document,
    Explanation,
    Field,
    Histogram,
    Hit,
    IndexSettings,
    Results,
    SearchEngine,
    SearchEngineError,
    SearchOptions,
    SearchView,
)
from searchengine.pages import OpenedFile, Page, Problem, Reader
from searchengine.text import segment


def fill(path: str) -> int:
    with SearchEngine.open(path, create=True) as engine:
        engine.configure(IndexSettings(fields=(Field("loại", "keyword"),)))
        with engine.writer() as writer:
            day = datetime.date(2024, 5, 1)
            writer.add(Document(id="1", title="Tin", text="Bài", date=day, extra={"loại": "tin"}))
        return engine.document_count()


def ask(view: SearchView) -> list[tuple[int, str, datetime.date | None]]:
    options = SearchOptions(limit=5, date_boost=DateBoost(scale=365))
    found: Results = view.search("tin", options, since="2022", place="Hà Tĩnh")
    hits: list[Hit] = list(found)
    bars: Histogram = view.histogram("tin", by="year")
    counts: dict[str, dict[str, int]] = view.facets("tin", names=["place"], order="name")
    why: Explanation = view.explain("tin", hits[0].id)
    print(bars.total, counts, why.score, [part.term for part in why.parts])
    return [(hit.rank, hit.title, hit.date) for hit in found]


def read(file: OpenedFile) -> Iterator[Page | Problem]:
    yield file.page(file.read(1000).decode(), title="x")


READER = Reader(name="mẫu", suffixes=(".mau",), read=read, max_bytes=1000)
WORDS: list[list[str]] = segment(["Xin chào"])


def stop(error: SearchEngineError) -> int:
    return error.status + 1


def mistakes(view: SearchView) -> None:
    Document(id=1, title="Tin", text="Bài")  # type: ignore[arg-type]
    view.search("tin", limit="five")  # type: ignore[arg-type]
    view.search("tin", sinse="2022")  # type: ignore[call-arg]
    view.search("tin").hits[0].rank.upper()  # type: ignore[attr-defined]
    segment("Xin chào").upper()  # type: ignore[attr-defined]
