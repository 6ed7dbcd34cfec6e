"""What a cluster may be that is no good: each is told in a sentence with the next step."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.deadline import limited
from searchengine.errors import (
    IndexDamagedError,
    IndexNotFoundError,
    IndexUnavailableError,
    IndexWriteError,
    InputError,
    TimeLimitError,
)

GOOD = {"version": {"distribution": "opensearch", "number": "3.9.0"}}
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A function that answers all requests the same, and returns where: a host and its port."""
    servers = []

    def start(
        status: int,
        body: object,
        tls: ssl.SSLContext | None = None,
        kind: str = "",
        wait: float = 0,
    ) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                said = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                time.sleep(wait)
                self.send_response(status)
                usual = "text/plain" if isinstance(body, str) else "application/json"
                self.send_header("Content-Type", kind or usual)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def certified(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of an authority that nobody knows, and what a server needs to show it."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "ca.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "2", "-subj",
         "/CN=node", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ({"distribution": "opensearch", "number": "1.3.20"}, r"opensearch 1\.3\.20.* 2\.19"),
        ({"distribution": "opensearch", "number": "2.9.0"}, r"opensearch 2\.9\.0.* 2\.19"),
        ({"number": "8.15.1"}, r"another program 8\.15\.1.* OpenSearch"),
        ({}, "another program"),
    ],
)
def test_another_version_or_program(serve: Serve, version: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        OpenSearchBackend.open(f"opensearch://{serve(200, {'version': version})}/tin", create=True)


@pytest.mark.parametrize("number", ["2.19.0", "3.0.0-rc1", "4.1.0"])
def test_a_version_that_will_do(serve: Serve, number: str) -> None:
    body = {"version": {**GOOD["version"], "number": number}}
    # It is asked on, for the index.
    with pytest.raises(IndexDamagedError, match="control document"):
        OpenSearchBackend.open(f"opensearch://{serve(200, body)}/tin")


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_password(serve: Serve, status: int) -> None:
    with pytest.raises(InputError, match="SEARCHENGINE_OPENSEARCH_PASSWORD"):
        OpenSearchBackend.open(f"opensearch://{serve(status, 'Unauthorized')}/tin")


@pytest.mark.parametrize("status", [429, 503])
def test_one_that_is_too_busy(serve: Serve, status: int) -> None:
    body = {"error": {"type": "circuit_breaking_exception", "reason": "lớn quá"}, "status": status}
    with pytest.raises(IndexUnavailableError, match=r"too busy.*try again"):
        OpenSearchBackend.open(f"opensearch://{serve(status, body)}/tin")


def test_a_document_that_is_too_large(serve: Serve) -> None:
    with pytest.raises(IndexWriteError, match=r"http\.max_content_length"):
        OpenSearchBackend.open(f"opensearch://{serve(413, '')}/tin")


def test_a_name_that_the_cluster_does_not_take(serve: Serve) -> None:
    error = {"type": "invalid_index_name_exception", "reason": "phải viết thường"}
    with pytest.raises(InputError, match="cannot be called 'tin': phải viết thường"):
        OpenSearchBackend.open(f"opensearch://{serve(400, {'error': error})}/tin")


DISK = {"type": "io_exception", "reason": "ổ đĩa hỏng"}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (DISK, "io_exception: ổ đĩa hỏng"),
        ({"type": "a", "reason": "b", "root_cause": [DISK]}, "io_exception: ổ đĩa hỏng"),
        ({"type": "a", "caused_by": {"type": "b", "caused_by": DISK}}, "io_exception: ổ đĩa hỏng"),
        ({"failed_shards": [{"shard": 0, "reason": DISK}]}, "io_exception: ổ đĩa hỏng"),
        ({"type": "a", "reason": "b", "root_cause": None, "failed_shards": []}, "a: b"),
        ("hỏng", "hỏng"),
        (["hỏng"], "hỏng"),
    ],
)
def test_any_other_error_is_told_with_its_deepest_reason(
    serve: Serve, error: object, reason: str
) -> None:
    with pytest.raises(IndexUnavailableError, match=f"answered 500 .*{reason}.*: see its log"):
        OpenSearchBackend.open(f"opensearch://{serve(500, {'error': error})}/tin")


def test_an_answer_that_is_no_json(serve: Serve) -> None:
    place = serve(200, "{", kind="application/json")
    with pytest.raises(IndexUnavailableError, match=r"cannot be asked .* see its log"):
        OpenSearchBackend.open(f"opensearch://{place}/tin")


def test_one_that_does_not_answer(serve: Serve) -> None:
    cluster = Cluster(Address.parse(f"opensearch://{serve(200, GOOD, wait=1)}/tin"))
    with pytest.raises(IndexUnavailableError, match=r"did not answer in .* seconds: try again"):
        cluster.request("GET", "/", timeout=0.1)
    with limited(0.1), pytest.raises(TimeLimitError):
        cluster.request("GET", "/")
    assert cluster.request("GET", "/") == GOOD


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        ({"timed_out": True}, IndexUnavailableError, "did not search in time"),
        ({"error": {"type": "index_closed_exception"}}, IndexUnavailableError, "is closed"),
        ({"error": {"type": "index_not_found_exception"}}, IndexNotFoundError, "no index 'tin'"),
    ],
)
def test_one_search_of_several_that_fails(
    serve: Serve, answer: object, error: type[Exception], told: str
) -> None:
    place = serve(200, {"responses": [{"hits": {}}, answer]})
    with pytest.raises(error, match=told):
        Cluster(Address.parse(f"opensearch://{place}/tin")).msearch([{}, {}])


def test_an_authority_that_is_not_known(
    serve: Serve, certified: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, tls = certified
    address = f"opensearchs://{serve(200, GOOD, tls)}/tin"
    with pytest.raises(InputError, match=r"self.signed certificate.*SEARCHENGINE_OPENSEARCH_CA"):
        OpenSearchBackend.open(address)
    monkeypatch.setenv("SEARCHENGINE_OPENSEARCH_CA", str(certificate))
    with pytest.raises(IndexDamagedError, match="control document"):
        OpenSearchBackend.open(address)


def test_one_that_speaks_no_tls(serve: Serve) -> None:
    with pytest.raises(InputError, match="speaks TLS"):
        OpenSearchBackend.open(f"opensearchs://{serve(200, GOOD)}/tin")


def test_a_file_of_authorities_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHENGINE_OPENSEARCH_CA", "/đâu/ca.pem")
    with pytest.raises(InputError, match=r"no file /đâu/ca\.pem"):
        OpenSearchBackend.open("opensearchs://127.0.0.1:1/tin")
