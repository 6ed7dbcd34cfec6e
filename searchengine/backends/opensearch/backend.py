"""An index on an OpenSearch cluster as a backend: opens it, follows its commits, gives out views.

What a view answers is ``view``'s and ``searcher``'s business, how changes come in ``writer``'s.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, NoReturn

from searchengine.backends.counts import Upgrade
from searchengine.backends.fields import DEFAULT_SETTINGS, IndexSettings
from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.control import ControlDocument
from searchengine.backends.opensearch.searching.blocks import Blocks
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.opensearch.view import OpenSearchView
from searchengine.backends.opensearch.writing.spool import default_folder, spools_of
from searchengine.backends.opensearch.writing.writer import OpenSearchWriter
from searchengine.backends.vectors.passages import VectorModel
from searchengine.errors import IndexClosedError, InputError

Advance = Callable[[int, int], None]


class OpenSearchBackend:
    """An index on a cluster; safe for many reading threads.

    With ``auto_refresh`` each view asks for the number of the last commit first. Without, the
    commit that was last opened answers until :meth:`refresh`.
    """

    stores_vectors: ClassVar[bool] = False
    #: Each time is a request.
    refresh_seconds = 1.0

    def __init__(self, cluster: Cluster, *, auto_refresh: bool = True, spool: Path) -> None:
        self._cluster = cluster
        self._control_document = ControlDocument(cluster)
        self._auto_refresh = auto_refresh
        self._spool = spool
        #: Held while a commit is opened, which asks the cluster; and to take the last one, at once.
        self._opening, self._lock = threading.Lock(), threading.Lock()
        self._snapshot: Snapshot | None = None
        self._blocks = Blocks()
        self._closed = False

    @classmethod
    def open(
        cls,
        address: str,
        *,
        create: bool = False,
        settings: IndexSettings = DEFAULT_SETTINGS,
        auto_refresh: bool = True,
        shards: int = 1,
        replicas: int = 0,
        spool: Path | None = None,
    ) -> OpenSearchBackend:
        """Open the index at ``address``; make one first where there is none and ``create``.

        ``settings``, ``shards`` and ``replicas`` are those of an index that is made. Changes wait
        in the folder ``spool`` until they are committed.
        """
        cluster = Cluster(Address.parse(address))
        # Says what is wrong with another program, or an older one.
        cluster.major_version  # noqa: B018
        backend = cls(cluster, auto_refresh=auto_refresh, spool=spool or default_folder())
        if create:
            backend._control_document.create(settings, shards, replicas)
        backend._control_document.check_index(backend._control_document.read())
        return backend

    @classmethod
    def remove(cls, address: str, *, spool: Path | None = None) -> None:
        """Delete the index at ``address`` with all that it holds, and what writers left of it here.

        Raises :class:`IndexNotFoundError` without one, and :class:`IndexLockedError` while
        somebody writes to it.
        """
        index = ControlDocument(Cluster(Address.parse(address))).remove()
        for left in spools_of(spool or default_folder(), index):
            left.forget()

    @classmethod
    def rebuild(
        cls,
        address: str,
        *,
        if_needed: bool = False,
        shards: int | None = None,
        replicas: int | None = None,
        workers: int = 1,
        progress: Advance | None = None,
        spool: Path | None = None,
    ) -> Upgrade:
        """Make the index at ``address`` anew from what it stores; see :mod:`rebuilding`.

        With ``if_needed`` one that this version reads is not touched. Without ``shards`` and
        ``replicas`` it keeps its own.
        """
        from searchengine.backends.opensearch.rebuilding import rebuild_index

        return rebuild_index(
            Cluster(Address.parse(address)),
            spool or default_folder(),
            if_needed=if_needed,
            shards=shards,
            replicas=replicas,
            workers=workers,
            progress=progress,
        )

    def open_view(self) -> OpenSearchView:
        """Return a view of the latest commit, or of the last that :meth:`refresh` opened."""
        if self._auto_refresh or self._snapshot is None:
            self.refresh()
        with self._lock:
            self._check_open()
            snapshot = self._snapshot
            assert snapshot is not None
            snapshot.hold()
        return OpenSearchView(snapshot, self._cluster)

    def writer(self, *, workers: int = 1) -> OpenSearchWriter:
        """Return the only writer; raises :class:`IndexLockedError` while another is open."""
        self._check_open()
        return OpenSearchWriter(self._cluster, self._control_document, self._spool, workers)

    def vector_writer(self, model: VectorModel, *, replace: bool = False) -> NoReturn:
        """Raise :class:`InputError`: a cluster keeps no vectors."""
        self._check_open()
        raise InputError(
            "an index in a cluster keeps no vectors: copy it into a folder with 'searchengine "
            "copy', and make them there"
        )

    def refresh(self) -> bool:
        """Open the latest commit for the views to come; return whether there was a new one."""
        if self._has_latest():
            return False
        with self._opening:
            if self._has_latest():
                return False
            snapshot = Snapshot(self._cluster, self._control_document, self._blocks)
            snapshot.hold()
            with self._lock:
                # One that was closed meanwhile keeps nothing.
                kept = None if self._closed else snapshot
                old, self._snapshot = self._snapshot if kept else snapshot, kept
        if old is not None:
            old.let_go()
        self._check_open()
        return True

    def verify(self) -> list[str]:
        """Return what is wrong with the index, a line a fault; empty if nothing is."""
        from searchengine.backends.opensearch.verify import verify_index

        self._check_open()
        return verify_index(self._cluster, self._control_document)

    def settle(self) -> bool:
        """End a commit that broke off, with those of its changes that had been sent.

        For where the others are lost. Returns whether there was one; raises
        :class:`IndexLockedError` while somebody writes.
        """
        from searchengine.backends.opensearch.writing.committing import settle

        self._check_open()
        return settle(self._cluster, self._control_document)

    def cache_use(self) -> None:
        """Return None: what is kept of a commit is little."""
        self._check_open()

    def close(self) -> None:
        """Let go of the last commit; views that are open keep theirs."""
        with self._lock:
            self._closed = True
            snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None:
            snapshot.let_go()

    def _has_latest(self) -> bool:
        self._check_open()
        snapshot = self._snapshot
        return (
            snapshot is not None and self._control_document.read().state == snapshot.control.state
        )

    def _check_open(self) -> None:
        if self._closed:
            raise IndexClosedError(
                f"this engine on {self._cluster.address.name} is closed: open it again to go on"
            )
