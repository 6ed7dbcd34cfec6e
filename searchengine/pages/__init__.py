"""What comes in: files and records become pages, pages become documents.

``folders`` lists files, ``selection`` says which of them are documents, ``readers`` turns each into
pages, ``rules`` say what a page is about, ``page`` puts the rules in order. ``ingest`` is a run
that brings an index up to date: ``listing`` says what it is about, ``sources`` whose each document
is, ``fingerprint`` what is new since the last time, ``pruning`` what has gone, ``history`` what was
not read, ``indexing`` what it needs of an index; ``watch`` has one run follow the other. Nothing
here searches or knows an engine. Names are looked up when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchengine.pages.fingerprint import Fingerprint, fingerprint_of, is_unchanged
    from searchengine.pages.folders import SourceFile, list_files
    from searchengine.pages.page import Page, Problem, to_document
    from searchengine.pages.readers.opened import OpenedFile
    from searchengine.pages.readers.reading import all_readers, read_file
    from searchengine.pages.readers.records import Fields
    from searchengine.pages.readers.registry import Reader, Readers

__all__ = [
    "Fields",
    "Fingerprint",
    "OpenedFile",
    "Page",
    "Problem",
    "Reader",
    "Readers",
    "SourceFile",
    "all_readers",
    "fingerprint_of",
    "is_unchanged",
    "list_files",
    "read_file",
    "to_document",
]

_HOMES = {
    "Page": "page",
    "Problem": "page",
    "to_document": "page",
    "Fields": "readers.records",
    "SourceFile": "folders",
    "list_files": "folders",
    "OpenedFile": "readers.opened",
    "Reader": "readers.registry",
    "Readers": "readers.registry",
    "all_readers": "readers.reading",
    "read_file": "readers.reading",
    "Fingerprint": "fingerprint",
    "fingerprint_of": "fingerprint",
    "is_unchanged": "fingerprint",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
