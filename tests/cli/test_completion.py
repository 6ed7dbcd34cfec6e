"""Completion of the shell: what click's protocol is answered, and what a real bash makes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.fields import Field, IndexSettings
from searchengine.pages.ingest import index_paths

ROOT = Path(__file__).parents[2]
Complete = Callable[..., list[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index called ``index``, and a command ``searchengine``."""
    folder = tmp_path_factory.mktemp("completion")
    pages = folder / "trang"
    pages.mkdir()
    (pages / "tin cũ.txt").write_text("Xóm Mới khơi mương.", "utf-8")
    with SearchEngine.open(folder / "index", create=True) as engine:
        engine.configure(IndexSettings(fields=(Field("loại", "keyword"),)))
        index_paths(engine, [str(pages)])
        with engine.writer() as writer:
            for number, place in enumerate(("xã An Khê", "xã An Khê", "phường Bến Gỗ")):
                writer.add(Document(id=f"m{number}", title="Mùa", text="Gặt lúa.", place=place))
    command = folder / "bin" / "searchengine"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m searchengine.cli "$@"\n')
    command.chmod(0o755)
    return folder


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture
def complete(folder: Path) -> Complete:
    """What is offered for the last of some words, by the protocol of a shell."""

    def complete(*words: str, shell: str = "zsh") -> list[str]:
        line = " ".join(f"'{word}'" if " " in word else word for word in ("searchengine", *words))
        said = subprocess.run(
            ["searchengine"],
            env={
                **_environment(folder),
                "_SEARCHENGINE_COMPLETE": f"{shell}_complete",
                "COMP_WORDS": line,
                "COMP_CWORD": words[-1] if shell == "fish" else str(len(words)),
            },
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        assert said.stderr == ""
        if shell == "zsh":
            return said.stdout.splitlines()[1::3]
        return [row.partition(",")[2] for row in said.stdout.splitlines()]

    return complete


def test_commands_and_options_are_completed(complete: Complete) -> None:
    assert set(complete("se")) == {"search", "serve", "settle"}
    assert "--no-fold-duplicates" in complete("search", "--no")
    assert complete("search", "--sort", "s") == ["score"]
    assert complete("facets", "--order", "n") == ["name"]


def test_values_of_the_index_are_completed_with_and_without_diacritics(complete: Complete) -> None:
    assert complete("search", "--place", "") == ["xã An Khê", "phường Bến Gỗ"]
    assert complete("search", "--place", "phuong") == ["phường Bến Gỗ"]
    assert complete("search", "--place", "xã A") == ["xã An Khê"]
    assert complete("search", "--place", "huyện") == []


def test_fields_ids_and_sources_are_completed(complete: Complete) -> None:
    assert complete("facets", "--by", "lo") == ["loại"]
    assert complete("search", "--sort", "lo") == ["loại"]
    assert complete("show", "m") == ["m0", "m1", "m2"]
    assert complete("explain", "gặt", "tin") == ["tin cũ.txt"]
    assert complete("forget", "") == ["trang"]


def test_the_index_that_was_named_is_asked_and_one_that_is_not_there_is_no_error(
    complete: Complete,
) -> None:
    assert complete("show", "--index", "index", "m1") == ["m1"]
    assert complete("show", "--index", "none", "m1") == []


def test_bash_gets_names_as_they_are_typed_and_fish_as_they_are(complete: Complete) -> None:
    assert complete("show", "tin", shell="bash") == [r"tin\\ cũ.txt"]
    assert complete("show", "tin", shell="fish") == ["tin cũ.txt"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_that_is_printed_is_one_of_that_shell(folder: Path, shell: str) -> None:
    script = _completion_script(folder, shell)
    assert f"_SEARCHENGINE_COMPLETE={shell}_complete" in script
    if program := shutil.which(shell):
        checked = subprocess.run([program, "-n"], input=script, text=True, capture_output=True)
        assert (checked.returncode, checked.stderr) == (0, "")


def _completion_script(folder: Path, shell: str) -> str:
    return subprocess.run(
        ["searchengine", "completion", shell],
        env=_environment(folder),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def _in_bash(folder: Path, *words: str) -> list[str]:
    """What a bash puts on its command line for the last of some words."""
    quoted = " ".join(f"'{word}'" for word in ("searchengine", *words))
    code = f"""
        eval "$(searchengine completion bash)"
        COMP_WORDS=({quoted}) COMP_CWORD={len(words)} COMPREPLY=()
        $(complete -p searchengine | sed 's/.*-F \\([^ ]*\\).*/\\1/') searchengine
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    done = subprocess.run(
        [bash, "--norc", "-c", code],
        env=_environment(folder),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_puts_names_with_blanks_on_its_line_so_that_they_are_one_word(folder: Path) -> None:
    assert _in_bash(folder, "search", "--place", "phường") == [r"phường\ Bến\ Gỗ"]
    assert _in_bash(folder, "comp") == ["completion"]
