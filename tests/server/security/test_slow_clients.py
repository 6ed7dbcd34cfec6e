"""Clients that send or read a little at a time: a place is theirs only while something moves."""

from __future__ import annotations

import gc
import io
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from searchengine import Document, SearchEngine
from searchengine.server.http import protocol
from tests.server.security.serving import (
    HOST,
    LAST,
    PATIENCE,
    VERSION,
    Listening,
    listening,
    rest_of,
)

WAIT = 0.4
POST = b"POST /documents HTTP/1.1\r\n" + HOST + b"Authorization: Bearer khoa\r\n"
RECORD = b'{"id": "moi", "text": "Tin moi."}'
LARGE = 8_000_000


@pytest.fixture
def server(
    make_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Listening]:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", WAIT)
    monkeypatch.setattr(protocol, "MOVE_SECONDS", WAIT)
    engine = make_engine(Document(id="dài", text="Tin rất dài. " * (LARGE // 16)))
    with listening(engine, write_token="khoa", keep_alive=60) as server:
        yield server


def drip(connection: socket.socket, data: bytes) -> bytes:
    """Send a byte at a time, far slower than it may be, until the server closes."""
    started = time.monotonic()
    connection.settimeout(WAIT / 10)
    received = b""
    for byte in data:
        assert time.monotonic() - started < PATIENCE
        try:
            connection.sendall(bytes([byte]))
            while part := connection.recv(65536):
                received += part
            return received
        except TimeoutError:
            continue
        except (ConnectionResetError, BrokenPipeError):
            return received
    raise AssertionError("the server took all of it")


@pytest.mark.parametrize("first", [b"GET /", b"GET /version HTTP/1.1\r\n" + HOST + b"X: "])
def test_a_slow_head_is_given_up(server: Listening, first: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(first)
        assert drip(connection, b"a" * 1_000).startswith(b"HTTP/1.1 408 ")


def test_a_connection_that_sends_nothing_is_closed(server: Listening) -> None:
    with server.connect() as connection:
        assert rest_of(connection) == b""


def test_a_slow_body_is_given_up(server: Listening) -> None:
    with server.connect() as connection:
        connection.sendall(POST + b"Content-Length: 1000\r\n\r\n")
        assert drip(connection, b" " * 1_000).startswith(b"HTTP/1.1 408 ")


def test_a_slow_body_that_nobody_reads_is_given_up(server: Listening) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /version HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\n")
        assert drip(connection, b" " * 1_000).count(b"HTTP/1.1 ") == 1


def test_a_body_without_end_is_ended(make_engine: Callable[..., SearchEngine]) -> None:
    head = b"GET /version HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"ffff\r\n" + b" " * 0xFFFF + b"\r\n"
    with (
        listening(make_engine(), body_bytes=100_000, head_bytes=1_000) as server,
        server.connect() as connection,
    ):
        connection.sendall(head + chunk)
        with pytest.raises(ConnectionError):
            connection.sendall(chunk * 1_000)


def test_a_body_that_comes_in_pieces_is_taken(server: Listening) -> None:
    with server.connect() as connection:
        connection.sendall(POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(RECORD))
        for at in range(0, len(RECORD), 12):
            time.sleep(WAIT / 8)
            connection.sendall(RECORD[at : at + 12])
        assert b'"added":1' in rest_of(connection)


def test_a_body_that_breaks_off_leaves_nothing_in_the_log_but_its_line(
    make_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    with listening(make_engine(), write_token="khoa") as server:
        with server.connect() as connection:
            connection.sendall(POST + b"Content-Length: 1000\r\n\r\n{")
            time.sleep(WAIT / 4)
        assert server.ask(LAST).statuses == [200]
    assert "POST /documents 400" in log.getvalue()
    assert "Traceback" not in log.getvalue()


def test_a_client_that_resets_leaves_nothing_behind(server: Listening) -> None:
    with server.connect() as connection:
        connection.sendall(VERSION)
        received = b""
        while not received.endswith(b"}"):
            received += connection.recv(4096)
        time.sleep(WAIT / 4)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert server.ask(LAST).statuses == [200]
    started = time.monotonic()
    while any(isinstance(one, HttpToolsProtocol) for one in gc.get_objects()):
        assert time.monotonic() - started < PATIENCE
        gc.collect()
        time.sleep(WAIT / 10)


def ask_for_much(server: Listening) -> socket.socket:
    """A connection that has asked for a large answer."""
    connection = server.connect()
    connection.sendall(LAST.replace(b"/version", b"/documents/d%C3%A0i"))
    return connection


def test_an_answer_that_nobody_reads_is_given_up(server: Listening) -> None:
    with ask_for_much(server) as connection:
        time.sleep(4 * WAIT)
        assert len(rest_of(connection)) < LARGE


def test_an_answer_that_is_read_steadily_is_sent_to_its_end(server: Listening) -> None:
    received = 0
    with ask_for_much(server) as connection:
        started = time.monotonic()
        while part := connection.recv(65536):
            received += len(part)
            time.sleep(WAIT / 20)
    assert received > LARGE * 0.8
    assert time.monotonic() - started > WAIT
