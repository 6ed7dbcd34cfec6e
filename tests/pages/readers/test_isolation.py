"""Reading in a process of its own: one that hangs, dies or eats memory costs one file, no more."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from searchengine.errors import InputError
from searchengine.pages import OpenedFile, Page, Problem, Reader, Readers, list_files
from searchengine.pages.folders import SourceFile
from searchengine.pages.readers.isolation import FileReading
from searchengine.pages.readers.text import TEXT

SECONDS = 3.0


def read(file: OpenedFile) -> Iterator[Page | Problem]:
    """Do what the text of a file says."""
    said = file.read(1_000).decode("utf-8")
    if said.startswith("hang"):
        time.sleep(600)
    if said.startswith("die"):
        os._exit(7)
    if said.startswith("eat"):
        yield file.page(str(len(bytes(3_000_000_000))))
    if said.startswith("child"):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        yield file.page(str(child.pid), part="child")
        time.sleep(600)
    if said.startswith("refuse"):
        raise InputError("is refused; write something else")
    if said.startswith("print"):
        os.write(1, b"noise")
    if said.startswith("slow"):
        for number in range(4):
            time.sleep(SECONDS / 3)
            yield file.page(f"Trang {number}.", part=number)
        return
    if said.startswith("odd"):
        yield file.page("Lạ.", date=lambda: 1)
        return
    yield file.page(f"{os.getpid()}")


def make() -> tuple[Readers, Sequence[str]]:
    return Readers([Reader("order", (".order",), read, isolate_above=0)], TEXT), ()


@pytest.fixture
def reading() -> Iterator[FileReading]:
    with FileReading(make, seconds=SECONDS, memory=500_000_000) as one:
        yield one
    assert multiprocessing.active_children() == []


def run(reading: FileReading, folder: Path, *orders: str) -> list[str]:
    """The texts of some files' pages, or why they were not read."""
    for number, order in enumerate(orders):
        (folder / f"{number}.order").write_text(order, encoding="utf-8")
    said = []
    for file in list_files(folder):
        assert isinstance(file, SourceFile)
        with OpenedFile(file) as opened:
            for one in reading.read(opened, file):
                said.append(one.text if isinstance(one, Page) else one.message)
    return said


def test_one_process_reads_all_files(reading: FileReading, tmp_path: Path) -> None:
    (tmp_path / "9.txt").write_text("Ở đây.", encoding="utf-8")
    said = run(reading, tmp_path, "one", "two")
    assert said[0] == said[1] != str(os.getpid())
    assert said[2] == "Ở đây."


def test_the_memory_of_the_program_does_not_wear_the_process(
    reading: FileReading, tmp_path: Path
) -> None:
    held = bytearray(400_000_000)
    held[::4096] = b"x" * len(held[::4096])
    said = run(reading, tmp_path, "one", "two")
    assert said[0] == said[1]


@pytest.mark.parametrize("piped", [False, True])
def test_a_program_need_not_be_made_for_it(tmp_path: Path, piped: bool) -> None:
    (tmp_path / "thư.eml").write_text("Subject: Chợ Đông\n\nHọp lúc bảy giờ.\n", encoding="utf-8")
    program = f"""
from searchengine import SearchEngine
from searchengine.pages.ingest import index_paths

engine = SearchEngine.open({str(tmp_path / "index")!r}, create=True)
print(index_paths(engine, [{str(tmp_path / "thư.eml")!r}]).added)
"""
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    how = ["-"] if piped else [str(tmp_path / "program.py")]
    done = subprocess.run(
        [sys.executable, *how], input=program, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr


def test_no_process_is_started_for_text(reading: FileReading, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ở đây.", encoding="utf-8")
    assert run(reading, tmp_path) == ["Ở đây."]
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("hang", "takes longer than 3 seconds for a page"),
        ("die", "brings down the program that reads it (code 7)"),
        ("odd", "has a page that cannot be kept"),
        ("refuse", "is refused; write something else"),
    ],
)
def test_what_goes_wrong_with_a_file_is_told_and_the_next_is_read(
    reading: FileReading, tmp_path: Path, order: str, reason: str
) -> None:
    before, told, after = run(reading, tmp_path, "one", order, "two")
    assert told.startswith(reason)
    assert before.isdigit()
    assert after.isdigit()
    assert (before == after) == (order in ("odd", "refuse"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system has no such limit")
def test_a_file_that_needs_too_much_memory_is_told(reading: FileReading, tmp_path: Path) -> None:
    told, after = run(reading, tmp_path, "eat", "two")[:2]
    assert "needs more memory" in told
    assert after.isdigit()


def test_pages_that_come_slowly_are_no_hang(reading: FileReading, tmp_path: Path) -> None:
    assert run(reading, tmp_path, "slow") == [f"Trang {number}." for number in range(4)]


def test_what_a_reader_has_started_ends_with_it(reading: FileReading, tmp_path: Path) -> None:
    child, reason = run(reading, tmp_path, "child")
    assert reason.startswith("takes longer")
    for _ in range(50):
        try:
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            break
        if state == "Z":  # It waits for whoever takes in orphans here.
            break
        time.sleep(0.1)
    else:
        pytest.fail("it is still there")


def test_what_a_reader_prints_is_not_printed(
    reading: FileReading, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run(reading, tmp_path, "print")
    assert capfd.readouterr().out == ""


def test_pages_that_nobody_waits_for_stop_nothing(reading: FileReading, tmp_path: Path) -> None:
    (tmp_path / "0.order").write_text("slow", encoding="utf-8")
    (file,) = list_files(tmp_path)
    assert isinstance(file, SourceFile)
    with OpenedFile(file) as opened:
        pages = iter(reading.read(opened, file))
        next(pages)
        del pages
    assert run(reading, tmp_path, "two")[0].isdigit()
