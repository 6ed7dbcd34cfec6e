"""What answers and logs give away, and to whom: caches, ETags, secrets, control characters."""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from searchengine import Document, SearchEngine
from searchengine.server.settings import Settings
from tests.server.client import TOKEN, Client
from tests.server.pages.html import HTML
from tests.server.security.test_read_tokens import bearer
from tests.server.test_serve import Served

SECRETS = ("bi-mat-doc", "bi-mat-viet")


def etag(client: Client, address: str, **headers: str) -> str:
    return str(client.get(address, headers=headers).headers["etag"])


def test_an_etag_is_of_one_index(make_engine: Callable[..., SearchEngine]) -> None:
    """Two servers may answer at one address, one after the other or behind one proxy."""
    tags = {
        etag(Client(make_engine(Document(id="a", text=text))), "/search?q=tin&facets=false")
        for text in ("Tin của phường.", "Tin của xã.")
    }
    assert len(tags) == 2


def test_an_etag_is_of_one_address(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine)
    addresses = ("/search?q=chi", "/search?q=chi&limit=1", "/facets?q=chi", "/suggest?q=chi")
    assert len({etag(client, address) for address in addresses}) == len(addresses)


def test_what_an_etag_stands_for_does_not_depend_on_who_asks_how(
    seed_engine: SearchEngine,
) -> None:
    """So no cache can take the answer to one for the answer to another."""
    client = Client(seed_engine)
    plain = client.get("/search?q=chi&facets=false").json()
    for headers in (
        {"host": "tin-la.vn"},
        {"accept-language": "en"},
        {"accept": "text/html"},
        {"x-forwarded-host": "tin-la.vn"},
        {"x-forwarded-proto": "https"},
        {"accept-encoding": "gzip"},
    ):
        other = client.get("/search?q=chi&facets=false", headers=headers)
        assert {**other.json(), "took_ms": 0} == {**plain, "took_ms": 0}
        assert etag(client, "/search?q=chi&facets=false", **headers) == other.headers["etag"]


@pytest.mark.parametrize(
    "address",
    ["/", "/?q=chi", "/?q=chi&lang=en", "/document?id=x", "/search?q=chi", "/opensearch.xml"],
)
def test_no_shared_cache_keeps_an_answer(seed_engine: SearchEngine, address: str) -> None:
    client = Client(seed_engine)
    headers = client.get(address, headers=HTML).headers
    assert headers["cache-control"] == "private, no-cache"
    assert "set-cookie" not in headers
    static = client.get("/static/x/base.css").headers
    assert static["cache-control"].startswith("public")


def test_an_error_that_is_a_page_to_some_says_so_to_caches(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine)
    for headers in ({}, HTML):
        assert client.get("/none", headers=headers).headers["vary"] == "Accept"


def test_a_304_needs_the_token_too(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, read_tokens=("doc",))
    known = {"if-none-match": etag(client, "/search?q=chi", **bearer("doc"))}
    assert client.get("/search?q=chi", headers=known).status_code == 401
    assert client.get("/search?q=chi", headers={**known, **bearer("doc")}).status_code == 304


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    "address",
    [
        "/documents/a%0D%0A2026-01-01T00:00:00%20GET%20/%20200",
        "/documents/a%1B%5B2J%07%08",
        "/search?q=a%0Ab%E2%80%A8c%C2%85d",
        "/?lang=%0D%0Aset-cookie:%20a=b",
        '/documents/a","status":200,"x":"',
        "/%F0%9F%98%80%E2%80%AE",
    ],
)
def test_no_request_makes_a_line_or_a_header(
    seed_engine: SearchEngine, address: str, log_format: str
) -> None:
    log = io.StringIO()
    client = Client(seed_engine, log=log, log_format=log_format, log_queries=True)
    headers = {"user-agent": "a\tb", "referer": "\x7f", "x-request-id": "a\x85b", "x-a": "\u202e"}
    encoded = {name: value.encode() for name, value in headers.items()}
    response = client.get(address, headers=encoded)
    line = log.getvalue()
    assert line.count("\n") == 1
    assert line.rstrip("\n").isprintable()
    assert line.isascii()
    if log_format == "json":
        assert json.loads(line)["status"] == response.status_code
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("processes", ["1", "2"])
def test_no_secret_is_in_a_log_or_an_answer(seed_directory: Path, processes: str) -> None:
    os.environ.update(SEARCHENGINE_READ_TOKEN=SECRETS[0], SEARCHENGINE_WRITE_TOKEN=SECRETS[1])
    try:
        server = Served(seed_directory, "--log-queries", "--processes", processes)
    finally:
        del os.environ["SEARCHENGINE_READ_TOKEN"], os.environ["SEARCHENGINE_WRITE_TOKEN"]
    told = ""
    for token in (*SECRETS, "sai"):
        for method, address in (("GET", "search?q=chi"), ("PUT", "documents/a"), ("GET", "stats")):
            answer = httpx.request(
                method, server.url + address, headers=bearer(token), content=b"{"
            )
            told += answer.text + str(answer.headers)
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    _, log = server.stop()
    assert "GET /search?q=chi 200" in log
    for secret in SECRETS:
        assert secret not in told + log + lines


def test_settings_that_are_printed_tell_no_secret() -> None:
    settings = Settings(read_tokens=SECRETS[:1], write_token=SECRETS[1])
    assert not [secret for secret in SECRETS if secret in f"{settings!r}{replace(settings)}"]
    assert settings.write_token == SECRETS[1]


def test_an_answer_tells_nothing_of_the_machine(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, write_token=TOKEN)
    for address in (
        "/search?q=chi",
        "/documents/none",
        "/?q=chi",
        "/none",
        "/stats",
        "/openapi.json",
    ):
        response = client.get(address)
        assert "server" not in response.headers
        assert str(Path(__file__).parent.parent) not in response.text
        assert "Traceback" not in response.text


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "identity, gzip", "x"])
def test_nothing_that_is_sent_is_unpacked(
    make_engine: Callable[..., SearchEngine], coding: str
) -> None:
    engine = make_engine()
    headers = {**bearer(TOKEN), "content-encoding": coding}
    client = Client(engine, write_token=TOKEN)
    record = b'{"id": "a", "text": "Tin."}'
    refused = client.request("POST", "/documents", content=record, headers=headers)
    assert (refused.status_code, engine.document_count()) == (415, 0)
    headers["content-encoding"] = "identity"
    taken = client.request("POST", "/documents", content=record, headers=headers)
    assert (taken.status_code, engine.document_count()) == (200, 1)
