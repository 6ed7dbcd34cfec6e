"""The API: the same answers as the command's, over HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from searchengine import Document, SearchEngine, SearchView, __version__
from searchengine.cli.commands import main
from tests.cluster.places import Place, on_cluster
from tests.server.client import Client

S001 = "001_15548a90c78a3968.txt"
S002 = "002_4a4b7afcf6fe2866.txt"


@pytest.fixture(scope="module")
def client(seed_engine: SearchEngine) -> Client:
    return Client(seed_engine)


def failed(response: Any, status: int) -> str:
    """The one sentence of a failure, whose shape is checked."""
    assert response.status_code == status, response.text
    answer = response.json()
    assert answer.keys() == {"ok", "error", "status"}
    assert (answer["ok"], answer["status"]) == (False, status)
    assert "\n" not in answer["error"]
    return str(answer["error"])


def steady(answer: dict[str, Any]) -> dict[str, Any]:
    """A page of results without its time and without paths, which the server shortens."""
    hits = [{**hit, "path": None} for hit in answer["hits"]]
    return {**answer, "took_ms": None, "hits": hits}


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("q=dai+hoi+chi+bo+khu+5b", ["dai hoi chi bo khu 5b"]),
        ("q=chi+bộ&limit=2&page=2", ["chi bộ", "--limit", "2", "--page", "2"]),
        ("q=đảng+bộ&from=2022&to=2022-12", ["đảng bộ", "--from", "2022", "--to", "2022-12"]),
        ("q=chi+bộ&place=Quang+Trung", ["chi bộ", "--place", "Quang Trung"]),
        ("q=chi+bộ&sort=date", ["chi bộ", "--sort", "date"]),
        ("q=đại+hội+phường+5b&all=true", ["đại hội phường 5b", "--all"]),
        ("q=chi+bộ&no_date_boost=1", ["chi bộ", "--no-date-boost"]),
        ("q=chi+bộ&scale=30&origin=2020", ["chi bộ", "--scale", "30", "--origin", "2020"]),
        ("q=chi+bộ&explain=true", ["chi bộ", "--explain"]),
        ("q=chi+bộ&fold_duplicates=false", ["chi bộ", "--no-fold-duplicates"]),
        ("author=Hồng+Hoàn", ["", "--author", "Hồng Hoàn"]),
    ],
)
def test_search_answers_as_the_command(
    client: Client, seed_directory: Place, address: str, arguments: list[str]
) -> None:
    command = ["search", *arguments, "--json", "--index", str(seed_directory)]
    expected = json.loads(CliRunner().invoke(main, command).stdout)
    assert expected["hits"]
    assert steady(client.json(f"/search?{address}")) == steady(expected)


def test_search_can_leave_out_facets_and_snippets(client: Client) -> None:
    answer = client.json("/search?q=chi+bộ&facets=false&snippets=false")
    assert answer["facets"] == {}
    assert {hit["snippet"] for hit in answer["hits"]} == {""}


def test_nothing_found_is_an_answer(client: Client) -> None:
    answer = client.json('/search?q="tỷ giá ngoại tệ"')
    assert (answer["ok"], answer["total"], answer["hits"]) == (True, 0, [])


def test_facets_count_all_matches(client: Client) -> None:
    answer = client.json("/facets?q=chi+bộ")
    assert answer["total"] == 4
    assert answer["facets"]["year"] == {"2023": 1, "2022": 2, "2020": 1}
    assert client.json("/facets?q=chi+bộ&from=2022")["total"] == 3
    assert client.json("/facets?from=2023&by=year")["facets"] == {"year": {"2023": 1}}
    assert client.json("/facets")["total"] == 5


def test_a_histogram_has_a_bar_for_each_year(client: Client) -> None:
    answer = client.json("/histogram?q=chi+bộ&by=year")
    bars = {bar["label"]: bar["count"] for bar in answer["bars"]}
    assert bars == {"2020": 1, "2021": 0, "2022": 2, "2023": 1}
    assert (answer["total"], answer["undated"]) == (4, 0)


def test_suggest_completes(client: Client) -> None:
    answer = client.json("/suggest?q=đại hộ&limit=1")
    assert answer == {"ok": True, "prefix": "đại hộ", "suggestions": ["đại hội"]}
    assert client.json("/suggest?q=")["suggestions"] == []


def test_a_document_with_its_metadata(client: Client) -> None:
    answer = client.json(f"/documents/{S001}")
    assert (answer["id"], answer["date"]) == (S001, "2022-07-03")
    assert answer["author"] == "Hồng Hoàn"
    assert answer["text"].startswith("Chiều 3/7, Chi bộ khu 5B")
    assert not {"original", "highlights"} & answer.keys()


def test_a_document_with_what_matches(client: Client) -> None:
    answer = client.json(f"/documents/{S001}?q=chi bộ")
    marked = {answer["text"][start:end].casefold() for start, end in answer["highlights"]}
    assert "chi bộ" in marked
    assert [answer["title"][start:end] for start, end in answer["title_highlights"]] == ["Chi bộ"]


def test_a_document_as_it_was(client: Client) -> None:
    answer = client.json(f"/documents/{S001}?original=true")
    assert "Tỷ giá ngoại tệ" in answer["original"]
    assert "Tỷ giá ngoại tệ" not in answer["text"]


@pytest.mark.parametrize(
    "id_", ["tin/2022/đại hội.txt", "a?b#c", "100%", "../../etc/passwd", "/etc/passwd", "a+b&c=d"]
)
def test_an_id_may_hold_any_sign(make_engine: Callable[..., SearchEngine], id_: str) -> None:
    from urllib.parse import quote

    client = Client(make_engine(Document(id=id_, text="Chi bộ khu phố họp.")))
    # Clients resolve .. themselves unless its dots are encoded.
    address = quote(id_, safe="").replace(".", "%2E")
    assert client.json(f"/documents/{address}")["id"] == id_


def test_no_path_is_taken_from_a_request(client: Client) -> None:
    for path in ("%2E%2E/%2E%2E/etc/passwd", "/etc/passwd", "seeds", "%00", "file:///etc/passwd"):
        assert "no document" in failed(client.get(f"/documents/{path}"), 404)


def test_stats_version_health(client: Client) -> None:
    assert client.json("/stats")["documents"] == 5
    cache = client.json("/stats")["cache"]
    assert (
        cache is None
        if on_cluster()
        else 0 < sum(cache["kinds"].values()) == cache["bytes"] <= cache["limit"]
    )
    assert client.json("/version") == {"ok": True, "version": __version__}
    assert client.json("/healthz") == {"ok": True, "documents": 5}


@pytest.mark.parametrize(
    ("address", "status", "message"),
    [
        ("/search", 400, "empty"),
        ("/suggest", 422, "q is missing"),
        ("/facets?q=a&by=tỉnh", 400, "there is no facet"),
        ("/histogram?q=a&by=day", 422, "by: "),
        ("/search?q=a&limt=3", 422, "no parameter limt"),
        ("/search?q=a&limit=nhiều", 422, "limit: "),
        ("/search?q=a&limit=0", 422, "limit: "),
        ("/search?q=a&sort=tên", 400, "there is no field"),
        ("/search?q=", 400, "empty"),
        ("/search?q=%22", 400, "type some words"),
        ("/search?q=a&from=hôm+nào", 400, "2022"),
        ("/search?q=a&page=99999", 400, "out of reach"),
        ("/search?q=a&scale=0", 422, "scale: "),
        ("/search?q=a&explain=true&limit=21", 400, "at most 20 hits"),
        (f"/search?q={'a' * 20_001}", 400, "shorten it"),
        (f"/suggest?q={'a' * 20_001}", 400, "shorten it"),
        ("/documents/không-có", 404, "no document"),
        (f"/documents/{S001}?q=%22", 400, "type some words"),
        ("/không-có", 404, "/openapi.json"),
        ("/search/", 404, "/openapi.json"),
    ],
)
def test_errors_have_one_shape_and_say_what_to_do(
    client: Client, address: str, status: int, message: str
) -> None:
    assert message in failed(client.get(address), status)


def test_a_wrong_method(client: Client) -> None:
    response = client.request("POST", "/search?q=a")
    assert "method" in failed(response, 405)
    assert response.headers["allow"] == "GET"


def test_a_fault_of_the_server_is_told_without_its_details(
    seed_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client(seed_engine)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("bí mật")

    monkeypatch.setattr(SearchView, "suggest", broken)
    message = failed(client.get("/suggest?q=a"), 500)
    assert "ZeroDivisionError" in message
    assert "bí mật" not in message
    assert "bí mật" in capsys.readouterr().err


def test_json_says_its_charset_and_keeps_letters(client: Client) -> None:
    response = client.get("/search?q=chi+bộ")
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert "phường" in response.content.decode("utf-8")


def test_head_is_get_without_its_body(client: Client) -> None:
    head, get = client.request("HEAD", "/version"), client.get("/version")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))


def test_security_headers_are_on_every_answer(client: Client) -> None:
    for address in ("/search?q=chi", "/search", "/không-có", "/openapi.json"):
        headers = client.get(address).headers
        policy = headers.get_list("content-security-policy")
        assert len(policy) == 1
        assert policy[0].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy[0]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_repeated_question_costs_no_search(
    seed_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(seed_engine)
    first = client.get("/search?q=chi+bộ")
    etag = first.headers["etag"]
    assert "no-cache" in first.headers["cache-control"]
    monkeypatch.setattr(SearchView, "search", None)
    again = client.get("/search?q=chi+bộ", headers={"if-none-match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag


def test_another_question_or_day_or_commit_has_another_etag(
    make_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime

    client = Client(make_engine("Chi bộ khu phố họp."))

    def etag(address: str) -> str:
        return str(client.get(address).headers["etag"])

    found = [etag("/search?q=chi"), etag("/search?q=bộ"), etag("/facets?q=chi")]
    monkeypatch.setattr(client.service, "today", lambda: datetime.date(2020, 1, 1))
    found.append(etag("/search?q=chi"))
    with client.engine.writer() as writer:
        writer.add(Document(id="mới", text="Đại hội chi bộ."))
    found.append(etag("/search?q=chi"))
    assert len(set(found)) == len(found)


def test_errors_are_not_kept(client: Client) -> None:
    assert "etag" not in client.get("/search?q=").headers


def test_one_log_line_a_request(seed_engine: SearchEngine) -> None:
    log = io.StringIO()
    Client(seed_engine, log=log).get("/documents/chi%20bộ%0Agiả?q=bí+mật")
    line = log.getvalue()
    assert line.count("\n") == 1
    _, method, path, status, took, size = line.split()
    assert (method, path, status) == ("GET", "/documents/chi%20b%E1%BB%99%0Agi%E1%BA%A3", "404")
    assert took.endswith("ms")
    assert size.endswith("B")


def test_the_log_holds_queries_only_where_asked(seed_engine: SearchEngine) -> None:
    log = io.StringIO()
    Client(seed_engine, log=log, log_queries=True).get("/search?q=chi+b%E1%BB%99")
    assert " /search?q=chi+b%E1%BB%99 200 " in log.getvalue()


def test_similar_documents(client: Client, seed_engine: SearchEngine) -> None:
    answer = client.get("/similar", params={"id": S001, "limit": "2"}).json()
    assert answer["id"] == S001
    assert [hit["id"] for hit in answer["hits"]] == [
        hit.id for hit in seed_engine.similar(S001, limit=2)
    ]
    assert all(hit["path"] == hit["id"] for hit in answer["hits"])
    assert "không có" in failed(client.get("/similar", params={"id": "không có"}), 404)
    failed(client.get("/similar", params={"id": S001, "limit": "1000"}), 422)
