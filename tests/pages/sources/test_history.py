"""The commands ``sources`` and ``forget``: what is known of each source, and taking one out."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from searchengine import Document, SearchEngine
from searchengine.cli.commands import main
from tests.pages.sources.files import lines, write


def run(folder: Path, *arguments: object) -> Result:
    command = [*map(str, arguments), "--index", str(folder / "index")]
    return CliRunner().invoke(main, command)


def sources(folder: Path) -> dict[str, dict[str, Any]]:
    done = run(folder, "sources", "--json")
    return {one["name"]: one for one in json.loads(done.stdout)["sources"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "A" / "1.txt", "Một.")
    write(tmp_path / "A" / "hỏng.bin", "\0\0\x01")
    write(tmp_path / "A" / "c" / "trống.txt", "")
    lines(tmp_path / "tin.jsonl", {"text": "Tin một."}, "không phải")
    run(tmp_path, "index", tmp_path / "A", tmp_path / "tin.jsonl")
    return tmp_path


def test_each_source_tells_where_it_is_and_what_was_not_read(folder: Path) -> None:
    found = sources(folder)
    assert list(found) == ["A", "tin.jsonl"]
    assert found["A"]["place"] == str(folder / "A")
    assert found["A"]["documents"] == 1
    assert [one["path"] for one in found["A"]["unread"]] == ["c/trống.txt", "hỏng.bin"]
    assert found["tin.jsonl"]["unread"][0]["line"] == 2
    shown = run(folder, "sources").stdout
    assert "A  1 document, 2 not read" in shown
    assert "not read: c/trống.txt: is empty" in shown


def test_an_index_without_sources_says_so(tmp_path: Path) -> None:
    SearchEngine.open(tmp_path / "index", create=True).close()
    done = run(tmp_path, "sources")
    assert (done.exit_code, done.stdout) == (1, "")


def test_a_file_that_is_read_at_last_is_no_more_listed(folder: Path) -> None:
    write(folder / "A" / "c" / "trống.txt", "Giờ đã có chữ.")
    run(folder, "index", folder / "A")
    assert [one["path"] for one in sources(folder)["A"]["unread"]] == ["hỏng.bin"]


def test_a_run_over_a_part_keeps_what_is_told_of_the_rest(folder: Path) -> None:
    (folder / "A" / "c" / "trống.txt").unlink()
    run(folder, "index", folder / "A" / "c")
    assert [one["path"] for one in sources(folder)["A"]["unread"]] == ["hỏng.bin"]


def test_a_damaged_record_stays_listed_while_its_file_is_as_it_was(folder: Path) -> None:
    done = run(folder, "index", folder / "tin.jsonl")
    assert done.exit_code == 0
    assert len(sources(folder)["tin.jsonl"]["unread"]) == 1
    lines(folder / "tin.jsonl", {"text": "Tin một."}, {"text": "Tin hai."})
    run(folder, "index", folder / "tin.jsonl")
    assert sources(folder)["tin.jsonl"]["unread"] == []


def test_what_is_unread_in_an_archive_is_told_until_it_changes(folder: Path) -> None:
    path = folder / "A" / "kho.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.bin", "\0\1\2\0")
        archive.writestr("a.txt", "Một.")
    for _ in range(2):
        run(folder, "index", folder / "A")
        assert "kho.zip!x.bin" in [one["path"] for one in sources(folder)["A"]["unread"]]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "Một.")
    run(folder, "index", path)
    assert "kho.zip!x.bin" not in [one["path"] for one in sources(folder)["A"]["unread"]]


def test_a_source_of_which_nothing_could_be_read_is_listed(tmp_path: Path) -> None:
    write(tmp_path / "B" / "hỏng.bin", "\0\0\x01")
    run(tmp_path, "index", tmp_path / "B")
    assert sources(tmp_path)["B"]["documents"] == 0
    assert run(tmp_path, "forget", "B").exit_code == 0
    assert sources(tmp_path) == {}


def test_without_its_file_the_sources_are_told_all_the_same(folder: Path) -> None:
    (folder / "index" / "sources.json").write_text("[damaged", encoding="utf-8")
    found = sources(folder)
    assert {name: one["documents"] for name, one in found.items()} == {"A": 1, "tin.jsonl": 1}
    assert found["A"]["unread"] == []
    run(folder, "index", folder / "A")
    assert len(sources(folder)["A"]["unread"]) == 2


def test_forgetting_needs_a_yes_and_removes_one_source(folder: Path) -> None:
    refused = run(folder, "forget", "A")
    assert refused.exit_code == 2
    assert "would remove the 1 documents of 'A'" in refused.stderr
    assert list(sources(folder)) == ["A", "tin.jsonl"]
    done = run(folder, "forget", "A", "--yes")
    assert (done.exit_code, done.stdout) == (0, "1 removed\n")
    assert list(sources(folder)) == ["tin.jsonl"]
    assert run(folder, "index", folder / "A").stdout.startswith("1 added")


def test_forgetting_what_is_no_source_lists_those_that_are(folder: Path) -> None:
    done = run(folder, "forget", "B", "--yes")
    assert done.exit_code == 2
    assert "there is no source 'B': choose from A, tin.jsonl" in done.stderr


def test_forgetting_spares_what_the_library_added(folder: Path) -> None:
    with SearchEngine.open(folder / "index") as engine, engine.writer() as writer:
        writer.add(Document(id="ghi tay", text="Do chương trình thêm."))
    run(folder, "forget", "A", "--yes")
    run(folder, "forget", "tin.jsonl", "--yes")
    with SearchEngine.open(folder / "index") as engine:
        assert [one.id for one in engine.documents()] == ["ghi tay"]
