"""Where a request ends: what two programs could read in two ways is refused, and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from searchengine import Document, SearchEngine
from tests.server.security.serving import HOST, LAST, VERSION, Listening, listening

POST = b"POST /documents HTTP/1.1\r\n" + HOST + b"Authorization: Bearer khoa\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
RECORD = b'{"id": "moi", "text": "Tin moi."}'
#: A request that would be answered with 200 if anybody read on behind the first.
SMUGGLED = LAST


@pytest.fixture
def engine(make_engine: Callable[..., SearchEngine]) -> SearchEngine:
    return make_engine(Document(id="cũ", text="Tin của phường."))


@pytest.fixture
def server(engine: SearchEngine) -> Iterator[Listening]:
    with listening(engine, write_token="khoa") as server:
        yield server


AMBIGUOUS = {
    "length before chunks": POST + b"Content-Length: 6\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "chunks before length": POST + CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 5\r\n\r\n{",
    "one length twice": POST + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n{",
    "a list of lengths": POST + b"Content-Length: 1, 1\r\n\r\n{",
    "a signed length": POST + b"Content-Length: +1\r\n\r\n{",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n{",
    "a hexadecimal length": POST + b"Content-Length: 0x1\r\n\r\n{",
    "a length of twenty digits": POST + b"Content-Length: 99999999999999999999\r\n\r\n{",
    "a blank behind the name": POST + b"Content-Length : 1\r\n\r\n{",
    "a coding that is none": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks that are not last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "packed chunks": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "two codings": POST + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "chunks of HTTP/1.0": POST.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n0\r\n\r\n",
    "a chunk without its end": POST + CHUNKED + b"\r\n1\r\n{xx0\r\n\r\n",
    "chunks ended by LF": POST + CHUNKED + b"\r\n1\n{\n0\n\n",
    "LF in an extension": POST + CHUNKED + b"\r\n1;a\nb\r\n{\r\n0\r\n\r\n",
    "a signed chunk": POST + CHUNKED + b"\r\n-1\r\n{\r\n0\r\n\r\n",
    "a chunk in 0x": POST + CHUNKED + b"\r\n0x1\r\n{\r\n0\r\n\r\n",
    "a chunk beyond all numbers": POST + CHUNKED + b"\r\nfffffffffffffffff\r\n{\r\n0\r\n\r\n",
    "lines ended by LF": b"GET /version HTTP/1.1\nHost: localhost\n\n",
    "a header ended by LF": b"GET /version HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
    "a CR alone": b"GET /version HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n",
    "a folded header": b"GET /version HTTP/1.1\r\n" + HOST + b"X: a\r\n Content-Length: 5\r\n\r\n",
    "a header that begins with a blank": b"GET /version HTTP/1.1\r\n Host: localhost\r\n\r\n",
    "NUL in a header": b"GET /version HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
    "a header without a name": b"GET /version HTTP/1.1\r\n" + HOST + b": a\r\n\r\n",
    "a header without a colon": b"GET /version HTTP/1.1\r\n" + HOST + b"abc\r\n\r\n",
    "no host": b"GET /version HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /version HTTP/1.1\r\n" + HOST + b"Host: localhost\r\n\r\n",
    "a host with another behind @": b"GET /version HTTP/1.1\r\nHost: localhost:80@tin.vn\r\n\r\n",
    "a host with a path": b"GET /version HTTP/1.1\r\nHost: localhost/tin.vn\r\n\r\n",
    "a host with signs": b'GET /version HTTP/1.1\r\nHost: localhost:"><b>\r\n\r\n',
    "HTTP/0.9": b"GET /version\r\n\r\n",
    "HTTP/2.0": b"GET /version HTTP/2.0\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a control character in an address": b"GET /a\x1b[31m HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.mark.parametrize("request_", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_is_ambiguous_is_refused_and_nothing_behind_it_is_read(
    server: Listening, engine: SearchEngine, request_: bytes
) -> None:
    answers = server.ask(request_ + SMUGGLED)
    assert answers.statuses == [400]
    assert answers.error
    assert engine.document_count() == 1


def test_a_body_in_chunks_is_read_to_its_end_and_the_next_request_behind_it(
    server: Listening, engine: SearchEngine
) -> None:
    chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (RECORD[:9], RECORD[9:]))
    answers = server.ask(POST + CHUNKED + b"\r\n" + chunks + b"0\r\n\r\n" + LAST)
    assert answers.statuses == [200, 200]
    assert engine.get("moi").text == "Tin moi."


def test_a_body_of_a_length_is_no_request(server: Listening) -> None:
    length = b"Content-Length: %d\r\n\r\n" % len(VERSION)
    answers = server.ask(b"GET /version HTTP/1.1\r\n" + HOST + length + VERSION + LAST)
    assert answers.statuses == [200, 200]


def test_a_header_behind_the_body_says_nothing(server: Listening, engine: SearchEngine) -> None:
    delete = b"DELETE /documents/c%C5%A9 HTTP/1.1\r\n" + HOST + CHUNKED
    trailer = b"\r\n0\r\nAuthorization: Bearer khoa\r\n\r\n"
    assert server.ask(delete + trailer + LAST).statuses == [401, 200]
    assert engine.document_count() == 1
    late_host = b"GET /version HTTP/1.1\r\n" + CHUNKED + b"\r\n0\r\nHost: localhost\r\n\r\n"
    assert server.ask(late_host + LAST).statuses == [400]


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_no_other_protocol_is_taken_up(server: Listening, protocol: bytes) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: " + protocol + b"\r\n\r\n"
    answers = server.ask(b"GET /version HTTP/1.1\r\n" + HOST + upgrade + SMUGGLED)
    assert answers.statuses == [200]
    assert b"connection: close" in answers.received


def test_answers_come_in_the_order_of_requests_before_a_refusal(server: Listening) -> None:
    answers = server.ask(VERSION * 3 + b"no HTTP\r\n\r\n")
    assert answers.statuses == [200, 200, 200]


def test_so_many_requests_may_wait_on_a_connection(server: Listening) -> None:
    assert len(server.ask(VERSION * 20 + LAST).statuses) == 21
    assert len(server.ask(VERSION * 2_000).statuses) < 100
