"""Read tokens: nobody reads without one, a browser is asked for it, and it never writes."""

from __future__ import annotations

import base64
import hmac

import pytest

from searchengine import SearchEngine
from searchengine.errors import InputError
from searchengine.server.settings import Settings
from tests.server.client import AS_WRITER, TOKEN, Client
from tests.server.pages.html import HTML, Page

READ = "doc-cua-phuong"
ADDRESSES = [
    "/search?q=chi+bộ", "/suggest?q=chi", "/facets?q=chi", "/histogram?q=chi", "/stats",
    "/documents/001_15548a90c78a3968.txt", "/version", "/openapi.json", "/metrics", "/",
    "/?q=chi+bộ", "/document?id=001_15548a90c78a3968.txt", "/opensearch.xml", "/none",
]  # fmt: skip


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def client(seed_engine: SearchEngine) -> Client:
    return Client(seed_engine, read_tokens=("cu", READ), write_token=TOKEN, metrics="all")


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_read_without_a_token(client: Client, address: str) -> None:
    for method in ("GET", "HEAD"):
        response = client.request(method, address)
        assert response.status_code == 401
        assert response.headers["cache-control"] == "no-store"
    refused = client.get(address)
    known = client.get(address, headers=bearer(READ))
    assert known.status_code == (404 if address == "/none" else 200)
    for response in (refused, known):
        assert "Authorization" in response.headers["vary"].split(", ")


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/static/x/base.css"])
def test_what_says_nothing_of_documents_is_open(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "headers", [bearer(READ), bearer("cu"), bearer(TOKEN), basic("ai", READ), basic("", "cu")]
)
def test_each_token_reads(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/search?q=chi", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        bearer(""),
        bearer("khac"),
        bearer(READ[:-1]),
        bearer(f"{READ}x"),
        bearer(f"{READ} cu"),
        {"authorization": READ},
        {"authorization": "Bearer"},
        {"authorization": "Basic !!!"},
        {"authorization": f"Basic {READ}"},
        basic(READ, ""),
        {"cookie": f"token={READ}"},
    ],
)
def test_nothing_else_reads(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/search?q=chi", headers=headers).status_code == 401
    assert client.get(f"/search?q=chi&token={READ}", headers=headers).status_code == 401


def test_a_browser_is_asked_on_the_page_and_not_by_the_api(client: Client) -> None:
    response = client.get("/?q=chi&lang=en", headers=HTML)
    assert response.headers["www-authenticate"].startswith("Basic ")
    assert Page(response).text("h1") == "A password is needed to read this"
    assert client.get("/search?q=chi", headers=HTML).headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", [bearer(READ), basic("ai", READ), basic("ai", TOKEN)])
def test_neither_a_read_token_nor_a_password_writes(
    client: Client, headers: dict[str, str]
) -> None:
    for method, address in (("PUT", "/documents/a"), ("DELETE", "/documents/a")):
        response = client.request(method, address, headers=headers, content=b"{}")
        assert response.status_code == 401
    # The write token is known: what it asks for cannot be.
    response = client.request("PUT", "/documents/a", headers=AS_WRITER, content=b"{}")
    assert response.status_code == 400


def test_tokens_are_compared_in_constant_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[object] = []
    compare = hmac.compare_digest

    def count(left: bytes, right: bytes) -> bool:
        compared.append(right)
        return compare(left, right)

    monkeypatch.setattr(hmac, "compare_digest", count)
    for token in ("cu", READ, "khac"):
        compared.clear()
        client.get("/version", headers=bearer(token))
        assert len(compared) == 3


@pytest.mark.parametrize("token", ["", " ", "hai từ", "a b"])
def test_a_token_that_cannot_be_sent_is_refused(token: str) -> None:
    with pytest.raises(InputError, match="read token"):
        Settings(read_tokens=(token,))


def test_without_read_tokens_all_read(seed_engine: SearchEngine) -> None:
    response = Client(seed_engine).get("/search?q=chi")
    assert response.status_code == 200
    assert "authorization" not in response.headers.get("vary", "").lower()
