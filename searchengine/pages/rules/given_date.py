"""Dates that came with a page: a field of a record, a tag of an HTML page.

Reads what such fields hold in practice: ISO dates and times, years, months, Vietnamese dates,
mail dates, seconds since 1970. What cannot be read is no date, never a guess.
"""

from __future__ import annotations

import datetime
import email.utils
import re
from typing import Any

from searchengine.errors import InputError
from searchengine.pages.rules.page_date import PageDate
from searchengine.text.dates.grammar import YEAR_MAX, YEAR_MIN, find_dates, parse_date_argument
from searchengine.text.normalize import normalize

#: Numbers from here on are seconds since 1970 (from 2001), and a thousand times as large,
#: milliseconds; smaller ones are years or nothing.
_SECONDS_FROM = 1_000_000_000
_MILLISECONDS_FROM = 1_000_000_000_000
_SECONDS_TO = 4_102_444_800  # The year 2100.
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:?\d{2}.*)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?")


def metadata_date(value: Any) -> PageDate | None:
    """Return the date that a given field says, or None where it says none."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return PageDate(value, "day", "metadata")
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _from_number(value)
    if isinstance(value, str):
        return _from_text(normalize(value).strip())
    return None


def _from_number(value: float) -> PageDate | None:
    if YEAR_MIN <= value <= YEAR_MAX and value == int(value):
        return PageDate(datetime.date(int(value), 1, 1), "year", "metadata")
    seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
    if not _SECONDS_FROM <= seconds <= _SECONDS_TO:
        return None
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return PageDate(moment.date(), "day", "metadata")


def _from_text(text: str) -> PageDate | None:
    iso = _ISO.fullmatch(text)
    compact = _COMPACT.fullmatch(text)
    if compact:
        text = "-".join(compact.groups())
    try:
        given = parse_date_argument(iso[1] if iso else text)
        return PageDate(given.first, given.precision, "metadata")
    except InputError:
        pass
    for mention in find_dates(text):
        day = mention.date()
        if mention.kind == "date" and day is not None:
            return PageDate(day, "day", "metadata")
        if mention.kind == "month" and day is not None:
            return PageDate(day, "month", "metadata")
    try:
        return PageDate(email.utils.parsedate_to_datetime(text).date(), "day", "metadata")
    except (TypeError, ValueError, IndexError):
        return None
