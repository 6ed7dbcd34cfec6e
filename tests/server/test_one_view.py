"""One request, one commit: whatever is asked for an answer, a commit in between does not show."""

from __future__ import annotations

import asyncio
import datetime
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from searchengine import Document, SearchEngine, SearchView
from searchengine.cli.commands import main
from tests.cluster.places import last_place
from tests.server.client import Client
from tests.server.pages.html import ask

Interrupt = Callable[[str, SearchEngine], None]

MANY = [
    Document(id=f"mới/{number}", text="Trồng cây bên kênh.", date=datetime.date(2031, 1, 3))
    for number in range(7)
]


@pytest.fixture
def commit_after(monkeypatch: pytest.MonkeyPatch) -> Interrupt:
    """A function that has documents committed as soon as any view has answered ``method``."""

    def interrupt(method: str, engine: SearchEngine) -> None:
        answer = getattr(SearchView, method)

        def answer_and_commit(*arguments: Any, **options: Any) -> Any:
            found = answer(*arguments, **options)
            with engine.writer() as writer:
                for document in MANY:
                    writer.add(document)
            return found

        monkeypatch.setattr(SearchView, method, answer_and_commit)

    return interrupt


def test_facets_and_their_total_are_of_one_commit(archive: Client, commit_after: Interrupt) -> None:
    commit_after("facets", archive.engine)
    answer = archive.json("/facets?q=trồng+cây&by=year")
    assert sum(answer["facets"]["year"].values()) == answer["total"] == 26


def test_results_and_their_histogram_are_of_one_commit(
    archive: Client, commit_after: Interrupt
) -> None:
    commit_after("search", archive.engine)
    page = ask(archive, q="trồng cây")
    assert page.text("h1").endswith(": 26 văn bản")
    assert [bar.get("aria-label")[:4] for bar in page.all(".histogram a")] == [
        "2018", "2019", "2020", "2021", "2022",
    ]  # fmt: skip


def test_the_commands_facets_and_their_total_are_of_one_commit(
    archive: Client, commit_after: Interrupt
) -> None:
    commit_after("histogram", archive.engine)
    command = ["facets", "trồng cây", "--by", "year", "--json", "--index", str(last_place())]
    answer = json.loads(CliRunner().invoke(main, command).stdout)
    assert sum(answer["facets"]["year"].values()) == answer["total"] == 26


def test_an_etag_names_the_commit_that_answered(archive: Client, commit_after: Interrupt) -> None:
    commit_after("search", archive.engine)
    response = archive.get("/search?q=trồng+cây")
    assert response.json()["total"] == 26
    again = archive.get("/search?q=trồng+cây", headers={"if-none-match": response.headers["etag"]})
    assert again.json()["total"] == 33


@pytest.mark.parametrize("address", ["/search?q=trồng+cây", "/?q=trồng+cây"])
def test_a_request_that_waited_is_answered_from_the_last_commit(
    archive: Client, address: str
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert go_on.wait(20)

    async def wait(_: Any) -> None:
        await archive.service.call(hold)

    async def search(http: Any) -> str:
        await asyncio.to_thread(begun.wait, 20)
        return str((await http.get(address)).text)

    async def commit(_: Any) -> None:
        while archive.service.running < 2:
            await asyncio.sleep(0.01)
        with archive.engine.writer() as writer:
            for document in MANY:
                writer.add(document)
        go_on.set()

    assert "33" in archive.together(wait, search, commit)[1]


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=trồng+cây&explain=true",
        "/suggest?q=tr",
        "/facets?q=trồng+cây",
        "/histogram?q=trồng+cây",
        "/similar?id=tin/1",
        "/documents/tin/1?q=trồng+cây",
        "/stats",
        "/healthz",
        "/readyz",
        "/",
        "/?q=trồng+cây",
        "/document?id=tin/1&q=trồng+cây",
    ],
)
def test_a_request_opens_one_view(
    archive: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    opened = []
    open_view = SearchEngine.open_view

    def count(engine: SearchEngine) -> SearchView:
        opened.append(1)
        return open_view(engine)

    monkeypatch.setattr(SearchEngine, "open_view", count)
    assert archive.get(address).status_code == 200
    assert len(opened) == 1


@pytest.mark.parametrize(
    "arguments", [["search", "trồng cây", "--explain"], ["show", "tin/1"], ["facets", "trồng cây"]]
)
def test_a_command_opens_one_view(
    archive: Client, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    opened = []
    open_view = SearchEngine.open_view

    def count(engine: SearchEngine) -> SearchView:
        opened.append(1)
        return open_view(engine)

    monkeypatch.setattr(SearchEngine, "open_view", count)
    command = [*arguments, "--index", str(last_place())]
    assert CliRunner().invoke(main, command).exit_code == 0
    assert len(opened) == 1
