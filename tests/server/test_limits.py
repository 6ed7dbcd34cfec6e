"""The server's limits: what is refused at once, and what is told to come again."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest

from searchengine import SearchEngine, SearchView
from searchengine.errors import InputError, TimeLimitError
from searchengine.server.http.limits import Pool
from searchengine.server.settings import Settings
from tests.server.client import Client


def test_an_address_may_be_so_long(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, url_bytes=200)
    response = client.get(f"/search?q={'a' * 200}")
    assert response.status_code == 414
    assert response.json()["status"] == 414
    assert client.get("/search?q=a").status_code == 200


def test_a_query_may_be_so_long(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, query_characters=20)
    response = client.get("/search?q=đại hội đại biểu đảng bộ")
    assert response.status_code == 400
    assert "20 is the limit" in response.json()["error"]


def test_pages_go_so_deep(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, page_depth=50, page_size=20)
    assert client.get("/search?q=chi&page=5").status_code == 200
    assert "out of reach" in client.get("/search?q=chi&page=6").json()["error"]
    assert "between 1 and 20" in client.get("/search?q=chi&limit=21").json()["error"]


def test_only_known_host_names_are_answered(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, hosts=("localhost", "::1"))
    for host in ("localhost", "LOCALHOST:8000", "[::1]:8000"):
        assert client.get("/version", headers={"host": host}).status_code == 200
    response = client.get("/version", headers={"host": "trang-lạ.vn".encode()})
    assert response.status_code == 400
    assert "--allow-host" in response.json()["error"]


def test_what_finds_no_place_is_told_to_come_again(
    seed_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(seed_engine, threads=1, queue=1)
    go_on = threading.Event()
    search = SearchView.search

    def slow(*arguments: Any, **options: Any) -> Any:
        go_on.wait(10)
        return search(*arguments, **options)

    async def ask(http: httpx.AsyncClient) -> httpx.Response:
        return await http.get("/search?q=chi")

    async def look(http: httpx.AsyncClient) -> httpx.Response:
        await asyncio.sleep(0.1)
        health = await http.get("/healthz")
        go_on.set()
        return health

    monkeypatch.setattr(SearchView, "search", slow)
    *answers, health = client.together(ask, ask, ask, ask, look)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 503, 503]
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["ok"] is False
    assert health.status_code == 200, "a busy server is a healthy one"


def test_a_request_has_its_time(seed_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(seed_engine, seconds=0.1)
    go_on = threading.Event()
    monkeypatch.setattr(SearchView, "search", lambda *_, **__: go_on.wait(10))
    response = client.get("/search?q=chi")
    go_on.set()
    assert response.status_code == 503
    assert "0.1 seconds" in response.json()["error"]
    assert response.headers["retry-after"] == "1"


def test_a_late_call_keeps_its_place_until_it_ends() -> None:
    pool = Pool(threads=1, queue=1, seconds=0.05, name="test")
    go_on = threading.Event()

    async def scenario() -> tuple[int, int]:
        with pytest.raises(TimeLimitError):
            await pool.run(go_on.wait, 10)
        await asyncio.sleep(0.05)
        while_running = pool.taken
        go_on.set()
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not pool.taken:
                break
        return while_running, pool.taken

    assert asyncio.run(scenario()) == (1, 0)
    pool.close()


def test_a_call_that_waited_too_long_is_never_run() -> None:
    pool = Pool(threads=1, queue=5, seconds=0.05, name="test")
    go_on = threading.Event()
    ran: list[str] = []

    async def scenario() -> None:
        first = asyncio.create_task(pool.run(go_on.wait, 10))
        second = asyncio.create_task(pool.run(ran.append, "second"))
        results = await asyncio.gather(first, second, return_exceptions=True)
        assert all(isinstance(result, TimeLimitError) for result in results)
        go_on.set()

    asyncio.run(scenario())
    pool.close()
    assert ran == []


def test_searches_leave_the_event_loop_free(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine)
    client.engine.search("chi")

    answered = threading.Event()

    async def look(http: httpx.AsyncClient) -> None:
        await http.get("/version")
        answered.set()

    async def search(_: httpx.AsyncClient) -> bool:
        return await client.service.call(answered.wait, 5)

    # A search that held the loop up would wait in vain.
    assert client.together(search, look) == [True, None]


@pytest.mark.parametrize("limit", ["url_bytes", "body_bytes", "threads", "queue", "seconds"])
def test_a_limit_below_one_is_refused(limit: str) -> None:
    with pytest.raises(InputError, match=limit):
        Settings(**{limit: 0})


def test_an_empty_token_is_refused() -> None:
    with pytest.raises(InputError, match="token"):
        Settings(write_token=" ")
