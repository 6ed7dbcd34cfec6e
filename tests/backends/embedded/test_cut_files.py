"""A file that somebody cuts while it is open: an error that names it, and the process goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from searchengine import SearchEngine
from searchengine.errors import IndexDamagedError
from tests.backends.embedded.index.faults import BEGUN, begin


@pytest.fixture
def index(tmp_path: Path) -> Path:
    begin(tmp_path / "index")
    return tmp_path / "index"


ASKING: list[Callable[[SearchEngine], object]] = [
    lambda engine: engine.search("đại hội"),
    lambda engine: engine.get("a"),
    lambda engine: list(engine.documents()),
    lambda engine: engine.suggest("đ"),
]


@pytest.mark.parametrize("suffix", [".streams", ".stored", ".trm", ".pst"])
def test_a_cut_file_is_told_by_its_name(index: Path, suffix: str) -> None:
    engine = SearchEngine.open(index)
    assert engine.search("đại hội").total
    cut = max(index.glob(f"*{suffix}"), key=lambda path: path.stat().st_size)
    if cut.stat().st_size == 0:
        pytest.skip("there is nothing to cut")
    os.truncate(cut, 0)
    for ask in ASKING:
        with pytest.raises(IndexDamagedError, match=cut.name):
            ask(engine)


def test_what_is_put_back_answers_again(index: Path) -> None:
    engine = SearchEngine.open(index)
    before = engine.search("đại hội").hits
    path = next(index.glob("*.streams"))
    content = path.read_bytes()
    os.truncate(path, 100)
    with pytest.raises(IndexDamagedError):
        engine.search("đại hội")
    with path.open("r+b") as file:
        file.write(content)
    assert engine.search("đại hội").hits == before


def test_a_file_that_is_deleted_or_longer_answers_as_before(index: Path) -> None:
    engine = SearchEngine.open(index)
    assert engine.search("đại hội").total
    for path in index.glob("*.streams"):
        with path.open("ab") as file:
            file.write(b"x")
    for path in index.glob("*.stored"):
        path.unlink()
    assert {document.id for document in engine.documents()} == set(BEGUN)
    assert engine.search("đại hội").total
