"""What the engine says of documents, as JSON values for anybody who may ask.

Like the command's ``--json``, but that no path tells where a file lies on the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from searchengine.document_json import meta_of
from searchengine.query.display.results import Hit, Results
from searchengine.search_view import SearchView
from searchengine.server.paths import relative_path


def results_json(results: Results) -> dict[str, Any]:
    """Return a page of results as JSON values."""
    return {**results.to_json(), "hits": hits_json(results.hits)}


def hits_json(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """Return hits as JSON values."""
    return [
        replace(hit, path=hit.path and relative_path(hit.id, hit.path)).to_json() for hit in hits
    ]


def document_json(
    view: SearchView, id_: str, *, query: str | None, correct: bool, original: bool
) -> dict[str, Any]:
    """Return a document as JSON values, with what matches ``query``, corrected or not.

    Raises :class:`DocumentNotFoundError`, and :class:`QueryError` for a query of no words.
    """
    document = view.get(id_)
    document = replace(document, path=relative_path(document.id, document.path))
    found = {"ok": True, **meta_of(document), "text": document.text}
    if original:
        found["original"] = document.original
    if query is not None:
        texts = (document.text, document.title)
        found["highlights"], found["title_highlights"] = view.highlights(
            query, texts, correct=correct
        )
    return found
