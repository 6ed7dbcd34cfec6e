"""The write side: off without a token, all or nothing, durable and found when answered."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, SearchEngine
from searchengine.document_json import export_line
from tests.cluster.places import place_of_index
from tests.server.client import AS_WRITER, TOKEN, Client

RECORD = {"title": "Đại hội chi bộ", "text": "Chi bộ khu 5B họp ngày 3/7/2022.", "số": "74"}


@pytest.fixture
def engine(make_engine: Callable[..., SearchEngine]) -> SearchEngine:
    return make_engine(Document(id="cũ", text="Tin của phường Bắc Hồng."))


@pytest.fixture
def client(engine: SearchEngine) -> Client:
    return Client(engine, write_token=TOKEN)


def lines(*records: Any) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def ids(engine: SearchEngine) -> set[str]:
    return {document.id for document in engine.documents()}


def writes(client: Client, headers: dict[str, Any]) -> Iterator[Any]:
    for method, address, body in (
        ("PUT", "/documents/a", lines(RECORD)),
        ("DELETE", "/documents/cũ", b""),
        ("POST", "/documents", lines({"id": "a", **RECORD})),
    ):
        yield client.request(method, address, content=body, headers=headers)


def test_an_exported_document_is_taken_as_it_is(client: Client) -> None:
    document = Document(
        id="a",
        text="Chi bộ họp",
        date=datetime.date(2022, 7, 1),
        date_precision="month",
        original="Trang chủ\nChi bộ họp",
    )
    content = export_line(document).encode()
    response = client.request("POST", "/documents", content=content, headers=AS_WRITER)
    assert response.json()["added"] == 1
    assert client.engine.get("a") == document


def test_without_a_token_nobody_writes(engine: SearchEngine) -> None:
    for response in writes(Client(engine), AS_WRITER):
        assert response.status_code == 403
        assert "SEARCHENGINE_WRITE_TOKEN" in response.json()["error"]
    assert ids(engine) == {"cũ"}


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"bearer{TOKEN}"]
)
def test_only_the_token_opens(client: Client, header: str | None) -> None:
    headers = {"authorization": header.encode()} if header else {}
    for response in writes(client, headers):
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json()["status"] == 401
    assert ids(client.engine) == {"cũ"}


def test_put_adds_then_replaces(client: Client) -> None:
    first = client.request("PUT", "/documents/tin/1", content=lines(RECORD), headers=AS_WRITER)
    assert first.json() == {"ok": True, "added": 1, "replaced": 0, "deleted": 0, "warnings": []}
    changed = lines({**RECORD, "text": "Chi bộ khu 5B hoãn họp."})
    again = client.request("PUT", "/documents/tin/1", content=changed, headers=AS_WRITER)
    assert (again.json()["added"], again.json()["replaced"]) == (0, 1)
    assert client.json("/documents/tin/1")["text"] == "Chi bộ khu 5B hoãn họp."
    assert client.json("/search?q=hoãn")["total"] == 1


def test_a_record_becomes_a_document_as_when_indexed(client: Client) -> None:
    client.request("PUT", "/documents/a", content=lines(RECORD), headers=AS_WRITER)
    answer = client.json("/documents/a")
    assert (answer["date"], answer["date_origin"]) == ("2022-07-03", "lead")
    assert answer["extra"] == {"số": "74"}
    assert answer["path"] == ""


def test_delete_takes_away_once(client: Client) -> None:
    first = client.request("DELETE", "/documents/cũ", headers=AS_WRITER)
    assert (first.status_code, first.json()["deleted"]) == (200, 1)
    assert client.request("DELETE", "/documents/cũ", headers=AS_WRITER).status_code == 404
    assert client.json("/healthz")["documents"] == 0


def test_post_takes_a_record_a_line(client: Client) -> None:
    body = b"\xef\xbb\xbf" + lines({"id": "cũ", "text": "Tin mới."}, {"id": 7, **RECORD}) + b"\n\n"
    answer = client.request("POST", "/documents", content=body, headers=AS_WRITER).json()
    assert (answer["added"], answer["replaced"]) == (1, 1)
    assert client.json("/documents/7")["title"] == "Đại hội chi bộ"
    assert client.json("/search?q=tin+mới")["total"] == 1


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"{", "line 2: the line is not JSON"),
        (b"[1]", "line 2: the record is not a JSON object"),
        (b"\xff", "line 2: the line is not UTF-8"),
        (b'{"text": "kh\xc3\xb4ng t\xc3\xaan"}', "line 2: the record has no id"),
        (b'{"id": "b"}', "line 2: the record has no text"),
        (b'{"id": "a", "text": "hai"}', "line 2: the id 'a' is taken by line 1"),
    ],
)
def test_one_bad_line_and_nothing_is_written(client: Client, bad: bytes, message: str) -> None:
    body = lines({"id": "a", **RECORD}) + b"\n" + bad
    response = client.request("POST", "/documents", content=body, headers=AS_WRITER)
    assert response.status_code == 400
    assert message in response.json()["error"]
    assert ids(client.engine) == {"cũ"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lines({**RECORD, "id": "khác"}), "'khác' is not that of its address"),
        (b"", "not JSON"),
        (b'{"text": " "}', "no text"),
    ],
)
def test_put_refuses_what_is_no_document(client: Client, body: bytes, message: str) -> None:
    response = client.request("PUT", "/documents/a", content=body, headers=AS_WRITER)
    assert response.status_code == 400
    assert message in response.json()["error"]
    assert ids(client.engine) == {"cũ"}


def test_no_records_is_an_error(client: Client) -> None:
    response = client.request("POST", "/documents", content=b"\n \n", headers=AS_WRITER)
    assert response.status_code == 400


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_be_so_long(engine: SearchEngine, chunked: bool) -> None:
    client = Client(engine, write_token=TOKEN, body_bytes=100)
    body = lines({"id": "a", "text": "chi bộ " * 50})

    async def parts() -> Any:
        for start in range(0, len(body), 50):
            yield body[start : start + 50]

    content = parts() if chunked else body
    response = client.request("POST", "/documents", content=content, headers=AS_WRITER)
    assert response.status_code == 413
    assert "100 bytes" in response.json()["error"]
    assert ids(engine) == {"cũ"}


def test_another_writer_is_waited_for(client: Client) -> None:
    with client.engine.writer():
        for response in writes(client, AS_WRITER):
            assert response.status_code == 409
            assert response.headers["retry-after"] == "1"
            assert "try again" in response.json()["error"]
    assert client.request("DELETE", "/documents/cũ", headers=AS_WRITER).status_code == 200


def test_writes_that_come_together_are_all_kept(client: Client) -> None:
    def put(id_: str) -> Callable[[Any], Any]:
        async def send(http: Any) -> int:
            answer = await http.put(f"/documents/{id_}", content=lines(RECORD), headers=AS_WRITER)
            return int(answer.status_code)

        return send

    assert client.together(*map(put, "abcdef")) == [200] * 6
    assert ids(client.engine) == {"cũ", *"abcdef"}


def test_what_was_answered_is_on_the_disk_and_searched(tmp_path: Path) -> None:
    place = place_of_index(tmp_path / "index")
    with SearchEngine.open(place, create=True, auto_refresh=False) as following:
        client = Client(following, write_token=TOKEN)
        assert client.json("/search?q=khu")["total"] == 0
        client.request("PUT", "/documents/a", content=lines(RECORD), headers=AS_WRITER)
        assert client.json("/search?q=khu")["total"] == 1
        assert ids(SearchEngine.open(place)) == {"a"}


def test_warnings_name_their_document(client: Client) -> None:
    body = b'{"id": "a", "text": "Chi b\\u1ed9 \\u0000 khu"}'
    answer = client.request("POST", "/documents", content=body, headers=AS_WRITER).json()
    assert answer["warnings"] == ["a: damaged characters (NUL, lone surrogates) were replaced"]


BAD_EXTRA = [("NaN", "the number nan"), ("[" * 300 + "]" * 300, "lists or objects more than 100")]


@pytest.mark.parametrize(("value", "what"), BAD_EXTRA)
def test_a_line_that_makes_no_document_is_named(client: Client, value: str, what: str) -> None:
    body = lines({"id": "a", **RECORD}) + f'\n{{"id": "b", "text": "x", "lượt": {value}}}'.encode()
    response = client.request("POST", "/documents", content=body, headers=AS_WRITER)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error.startswith(f"line 2: document 'b': its extra field 'lượt' holds {what}")
    assert error.endswith("; nothing was written")
    assert ids(client.engine) == {"cũ"}


@pytest.mark.parametrize(("value", "what"), BAD_EXTRA)
def test_a_body_that_makes_no_document_is_refused(client: Client, value: str, what: str) -> None:
    body = f'{{"text": "x", "lượt": {value}}}'.encode()
    response = client.request("PUT", "/documents/b", content=body, headers=AS_WRITER)
    assert response.status_code == 400
    assert response.json()["error"].startswith(f"document 'b': its extra field 'lượt' holds {what}")


def test_a_record_in_an_old_encoding_is_repaired_and_the_answer_says_so(client: Client) -> None:
    record = {"id": "a", "text": "Bà con khu phố mình bàn việc lát ngõ".encode().decode("cp1252")}
    answer = client.request("POST", "/documents", content=lines(record), headers=AS_WRITER).json()
    assert "UTF-8 read as windows-1252" in answer["warnings"][0]
    assert client.engine.get("a").text == "Bà con khu phố mình bàn việc lát ngõ"
