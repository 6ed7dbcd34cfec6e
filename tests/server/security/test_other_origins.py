"""Pages of other origins: read nothing unless they are named, and never write or frame."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from searchengine import Document, SearchEngine
from searchengine.errors import InputError
from searchengine.server.settings import Settings
from tests.server.client import TOKEN, Client

OURS, OTHER = "https://tin.example.org", "https://la.example.org"
ALLOWED = "access-control-allow-origin"


def preflight(client: Client, origin: str, method: str, header: str = "authorization") -> bool:
    """Whether a browser would go on to send the request."""
    response = client.request(
        "OPTIONS",
        "/documents/a" if method in ("PUT", "DELETE") else "/search",
        headers={
            "origin": origin,
            "access-control-request-method": method,
            "access-control-request-headers": header,
        },
    )
    return response.status_code == 200 and response.headers.get(ALLOWED) == origin


def test_without_the_setting_no_origin_is_let_in(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, write_token=TOKEN)
    for origin in (OURS, "null", "http://localhost:8000"):
        response = client.get("/search?q=chi", headers={"origin": origin})
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
        assert not preflight(client, origin, "GET")


def test_a_named_origin_reads_and_no_other(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine, origins=(OURS,), read_tokens=("doc",))
    assert preflight(client, OURS, "GET")
    assert not preflight(client, OTHER, "GET")
    known = {"authorization": "Bearer doc"}
    response = client.get("/search?q=chi", headers={"origin": OURS, **known})
    assert response.headers[ALLOWED] == OURS
    assert {"Origin", "Authorization"} <= set(response.headers["vary"].split(", "))
    assert "etag" in response.headers["access-control-expose-headers"]
    for origin in (OTHER, f"{OURS}.la.vn", OURS.replace("https", "http"), "null"):
        other = client.get("/search?q=chi", headers={"origin": origin, **known})
        assert ALLOWED not in other.headers
    # Why it is refused it may read, too.
    refused = client.get("/search?q=chi", headers={"origin": OURS})
    assert (refused.status_code, refused.headers[ALLOWED]) == (401, OURS)


def test_what_a_browser_knows_of_the_person_is_never_sent(seed_engine: SearchEngine) -> None:
    for origins in ((OURS,), ("*",)):
        client = Client(seed_engine, origins=origins)
        response = client.get("/search?q=chi", headers={"origin": OURS, "cookie": "a=b"})
        assert response.headers[ALLOWED] == origins[0]
        assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_no_origin_writes(seed_engine: SearchEngine, method: str) -> None:
    for origins in ((), (OURS,), ("*",)):
        assert not preflight(Client(seed_engine, origins=origins), OURS, method)


def test_a_form_or_an_image_of_another_page_changes_nothing(
    make_engine: Callable[..., SearchEngine],
) -> None:
    """What a browser sends without asking first has no bearer token, whatever else it has."""
    engine = make_engine(Document(id="a", text="Tin của phường."))
    client = Client(engine, write_token=TOKEN)
    password = base64.b64encode(f"ai:{TOKEN}".encode()).decode()
    known = {"authorization": f"Basic {password}", "cookie": f"token={TOKEN}", "origin": OTHER}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {**known, "content-type": kind}
        record = b'{"id": "b", "text": "x"}'
        response = client.request("POST", "/documents", headers=headers, content=record)
        assert response.status_code == 401
    override = {**known, "x-http-method-override": "DELETE"}
    assert client.request("POST", "/documents/a", headers=override).status_code == 405
    assert client.get("/documents/a?_method=DELETE", headers=known).status_code == 422
    assert [document.id for document in engine.documents()] == ["a"]


def test_no_page_is_shown_inside_of_another(seed_engine: SearchEngine) -> None:
    for address in ("/", "/?q=chi", "/none", "/search?q=chi", "/document?id=x"):
        headers = Client(seed_engine).get(address).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize(
    "origin", ["tin.example.org", f"{OURS}/", f"{OURS}/a", "null", "https://*.vn"]
)
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(InputError, match="is no origin"):
        Settings(origins=(origin,))
