"""Filters: what a caller narrows a query by beside its text, as nodes of the query tree.

Dates may be days or what a person types (`2022-07`, `hôm qua`). Nothing here looks at an index;
a filter only says which documents match and never how they rank.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from searchengine.query.language.tree import Bool, DateRange, HasFacet, Node

DateLike = datetime.date | str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters that every kind of question takes; None, or an empty string, for none.

    ``since`` and ``until`` are included. ``place``, ``source``, ``author`` and ``term`` (of
    office, such as `2020–2025`) match a document whose value holds these syllables side by side.
    """

    since: DateLike = None
    until: DateLike = None
    place: str | None = None
    source: str | None = None
    author: str | None = None
    term: str | None = None

    def nodes(self, today: datetime.date) -> list[Node]:
        """Return one node a filter; raises :class:`InputError` for what is not a date."""
        first = _day(self.since, "first", today)
        last = _day(self.until, "last", today)
        found: list[Node] = []
        if first is not None or last is not None:
            found.append(DateRange(first, last))
        named = (
            ("place", self.place),
            ("source", self.source),
            ("author", self.author),
            ("term_of_office", self.term),
        )
        found.extend(HasFacet(name, value) for name, value in named if value)
        return found


def filtered(root: Node, filters: Sequence[Node]) -> Node:
    """Return a tree that matches what ``root`` does and every filter lets in."""
    return Bool(must=(root, *filters)) if filters else root


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
