"""The time zone in which a moment has its day: one setting, Vietnam's unless something else is set.

A day in this package is always the day of that zone: of a page's date that was given in another
zone, and of what "hôm nay" means. Functions take a zone where a caller has one of its own and
else read the setting; nothing is kept beside the environment.
"""

from __future__ import annotations

import datetime
import os
from zoneinfo import ZoneInfo

from searchengine.errors import InputError

#: The environment variable that sets the zone, by its name in the IANA data base. An environment
#: variable, because the processes that share indexing inherit it.
SETTING = "SEARCHENGINE_TIME_ZONE"
DEFAULT = "Asia/Ho_Chi_Minh"


def time_zone() -> ZoneInfo:
    """Return the zone that is set; raises :class:`InputError` if there is none of that name."""
    name = os.environ.get(SETTING) or DEFAULT
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(
            f"${SETTING} names no time zone: {name!r}; write one such as {DEFAULT} or Asia/Tokyo"
        ) from error


def day_of(moment: datetime.datetime, zone: datetime.tzinfo | None = None) -> datetime.date:
    """Return the day on which ``moment`` falls in ``zone`` (the one that is set).

    A moment without a zone of its own is told in that one already.
    """
    if moment.tzinfo is None:
        return moment.date()
    try:
        return moment.astimezone(zone or time_zone()).date()
    except OverflowError:
        return moment.date()  # The first or the last day that there is.


def today(zone: datetime.tzinfo | None = None) -> datetime.date:
    """Return the day that it is now in ``zone`` (the one that is set)."""
    return datetime.datetime.now(zone or time_zone()).date()
