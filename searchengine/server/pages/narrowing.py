"""What narrows and orders the results, as plain values: facets, chips, ways to sort.

One table of fields says what there is; no field of a record is named here. Pure functions from an
address and counts to links.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from searchengine.backends.fields import FACET_ALIASES, FOLDER, Field, FieldTable, label
from searchengine.document import Document
from searchengine.server.i18n.phrases import Phrases, shown_date
from searchengine.server.pages.address import Address

#: A facet shows so many values; the rest is behind one click.
FACET_SHOWN = 6
#: The facets whose value has a parameter of the address to itself.
_OWN_PARAMETER = ("year", "place", "source")
#: Stands between the ends of a range.
_TO = ".."

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go: what it is called, where it is, and whether it is where we are."""

    label: str
    url: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class RangeView:
    """A form for the least and the greatest value of a field, and what they are now."""

    field: str
    kind: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet: its values, the first of them in sight and the others behind one click.

    ``declared`` if its title is a name of the index's own. Of numbers and dates few values are
    listed, from the least number or the newest day; for many there is a ``range``.
    """

    title: str
    declared: bool
    shown: tuple[Link, ...]
    more: tuple[Link, ...] = ()
    range: RangeView | None = None


@dataclass(frozen=True, slots=True)
class SortsView:
    """The orders that results can have, and both directions of the one that they have.

    The first choices are those of every index; ``directions`` is empty where there is but one.
    """

    choices: tuple[Link, ...]
    directions: tuple[Link, ...]


def facets_view(
    counts: Mapping[str, Counts], address: Address, words: Phrases, table: FieldTable
) -> tuple[FacetView, ...]:
    """Return the facets that have any values; ``counts`` are those of all matches."""
    found = []
    if years := counts.get("year"):
        links = _own_links("year", years, address, words)
        found.append(FacetView(words.year, False, *_folded(links)))
    for field in table.fields.values():
        if values := counts.get(field.name):
            found.append(_facet(field, values, address, words, table))
    return tuple(found)


def chips(address: Address, words: Phrases, table: FieldTable) -> tuple[Link, ...]:
    """Return a chip for each filter, which leads to the results without it."""
    found = []
    if address.year:
        found.append(Link(f"{words.year} {address.year}", address.url(year="")))
    if address.since or address.until:
        if address.since == address.until:
            found.append(Link(address.since, address.url(since="", until="")))
        else:
            if address.since:
                said = words.of(words.since_chip, date=address.since)
                found.append(Link(said, address.url(since="")))
            if address.until:
                said = words.of(words.until_chip, date=address.until)
                found.append(Link(said, address.url(until="")))
    if address.place:
        found.append(Link(address.place, address.url(place="")))
    if address.source:
        found.append(Link(address.source, address.url(source="")))
    for one in address.filters:
        others = tuple(other for other in address.filters if other != one)
        found.append(Link(_chip(one, words, table), address.url(filters=others)))
    return tuple(found)


def sorts_view(address: Address, words: Phrases, table: FieldTable) -> SortsView:
    """Return the ways to sort: best, newest, and each declared number or date."""
    choices = [
        Link(words.sort_score, address.url(sort="score"), address.sort == "score"),
        Link(words.sort_date, address.url(sort="date"), address.sort == "date"),
    ]
    directions: tuple[Link, ...] = ()
    chosen = sorted_by(address, table)
    for field in table.declared:
        if field.kind == "keyword":
            continue
        choices.append(Link(field.name, address.url(sort=field.name), field == chosen))
        if field == chosen:
            dated, rising = field.kind == "date", address.sort.endswith(":asc")
            down = words.newest_first if dated else words.highest_first
            up = words.oldest_first if dated else words.lowest_first
            directions = (
                Link(down, address.url(sort=field.name), not rising),
                Link(up, address.url(sort=f"{field.name}:asc"), rising),
            )
    return SortsView(tuple(choices), directions)


def sorted_by(address: Address, table: FieldTable) -> Field | None:
    """Return the declared field that the results are sorted by, None if by none of them."""
    name = address.sort.partition(":")[0]
    return next((field for field in table.declared if field.name == name), None)


def shown_values(field: Field, document: Document, words: Phrases) -> str:
    """Return what ``document`` has of a field, "" if nothing."""
    values = (label(field.kind, value) for value in field.values(document))
    return ", ".join(shown_value(field, value, words) for value in values)


def shown_value(field: Field, value: str, words: Phrases) -> str:
    """Return a value of a field, written as :func:`fields.label` does, as readers write it."""
    if field.kind == "number":
        return words.amount(value)
    if field.kind == "date":
        try:
            return shown_date(datetime.date.fromisoformat(value), "day")
        except ValueError:  # As somebody typed it.
            return value
    return value


def _facet(
    field: Field, counts: Counts, address: Address, words: Phrases, table: FieldTable
) -> FacetView:
    title, declared = _title(field, words), field in table.declared
    if field.name in _OWN_PARAMETER:
        return FacetView(title, declared, *_folded(_own_links(field.name, counts, address, words)))
    if field.kind == "keyword":
        links = [_link(field, *pair, address, words) for pair in counts.items()]
        return FacetView(title, declared, *_folded(links))
    few = len(counts) <= FACET_SHOWN + 1
    listed = list(counts) if few else []
    if field.kind == "date":
        listed.sort(reverse=True)
    else:
        listed.sort(key=float)
    links = [_link(field, value, counts[value], address, words) for value in listed]
    first, to, last = _range_of(field, address).partition(_TO)
    asked = None if few and not to else RangeView(field.name, field.kind, first, last)
    return FacetView(title, declared, tuple(links), range=asked)


def _folded(links: list[Link]) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """The links in sight and those behind one click."""
    # One more line takes no more space than the words that hide it.
    sight = len(links) if len(links) == FACET_SHOWN + 1 else FACET_SHOWN
    return tuple(links[:sight]), tuple(links[sight:])


def _own_links(name: str, counts: Counts, address: Address, words: Phrases) -> list[Link]:
    chosen = getattr(address, name)
    links = []
    for value, count in counts.items():
        current = value == chosen
        url = address.url(**{name: "" if current else value})
        links.append(Link(value, url, current, words.number(count)))
    return links


def _link(field: Field, value: str, count: int, address: Address, words: Phrases) -> Link:
    """A link to the documents of a value; where it is chosen already, to those of any.

    A document may have several keywords, so that another one narrows further; a folder, a number
    or a date takes the place of any other.
    """
    one = f"{field.name}={value}"
    current = one in address.filters
    if current:
        kept = tuple(other for other in address.filters if other != one)
    elif field.kind == "keyword" and field.name != FOLDER:
        kept = (*address.filters, one)
    else:
        kept = (*address.filters_but(field.name), one)
    return Link(
        shown_value(field, value, words), address.url(filters=kept), current, words.number(count)
    )


def _range_of(field: Field, address: Address) -> str:
    """The range that the address asks of a field, "" if none."""
    for one in address.filters:
        name, _, value = one.partition("=")
        if name.strip() == field.name and _TO in value:
            return value
    return ""


def _title(field: Field, words: Phrases) -> str:
    """What a field is called: those that every index has in the reader's language."""
    titles = {
        "kind": words.kind,
        "place": words.place,
        "source": words.source,
        "author": words.author,
        "term_of_office": words.term,
        FOLDER: words.folder,
    }
    return titles.get(field.name, field.name)


def _chip(one: str, words: Phrases, table: FieldTable) -> str:
    """What a filter says; one that cannot be is shown as it was typed."""
    name, _, value = one.partition("=")
    name = name.strip()
    field = table.fields.get(FACET_ALIASES.get(name, name))
    if field is None:
        return one
    said = shown_value(field, value, words)
    if field.kind != "keyword" and _TO in value:
        first, _, last = (shown_value(field, end, words) for end in value.partition(_TO))
        ends = [
            words.of(phrase, date=end)
            for phrase, end in ((words.since_chip, first), (words.until_chip, last))
            if end
        ]
        said = " ".join(ends)
    return words.of(words.field_chip, name=_title(field, words), value=said)
