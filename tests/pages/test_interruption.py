"""A run that is stopped keeps what it has committed, and the next one goes on from there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from searchengine import SearchEngine
from searchengine.errors import InputError
from searchengine.pages.ingest import Advance, Report, index_paths
from tests.pages.sources.files import lines, texts, write


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    return SearchEngine.open(tmp_path / "index", create=True)


def stop_after(count: int) -> Advance:
    def advance(done: int, _: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return advance


def index(engine: SearchEngine, path: Path, **options: object) -> Report:
    return index_paths(engine, [str(path)], **options)  # type: ignore[arg-type]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for number in range(6):
        write(tmp_path / "A" / f"{number}.txt", f"Trang số {number}.")
    return tmp_path / "A"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return lines(tmp_path / "tin.jsonl", *({"id": f"{n}", "text": f"Tin {n}."} for n in range(6)))


@pytest.mark.parametrize(("what", "kept"), [("files", 3), ("records", 4)])
def test_what_was_committed_stays_and_is_not_read_again(
    engine: SearchEngine, what: str, kept: int, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(what)
    with pytest.raises(KeyboardInterrupt, match=f"{kept} documents are committed and stay"):
        index(engine, path, commit_seconds=0, progress=stop_after(4))
    assert len(texts(engine)) == kept
    report = index(engine, path)
    assert (report.added, report.replaced, report.unchanged) == (6 - kept, 0, kept)
    assert len(texts(engine)) == 6
    generation = engine.stats()["generation"]
    assert index(engine, path).unchanged == 6
    assert engine.stats()["generation"] == generation


def test_a_run_of_many_commits_comes_to_what_one_commit_does(
    engine: SearchEngine, tmp_path: Path, files: Path, records: Path
) -> None:
    whole = SearchEngine.open(tmp_path / "whole", create=True)
    paths = [str(files), str(records)]
    index_paths(whole, paths)
    report = index_paths(engine, paths, commit_seconds=0)
    assert (report.added, report.replaced, report.unchanged) == (12, 0, 0)
    both = [sorted(one.documents(), key=lambda one: one.id) for one in (engine, whole)]
    assert both[0] == both[1]
    again = index_paths(engine, paths, prune=True)
    assert (again.added, again.unchanged, again.removed) == (0, 12, 0)


def test_before_its_first_commit_a_stopped_run_leaves_the_index_as_it_was(
    engine: SearchEngine, files: Path
) -> None:
    with pytest.raises(KeyboardInterrupt) as stopped:
        index(engine, files, progress=stop_after(4))
    assert str(stopped.value) == ""
    assert texts(engine) == {}


def test_a_record_file_that_changes_after_a_stop_is_read_whole(
    engine: SearchEngine, records: Path
) -> None:
    index(engine, records)
    lines(records, *({"id": f"{n}", "text": f"Tin mới {n}."} for n in range(6)))
    with pytest.raises(KeyboardInterrupt):
        index(engine, records, commit_seconds=0, progress=stop_after(3))
    assert sum("mới" in text for text in texts(engine).values()) == 3
    report = index(engine, records)
    assert (report.replaced, report.unchanged) == (3, 3)
    assert all("mới" in text for text in texts(engine).values())


def test_a_document_that_was_deleted_does_not_come_back(
    engine: SearchEngine, records: Path
) -> None:
    index(engine, records, commit_seconds=0)
    engine.delete(["3"])
    index(engine, records)
    assert "3" not in texts(engine)


def test_nothing_is_pruned_by_a_run_that_is_stopped(engine: SearchEngine, files: Path) -> None:
    index(engine, files)
    (files / "0.txt").unlink()
    for number in range(6, 9):
        write(files / f"{number}.txt", f"Trang số {number}.")
    with pytest.raises(KeyboardInterrupt):
        index(engine, files, prune=True, commit_seconds=0, progress=stop_after(3))
    assert "0.txt" in texts(engine)
    assert index(engine, files, prune=True).removed == 1


def test_refused_pruning_leaves_what_was_committed_before(
    engine: SearchEngine, files: Path
) -> None:
    index(engine, files)
    for number in range(5):
        (files / f"{number}.txt").unlink()
    write(files / "6.txt", "Trang số 6.")
    with pytest.raises(InputError, match="nothing was removed"):
        index(engine, files, prune=True, commit_seconds=0)
    assert len(texts(engine)) == 7


KILLED = """
import sys, time
from searchengine import SearchEngine
from searchengine.pages.ingest import index_paths

def advance(done, total):
    print(done, flush=True)
    time.sleep(0.05)

with SearchEngine.open(sys.argv[1], create=True) as engine:
    index_paths(engine, [sys.argv[2]], commit_seconds=0, progress=advance)
"""


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, files: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "index"), str(files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert any(line.strip() == "4" for line in running.stdout)
        running.kill()
    engine = SearchEngine.open(tmp_path / "index")
    kept = len(texts(engine))
    assert kept >= 3
    report = index(engine, files)
    assert (report.added, report.unchanged) == (6 - kept, kept)
