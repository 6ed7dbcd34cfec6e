"""How tests break a commit off, and look at what is left of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from searchengine.backends.contract.base import page
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.writing import bulk
from searchengine.errors import IndexUnavailableError

PAGES = [page(str(at), f"Bến đò số {at} đã ngừng chạy.") for at in range(9)]

Open = Callable[..., OpenSearchBackend]


def ids(backend: OpenSearchBackend) -> list[str]:
    """The ids of all documents, in their order."""
    with backend.open_view() as view:
        found = [one.id for one in view.documents()]
        assert len(found) == view.document_count
    return found


def refresh(backend: OpenSearchBackend) -> None:
    """Let the nodes show all that they have, as one does that starts anew."""
    cluster = backend._cluster
    cluster.request("POST", f"/{cluster.address.name}/_refresh")


def send_singly(monkeypatch: pytest.MonkeyPatch, then: Callable[[int], None]) -> None:
    """Send each change in a request of its own; ``then`` is called before each, with its number."""
    sent: list[str] = []
    request = Cluster.request

    def counted(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        if path.endswith("/_bulk") and "-lexicon/" not in path:
            sent.append(path)
            then(len(sent))
        return request(self, method, path, *args, **options)

    monkeypatch.setattr(bulk, "_CHUNK", 1)
    monkeypatch.setattr(bulk, "_AT_ONCE", 1)
    monkeypatch.setattr(bulk, "WAITS", ())
    monkeypatch.setattr(Cluster, "request", counted)


def lose_the_cluster(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let so many changes reach the cluster, and no more."""

    def lost(number: int) -> None:
        if number > after:
            raise IndexUnavailableError("no node can be reached: try again")

    send_singly(monkeypatch, lost)
