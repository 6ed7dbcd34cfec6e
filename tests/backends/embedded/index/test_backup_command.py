"""``searchengine backup``: what the command says, and what goes along beside the index."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from searchengine.cli.commands import main

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A function that runs the command in a folder with two pages, one of which cannot be read."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/a.txt").write_text("Đại hội chi bộ khu phố 5B, phường Quang Trung.")
    (tmp_path / "pages/b.docx").write_bytes(b"PK\x03\x04 not whole")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_the_next_run_on_a_backup_skips_what_is_unchanged(run: Run, tmp_path: Path) -> None:
    run("index", "pages", "--json")
    result = run("backup", "kept/copy", "--json")
    assert result.exit_code == 0
    done = json.loads(result.stdout)
    assert (done["ok"], done["documents"], done["linked"]) == (True, 1, True)
    # What was not read is told from what lies beside the index.
    before, after = (
        json.loads(run("sources", "--index", path, "--json").stdout)
        for path in ("index", "kept/copy")
    )
    assert after == before
    assert "b.docx" in json.dumps(after)
    (tmp_path / "pages/c.txt").write_text("Hội nghị phường Việt Hưng.")
    again = json.loads(run("index", "pages", "--index", "kept/copy", "--json").stdout)
    assert (again["added"], again["unchanged"]) == (1, 1)


def test_the_command_says_what_to_do_about_a_full_folder(run: Run) -> None:
    run("index", "pages")
    assert run("backup", "copy").stdout.startswith("1 documents of commit ")
    result = run("backup", "copy")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "name a folder that is empty or does not exist" in result.stderr
