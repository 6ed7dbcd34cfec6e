"""Every command takes an address where it takes a folder, and says what it cannot do there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from searchengine import SearchEngine
from tests.addresses.fake_cluster import FakeCluster

ADDRESS = "opensearch://h:9200/tin"

Run = Callable[..., Result]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Two pages and one that cannot be read, in a folder of their own."""
    folder = tmp_path / "trang"
    folder.mkdir()
    (folder / "a.txt").write_text("Đại hội chi bộ khu phố 5B", encoding="utf-8")
    (folder / "b.txt").write_text("Trồng cây đầu xuân", encoding="utf-8")
    (folder / "c.docx").write_bytes(b"PK hong")
    return folder


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a folder that is made by mistake would show."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def test_pages_are_indexed_and_found_by_an_address(
    cluster: FakeCluster, run: Run, pages: Path
) -> None:
    index = ("index", pages, "--workers", 1, "--index", ADDRESS)
    first = run(*index, "--shards", 3, "--replicas", 1, "--exclude", "c.docx")
    assert "2 added" in first.stdout
    assert cluster.parts == {"tin": (3, 1)}
    (pages / "a.txt").unlink()
    assert "1 unchanged, 1 removed" in run(*index, "--prune", "--exclude", "c.docx").stdout
    assert run("search", "trong cay", "--ids", "--index", ADDRESS).stdout == "b.txt\n"
    assert list(Path().iterdir()) == []


def test_what_was_not_read_the_run_tells_and_sources_do_not(
    cluster: FakeCluster, run: Run, pages: Path
) -> None:
    told = run("index", pages, "--workers", 1, "--index", ADDRESS, code=2)
    assert "c.docx" in told.stderr
    listed = json.loads(run("sources", "--json", "--index", ADDRESS).stdout)["sources"]
    assert [(one["name"], one["documents"], one["unread"]) for one in listed] == [("trang", 2, [])]
    run("forget", "trang", "--yes", "--index", ADDRESS)
    run("sources", "--index", ADDRESS, code=1)
    assert list(Path().iterdir()) == []


def test_the_other_commands_take_an_address(
    cluster: FakeCluster, run: Run, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("index", pages / "a.txt", pages / "b.txt", "--workers", 1, "--index", ADDRESS)
    monkeypatch.setenv("SEARCHENGINE_INDEX", ADDRESS)
    assert "Đại hội" in run("show", "a.txt").stdout
    assert run("suggest", "đại").stdout
    assert "syllables" in run("explain", "đại hội", "a.txt").stdout
    assert run("facets", "chi bo", "--by", "source").exit_code == 0
    assert "chi bộ" in run("analyze", "chi bộ").stdout
    assert ADDRESS in run("stats").stdout
    assert run("verify").stdout == f"{ADDRESS} is sound\n"
    assert len(run("export").stdout.splitlines()) == 2
    assert run("delete", "a.txt").stdout == "1 deleted\n"
    assert list(Path().iterdir()) == []


def test_an_address_is_made_anew_and_upgraded(cluster: FakeCluster, run: Run, pages: Path) -> None:
    run("index", pages / "a.txt", "--workers", 1, "--index", ADDRESS)
    told = run("rebuild", "--shards", 2, "--index", ADDRESS).stdout
    assert told == f"{ADDRESS} is made anew: 1 documents\n"
    assert list(cluster.parts.values()) == [(2, 0)]
    assert "nothing to do" in run("upgrade", "--index", ADDRESS).stdout
    assert json.loads(run("rebuild", "--json", "--index", ADDRESS).stdout)["changed"]
    told = run("upgrade", "--index", "opensearch://an:mat-khau@h/tin", code=2).stderr
    assert "khau" not in told


@pytest.mark.parametrize("index", ["http://h:9200/tin", "opensearch:/h/tin", "opensearch://h/Tin"])
@pytest.mark.parametrize(
    "command", ["index .", "search a", "stats", "upgrade", "rebuild", "eval .", "serve"]
)
def test_a_wrong_address_is_an_error_and_makes_nothing(run: Run, command: str, index: str) -> None:
    told = run(*command.split(), "--index", index, code=2).stderr
    assert len(told.splitlines()) == 1
    assert "NAME" in told or "small letters" in told
    assert list(Path().iterdir()) == []


def test_a_cluster_that_is_down_is_told_with_the_next_step(cluster: FakeCluster, run: Run) -> None:
    cluster.down = True
    told = run("search", "a", "--json", "--index", ADDRESS, code=2)
    assert json.loads(told.stdout)["status"] == 503
    assert "try again" in told.stderr


def test_a_folder_takes_no_shards(run: Run, pages: Path) -> None:
    told = run("index", pages, "--shards", 2, "--index", "kho", code=2).stderr
    assert "leave them out" in told
    assert list(Path().iterdir()) == []


def test_a_commit_that_broke_off_is_ended(run: Run, cluster: FakeCluster, tmp_path: Path) -> None:
    SearchEngine.open(ADDRESS, create=True)
    cluster.broken = True
    assert run("settle", "--index", ADDRESS).output == "ended as it stood\n"
    assert "nothing to do" in run("settle", "--index", ADDRESS).output
    assert "nothing to do" in run("settle", "--index", tmp_path).output
