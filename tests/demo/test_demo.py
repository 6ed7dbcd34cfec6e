"""``searchengine demo``: the sample pages, what is found in them, and what is left behind."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from searchengine import SearchEngine
from searchengine.cli.commands import main
from searchengine.demo.tour import PAGES, build
from tests.conftest import SEEDS

BEST = {
    "dai hoi chi bo": "tin-tuc/dai-hoi-chi-bo-khu-pho-4.txt",
    "chợ hoa": "tin-tuc/cho-hoa-tet.html",
    "45 qd ubnd": "van-ban/45-QD-UBND.txt",
    "họp dân tháng 10/2024": "thong-bao/thu-moi-hop-dan.eml",
    "ddaij hooij": "tin-tuc/dai-hoi-chi-bo-khu-pho-4.txt",
    "xoa mu chu": "ho-so/bao-cao-1998.txt",
}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary ones are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_each_question_finds_the_page_that_it_is_about(temporary: Path) -> None:
    answer = json.loads(CliRunner().invoke(main, ["demo", "--json"]).stdout)
    assert {one["query"]: one["hits"][0]["id"] for one in answer["answers"]} == BEST
    assert not any(one["hits"][0]["partial"] for one in answer["answers"])


def test_nothing_is_left_behind_unless_it_is_asked_for(temporary: Path) -> None:
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 0, result.output
    assert "--keep DIR" in result.stdout
    assert list(temporary.iterdir()) == []


def test_what_is_kept_can_be_searched_and_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "thử"
    first = CliRunner().invoke(main, ["demo", "--keep", str(folder)])
    assert f"--index {folder / 'index'}" in first.stdout.replace("'", "")
    found = CliRunner().invoke(main, ["search", "--ids", "nuoc sach", "--index", f"{folder}/index"])
    assert found.stdout.splitlines() == ["tin-tuc/nuoc-sach.md"]
    again = CliRunner().invoke(main, ["demo", "--keep", str(folder)])
    assert again.exit_code == 2
    assert f"search what is there with --index {folder / 'index'}" in again.stderr


def test_every_file_is_read_and_the_old_one_repaired(tmp_path: Path) -> None:
    with SearchEngine.open(build(tmp_path / "demo")) as engine:
        documents = list(engine.documents())
        assert {Path(one.path).name for one in documents if one.path} == {
            file.name for file in PAGES.glob("*/*")
        }
        assert len({one.path.rpartition(".")[2] for one in documents if one.path}) >= 7
        old = engine.get("ho-so/bao-cao-1998.txt")
        assert old.text.count("xóa mù chữ") == 1
        assert old.original is not None
        assert "xóa" not in old.original


def test_no_sentence_is_one_of_the_seeds() -> None:
    seeds = {line for path in SEEDS.iterdir() for line in _sentences(path.read_text("utf-8"))}
    pages = [path.read_text("utf-8", "replace") for path in PAGES.glob("*/*")]
    assert not seeds & {line for page in pages for line in _sentences(page)}


def _sentences(text: str) -> set[str]:
    """The sentences of more than a few words."""
    parts = (" ".join(part.split()) for part in re.split(r"[.!?]\s|\n\s*\n", text))
    return {part for part in parts if len(part.split()) > 6}


def test_the_page_is_served_until_it_is_stopped(temporary: Path) -> None:
    command = [sys.executable, "-m", "searchengine.cli", "demo", "--serve", "--no-open"]
    with subprocess.Popen(
        [*command, "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"TMPDIR": str(temporary), "PYTHONPATH": str(PAGES.parents[2])},
    ) as server:
        try:
            assert server.stdout is not None
            line = next((line for line in server.stdout if "http://" in line), "")
            with urllib.request.urlopen(f"{json.loads(line)['url']}?q=dai+hoi+chi+bo") as page:
                assert "khu phố 4" in page.read().decode("utf-8")
        finally:
            server.terminate()
        assert server.wait(30) == 0
    assert list(temporary.iterdir()) == []


def test_an_address_is_no_folder_to_keep_it_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["demo", "--keep", "opensearch://h:9200/thu"])
    assert result.exit_code == 2
    assert "--keep DIR" in result.stderr
    assert list(tmp_path.iterdir()) == []
