"""docs/library.md: its examples show what it says, and it names all that the library has."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import inspect
import io
import re
from pathlib import Path
from typing import Any

import pytest

import searchengine
from searchengine import errors, text
from searchengine.backends.protocol import Writer
from searchengine.backends.values import TermScore
from tests.docs.pages import blocks, read

PAGE = read("docs/library.md")
#: Before each line that an example shows.
SHOWN = "# → "
CLASSES = [
    *(getattr(searchengine, name) for name in searchengine.__all__ if name[0].isupper()),
    TermScore,
    Writer,
]


def statements(block: str) -> list[tuple[str, str | None]]:
    """The statements of an example, each with what it shows; None where it does not say."""
    lines = block.splitlines()
    found = []
    body = ast.parse(block).body
    for one, following in zip(body, [*body[1:], None], strict=True):
        assert one.end_lineno is not None
        between = lines[one.end_lineno : following.lineno - 1 if following else None]
        shown = [line.removeprefix(SHOWN) for line in between if line.startswith(SHOWN)]
        code = "\n".join(lines[one.lineno - 1 : one.end_lineno])
        found.append((code, "\n".join(shown) if shown else None))
    return found


def run(code: str, names: dict[str, Any]) -> str:
    """What ``code`` prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "docs/library.md", "exec"), names)
    return printed.getvalue().rstrip("\n")


def test_the_examples_show_what_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    shown = 0
    for block in blocks(PAGE, "python"):
        for code, expected in statements(block):
            printed = run(code, names)
            assert printed == (expected or ""), code
            shown += expected is not None
    assert shown >= 15


def members(kind: type) -> set[str]:
    """The public methods, properties and fields of a class, without those of its bases."""
    fields = (
        {field.name for field in dataclasses.fields(kind)}
        if dataclasses.is_dataclass(kind)
        else set()
    )
    return fields | {name for name in vars(kind) if not name.startswith("_")}


def named(page: str) -> set[str]:
    """The names that stand in code quotes, also where they are called or stand behind a dot."""
    quoted = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", page, flags=re.S | re.M))
    return {name for code in quoted for name in re.findall(r"[A-Za-z_]\w*", code)}


def test_every_public_name_is_on_the_page() -> None:
    assert set(searchengine.__all__) - named(PAGE) == set()
    assert set(text.__all__) - named(PAGE) == set()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_method_and_field_is_on_the_page(kind: type) -> None:
    assert members(kind) - named(PAGE) == set()


def test_every_error_is_on_the_page_with_its_status() -> None:
    every = errors.SearchEngineError.__subclasses__()
    kinds = [kind for kind in every if kind.__module__ == errors.__name__]
    assert len(kinds) >= 10
    for kind in kinds:
        assert f"| `{kind.__name__}` | {kind.status} |" in PAGE


@pytest.mark.parametrize("kind", [searchengine.SearchEngine, Writer, searchengine.upgrade_index])
def test_every_argument_is_on_the_page(kind: Any) -> None:
    methods = [getattr(kind, name) for name in members(kind)] if isinstance(kind, type) else [kind]
    for method in methods:
        arguments = inspect.signature(method).parameters
        # The directory class is for tests that let the disk fail.
        assert set(arguments) - named(PAGE) <= {"self", "storage"}, method


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_method_says_what_it_does(kind: type) -> None:
    for name in members(kind):
        one = vars(kind).get(name)
        if callable(one) or isinstance(one, (property, classmethod)):
            assert one.__doc__, name
