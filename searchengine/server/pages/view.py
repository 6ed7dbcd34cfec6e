"""What the page of results shows, as plain values: from an address and an answer to a view.

Pure functions; the template only lays out what is here. Text stays text: a title or a snippet is
a list of :class:`Piece`, never markup, so that escaping is the template's alone. What narrows the
results is :mod:`narrowing`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from searchengine.backends.fields import FieldTable
from searchengine.query.display.results import Hit, Results
from searchengine.server.i18n.messages import Said, translate
from searchengine.server.i18n.phrases import Phrases, machine_date, shown_date
from searchengine.server.pages.address import Address
from searchengine.server.pages.histogram import Bar
from searchengine.server.pages.narrowing import FacetView, Link, facets_view
from searchengine.text.scan import Span

#: Hits a page.
PER_PAGE = 10
#: A hit lists so many of the pages that repeat it.
DUPLICATES_SHOWN = 10
#: Links around the present page.
PAGES_AROUND = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, which matches the query or not."""

    text: str
    match: bool = False


@dataclass(frozen=True, slots=True)
class HitView:
    """One result as it is shown; without a date where none is known."""

    title: tuple[Piece, ...]
    url: str
    date: str
    machine_date: str
    about: tuple[str, ...]
    snippet: tuple[Piece, ...]
    #: How many pages have nearly the same text, in words, and the first of them.
    same: str
    same_links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class BarView:
    """A bar of the histogram with its name and where it leads."""

    bar: Bar
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class HistogramView:
    """The histogram: its bars, what it is called, the labels below it."""

    bars: tuple[BarView, ...]
    caption: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class ResultsView:
    """A page of results as it is shown."""

    summary: str
    took: str
    pages_text: str
    past_end: str
    notes: tuple[Said, ...]
    corrected: Link | None
    as_typed: Link | None
    suggestion: Link | None
    hits: tuple[HitView, ...]
    #: Those that lack some of the words; how many there are in all; where there are more of them.
    partial_hits: tuple[HitView, ...]
    partial_text: str
    more_partial: str
    facets: tuple[FacetView, ...]
    histogram: HistogramView | None
    pages: tuple[Link | None, ...]
    previous: str
    next: str


def pieces(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Cut ``text`` at its matching ``spans`` (ascending, not overlapping)."""
    found: list[Piece] = []
    at = 0
    for start, end in spans:
        if start > at:
            found.append(Piece(text[at:start]))
        if end > start:
            found.append(Piece(text[start:end], match=True))
        at = end
    if text[at:]:
        found.append(Piece(text[at:]))
    return tuple(found)


def results_view(
    results: Results,
    address: Address,
    words: Phrases,
    table: FieldTable,
    bars: Sequence[Bar],
    deepest: int,
    about: Mapping[str, str],
    titles: Mapping[str, str],
) -> ResultsView:
    """Return what to show of ``results``, which ``address`` asked of an index with these fields.

    ``about`` is what more to say of hits, by their ids, and ``titles`` what the documents are
    called that are listed as their duplicates. Only the first ``deepest`` results can be paged to;
    pages beyond them get no link.
    """
    pages = max(1, -(-min(results.total, deepest) // results.per_page))
    past_end = results.total + results.total_partial > 0 and not results.hits
    corrected, suggestion = results.corrected, results.suggestion
    lacking = results.total_partial
    end = results.page * results.per_page
    more_partial = results.page >= pages and end < min(results.total + lacking, deepest)

    def shown(hits: Iterable[Hit]) -> tuple[HitView, ...]:
        return tuple(_hit(hit, address, words, about, titles) for hit in hits)

    return ResultsView(
        summary=words.counted(results.total) if results.total or not lacking else words.none_whole,
        took=words.of(words.took, ms=max(1, round(results.took_ms))),
        pages_text=words.of(words.page_of, page=results.page, pages=pages) if pages > 1 else "",
        past_end=words.of(words.past_end, page=results.page, pages=pages) if past_end else "",
        notes=tuple(translate(note, words.lang) for note in results.notes),
        corrected=Link(corrected, address.url(q=corrected)) if corrected else None,
        as_typed=Link(results.query, address.url(correct=False)) if corrected else None,
        suggestion=Link(suggestion, address.url(q=suggestion, correct=True))
        if suggestion
        else None,
        hits=shown(hit for hit in results.hits if not hit.partial),
        partial_hits=shown(hit for hit in results.hits if hit.partial),
        partial_text=words.of(words.partial, n=lacking) if lacking else "",
        more_partial=address.url(page=results.page + 1) if more_partial else "",
        facets=facets_view(results.facets, address, words, table),
        histogram=_histogram(bars, address, words),
        pages=_page_links(results.page, pages, address, words) if not past_end else (),
        previous=address.url(page=results.page - 1) if 1 < results.page <= pages else "",
        next=address.url(page=results.page + 1) if results.page < pages else "",
    )


def _hit(
    hit: Hit,
    address: Address,
    words: Phrases,
    about: Mapping[str, str],
    titles: Mapping[str, str],
) -> HitView:
    title = hit.title or hit.id
    date = hit.date
    more = (*_where(hit, words), about.get(hit.id, ""))
    return HitView(
        title=pieces(title, hit.title_highlights if hit.title else ()),
        url=address.document_url(hit.id),
        date=shown_date(date, hit.date_precision) if date else "",
        machine_date=machine_date(date, hit.date_precision) if date else "",
        about=tuple(part for part in (hit.kind, hit.place, hit.source, hit.folder, *more) if part),
        snippet=pieces(hit.snippet, hit.highlights),
        same=words.counted_duplicates(len(hit.duplicates)),
        same_links=tuple(
            Link(titles[id_], address.document_url(id_)) for id_ in hit.duplicates if id_ in titles
        ),
    )


def _where(hit: Hit, words: Phrases) -> tuple[str, ...]:
    """Where the passage of a hit stands in its document."""
    page = words.of(words.on_page, page=hit.page_number) if hit.page_number else ""
    return page, words.of(words.in_article, article=hit.article) if hit.article else ""


def _histogram(bars: Sequence[Bar], address: Address, words: Phrases) -> HistogramView | None:
    if not bars:
        return None
    shown = []
    for bar in bars:
        name = words.of(words.bar, label=bar.label, count=words.counted(bar.count))
        url = address.url(since=bar.since, until=bar.until, year="")
        shown.append(BarView(bar, name, url))
    first, last = bars[0].since, bars[-1].until
    return HistogramView(
        tuple(shown), words.of(words.time_span, first=first, last=last), first, last
    )


def _page_links(page: int, pages: int, address: Address, words: Phrases) -> tuple[Link | None, ...]:
    """The first, the last and the pages around this one; None stands for those left out."""
    if pages == 1:
        return ()
    near = range(max(1, page - PAGES_AROUND), min(pages, page + PAGES_AROUND) + 1)
    numbers = sorted({1, pages, *near})
    links: list[Link | None] = []
    for at, number in enumerate(numbers):
        if at and number - numbers[at - 1] > 1:
            links.append(None)
        links.append(Link(words.number(number), address.url(page=number), number == page))
    return tuple(links)
