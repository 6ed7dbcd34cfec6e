"""What a writer does while all goes well, or nearly: leases, busy nodes, other processes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.opensearch import control
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.writing import bulk
from searchengine.backends.opensearch.writing.writer import OpenSearchWriter
from searchengine.errors import IndexLockedError
from tests.backends.opensearch.breaking import PAGES, Open, ids


def test_what_was_cancelled_is_not_brought_in(open_backend: Open, tmp_path: Path) -> None:
    backend = open_backend()
    writer = backend.writer()
    writer.add(PAGES[0])
    writer.cancel()
    with backend.writer() as after:
        after.add(PAGES[1])
    assert ids(backend) == ["1"]
    assert list(tmp_path.iterdir()) == []


def test_what_the_cluster_is_too_busy_for_is_sent_again(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = open_backend()
    request, refusals = Cluster.request, [0, 0, 1]

    def busy(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        answer = request(self, method, path, *args, **options)
        if path.endswith("/_bulk") and refusals:
            answer["items"][refusals.pop()] = {"index": {"status": 429, "error": {}}}
        return answer

    monkeypatch.setattr(bulk, "WAITS", (0.0,) * 5)
    monkeypatch.setattr(Cluster, "request", busy)
    with backend.writer() as writer:
        for one in PAGES:
            writer.add(one)
    assert refusals == []
    assert ids(backend) == [one.id for one in PAGES]


def test_a_lease_that_ran_out_is_taken_over(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "LEASE_SECONDS", 0.5)
    monkeypatch.setattr(OpenSearchWriter, "_stay", lambda self: None)
    backend = open_backend()
    gone = backend.writer()
    gone.add(PAGES[0])
    with pytest.raises(IndexLockedError, match="try again"):
        backend.writer()
    time.sleep(0.6)
    with open_backend().writer() as writer:
        writer.add(PAGES[1])
        with pytest.raises(IndexLockedError, match="taken over"):
            gone.commit()
        # Whoever has lost the lease does not give back that of another.
        monkeypatch.setattr(control, "LEASE_SECONDS", 60)
        writer.checkpoint()
        with pytest.raises(IndexLockedError):
            backend.writer()
    assert ids(backend) == ["1"]


def test_a_lease_is_renewed_while_its_writer_lives(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (control, __import__(OpenSearchWriter.__module__, fromlist=["x"])):
        monkeypatch.setattr(module, "LEASE_SECONDS", 0.6)
    backend = open_backend()
    with backend.writer() as writer:
        writer.add(PAGES[0])
        time.sleep(1.2)
        with pytest.raises(IndexLockedError):
            backend.writer()
    assert ids(backend) == ["0"]


def test_other_processes_analyse(open_backend: Open) -> None:
    backend = open_backend()
    with backend.writer(workers=2) as writer:
        for one in PAGES:
            writer.add(one)
        writer.delete("3")
    assert ids(backend) == [one.id for one in PAGES if one.id != "3"]
