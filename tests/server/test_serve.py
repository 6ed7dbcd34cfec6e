"""``searchengine serve`` as a process: starts, follows commits, and stops without losing any."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from searchengine import Document, SearchEngine
from searchengine.cli.commands import main
from searchengine.errors import IndexDamagedError
from tests.cluster.places import Place, copied, folders_only, on_cluster

#: How long a test waits for what should take a moment, on a busy machine.
PATIENCE = 20.0
CLIENTS = 8


class Served:
    """A running server, what it wrote, and its address."""

    def __init__(self, directory: Place, *arguments: str, log: int = subprocess.PIPE) -> None:
        command = [sys.executable, "-m", "searchengine.cli", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--index", str(directory), *arguments],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline()
        self.url = re.findall(r"http://[^\s\"]+", self.greeting)[0]

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """The exit code and what stood on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, log = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, log

    def raw(self, data: bytes) -> bytes:
        """What the server answers to bytes, until it closes."""
        address = httpx.URL(self.url)
        with socket.create_connection((address.host, address.port or 80), PATIENCE) as connection:
            connection.sendall(data)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while part := connection.recv(65536):
                    answer += part
            return answer


@pytest.fixture(scope="module")
def directory(seed_directory: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A copy of the seeds' index, which may be written to."""
    return copied(seed_directory, tmp_path_factory.mktemp("serve") / "index")


@pytest.fixture(scope="module")
def served(directory: Place) -> Iterator[Served]:
    """One server for the tests that leave it running."""
    server = Served(directory, "--max-url", "2000", "--max-connections", "20")
    yield server
    server.stop()


def until(condition: Callable[[], Any]) -> float:
    """Seconds until ``condition`` held."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < PATIENCE
        time.sleep(0.02)
    return time.monotonic() - started


def test_it_prints_where_it_answers(served: Served) -> None:
    assert served.greeting.startswith("5 documents at http://127.0.0.1:")
    assert httpx.get(f"{served.url}search?q=dai+hoi").json()["total"] == 4


def test_a_commit_of_another_process_is_seen_within_a_second(
    served: Served, directory: Place
) -> None:
    code = (
        "import sys\n"
        "from searchengine import Document, SearchEngine\n"
        "with SearchEngine.open(sys.argv[1]).writer() as writer:\n"
        "    writer.add(Document(id='mới', text='Trạm bơm thủy lợi đã sửa xong.'))\n"
    )
    question = f"{served.url}search?q=trạm+bơm&all=true"
    before = httpx.get(question)
    assert before.json()["total"] == 0
    etag = {"if-none-match": before.headers["etag"]}
    assert httpx.get(question, headers=etag).status_code == 304
    subprocess.run([sys.executable, "-c", code, str(directory)], check=True)
    took = until(lambda: httpx.get(question, headers=etag).status_code == 200)
    assert httpx.get(question).json()["hits"][0]["id"] == "mới"
    assert took < 1


def test_raw_letters_in_an_address_are_understood(served: Served) -> None:
    head = "GET /search?q=đại+hội&limit=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = served.raw(head.encode())
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["query"] == "đại hội"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"xin ch\xc3\xa0o\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: tin-la.vn\r\nConnection: close\r\n\r\n", 400),
        (b"GET /search?q=" + b"a" * 3000 + b" HTTP/1.1\r\nHost: localhost\r\n"
         b"Connection: close\r\n\r\n", 414),
        (b"GET /search?q=" + b"a" * 400_000, 414),
        (b"GET /version HTTP/1.1\r\nX-Long: " + b"a" * 400_000, 431),
    ],
)  # fmt: skip
def test_what_is_no_proper_request_is_refused_in_our_shape(
    served: Served, request_: bytes, status: int
) -> None:
    head, _, body = served.raw(request_).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    answer = json.loads(body)
    assert (answer["ok"], answer["status"]) == (False, status)


def test_so_many_connections_at_once(served: Served) -> None:
    address = httpx.URL(served.url)
    with contextlib.ExitStack() as open_ones:
        for _ in range(20):
            open_ones.enter_context(socket.create_connection((address.host, address.port or 80)))
        until(lambda: served.raw(b"").startswith(b"HTTP/1.1 503 "))
    until(lambda: _answers(served))


def _answers(served: Served) -> bool:
    try:
        return httpx.get(f"{served.url}version").status_code == 200
    except httpx.TransportError:
        return False


def test_stopping_under_load_loses_no_request(directory: Place) -> None:
    server = Served(directory)
    answered: list[int] = []
    lost: list[str] = []
    enough = threading.Event()

    def ask() -> None:
        with httpx.Client(timeout=PATIENCE) as client:
            while True:
                try:
                    answer = client.get(f"{server.url}search?q=đại+hội+chi+bộ")
                except httpx.ConnectError:
                    return  # It listens no more: nothing was sent.
                except httpx.TransportError as error:
                    lost.append(repr(error))
                    return
                answered.append(answer.status_code)
                assert answer.json()["ok"]
                if len(answered) > 10 * CLIENTS:
                    enough.set()

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    assert enough.wait(PATIENCE)
    code, log = server.stop()
    for client in clients:
        client.join(PATIENCE)
    assert lost == []
    assert set(answered) == {200}
    assert code == 0
    assert log.count("GET /search 200") == len(answered)


def test_a_request_in_flight_is_answered_after_the_signal(directory: Place) -> None:
    server = Served(directory, "--write-token", "khoa")
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port or 80), PATIENCE) as connection:
        body = '{"id": "cuối", "text": "Tin cuối cùng."}'.encode()
        head = (
            "POST /documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer khoa\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body[:10])
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.sendall(body[10:])
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in answer
    assert server.stop()[0] == 0
    with SearchEngine.open(directory) as engine:
        assert engine.get("cuối").text == "Tin cuối cùng."
        engine.delete(["cuối"])


def test_ctrl_c_is_a_clean_stop(directory: Place) -> None:
    server = Served(directory, "--json")
    code, log = server.stop(signal.SIGINT)
    assert (code, log) == (0, "")
    greeting = json.loads(server.greeting)
    assert (greeting["ok"], greeting["url"]) == (True, server.url)


def test_the_log_names_no_query_unless_asked(directory: Place) -> None:
    logs = []
    for arguments in ([], ["--log-queries"]):
        server = Served(directory, *arguments)
        httpx.get(f"{server.url}search?q=bimat")
        logs.append(server.stop()[1])
    assert "GET /search 200" in logs[0]
    assert "bimat" not in logs[0]
    assert "GET /search?q=bimat 200" in logs[1]


def test_listening_to_the_network_is_said_in_words(directory: Place) -> None:
    server = Served(directory, "--host", "0.0.0.0")
    assert httpx.get(f"{server.url}version").status_code == 200
    _, log = server.stop()
    assert "warning: 0.0.0.0 is not this computer alone" in log


def serve(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["serve", *arguments])


def test_no_index_is_one_line(tmp_path: Path) -> None:
    result = serve("--index", str(tmp_path / "none"), "--port", "0")
    assert result.exit_code == 2
    assert "searchengine index PATH" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_taken_port_is_one_line(directory: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = serve("--index", str(directory), "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "--port" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_other_commands_load_no_web_server(directory: Place) -> None:
    code = (
        "import sys\n"
        "from searchengine.cli.commands import main\n"
        "try:\n"
        "    main(['search', 'đại hội', '--index', sys.argv[1]])\n"
        "except SystemExit as done:\n"
        "    assert done.code == 0\n"
        "heavy = {'fastapi', 'starlette', 'pydantic', 'uvicorn', 'jinja2', 'asyncio'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(directory)], capture_output=True, text=True, check=True
    )
    # The client of a cluster loads asyncio.
    assert done.stderr.splitlines()[-1] == ("['asyncio']" if on_cluster() else "[]")


def test_a_refresh_that_fails_leaves_the_last_commit_answering(tmp_path: Path) -> None:
    folders_only()
    directory = tmp_path / "index"
    with SearchEngine.open(directory, create=True) as engine, engine.writer() as writer:
        writer.add(Document(id="a", text="Chi bộ khu phố họp."))
    following = SearchEngine.open(directory, auto_refresh=False)
    assert following.search("chi bộ").total == 1
    toc = next(directory.glob("*.manifest"))
    toc.rename(toc.with_suffix(".moved"))
    with pytest.raises(IndexDamagedError, match="manifest"):
        following.refresh()
    assert following.search("chi bộ").total == 1
