"""What comes in: files and records become pages, pages become documents.

``walk`` reads, ``to_document`` applies the rules; each rule and each format has a module. Names
are looked up when first used: a search needs ``Document`` and none of the rules.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchengine.pages.document import Document
    from searchengine.pages.fingerprint import Changes, Fingerprint, fingerprint_of, plan
    from searchengine.pages.folder import SourceFile, list_files
    from searchengine.pages.page import Page, Problem, to_document
    from searchengine.pages.read import read_file, walk
    from searchengine.pages.records import Fields

__all__ = [
    "Changes",
    "Document",
    "Fields",
    "Fingerprint",
    "Page",
    "Problem",
    "SourceFile",
    "fingerprint_of",
    "list_files",
    "plan",
    "read_file",
    "to_document",
    "walk",
]

_HOMES = {
    "Document": "document",
    "Page": "page",
    "Problem": "page",
    "to_document": "page",
    "Fields": "records",
    "SourceFile": "folder",
    "list_files": "folder",
    "read_file": "read",
    "walk": "read",
    "Changes": "fingerprint",
    "Fingerprint": "fingerprint",
    "fingerprint_of": "fingerprint",
    "plan": "fingerprint",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
