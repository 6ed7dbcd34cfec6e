"""What a commit is at its end: what was sent becomes visible, and the commit has a number.

A commit that broke off where nobody has its changes any more is ended here as it stands.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.control import (
    Begun,
    Control,
    ControlDocument,
    Part,
    Vectors,
)
from searchengine.backends.opensearch.mapping import (
    meta_of,
    vectors_of,
    vocabularies_body,
    vocabularies_of,
)
from searchengine.backends.opensearch.searching.queries import ALL
from searchengine.backends.opensearch.vectors.records import counting
from searchengine.backends.opensearch.vocabularies import parts_anew
from searchengine.backends.opensearch.writing.bulk import WAITS
from searchengine.errors import IndexNotFoundError, IndexUnavailableError

Json = dict[str, Any]

#: A busy cluster takes long to write what a large commit has sent.
_REFRESH_SECONDS = 600.0


def install(
    cluster: Cluster,
    control_document: ControlDocument,
    holder: str,
    begun: Begun,
    parts: tuple[Part, ...] | None,
) -> Control:
    """Make all that was sent visible, as one commit; return what the control document says then.

    ``holder`` has the lease. ``parts`` are those of the vocabularies, counted anew if it is None.
    """
    control = control_document.change(holder, lambda control: replace(control, installing=True))
    if begun.settings != control.settings:
        meta = {"_meta": meta_of(begun.settings)}
        cluster.request("PUT", f"/{control.index}/_mapping", meta)
    refresh(cluster, control.index)
    # One that is deleted meanwhile is made anew by what is sent to it.
    control_document.check_index(control)
    documents = count(cluster, control.index, ALL)
    vectors = control.vectors
    if vectors is not None:
        try:
            vectors = counted(cluster, control.index, vectors, control.commit + 1)
        except IndexNotFoundError:
            vectors = None
    if parts is None:
        _make_vocabularies(cluster, control.index)
        parts = parts_anew(cluster, control.index, f"{control.commit + 1}-{begun.mark}-anew")
    return control_document.change(
        holder,
        lambda before: replace(
            before,
            commit=control.commit + 1,
            mark=begun.mark,
            documents=documents,
            next_seq=begun.next_seq,
            settings=begun.settings,
            parts=parts,
            vectors=vectors,
            begun=None,
            installing=False,
        ),
    )


def _make_vocabularies(cluster: Cluster, index: str) -> None:
    """Make the index of the vocabularies if it is gone: what is sent to none makes another one."""
    own = cluster.request("GET", f"/{index}/_settings")[index]["settings"]["index"]
    body = vocabularies_body(int(own["number_of_replicas"]))
    cluster.make_index(vocabularies_of(index), body)


def settle(cluster: Cluster, control_document: ControlDocument) -> bool:
    """End a commit that broke off, with those of its changes that had been sent.

    Returns whether there was one. Raises :class:`IndexLockedError` while somebody writes.
    """
    holder, control = control_document.acquire()
    try:
        if control.begun is not None:
            install(cluster, control_document, holder, control.begun, None)
    finally:
        control_document.release(holder)
    return control.begun is not None


def broken_off(address: Address, begun: Begun) -> str:
    """Return what is to be done about a commit that did not end."""
    return (
        f"a commit of {address.name!r} did not end: begin any writing on {begun.host}, where its "
        f"changes wait in {begun.folder}, or, if they are lost, run `searchengine settle --index "
        f"{address}` and index again"
    )


def counted(cluster: Cluster, index: str, vectors: Vectors, commit: int) -> Vectors:
    """Make all vectors visible that were sent; return them with how many count in ``commit``."""
    beside = vectors_of(index)
    refresh(cluster, beside)
    return vectors._replace(documents=count(cluster, beside, counting(vectors.model, commit)))


def refresh(cluster: Cluster, index: str) -> None:
    """Let searches see what was written, on every copy of every shard."""
    for wait in (*WAITS, None):
        # What has no copy at the moment is read anew when it has one.
        done = cluster.request("POST", f"/{index}/_refresh", timeout=_REFRESH_SECONDS)
        if not done["_shards"]["failed"]:
            return
        if wait is not None:
            time.sleep(wait)
    raise IndexUnavailableError(
        f"a part of {cluster.address.name!r} cannot be refreshed: see the health of the cluster, "
        "then try again"
    )


def count(cluster: Cluster, index: str, query: Json) -> int:
    """Return how much of an index is seen that ``query`` lets in."""
    body = {"size": 0, "track_total_hits": True, "query": query}
    whole = {"allow_partial_search_results": "false"}
    return int(cluster.request("POST", f"/{index}/_search", body, whole)["hits"]["total"]["value"])
