"""``searchengine serve --processes 2``: as one server, whatever becomes of its processes."""

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
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from searchengine import SearchEngine
from searchengine.server.processes.parent import START_TRIES
from tests.cluster.places import Place, copied, on_cluster
from tests.server.test_serve import CLIENTS, PATIENCE, Served, until

TOKEN = {"authorization": "Bearer khoa"}


def state_of(process: int) -> list[str]:
    """The state and the parent of a process, as the system shows them; empty if it has ended."""
    with contextlib.suppress(OSError):
        found = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        if found[0] != "Z":
            return found
    return []


def children(process: int) -> list[int]:
    """The processes that a process has started and that have not ended, the oldest first."""
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return sorted(one for one in numbers if state_of(one)[1:2] == [str(process)])


def alive(process: int) -> bool:
    return bool(state_of(process))


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@pytest.fixture(scope="module")
def directory(seed_directory: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A copy of the seeds' index, which may be written to."""
    return copied(seed_directory, tmp_path_factory.mktemp("processes") / "index")


@pytest.fixture
def served(directory: Place) -> Iterator[Served]:
    server = Served(directory, "--processes", "2", "--write-token", "khoa", "--cache-mb", "64")
    yield server
    server.stop(signal.SIGTERM)


@contextlib.contextmanager
def connections(server: Served, count: int) -> Iterator[list[socket.socket]]:
    address = httpx.URL(server.url)
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(
                socket.create_connection((address.host, address.port or 80), PATIENCE)
            )
            for _ in range(count)
        ]


def open_connections(process: int, port: int) -> int:
    """How many connections a process holds on a port."""
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "01"
    }
    held = 0
    for file in (Path("/proc") / str(process) / "fd").iterdir():
        with contextlib.suppress(OSError):
            found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(file))
            held += bool(found and found[1] in inodes)
    return held


def test_two_processes_share_eight_connections_evenly(served: Served) -> None:
    port = httpx.URL(served.url).port or 80
    workers = children(served.process.pid)
    assert len(workers) == 2
    with connections(served, 8):
        until(lambda: [open_connections(worker, port) for worker in workers] == [4, 4])
        assert open_connections(served.process.pid, port) == 0, "the parent keeps none"
    assert httpx.get(f"{served.url}search?q=dai+hoi").json()["total"] == 4


def test_one_start_line_and_one_clean_stop(directory: Place) -> None:
    server = Served(directory, "--processes", "2", "--json")
    workers = children(server.process.pid)
    greeting = json.loads(server.greeting)
    assert (greeting["ok"], greeting["url"], greeting["documents"]) == (True, server.url, 5)
    for _ in range(4):
        assert httpx.get(f"{server.url}search?q=dai+hoi").status_code == 200
    server.process.send_signal(signal.SIGTERM)
    rest, log = server.process.communicate(timeout=PATIENCE)
    assert server.process.returncode == 0
    assert rest == ""
    assert len(log.splitlines()) == log.count("GET /search 200") == 4
    assert not any(map(alive, workers))


def test_ctrl_c_in_a_terminal_reaches_all_and_is_a_clean_stop(directory: Place) -> None:
    server = Served(directory, "--processes", "2")
    workers = children(server.process.pid)
    for process in (*workers, server.process.pid):
        os.kill(process, signal.SIGINT)
    assert server.stop() == (0, "")
    assert not any(map(alive, workers))


def test_stopping_under_load_loses_no_request(directory: Place) -> None:
    server = Served(directory, "--processes", "2")
    answered, lost = ask_until_it_ends(server)
    assert lost == []
    code, log = server.stop()
    assert set(answered) == {200}
    assert code == 0
    assert log.count("GET /search 200") == len(answered)


def ask_until_it_ends(server: Served) -> tuple[list[int], list[str]]:
    """Ask with several clients, and stop the server; statuses, and requests without an answer."""
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
                if len(answered) > 10 * CLIENTS:
                    enough.set()

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    assert enough.wait(PATIENCE)
    server.process.send_signal(signal.SIGTERM)
    for client in clients:
        client.join(PATIENCE)
    return answered, lost


def test_the_second_signal_ends_it_at_once(directory: Place) -> None:
    server = Served(directory, "--processes", "2", "--write-token", "khoa")
    workers = children(server.process.pid)
    with connections(server, 2) as opened:
        for client in opened:
            # A request that never ends would be waited for.
            client.sendall(
                b"POST /documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer khoa\r\n"
                b"Content-Length: 9\r\n\r\n"
            )
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1.5)
        assert server.process.poll() is None
        server.process.send_signal(signal.SIGTERM)
        assert server.stop()[0] == 0
    assert not any(map(alive, workers))


