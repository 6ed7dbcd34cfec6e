"""Names of files have letters and marks together or apart; either finds the document."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.errors import DocumentNotFoundError
from searchengine.pages.ingest import index_paths
from tests.pages.sources.files import counts, lines, texts, write

NAME = "Nghị quyết/Báo cáo.txt"
APART = unicodedata.normalize("NFD", NAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose one file has a name in parts, as some systems give it."""
    write(tmp_path / "A" / APART, "Chi bộ họp.")
    return tmp_path / "A"


def test_the_id_has_letters_and_marks_together(engine: SearchEngine, folder: Path) -> None:
    assert counts(engine, folder) == (1, 0, 0, 0)
    found = next(engine.documents())
    assert (found.id, found.folder, found.path) == (NAME, "Nghị quyết", str(folder / APART))
    assert Path(found.path).exists()
    assert counts(engine, folder, prune=True) == (0, 0, 1, 0)
    write(folder / APART, "Chi bộ họp sáng nay.")
    assert counts(engine, folder, prune=True) == (0, 1, 0, 0)
    assert texts(engine) == {NAME: "Chi bộ họp sáng nay."}


@pytest.mark.parametrize("given", [NAME, APART])
def test_either_form_finds_it(engine: SearchEngine, folder: Path, given: str) -> None:
    counts(engine, folder)
    assert engine.get(given).text == "Chi bộ họp."
    assert engine.explain("chi bộ", given).matches
    assert engine.delete([given, "Báo cao.txt"]) == ["Báo cao.txt"]
    with pytest.raises(DocumentNotFoundError):
        engine.get(given)


def test_a_file_given_by_name(engine: SearchEngine, folder: Path) -> None:
    assert counts(engine, folder / APART) == (1, 0, 0, 0)
    assert counts(engine, folder / APART) == (0, 0, 1, 0)
    assert list(texts(engine)) == ["Báo cáo.txt"]


def test_records_without_an_id_are_called_by_their_file(
    engine: SearchEngine, tmp_path: Path
) -> None:
    file = unicodedata.normalize("NFD", "Sổ.jsonl")
    lines(tmp_path / "A" / file, {"text": "Một"}, {"id": file, "text": "Hai"})
    assert counts(engine, tmp_path / "A") == (2, 0, 0, 0)
    # What a record calls itself is its own business.
    assert texts(engine) == {"Sổ.jsonl#1": "Một", file: "Hai"}
    assert counts(engine, tmp_path / "A") == (0, 0, 2, 0)


@pytest.mark.parametrize("first", [NAME, APART])
def test_files_that_differ_by_nothing_else_are_kept_and_told_apart(
    engine: SearchEngine, tmp_path: Path, first: str
) -> None:
    other = APART if first == NAME else NAME
    write(tmp_path / "A" / first, "Một.")
    assert counts(engine, tmp_path / "A") == (1, 0, 0, 0)
    write(tmp_path / "A" / other, "Hai.")
    report = index_paths(engine, [str(tmp_path / "A")])
    assert (report.added, report.problems) == (1, [])
    assert report.warnings[0].startswith("A: others hold 1 of its ids")
    assert texts(engine) == {NAME: "Một.", f"A/{NAME}": "Hai."}
    assert counts(engine, tmp_path / "A", prune=True) == (0, 0, 2, 0)
    write(tmp_path / "A" / other, "Hai, đã sửa.")
    assert counts(engine, tmp_path / "A") == (0, 1, 1, 0)
    assert texts(engine) == {NAME: "Một.", f"A/{NAME}": "Hai, đã sửa."}


def test_an_index_with_ids_in_parts_keeps_them(engine: SearchEngine, folder: Path) -> None:
    counts(engine, folder)
    # As versions wrote it that took names as they come.
    values = json.loads(next(engine.fingerprints()))
    engine.delete([NAME])
    with engine.writer() as writer:
        writer.add(
            Document(id=APART, text="Chi bộ họp.", path=str(folder / APART)),
            json.dumps([APART, *values[1:8], "A"]),
        )
    assert counts(engine, folder, prune=True) == (0, 0, 1, 0)
    write(folder / APART, "Chi bộ họp sáng nay.")
    assert counts(engine, folder, prune=True) == (0, 1, 0, 0)
    assert texts(engine) == {APART: "Chi bộ họp sáng nay."}
    assert engine.get(NAME).id == engine.get(APART).id == APART
