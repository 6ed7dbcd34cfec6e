"""Changes on their way to the cluster: in chunks, several at once, tried again where it is busy."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from searchengine.backends.opensearch.cluster import Cluster
from searchengine.errors import IndexUnavailableError, IndexWriteError

Change = tuple[str, str]

#: A request has about so many characters,
_CHUNK = 4_000_000
#: and so many go at once.
_AT_ONCE = 2
#: What a busy or broken cluster does not take is sent again after so many seconds each.
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
_BUSY = (429, 502, 503, 504)
_TIMEOUT = 120.0


def send(cluster: Cluster, index: str, changes: Iterable[Change]) -> None:
    """Send all of ``changes``, which name a document once; sending them again changes nothing.

    Raises :class:`IndexUnavailableError` where the cluster stays busy or away, and
    :class:`IndexWriteError` for what it does not take.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        sent: deque[Future[None]] = deque()
        for chunk in _chunks(changes):
            if len(sent) == _AT_ONCE:
                sent.popleft().result()
            sent.append(pool.submit(_send_chunk, cluster, index, chunk))
        while sent:
            sent.popleft().result()


def _chunks(changes: Iterable[Change]) -> Iterator[list[Change]]:
    chunk: list[Change] = []
    size = 0
    for one in changes:
        chunk.append(one)
        size += len(one[1])
        if size > _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _send_chunk(cluster: Cluster, index: str, chunk: list[Change]) -> None:
    for wait in (*WAITS, None):
        try:
            chunk = _refused(cluster, index, chunk)
        except IndexUnavailableError:
            if wait is None:
                raise
        if not chunk:
            return
        if wait is not None:
            time.sleep(wait)
    raise IndexUnavailableError("the cluster stays too busy to be written to: try again later")


def _refused(cluster: Cluster, index: str, chunk: list[Change]) -> list[Change]:
    """Send a chunk; return what of it is to be sent again."""
    lines = []
    for key, source in chunk:
        action = "delete" if source == "null" else "index"
        lines.append(json.dumps({action: {"_id": key}}))
        if action == "index":
            lines.append(source)
    answer = cluster.request("POST", f"/{index}/_bulk", "\n".join(lines) + "\n", timeout=_TIMEOUT)
    refused = []
    for change, item in zip(chunk, answer["items"], strict=True):
        (told,) = item.values()
        error = told.get("error") or {}
        if error.get("type") == "cluster_block_exception":
            raise cluster.told(error, told["status"])
        if told["status"] in _BUSY:
            refused.append(change)
        elif error:
            reason = error.get("reason", error)
            raise IndexWriteError(f"the cluster does not take the document {change[0]!r}: {reason}")
    return refused
