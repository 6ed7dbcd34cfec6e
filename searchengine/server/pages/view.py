"""What the page of results shows, as plain values: from an address and an answer to a view.

Pure functions; the template only lays out what is here. Text stays text: a title or a snippet is
a list of :class:`Piece`, never markup, so that escaping is the template's alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchengine.query.display.results import Hit, Results
from searchengine.server.i18n.messages import Said, translate
from searchengine.server.i18n.phrases import Phrases, machine_date, shown_date
from searchengine.server.pages.address import Address
from searchengine.server.pages.histogram import Bar
from searchengine.text.scan import Span

#: Hits a page.
PER_PAGE = 10
#: A facet shows so many values; the rest is behind one click.
FACET_SHOWN = 6
#: Links around the present page.
PAGES_AROUND = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, which matches the query or not."""

    text: str
    match: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go: what it is called, where it is, and whether it is where we are."""

    label: str
    url: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class HitView:
    """One result as it is shown; without a date where none is known."""

    title: tuple[Piece, ...]
    url: str
    date: str
    machine_date: str
    about: tuple[str, ...]
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet: its values, the first of them in sight and the others behind one click."""

    name: str
    title: str
    shown: tuple[Link, ...]
    more: tuple[Link, ...]


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
    suggestion: Link | None
    hits: tuple[HitView, ...]
    chips: tuple[Link, ...]
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
    results: Results, address: Address, words: Phrases, bars: Sequence[Bar], deepest: int
) -> ResultsView:
    """Return what to show of ``results``, which ``address`` asked for.

    Only the first ``deepest`` results can be paged to; pages beyond them get no link.
    """
    pages = max(1, -(-min(results.total, deepest) // results.per_page))
    past_end = results.total > 0 and not results.hits
    suggestion = results.suggestion
    return ResultsView(
        summary=words.counted(results.total),
        took=words.of(words.took, ms=max(1, round(results.took_ms))),
        pages_text=words.of(words.page_of, page=results.page, pages=pages) if pages > 1 else "",
        past_end=words.of(words.past_end, page=results.page, pages=pages) if past_end else "",
        notes=tuple(translate(note, words.lang) for note in results.notes),
        suggestion=Link(suggestion, address.url(q=suggestion)) if suggestion else None,
        hits=tuple(_hit(hit, address, words) for hit in results.hits),
        chips=chips(address, words),
        facets=tuple(_facets(results.facets, address, words)),
        histogram=_histogram(bars, address, words),
        pages=_page_links(results.page, pages, address, words) if not past_end else (),
        previous=address.url(page=results.page - 1) if 1 < results.page <= pages else "",
        next=address.url(page=results.page + 1) if results.page < pages else "",
    )


def _hit(hit: Hit, address: Address, words: Phrases) -> HitView:
    title = hit.title or hit.id
    date = hit.date
    return HitView(
        title=pieces(title, hit.title_highlights if hit.title else ()),
        url=address.document_url(hit.id),
        date=shown_date(date, hit.date_precision) if date else "",
        machine_date=machine_date(date, hit.date_precision) if date else "",
        about=tuple(part for part in (hit.place, hit.source) if part),
        snippet=pieces(hit.snippet, hit.highlights),
    )


def chips(address: Address, words: Phrases) -> tuple[Link, ...]:
    """Return a chip for each filter, which leads to the results without it."""
    found = []
    if address.year:
        found.append(Link(f"{words.year} {address.year}", address.url(year="")))
    both = address.since and address.since == address.until
    if both:
        found.append(Link(address.since, address.url(since="", until="")))
    if address.since and not both:
        label = words.of(words.since_chip, date=address.since)
        found.append(Link(label, address.url(since="")))
    if address.until and not both:
        label = words.of(words.until_chip, date=address.until)
        found.append(Link(label, address.url(until="")))
    if address.place:
        found.append(Link(address.place, address.url(place="")))
    if address.source:
        found.append(Link(address.source, address.url(source="")))
    return tuple(found)


def _facets(
    facets: Mapping[str, Mapping[str, int]], address: Address, words: Phrases
) -> list[FacetView]:
    found = []
    for name, title in (("year", words.year), ("place", words.place), ("source", words.source)):
        chosen = getattr(address, name)
        links = []
        for value, count in facets.get(name, {}).items():
            current = value == chosen
            url = address.url(**{name: "" if current else value})
            links.append(Link(value, url, current, words.number(count)))
        if links:
            shown, more = tuple(links[:FACET_SHOWN]), tuple(links[FACET_SHOWN:])
            if len(more) == 1:  # One more line takes no more space than the words that hide it.
                shown, more = tuple(links), ()
            found.append(FacetView(name, title, shown, more))
    return found


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
