"""What the pages name is there: links, files, targets of make, commands and their options."""

from __future__ import annotations

import ast
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from searchengine.cli.commands import main
from tests.docs.pages import PAGES, ROOT, commands, read

FILES = [
    str(path.relative_to(ROOT))
    for top in ("searchengine", "tests", "benchmarks")
    for path in ROOT.glob(f"{top}/**/*.py")
]
MODULES = [
    path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for path in FILES
    if path.startswith("searchengine/")
]
#: What somebody reads to the end, in lines.
ONE_PAGE = 170
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


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/")])
def test_named_modules_are_there(page: str) -> None:
    """A file of the code, by as much of its path as the page gives."""
    for name in re.findall(r"`((?:\w+/)*\w+\.py)`", read(page)):
        assert any(f"/{path}".endswith(f"/{name}") for path in FILES), name


def test_architecture_has_a_place_for_every_package() -> None:
    """The last part of its name with a slash, for example ``display/``."""
    page = read("docs/architecture.md")
    packages = {Path(path).parent.name for path in FILES if path.startswith("searchengine/")}
    assert {name for name in packages - {"searchengine"} if f"{name}/" not in page} == set()


def test_architecture_stays_one_page() -> None:
    assert len(read("docs/architecture.md").splitlines()) < ONE_PAGE


@pytest.mark.parametrize("package", ["searchengine", "tests", "benchmarks"])
def test_modules_that_docstrings_refer_to_are_there(package: str) -> None:
    known = [f".{module}" for module in MODULES]
    for path in sorted((ROOT / package).rglob("*.py")):
        for name in re.findall(r":mod:`~?([\w.]+)`", path.read_text(encoding="utf-8")):
            assert any(module.endswith(f".{name}") for module in known), (path, name)


def test_packages_say_which_modules_are_in_them() -> None:
    """Each name that the paragraph of a package quotes is a module, or stands in its code."""
    for path in sorted((ROOT / "searchengine").rglob("__init__.py")):
        text = path.read_text(encoding="utf-8")
        package = ast.get_docstring(ast.parse(text)) or ""
        for name in re.findall(r"``([a-z_]+(?:\.[a-z_]+)*)``", package):
            module = any(f".{one}".endswith(f".{name}") for one in MODULES)
            assert module or text.count(name) > text.count(f"``{name}``"), (path, name)


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
