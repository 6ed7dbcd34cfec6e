"""What the tools answer: JSON values of bounded size, asked of the latest commit.

An assistant reads all that it is told, and pays for it, so each text is cut to what helps to choose
and an answer as a whole has a limit. The protocol is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from searchengine.deadline import limited
from searchengine.document import Document
from searchengine.engine import SearchEngine
from searchengine.options import SearchOptions
from searchengine.query.display.results import Hit

#: No answer is longer, in characters of JSON.
MAX_ANSWER = 40_000
#: Hits of one answer, values of one facet, completions.
MAX_HITS = 20
MAX_FACET_VALUES = 50
MAX_SUGGESTIONS = 20
#: Characters of a document's text in one answer; its beginning is often enough.
TEXT = 6_000
MAX_TEXT = 20_000
#: Each other text but an id is cut to so many characters; so many further fields, and notes on how
#: a query was read, are told.
MAX_FIELD = 400
MAX_EXTRA = 20
MAX_NOTES = 5
#: Seconds that one answer may take.
TIME_LIMIT = 10.0

_HIT_FIELDS = ("title", "date", "kind", "place", "author", "source", "folder", "snippet")


class Answers:
    """Asks ``engine``; every method returns JSON values and raises what the engine raises."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def about(self) -> str:
        """Return in a sentence how much there is, and what it can be counted by."""
        with self._engine.open_view() as view:
            facets = ", ".join(view.fields.facet_names)
            return f"{view.document_count:,} documents; facets: {_cut(facets)}."

    def search(self, query: str, options: SearchOptions) -> dict[str, Any]:
        """Return one page of hits; a hit that lacks words of the query is ``partial``."""
        options = replace(options, facets=False, time_limit=TIME_LIMIT)
        found = self._engine.search(query, options)
        about = {
            "total": found.total,
            "total_partial": found.total_partial,
            "page": found.page,
            "corrected": _cut(found.corrected or ""),
            "suggestion": _cut(found.suggestion or ""),
            "notes": [_cut(note) for note in found.notes[:MAX_NOTES]],
        }
        about = {name: value for name, value in about.items() if value not in ("", [])}
        return _bounded(
            lambda size: {**about, "hits": [_hit(hit) for hit in found.hits[:size]]}, options.limit
        )

    def get(self, id_: str, offset: int, length: int) -> dict[str, Any]:
        """Return a document with ``length`` characters of its text from ``offset`` on."""
        document = self._engine.get(id_)
        fields, extra = _fields(document), _extra(document)

        def part(size: int) -> dict[str, Any]:
            end = offset + size
            return {
                **fields,
                **({"extra": extra} if extra and size else {}),
                "text": document.text[offset:end],
                "offset": offset,
                "next_offset": end if end < len(document.text) else None,
                "total_characters": len(document.text),
            }

        return _bounded(part, length)

    def facets(
        self, query: str, options: SearchOptions, names: Sequence[str], limit: int
    ) -> dict[str, Any]:
        """Return how many documents of those that match have each value of some facets."""
        options = replace(options, time_limit=TIME_LIMIT)
        with self._engine.open_view() as view, limited(options.time_limit):
            total = view.histogram(query, options, by="year").total
            counted = view.facets(query, options, names=names or None, limit=limit)

        def part(size: int) -> dict[str, Any]:
            facets = {
                name: {_cut(value): count for value, count in list(counts.items())[:size]}
                for name, counts in counted.items()
            }
            return {"total": total, "facets": facets}

        return _bounded(part, limit)

    def suggest(self, prefix: str, limit: int) -> dict[str, Any]:
        """Return what somebody may be about to type."""
        found = self._engine.suggest(prefix, limit=limit)
        return {"suggestions": [_cut(one) for one in found]}


def to_text(value: Any) -> str:
    """Return a JSON value as text, its letters as they are."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate, which a page may hold, has no UTF-8.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _bounded(part: Callable[[int], dict[str, Any]], size: int) -> dict[str, Any]:
    """The answer that ``part`` makes of ``size`` hits, letters or values; of fewer if too long."""
    answer = part(size)
    while size and len(to_text(answer)) > MAX_ANSWER:
        size //= 2
        answer = {**part(size), "shortened": True}
    return answer


def _hit(hit: Hit) -> dict[str, Any]:
    values = hit.to_json()
    told = {name: _cut(values[name]) for name in _HIT_FIELDS if values[name]}
    return {"id": hit.id, **told, **({"partial": True} if hit.partial else {})}


def _fields(document: Document) -> dict[str, str]:
    told = {
        "title": document.title,
        "date": document.date.isoformat() if document.date else "",
        "date_precision": document.date_precision if document.date else "",
        "kind": document.kind,
        "place": document.place,
        "author": document.author,
        "source": document.source,
        "folder": document.folder,
        "numbers": ", ".join(document.numbers),
    }
    return {"id": document.id, **{name: _cut(value) for name, value in told.items() if value}}


def _extra(document: Document) -> dict[str, str]:
    """The further fields of a record, as text."""
    return {
        _cut(name): _cut(value if isinstance(value, str) else to_text(value))
        for name, value in list(document.extra.items())[:MAX_EXTRA]
    }


def _cut(text: str) -> str:
    return text if len(text) <= MAX_FIELD else f"{text[: MAX_FIELD - 1]}…"
