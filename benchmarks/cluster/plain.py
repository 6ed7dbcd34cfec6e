"""OpenSearch as somebody would use it without us: its standard analyzer and a match query.

Title and text are ``text``, the rest keywords and a date; a query is a ``multi_match`` over
``title^2`` and ``text``, a phrase the same of type ``phrase``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.helpers import streaming_bulk

from searchengine.backends.opensearch.address import Address
from searchengine.document import Document

FIELDS = ("title^2", "text")
#: The facets that are counted, and how.
_FACETS = {
    "source": {"terms": {"field": "source", "size": 20}},
    "year": {"date_histogram": {"field": "date", "calendar_interval": "year"}},
    "month": {"date_histogram": {"field": "date", "calendar_interval": "month"}},
}
_PROPERTIES = {
    "title": {"type": "text"},
    "text": {"type": "text"},
    "source": {"type": "keyword"},
    "place": {"type": "keyword"},
    "date": {"type": "date"},
}


class PlainIndex:
    """An index with the stock analyzer at ``address``, made anew."""

    def __init__(self, address: str, *, shards: int = 1, replicas: int = 0) -> None:
        at = Address.parse(address)
        hosts = [{"host": host, "port": int(port)} for host, port in map(_split, at.hosts)]
        self._client = OpenSearch(hosts=hosts, timeout=120)
        self.name = at.name
        if self._client.indices.exists(index=self.name):
            self._client.indices.delete(index=self.name)
        settings = {"number_of_shards": shards, "number_of_replicas": replicas}
        body = {"settings": settings, "mappings": {"properties": _PROPERTIES}}
        self._client.indices.create(index=self.name, body=body)

    def add(self, documents: Iterable[Document]) -> None:
        """Index documents in bulk, then make them visible."""
        for _ in streaming_bulk(self._client, self._actions(documents), chunk_size=500):
            pass
        self._client.indices.refresh(index=self.name)

    def search(
        self, text: str, count: int, *, phrase: bool = False, facets: bool = False
    ) -> list[str]:
        """Return the ids of the best documents, their fields read, all matches counted."""
        match: dict[str, Any] = {"query": text, "fields": list(FIELDS)}
        body: dict[str, Any] = {
            "size": count,
            "query": {"multi_match": {**match, **({"type": "phrase"} if phrase else {})}},
            "track_total_hits": True,
        }
        if facets:
            body["aggs"] = _FACETS
        answer = self._client.search(index=self.name, body=body)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    def bytes(self) -> int:
        """Return what the index takes on all disks."""
        found = self._client.indices.stats(index=self.name, metric="store")["_all"]["total"]
        return int(found["store"]["size_in_bytes"])

    def remove(self) -> None:
        """Delete the index."""
        self._client.indices.delete(index=self.name)

    def _actions(self, documents: Iterable[Document]) -> Iterator[dict[str, Any]]:
        for one in documents:
            source = {"title": one.title, "text": one.text}
            dated = {"date": one.date.isoformat()} if one.date else {}
            fields = {"source": one.source, "place": one.place, **dated}
            yield {"_index": self.name, "_id": one.id, "_source": source | fields}


def _split(host: str) -> Sequence[str]:
    name, _, port = host.rpartition(":")
    return name, port
