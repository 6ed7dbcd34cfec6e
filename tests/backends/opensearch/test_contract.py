"""The contract of engines on a real node of OpenSearch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.contract import BackendContract
from searchengine.backends.opensearch.backend import OpenSearchBackend


class TestOpenSearch(BackendContract):
    @pytest.fixture(autouse=True)
    def _indices(self, indices: Any) -> None:
        self.indices = indices

    def make_backend(self, folder: Path) -> OpenSearchBackend:
        return OpenSearchBackend.open(self.indices.address(), create=True, spool=folder)
