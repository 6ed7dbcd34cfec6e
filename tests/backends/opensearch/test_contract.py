"""The contract of engines on a real node of OpenSearch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.contract import BackendContract
from searchengine.backends.opensearch.backend import OpenSearchBackend
from tests.backends.opensearch.breaking import lose_the_cluster, refresh


class TestOpenSearch(BackendContract):
    # There is no transaction over documents.
    broken_commits = "ended"

    @pytest.fixture(autouse=True)
    def _indices(self, indices: Any) -> None:
        self.indices = indices

    def make_backend(self, folder: Path) -> OpenSearchBackend:
        made: OpenSearchBackend = self.indices.create(spool=folder)
        self.made = made
        return made

    @contextlib.contextmanager
    def break_off(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            lose_the_cluster(patch, after=15)
            yield
        refresh(self.made)
