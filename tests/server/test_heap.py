"""Freed memory goes back to the system, now and then, while the server runs."""

from __future__ import annotations

import ctypes
import threading
from pathlib import Path

import numpy as np
import pytest

from searchengine import SearchEngine
from searchengine.server import heap, service
from searchengine.server.service import Service
from searchengine.server.settings import Settings


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


def test_where_it_cannot_be_done_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    heap.trim()
