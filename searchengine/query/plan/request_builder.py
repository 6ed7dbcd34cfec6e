"""From a parsed query to a request: where its dates pull, how it was typed, what may give way.

Holds the decisions between parsing and searching that need no index.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

from searchengine.backends.embedded.decay import DEFAULT_SCALE_DAYS, DateBoost
from searchengine.backends.embedded.request import SearchRequest
from searchengine.query.dates.query_dates import origin_of, resolved, words_of
from searchengine.query.language.tree import Bool, Phrase, Query, Words
from searchengine.query.plan.weights import is_marked

#: A date in the query counts this much more than the default boost, and falls off faster.
QUERY_DATE_WEIGHT = 1.0
QUERY_DATE_SCALE = 365.0

UNQUOTED_NOTE = "no page has the words in quotes side by side: searched without the quotes"


def date_boost_of(scale: float | None, origin: str | None) -> DateBoost | None:
    """Return the boost that a scale in days and a date as people write it ask for; None for none.

    Raises :class:`InputError` for a date that is none.
    """
    if scale is None and origin is None:
        return None
    from searchengine.text.dates.grammar import (
        parse_date_argument,  # Slow to import, seldom needed.
    )

    return DateBoost(
        origin=parse_date_argument(origin).first if origin else None,
        scale=DEFAULT_SCALE_DAYS if scale is None else scale,
    )


def request_of(
    parsed: Query, date_boost: DateBoost | bool | None, today: datetime.date, *, match_all: bool
) -> SearchRequest:
    """Return what ``parsed`` asks for, without any filter, page or facet.

    ``date_boost`` False is none, None or True the default one; a date in the query becomes the
    origin unless the boost has one. ``match_all`` asks for every bare word.
    """
    boost: DateBoost | None
    if date_boost is False:
        boost = None
    else:
        boost = date_boost if isinstance(date_boost, DateBoost) else DateBoost()
    origin = (today, today)
    if boost is not None and boost.origin is not None:
        origin = (boost.origin, boost.origin)
    elif boost is not None:
        mentioned = origin_of(words_of(parsed.root), today)
        if mentioned is not None:
            origin = mentioned
            if not isinstance(date_boost, DateBoost):
                boost = replace(boost, weight=QUERY_DATE_WEIGHT, scale=QUERY_DATE_SCALE)
    root = resolved(parsed.root, today)
    if match_all and isinstance(root, Words):
        root = Words(root.text, every=True)
    # Diacritics of a filter (`trước:2022`) say nothing of how the words were typed.
    marked = is_marked(parsed.text) and is_marked(words_of(root, excluded=True))
    return SearchRequest(root, marked, boost, origin, today)


def unquoted(parsed: Query) -> Query | None:
    """Return ``parsed`` with its quotes taken off, None where they are all that it says.

    For a sentence that quotes a title and may quote it wrongly. A phrase on its own, or beside
    signs and fields, means what it says.
    """
    root = parsed.root
    if not isinstance(root, Bool) or root.must_not:
        return None
    if not all(isinstance(node, Phrase) for node in root.must):
        return None
    if not (root.must and root.should and all(isinstance(node, Words) for node in root.should)):
        return None
    text = parsed.text.replace('"', " ")
    return Query(text, Words(text), (*parsed.notes, UNQUOTED_NOTE))
