"""Between a Document and what the index keeps of it: ids, days, facet values, stored metadata.

Pure functions in both directions; neither files nor Whoosh appear here.
"""

from __future__ import annotations

import calendar
import datetime
from typing import Any

from searchengine.document import Document, restored

_EPOCH = datetime.date(1970, 1, 1)


def clean_id(id_: str) -> str:
    """Return ``id_`` as the index keeps it: lone surrogates (odd file names) spelt out."""
    return id_.encode("utf-8", "backslashreplace").decode("utf-8")


def day_number(date: datetime.date) -> int:
    """Return days since 1970-01-01."""
    return (date - _EPOCH).days


def date_of_day(day: int) -> datetime.date:
    """Return the date of a number that :func:`day_number` gave."""
    return _EPOCH + datetime.timedelta(days=day)


def days_of(document: Document) -> tuple[int, int] | None:
    """Return the first and last day that the document's date covers, or None without a date."""
    date = document.date
    if date is None or document.date_precision == "none":
        return None
    first = last = date
    if document.date_precision == "month":
        first = date.replace(day=1)
        last = date.replace(day=calendar.monthrange(date.year, date.month)[1])
    elif document.date_precision == "year":
        first, last = datetime.date(date.year, 1, 1), datetime.date(date.year, 12, 31)
    return day_number(first), day_number(last)


def facet_values(document: Document) -> dict[str, str]:
    """Return the facets of a document; an empty string where it has none."""
    return {
        "place": document.place,
        "source": document.source,
        "author": document.author,
        "term": f"{document.term[0]}–{document.term[1]}" if document.term else "",
    }


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
    return restored(
        **{**values, "numbers": tuple(values["numbers"])},
        date=datetime.date.fromisoformat(date) if date else None,
        term=(term[0], term[1]) if term else None,
        text=text,
        original=original,
    )
