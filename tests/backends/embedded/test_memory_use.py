"""Memory: what belongs to an old commit goes as soon as a new one is read, and all has a bound."""

from __future__ import annotations

import gc
import random
import tracemalloc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.backend import EmbeddedBackend
from searchengine.backends.embedded.cache_budget import CACHE_BYTES


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


def test_searches_and_commits_leave_nothing_to_the_garbage_collector(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine("Chi bộ tổ chức đại hội", "Đại hội chi bộ khu phố 5")

    def ask(number: int) -> None:
        engine.search(f"dai hoi {number}", suggest=True)
        engine.search('"đại hội" chi*')
        engine.suggest("dai h")
        engine.similar(engine.search("chi bộ").hits[0].id)
        with engine.writer() as writer:
            writer.add(Document(id="new", text=f"Họp chi bộ lần {number}"))

    ask(0)
    gc.collect()
    gc.disable()
    try:
        for number in range(1, 11):
            ask(number)
        # What came about once is no matter.
        assert gc.collect() < 10
    finally:
        gc.enable()


#: Made of consonants and vowels, so that most documents have words of their own.
RARE = [f"{a}{b}" for a in "bcdghklmnpqrstvx" for b in ("a", "ă", "ê", "i", "ô", "ơ", "ư", "ong")]
COMMON = "chi bộ đại hội nhiệm kỳ khu phố phường đảng viên ủy ban nhân dân".split()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of a few thousand documents."""
    chance = random.Random(1)
    with (
        SearchEngine.open(tmp_path / "index", create=True) as engine,
        engine.writer() as writer,
    ):
        for number in range(2000):
            words = chance.choices(COMMON, k=12) + chance.choices(RARE, k=6)
            author = f"Tác giả {number % 200}"
            writer.add(Document(id=str(number), text=" ".join(words), author=author))
    return tmp_path / "index"


def ask(engine: SearchEngine, number: int) -> None:
    """Search for what was not searched for before, in many ways."""
    word, other = RARE[number % len(RARE)], COMMON[number % len(COMMON)]
    engine.search(f"{word} {other}")
    engine.search(f"+{word}", fold_duplicates=True)
    if not number % 10:
        engine.suggest(other[:2])


def test_terms_of_old_commits_hold_none_of_their_arrays(directory: Path) -> None:
    engine = SearchEngine.open(directory)
    backend = engine._backend
    assert isinstance(backend, EmbeddedBackend)
    live: list[weakref.ref[object]] = []
    for number in range(5):
        engine.delete([str(number)])
        ask(engine, number)
        assert backend._searcher is not None
        live += [weakref.ref(one.live) for one in backend._searcher.snapshot.opened.values()]
    assert [one() is None for one in live] == [True] * 4 + [False]


def test_what_150_deleting_commits_leave_stays_within_the_budget(directory: Path) -> None:
    engine = SearchEngine.open(directory, cache_bytes=500_000)
    backend = engine._backend
    assert isinstance(backend, EmbeddedBackend)
    for number in range(150):
        engine.delete([str(number * 7)])
        ask(engine, number)
        assert backend._budget.used <= 500_000
    assert backend._budget.used > 300_000


def test_the_statistics_say_how_much_is_kept(directory: Path) -> None:
    with SearchEngine.open(directory) as engine:
        # What the language itself remembers is no part of it.
        for number in range(len(RARE)):
            ask(engine, number)
    gc.collect()
    tracemalloc.start()
    try:
        engine = SearchEngine.open(directory)
        ask(engine, 0)
        base = tracemalloc.get_traced_memory()[0] - engine.stats()["cache"]["bytes"]
        for number in range(60):
            engine.delete([str(number * 7)])
            ask(engine, number)
        cache = engine.stats()["cache"]
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - base
    finally:
        tracemalloc.stop()
    assert cache["limit"] == CACHE_BYTES
    assert sum(cache["kinds"].values()) == cache["bytes"]
    assert cache["bytes"] > 1_000_000
    assert kept == pytest.approx(cache["bytes"], rel=0.15)
