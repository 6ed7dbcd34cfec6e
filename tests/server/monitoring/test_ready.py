"""``/readyz``: ready when searches are answered, and only then."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from searchengine import SearchEngine
from searchengine.errors import IndexDamagedError
from searchengine.search_view import SearchView
from tests.cluster.places import Place, place_of_index
from tests.server.client import Client


def test_ready_when_a_search_is_answered(client: Client) -> None:
    assert client.json("/readyz") == {"ok": True, "documents": 5}


def test_an_empty_index_is_ready(tmp_path: Path) -> None:
    with SearchEngine.open(place_of_index(tmp_path / "index"), create=True) as engine:
        assert Client(engine).json("/readyz") == {"ok": True, "documents": 0}


def test_not_ready_when_no_search_is_answered_in_time(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, seconds=0.2, queue=1)

    async def hold(_: httpx.AsyncClient) -> None:
        with pytest.raises(Exception, match="longer than"):
            await client.service.call(time.sleep, 1.5)

    async def ready(http: httpx.AsyncClient) -> httpx.Response:
        return await http.get("/readyz")

    async def healthy(http: httpx.AsyncClient) -> httpx.Response:
        return await http.get("/healthz")

    _, response, health = client.together(hold, ready, healthy)
    assert response.status_code == 503
    assert response.json()["ok"] is False
    assert response.headers["retry-after"]
    # The index can be read all the same.
    assert health.status_code == 200


def test_not_ready_when_the_index_is_damaged(
    seed_directory: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise IndexDamagedError("a file is damaged: restore it")

    with SearchEngine.open(seed_directory) as engine:
        client = Client(engine)
        monkeypatch.setattr(SearchView, "search", damaged)
        response = client.get("/readyz")
        assert (response.status_code, response.json()["status"]) == (503, 503)
        assert "restore it" in response.json()["error"]
