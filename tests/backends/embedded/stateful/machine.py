"""The machine: the engine in a directory and the one in memory, told and asked the same.

What memory has is what must be there. After a fault the index is as before the commit or as the
commit would have it, whichever, and memory follows; so it does where the order of documents is
the engine's to choose.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from searchengine import Document, upgrade_index
from searchengine.backends.embedded.backend import EmbeddedBackend
from searchengine.backends.embedded.cache_budget import CACHE_BYTES
from searchengine.backends.embedded.index import schema
from searchengine.backends.embedded.index.commit import merge_policy
from searchengine.backends.embedded.index.commit.directory import Action, Directory
from searchengine.backends.fields import IndexSettings
from searchengine.backends.memory.backend import Commit, MemoryBackend
from searchengine.backends.memory.documents import IndexedDocument, index_document
from searchengine.backends.memory.vectors import Vectors
from searchengine.backends.protocol import View
from searchengine.backends.vectors.passages import VectorModel
from searchengine.errors import IndexLockedError, IndexWriteError, InputError
from tests.backends.embedded.index.old_indexes import DOCUMENTS, FINGERPRINTS, old_index
from tests.backends.embedded.index.vectors.made import DIMENSIONS, vectors_of
from tests.backends.embedded.stateful import comparing
from tests.backends.embedded.stateful.drawn import (
    IDS,
    SMALL,
    Change,
    Fault,
    changes,
    documents,
    faults,
    settings_drawn,
    sizes,
)

#: So many views are held at a time.
HELD = 3
EARLIER = ("format5.zip", "format5-moved.zip", "format6.zip", "format7.zip")
MODEL = VectorModel("chu-cai", DIMENSIONS)
NOTES = (FINGERPRINTS[0], "", FINGERPRINTS[1])
seeds = st.integers(0, 1 << 30)
maybe = st.one_of(st.none(), st.none(), faults)
some = st.lists(changes, min_size=2, max_size=12)


class Crash(BaseException):
    """The process ends here; nothing that runs on changes the disk."""


class FaultyDirectory(Directory):
    """A directory with a fault to come; each machine has a class of its own."""

    fault: ClassVar[Fault | None] = None
    steps: ClassVar[int] = 0

    def step(self, action: Action, name: str) -> None:
        kind = type(self)
        kind.steps += 1
        if kind.fault is None or kind.steps <= kind.fault.step:
            return
        if kind.fault.kind == "crash":
            raise Crash
        if kind.fault.kind == "once":
            kind.fault = None
        elif action == "delete":
            return
        raise OSError(errno.EIO, "no such luck", name)


class Engines(RuleBasedStateMachine):
    """One example: an index from its making, or from an earlier format, through many commits."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="engines-"))
        self.path = self.folder / "index"
        self.storage: Any = type("Faulty", (FaultyDirectory,), {})
        self.patches, self.earlier = contextlib.ExitStack(), contextlib.ExitStack()
        self.writers: tuple[Any, Any] | None = None
        self.held: list[tuple[View, View]] = []
        #: Whether the open writer was given documents since it began.
        self.wrote = False
        #: What was ever added: plans are about what is there and what is there no more.
        self.pool: list[IndexedDocument] = [index_document(Document(id="vắng", text="vắng mặt"))]

    @initialize(
        sizes=sizes,
        settings=settings_drawn,
        start=st.sampled_from(("here", "here", "here", "another segmenter", *EARLIER)),
        fault=maybe,
        first=st.lists(documents(), min_size=2, max_size=12),
    )
    def begin(
        self,
        sizes: tuple[frozenset[str], bool],
        settings: IndexSettings,
        start: str,
        fault: Fault | None,
        first: list[Document],
    ) -> None:
        for name in sizes[0]:
            for module, constant, value in SMALL[name]:
                self.patches.enter_context(mock.patch.object(module, constant, value))
        self.cache_bytes = 1 if sizes[1] else CACHE_BYTES
        if start == "another segmenter":
            another = mock.patch.dict(schema.STAMP, {"segmenter": "pyvi 0.0.9"})
            self.earlier.enter_context(another)
        if start in EARLIER:
            settings = IndexSettings()
            old_index(self.path, start)
            self._upgrade(fault)
        self.model = MemoryBackend(settings)
        if start in EARLIER:
            with self.model.writer() as writer:
                for document, note in zip(DOCUMENTS, NOTES, strict=True):
                    writer.add(document, note)
        self.engine = self._opened(create=True, settings=settings)
        comparing.assert_is(self.engine, self.model.latest)
        self.commit(first, None, 0)

    def teardown(self) -> None:
        for view in (one for pair in self.held for one in pair):
            view.__exit__(None, None, None)
        self._cancel()
        self.patches.close()
        self.earlier.close()
        shutil.rmtree(self.folder)

    # What is written.

    @rule(changes=some, fault=maybe)
    def change(self, changes: list[Change], fault: Fault | None) -> None:
        """What a writer writes before its commit may fail as well; no commit is lost by it."""
        with self._failing(fault) as failed:
            self._open_writers()
            self._apply(changes)
        if failed:
            comparing.assert_is(self.engine, self.model.latest)

    @rule(changes=some, fault=maybe, seed=seeds)
    def commit(self, changes: list[Change], fault: Fault | None, seed: int) -> None:
        engine, model = self._open_writers()
        self._apply(changes)
        self._finish(fault, engine.commit, model.commit, seed)
        self.writers = None

    @rule(changes=some, fault=maybe, seed=seeds)
    def checkpoint(self, changes: list[Change], fault: Fault | None, seed: int) -> None:
        engine, model = self._open_writers()
        self._apply(changes)
        self._finish(fault, engine.checkpoint, model.checkpoint, seed)

    @precondition(lambda self: self.writers is not None)
    @rule()
    def cancel(self) -> None:
        self._cancel()
        comparing.assert_is(self.engine, self.model.latest)

    @precondition(lambda self: self.writers is None)
    @rule(fault=maybe, seed=seeds)
    def merge(self, fault: Fault | None, seed: int) -> None:
        """Make all segments one; whatever is asked has the same answer."""
        engine, model = self._open_writers()
        with (
            mock.patch.object(merge_policy, "FACTOR", 2),
            mock.patch.object(merge_policy, "SMALLEST", 1 << 30),
        ):
            act = lambda: engine.commit(even_unchanged=True)  # noqa: E731
            failed = self._finish(fault, act, model.commit, seed)
        self.writers = None
        with self.engine.open_view() as view:
            counted = view.statistics()
            assert failed or (counted.segments <= 1 and counted.deleted == 0)

    @precondition(lambda self: self.writers is None)
    @rule(every=st.integers(1, 3), fault=maybe, seed=seeds)
    def embed(self, every: int, fault: Fault | None, seed: int) -> None:
        """Add vectors, a checkpoint after some; memory follows where it fails in between."""
        before = self.model.latest
        lacking = {one.document.id for one in before.indexed} - {*before.vectors.by_id}
        with self._failing(fault) as failed, self.engine.vector_writer(MODEL) as writer:
            assert writer.pending_count == len(lacking)
            for at, document in enumerate(writer.pending()):
                assert document.id in lacking
                if at % every == 0:
                    writer.add(document.id, vectors_of(document))
                if at % 2:
                    writer.checkpoint()
        with self.engine.open_view() as view:
            ids = [one.document.id for one in before.indexed]
            found = view.vectors(ids)
            kept = {id_: one for id_, one in zip(ids, found, strict=True) if one is not None}
        assert kept.keys() >= before.vectors.by_id.keys()
        assert failed or every > 1 or len(kept) == len(ids)
        vectors = Vectors(kept, MODEL)
        self.model.latest = before._replace(vectors=vectors, generation=before.generation + 1)
        self._compare(before, seed)

    @precondition(lambda self: self.writers is not None)
    @rule()
    def a_second_writer_is_refused(self) -> None:
        with contextlib.closing(self._opened()) as other:
            for engine in (self.engine, other):
                with pytest.raises(IndexLockedError):
                    engine.writer()

    # What is read.

    @rule()
    def verify_and_reopen(self) -> None:
        """Reading begins anew, also under an open writer."""
        self.engine.close()
        self.engine = self._opened()
        self._cancel()
        assert self.engine.verify() == []

    @precondition(lambda self: len(self.held) < HELD)
    @rule()
    def hold(self) -> None:
        self.held.append((self.engine.open_view(), self.model.open_view()))

    @precondition(lambda self: self.held)
    @rule(seed=seeds, close=st.booleans())
    def ask_what_is_held(self, seed: int, close: bool) -> None:
        """A view answers as on the day it was opened."""
        for view, oracle in self.held:
            comparing.assert_same_views(view, oracle, self.pool, seed)
        if close:
            for one in self.held.pop(seed % len(self.held)):
                one.__exit__(None, None, None)

    @precondition(lambda self: self.writers is None and schema.STAMP["segmenter"] == "pyvi 0.0.9")
    @rule(fault=maybe, seed=seeds)
    def upgrade(self, fault: Fault | None, seed: int) -> None:
        self.engine.close()
        self.earlier.close()
        self._upgrade(fault)
        self.engine = self._opened()
        comparing.assert_is(self.engine, self.model.latest)
        self._compare(self.model.latest, seed)

    # How.

    def _opened(self, **options: Any) -> EmbeddedBackend:
        return EmbeddedBackend.open(
            self.path, storage=self.storage, cache_bytes=self.cache_bytes, **options
        )

    def _open_writers(self) -> tuple[Any, Any]:
        """Return the writers of both, which are opened if they are not."""
        if self.writers is None:
            self.writers = self.engine.writer(), self.model.writer()
            self.wrote = False
        return self.writers

    def _cancel(self) -> None:
        for writer in self.writers or ():
            writer.cancel()
        self.writers = None

    def _apply(self, changes: list[Change]) -> None:
        engine, model = self._open_writers()
        for one in changes:
            if isinstance(one, Document):
                note = one.title[:3]
                engine.add(one, note)
                model.add(one, note)
                self.pool.append(index_document(one))
                self.wrote = True
            elif isinstance(one, IndexSettings):
                refused = _is_refused(engine, one)
                # Documents that its writer has written and deleted again are in the way there.
                if not (refused and self.wrote):
                    assert refused == _is_refused(model, one)
            else:
                for id_ in IDS if one is None else (one,):
                    assert engine.delete(id_) == model.delete(id_)

    @contextlib.contextmanager
    def _failing(self, fault: Fault | None) -> Any:
        """Let a fault come; yield a list that is not empty if it came. It ends both writers."""
        failed: list[BaseException] = []
        self.storage.fault, self.storage.steps = fault, 0
        try:
            yield failed
        except (Crash, IndexWriteError) as error:
            failed.append(error)
        finally:
            self.storage.fault = None
        if not failed:
            return
        assert fault is not None
        if self.writers is not None:
            engine, model = self.writers
            model.cancel()
            with pytest.raises(IndexWriteError):
                engine.delete("a")
            self.writers = None
        if fault.kind == "crash":
            self.engine.close()
            self.engine = self._opened()
        assert self.engine.verify() == []

    def _finish(
        self,
        fault: Fault | None,
        act: Callable[[], None],
        model_act: Callable[[], None],
        seed: int,
    ) -> bool:
        """Commit, and compare all that can be asked; return whether it failed."""
        before = self.model.latest
        self.wrote = False
        with self._failing(fault) as failed:
            try:
                act()
            finally:
                model_act()
        if failed and not comparing.is_there(self.engine, self.model.latest):
            self.model.latest = before
        self._compare(before, seed)
        return bool(failed)

    def _compare(self, before: Commit, seed: int) -> None:
        latest = self.model.latest
        comparing.assert_is(self.engine, latest)
        old = {id(one) for one in before.indexed}
        added = [one.document.id for one in latest.indexed if id(one) not in old]
        with self.engine.open_view() as view:
            order = {one.id: at for at, one in enumerate(view.documents())}
            assert [id_ for id_ in order if id_ in set(added)] == added
            ordered = sorted(latest.indexed, key=lambda one: order[one.document.id])
            self.model.latest = latest._replace(indexed=tuple(ordered))
            with self.model.open_view() as oracle:
                pool = [*ordered, *self.pool[-1:], *self.pool[:2]]
                comparing.assert_same_views(view, oracle, pool, seed)
        comparing.assert_same_searches(self.engine, self.model, seed)

    def _upgrade(self, fault: Fault | None) -> None:
        """Upgrade, again if it fails; in between the index is the old one or the other."""
        self.storage.fault, self.storage.steps = fault, 0
        with contextlib.suppress(Crash, IndexWriteError):
            upgrade_index(self.path, storage=self.storage)
        self.storage.fault = None
        upgrade_index(self.path, storage=self.storage)
        assert not upgrade_index(self.path, storage=self.storage).changed


def _is_refused(writer: Any, settings: IndexSettings) -> bool:
    """Change settings; return whether that is refused."""
    try:
        writer.configure(settings)
    except InputError:
        return True
    return False
