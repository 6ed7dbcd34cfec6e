"""What a cluster may be that is no good: each is told in a sentence with the next step."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.errors import (
    IndexDamagedError,
    IndexUnavailableError,
    IndexWriteError,
    InputError,
)

GOOD = {"version": {"distribution": "opensearch", "number": "3.9.0"}}
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A function that answers all requests the same, and returns where: a host and its port."""
    servers = []

    def start(status: int, body: object, tls: ssl.SSLContext | None = None) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                said = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(status)
                kind = "text/plain" if isinstance(body, str) else "application/json"
                self.send_header("Content-Type", kind)
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
