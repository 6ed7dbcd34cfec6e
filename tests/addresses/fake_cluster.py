"""The engine in memory in place of the one on a cluster, for tests of what opens an address."""

from __future__ import annotations

from typing import Any

from searchengine.backends.counts import Upgrade
from searchengine.backends.fields import DEFAULT_SETTINGS, IndexSettings
from searchengine.backends.memory.backend import MemoryBackend, MemoryView
from searchengine.backends.opensearch.address import Address
from searchengine.errors import IndexNotFoundError, IndexUnavailableError


class FakeCluster:
    """Stands for the class of backends: has the indexes of all clusters, by name.

    While it is ``down`` nothing answers; ``broken`` while a commit has not ended. ``parts`` are
    the shards and replicas of each index.
    """

    def __init__(self) -> None:
        self.indexes: dict[str, _Index] = {}
        self.parts: dict[str, tuple[int, int]] = {}
        self.down = False
        self.broken = False

    def open(
        self,
        address: str,
        *,
        create: bool = False,
        settings: IndexSettings = DEFAULT_SETTINGS,
        auto_refresh: bool = True,
        shards: int = 1,
        replicas: int = 0,
    ) -> _Index:
        """The index at an address, which stays when it is closed."""
        self.check()
        name = Address.parse(address).name
        if name not in self.indexes:
            if not create:
                raise IndexNotFoundError(f"no index at {address}: run 'searchengine index' first")
            self.indexes[name] = _Index(self, settings)
            self.parts[name] = shards, replicas
        return self.indexes[name]

    def remove(self, address: str) -> None:
        """Delete an index."""
        self.open(address)
        del self.indexes[Address.parse(address).name]

    def rebuild(
        self,
        address: str,
        *,
        if_needed: bool = False,
        shards: int | None = None,
        replicas: int | None = None,
        workers: int = 1,
        progress: Any = None,
    ) -> Upgrade:
        """Cut an index into other parts; its documents stay."""
        made = self.open(address)
        name, (own, copies) = Address.parse(address).name, self.parts[Address.parse(address).name]
        self.parts[name] = shards or own, copies if replicas is None else replicas
        return Upgrade(1, 1, made.open_view().document_count, not if_needed)

    def check(self) -> None:
        """Raise an error while the cluster is down."""
        if self.down:
            raise IndexUnavailableError("no node at geheim-1:9200 can be reached: try again")


class _Index(MemoryBackend):
    def __init__(self, cluster: FakeCluster, settings: IndexSettings) -> None:
        super().__init__(settings)
        self._cluster = cluster

    def open_view(self) -> MemoryView:
        self._cluster.check()
        return super().open_view()

    def writer(self, *, workers: int = 1) -> Any:
        self._cluster.check()
        return super().writer(workers=workers)

    def settle(self) -> bool:
        was, self._cluster.broken = self._cluster.broken, False
        return was

    def close(self) -> None:
        """The cluster keeps it."""
