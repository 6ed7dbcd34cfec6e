"""docs/commands.md and the manual page say what the commands' own help says."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from searchengine.cli.commands import main
from tests.docs import reference

ANEW = "they are not what the commands say: run 'make reference'"


def test_the_page_of_commands_is_current() -> None:
    assert reference.MARKDOWN.read_text("utf-8") == reference.markdown(), ANEW


def test_the_manual_page_is_current() -> None:
    assert reference.MANUAL.read_text("utf-8") == reference.manual(), ANEW


def test_every_command_and_option_is_told_and_says_what_it_does() -> None:
    page = reference.markdown()
    for name, command in main.commands.items():
        part = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        told = re.findall(r"^- `([^`]+)`: (.*)", part, re.MULTILINE)
        names = {option for names, _ in told for option in re.findall(r"--[a-z-]+", names)}
        options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        assert names == {option for option in options if option.startswith("--")}, name
        assert all(len(said) > 5 for _, said in told), name


def test_the_manual_page_is_read_without_a_warning() -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("there is no groff")
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-ww", "-P-c", str(reference.MANUAL)],
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    shown = re.sub(".\b", "", done.stdout.decode("utf-8"))
    assert "--no-fold-duplicates" in shown
    assert "kế hoạch" in shown
