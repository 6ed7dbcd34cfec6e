"""Filters: what a caller narrows a query by beside its text, as nodes of the query tree.

Dates may be days or what a person types (`2022-07`, `hôm qua`). Nothing here looks at an index;
a filter only says which documents match and never how they rank.
"""

from __future__ import annotations

import datetime
import math
from typing import Literal

from searchengine.backends.fields import FOLDER, Field, FieldTable
from searchengine.backends.values import day_number
from searchengine.errors import InputError
from searchengine.options import DateLike, SearchOptions
from searchengine.query.language.tree import DateRange, HasFacet, InRange

Filter = DateRange | HasFacet | InRange

#: The fields that every index has, by the names of the options that filter by them.
OPTIONS = {
    "kind": "kind",
    "place": "place",
    "source": "source",
    "author": "author",
    "term": "term_of_office",
    "folder": FOLDER,
}
#: Stands between the ends of a range: 5..10, 2022-07.., ..2022.
_TO = ".."


def filter_nodes(options: SearchOptions, today: datetime.date, fields: FieldTable) -> list[Filter]:
    """Return one node a filter; ``fields`` are those of the index.

    Raises :class:`InputError` for what is no date or number, for a first day behind the last, and
    for a field that there is not.
    """
    first = _day(options.since, "first", today)
    last = _day(options.until, "last", today)
    if first is not None and last is not None and first > last:
        raise InputError(
            f"the first day ({first}) is behind the last ({last}): swap 'from' and 'to'"
        )
    found: list[Filter] = []
    if first is not None or last is not None:
        found.append(DateRange(first, last))
    for option, name in OPTIONS.items():
        if value := getattr(options, option):
            found.append(HasFacet(name, value))
    found += [_filter(fields.get(name), value, today) for name, value in options.field_filters()]
    return found


def _filter(field: Field, value: str, today: datetime.date) -> Filter:
    if field.kind == "keyword":
        return HasFacet(field.name, value)
    first, to, last = value.partition(_TO)
    if not to:
        last = first
    if field.kind == "date":
        bounds = _day(_exact(first), "first", today), _day(_exact(last), "last", today)
        days = (None if one is None else day_number(one) for one in bounds)
        return InRange(field.name, *days)
    return InRange(field.name, _number(field, first), _number(field, last))


def _exact(text: str) -> DateLike:
    """A day as a facet shows it, of whatever year; any other text as it is."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return text


def _number(field: Field, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(
            f"{text!r} is no number: filter {field.name!r} by one, or by a range such as 5..10"
        )
    return number


def _day(
    date: DateLike, end: Literal["first", "last"], today: datetime.date
) -> datetime.date | None:
    if not date:
        return None
    if isinstance(date, datetime.date):
        return date
    # Slow to import, seldom needed.
    from searchengine.query.dates.query_dates import period_of
    from searchengine.text.dates.grammar import parse_date_argument

    period = period_of(date)
    if period is None:
        exact = parse_date_argument(date)  # Raises, saying what may be written.
        days = exact.first, exact.last
    else:
        days = period if isinstance(period, tuple) else period.days(today)
    return days[0] if end == "first" else days[1]
