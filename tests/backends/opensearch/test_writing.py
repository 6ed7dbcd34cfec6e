"""Commits that do not end, leases that run out: nothing is lost, nothing is there twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.contract.base import page
from searchengine.backends.opensearch import control
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.writing import bulk
from searchengine.backends.opensearch.writing.writer import OpenSearchWriter
from searchengine.errors import IndexLockedError, IndexUnavailableError

PAGES = [page(str(at), f"Bến đò số {at} đã ngừng chạy.") for at in range(9)]

Open = Callable[..., OpenSearchBackend]


@pytest.fixture
def open_backend(indices: Any, tmp_path: Path) -> Open:
    """A function that opens one index, made at the first call."""
    address = indices.address()
    return lambda: OpenSearchBackend.open(address, create=True, spool=tmp_path)


def ids(backend: OpenSearchBackend) -> list[str]:
    with backend.open_view() as view:
        found = [one.id for one in view.documents()]
        assert len(found) == view.document_count
    return found


def lose_the_cluster(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let so many chunks of one document each reach the cluster, and no more."""
    sent: list[str] = []
    request = Cluster.request

    def failing(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        if path.endswith("/_bulk"):
            sent.append(path)
            if len(sent) > after:
                raise IndexUnavailableError("no node can be reached: try again")
        return request(self, method, path, *args, **options)

    monkeypatch.setattr(bulk, "_CHUNK", 1)
    monkeypatch.setattr(bulk, "WAITS", ())
    monkeypatch.setattr(Cluster, "request", failing)


def test_a_commit_that_broke_off_is_ended_by_the_next_writer(
    open_backend: Open, tmp_path: Path
) -> None:
    backend = open_backend()
    with backend.writer() as writer:
        writer.add(PAGES[0])
        writer.add(PAGES[1])
    changed = replace(PAGES[1], text="Cầu đã thông xe.")
    with pytest.MonkeyPatch.context() as patch:
        lose_the_cluster(patch, after=4)
        writer = backend.writer()
        writer.delete("0")
        for one in (changed, *PAGES[2:]):
            writer.add(one)
        with pytest.raises(IndexUnavailableError):
            writer.commit()
    assert ids(backend) == ["0", "1"]
    with open_backend().writer() as after:
        after.add(PAGES[0])
    assert ids(backend) == [*(one.id for one in PAGES[1:]), "0"]
    with backend.open_view() as view:
        assert list(view.fetch(["1"])) == [changed]
    assert list(tmp_path.iterdir()) == []


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
