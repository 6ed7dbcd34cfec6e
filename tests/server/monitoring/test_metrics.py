"""``/metrics``: what it counts, for whom, as one sum over processes, and what it never tells."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from searchengine import Document, SearchEngine
from tests.cluster.places import Place, copied, on_cluster
from tests.server.client import Client
from tests.server.monitoring.exposition import Samples, parse, total, value
from tests.server.processes.test_serving import children
from tests.server.test_serve import Served, until


@pytest.fixture
def directory(seed_directory: Place, tmp_path: Path) -> Place:
    """A copy of the seeds' index, which may be written to."""
    return copied(seed_directory, tmp_path / "index")


@pytest.fixture
def client(directory: Place) -> Iterator[Client]:
    with SearchEngine.open(directory) as engine:
        yield Client(engine)


def metrics(client: Client) -> Samples:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return parse(response.text)[0]


def test_requests_by_route_status_and_time(client: Client) -> None:
    for _ in range(3):
        client.get("/search?q=chi+bộ")
    client.get("/search?q=chi+bộ&limit=x")
    client.get("/documents/không-có.txt")
    client.get("/documents/không-có-nữa.txt")
    client.get("/gì-đó")
    client.request("HEAD", "/healthz")
    client.request("PROPFIND", "/healthz")
    samples = metrics(client)
    count = "http_requests_total"
    assert value(samples, count, method="GET", route="/search", status="200") == 3
    assert value(samples, count, method="GET", route="/search", status="422") == 1
    assert value(samples, count, method="GET", route="/documents/{id:path}", status="404") == 2
    assert value(samples, count, method="GET", route="other", status="404") == 1
    assert value(samples, count, method="HEAD", route="/healthz", status="200") == 1
    assert total(samples, count, method="other") == 1
    assert total(samples, "http_request_duration_seconds_count", route="/search") == 4
    assert value(samples, "http_request_duration_seconds_sum", route="/search") > 0


def test_a_histogram_is_one(client: Client) -> None:
    for _ in range(5):
        client.get("/healthz")
    text = client.get("/metrics").text
    samples, kinds = parse(text)
    name = "http_request_duration_seconds"
    assert kinds[f"searchengine_{name}"] == "histogram"
    assert kinds["searchengine_http_requests_total"] == "counter"
    assert kinds["searchengine_documents"] == "gauge"
    buckets = sorted(
        (float(dict(labels)["le"]), number)
        for (found, labels), number in samples.items()
        if found == f"searchengine_{name}_bucket" and dict(labels)["route"] == "/healthz"
    )
    counts = [number for _, number in buckets]
    assert counts == sorted(counts)
    assert buckets[-1] == (float("inf"), 5)
    assert value(samples, f"{name}_count", route="/healthz") == 5


def test_searches_by_what_became_of_them(client: Client) -> None:
    client.get("/search?q=chi+bộ")
    client.get("/?q=chi+bộ")
    client.get('/search?q="tỷ+giá+ngoại+tệ"')
    client.get("/search?q=")
    client.get("/suggest?q=chi")
    samples = metrics(client)
    assert value(samples, "searches_total", outcome="found") == 2
    assert value(samples, "searches_total", outcome="nothing") == 1
    assert total(samples, "searches_total") == 3
    assert value(samples, "time_limited_total") == value(samples, "busy_total") == 0


def test_a_search_that_takes_too_long_is_counted(directory: Place) -> None:
    with SearchEngine.open(directory) as engine:
        client = Client(engine, seconds=0.05)

        def wait(*_: object) -> None:
            time.sleep(0.2)

        with contextlib.suppress(Exception):
            client.together(lambda _: client.service.call(wait))
        assert value(metrics(client), "time_limited_total") == 1


