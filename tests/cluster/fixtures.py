"""How tests come to a cluster: they are skipped where Java or Maven is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cluster.installation import MissingToolError
from tests.cluster.nodes import DEFAULT_VERSION, Cluster

#: How many nodes the tests share, of which OpenSearch.
NODES = int(os.environ.get("OPENSEARCH_NODES", "1"))
VERSION = os.environ.get("OPENSEARCH_VERSION", DEFAULT_VERSION)


def start_or_skip(
    directory: Path, *, nodes: int = 1, version: str = VERSION, owner: int | None = None
) -> Cluster:
    """``Cluster.start``; without Java or Maven an error if ``REQUIRE_OPENSEARCH`` is set."""
    try:
        return Cluster.start(directory, nodes=nodes, version=version, owner=owner)
    except MissingToolError as error:
        if os.environ.get("REQUIRE_OPENSEARCH"):
            pytest.fail(str(error))
        pytest.skip(str(error))
