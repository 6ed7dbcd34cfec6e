"""The program without Unidecode: only letters of other scripts are left as they are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PAGES = {
    "phuong": "Chi bộ khu phố 5B, phường Quang Trung tổ chức đại hội.",
    "ban": "Đoàn đại biểu Москва thăm và làm việc tại Đà Nẵng.",
    "curacao": "Đội tuyển Curaçao tập ở sân Mỹ Đình.",
}
#: What comes before the command: an import of Unidecode fails as if it were not installed.
WITHOUT = "import sys; sys.modules['unidecode'] = None\n"
COMMAND = "from searchengine.cli.commands import main; main(sys.argv[1:])"


def run(index: Path, *arguments: str, without: bool = True) -> Any:
    """The JSON that the command prints in a process with or without Unidecode."""
    code = (WITHOUT if without else "import sys\n") + COMMAND
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--index", str(index), "--json"],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> Path:
    """An index made without Unidecode."""
    made = folder.parent / f"{folder.name}-index"
    assert run(made, "index", str(folder))["added"] == len(PAGES)
    return made


def best(answer: Any) -> str:
    return str(answer["hits"][0]["id"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("dai hoi chi bo", "phuong"),
        ("đại hội chi bộ", "phuong"),
        ("Da Nang", "ban"),
        ("Москва", "ban"),
        ("Curaçao", "curacao"),
        ("curacao", "curacao"),
    ],
)
def test_pages_are_found(index: Path, query: str, found: str) -> None:
    assert best(run(index, "search", query)).startswith(found)


def test_another_script_is_not_found_by_latin_letters(index: Path) -> None:
    assert not run(index, "analyze", "Москва")["folded"][0].isascii()


def test_an_index_made_with_unidecode_is_searched_without(folder: Path, tmp_path: Path) -> None:
    run(tmp_path / "index", "index", str(folder), without=False)
    assert best(run(tmp_path / "index", "search", "dai hoi chi bo")).startswith("phuong")
    assert best(run(tmp_path / "index", "search", "Москва")).startswith("ban")
