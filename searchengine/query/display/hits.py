"""From the documents found to hits: the passage shown of each, and what is marked in its title.

Texts are scanned once, for this and for whoever else reads them (``query.suggest``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from searchengine.backends.values import RankedDocument
from searchengine.deadline import check_time
from searchengine.query.display.match_spans import Pattern, find_matches
from searchengine.query.display.passages import Snippet, joined, snippets
from searchengine.query.display.results import Hit
from searchengine.text.scan import Scanned, Span, scan

#: Only the beginning of a very long text is read for a passage.
MAX_CHARACTERS = 200_000
#: So many texts are searched as one, those of a page of results; of a thousand long ones that
#: would take seconds without a look at the time.
SEARCHED_AS_ONE = 10


def scanned_pages(ranked: Iterable[RankedDocument]) -> list[Scanned]:
    """Return the texts of documents made ready for searching."""
    pages = []
    for found in ranked:
        check_time()
        pages.append(scan(found.document.text[:MAX_CHARACTERS]))
    return pages


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
    if not patterns:
        return [_hit(rank, found, Snippet(""), ()) for rank, found in enumerate(ranked, first)]
    hits: list[Hit] = []
    for start in range(0, len(ranked), SEARCHED_AS_ONE):
        some = slice(start, start + SEARCHED_AS_ONE)
        shown = _shown(ranked[some], pages[some], patterns, weights)
        hits += [_hit(rank, *one) for rank, one in enumerate(shown, first + start)]
    return hits


def _shown(
    ranked: Sequence[RankedDocument],
    pages: Sequence[Scanned],
    patterns: Sequence[Pattern],
    weights: Mapping[str, float],
) -> Iterator[tuple[RankedDocument, Snippet, tuple[Span, ...]]]:
    """Each document with its passage and what is marked in its title."""
    titles = [scan(found.document.title) for found in ranked]
    matches = find_matches([*pages, *titles], patterns)
    passages = snippets(pages, matches[: len(pages)], weights)
    for found, passage, one in zip(ranked, passages, matches[len(pages) :], strict=True):
        yield found, passage, tuple(joined(found.document.title, one.spans))


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
