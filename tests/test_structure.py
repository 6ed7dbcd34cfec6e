"""The house's rules, read from the imports: who may know whom, and how large a package may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "searchengine"
MAX_LINES, MAX_MODULES = 400, 15
#: A package says in a paragraph what is in it and what is not.
PARAGRAPH = 140


@dataclass(frozen=True)
class Import:
    """One module imports another; ``typing`` where only type checkers see it."""

    by: str
    module: str
    typing: bool


def module_name(path: Path) -> str:
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    return name.removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
#: Tests are read by people too.
FILES = [*MODULES.values(), *sorted(Path(__file__).parent.rglob("*.py"))]


def imports_of(name: str) -> Iterator[Import]:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    typing = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                yield Import(name, one.name, node in typing)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports by relative names: write them out"
            for one in node.names:
                whole = f"{node.module}.{one.name}"
                yield Import(name, whole if whole in MODULES else node.module or "", node in typing)


IMPORTS = [one for name in MODULES for one in imports_of(name)]


def within(name: str, *packages: str) -> bool:
    """Whether a module is one of ``packages`` or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def ours(*packages: str) -> tuple[str, ...]:
    return tuple(f"searchengine.{package}" for package in packages)


def forbidden(by: tuple[str, ...], allowed: tuple[str, ...]) -> list[Import]:
    """What modules of ``by`` import of the package that is not ``allowed``."""
    return [
        one
        for one in IMPORTS
        if within(one.by, *by)
        and within(one.module, "searchengine")
        and not within(one.module, *by, *allowed)
    ]


def users(module: str, *, but: tuple[str, ...]) -> set[str]:
    """The modules outside ``but`` that import ``module``."""
    return {one.by for one in IMPORTS if within(one.module, module) and not within(one.by, *but)}


def test_text_knows_the_language_alone() -> None:
    assert forbidden(ours("text"), ours("errors")) == []


def test_query_knows_no_engine() -> None:
    """Of engines the seam alone: what is asked and answered, and the names of fields."""
    seam = ours(
        "backends.protocol", "backends.values", "backends.counts", "backends.fields",
        "backends.bm25", "backends.vectors",
    )  # fmt: skip
    others = ours("text", "options", "errors", "deadline", "document")
    assert forbidden(ours("query"), (*seam, *others)) == []


def test_the_seam_knows_no_engine_and_no_query() -> None:
    seam = ours(
        "backends.protocol", "backends.values", "backends.counts", "backends.fields",
        "backends.bm25", "backends.forms", "backends.phrases", "backends.nearness",
        "backends.scores", "backends.counting", "backends.folding",
        "backends.document_fields", "backends.near_duplicates", "backends.plan_json",
        "backends.vectors",
    )  # fmt: skip
    assert forbidden(seam, ours("text", "errors", "deadline", "document")) == []


def test_engines_know_neither_each_other_nor_what_is_around_them() -> None:
    packages = ours("text", "errors", "deadline", "document", "document_json")
    seam = ours(
        "backends.protocol", "backends.values", "backends.counts", "backends.fields",
        "backends.bm25", "backends.forms", "backends.phrases", "backends.nearness",
        "backends.scores", "backends.counting", "backends.folding",
        "backends.document_fields", "backends.near_duplicates", "backends.plan_json",
        "backends.vectors",
    )  # fmt: skip
    # Completing restores diacritics and looks at pairs as suggestions do.
    suggestions = ours("query.suggest")
    assert forbidden(ours("backends.embedded"), (*seam, *packages, *suggestions)) == []
    assert forbidden(ours("backends.memory"), (*seam, *packages)) == []
    # An index that others read says in which time zone its days are.
    assert forbidden(ours("backends.opensearch"), (*seam, *packages, *ours("time_zone"))) == []
    assert forbidden(ours("backends.contract"), (*seam, *packages, *ours("backends.memory"))) == []


def test_only_the_embedded_engine_knows_whoosh() -> None:
    assert users("whoosh", but=ours("backends.embedded")) == set()


def test_only_the_opensearch_engine_knows_its_client() -> None:
    assert users("opensearchpy", but=ours("backends.opensearch")) == set()


def test_only_the_tools_of_assistants_know_their_protocol() -> None:
    assert users("mcp", but=ours("mcp")) | users("mcp_types", but=ours("mcp")) == set()
    assert users("searchengine.mcp", but=ours("mcp")) == {"searchengine.cli.serve_command"}


def test_only_whoever_opens_an_index_knows_the_embedded_engine() -> None:
    allowed = {
        "searchengine.engine",
        # Upgrading is of this engine's files alone.
        "searchengine",
    }
    assert users("searchengine.backends.embedded", but=ours("backends.embedded")) <= allowed


def test_the_engine_on_a_cluster_is_opened_in_one_place_and_addresses_are_read_anywhere() -> None:
    package = ours("backends.opensearch")
    found = users("searchengine.backends.opensearch", but=package)
    others = users("searchengine.backends.opensearch.address", but=package)
    assert found - others <= {"searchengine.engine"}
    assert {one.split(".")[1] for one in others} <= {"engine", "cli"}


def test_only_the_contract_knows_the_engine_in_memory_and_pytest() -> None:
    contract = ours("backends.contract")
    assert users("searchengine.backends.memory", but=(*contract, *ours("backends.memory"))) == set()
    assert users("pytest", but=contract) == set()
    assert users("searchengine.backends.contract", but=contract) == set()


def test_pages_know_neither_queries_nor_engines() -> None:
    """Whoever indexes is handed a writer."""
    faults = [
        one
        for one in IMPORTS
        if within(one.by, *ours("pages"))
        and not one.typing
        and within(one.module, *ours("query", "backends", "engine", "search_view"))
        and not within(one.module, *ours("backends.values", "backends.protocol"))
    ]
    assert faults == []


@pytest.mark.parametrize("package", ["cli", "server"])
def test_nobody_knows_the_ways_in(package: str) -> None:
    allowed = {"searchengine.cli.serve_command"} if package == "server" else set()
    assert users(f"searchengine.{package}", but=ours(package)) <= allowed


def test_no_module_is_too_long_to_read() -> None:
    long = {
        str(path): lines
        for path in FILES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_no_folder_has_too_many_modules() -> None:
    folders: dict[Path, int] = {}
    for path in FILES:
        if path.name != "__init__.py":
            folders[path.parent] = folders.get(path.parent, 0) + 1
    assert {str(folder): count for folder, count in folders.items() if count > MAX_MODULES} == {}


def test_every_module_says_what_it_holds() -> None:
    bare = [
        name
        for name, path in MODULES.items()
        if not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()
    ]
    assert bare == []


def test_every_package_says_in_a_paragraph_what_is_in_it() -> None:
    short = [
        name
        for name, path in MODULES.items()
        if path.name == "__init__.py"
        and len(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "") < PARAGRAPH
    ]
    assert short == []
