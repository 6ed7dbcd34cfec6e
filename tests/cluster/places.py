"""Where tests of the server and the page keep their indexes: in folders, or all on a cluster.

``pytest --cluster tests/server tests/browser`` has them on a real node of OpenSearch.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from pathlib import Path

import pytest

from searchengine import SearchEngine
from searchengine.errors import SearchEngineError

Place = str | Path

#: What every address of an index begins with, ``opensearch://HOST:PORT``, while they are on a
#: cluster; the names of those that were made there.
_cluster = ""
_made: list[str] = []
_last: Place = ""


def use_cluster(url: str) -> None:
    """Have all indexes from now on at the node ``url``; in folders again if that is empty."""
    global _cluster
    while _made:
        remove_index(_made[-1])
    _cluster = url.rstrip("/").replace("http://", "opensearch://")


def on_cluster() -> bool:
    """Return whether indexes are kept on a cluster."""
    return bool(_cluster)


def folders_only() -> None:
    """Skip a test that is about an index in a folder."""
    if _cluster:
        pytest.skip("about an index in a folder")


def place_of_index(folder: Path) -> Place:
    """Return where an index may be made: ``folder``, which is not there, or an address."""
    global _last
    _last = folder
    if _cluster:
        _last = f"{_cluster}/test-{secrets.token_hex(6)}"
        _made.append(_last)
    return _last


def remove_index(place: Place) -> None:
    """Remove an index that nobody needs, if it is on the cluster: the heap there is small."""
    if place in _made:
        _made.remove(str(place))
        with contextlib.suppress(SearchEngineError):
            SearchEngine.remove(place)


def last_place() -> Place:
    """Return what :func:`place_of_index` has returned last."""
    return _last


def copied(index: Place, folder: Path) -> Place:
    """Copy an index, into ``folder`` if it is one, and return where the copy is."""
    target = place_of_index(folder)
    if _cluster:
        with SearchEngine.open(index) as source, SearchEngine.open(target, create=True) as copy:
            source.copy_to(copy)
    else:
        shutil.copytree(index, target)
    return target
