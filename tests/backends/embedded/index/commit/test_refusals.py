"""What storage refuses, and with which words: what is not there, not whole, or another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine import SearchEngine
from searchengine.backends.embedded.index.commit import storage
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.locks import WriterLock
from searchengine.backends.embedded.index.commit.storage import LOCK_FILE, open_index
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    InputError,
)
from tests.backends.embedded.index.faults import begin, engine_on, go_on


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A small index of two commits."""
    begin(tmp_path / "index")
    return tmp_path / "index"


def files(index: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in index.iterdir()}


def test_an_index_that_never_stands_still_is_told(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "TRIES", 2)
    opened = open_index(index)

    def read() -> None:
        go_on(SearchEngine.open(index))
        raise FileNotFoundError(2, "gone", "MAIN_x.trm")

    with pytest.raises(IndexDamagedError, match="changes faster than it can be opened"):
        opened.steadily(read)


def test_a_sealed_file_is_never_put_in_place_of_another(index: Path) -> None:
    before = files(index)
    with pytest.raises(FileExistsError):
        Directory(str(index)).write_sealed("_MAIN_2.manifest", b"khac")
    assert {name: content for name, content in files(index).items() if name in before} == before


def test_what_the_disk_does_not_give_is_damage_of_that_file(index: Path) -> None:
    def read() -> None:
        raise OSError(5, "Input/output error", "MAIN_x.trm")

    told = r"MAIN_x\.trm is damaged \(it cannot be read: Input/output error\)"
    with pytest.raises(IndexDamagedError, match=told):
        open_index(index).steadily(read)


def test_an_older_state_is_offered_only_where_it_is_whole(index: Path) -> None:
    older = (index / "_MAIN_2.manifest").read_bytes()
    go_on(SearchEngine.open(index))  # Which merges, and deletes the files of the older state.
    (index / "_MAIN_2.manifest").write_bytes(older)
    latest = index / "_MAIN_3.manifest"
    latest.write_bytes(latest.read_bytes()[:-1])
    with pytest.raises(IndexDamagedError, match=r"_MAIN_3\.manifest") as caught:
        SearchEngine.open(index)
    assert "older state" not in str(caught.value)


def test_of_two_that_make_an_index_one_waits_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "index"
    path.mkdir()
    lock = WriterLock(str(path / LOCK_FILE))
    assert lock.acquire()
    with pytest.raises(IndexLockedError, match="another program is making an index"):
        engine_on(path)
    lock.release()
    storage.create_index(path)
    begun = files(path)
    storage.create_index(path)  # As the later of two does that found none at first.
    assert files(path) == begun


def test_a_file_is_no_index(tmp_path: Path) -> None:
    path = tmp_path / "trang.txt"
    path.write_text("ao cá", encoding="utf-8")
    with pytest.raises(IndexNotFoundError, match="is a file, not an index directory"):
        SearchEngine.open(path)
    with pytest.raises(InputError, match="cannot make an index"):
        SearchEngine.open(path, create=True)
    assert path.read_text(encoding="utf-8") == "ao cá"
