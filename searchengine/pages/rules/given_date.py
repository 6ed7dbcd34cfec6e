"""Dates that came with a page: a field of a record, a tag of an HTML page.

Reads what such fields hold in practice: ISO dates and times, years, months, Vietnamese dates,
mail dates, seconds since 1970. A moment told in another time zone is dated in ours. What cannot
be read is no date, never a guess.
"""

from __future__ import annotations

import datetime
import email.utils
import re
from typing import Any

from searchengine.errors import InputError
from searchengine.pages.rules.page_date import PageDate
from searchengine.pages.rules.year_inference import Years
from searchengine.text.dates.grammar import YEAR_MAX, YEAR_MIN, find_dates, parse_date_argument
from searchengine.text.normalization import normalize
from searchengine.time_zone import day_of

#: Numbers from here on are seconds since 1970 (from 2001), and a thousand times as large,
#: milliseconds; smaller ones are years or nothing.
_SECONDS_FROM = 1_000_000_000
_MILLISECONDS_FROM = 1_000_000_000_000
_SECONDS_TO = 4_102_444_800  # The year 2100.
_MILLISECONDS_TO = 1000 * _SECONDS_TO
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):?(\d{2})(.*))?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})((?:\d{2})?Z?))?")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d)")
#: What stands behind hours and minutes of a moment that says its zone: seconds, then
#: ``Z``, ``+07:00``, ``+07``, ``UTC``, ``(GMT+7)``.
_ZONE = re.compile(
    r"(?::?\d{2}(?:[.,]\d+)?)?\s*\(?(Z|UTC|GMT)?\s*(?:([+-])(\d{1,2})(?::?(\d{2}))?)?\)?", re.I
)


def metadata_date(value: Any, zone: datetime.tzinfo | None = None) -> PageDate | None:
    """Return the date that a given field says, or None where it says none.

    A moment has the day that it falls on in ``zone``, by default the zone that is set; one that
    names no zone is told in that one.
    """
    if isinstance(value, datetime.datetime):
        value = day_of(value, zone)
    if isinstance(value, datetime.date):
        return PageDate(value, "day", "metadata")
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _from_number(value, zone)
    if isinstance(value, str):
        return _from_text(normalize(value).strip(), zone)
    return None


def fallback_date(value: Any, body: str) -> PageDate | None:
    """Return the date that a weak claim says, such as a file's property, or None.

    It says nothing about a page that tells of a later day, or of years and not of this one;
    ``body`` is normalised.
    """
    found = metadata_date(value)
    if found is None or found.date is None:
        return None
    years = {int(year) for year in _YEAR.findall(body)}
    if years and found.date.year not in years:
        return None
    last = found.date.replace(day=28) if found.precision == "month" else found.date
    return None if Years(body).contradict(last) else found


def _from_number(value: float, zone: datetime.tzinfo | None) -> PageDate | None:
    if YEAR_MIN <= value <= YEAR_MAX and value == int(value):
        return PageDate(datetime.date(int(value), 1, 1), "year", "metadata")
    if _SECONDS_FROM <= value <= _SECONDS_TO:
        seconds = value
    elif _MILLISECONDS_FROM <= value <= _MILLISECONDS_TO:
        seconds = value / 1000
    else:
        return None
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return PageDate(day_of(moment, zone), "day", "metadata")


def _from_text(text: str, zone: datetime.tzinfo | None) -> PageDate | None:
    match = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    try:
        given = parse_date_argument("-".join(match.groups()[:3]) if match else text)
        day = given.first if match is None else _moved(given.first, match, zone)
        return PageDate(day, given.precision, "metadata")
    except InputError:
        pass
    for mention in find_dates(text):
        day_told = mention.date()
        if mention.kind == "date" and day_told is not None:
            return PageDate(day_told, "day", "metadata")
        if mention.kind == "month" and day_told is not None:
            return PageDate(day_told, "month", "metadata")
    return _from_mail(text, zone)


def _moved(day: datetime.date, match: re.Match[str], zone: datetime.tzinfo | None) -> datetime.date:
    """The day in ``zone`` of a moment of ``day``; that day itself where no zone is told."""
    hour, minute, rest = match.groups()[3:]
    told = _ZONE.fullmatch(rest or "")
    if told is None or not (told[1] or told[2]):
        return day
    ahead = datetime.timedelta(hours=int(told[3] or 0), minutes=int(told[4] or 0))
    try:
        offset = datetime.timezone(-ahead if told[2] == "-" else ahead)
        time = datetime.time(int(hour), int(minute))
    except ValueError:
        return day
    return day_of(datetime.datetime.combine(day, time, offset), zone)


def _from_mail(text: str, zone: datetime.tzinfo | None) -> PageDate | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None and text.endswith("-0000"):
        # Universal time, told by somebody who does not say where they are.
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return PageDate(day_of(moment, zone), "day", "metadata")
