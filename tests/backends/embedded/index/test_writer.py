"""Writing: merges, many commits, several processes; the same answers whichever way it came."""

from __future__ import annotations

import datetime
import functools
import random
import signal
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index import writer
from searchengine.backends.embedded.index.commit import merge_policy as merging
from searchengine.errors import IndexWriteError
from tests.conftest import ids

WORDS = "đại hội chi bộ đảng viên phường khu phố nhiệm kỳ nghị quyết nhân dân".split()
QUERIES = [
    "đại hội",
    "chi bo dang vien",
    '"khu phố nhiệm"',
    "+phường -dân",
    "nghị quyết 7",
    "place:an",
]


def documents(count: int) -> list[Document]:
    """Documents that differ in words, length, place and date."""
    return [
        Document(
            id=f"d{n}",
            title=WORDS[n % 7] if n % 3 else "",
            text=" ".join(WORDS[(n * k + k) % len(WORDS)] for k in range(1, 4 + n % 11)) + f" {n}",
            place="xã An Bình" if n % 5 == 0 else "",
            date=datetime.date(2020, 1, 1) + datetime.timedelta(days=n) if n % 2 else None,
            original="nguyên văn" if n % 4 == 0 else None,
        )
        for n in range(count)
    ]


def answers(engine: SearchEngine) -> list[list[tuple[str, float]]]:
    day = datetime.date(2024, 1, 1)
    return [
        sorted((hit.id, round(hit.score, 9)) for hit in engine.search(q, limit=100, today=day))
        for q in QUERIES
    ]


def at_once(directory: Path, count: int) -> SearchEngine:
    engine = SearchEngine.open(directory, create=True)
    with engine.writer() as writing:
        for document in documents(count):
            writing.add(document)
    return engine


def test_many_commits_answer_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "SMALLEST", 4)
    engine = SearchEngine.open(tmp_path / "many", create=True)
    for start in range(0, 60, 2):
        with engine.writer() as writing:
            for document in documents(60)[start : start + 2]:
                writing.add(document)
    assert engine.stats()["segments"] < 30
    assert engine.verify() == []
    whole = at_once(tmp_path / "one", 60)
    assert answers(engine) == answers(whole)
    assert {d.id: d for d in engine.documents()} == {d.id: d for d in whole.documents()}


def test_merging_leaves_out_what_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "FACTOR", 3)
    engine = SearchEngine.open(tmp_path / "index", create=True)
    for start in range(0, 40, 8):
        with engine.writer() as writing:
            for document in documents(40)[start : start + 8]:
                writing.add(document)
            if start:
                assert writing.delete(f"d{start - 3}")
    gone = {f"d{start - 3}" for start in range(8, 40, 8)}
    fresh = SearchEngine.open(tmp_path / "fresh", create=True)
    with fresh.writer() as writing:
        for document in documents(40):
            if document.id not in gone:
                writing.add(document)
    assert engine.verify() == []
    assert answers(engine) == answers(fresh)


def test_a_mostly_deleted_segment_is_rewritten(tmp_path: Path) -> None:
    engine = at_once(tmp_path / "index", 30)
    engine.delete([f"d{n}" for n in range(14)])
    assert engine.stats()["deleted"] == 14
    engine.delete([f"d{n}" for n in range(14, 20)])
    stats = engine.stats()
    assert (stats["documents"], stats["deleted"], stats["segments"]) == (10, 0, 1)


def test_several_processes_write_what_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SHARED_DOCUMENTS", 16)
    engine = SearchEngine.open(tmp_path / "several", create=True)
    with engine.writer(workers=2) as writing:
        for document in documents(60):
            writing.add(document)
        writing.add(Document(id="d3", text="thay bằng bản mới"))
        writing.add(Document(id="d59", text="cũng thay"))
        assert writing.delete("d20")
    whole = at_once(tmp_path / "one", 60)
    with whole.writer() as writing:
        writing.add(Document(id="d3", text="thay bằng bản mới"))
        writing.add(Document(id="d59", text="cũng thay"))
        writing.delete("d20")
    assert engine.verify() == []
    assert answers(engine) == answers(whole)
    assert ids(engine.search("thay", limit=5)) == ids(whole.search("thay", limit=5))
    assert not list((tmp_path / "several").glob(".making-*"))


def test_stopping_several_processes_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SHARED_DOCUMENTS", 8)
    engine = at_once(tmp_path / "index", 5)

    def stop() -> None:
        with engine.writer(workers=2) as writing:
            for document in documents(40):
                writing.add(document)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert engine.stats()["documents"] == 5
    assert not list((tmp_path / "index").glob(".making-*"))
    assert engine.verify() == []


def test_a_process_that_ends_at_work_ends_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SHARED_DOCUMENTS", 8)
    engine = at_once(tmp_path / "index", 5)

    def end() -> None:
        with engine.writer(workers=2) as writing:
            for document in documents(24):
                writing.add(document)
            writing.add_lazy("zz", functools.partial(signal.raise_signal, signal.SIGKILL), 1)

    with pytest.raises(IndexWriteError, match="try again with fewer workers"):
        end()
    assert engine.stats()["documents"] == 5
    assert not list((tmp_path / "index").glob(".making-*"))
    with engine.writer() as writing:
        writing.add(Document(id="zz", text="khu phố"))
    assert engine.stats()["documents"] == 6


def test_a_program_that_seeds_random_does_not_write_over_its_segments(tmp_path: Path) -> None:
    for id_ in ("a", "b", "c"):
        random.seed(7)
        with SearchEngine.open(tmp_path / "index", create=True) as engine:
            with engine.writer() as writer:
                writer.add(Document(id=id_, text="Chi bộ khu phố họp thường kỳ."))
            assert engine.verify() == []
            assert engine.search("chi bộ").total == "abc".index(id_) + 1
