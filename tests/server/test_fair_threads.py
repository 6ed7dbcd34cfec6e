"""Threads in a fair order: who makes way goes on, ends in time, and leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import closing
from typing import Any

import httpx
import pytest

from searchengine import SearchEngine, SearchView
from searchengine.deadline import check_time, limited, pausing
from searchengine.errors import TimeLimitError
from searchengine.server.fair_threads import FairThreads
from tests.server.client import Client

PATIENCE = 10.0


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def threads(clock: Clock) -> Iterator[FairThreads]:
    with closing(FairThreads(1, 3, name="test", clock=clock)) as threads:
        yield threads


class Long:
    """A function that looks at the time when it is told to, and ends when it is told to."""

    def __init__(self) -> None:
        self.began, self.looked = threading.Event(), threading.Event()
        self._next, self._end = threading.Semaphore(0), False

    def __call__(self) -> str:
        self.began.set()
        while True:
            assert self._next.acquire(timeout=PATIENCE)
            if self._end:
                return "long"
            check_time()
            self.looked.set()

    def look(self) -> None:
        self.looked.clear()
        self._next.release()

    def end(self) -> None:
        self._end = True
        self._next.release()


def test_one_that_has_run_long_enough_makes_way_and_goes_on(
    threads: FairThreads, clock: Clock
) -> None:
    long = Long()
    first = threads.submit(long)
    second = threads.submit(lambda: "quick")
    long.began.wait(PATIENCE)
    long.look()
    assert long.looked.wait(PATIENCE), "its slice is not over"
    assert not second.done()
    clock.now = 0.06
    long.look()
    assert second.result(PATIENCE) == "quick"
    assert long.looked.wait(PATIENCE), "it goes on when nobody waits"
    long.end()
    assert first.result(PATIENCE) == "long"


def test_one_that_waits_ends_when_its_time_is_over(threads: FairThreads, clock: Clock) -> None:
    beside, go_on = threading.Event(), threading.Event()
    long = Long()

    def limited_call() -> str:
        with limited(0.05):
            return long()

    def never_looks() -> bool:
        beside.set()
        return go_on.wait(PATIENCE)

    first = threads.submit(limited_call)
    long.began.wait(PATIENCE)
    second = threads.submit(never_looks)
    clock.now = 0.06
    long.look()
    assert beside.wait(PATIENCE)
    with pytest.raises(TimeLimitError):
        first.result(PATIENCE)
    assert not second.done()
    go_on.set()
    assert second.result(PATIENCE)
    assert threads.submit(lambda: "next").result(PATIENCE) == "next"


def test_an_error_is_its_callers_and_the_next_one_runs(threads: FairThreads) -> None:
    def fail() -> None:
        raise ValueError("lỗi")

    with pytest.raises(ValueError, match="lỗi"):
        threads.submit(fail).result(PATIENCE)
    assert threads.submit(lambda: 1).result(PATIENCE) == 1


def test_what_is_cancelled_before_its_turn_never_runs(threads: FairThreads) -> None:
    long = Long()
    ran: list[int] = []
    first = threads.submit(long)
    second = threads.submit(lambda: ran.append(2))
    third = threads.submit(lambda: ran.append(3))
    assert second.cancel()
    long.end()
    third.result(PATIENCE)
    assert (first.result(PATIENCE), ran) == ("long", [3])


def test_one_quick_call_after_the_other_needs_one_thread(threads: FairThreads) -> None:
    long = Long()
    names: list[str] = []
    threads.submit(long)
    work = [
        threads.submit(lambda: names.append(threading.current_thread().name)) for _ in range(50)
    ]
    long.end()
    for one in work:
        one.result(PATIENCE)
    assert len(set(names)) == 1


def test_closing_lets_what_has_begun_end_and_begins_nothing_more(clock: Clock) -> None:
    threads = FairThreads(1, 3, name="test", clock=clock)
    parked, long = Long(), Long()
    first, second = threads.submit(parked), threads.submit(long)
    parked.began.wait(PATIENCE)
    clock.now = 0.06
    parked.look()
    long.began.wait(PATIENCE)
    third: Future[Any] = threads.submit(lambda: None)
    closer = threading.Thread(target=threads.close)
    closer.start()
    with pytest.raises(CancelledError):
        third.result(PATIENCE)
    long.end()
    parked.end()
    assert (first.result(PATIENCE), second.result(PATIENCE)) == ("long", "long")
    closer.join(PATIENCE)
    assert not closer.is_alive()
    with pytest.raises(RuntimeError):
        threads.submit(lambda: None)


def test_who_holds_a_lock_does_not_make_way() -> None:
    asked: list[int] = []
    with pausing(lambda: asked.append(1)):
        check_time()
        with pausing(None):
            check_time()
        check_time()
    check_time()
    assert asked == [1, 1]


def test_quick_searches_are_answered_beside_ten_long_ones(
    seed_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(seed_engine, threads=1, seconds=60.0)
    # The first search of a process imports and reads so much that it may count as a long one.
    assert client.get("/search?q=chi+bộ").status_code == 200
    search = SearchView.search
    stop = threading.Event()

    def search_on(view: SearchView, query: str, *arguments: Any) -> Any:
        while query == "mãi mãi" and not stop.wait(0.001):
            check_time()
        return search(view, query, *arguments)

    monkeypatch.setattr(SearchView, "search", search_on)

    async def long(http: httpx.AsyncClient) -> httpx.Response:
        return await http.get("/search?q=mãi+mãi")

    async def quick(http: httpx.AsyncClient) -> httpx.Response:
        for _ in range(5):
            answer = await http.get("/search?q=chi+bộ")
        assert not stop.is_set(), "none of the long ones has ended"
        stop.set()
        return answer

    work: list[Callable[..., Any]] = [*[long] * 10, quick]
    assert [answer.status_code for answer in client.together(*work)] == [200] * 11
