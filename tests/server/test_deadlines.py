"""A request that is past its time is told so, and the thread that worked on it is free at once."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from searchengine import Document, SearchEngine, SearchView
from searchengine.deadline import check_time
from searchengine.server.http.limits import Pool
from tests.cluster.places import folders_only
from tests.server.client import Client
from tests.server.pages.html import ask

#: A thread is free so long after its time is over, in seconds. Where a busy machine lets it wait
#: its turn for longer, it is asked again, so many times.
FREED_WITHIN = 0.1
TRIES = 5

ENDLESS = "mãi mãi"
WORDS = "đại hội chi bộ khu phố phường đảng viên ủy ban nhân dân kế hoạch tổ chức"


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Searches for ENDLESS go on until their time is over; when each ended."""
    ended: list[float] = []
    search = SearchView.search

    def search_on(view: SearchView, query: str, *arguments: Any) -> Any:
        if query != ENDLESS:
            return search(view, query, *arguments)
        try:
            while True:
                check_time()
                time.sleep(0.001)
        finally:
            ended.append(time.monotonic())

    monkeypatch.setattr(SearchView, "search", search_on)
    return ended


def within(seconds: float, attempt: Callable[[], float]) -> bool:
    """Whether ``attempt`` took no longer in any of some tries."""
    return any(attempt() <= seconds for _ in range(TRIES))


@pytest.mark.parametrize("address", [f"/search?q={ENDLESS}", f"/?q={ENDLESS}"])
def test_a_search_ends_when_its_time_is_over(
    seed_engine: SearchEngine, endless: list[float], address: str
) -> None:
    client = Client(seed_engine, threads=1, seconds=0.2)

    def overtime() -> float:
        started = time.monotonic()
        response = client.get(address)
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) > 0
        until(lambda: len(endless) > 0)
        return endless.pop() - started - 0.2

    assert within(FREED_WITHIN, overtime)


def test_a_query_that_waits_beside_it_is_answered(
    seed_engine: SearchEngine, endless: list[float]
) -> None:
    client = Client(seed_engine, threads=1, queue=1, seconds=1.0)

    async def late(http: httpx.AsyncClient) -> httpx.Response:
        return await http.get(f"/search?q={ENDLESS}")

    async def beside(http: httpx.AsyncClient) -> httpx.Response:
        # The one thread is taken for half of this request's time.
        await asyncio.sleep(0.5)
        return await http.get("/search?q=chi+bộ")

    answers = client.together(late, beside)
    assert [answer.status_code for answer in answers] == [503, 200]


def test_the_time_of_a_call_counts_from_when_it_came() -> None:
    pool = Pool(threads=1, queue=1, seconds=0.4, name="test")
    ended: list[float] = []

    def work() -> None:
        try:
            while True:
                check_time()
                time.sleep(0.001)
        finally:
            ended.append(time.monotonic())

    async def scenario() -> None:
        first = pool.run(time.sleep, 0.2)
        await asyncio.gather(first, pool.run(work), return_exceptions=True)

    started = time.monotonic()
    asyncio.run(scenario())
    pool.close()
    assert ended[0] - started < 0.2 + 0.4


def test_the_page_says_how_long_a_search_may_take(
    seed_engine: SearchEngine, endless: list[float]
) -> None:
    client = Client(seed_engine, seconds=0.1)
    page = ask(client, q=ENDLESS)
    assert (page.status, page.text("h1")) == (503, "Lần tìm này quá lâu")
    assert "Lần tìm này lâu hơn 0.1 giây" in page.text(".panel")
    assert ask(client, q=ENDLESS, lang="en").text("h1") == "The search took too long"
    assert int(page.headers["retry-after"]) > 0
    assert (
        client.get(f"/search?q={ENDLESS}")
        .json()["error"]
        .startswith("the request took longer than 0.1 seconds: ")
    )


@pytest.fixture(scope="module")
def swimmers(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Pages of a few words in every order, whose texts are read here and not on a cluster."""
    folders_only()
    chance = random.Random(5)
    words = WORDS.split()
    directory = tmp_path_factory.mktemp("swimmers") / "index"
    engine = SearchEngine.open(directory, create=True)
    with engine.writer() as writer:
        for number in range(4_000):
            text = f"Chó bơi. {' '.join(chance.choices(words, k=300))}."
            writer.add(Document(id=str(number), text=text))
    return engine


def test_phrases_that_have_every_text_read_free_their_thread(swimmers: SearchEngine) -> None:
    client = Client(swimmers, threads=1, seconds=0.1)
    pairs = list(itertools.permutations(WORDS.split(), 2))
    chance = random.Random(6)

    def overtime() -> float:
        # Others each time, for what was found is kept.
        phrases = (f'"{" ".join(pair)}"~9' for pair in chance.sample(pairs, 40))
        response = client.get("/search", params={"q": " OR ".join(phrases)})
        told = time.monotonic()
        assert response.status_code == 503
        until(lambda: client.service.running == 0)
        return time.monotonic() - told

    assert within(FREED_WITHIN, overtime)
    # On a busy machine even a quick search may take a tenth of a second.
    assert any(client.get("/search?q=chó+bơi&limit=1").status_code == 200 for _ in range(50))


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.001)
