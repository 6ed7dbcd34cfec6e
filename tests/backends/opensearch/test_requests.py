"""What a cluster is asked for: few requests, and no point in time longer than it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from searchengine import SearchEngine
from searchengine.backends.contract.base import page
from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from tests.cluster.fixtures import NODES

PAGES = [page(str(at), f"Làng nghề gốm {at} bên sông.", date="2022-07-03") for at in range(30)]


@pytest.fixture
def backend(indices: Any, tmp_path: Path) -> OpenSearchBackend:
    made: OpenSearchBackend = indices.create(spool=tmp_path)
    with made.writer() as writer:
        for one in PAGES:
            writer.add(one)
    return made


@pytest.fixture
def asked(backend: OpenSearchBackend, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests from now on."""
    paths: list[str] = []
    request = Cluster.request

    def counted(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        paths.append(path)
        return request(self, method, path, *args, **options)

    monkeypatch.setattr(Cluster, "request", counted)
    return paths


def open_points(backend: OpenSearchBackend) -> int:
    """How many points in time there are; each is counted by every shard."""
    name = backend._cluster.address.name
    stats = Cluster(Address.parse(f"opensearch://{backend._cluster.address.hosts[0]}/{name}"))
    found = stats.request("GET", f"/{name}/_stats/search")["_all"]["total"]["search"]
    return int(found["point_in_time_current"]) // NODES


def test_a_search_makes_few_requests(backend: OpenSearchBackend, asked: list[str]) -> None:
    """One for what a plan needs to know, one for its ranking with the documents."""
    with SearchEngine(backend).open_view() as view:
        view.search("làng nghề", suggest=False)
        asked.clear()
        assert view.search("gốm bên sông", suggest=False).total == 30
        # And one for the frequencies that planning asks for.
        assert asked == ["/_msearch"] * len(asked)
        assert len(asked) <= 4


def test_views_of_one_commit_share_their_points_in_time(
    backend: OpenSearchBackend, asked: list[str]
) -> None:
    with backend.open_view(), backend.open_view(), backend.open_view():
        opened = [path for path in asked if path.endswith("/point_in_time")]
        # One of the documents, one of their vocabularies.
        assert len(opened) == len(set(opened)) == 2


def test_points_in_time_are_let_go(backend: OpenSearchBackend) -> None:
    with backend.open_view():
        assert open_points(backend) == 1
        with backend.writer() as writer:
            writer.delete("3")
        with backend.open_view():
            assert open_points(backend) == 2
        assert open_points(backend) == 2
    assert open_points(backend) == 1
    backend.close()
    assert open_points(backend) == 0
