"""``index --watch`` in a process of its own: what changes is found, and it stops when told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from searchengine.pages.ingest import index_paths
from tests.pages.sources.files import texts

#: How long to wait for what must happen, in seconds.
PATIENCE = 40


class Watch:
    """A command that watches, and what it says."""

    def __init__(self, folder: Path, *arguments: str, index: str = "index") -> None:
        self.folder = folder
        self.index = folder / index
        command = [sys.executable, "-m", "searchengine.cli", "index", "--watch", "--workers", "1"]
        with (folder / "said").open("w") as said, (folder / "told").open("w") as told:
            self.process = subprocess.Popen(
                [*command, "--index", str(self.index), *arguments],
                cwd=folder,
                stdout=said,
                stderr=told,
            )
        self.until(lambda: "watching for changes" in self.told())

    def told(self) -> str:
        return (self.folder / "told").read_text(encoding="utf-8")

    def said(self) -> list[str]:
        return (self.folder / "said").read_text(encoding="utf-8").splitlines()

    def texts(self) -> dict[str, str]:
        with SearchEngine.open(self.index) as engine:
            return texts(engine)

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, (self.said(), self.told())
            assert self.process.poll() is None, self.told()
            time.sleep(0.1)

    def stop(self, number: int) -> int:
        os.kill(self.process.pid, number)
        return self.process.wait(PATIENCE)


Begin = Callable[..., Watch]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    watches: list[Watch] = []

    def begun(*arguments: str, **options: str) -> Watch:
        watches.append(Watch(tmp_path, *arguments, **options))
        return watches[-1]

    yield begun
    for one in watches:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait(PATIENCE)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "A" / "tổ 1").mkdir(parents=True)
    (tmp_path / "A" / "a.txt").write_text("Chi bộ họp.", encoding="utf-8")
    (tmp_path / "A" / "tổ 1" / "b.txt").write_text("Tổ một họp.", encoding="utf-8")
    return tmp_path / "A"


def test_what_changes_is_taken_up(begin: Begin, pages: Path) -> None:
    watch = begin("A")
    assert set(watch.texts()) == {"a.txt", "tổ 1/b.txt"}
    # As programs save: a new file in the place of the old one.
    (pages / "a.txt.tmp").write_text("Chi bộ họp lại.", encoding="utf-8")
    os.replace(pages / "a.txt.tmp", pages / "a.txt")
    watch.until(lambda: watch.texts()["a.txt"] == "Chi bộ họp lại.")
    (pages / "tổ 2").mkdir()
    (pages / "tổ 2" / "c.txt").write_text("Tổ hai họp.", encoding="utf-8")
    watch.until(lambda: "tổ 2/c.txt" in watch.texts())
    os.rename(pages / "tổ 1", pages / "tổ 3")
    watch.until(lambda: set(watch.texts()) == {"a.txt", "tổ 2/c.txt", "tổ 3/b.txt"})
    assert watch.stop(signal.SIGTERM) == 0
    assert watch.said()[0].endswith("2 added, 0 replaced, 0 unchanged, 0 removed")


def test_a_burst_is_one_commit_and_one_line(begin: Begin, pages: Path) -> None:
    watch = begin("A", "--json")
    for number in range(30):
        (pages / f"{number}.txt").write_text(f"Trang {number}.", encoding="utf-8")
    watch.until(lambda: len(watch.texts()) == 32)
    assert watch.stop(signal.SIGINT) == 0
    reports: list[dict[str, Any]] = [json.loads(line) for line in watch.said()]
    assert sum(one["added"] for one in reports) == 32
    assert len(reports) <= 4


def test_what_is_no_document_and_the_index_itself_are_no_change(begin: Begin, pages: Path) -> None:
    watch = begin("A", index="A/index")
    (pages / "x.js").write_text("1", encoding="utf-8")
    (pages / ".ẩn.txt").write_text("Ẩn.", encoding="utf-8")
    (pages / "z.txt").write_text("Sau cùng.", encoding="utf-8")
    watch.until(lambda: "z.txt" in watch.texts())
    time.sleep(2)
    assert watch.stop(signal.SIGTERM) == 0
    assert len(watch.said()) == 2
    assert not any("ẩn" in id_ or ".js" in id_ for id_ in watch.texts())


def test_a_source_below_is_watched_as_its_own(begin: Begin, pages: Path) -> None:
    with SearchEngine.open(pages.parent / "index", create=True) as engine:
        index_paths(engine, [str(pages / "tổ 1")])
    watch = begin("A")
    assert set(watch.texts()) == {"a.txt", "b.txt"}
    (pages / "tổ 1" / "c.txt").write_text("Thêm.", encoding="utf-8")
    watch.until(lambda: set(watch.texts()) == {"a.txt", "b.txt", "c.txt"})
    (pages / "tổ 1" / "b.txt").unlink()
    watch.until(lambda: set(watch.texts()) == {"a.txt", "c.txt"})
    assert "warning" not in watch.told()


def test_one_file_is_watched_alone(begin: Begin, pages: Path) -> None:
    watch = begin("A/a.txt")
    (pages / "c.txt").write_text("Bên cạnh.", encoding="utf-8")
    (pages / "mới").write_text("Nội dung mới.", encoding="utf-8")
    os.replace(pages / "mới", pages / "a.txt")
    watch.until(lambda: watch.texts() == {"a.txt": "Nội dung mới."})


def test_a_folder_that_goes_and_comes_keeps_its_pages(begin: Begin, pages: Path) -> None:
    watch = begin("A")
    os.rename(pages, pages.with_name("đi vắng"))
    time.sleep(2)
    assert set(watch.texts()) == {"a.txt", "tổ 1/b.txt"}
    os.rename(pages.with_name("đi vắng"), pages)
    (pages / "c.txt").write_text("Về rồi.", encoding="utf-8")
    watch.until(lambda: "c.txt" in watch.texts())


def test_what_a_folder_ignores_from_now_on_goes(begin: Begin, pages: Path) -> None:
    watch = begin("A")
    (pages / ".searchignore").write_text("tổ*", encoding="utf-8")
    watch.until(lambda: set(watch.texts()) == {"a.txt"})


def test_while_somebody_else_writes_changes_wait(begin: Begin, pages: Path) -> None:
    watch = begin("A")
    with SearchEngine.open(watch.index) as engine, engine.writer():
        (pages / "c.txt").write_text("Chờ đã.", encoding="utf-8")
        time.sleep(3)
        assert watch.process.poll() is None
    watch.until(lambda: "c.txt" in watch.texts())
