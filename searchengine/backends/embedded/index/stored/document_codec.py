"""From a Document to what the index keeps of it beside its texts: ids, days, facet values.

Pure functions; neither files nor Whoosh appear here. Its metadata are stored as
``document_json`` says.
"""

from __future__ import annotations

import calendar
import datetime

from searchengine.document import Document

_EPOCH = datetime.date(1970, 1, 1)


def clean_id(id_: str) -> str:
    """Return ``id_`` as the index keeps it: lone surrogates (odd file names) spelt out."""
    return id_.encode("utf-8", "backslashreplace").decode("utf-8")


def day_number(date: datetime.date) -> int:
    """Return days since 1970-01-01."""
    return (date - _EPOCH).days


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