def test_a_killed_process_is_replaced_and_the_other_answers_meanwhile(served: Served) -> None:
    first, second = children(served.process.pid)
    os.kill(first, signal.SIGKILL)
    for _ in range(20):
        assert httpx.get(f"{served.url}version").status_code == 200
    until(lambda: len(children(served.process.pid)) == 2)
    assert second in children(served.process.pid)
    until(lambda: httpx.get(f"{served.url}stats").json()["processes"] == 2)
    assert "killed by SIGKILL" in served.stop()[1]


def test_a_killed_process_costs_only_its_own_requests(served: Served) -> None:
    """Each request on a connection of its own: those on their way to it go to the other."""
    answered: list[int] = []
    lost: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answered.append(httpx.get(f"{served.url}search?q=đại+hội").status_code)
            except httpx.TransportError as error:
                lost.append(repr(error))

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    until(lambda: len(answered) > CLIENTS)
    os.kill(children(served.process.pid)[0], signal.SIGKILL)
    before = len(answered)
    until(lambda: len(answered) > before + 5 * CLIENTS)
    stop.set()
    for client in clients:
        client.join(PATIENCE)
    assert set(answered) == {200}
    assert len(lost) <= CLIENTS // 2 + 1, "at most those that were its own"


def test_all_processes_end_when_their_parent_is_killed(directory: Place) -> None:
    server = Served(directory, "--processes", "2")
    workers = children(server.process.pid)
    assert len(workers) == 2
    server.process.kill()
    until(lambda: not any(map(alive, workers)))
    server.process.communicate()


def test_what_was_written_is_found_by_all_processes_at_once(served: Served) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(httpx.Client(timeout=PATIENCE)) for _ in range(4)]
        for client in clients:
            client.get(f"{served.url}version")
        for number in range(5):
            address = f"{served.url}documents/mới/{number}"
            body = json.dumps({"text": f"Trạm bơm {number} đã sửa xong."}).encode()
            writer = clients[number % 4]
            assert writer.put(address, content=body, headers=TOKEN).status_code == 200
            assert [client.get(address).status_code for client in clients] == [200] * 4
            assert writer.delete(address, headers=TOKEN).json()["deleted"] == 1
            assert [client.get(address).status_code for client in clients] == [404] * 4


def test_writes_of_several_processes_wait_for_each_other(served: Served, directory: Place) -> None:
    statuses: list[int] = []

    def put(number: int) -> None:
        with httpx.Client(timeout=PATIENCE) as client:
            for part in range(3):
                answer = client.put(
                    f"{served.url}documents/cùng/{number}/{part}",
                    content=b'{"text": "Tin."}',
                    headers=TOKEN,
                )
                statuses.append(answer.status_code)

    writers = [threading.Thread(target=put, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(PATIENCE)
    assert statuses == [200] * 18
    with SearchEngine.open(directory) as engine:
        ids = [document.id for document in engine.documents() if document.id.startswith("cùng")]
        assert len(ids) == 18
        engine.delete(ids)


def test_another_program_that_writes_is_told(served: Served, directory: Place) -> None:
    address = f"{served.url}documents/x"
    with SearchEngine.open(directory) as engine, engine.writer():
        answer = httpx.put(address, content=b'{"text": "Tin."}', headers=TOKEN)
        assert (answer.status_code, answer.headers["retry-after"]) == (409, "1")
    assert httpx.put(address, content=b'{"text": "Tin."}', headers=TOKEN).status_code == 200
    assert httpx.delete(address, headers=TOKEN).status_code == 200


def test_stats_are_of_all_processes(served: Served) -> None:
    found = httpx.get(f"{served.url}stats").json()
    assert found["processes"] == 2
    if not on_cluster():
        assert found["cache"]["limit"] == 64 << 20
        assert found["cache"]["bytes"] == sum(found["cache"]["kinds"].values())
    assert httpx.get(f"{served.url}healthz").json() == {"ok": True, "documents": 5}


def test_connections_are_limited_for_all_processes_together(directory: Place) -> None:
    server = Served(directory, "--processes", "2", "--max-connections", "4")
    with connections(server, 4):
        until(lambda: server.raw(b"").startswith(b"HTTP/1.1 503 "))
    server.stop()


def test_processes_that_cannot_start_end_the_server(directory: Place, tmp_path: Path) -> None:
    # Python runs this at its start; only workers are started with -c.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif sys.argv[0] == '-c':\n    os._exit(7)\n"
    )
    command = [sys.executable, "-m", "searchengine.cli", "serve", "--port", "0"]
    done = subprocess.run(
        [*command, "--index", str(directory), "--processes", "2"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (done.returncode, done.stdout) == (2, "")
    *tried, last = done.stderr.splitlines()
    assert last.startswith("error: the processes that should answer cannot start (exit code 7)")
    assert all("exit code 7" in line for line in tried)
    assert len(tried) < 2 * START_TRIES, "it does not try without end"