def test_what_the_index_and_the_process_have(client: Client, directory: Place) -> None:
    client.get("/search?q=chi+bộ")
    before = metrics(client)
    assert value(before, "documents") == 5
    assert value(before, "segments") >= 1
    assert value(before, "processes") == 1
    if not on_cluster():
        assert total(before, "cache_bytes") > 0
        assert value(before, "cache_limit_bytes") == 256 << 20
    if Path("/proc/self/statm").exists():
        assert 20e6 < value(before, "resident_memory_bytes") < 20e9
    version = client.engine.version()
    assert value(before, "commit_processes", version=version) == 1
    if not on_cluster():
        assert 0 <= time.time() - value(before, "commit_timestamp_seconds") < 3600
    with client.engine.writer() as writer:
        writer.add(Document(id="mới", text="Trạm bơm đã sửa xong."))
    after = metrics(client)
    assert value(after, "documents") == 6
    assert value(after, "commit_processes", version=version) == 0
    assert total(after, "commit_processes") == 1
    if not on_cluster():
        assert value(after, "commit_timestamp_seconds") > value(before, "commit_timestamp_seconds")


def test_neither_queries_nor_documents_nor_addresses_are_told(client: Client) -> None:
    words = ("bimat", "chi", "phường", "001_15548a90c78a3968", "ho-so")
    client.get("/search?q=bimat+chi+bộ+phường&kind=bimat")
    client.get("/documents/001_15548a90c78a3968.txt?q=bimat")
    client.get("/ho-so/bimat?q=x")
    client.request("BIMAT", "/search?q=bimat")
    client.get("/suggest?q=bimat", headers={"user-agent": "bimat", "referer": "http://ho-so"})
    text = client.get("/metrics").text.lower()
    found = [word for word in words if word in text.replace("searchengine", "").split()]
    assert found == []
    assert "bimat" not in text
    assert "ho-so" not in text
    assert ".txt" not in text


@pytest.mark.parametrize(
    ("setting", "peer", "status"),
    [
        ("local", "127.0.0.1", 200),
        ("local", "::1", 200),
        ("local", "10.0.0.7", 403),
        ("all", "10.0.0.7", 200),
        ("off", "127.0.0.1", 404),
    ],
)
def test_who_is_told(client: Client, setting: str, peer: str, status: int) -> None:
    asked = Client(client.engine, metrics=setting)

    async def get(_: httpx.AsyncClient) -> httpx.Response:
        transport = httpx.ASGITransport(asked.app, client=(peer, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            return await http.get("/metrics", headers={"accept": "text/html"})

    (response,) = asked.together(get)
    assert response.status_code == status
    if status != 200:
        assert "searchengine_" not in response.text
        assert response.json()["ok"] is False


def test_a_proxy_tells_whose_the_request_is(directory: Place) -> None:
    server = Served(directory)
    try:
        url = f"{server.url}metrics"
        assert httpx.get(url).status_code == 200
        assert httpx.get(url, headers={"x-forwarded-for": "203.0.113.9"}).status_code == 403
        forged = {"x-forwarded-for": "127.0.0.1, 203.0.113.9"}
        assert httpx.get(url, headers=forged).status_code == 403
    finally:
        server.stop()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_several_processes_are_one_and_their_counts_never_fall(directory: Place) -> None:
    server = Served(directory, "--processes", "2", "--log-format", "json")
    try:

        def told() -> Samples:
            return parse(httpx.get(f"{server.url}metrics").text)[0]

        def searches() -> float:
            return value(told(), "searches_total", outcome="found")

        # A connection each, so that both processes answer.
        for _ in range(10):
            assert httpx.get(f"{server.url}search?q=chi+bộ").status_code == 200
        # Whichever process is asked, it says the same.
        assert {searches() for _ in range(4)} == {10}
        assert value(told(), "processes") == 2
        assert total(told(), "commit_processes") == 2
        workers = children(server.process.pid)
        os.kill(workers[0], signal.SIGKILL)
        until(lambda: len(set(children(server.process.pid)) - set(workers)) == 1)
        until(lambda: value(told(), "processes") == 2)
        assert searches() == 10
        httpx.get(f"{server.url}search?q=chi+bộ")
        assert searches() == 11
    finally:
        _, log = server.stop()
    # The lines of all processes are objects, but for those that are not of requests.
    lines = [line for line in log.splitlines() if not line.startswith("error: a process")]
    assert len(lines) > 20
    assert {json.loads(line)["method"] for line in lines} == {"GET"}
