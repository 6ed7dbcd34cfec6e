"""A document as JSON values: what an index stores, the command and the server show, export writes.

An exported line is marked by one key with a version, and is taken back exactly as it is or not at
all; what other programs wrote never has that mark. Files and indexes are not known here.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from searchengine.document import DateOrigin, DatePrecision, Document, restored

#: Marks an exported document, and says in which version it was written. It comes first in a line.
EXPORT_KEY: Final = "searchengine_document"
EXPORT_VERSION: Final = 1

_SURROGATE = re.compile("[\ud800-\udfff]")


def meta_of(document: Document) -> dict[str, Any]:
    """Return everything of a document but its texts as JSON values."""
    return {
        "id": document.id,
        "title": document.title,
        "date": document.date.isoformat() if document.date else None,
        "date_precision": document.date_precision,
        "date_origin": document.date_origin,
        "kind": document.kind,
        "place": document.place,
        "author": document.author,
        "source": document.source,
        "folder": document.folder,
        "path": document.path,
        "numbers": list(document.numbers),
        "term_of_office": list(document.term_of_office) if document.term_of_office else None,
        "content_hash": document.content_hash,
        "extra": dict(document.extra),
    }


def document_of(meta: Mapping[str, Any], text: str, original: str | None) -> Document:
    """Return the document that :func:`meta_of` and its texts came from."""
    values = dict(meta)
    date, term = values.pop("date"), values.pop("term_of_office")
    return restored(
        **{**values, "numbers": tuple(values["numbers"])},
        date=datetime.date.fromisoformat(date) if date else None,
        term_of_office=(term[0], term[1]) if term else None,
        text=text,
        original=original,
    )


def export_line(document: Document) -> str:
    """Return all of a document as one line of JSON, without its end."""
    record = {
        EXPORT_KEY: EXPORT_VERSION,
        **meta_of(document),
        "text": document.text,
        "original": document.original,
    }
    for name in _OPTIONAL:
        if not record[name]:
            del record[name]
    line = json.dumps(record, ensure_ascii=False)
    # A lone surrogate has no UTF-8.
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def is_exported(value: Mapping[str, Any]) -> bool:
    """Return whether a JSON object bears the mark of an exported document."""
    return type(value.get(EXPORT_KEY)) is int


def exported_document(value: Mapping[str, Any]) -> Document:
    """Return the document that :func:`export_line` made an object of.

    Raises ValueError, with the reason, for anything else that bears its mark.
    """
    if value[EXPORT_KEY] > EXPORT_VERSION:
        raise ValueError("a newer version of this program exported it: use that")
    names = {EXPORT_KEY, *_KINDS}
    for name in sorted((names ^ set(value)) - _OPTIONAL.keys()):
        raise ValueError(f"its field {name!r} is {'missing' if name in names else 'unknown'}")
    value = {**_OPTIONAL, **value}
    for name, is_kind in _KINDS.items():
        if not is_kind(value[name]):
            raise ValueError(f"its field {name!r} cannot be {value[name]!r:.40}")
    if value["date"] is not None and value["date_precision"] == "none":
        raise ValueError("its field 'date_precision' is none though it has a date")
    meta = {name: value[name] for name in _KINDS if name not in ("text", "original")}
    return document_of(meta, value["text"], value["original"])


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_date(value: Any) -> bool:
    if value is None:
        return True
    try:
        return bool(datetime.date.fromisoformat(value).isoformat() == value)
    except (ValueError, TypeError):
        return False


def _is_term(value: Any) -> bool:
    return value is None or (
        isinstance(value, list) and [type(year) for year in value] == [int, int]
    )


#: What an exported document may lack, and then has.
_OPTIONAL: Mapping[str, str] = {"kind": "", "folder": ""}
#: The fields of an exported document, and what each may be.
_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "id": _is_id,
    **dict.fromkeys(
        ("title", "kind", "place", "author", "source", "folder", "path", "content_hash", "text"),
        _is_text,
    ),
    "date": _is_date,
    "date_precision": lambda value: value in get_args(DatePrecision),
    "date_origin": lambda value: value in get_args(DateOrigin),
    "numbers": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    "term_of_office": _is_term,
    "extra": lambda value: isinstance(value, dict),
    "original": lambda value: value is None or _is_text(value),
}
