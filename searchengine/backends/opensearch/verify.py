"""Whether an index on the cluster is sound: health, counts, and a sample analysed again."""

from __future__ import annotations

from collections.abc import Iterator

from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.control import ControlDocument
from searchengine.backends.opensearch.mapping import check_meta, vectors_of
from searchengine.backends.opensearch.records import StoredTokens, document_in, sources_of
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.opensearch.vectors.records import text_key
from searchengine.backends.opensearch.writing.committing import broken_off
from searchengine.errors import SearchEngineError

#: So many documents, evenly among all, are analysed again.
SAMPLE = 50


def verify_index(cluster: Cluster, control_document: ControlDocument) -> list[str]:
    """Return what is wrong with the index, a line a fault; empty if nothing is."""
    try:
        return list(_faults(cluster, control_document))
    except SearchEngineError as error:
        return [str(error)]


def _faults(cluster: Cluster, control_document: ControlDocument) -> Iterator[str]:
    control = control_document.read()
    name = cluster.address.name
    if control.begun is not None and not control.is_written:
        yield broken_off(cluster.address, control.begun)
    meta = control_document.meta(control)
    check_meta(meta, name)
    health = cluster.request("GET", f"/_cluster/health/{control.index}")
    if health["status"] == "red":
        yield f"a shard of {name!r} is missing: start the nodes that have it"
    if not control.installing and meta.get("settings") != control.settings.to_json():
        yield (
            f"the mapping of {name!r} says that it was told other fields or synonyms than it was: "
            "run 'searchengine rebuild'"
        )
    snapshot = Snapshot(cluster, control_document)
    snapshot.hold()
    try:
        if control.vectors is not None and snapshot.control.vectors is None:
            yield (
                f"the vectors of {name!r} are gone with the index {vectors_of(control.index)}: run "
                "'searchengine embed'"
            )
        yield from _sample_faults(snapshot)
    finally:
        snapshot.let_go()


def _sample_faults(snapshot: Snapshot) -> Iterator[str]:
    count, most = snapshot.numbers.documents, snapshot.control.next_seq
    unplaced = {"bool": {"must_not": [{"range": {"seq": {"gte": 0, "lt": most}}}]}}
    (wrong,) = snapshot.search({"size": 0, "track_total_hits": True, "query": unplaced})
    if number := wrong["hits"]["total"]["value"]:
        yield f"{number} of {count} documents belong to no commit: index anew"
    elif count != snapshot.control.documents:
        yield f"there are {count} documents in place of {snapshot.control.documents}: index anew"
    made_by = snapshot.control.vectors
    if made_by is not None and snapshot.numbers.with_vectors != made_by.documents:
        yield (
            f"{snapshot.numbers.with_vectors} documents have vectors in place of "
            f"{made_by.documents}: run 'searchengine embed'"
        )
    step = max(1, most // SAMPLE)
    places = list(range(0, most, step))
    (answer,) = snapshot.search(
        {"size": SAMPLE * 2, "query": {"terms": {"seq": places}}, "sort": [{"seq": "asc"}],
         "_source": ["document", "original"], "docvalue_fields": ["tokens"]}
    )  # fmt: skip
    found = None if made_by is None else snapshot.vectors(places)
    texts = dict(zip(found.seqs, found.texts, strict=True)) if found else {}
    for hit in answer["hits"]["hits"]:
        document = document_in(hit["_source"])
        text = text_key(document)
        if texts.get(hit["sort"][0], text) != text:
            yield f"the vectors of {document.id!r} are of another text: index it anew"
        again = sources_of([(document, "")], snapshot.fields)[0]["tokens"]
        (kept,) = hit.get("fields", {}).get("tokens", [""])
        if not kept or StoredTokens(kept) != StoredTokens(again):
            yield f"the document {document.id!r} was indexed otherwise: index it anew"
