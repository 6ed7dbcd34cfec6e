"""The writer: documents become what the cluster is sent, wait in the spool, and go at the commit.

It holds the lease of the index while it is open. The cluster has no transaction over documents: a
commit that has begun and did not end is ended by the next writer on the same machine.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import secrets
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from searchengine.backends.fields import Field, FieldTable, IndexSettings
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.control import (
    LEASE_SECONDS,
    Begun,
    Control,
    ControlDocument,
    Part,
)
from searchengine.backends.opensearch.mapping import properties_of, vectors_of
from searchengine.backends.opensearch.records import as_line, key_of_id, sources_of, with_seq
from searchengine.backends.opensearch.vocabularies import drop_parts, part_of_commit
from searchengine.backends.opensearch.writing.bulk import Target, send
from searchengine.backends.opensearch.writing.committing import broken_off, install
from searchengine.backends.opensearch.writing.spool import Spool, spools_of
from searchengine.document import Document
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexWriteError,
    InputError,
    SearchEngineError,
)

#: Documents are analysed together until they have so many characters, or are so many.
_CHARACTERS, _DOCUMENTS = 300_000, 200
#: So many documents are looked up at once.
_LOOKED_UP = 2000
_NOTHING = "null"


class _Waiting(NamedTuple):
    """A change that is not analysed: a document, what makes one, or None for a deletion."""

    key: str
    made: Document | Callable[[], Document] | None
    fingerprint: str


class OpenSearchWriter:
    """The only writer of an index; a context manager that commits at its end, or forgets all if
    its block raises."""

    def __init__(
        self, cluster: Cluster, control_document: ControlDocument, spool: Path, workers: int
    ) -> None:
        """Take the lease; raises :class:`IndexLockedError` while another writer has it."""
        self._cluster = cluster
        self._control_document = control_document
        self._holder, self._control = control_document.acquire()
        self._done = threading.Event()
        self._spool = Spool(spool, self._control.index, self._holder)
        self._pool: ProcessPoolExecutor | None = None
        self._workers = workers
        self._analysed: deque[Future[list[tuple[str, str]]]] = deque()
        self._waiting: list[_Waiting] = []
        self._size = 0
        #: Whether there will be a document, by the names of those that were changed.
        self._pending: dict[str, bool] = {}
        #: Whether the last commit has a document, by the names of those that were looked up.
        self._kept: dict[str, bool] = {}
        threading.Thread(target=self._stay, name="lease", daemon=True).start()
        try:
            control_document.check_index(self._control)
            self._take_over(spool)
        except BaseException:
            self._close()
            raise
        self._settings, self._seq = self._control.settings, self._control.next_seq

    def __enter__(self) -> OpenSearchWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self.cancel()

    def add(self, document: Document, fingerprint: str = "") -> None:
        """Add a document in place of any with its id."""
        self._add(document.id, document, len(document.text), fingerprint)

    def add_lazy(
        self, id_: str, make: Callable[[], Document], characters: int, fingerprint: str = ""
    ) -> None:
        """Add the document that ``make`` returns, in whichever process it is made."""
        self._add(id_, make, characters, fingerprint)

    def delete(self, id_: str) -> bool:
        """Delete a document; return whether there was one."""
        self._check_open()
        key = key_of_id(id_)
        if not id_:
            return False
        if key not in self._pending and key not in self._kept:
            self.look_up([id_])
        there = self._pending.get(key, self._kept.get(key, False))
        if there:
            self._pending[key] = False
            self._wait(_Waiting(key, None, ""), 0)
        return there

    def look_up(self, ids: Iterable[str]) -> None:
        """Find out which of these documents there are, some thousand a request."""
        self._check_open()
        keys = iter(dict.fromkeys(key_of_id(id_) for id_ in ids if id_))
        while chunk := list(islice(keys, _LOOKED_UP)):
            body, params = {"ids": chunk}, {"_source": "false"}
            answer = self._cluster.request("POST", f"/{self._control.index}/_mget", body, params)
            for key, one in zip(chunk, answer["docs"], strict=True):
                self._kept[key] = bool(one.get("found"))

    def configure(self, settings: IndexSettings) -> None:
        """Keep ``settings`` from the commit on."""
        self._check_open()
        if set(settings.fields) != set(self._settings.fields):
            if self._has_documents():
                raise InputError("the index has documents: declare fields before the first one")
            properties = {"properties": properties_of(settings)}
            self._cluster.request("PUT", f"/{self._control.index}/_mapping", properties)
        self._settings = settings

    def commit(self) -> None:
        """Make the changes durable and visible to views that are opened from now on."""
        if not self._done.is_set():
            self.checkpoint()
            self._close()

    def checkpoint(self) -> None:
        """Commit the changes so far and go on; no other writer comes between."""
        self._check_open()
        try:
            self._install()
        except BaseException:
            self._close()
            raise
        self._start_over()

    def cancel(self) -> None:
        """Forget the changes since the last commit or checkpoint."""
        if not self._done.is_set():
            self._close()

    @property
    def holder(self) -> str:
        """Whose the lease is, for what else is done under it."""
        return self._holder

    def _add(
        self, id_: str, made: Document | Callable[[], Document], size: int, fingerprint: str
    ) -> None:
        self._check_open()
        key = key_of_id(id_)
        self._pending[key] = True
        self._wait(_Waiting(key, made, fingerprint), size)

    def _wait(self, change: _Waiting, characters: int) -> None:
        self._waiting.append(change)
        self._size += characters
        if self._size >= _CHARACTERS or len(self._waiting) >= _DOCUMENTS:
            self._analyse()

    def _analyse(self) -> None:
        """Have what waits analysed, here or in other processes, and kept in its order."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        if self._workers <= 1:
            self._keep(_sources(waiting, self._settings.fields))
            return
        if self._pool is None:
            # A copy of a process with threads may wait for a lock that nobody lets go.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, context)
        self._analysed.append(self._pool.submit(_sources, waiting, self._settings.fields))
        while len(self._analysed) > 2 * self._workers:
            self._keep(self._analysed.popleft().result())

    def _keep(self, changes: Sequence[tuple[str, str]]) -> None:
        for key, source in changes:
            if source != _NOTHING:
                source = with_seq(source, self._seq)
                self._seq += 1
            self._spool.add(key, source)

    def _install(self) -> None:
        """Commit what there is, if there is anything."""
        if self._waiting:
            self._analyse()
        while self._analysed:
            self._keep(self._analysed.popleft().result())
        if not self._pending and self._settings == self._control.settings:
            return
        commit = {
            "commit": self._control.commit + 1,
            "mark": secrets.token_hex(4),
            "next_seq": self._seq,
            "settings": self._settings.to_json(),
        }
        # Nobody begins anything who has lost the lease.
        self._control_document.renew(self._holder)
        self._spool.begin(commit)
        self._bring_in(self._spool, commit)

    def _bring_in(self, spool: Spool, commit: dict[str, Any]) -> None:
        """Send the changes of a commit that has begun, and make them visible."""
        begun = Begun(
            holder=spool.holder,
            host=socket.gethostname(),
            folder=str(spool.folder.absolute()),
            mark=commit["mark"],
            next_seq=commit["next_seq"],
            settings=IndexSettings.from_json(commit["settings"]),
        )
        # Nothing is sent before others can know of it.
        control = self._change(lambda control: replace(control, begun=begun))
        name = f"{control.commit + 1}-{begun.mark}"
        parts = self._part(control, name, spool)
        target = Target(
            self._cluster,
            control.index,
            control.commit + 1,
            check=lambda: self._control_document.check(self._holder),
        )
        if control.vectors and self._control_document.exists(vectors_of(control.index)):
            # Of documents that go, and of others' former texts.
            gone = ((key, _NOTHING) for key, _ in spool.changes())
            send(replace(target, index=vectors_of(control.index)), gone)
        send(target, spool.changes(), workers=self._workers)
        self._control = install(self._cluster, self._control_document, self._holder, begun, parts)
        drop_parts(self._cluster, control.index, control.parts, parts, name)
        spool.forget()

    def _part(self, control: Control, name: str, spool: Spool) -> tuple[Part, ...]:
        """The parts of the vocabularies once a commit called ``name`` has ended."""
        try:
            self._control_document.check_vocabularies(control)
        except IndexDamagedError:
            # What is made anew needs none.
            if not self._control_document.to_upgrade:
                raise
            return control.parts
        try:
            return part_of_commit(
                self._cluster, control.index, control.parts, name, spool.changes()
            )
        except IndexNotFoundError:
            self._control_document.check_index(control)
            raise

    def _take_over(self, folder: Path) -> None:
        """End a commit that another writer has begun on this machine; forget what else is left.

        Raises :class:`IndexLockedError` where the changes of one that was begun are not here.
        """
        for spool in spools_of(folder, self._control.index):
            said, begun = spool.begun(), self._control.begun
            is_begun = (
                begun.holder == spool.holder
                if begun is not None
                else said is not None and said["commit"] == self._control.commit + 1
            )
            if said is not None and is_begun:
                self._bring_in(spool, said)
        if self._control.begun is not None:
            raise IndexLockedError(broken_off(self._cluster.address, self._control.begun))
        for spool in spools_of(folder, self._control.index):
            spool.forget()

    def _start_over(self) -> None:
        """Be a writer that has no change."""
        self._settings = self._control.settings
        self._seq = self._control.next_seq
        self._pending, self._kept = {}, {}

    def _close(self) -> None:
        """Let another writer begin; keep the spool of a commit that has begun."""
        self._done.set()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        try:
            if self._spool.begun() is None:
                self._spool.forget()
        finally:
            # Whoever has taken over has the lease; it runs out where the cluster is away.
            with contextlib.suppress(SearchEngineError):
                self._control_document.release(self._holder)

    def _change(self, change: Callable[[Control], Control]) -> Control:
        return self._control_document.change(self._holder, change)

    def _stay(self) -> None:
        """Renew the lease until the writer is closed, or another has it."""
        while not self._done.wait(LEASE_SECONDS / 4):
            try:
                self._control_document.renew(self._holder)
            except IndexLockedError:
                return
            except SearchEngineError:
                continue

    def _has_documents(self) -> bool:
        if any(self._pending.values()):
            return True
        count = self._cluster.request("GET", f"/{self._control.index}/_count")["count"]
        return bool(count > len(self._pending))

    def _check_open(self) -> None:
        if self._done.is_set():
            raise IndexWriteError("this writer is closed: open another one")


def _sources(waiting: Sequence[_Waiting], declared: Sequence[Field]) -> list[tuple[str, str]]:
    """Return the name and the source of each change, as the spool keeps them."""
    made = [
        (one.made() if callable(one.made) else one.made, one.fingerprint)
        for one in waiting
        if one.made is not None
    ]
    sources = iter(sources_of(made, FieldTable(declared)))
    return [(one.key, _NOTHING if one.made is None else as_line(next(sources))) for one in waiting]
