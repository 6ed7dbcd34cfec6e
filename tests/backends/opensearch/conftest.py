"""Addresses of indices on a real node, which are removed after the test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.cluster import Cluster


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
