"""Lines of requests as JSON objects: what they hold, and that nothing a client sends forges one."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import pytest

from searchengine import SearchEngine
from tests.server.client import Client


def lines_of(
    engine: SearchEngine, method: str, address: str, headers: Any = None, **settings: Any
) -> tuple[list[dict[str, Any]], Any]:
    """The lines that a request leaves, and its response."""
    log = io.StringIO()
    client = Client(engine, log=log, log_format="json", **settings)
    response = client.request(method, address, headers=headers)
    return [json.loads(line) for line in log.getvalue().splitlines()], response


def test_a_request_is_an_object(seed_engine: SearchEngine) -> None:
    (line,), response = lines_of(seed_engine, "GET", "/documents/không-có.txt?q=bí+mật")
    assert list(line) == ["time", "method", "path", "status", "ms", "bytes", "request_id"]
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None
    assert (line["method"], line["status"]) == ("GET", 404)
    assert line["path"] == "/documents/kh%C3%B4ng-c%C3%B3.txt"
    assert line["bytes"] == len(response.content)
    assert 0 <= line["ms"] < 60_000
    assert line["request_id"] == response.headers["x-request-id"]


def test_the_text_of_queries_is_kept_only_if_that_is_asked(seed_engine: SearchEngine) -> None:
    (line,), _ = lines_of(seed_engine, "GET", "/search?q=chi")
    assert line["path"] == "/search"
    (line,), _ = lines_of(seed_engine, "GET", "/search?q=chi", log_queries=True)
    assert line["path"] == "/search?q=chi"


@pytest.mark.parametrize(
    "address",
    ["/a%0A%7B%22status%22:200%7D", "/a%22,%22status%22:200", "/a%E2%80%A8b", "/a%1B[31m"],
)
def test_an_address_cannot_forge_a_line(seed_engine: SearchEngine, address: str) -> None:
    (line,), _ = lines_of(seed_engine, "GET", address, log_queries=True)
    assert line["status"] == 404
    assert line["path"].isascii()
    assert line["path"].isprintable()


def test_each_request_has_an_id_of_its_own(seed_engine: SearchEngine) -> None:
    ids = {lines_of(seed_engine, "GET", "/healthz")[0][0]["request_id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize(
    ("given", "kept"),
    [("proxy-7f.3", True), ('x","status":200', False), ("a b", False), ("x" * 200, False)],
)
def test_an_id_of_a_proxy_is_kept_if_it_is_harmless(
    seed_engine: SearchEngine, given: str, kept: bool
) -> None:
    (line,), response = lines_of(seed_engine, "GET", "/healthz", {"x-request-id": given})
    assert (line["request_id"] == given) == kept
    assert response.headers["x-request-id"] == line["request_id"]


def test_text_stays_text(seed_engine: SearchEngine) -> None:
    log = io.StringIO()
    response = Client(seed_engine, log=log).get("/healthz")
    assert " GET /healthz 200 " in log.getvalue()
    assert "x-request-id" not in response.headers
