"""Threads share the memory that is freed, and it goes back to the system now and then."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from searchengine import SearchEngine
from searchengine.server import heap, service
from searchengine.server.service import Service
from searchengine.server.settings import Settings

ARENA_MAX = "MALLOC_ARENA_MAX"


def memory_kb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("RssAnon:")[2].split()[0])


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library keeps what it keeps"
)
def test_what_was_freed_between_what_is_in_use_is_given_back() -> None:
    blocks = [np.ones(2_000) for _ in range(4_000)]
    kept = blocks[::50]
    del blocks
    before = memory_kb()
    heap.trim()
    assert before - memory_kb() > 30_000
    assert all(block.sum() == 2_000 for block in kept)


def test_a_service_does_it_again_and_again(
    seed_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = threading.Semaphore(0)
    monkeypatch.setattr(service, "TRIM_SECONDS", 0.0)
    monkeypatch.setattr(service, "trim", times.release)
    running = Service(SearchEngine.open(seed_directory, auto_refresh=False), Settings())
    running.start()
    try:
        assert times.acquire(timeout=20)
        assert times.acquire(timeout=20)
    finally:
        running.close()
    while times.acquire(blocking=False):
        pass
    assert not times.acquire(timeout=0.5)


#: Prints how many arenas there are when eight threads have each asked for memory.
ARENAS = """
import ctypes, sys, threading
from searchengine.server.heap import share_one_arena
share_one_arena()
together = threading.Barrier(8)
def ask():
    kept = [bytearray(10_000) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, out)
library.fflush(out)
"""


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library tells nothing of arenas"
)
def test_threads_share_one_arena_unless_somebody_said_otherwise() -> None:
    environment = {name: value for name, value in os.environ.items() if name != ARENA_MAX}
    asked = [
        subprocess.run([sys.executable, "-c", ARENAS], env=one, capture_output=True, check=True)
        for one in (environment, {**environment, ARENA_MAX: "4"})
    ]
    assert [one.stdout.count(b"<heap nr=") for one in asked] == [1, 4]


def test_where_it_cannot_be_done_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ARENA_MAX, raising=False)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    heap.share_one_arena()
    heap.trim()
