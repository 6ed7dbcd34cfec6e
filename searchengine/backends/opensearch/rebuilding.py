"""Making an index on a cluster anew, from what it stores: another one behind the same alias.

The old one answers until the control document names the new one, which is one write; what a run
that broke off has left is deleted by the next one. Documents keep their places in the order of
adding, so that a view of the old one goes on in the new one.
"""

from __future__ import annotations

import json
import multiprocessing
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from searchengine.backends.counts import Upgrade
from searchengine.backends.fields import Field, FieldTable
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.control import (
    Control,
    ControlDocument,
    Part,
    Vectors,
    new_name,
)
from searchengine.backends.opensearch.mapping import (
    FORMAT,
    KEPT,
    check_meta,
    index_body,
    vectors_body,
    vectors_of,
    vocabularies_body,
    vocabularies_of,
)
from searchengine.backends.opensearch.records import (
    StoredTokens,
    as_line,
    document_in,
    sources_of,
    with_seq,
)
from searchengine.backends.opensearch.searching.queries import ALL
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.opensearch.vectors.records import counting, source_of
from searchengine.backends.opensearch.vocabularies import Counting
from searchengine.backends.opensearch.writing.bulk import Change, Target, send
from searchengine.backends.opensearch.writing.writer import OpenSearchWriter
from searchengine.errors import IndexDamagedError, IndexWriteError

Json = dict[str, Any]

#: So many documents are read, and analysed, together.
_DOCUMENTS = 100


