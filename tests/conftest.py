"""What several test files share: the seeds, indexed once, and engines made of a few lines."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from searchengine import Document, SearchEngine
from searchengine.pages.ingest import index_paths

SEEDS = Path(__file__).parent.parent / "seeds"
TODAY = datetime.date(2024, 1, 1)

# On a busy machine one example may take long without being slow.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        nargs="?",
        type=float,
        const=60.0,
        metavar="MINUTES",
        help="how long random operations go on (tests/backends/embedded/stateful), in place of "
        "the examples that are the same each time; 60 minutes if it does not say",
    )


@pytest.fixture(scope="session")
def seeds() -> Path:
    return SEEDS


@pytest.fixture(scope="session")
def seed_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index directory that holds the five seeds; read only."""
    directory = tmp_path_factory.mktemp("seeds") / "index"
    with SearchEngine.open(directory, create=True) as engine:
        index_paths(engine, [str(SEEDS)])
    return directory


@pytest.fixture(scope="session")
def seed_engine(seed_directory: Path) -> Iterator[SearchEngine]:
    with SearchEngine.open(seed_directory) as engine:
        yield engine


@pytest.fixture
def make_engine(tmp_path: Path) -> Callable[..., SearchEngine]:
    """A function that indexes texts (ids a, b, c …) or documents and returns the engine."""
    count = 0

    def make(*documents: str | Document) -> SearchEngine:
        nonlocal count
        count += 1
        engine = SearchEngine.open(tmp_path / f"index{count}", create=True)
        with engine.writer() as writer:
            for letter, document in zip("abcdefghijklmnopqrstuvwxyz", documents, strict=False):
                if isinstance(document, str):
                    document = Document(id=letter, text=document)
                writer.add(document)
        return engine

    return make


def ids(results: object) -> list[str]:
    """The ids of some results, best first."""
    return [hit.id for hit in results]  # type: ignore[attr-defined]
