"""Changes on their way to the cluster: in chunks, several at once, tried again where it is busy.

Each has the number of its commit as its version, so that none undoes what a later commit made of
a document, however late it arrives.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from searchengine.backends.opensearch.cluster import Cluster
from searchengine.errors import IndexLockedError, IndexUnavailableError, IndexWriteError

Change = tuple[str, str]

#: A request has about so many characters,
_CHUNK = 4_000_000
#: and so many go at once, or more for as many workers, up to the second number.
_AT_ONCE, _MOST_AT_ONCE = 2, 8
#: What a busy or broken cluster does not take is sent again after so many seconds each.
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
_BUSY = (429, 502, 503, 504)
_TIMEOUT = 120.0
#: Errors that are not of one document; while there is no manager, the first passes.
_OF_THE_INDEX = ("cluster_block_exception", "index_closed_exception")


@dataclass(frozen=True)
class Target:
    """Where changes go: an index, and the number of the commit that they are of.

    ``check`` is called before each request, and raises an error where nothing may be sent.
    """

    cluster: Cluster
    index: str
    commit: int
    check: Callable[[], None]


def send(target: Target, changes: Iterable[Change], *, workers: int = 1) -> None:
    """Send all of ``changes``, which name a document once; sending them again changes nothing.

    Of a cluster with more than two cores, more ``workers`` keep more busy.

    Raises :class:`IndexUnavailableError` where the cluster stays busy or away,
    :class:`IndexLockedError` where a later commit has changed one of the documents, and
    :class:`IndexWriteError` for what the cluster does not take.
    """
    at_once = min(max(_AT_ONCE, workers), _MOST_AT_ONCE)
    with ThreadPoolExecutor(at_once) as pool:
        sent: deque[Future[None]] = deque()
        for chunk in _chunks(changes):
            if len(sent) == at_once:
                sent.popleft().result()
            sent.append(pool.submit(_send_chunk, target, chunk))
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


def _send_chunk(target: Target, chunk: list[Change]) -> None:
    for wait in (*WAITS, None):
        try:
            target.check()
            chunk = _refused(target, chunk)
        except IndexUnavailableError:
            if wait is None:
                raise
        if not chunk:
            return
        if wait is not None:
            time.sleep(wait)
    raise IndexUnavailableError("the cluster stays too busy to be written to: try again later")


def _refused(target: Target, chunk: list[Change]) -> list[Change]:
    """Send a chunk; return what of it is to be sent again."""
    lines = []
    for key, source in chunk:
        action = "delete" if source == "null" else "index"
        about = {"_id": key, "version": target.commit, "version_type": "external_gte"}
        lines.append(json.dumps({action: about}))
        if action == "index":
            lines.append(source)
    body = "\n".join(lines) + "\n"
    answer = target.cluster.request("POST", f"/{target.index}/_bulk", body, timeout=_TIMEOUT)
    refused = []
    for change, item in zip(chunk, answer["items"], strict=True):
        (told,) = item.values()
        error = told.get("error") or {}
        if error.get("type") in _OF_THE_INDEX and told["status"] != 503:
            raise target.cluster.told(error, told["status"])
        if told["status"] == 409:
            raise IndexLockedError("another writer has taken over and changed more: begin anew")
        if told["status"] in _BUSY:
            refused.append(change)
        elif error:
            raise IndexWriteError(
                f"the cluster does not take the document {change[0]!r} "
                f"({error.get('reason', error)}): `searchengine settle` ends the commit without "
                "what was not sent"
            )
    return refused
