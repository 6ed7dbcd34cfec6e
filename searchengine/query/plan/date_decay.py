"""The date decay of a plan: the boost that was asked for, around today or the query's own date."""

from __future__ import annotations

import datetime
from dataclasses import replace

from searchengine.backends.values import DateDecay, day_number
from searchengine.query.dates.boost import DateBoost
from searchengine.query.dates.query_dates import origin_of, words_of
from searchengine.query.plan.query_analysis import AnalyzedQuery

#: A date in the query counts this much more than the default boost, and falls off faster.
QUERY_DATE_WEIGHT = 1.0
QUERY_DATE_SCALE = 365.0


def date_decay(
    query: AnalyzedQuery, today: datetime.date, date_boost: DateBoost | bool | None
) -> DateDecay | None:
    """Return what dates do to the scores of ``query``.

    ``date_boost`` False is nothing, None or True the default boost. A date in the query becomes
    the origin unless the boost has one, and makes the default boost stronger; undated documents
    whose title says another year then have none.
    """
    if date_boost is False:
        return None
    boost = date_boost if isinstance(date_boost, DateBoost) else DateBoost()
    origin, years = (today, today), None
    if boost.origin is not None:
        origin = (boost.origin, boost.origin)
    else:
        mentioned = origin_of(words_of(query.query.root), today)
        if mentioned is not None:
            origin, years = mentioned, (mentioned[0].year, mentioned[1].year)
            if not isinstance(date_boost, DateBoost):
                boost = replace(boost, weight=QUERY_DATE_WEIGHT, scale=QUERY_DATE_SCALE)
    return DateDecay(
        origin=(day_number(origin[0]), day_number(origin[1])),
        today=day_number(today),
        scale=boost.scale,
        offset=boost.offset,
        decay=boost.decay,
        weight=boost.weight,
        curve=boost.curve,
        years=years,
    )
