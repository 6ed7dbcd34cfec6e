"""Pruning: a source loses only what has gone from it, and asks before it loses much."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchengine import SearchEngine
from searchengine.cli.commands import main
from searchengine.errors import InputError
from searchengine.pages.ingest import index_paths
from tests.pages.sources.files import BOTH, counts, lines, texts, write


def test_pruning_needs_a_yes_where_most_would_go(engine: SearchEngine, tmp_path: Path) -> None:
    folder = tmp_path / "A"
    for number in range(3):
        write(folder / f"{number}.txt", f"Trang {number}.")
    counts(engine, folder)
    (folder / "0.txt").unlink()
    (folder / "1.txt").unlink()
    write(folder / "3.txt", "Trang mới.")
    generation = engine.stats()["generation"]
    with pytest.raises(InputError) as refused:
        counts(engine, folder, prune=True)
    assert str(refused.value) == (
        f"--prune would remove 2 of the 3 documents of 'A' ({folder}): nothing was removed; "
        "see that the pages are where they were, or add --yes if they have gone for good"
    )
    assert engine.stats()["generation"] == generation
    assert counts(engine, folder, prune=True, confirmed=True) == (1, 0, 1, 2)


def test_pruning_an_empty_source_needs_a_yes(engine: SearchEngine, two: tuple[Path, Path]) -> None:
    counts(engine, *two)
    (two[0] / "1.txt").unlink()
    with pytest.raises(InputError, match="would remove all 1 documents of 'A'"):
        counts(engine, *two, prune=True)
    assert counts(engine, two[0], prune=True, confirmed=True) == (0, 0, 0, 1)
    assert texts(engine) == {"B/1.txt": "Chi bộ B họp."}


def test_records_that_vanish_need_a_yes_too(engine: SearchEngine, tmp_path: Path) -> None:
    records = [{"id": str(number), "text": f"Tin {number}."} for number in range(5)]
    path = lines(tmp_path / "tin.jsonl", *records)
    counts(engine, path)
    lines(path, *records[:2], {"id": "mới", "text": "Tin mới."})
    with pytest.raises(InputError, match="3 of the 5"):
        counts(engine, path, prune=True)
    assert len(texts(engine)) == 5
    assert counts(engine, path, prune=True, confirmed=True) == (1, 0, 2, 3)


def test_pruning_a_part_spares_the_rest(engine: SearchEngine, nested: Path) -> None:
    write(nested / "sub" / "3.txt", "Ba.")
    counts(engine, nested)
    (nested / "1.txt").unlink()
    (nested / "sub" / "2.txt").unlink()
    assert counts(engine, nested / "sub", prune=True) == (0, 0, 1, 1)
    assert texts(engine) == {"1.txt": "Một.", "sub/3.txt": "Ba."}


def test_pruning_spares_a_source_below_and_says_so(engine: SearchEngine, nested: Path) -> None:
    counts(engine, nested / "sub", nested)
    (nested / "sub" / "2.txt").unlink()
    report = index_paths(engine, [str(nested)], prune=True)
    assert report.removed == 0
    assert report.warnings == [
        f"{nested / 'sub'} is a source of its own and keeps 1 documents whose pages have gone: "
        "prune it by its own path"
    ]
    assert set(texts(engine)) == {"1.txt", "2.txt"}


def test_a_source_that_cannot_be_listed_keeps_its_documents(
    engine: SearchEngine, two: tuple[Path, Path]
) -> None:
    counts(engine, *two)
    two[0].rename(two[0].with_name("ổ đĩa đã tháo"))
    report = index_paths(engine, map(str, two), prune=True, confirmed=True)
    assert "does not exist" in report.problems[0]
    assert texts(engine) == BOTH


# The command


def run(tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["index", *arguments, "--index", str(tmp_path / "chỉ mục")])


def test_the_command_takes_a_name_and_a_yes(tmp_path: Path, two: tuple[Path, Path]) -> None:
    assert run(tmp_path, str(two[0]), "--as", "Phường").exit_code == 0
    moved = shutil.move(two[0], tmp_path / "mới")
    again = run(tmp_path, str(moved), "--as", "Phường", "--json")
    answer = json.loads(again.stdout)
    assert (answer["unchanged"], answer["added"]) == (1, 0)
    assert answer["sources"] == [{"name": "Phường", "place": str(moved)}]
    (moved / "1.txt").unlink()
    refused = run(tmp_path, str(moved), "--prune")
    assert refused.exit_code == 2
    assert len(refused.stderr.splitlines()) == 1
    assert "--yes" in refused.stderr
    assert "1 removed" in run(tmp_path, str(moved), "--prune", "--yes").stdout
