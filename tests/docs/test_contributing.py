"""CONTRIBUTING.md: who follows its steps over the real files gets a rule whose tests pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT, blocks, read, section

STEPS = section(read("CONTRIBUTING.md"), "## Add a rule")


def apply(change: str, text: str) -> str:
    """``text`` with a change made to it, whose lines begin with a space, ``-`` or ``+``."""
    before = "".join(line[1:] + "\n" for line in change.splitlines() if line[0] != "+")
    after = "".join(line[1:] + "\n" for line in change.splitlines() if line[0] != "-")
    assert text.count(before) == 1, before
    return text.replace(before, after)


def follow_the_steps(copy: Path) -> list[str]:
    """Do to a copy of the project what the page says; return the paths it names for new files."""
    named = re.findall(r"Here is `([\w/.]+)`", STEPS)
    for path, content in zip(named, blocks(STEPS, "python"), strict=True):
        assert not (ROOT / path).exists()
        (copy / path).write_text(content, encoding="utf-8")
    page = copy / "searchengine/pages/page.py"
    changed = page.read_text(encoding="utf-8")
    for change in blocks(STEPS, "diff"):
        changed = apply(change, changed)
    page.write_text(changed, encoding="utf-8")
    return named


def test_the_example_passes_its_tests_and_those_of_the_pages(tmp_path: Path) -> None:
    for folder in ("searchengine", "tests", "seeds"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    rule, test = follow_the_steps(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test, "tests/pages/rules",
         "tests/pages/test_seeds.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    linted = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", rule, test],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout


def test_the_house_has_the_bounds_that_the_page_tells() -> None:
    style = section(read("CONTRIBUTING.md"), "## Style")
    lines, modules = map(int, re.findall(r"at most (\d+)", style))
    for folder in {path.parent for path in ROOT.glob("searchengine/**/*.py")}:
        files = list(folder.glob("*.py"))
        assert len(files) <= modules, folder
        for file in files:
            assert len(file.read_text(encoding="utf-8").splitlines()) <= lines, file
