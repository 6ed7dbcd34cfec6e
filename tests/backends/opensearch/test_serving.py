"""A server whose cluster goes away, and what following its commits costs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.errors import IndexUnavailableError
from tests.server.client import Client
from tests.server.monitoring.exposition import parse, value


@pytest.fixture
def client(indices: Any, tmp_path: Path) -> Client:
    """A server that follows the commits of an index with one document."""
    made = OpenSearchBackend.open(
        indices.address(), create=True, auto_refresh=False, spool=tmp_path
    )
    engine = SearchEngine(made)
    with engine.writer() as writer:
        writer.add(Document(id="a", text="Bến đò đã ngừng chạy."))
    engine.refresh()
    return Client(engine)


def test_a_server_whose_cluster_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lives and is not ready, and is both again when the cluster answers."""

    def away(*_: Any, **__: Any) -> Any:
        raise IndexUnavailableError("no node can be reached: try again")

    with monkeypatch.context() as patch:
        patch.setattr(Cluster, "request", away)
        assert client.json("/healthz") == {"ok": True, "documents": 1}
        for address in ("/readyz", "/search?q=bến+đò"):
            response = client.get(address)
            assert response.status_code == 503
            assert "try again" in response.json()["error"]
            assert response.headers["retry-after"]
        samples = parse(client.get("/metrics").text)[0]
        assert value(samples, "documents") == 1
        assert not any(name == "searchengine_segments" for name, _ in samples)
    assert client.json("/readyz") == {"ok": True, "documents": 1}
    assert value(parse(client.get("/metrics").text)[0], "segments") >= 1


def test_following_and_watching_ask_for_little(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths: list[str] = []
    request = Cluster.request

    def counted(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        paths.append(path)
        return request(self, method, path, *args, **options)

    monkeypatch.setattr(Cluster, "request", counted)
    client.service.start()
    time.sleep(client.engine.refresh_seconds + 0.5)
    asked = set(paths)
    assert 1 <= len(paths) <= 3
    client.service.close()
    assert all(path.endswith("-control/_doc/control") for path in asked)


def test_metrics_count_no_terms(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies: list[Any] = []
    monkeypatch.setattr(Cluster, "msearch", lambda _, asked: bodies.append(asked))
    assert client.get("/metrics").status_code == 200
    assert bodies == []
