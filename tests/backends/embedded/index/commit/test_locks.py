"""The writer's lock, and what goes on without one: reading needs no lock of the system's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import portalocker
import pytest

from searchengine import SearchEngine
from searchengine.backends.embedded.index.commit.locks import WriterLock, holder_of
from searchengine.errors import IndexLockedError, IndexWriteError
from tests.backends.embedded.index.faults import BEGUN, begin, state

#: A program for which there is no ``fcntl``, as on Windows, and no library that does without.
WITHOUT = """
import sys
sys.modules["fcntl"] = None
from searchengine import SearchEngine
from searchengine.errors import SearchEngineError
engine = SearchEngine.open(sys.argv[1])
print([hit.id for hit in engine.search("khu phố")], engine.get("b").text, engine.verify())
try:
    engine.writer()
except SearchEngineError as error:
    print(error)
"""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    begin(tmp_path / "index")
    return tmp_path / "index"


def test_reading_needs_no_locks_of_the_system(index: Path) -> None:
    before = {path: path.read_bytes() for path in index.iterdir()}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(index)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stderr == ""
    read, told = done.stdout.splitlines()
    assert read == f"['a'] {BEGUN['b']} []"
    assert told.startswith(f"cannot lock {index}")
    assert "on a system that has file locks" in told
    assert {path: path.read_bytes() for path in index.iterdir()} == before


def test_only_one_lock_is_given_and_it_says_who_has_it(tmp_path: Path) -> None:
    one, other = (WriterLock(str(tmp_path / "lock")) for _ in range(2))
    assert one.acquire()
    assert not other.acquire()
    assert holder_of(str(tmp_path / "lock")) == os.getpid()
    assert (one.held(), other.held()) == (True, False)
    one.release()
    assert other.acquire()
    other.release()
    assert (tmp_path / "lock").exists()


def test_a_lock_whose_file_has_gone_is_held_no_more(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    one, other = (WriterLock(str(path)) for _ in range(2))
    assert one.acquire()
    path.unlink()
    assert not one.held()
    assert other.acquire()
    assert (one.held(), other.held()) == (False, True)


def test_a_file_that_goes_while_it_is_locked_gives_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    take = portalocker.lock

    def late(handle: int, flags: portalocker.LockFlags) -> None:
        path.unlink()
        take(handle, flags)

    with monkeypatch.context() as patched:
        patched.setattr(portalocker, "lock", late)
        assert not WriterLock(str(path)).acquire()
    assert WriterLock(str(path)).acquire()


@pytest.mark.parametrize("content", [None, b"", b"nobody\n", b"\xff"])
def test_who_holds_a_lock_may_be_unknown(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "lock").write_bytes(content)
    assert holder_of(str(tmp_path / "lock")) is None


def test_the_library_says_whether_another_has_the_lock(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise portalocker.AlreadyLocked(BlockingIOError(11, "held"))

    with monkeypatch.context() as patched:
        patched.setattr(portalocker, "lock", refuse)
        with pytest.raises(IndexLockedError):
            SearchEngine.open(index).writer()
    assert state(index) == BEGUN


def test_a_file_system_without_locks_is_told(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise portalocker.LockException(OSError(95, "Operation not supported"))

    with monkeypatch.context() as patched:
        patched.setattr(portalocker, "lock", refuse)
        with pytest.raises(IndexWriteError, match=r"Operation not supported.*has file locks") as at:
            SearchEngine.open(index).writer()
    assert "\n" not in str(at.value)
    assert state(index) == BEGUN