def rebuild_index(
    cluster: Cluster,
    spool: Path,
    *,
    if_needed: bool,
    shards: int | None,
    replicas: int | None,
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> Upgrade:
    """Make the index anew with so many ``shards`` and ``replicas``, by default its own.

    With ``if_needed`` one that this version reads is not touched. Raises
    :class:`IndexLockedError` while somebody writes to it.
    """
    control_document = ControlDocument(cluster, to_upgrade=True)
    # It ends a commit that broke off here, and keeps others out.
    writer = OpenSearchWriter(cluster, control_document, spool, workers=1)
    try:
        before = control_document.read()
        again = _must_be_made(cluster, control_document, before)
        # What a run that broke off has left.
        _put_behind_alias(cluster, control_document, before.index)
        snapshot = Snapshot(cluster, control_document, vocabularies=False)
        snapshot.hold()
        # Vectors may be gone.
        before = replace(before, vectors=snapshot.control.vectors)
        try:
            documents = snapshot.numbers.documents
            if again or not if_needed:
                index = _create(cluster, before, shards, replicas)
                counting = Counting(cluster, index, (), "anew")
                lines = _counted(_lines(snapshot, workers), counting)
                target = Target(
                    cluster,
                    index,
                    before.commit,
                    check=lambda: control_document.check(writer.holder),
                )
                send(target, _told(lines, documents, progress), workers=workers)
                parts = counting.finish()
                _check_whole(cluster, index, documents)
                if before.vectors is not None:
                    _copy_vectors(replace(target, index=vectors_of(index)), before, before.vectors)
                control_document.change(
                    writer.holder,
                    lambda control: _of(
                        replace(control, vectors=before.vectors), index, parts, again
                    ),
                )
        finally:
            snapshot.let_go()
        if again or not if_needed:
            _put_behind_alias(cluster, control_document, index)
        return Upgrade(before.format, FORMAT, documents, again or not if_needed)
    finally:
        writer.cancel()


def _must_be_made(cluster: Cluster, control_document: ControlDocument, control: Control) -> bool:
    """Whether this version cannot read an index that it can make anew."""
    meta = control_document.meta(control)
    try:
        check_meta(meta, cluster.address.name)
    except IndexDamagedError:
        return True
    return control.format != FORMAT


def _create(cluster: Cluster, control: Control, shards: int | None, replicas: int | None) -> str:
    found = cluster.request("GET", f"/{control.index}/_settings")[control.index]["settings"]
    own = found["index"]
    body = index_body(
        control.settings,
        int(own["number_of_shards"]) if shards is None else shards,
        int(own["number_of_replicas"]) if replicas is None else replicas,
    )
    index = new_name(cluster.address.name)
    cluster.make_index(index, body)
    parts, kept = (body["settings"][f"number_of_{each}"] for each in ("shards", "replicas"))
    cluster.make_index(vocabularies_of(index), vocabularies_body(kept))
    if control.vectors is not None:
        cluster.make_index(vectors_of(index), vectors_body(parts, kept))
    return index


def _lines(snapshot: Snapshot, workers: int) -> Iterator[Change]:
    """What the cluster is sent of all documents, in their order."""
    body = {"query": ALL, "sort": [{"seq": "asc"}], "_source": list(KEPT)}
    hits = snapshot.each(body, page=_DOCUMENTS)
    declared = snapshot.control.settings.fields
    chunks = iter(lambda: list(islice(hits, _DOCUMENTS)), [])
    if workers <= 1:
        for chunk in chunks:
            yield from _made(chunk, declared)
        return
    # A copy of a process with threads may wait for a lock that nobody lets go.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        making: deque[Future[list[Change]]] = deque()
        for chunk in chunks:
            making.append(pool.submit(_made, chunk, declared))
            if len(making) > 2 * workers:
                yield from making.popleft().result()
        while making:
            yield from making.popleft().result()


def _made(hits: Sequence[Json], declared: Sequence[Field]) -> list[Change]:
    kept = [(document_in(hit["_source"]), hit["_source"].get("fingerprint", "")) for hit in hits]
    sources = sources_of(kept, FieldTable(declared))
    return [
        (hit["_id"], with_seq(as_line(source), hit["sort"][0]))
        for hit, source in zip(hits, sources, strict=True)
    ]


def _counted(changes: Iterable[Change], counting: Counting) -> Iterator[Change]:
    for key, line in changes:
        counting.add(StoredTokens(json.loads(line)["tokens"]), 1)
        yield key, line


def _told(
    changes: Iterable[Change], documents: int, progress: Callable[[int, int], None] | None
) -> Iterator[Change]:
    for done, change in enumerate(changes, 1):
        yield change
        if progress is not None:
            progress(done, documents)


def _copy_vectors(target: Target, control: Control, made_by: Vectors) -> None:
    """Take vectors along as they are: their documents have the same places."""
    cluster, model = target.cluster, made_by.model
    body: Json = {
        "size": _DOCUMENTS,
        "query": counting(model, control.commit),
        "sort": [{"seq": "asc"}],
        "docvalue_fields": ["text", "vectors"],
    }

    def changes() -> Iterator[Change]:
        for hit in cluster.each(vectors_of(control.index), body):
            text, packed = (hit["fields"][name][0] for name in ("text", "vectors"))
            yield hit["_id"], source_of(hit["sort"][0], control.commit, model, text, packed)

    send(target, changes())
    _check_whole(cluster, target.index, made_by.documents)


def _check_whole(cluster: Cluster, index: str, documents: int) -> None:
    cluster.request("POST", f"/{index}/_refresh")
    count = cluster.request("GET", f"/{index}/_count")["count"]
    if count != documents:
        raise IndexWriteError(
            f"{count} of {documents} documents have arrived in {index!r}: see the cluster's log, "
            "then try again"
        )


def _of(control: Control, index: str, parts: tuple[Part, ...], other_format: bool) -> Control:
    """The control document with another index: another commit if it is made otherwise."""
    changed = replace(control, index=index, parts=parts, format=FORMAT)
    if other_format:
        return replace(changed, commit=control.commit + 1, mark=secrets.token_hex(4))
    return changed


def _put_behind_alias(cluster: Cluster, control_document: ControlDocument, index: str) -> None:
    """Have the alias name the index of the control document, and no other be left."""
    name = cluster.address.name
    add = {"add": {"index": index, "alias": name}}
    remove = {"remove": {"index": f"{name}-*", "alias": name, "must_exist": False}}
    cluster.request("POST", "/_aliases", {"actions": [remove, add]})
    control_document.drop_all_but(index)
