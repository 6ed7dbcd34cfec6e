"""From the documents found to hits: the passage shown of each, and what is marked in its title.

Texts are scanned once, for this and for whoever else reads them (``correct``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat

from searchengine.backends.values import RankedDocument
from searchengine.query.display.match_spans import Pattern, find_matches
from searchengine.query.display.passages import Snippet, joined, snippets
from searchengine.query.display.results import Hit
from searchengine.text.scan import Scanned, Span, scan

#: Only the beginning of a very long text is read for a passage.
MAX_CHARACTERS = 200_000


def scanned_pages(ranked: Iterable[RankedDocument]) -> list[Scanned]:
    """Return the texts of documents made ready for searching."""
    return [scan(found.document.text[:MAX_CHARACTERS]) for found in ranked]


def hits_of(
    ranked: Sequence[RankedDocument],
    first: int,
    pages: Sequence[Scanned],
    patterns: Sequence[Pattern],
    weights: Mapping[str, float],
) -> list[Hit]:
    """Return a hit for each document, the first of rank ``first``, with what ``patterns`` mark.

    ``pages``: the :func:`scanned_pages` of all of them; ``weights``: as for :func:`snippets`.
    Without patterns there are neither snippets nor marks.
    """
    passages: Iterable[Snippet] = repeat(Snippet(""))
    titles: Iterable[tuple[Span, ...]] = repeat(())
    if patterns:
        scanned = [scan(found.document.title) for found in ranked]
        matches = find_matches([*pages, *scanned], patterns)
        passages = snippets(pages, matches[: len(pages)], weights)
        titles = (
            tuple(joined(found.document.title, one.spans))
            for found, one in zip(ranked, matches[len(pages) :], strict=True)
        )
    return [
        _hit(rank, found, passage, title)
        for rank, (found, passage, title) in enumerate(
            zip(ranked, passages, titles, strict=False), first
        )
    ]


def _hit(rank: int, found: RankedDocument, passage: Snippet, title: tuple[Span, ...]) -> Hit:
    document = found.document
    return Hit(
        rank=rank,
        id=document.id,
        title=document.title,
        date=document.date,
        date_precision=document.date_precision,
        place=document.place or None,
        author=document.author or None,
        source=document.source or None,
        path=document.path or None,
        score=found.score,
        snippet=passage.text,
        highlights=passage.highlights,
        title_highlights=title,
        duplicates=found.duplicates,
    )
