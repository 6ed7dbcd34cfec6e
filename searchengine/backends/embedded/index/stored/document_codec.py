"""Between a Document and what the index stores of it: its id and metadata.

Pure functions in both directions; neither files nor Whoosh appear here.
"""

from __future__ import annotations

import datetime
from typing import Any

from searchengine.document import Document


def clean_id(id_: str) -> str:
    """Return ``id_`` as the index keeps it: lone surrogates (odd file names) spelt out."""
    return id_.encode("utf-8", "backslashreplace").decode("utf-8")


def meta_of(document: Document) -> dict[str, Any]:
    """Return everything of a document but its texts as JSON values."""
    return {
        "id": document.id,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "date_precision": document.date_precision,
        "date_origin": document.date_origin,
        "place": document.place,
        "author": document.author,
        "source": document.source,
        "path": document.path,
        "numbers": list(document.numbers),
        "term": list(document.term) if document.term else None,
        "content_hash": document.content_hash,
        "extra": dict(document.extra),
    }


def document_of(meta: dict[str, Any], text: str, original: str | None) -> Document:
    """Return the document that :func:`meta_of` and its texts came from."""
    values = dict(meta)
    date, term = values.pop("date"), values.pop("term")
    return Document(
        **{**values, "numbers": tuple(values["numbers"])},
        date=datetime.date.fromisoformat(date) if date else None,
        term=(term[0], term[1]) if term else None,
        text=text,
        original=original,
    )
