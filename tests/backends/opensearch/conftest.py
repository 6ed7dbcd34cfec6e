"""Addresses of indices on a real node, which are removed after the test.

Where several nodes share the tests, an index has a shard for each, and each shard a replica.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from tests.cluster.fixtures import NODES

_STAY = {"index.routing.rebalance.enable": "none"}


class Indices:
    """Gives out addresses on one cluster."""

    def __init__(self, url: str) -> None:
        self._host = url.rstrip("/").replace("http://", "opensearch://")
        self._made: list[str] = []

    def address(self) -> str:
        """Return an address where there is no index."""
        address = f"{self._host}/test-{secrets.token_hex(6)}"
        self._made.append(address)
        return address

    def create(self, address: str = "", **options: Any) -> OpenSearchBackend:
        """Open an index, made if it is not there; another one without an address."""
        address = address or self.address()
        parts = {"shards": NODES, "replicas": min(NODES - 1, 1)}
        backend = OpenSearchBackend.open(address, create=True, **{**parts, **options})
        if NODES > 1:
            # A copy of a shard that is made or moved meanwhile shows what is not committed.
            place, cluster = Address.parse(address), backend._cluster
            cluster.request("PUT", f"/{place.name}/_settings", _STAY)
            green = {"wait_for_status": "green", "wait_for_no_relocating_shards": "true"}
            cluster.request("GET", f"/_cluster/health/{place.name}", params=green)
        return backend

    def remove(self) -> None:
        """Remove every index that was made there."""
        for one in self._made:
            address = Address.parse(one)
            Cluster(address).request("DELETE", f"/{address.name}-*")


@pytest.fixture
def indices(opensearch_url: str) -> Iterator[Indices]:
    found = Indices(opensearch_url)
    yield found
    found.remove()


@pytest.fixture
def open_backend(indices: Indices, tmp_path: Path) -> Callable[..., OpenSearchBackend]:
    """A function that opens one index, made at the first call."""
    address = indices.address()
    return lambda spool=tmp_path: indices.create(address, spool=spool)
