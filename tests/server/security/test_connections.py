"""Many connections at once: thousands may be idle, and beyond the limit one is told so."""

from __future__ import annotations

import contextlib
import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from searchengine.cli.commands import main
from searchengine.errors import InputError
from searchengine.server.http.open_files import OTHERS, room_for
from tests.server.test_serve import PATIENCE, Served

IDLE = 5_000
NEEDED = IDLE + OTHERS


@pytest.fixture
def open_files() -> Iterator[None]:
    """As many files as the system lets this process have, and as before in the end."""
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))


def memory_kb(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0])


@pytest.mark.skipif(
    0 <= resource.getrlimit(resource.RLIMIT_NOFILE)[1] < NEEDED, reason="needs 5,200 open files"
)
@pytest.mark.usefixtures("open_files")
def test_five_thousand_idle_connections_leave_the_server_answering(seed_directory: Path) -> None:
    server = Served(seed_directory, "--max-connections", str(IDLE), log=subprocess.DEVNULL)
    address = httpx.URL(server.url)
    try:
        with contextlib.ExitStack() as stack:
            assert httpx.get(f"{server.url}search?q=chi+bộ").status_code == 200
            before = memory_kb(server.process.pid)
            refused = 0
            for _ in range(IDLE):
                connection = socket.create_connection((address.host, address.port or 80), PATIENCE)
                stack.enter_context(connection)
                # Once asked, it may be idle for longer than one that never was.
                connection.sendall(b"HEAD /version HTTP/1.1\r\nHost: localhost\r\n\r\n")
                refused += b" 200 " not in connection.recv(4096)[:15]
            assert refused == 0
            assert memory_kb(server.process.pid) - before < 60_000
            started = time.monotonic()
            beyond = server.raw(b"")
            assert beyond.startswith(b"HTTP/1.1 503 ")
            assert b"too many open connections" in beyond
            assert time.monotonic() - started < PATIENCE / 2
        for _ in range(100):
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{server.url}search?q=chi+bộ").status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the server does not answer when they have gone")
    finally:
        server.stop()


@pytest.fixture
def few_files() -> Iterator[int]:
    """A process that may have few files open, and not raise that itself."""
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (500, most))
    yield 500
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))


def test_the_limit_of_the_system_is_raised_as_far_as_needed(few_files: int) -> None:
    assert room_for(few_files, insist=True) == few_files
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == few_files + OTHERS
    assert room_for(10, insist=True) == 10
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == few_files + OTHERS


def test_what_the_system_refuses_is_an_error_if_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1_000))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    assert room_for(5_000, insist=False) == 1_000 - OTHERS
    with pytest.raises(InputError, match=f"--max-connections {1_000 - OTHERS} would do"):
        room_for(5_000, insist=True)


def test_a_server_does_not_start_with_connections_that_it_cannot_have(
    seed_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1_024, 1_024))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    arguments = ["serve", "--index", str(seed_directory), "--port", "0", "--max-connections"]
    result = CliRunner().invoke(main, [*arguments, "5000"])
    assert result.exit_code == 2
    assert "ulimit -n" in result.stderr
    assert len(result.stderr.splitlines()) == 1
