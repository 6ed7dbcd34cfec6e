"""Between a Document and what the index stores of it: its id and metadata.

Pure functions; neither files nor Whoosh appear here. Its metadata are stored as
``document_json`` says.
"""

from __future__ import annotations


def clean_id(id_: str) -> str:
    """Return ``id_`` as the index keeps it: lone surrogates (odd file names) spelt out."""
    return id_.encode("utf-8", "backslashreplace").decode("utf-8")
