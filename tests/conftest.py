"""What several test files share: the seeds, indexed once, and engines made of a few lines."""

from __future__ import annotations

import datetime
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from searchengine import Document, SearchEngine
from searchengine.pages.ingest import index_paths
from tests.cluster.fixtures import NODES, start_or_skip
from tests.cluster.places import Place, place_of_index, remove_index, use_cluster

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
        "the examples that are the same each time; 60 minutes if it does not say. Tests that kill "
        "(tests/backends/opensearch/kills) kill more often and write more",
    )
    parser.addoption(
        "--cluster",
        action="store_true",
        help="keep the indexes of the server's and the browser's tests on a node of OpenSearch",
    )


@pytest.fixture(scope="session", autouse=True)
def _places(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Indexes are where the options say."""
    if not request.config.getoption("--cluster"):
        yield
        return
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    use_cluster(request.getfixturevalue("opensearch_url"))
    yield
    use_cluster("")


@pytest.fixture(scope="session")
def seeds() -> Path:
    return SEEDS


@pytest.fixture(scope="session")
def seed_directory(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An index directory, or an address, that holds the five seeds; read only."""
    directory = place_of_index(tmp_path_factory.mktemp("seeds") / "index")
    with SearchEngine.open(directory, create=True) as engine:
        index_paths(engine, [str(SEEDS)])
    return directory


@pytest.fixture(scope="session")
def seed_engine(seed_directory: Place) -> Iterator[SearchEngine]:
    with SearchEngine.open(seed_directory) as engine:
        yield engine


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[Callable[..., SearchEngine]]:
    """A function that indexes texts (ids a, b, c …) or documents and returns the engine."""
    places: list[Place] = []

    def make(*documents: str | Document) -> SearchEngine:
        places.append(place_of_index(tmp_path / f"index{len(places) + 1}"))
        engine = SearchEngine.open(places[-1], create=True)
        with engine.writer() as writer:
            for letter, document in zip("abcdefghijklmnopqrstuvwxyz", documents, strict=False):
                if isinstance(document, str):
                    document = Document(id=letter, text=document)
                writer.add(document)
        return engine

    yield make
    for place in places:
        remove_index(place)


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real OpenSearch node, the same for all tests; ``OPENSEARCH_URL`` names one that runs.

    With others beside it where ``OPENSEARCH_NODES`` says so.
    """
    if given := os.environ.get("OPENSEARCH_URL"):
        yield given
    elif "PYTEST_XDIST_WORKER" in os.environ:
        # Workers end at different times, so the node belongs to the process above them.
        folder = tmp_path_factory.getbasetemp().parent / "opensearch"
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            url = start_or_skip(folder, nodes=NODES, owner=os.getppid()).url
        yield url
    else:
        with start_or_skip(tmp_path_factory.mktemp("opensearch"), nodes=NODES) as cluster:
            yield cluster.url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever needs a node, so that it can be left out."""
    for item in items:
        if "opensearch_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.opensearch)


def ids(results: object) -> list[str]:
    """The ids of some results, best first."""
    return [hit.id for hit in results]  # type: ignore[attr-defined]
