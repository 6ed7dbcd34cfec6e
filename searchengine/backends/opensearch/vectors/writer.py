"""The second pass on the cluster: vectors for documents that are committed, while searches go on.

Each checkpoint is a commit. One that breaks off need not be ended: what it has sent is right for
its documents, and the next one takes it up.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.control import ControlDocument, Vectors
from searchengine.backends.opensearch.mapping import vectors_body, vectors_of
from searchengine.backends.opensearch.records import document_in
from searchengine.backends.opensearch.searching.queries import ALL
from searchengine.backends.opensearch.vectors.records import (
    counting,
    pack,
    source_of,
    text_key,
)
from searchengine.backends.opensearch.writing.bulk import Change, Target, send
from searchengine.backends.opensearch.writing.committing import counted, refresh
from searchengine.backends.opensearch.writing.writer import OpenSearchWriter
from searchengine.backends.vectors.passages import (
    PassageVectors,
    VectorModel,
    check_model,
    check_passages,
)
from searchengine.document import Document
from searchengine.errors import IndexNotFoundError, IndexWriteError, InputError

Json = dict[str, Any]

#: So many documents wait in memory at most, then a checkpoint is made.
MOST_ADDED = 2000
#: So many documents are read at a time, and of so many their places.
_DOCUMENTS, _PLACES = 200, 10_000


class _Waiting(NamedTuple):
    """A document without vectors: its name on the cluster, its place in the order of adding, what
    its text is, and how long that."""

    key: str
    seq: int
    text: str
    length: int


class OpenSearchVectorWriter:
    """The writer of vectors; commits at the end of its block, or forgets what came last."""

    def __init__(
        self,
        cluster: Cluster,
        control_document: ControlDocument,
        spool: Path,
        model: VectorModel,
        replace: bool,
    ) -> None:
        """Take the lease; raises :class:`IndexLockedError` while another writer has it."""
        self._cluster = cluster
        self._control_document = control_document
        self._model = model
        # It ends a commit that broke off here, and keeps others out.
        self._lease: OpenSearchWriter | None = OpenSearchWriter(
            cluster, control_document, spool, workers=1
        )
        try:
            self._control = control_document.read()
            self._begin(replace)
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> OpenSearchVectorWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.checkpoint()
        finally:
            self._close()

    @property
    def pending_count(self) -> int:
        """How many documents have no vectors yet, neither committed nor added."""
        return self._pending

    def pending(self) -> Iterator[Document]:
        """Yield every document without vectors; one whose text is known gets the same instead."""
        for chunk in _chunks(self._lacking, _DOCUMENTS):
            read = {}
            body: Json = {"query": _at(chunk), "sort": [{"seq": "asc"}], "_source": ["document"]}
            for hit in self._cluster.each(self._control.index, {**body, "size": _DOCUMENTS}):
                document = document_in(hit["_source"])
                text = text_key(document)
                waiting = _Waiting(hit["_id"], hit["sort"][0], text, len(document.text))
                read[document.id] = document, waiting
            known = self._known({waiting.text for _, waiting in read.values()})
            for id_, (document, waiting) in read.items():
                if waiting.text in known:
                    self._take(waiting, known[waiting.text])
                else:
                    self._waiting[id_] = waiting
                    yield document

    def add(self, id_: str, vectors: PassageVectors) -> None:
        """Add the vectors of a document that :meth:`pending` gave."""
        waiting = self._waiting.get(id_)
        if waiting is None:
            raise InputError(f"no document {id_!r} waits for vectors: add those of pending() once")
        self._model.check(vectors)
        check_passages(vectors, id_, waiting.length)
        del self._waiting[id_]
        self._take(waiting, pack(vectors))

    def checkpoint(self) -> None:
        """Make what was added durable and visible, and go on; no other writer comes between."""
        if self._lease is None:
            raise IndexWriteError("this writer is closed: open another one")
        if not self._added and not self._differs:
            return
        try:
            self._commit(self._lease.holder)
        except BaseException:
            self._close()
            raise

    def _begin(self, replace: bool) -> None:
        control = self._control
        kept = control.vectors if control.vectors and control.vectors.documents else None
        check_model(self._model, kept and kept.model, replace)
        self._beside = vectors_of(control.index)
        self._make_index()
        live = self._places(control.index, ALL)
        having = self._places(self._beside, counting(self._model, control.commit + 1))
        self._lacking = np.setdiff1d(live, having)
        #: Places of documents that are no more.
        self._gone = np.setdiff1d(having, live)
        #: Whether a commit changes what counts though nothing is added. Vectors of another model
        #: count no more from then on; they lie there until others take their place.
        others = kept is not None and kept.model != self._model
        own = kept.documents if kept and not others else 0
        self._differs = others or len(having) != own or len(self._gone) > 0
        self._pending = len(self._lacking)
        self._waiting: dict[str, _Waiting] = {}
        self._added: list[Change] = []

    def _make_index(self) -> None:
        """Make the index of the vectors if it is not there; see what was sent to it."""
        try:
            refresh(self._cluster, self._beside)
        except IndexNotFoundError:
            index = self._control.index
            own = self._cluster.request("GET", f"/{index}/_settings")[index]["settings"]["index"]
            body = vectors_body(int(own["number_of_shards"]), int(own["number_of_replicas"]))
            self._cluster.make_index(self._beside, body)

    def _places(self, index: str, query: Json) -> NDArray[np.int64]:
        """The places of the documents of an index: int64[n], ascending."""
        body = {"query": query, "sort": [{"seq": "asc"}], "stored_fields": "_none_"}
        hits = self._cluster.each(index, {**body, "size": _PLACES})
        return np.fromiter((hit["sort"][0] for hit in hits), np.int64)

    def _known(self, texts: Iterable[str]) -> dict[str, str]:
        """The packed vectors of those texts that have some."""
        held = {"terms": {"text": list(texts)}}
        body: Json = {
            "size": _DOCUMENTS,
            "query": counting(self._model, self._control.commit + 1, held),
            "collapse": {"field": "text"},
            "stored_fields": "_none_",
            "docvalue_fields": ["text", "vectors"],
        }
        answer = self._cluster.request("POST", f"/{self._beside}/_search", body)
        fields = (hit["fields"] for hit in answer["hits"]["hits"])
        return {one["text"][0]: one["vectors"][0] for one in fields}

    def _take(self, waiting: _Waiting, packed: str) -> None:
        key, seq, text, _ = waiting
        line = source_of(seq, self._control.commit + 1, self._model, text, packed)
        self._added.append((key, line))
        self._pending -= 1
        if len(self._added) >= MOST_ADDED:
            self.checkpoint()

    def _commit(self, holder: str) -> None:
        control, model = self._control, self._model
        target = Target(
            self._cluster,
            self._beside,
            control.commit + 1,
            check=lambda: self._control_document.check(holder),
        )
        # Before what is added, which may have the same name.
        send(target, self._of_no_document())
        send(target, self._added)
        made_by = Vectors(model.fingerprint, model.dimensions, 0)
        vectors = counted(self._cluster, control.index, made_by, target.commit)
        self._control = self._control_document.change(
            holder,
            lambda before: replace(
                before, commit=target.commit, mark=secrets.token_hex(4), vectors=vectors
            ),
        )
        self._added, self._differs = [], False
        self._gone = self._gone[:0]

    def _of_no_document(self) -> Iterator[Change]:
        """What takes away the vectors of documents that are no more."""
        for chunk in _chunks(self._gone, _DOCUMENTS):
            body: Json = {"query": _at(chunk), "sort": [{"seq": "asc"}], "size": _DOCUMENTS}
            for hit in self._cluster.each(self._beside, body):
                yield hit["_id"], "null"

    def _close(self) -> None:
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.cancel()


def _chunks(places: NDArray[np.int64], size: int) -> Iterator[list[int]]:
    for start in range(0, len(places), size):
        yield places[start : start + size].tolist()


def _at(seqs: list[int]) -> Json:
    return {"terms": {"seq": seqs}}
