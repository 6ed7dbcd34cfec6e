"""Exported documents among the records of a file: they are taken as they are, past all rules.

What marks one, and what it must hold, is said in ``document_json``; lines and files are the
business of ``records``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from searchengine.document_json import EXPORT_KEY, exported_document, is_exported
from searchengine.pages.page import Page, Problem

#: An exported line may be this long, in bytes: a text and the page it was taken from, each as
#: large as a document may be, with every character escaped.
LINE_MAX = 200_000_000
_BEGINNING = f'{{"{EXPORT_KEY}":'.encode()


def line_limit(line: bytes, limit: int) -> int:
    """Return how long the line that begins with ``line`` may be; ``limit`` if it is no export."""
    return LINE_MAX if line.startswith(_BEGINNING) else limit


def read_exported(
    value: Mapping[str, Any], hashed: str, path: str, number: int | None
) -> Page | Problem | None:
    """Return the page of an exported document, the problem with one, None for other records.

    ``hashed`` is the hash of the record, at line ``number`` of the file ``path``.
    """
    if not is_exported(value):
        return None
    try:
        document = exported_document(value)
    except ValueError as error:
        return Problem(path, number, f"is marked as exported, but {error}")
    return Page(
        id=document.id,
        text=document.text,
        title=document.title,
        path=path,
        line=number,
        content_hash=hashed,
        extra=document.extra,
        document=document,
    )
