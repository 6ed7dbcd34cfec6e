"""The rate limit: each client its own, all processes together, and off unless asked for."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from searchengine import SearchEngine
from searchengine.errors import InputError
from searchengine.server.app import create_app
from searchengine.server.http.rate_limit import RateLimit, new_table
from searchengine.server.settings import Settings
from tests.server.client import Client
from tests.server.pages.html import HTML, Page
from tests.server.test_serve import Served


@pytest.fixture
def clock() -> list[float]:
    return [1_000.0]


@pytest.fixture
def limit(clock: list[float]) -> Iterator[RateLimit]:
    number = new_table()
    yield RateLimit(6, number, lambda: clock[0])
    os.close(number)


def test_a_minutes_requests_may_come_at_once_then_at_the_rate(
    limit: RateLimit, clock: list[float]
) -> None:
    assert [limit.wait_for("192.0.2.1") for _ in range(6)] == [0.0] * 6
    assert limit.wait_for("192.0.2.1") == pytest.approx(10)
    clock[0] += 9
    assert limit.wait_for("192.0.2.1") == pytest.approx(1)
    clock[0] += 1.001
    assert limit.wait_for("192.0.2.1") == 0
    assert limit.wait_for("192.0.2.1") > 9
    clock[0] += 600
    assert [limit.wait_for("192.0.2.1") > 0 for _ in range(7)] == [False] * 6 + [True]


def test_each_client_has_its_own(limit: RateLimit) -> None:
    for client in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1", ""):
        assert [limit.wait_for(client) > 0 for _ in range(7)] == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("first", "second"), [("192.0.2.1", "::ffff:192.0.2.1"), ("2001:db8::1", "2001:db8::ff:2")]
)
def test_addresses_of_one_client_count_together(limit: RateLimit, first: str, second: str) -> None:
    assert sum(limit.wait_for(one) > 0 for one in (first, second) * 6) == 6


def test_processes_count_together() -> None:
    code = (
        "import sys\n"
        "from searchengine.server.http.rate_limit import RateLimit\n"
        "limit = RateLimit(500, int(sys.argv[1]))\n"
        "print(sum(not limit.wait_for('192.0.2.1') for _ in range(400)))\n"
    )
    number = new_table()
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(number)],
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[number],
        )
        for _ in range(3)
    ]
    let_in = sum(int(process.communicate()[0]) for process in asking)
    os.close(number)
    # More come due while they ask.
    assert 500 <= let_in < 700


@contextlib.contextmanager
def limited(engine: SearchEngine, per_minute: int) -> Iterator[Client]:
    number = new_table()
    client = Client(engine, rate_limit=per_minute)
    client.app = create_app(client.service, rate_limit=RateLimit(per_minute, number))
    yield client
    os.close(number)


def test_beyond_it_the_answer_says_when_to_come_again(seed_engine: SearchEngine) -> None:
    with limited(seed_engine, 3) as client:
        statuses = [client.get("/version").status_code for _ in range(5)]
        refused = client.get("/search?q=chi")
        page = client.get("/?q=chi", headers=HTML)
    assert statuses == [200, 200, 200, 429, 429]
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert refused.json()["status"] == 429
    assert Page(page).text("h1") == "Bạn tìm nhanh quá"


def test_health_and_static_files_do_not_count(seed_engine: SearchEngine) -> None:
    with limited(seed_engine, 1) as client:
        for address in ("/healthz", "/static/x/base.css") * 3:
            assert client.get(address).status_code == 200
        assert client.get("/version").status_code == 200
        assert client.get("/version").status_code == 429


def test_it_is_off_unless_asked_for(seed_engine: SearchEngine) -> None:
    client = Client(seed_engine)
    assert {client.get("/version").status_code for _ in range(50)} == {200}
    with pytest.raises(InputError, match="rate_limit"):
        Settings(rate_limit=0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs several processes")
def test_a_server_of_several_processes_has_one_limit_for_each_client(seed_directory: Path) -> None:
    server = Served(seed_directory, "--processes", "2", "--rate-limit", "40")
    try:
        statuses: Counter[int] = Counter()
        with contextlib.ExitStack() as stack:
            connections = [stack.enter_context(httpx.Client()) for _ in range(4)]
            for number in range(60):
                answer = connections[number % 4].get(f"{server.url}version")
                statuses[answer.status_code] += 1
            # A proxy on this computer tells whose request it is.
            proxied = {"x-forwarded-for": "192.0.2.7"}
            other = connections[0].get(f"{server.url}version", headers=proxied)
            assert other.status_code == 200
    finally:
        server.stop()
    assert 40 <= statuses[200] < 60
    assert statuses[200] + statuses[429] == 60
