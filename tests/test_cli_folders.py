"""Kinds and folders on the command line: filtered by, counted, shown, exported and taken back."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchengine.cli.commands import main

Run = Callable[..., Result]

PAGES = ("2024/Nghị quyết/Quý 1/a.txt", "2024/b.txt", "Kế hoạch 2024/c.txt", "d.txt")
RECORDS = (
    {"id": "e", "text": "Mưa suốt tuần.", "kind": "Kế hoạch"},
    {"id": "f", "text": "Mưa suốt tháng.", "kind": ["Kế hoạch", "Phụ lục"]},
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    for name in PAGES:
        path = tmp_path / "giấy tờ" / unicodedata.normalize("NFD", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Mưa cả ngày.", encoding="utf-8")
    records = "\n".join(json.dumps(one, ensure_ascii=False) for one in RECORDS)
    (tmp_path / "giấy tờ" / "2024" / "sổ.jsonl").write_text(records, encoding="utf-8")

    def run(*arguments: str, index: str = "index") -> Result:
        return CliRunner().invoke(
            main, [*arguments, "--index", str(tmp_path / index)], catch_exceptions=False
        )

    assert run("index", str(tmp_path / "giấy tờ")).exit_code == 0
    return run


def ids(result: Result) -> set[str]:
    return set(result.stdout.splitlines())


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("2024", {PAGES[0], PAGES[1], "e", "f"}),
        ("2024/", {PAGES[0], PAGES[1], "e", "f"}),
        ("2024/Nghị quyết", {PAGES[0]}),
        (unicodedata.normalize("NFD", "2024/Nghị quyết/Quý 1/"), {PAGES[0]}),
        ("2024/nghi quyet", {PAGES[0]}),
        ("KẾ HOẠCH 2024", {PAGES[2]}),
        ("Nghị quyết", set()),
        ("2024/Nghi quyét", set()),
        ("2", set()),
    ],
)
def test_a_folder_is_what_lies_in_it_and_below_it(run: Run, folder: str, found: set[str]) -> None:
    every = ("--ids", "--no-fold-duplicates")
    assert ids(run("search", "--in", folder, *every)) == found
    assert ids(run("search", f'mưa in:"{folder}"', *every)) == found
    assert ids(run("search", "mưa", "--filter", f"folder={folder}", *every)) == found


@pytest.mark.parametrize(
    ("folder", "note"),
    [
        ("Nghị quyết", "there are: 2024/Nghị quyết, 2024/Nghị quyết/Quý 1\n"),
        ("kế hoạch 2042", "there are: Kế hoạch 2024\n"),
        ("x", "there are: 2024, "),
    ],
)
def test_a_note_says_which_folders_there_are(run: Run, folder: str, note: str) -> None:
    said = run("search", "mưa", "--in", folder).stderr
    assert f"note: there is no folder '{folder}'; {note}" in said
    assert "note" not in run("search", "nắng", "--in", "2024").stderr


def test_an_index_without_folders_says_so(run: Run, tmp_path: Path) -> None:
    run("index", str(tmp_path / "giấy tờ" / "d.txt"), index="other")
    said = run("search", "mưa", "--in", "2024", index="other").stderr
    assert "there is no folder '2024', nor any other\n" in said


def test_kinds_are_found_counted_and_shown(run: Run) -> None:
    assert ids(run("search", "--kind", "kế hoạch", "--ids")) == {"e", "f"}
    assert ids(run("search", "mưa kind:phụ", "--ids")) == {"f"}
    assert ids(run("search", "--kind", "nghị quyết", "--ids")) == set()
    counted = json.loads(run("facets", "mưa", "--json").stdout)["facets"]
    assert counted["kind"] == {"Kế hoạch": 1, "Kế hoạch, Phụ lục": 1}
    assert counted["folder"] == {
        "2024": 4,
        "2024/Nghị quyết": 1,
        "2024/Nghị quyết/Quý 1": 1,
        "Kế hoạch 2024": 1,
    }
    shown = json.loads(run("show", "e", "--json").stdout)
    assert (shown["kind"], shown["folder"], shown["extra"]) == ("Kế hoạch", "2024", {})
    assert "kind    Kế hoạch\n" in run("show", "e").stdout
    hit = json.loads(run("search", "kind:phụ", "--json").stdout)["hits"][0]
    assert (hit["kind"], hit["folder"]) == ("Kế hoạch, Phụ lục", "2024")


def test_an_export_has_them_only_where_there_are_any(run: Run, tmp_path: Path) -> None:
    run("export", "--output", str(tmp_path / "xuất.jsonl"))
    lines = (tmp_path / "xuất.jsonl").read_text(encoding="utf-8").splitlines()
    found = {one["id"]: one for one in map(json.loads, lines)}
    assert (found["e"]["kind"], found["e"]["folder"]) == ("Kế hoạch", "2024")
    assert {"kind", "folder"}.isdisjoint(found["d.txt"])
    run("index", str(tmp_path / "xuất.jsonl"), index="copy")
    every = ("search", "--kind", "kế hoạch", "--in", "2024", "--ids")
    assert ids(run(*every, index="copy")) == ids(run(*every)) == {"e", "f"}
