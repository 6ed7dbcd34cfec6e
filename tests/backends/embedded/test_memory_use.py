"""Memory: what belongs to an old commit goes as soon as a new one is read."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.backend import EmbeddedBackend


def test_the_arrays_of_an_old_commit_wait_for_no_garbage_collector(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine("Chi bộ tổ chức đại hội", "Đại hội chi bộ khu phố 5")
    engine.search("dai hoi", fold_duplicates=True)
    engine.search("dại hội")
    engine.suggest("dai h")
    engine.histogram("đại hội")
    backend = engine._backend
    assert isinstance(backend, EmbeddedBackend)
    assert backend._searcher is not None
    snapshot = backend._searcher.snapshot
    old, stored = weakref.ref(snapshot), weakref.ref(snapshot.stored[0].series("text"))
    del snapshot
    gc.disable()
    try:
        with engine.writer() as writer:
            writer.add(Document(id="new", title="", text="Họp chi bộ"))
        assert engine.search("chi bộ").total == 3
        assert old() is None
        engine.close()
        assert stored() is None
    finally:
        gc.enable()
