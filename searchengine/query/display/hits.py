"""From the documents found to hits: the passage shown of each, and what is marked in its title.

Texts are scanned once, for this and for whoever else reads them (``query.suggest``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from searchengine.backends.values import RankedDocument
from searchengine.deadline import check_time
from searchengine.query.display.locations import location_of
from searchengine.query.display.match_spans import find_matches
from searchengine.query.display.passages import Snippet, joined, snippets
from searchengine.query.display.patterns import Pattern
from searchengine.query.display.results import Hit
from searchengine.text.scan import Span, scan
from searchengine.text.scanned_texts import ScannedTexts

#: Only the beginning of a very long text is read for a passage.
MAX_CHARACTERS = 200_000
#: So many texts are searched as one, those of a page of results; of a thousand long ones that
#: would take seconds without a look at the time.
SEARCHED_AS_ONE = 10


def scanned_pages(ranked: Sequence[RankedDocument]) -> list[ScannedTexts]:
    """Return the texts of documents made ready for searching, and then their titles.

    A value for each :data:`SEARCHED_AS_ONE` of them.
    """
    pages = []
    for start in range(0, len(ranked), SEARCHED_AS_ONE):
        check_time()
        some = [found.document for found in ranked[start : start + SEARCHED_AS_ONE]]
        texts = [scan(document.text[:MAX_CHARACTERS]) for document in some]
        pages.append(ScannedTexts([*texts, *(scan(document.title) for document in some)]))
    return pages


def hits_of(
    ranked: Sequence[RankedDocument],
    first: int,
    pages: Sequence[ScannedTexts],
    pattern: Pattern | None,
) -> list[Hit]:
    """Return a hit for each document, the first of rank ``first``, with what ``pattern`` marks.

    ``pages``: the :func:`scanned_pages` of all of them. Without a pattern there are neither
    snippets nor marks.
    """
    if pattern is None:
        return [_hit(rank, found, Snippet(""), ()) for rank, found in enumerate(ranked, first)]
    nearest = [one.passage for one in ranked]
    shown = chain.from_iterable(
        _shown(texts, pattern, nearest[at * SEARCHED_AS_ONE : (at + 1) * SEARCHED_AS_ONE])
        for at, texts in enumerate(pages)
    )
    return [
        _hit(rank, found, *one)
        for rank, (found, one) in enumerate(zip(ranked, shown, strict=True), first)
    ]


def _shown(
    pages: ScannedTexts, pattern: Pattern, nearest: Sequence[Span | None]
) -> Iterator[tuple[Snippet, tuple[Span, ...]]]:
    """The passage of each document, and what is marked in its title."""
    check_time()
    count = len(pages.texts) // 2
    matches = find_matches(pages, pattern, count)
    for number, passage in enumerate(snippets(pages.texts[:count], matches, nearest), count):
        title = pages.texts[number].text
        yield passage, tuple(joined(title, matches.spans_in(number)))


def _hit(rank: int, found: RankedDocument, passage: Snippet, title: tuple[Span, ...]) -> Hit:
    document = found.document
    where = location_of(document.text, passage.start, document.first_page)
    return Hit(
        rank=rank,
        id=document.id,
        title=document.title,
        date=document.date,
        date_precision=document.date_precision,
        kind=document.kind or None,
        place=document.place or None,
        author=document.author or None,
        source=document.source or None,
        folder=document.folder or None,
        path=document.path or None,
        score=found.score,
        snippet=passage.text,
        highlights=passage.highlights,
        page_number=where.page,
        article=where.article,
        title_highlights=title,
        duplicates=found.duplicates,
        partial=found.partial,
    )
