"""The tools of ``searchengine mcp``, asked by the library's own client over stdio."""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, ListToolsResult, TextContent

from searchengine import Document, SearchEngine
from searchengine.backends.fields import Field, IndexSettings
from searchengine.cli.commands import main
from searchengine.mcp.answers import MAX_ANSWER, MAX_FIELD, MAX_HITS, MAX_TEXT

ROOT = Path(__file__).parents[2]
T = TypeVar("T")
LONG = "Bà con phơi lúa trên sân đình. " * 4_000


def _documents() -> list[Document]:
    plain = [
        Document(
            id=f"tin/{number}",
            title=f"Xóm {number} làm thủy lợi",
            text=f"Bà con xóm {number} nạo vét kênh mương.",
            date=datetime.date(2020 + number % 3, 5, 1),
            place="xã Bình Lâm" if number % 2 else "xã An Khê",
            extra={"loại": "tin ngắn", "số chữ": number},
        )
        for number in range(30)
    ]
    long = Document(id="dài", title="Mùa phơi lúa", text=LONG)
    # Each letter takes six characters of JSON.
    odd = Document(id="lạ", title="\x01" * 900, text="sân phơi\n" + "\x01" * 50_000)
    return [*plain, long, odd]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("mcp") / "index"
    with SearchEngine.open(directory, create=True) as engine:
        engine.configure(IndexSettings(fields=(Field("loại", "keyword"),)))
        with engine.writer() as writer:
            for document in _documents():
                writer.add(document)
    return directory


def _with_client(index: Path, ask: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
    """What ``ask`` returns of a client whose server is a process of its own."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "searchengine.cli", "mcp", "--index", str(index)],
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    )

    async def run() -> T:
        async with Client(server, read_timeout_seconds=60) as client:
            return await ask(client)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def answered(index: Path) -> dict[str, Any]:
    """Answers of one process to all that the tests ask, by a name for each."""
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        "search": ("search", {"query": "nao vet kenh muong", "limit": 3}),
        "filtered": (
            "search",
            {"place": "An Khê", "since": "2021", "until": "2021", "filters": {"loại": "tin ngắn"}},
        ),
        "second page": ("search", {"query": "kênh mương", "limit": 20, "page": 2}),
        "odd hits": ("search", {"query": "phoi", "limit": 20}),
        "too many": ("search", {"query": "kênh", "limit": MAX_HITS + 1}),
        "nothing asked": ("search", {}),
        "no such field": ("search", {"query": "kênh", "filters": {"màu": "xanh"}}),
        "get": ("get", {"id": "tin/3"}),
        "long": ("get", {"id": "dài", "offset": 100, "length": MAX_TEXT}),
        "odd": ("get", {"id": "lạ", "length": MAX_TEXT}),
        "past the end": ("get", {"id": "tin/3", "offset": 10_000}),
        "missing": ("get", {"id": "không có"}),
        "facets": ("facets", {"query": "kenh muong", "names": ["place", "year"]}),
        "all facets": ("facets", {"limit": 2}),
        "suggest": ("suggest", {"prefix": "kenh m"}),
        "no such tool": ("delete", {"id": "tin/3"}),
    }

    async def ask(client: Client) -> dict[str, Any]:
        return {
            "tools": await client.list_tools(),
            "instructions": client.instructions,
            **{name: await client.call_tool(*call) for name, call in calls.items()},
        }

    return _with_client(index, ask)


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def _json(result: CallToolResult) -> Any:
    assert not result.is_error, _text(result)
    return json.loads(_text(result))


def test_the_tools_read_and_say_what_their_arguments_are(answered: dict[str, Any]) -> None:
    tools: ListToolsResult = answered["tools"]
    assert [tool.name for tool in tools.tools] == ["search", "get", "facets", "suggest"]
    for tool in tools.tools:
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        for name, schema in tool.input_schema["properties"].items():
            assert schema.get("description"), (tool.name, name)
    assert "32 documents" in answered["instructions"]


def test_search_finds_with_few_words_for_each_hit(answered: dict[str, Any]) -> None:
    found = _json(answered["search"])
    assert found["total"] == 30
    assert len(found["hits"]) == 3
    assert _json(answered["all facets"])["total"] == 32
    assert "kênh mương" in found["hits"][0]["snippet"]
    assert "path" not in found["hits"][0]
    assert [hit["id"] for hit in _json(answered["second page"])["hits"][:10]]


def test_filters_narrow_without_a_query(answered: dict[str, Any]) -> None:
    found = _json(answered["filtered"])
    assert found["total"] == 5
    assert {hit["place"] for hit in found["hits"]} == {"xã An Khê"}


def test_get_reads_on_from_where_it_stopped(answered: dict[str, Any]) -> None:
    short, long = _json(answered["get"]), _json(answered["long"])
    assert (short["title"], short["next_offset"]) == ("Xóm 3 làm thủy lợi", None)
    assert short["extra"] == {"loại": "tin ngắn", "số chữ": "3"}
    assert long["text"] == LONG[100 : 100 + MAX_TEXT]
    assert (long["next_offset"], long["total_characters"]) == (100 + MAX_TEXT, len(LONG))
    assert _json(answered["past the end"])["text"] == ""


def test_facets_and_completions(answered: dict[str, Any]) -> None:
    assert _json(answered["facets"]) == {
        "total": 30,
        "facets": {
            "place": {"xã An Khê": 15, "xã Bình Lâm": 15},
            "year": {"2022": 10, "2021": 10, "2020": 10},
        },
    }
    assert _json(answered["all facets"])["total"] == 32
    assert "kênh mương" in [one.lower() for one in _json(answered["suggest"])["suggestions"]]


def test_no_answer_is_longer_than_it_may_be(answered: dict[str, Any]) -> None:
    for name in ("search", "second page", "odd hits", "long", "odd", "facets"):
        assert len(_text(answered[name])) <= MAX_ANSWER, name
    odd = _json(answered["odd"])
    assert odd["shortened"] is True
    assert odd["next_offset"] == len(odd["text"])
    titles = [hit["title"] for hit in _json(answered["odd hits"])["hits"]]
    assert max(map(len, titles)) <= MAX_FIELD


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("too many", "less than or equal to 20"),
        ("nothing asked", "QueryError"),
        ("no such field", "InputError"),
        ("missing", "DocumentNotFoundError"),
    ],
)
def test_what_cannot_be_answered_is_an_error_of_the_tool(
    answered: dict[str, Any], name: str, told: str
) -> None:
    assert answered[name].is_error
    assert told in _text(answered[name])
    assert "Traceback" not in _text(answered[name])


def test_there_is_no_tool_that_writes(index: Path, answered: dict[str, Any]) -> None:
    assert answered["no such tool"].is_error
    with SearchEngine.open(index) as engine:
        assert engine.get("tin/3").title == "Xóm 3 làm thủy lợi"


def test_without_the_package_the_command_says_how_to_get_it(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    result = CliRunner().invoke(main, ["mcp", "--index", str(index)])
    assert result.exit_code == 2
    assert "pip install 'searchengine[mcp]'" in result.stderr


def test_an_index_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["mcp", "--index", str(tmp_path / "none")])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: " in result.stderr
