"""What the pages name is there: links, files, targets of make, commands and their options."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec

import pytest

from searchengine.cli.commands import main
from tests.docs.pages import PAGES, ROOT, commands, read

COMMANDS = [(page, line) for page in PAGES for line in commands(read(page))]


def test_the_pages_that_a_stranger_looks_for_are_there() -> None:
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"} <= set(PAGES)
    assert "MIT License" in read("LICENSE")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", read(page)):
        target = "".join(link).partition("#")[0]
        if target and "://" not in target:
            assert (ROOT / page).parent.joinpath(target).exists(), target


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md", "docs/deployment.md"])
def test_named_files_are_there(page: str) -> None:
    named = re.findall(r"(?<![\w./-])(?:searchengine|tests|docs|seeds)/[\w./-]*\w", read(page))
    made_by_the_reader = {name for name in named if "source_credit" in name}
    for name in set(named) - made_by_the_reader:
        assert (ROOT / name).exists(), name


def test_targets_of_make_are_there() -> None:
    makefile = read("Makefile")
    asked = {line for _, line in COMMANDS if line.startswith("make ")}
    assert len(asked) >= 5
    for line in asked:
        for word in shlex.split(line, comments=True)[1:]:
            variable, equals, value = word.partition("=")
            if equals:
                assert re.search(rf"^{variable} \?= ", makefile, re.MULTILINE), line
            else:
                assert re.search(rf"^{word}:", makefile, re.MULTILINE), line
            if variable == "PACKAGE":
                assert (ROOT / "searchengine" / value).is_dir(), line
                assert (ROOT / "tests" / value).is_dir(), line


def test_commands_and_their_options_are_there() -> None:
    asked = [
        (page, *found.groups())
        for page, line in COMMANDS
        for found in re.finditer(r"(?:^|[\s/])searchengine ([a-z]+)\b([^|#]*)", line)
    ]
    assert len(asked) >= 20
    for page, command, rest in asked:
        assert command in main.commands, (page, command)
        known = {name for option in main.commands[command].params for name in option.opts}
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert option in known, (page, command, option)


def test_modules_that_are_run_are_there() -> None:
    for page, line in COMMANDS:
        for module in re.findall(r"python -m (benchmarks[\w.]*|searchengine[\w.]*)", line):
            assert find_spec(module), (page, line)
