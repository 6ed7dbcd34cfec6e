"""The dates of a query: those in its words, which only rank, and those it filters by.

In its words: `đại hội 2022`, `tháng 7/2022`, `nhiệm kỳ 2020-2025`, `hôm qua`, `quy 1/2023`; the
first becomes the origin of the date boost. As a filter: what stands behind `date:`, `sau:` and
the like. What a date looks like is the grammar's business (``text.dates.grammar``,
``text.dates.relative``), and which numbers are none that of
``year_disambiguation``. What day it is comes from outside.
"""

from __future__ import annotations

import calendar
import datetime
import re
from typing import TYPE_CHECKING

from searchengine.query.language.tree import (
    Bool,
    DateRange,
    InTitle,
    Near,
    Node,
    Phrase,
    Prefix,
    RelativeRange,
    Words,
)
from searchengine.text.normalization import normalize

if TYPE_CHECKING:
    from searchengine.text.dates.grammar import DateMention
    from searchengine.text.dates.relative import RelativeMention, RelativePeriod

Days = tuple[datetime.date, datetime.date]

#: A text that names a relative date has a pair of these; most queries have none, and need not
#: wait for that grammar to be imported, nor for it to look at every letter.
_RELATIVE_HINT = re.compile(
    r"\b(?:hôm|hom|ngày|ngay|sáng|trưa|chiều|tối|đêm|tuần|tuan|tháng|thang|quý|qúy|quy|năm|nam)\s"
    r"(?:nay|này|qua|kia|mai|tr[ưu][ớơo]c|trứơc|ng[oó][aá]i|rồi|sau|tới|vừa|vua|gần|gan|trở|tro)\b",
    re.I,
)
_DIGIT = re.compile(r"\d")
_MONTHS_OF = {"year": 12, "quarter": 3, "month": 1}


def origin_of(text: str, today: datetime.date | None = None) -> Days | None:
    """Return the first and last day of the first date that the words of a query name.

    A date must say its year, or say how far it is from ``today``; without ``today`` only the
    former count. None where there is none, such as in `23/23 chi bộ`, `8/8 khu phố`, `nghị
    quyết 2020` and `viet nam truoc`.
    """
    normal = " ".join(normalize(text).split())
    found = [(one.start, _days(one)) for one in _absolute(normal)]
    if today is not None:
        found += [(one.start, one.period.days(today)) for one in _relative(normal)]
    return min(found)[1] if found else None


def date_spans(normal: str) -> list[tuple[int, int]]:
    """Return where dates stand in the words of a query, normalised, with single spaces."""
    spans = [(one.start, one.end) for one in _absolute(normal)]
    return spans + [(one.start, one.end) for one in _relative(normal)]


def period_of(text: str) -> Days | RelativePeriod | None:
    """Return what a date behind `date:` or `sau:` names, or None if it is not one.

    Takes everything that the command line takes (`2022`, `7/2022`, `2022-07-03`), relative dates
    (`hôm-nay`, `tháng trước`) and dates in words (`quý 1/2023`, `ngày 21 tháng 3 năm 2020`).
    """
    # Slow to import, seldom needed.
    from searchengine.errors import InputError
    from searchengine.text.dates.grammar import parse_date_argument
    from searchengine.text.dates.relative import relative_period

    wanted = " ".join(normalize(text).split()).rstrip(",.;:!?")
    try:
        exact = parse_date_argument(wanted)
    except InputError:
        pass
    else:
        return exact.first, exact.last
    relative = relative_period(wanted)
    if relative is not None:
        return relative
    if not any(map(str.isdigit, wanted)):
        return None
    for spelt in (wanted, re.sub(r"(?<=[^\W\d])[-_]|[-_](?=[^\W\d])", " ", wanted)):
        for mention in _mentions(spelt):
            first = mention.date()
            if first is not None and (mention.start, mention.end) == (0, len(spelt)):
                return first, _last_day(mention, first)
    return None


def resolved(node: Node, today: datetime.date) -> Node:
    """Return ``node`` with the days in place of every relative date."""
    if isinstance(node, Bool):
        must, should, must_not = (
            tuple(resolved(child, today) for child in children)
            for children in (node.must, node.should, node.must_not)
        )
        return Bool(must, should, must_not)
    if isinstance(node, RelativeRange):
        day, (since, until) = datetime.timedelta(1), (node.since, node.until)
        if since is not None and not isinstance(since, datetime.date):
            first, last = since.days(today)
            since = last + day if node.beyond else first
        if until is not None and not isinstance(until, datetime.date):
            first, last = until.days(today)
            until = first - day if node.beyond else last
        return DateRange(since, until)
    return node


def words_of(node: Node, *, excluded: bool = False) -> str:
    """Return the words that a query asks for, without its filters, as one text.

    With ``excluded`` also those that no matching document may have.
    """
    if isinstance(node, Bool):
        children = (*node.must, *node.should, *(node.must_not if excluded else ()))
        texts = (words_of(child, excluded=excluded) for child in children)
        return "\n".join(filter(None, texts))
    if isinstance(node, Near):
        return f"{node.first.text}\n{node.second.text}"
    if isinstance(node, InTitle):
        node = node.node
    return node.text if isinstance(node, (Words, Phrase, Prefix)) else ""


def _absolute(normal: str) -> list[DateMention]:
    """The dates that say their year."""
    if not _DIGIT.search(normal):
        return []
    from searchengine.query.dates.year_disambiguation import is_number, without_name

    found = [one for one in _mentions(normal) if one.date() and not is_number(normal, one)]
    return [without_name(normal, one) for one in found]


def _relative(normal: str) -> list[RelativeMention]:
    """The dates that are told from today."""
    if not _RELATIVE_HINT.search(normal):
        return []
    from searchengine.text.dates.relative import find_relative

    return list(find_relative(normal))


def _days(mention: DateMention) -> Days:
    """The first and the last day of a date that says its year."""
    first = mention.date()
    assert first is not None
    return first, _last_day(mention, first)


def _mentions(normal: str) -> list[DateMention]:
    # The grammar takes as long to import as a query to answer, and few queries hold a figure.
    from searchengine.query.dates.year_disambiguation import with_date_words
    from searchengine.text.dates.grammar import find_dates

    return find_dates(with_date_words(normal), bare_years=True)


def _last_day(mention: DateMention, first: datetime.date) -> datetime.date:
    if mention.last_year is not None:
        return datetime.date(mention.last_year, 12, 31)
    months = _MONTHS_OF.get(mention.precision)
    if months is None:
        return first
    month = first.month + months - 1
    return datetime.date(first.year, month, calendar.monthrange(first.year, month)[1])
