"""The contract, run against each of our engines."""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from searchengine.backends.contract import BackendContract
from searchengine.backends.contract.differential.generated import DECLARED, Generator
from searchengine.backends.embedded.backend import EmbeddedBackend
from searchengine.backends.embedded.cache_budget import CACHE_BYTES
from searchengine.backends.embedded.index.commit.directory import Action, Directory
from searchengine.backends.embedded.scoring import impacts, term_store
from searchengine.backends.fields import IndexSettings
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.backends.plan_json import plan_to_json
from searchengine.backends.values import Query


class TestMemory(BackendContract):
    def make_backend(self, folder: Path) -> MemoryBackend:
        return MemoryBackend()


class TestEmbedded(BackendContract):
    # What a commit adds goes before the documents of the segments that it merges.
    keeps_order_over_commits = False
    # Of each segment about the commonest terms are looked at.
    exact_vocabulary = False
    cache_bytes = CACHE_BYTES

    def make_backend(self, folder: Path) -> EmbeddedBackend:
        return EmbeddedBackend.open(folder / "index", create=True, cache_bytes=self.cache_bytes)

    @contextlib.contextmanager
    def break_off(self) -> Iterator[None]:
        steps = itertools.count()

        def step(_: Directory, action: Action, name: str) -> None:
            if next(steps) == 20 or action == "rename":
                raise OSError(errno.ENOSPC, "no room", name)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Directory, "step", step)
            yield


class TestEmbeddedInManySegments(TestEmbedded):
    """And with hardly any memory, and scored as a large index of frequent terms is."""

    commit_size = 3
    cache_bytes = 1

    @pytest.fixture(autouse=True)
    def _rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(impacts, "SMALL_INDEX", 0)
        monkeypatch.setattr(term_store, "ROW_MINIMUM", 1)
        monkeypatch.setattr(term_store, "ROW_SHARE", 1000)


def test_generated_plans_ask_for_something() -> None:
    """Of every kind, and most of them find documents."""
    generator = Generator(1, 60)
    oracle = TestMemory().fill(MemoryBackend(IndexSettings(fields=DECLARED)), generator.documents)
    plans = [generator.plan() for _ in range(300)]
    said = json.dumps(list(map(plan_to_json, plans)))
    for kind in get_args(Query):
        assert said.count(kind.__name__) > 50
    totals = [oracle.search(plan).total for plan in plans]
    assert sum(0 < total < 60 for total in totals) > 130
