"""Folders of pages, and an index to read them into."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine import SearchEngine
from tests.pages.sources.files import write


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    return SearchEngine.open(tmp_path / "index", create=True)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with a page of the same name, size and time, but of other words."""
    a, b = tmp_path / "A", tmp_path / "B"
    write(a / "1.txt", "Chi bộ A họp.")
    write(b / "1.txt", "Chi bộ B họp.")
    return a, b


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    write(tmp_path / "A" / "1.txt", "Một.")
    write(tmp_path / "A" / "sub" / "2.txt", "Hai.")
    return tmp_path / "A"
