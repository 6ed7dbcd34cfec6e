"""Vietnamese dates in running text, and the dates that a person types as an option.

:func:`find_dates` reads a normalised text and names every date, month, quarter, year, term of
office and period in it, each with its offsets; :func:`parse_date_argument` turns one typed date
into its first and last day. The patterns live in ``patterns``. Which of the dates is the
date of a page is decided elsewhere (``pages``); lunar dates are left out, and nothing here
knows what day it is today.
"""

from __future__ import annotations

import calendar
import datetime
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from searchengine.errors import InputError
from searchengine.text.dates import patterns

#: Years that the grammar believes; what lies outside is a count, a price or a mistake.
YEAR_MIN = 1900
YEAR_MAX = 2100
#: The longest span that a term of office or a period can name, in years (plans for a century
#: are counts in disguise more often than dates).
SPAN_MAX = 50

Kind = Literal["date", "day_month", "named_day", "month", "quarter", "year", "term", "period"]
Precision = Literal["day", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class DateMention:
    """One date as it stands in a text; ``text[start:end]`` is what was read.

    ``kind`` says what was written: ``date`` (day, month and year), ``day_month`` (the year is
    not said), ``named_day`` (a holiday or a street: ``lễ 30/4``; never dates anything),
    ``month``, ``quarter`` (``month`` is its first), ``year``, ``term`` (nhiệm kỳ) and
    ``period`` (giai đoạn), which run from ``year`` to ``last_year``.
    """

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    precision: Precision
    kind: Kind
    last_year: int | None = None

    def date(self) -> datetime.date | None:
        """Return the first day that is meant, or None where the year is not known."""
        if self.year is None:
            return None
        return datetime.date(self.year, self.month or 1, self.day or 1)


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days that a typed date covers, both ends included."""

    first: datetime.date
    last: datetime.date
    precision: Literal["day", "month", "year"]


def find_dates(text: str, *, bare_years: bool = False) -> list[DateMention]:
    """Return the dates of normalised ``text`` in reading order; they never overlap.

    With ``bare_years`` a number that could be a year counts as one, and ``2020-2025`` as a
    period, without a word before it: right for a query, wrong for running text.
    """
    found = list(_numeric(text))
    lowered = text.lower()
    for hints, read in _READERS:
        # Looking for a word is far cheaper than trying a pattern at every character.
        if any(hint in lowered for hint in hints):
            found += read(text)
    if bare_years:
        found += _bare(text)
    found.sort(key=lambda mention: (mention.start, -mention.end))
    kept: list[DateMention] = []
    for mention in found:
        if kept and mention.start < kept[-1].end:
            continue
        if mention.day is not None and patterns.LUNAR_AFTER.match(text, mention.end):
            continue
        kept.append(mention)
    return _with_shared_years(text, kept)


def parse_date_argument(text: str) -> DateRange:
    """Return the days meant by ``2022``, ``2022-07``, ``2022-07-03``, ``3/7/2022`` or ``7/2022``.

    Raises :class:`InputError` for anything else, and for days that no calendar has.
    """
    for pattern in patterns.ARGUMENTS:
        match = pattern.fullmatch(text.strip())
        if match is None:
            continue
        parts = match.groupdict()
        year, month, day = int(parts["y"]), int(parts.get("m") or 0), int(parts.get("d") or 0)
        if not YEAR_MIN <= year <= YEAR_MAX:
            raise InputError(
                f"the year of {text!r} is not between {YEAR_MIN} and {YEAR_MAX}; write 2022-07-03"
            )
        try:
            return _range_of(year, month, day)
        except ValueError:
            raise InputError(
                f"there is no {text!r} in the calendar; write it as 2022-07-03 or 3/7/2022"
            ) from None
    raise InputError(f"{text!r} is not a date; write 2022, 2022-07, 2022-07-03, 7/2022 or 3/7/2022")


def _range_of(year: int, month: int, day: int) -> DateRange:
    if day:
        exact = datetime.date(year, month, day)
        return DateRange(exact, exact, "day")
    if month:
        first = datetime.date(year, month, 1)
        return DateRange(first, first.replace(day=calendar.monthrange(year, month)[1]), "month")
    return DateRange(datetime.date(year, 1, 1), datetime.date(year, 12, 31), "year")


def _is_year(year: int) -> bool:
    return YEAR_MIN <= year <= YEAR_MAX


def _is_day(year: int | None, month: int, day: int) -> bool:
    if year is None:
        year = 2000  # A leap year: 29/2 is a day of some year.
    if not (_is_year(year) and 1 <= month <= 12):
        return False
    return 1 <= day <= calendar.monthrange(year, month)[1]


def _day(
    start: int, end: int, day: int, month: int, year: int | None, kind: Kind | None = None
) -> DateMention:
    named = kind or ("day_month" if year is None else "date")
    return DateMention(start, end, year, month, day, "day", named)


def _written(text: str) -> Iterator[DateMention]:
    """``ngày 21 tháng 3 năm 2020``, ``21 tháng Ba``; without a year only after a word for a day."""
    for match in patterns.WRITTEN.finditer(text):
        day, year = int(match["d"]), int(match["y"]) if match["y"] else None
        month = patterns.month_number(match["m"])
        if not _is_day(year, month, day):
            continue
        behind = _behind(text, match.start())
        if year is None and not patterns.DAY_CUE.search(behind):
            continue
        kind: Kind | None = "named_day" if year is None and _is_named(behind) else None
        yield _day(_with_day_word(text, match.start()), match.end(), day, month, year, kind)


def _terms(text: str) -> Iterator[DateMention]:
    for match in patterns.TERM.finditer(text):
        yield from _span(match, "term")


def _periods(text: str) -> Iterator[DateMention]:
    for match in patterns.PERIOD.finditer(text):
        yield from _span(match, "period")


def _span(match: re.Match[str], kind: Literal["term", "period"]) -> Iterator[DateMention]:
    first, last = int(match["a"]), int(match["b"])
    if first < last <= first + SPAN_MAX:
        start, end = match.span()
        yield DateMention(start, end, first, None, None, "year", kind, last)


def _months(text: str) -> Iterator[DateMention]:
    for match in patterns.MONTH.finditer(text):
        month, year = int(match["m"]), int(match["y"])
        if 1 <= month <= 12:
            yield DateMention(*match.span(), year, month, None, "month", "month")


def _quarters(text: str) -> Iterator[DateMention]:
    for match in patterns.QUARTER.finditer(text):
        quarter, year = patterns.QUARTERS[match["q"].upper()], int(match["y"])
        yield DateMention(*match.span(), year, 3 * quarter - 2, None, "quarter", "quarter")


def _years(text: str) -> Iterator[DateMention]:
    for match in patterns.YEAR.finditer(text):
        yield DateMention(*match.span(), int(match["y"]), None, None, "year", "year")


def _bare(text: str) -> Iterator[DateMention]:
    for match in patterns.BARE_PERIOD.finditer(text):
        yield from _span(match, "period")
    for match in patterns.BARE_YEAR.finditer(text):
        yield DateMention(*match.span(), int(match["y"]), None, None, "year", "year")


def _numeric(text: str) -> Iterator[DateMention]:
    """Dates in figures: a chain of numbers, read as one date or as a range of two."""
    for match in patterns.CHAIN.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        if patterns.CHAIN_BLOCKED_BEFORE.search(before):
            continue
        groups = _groups(match)
        if not groups or any(not _fits(group.numbers) for group in groups):
            continue
        whole = any(len(group.numbers) == 3 for group in groups)
        if patterns.CHAIN_BLOCKED_AFTER.match(after) and not (whole and after[:1] in "-–T"):
            continue
        yield from _chain(text, groups)


#: What to read besides figures, and the words without which there is nothing to read.
_READERS: tuple[tuple[tuple[str, ...], Callable[[str], Iterator[DateMention]]], ...] = (
    (("tháng",), _written),
    (("tháng",), _months),
    (("quý", "quí"), _quarters),
    (("nhiệm",), _terms),
    (("năm", "giai", "niên", "khó"), _periods),
    (("năm",), _years),
)


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    numbers: tuple[str, ...]
    separator: str
    spaced: bool


def _groups(match: re.Match[str]) -> list[_Group]:
    """The chain's parts: cut at dashes where other separators tie the numbers, else one part."""
    pieces = list(patterns.PIECE.finditer(match.string, match.start(), match.end()))
    separators = [
        match.string[left.end() : right.start()] for left, right in itertools.pairwise(pieces)
    ]
    marks = {separator.strip() for separator in separators}
    ties = marks - set("-–")
    if len(ties) > 1 or (not ties and len(marks) > 1):
        return []
    tie = ties.pop() if ties else next(iter(marks))
    groups: list[_Group] = []
    first = 0
    for index in range(len(pieces)):
        last = index == len(separators)
        if last or separators[index].strip() != tie:
            part = pieces[first : index + 1]
            spaced = any(" " in separator for separator in separators[first:index])
            numbers = tuple(piece.group() for piece in part)
            groups.append(_Group(part[0].start(), part[-1].end(), numbers, tie, spaced))
            first = index + 1
    return groups if len(groups) <= 2 else []


def _fits(numbers: tuple[str, ...]) -> bool:
    """Whether a part of a chain can be a date, a month and year, or the first day of a range."""
    lengths = tuple(len(number) for number in numbers)
    values = [int(number) for number in numbers]
    if len(values) == 3 and lengths[2] == 4 and max(lengths[:2]) <= 2:
        return _is_day(values[2], values[1], values[0])
    if len(values) == 3 and lengths[0] == 4 and max(lengths[1:]) <= 2:
        return _is_day(values[0], values[1], values[2])
    if len(values) == 2 and lengths[1] == 4 and lengths[0] <= 2:
        return 1 <= values[0] <= 12 and _is_year(values[1])
    if len(values) == 2 and max(lengths) <= 2:
        return _is_day(None, values[1], values[0])
    return len(values) == 1 and lengths[0] <= 2 and 1 <= values[0] <= 31


def _chain(text: str, groups: list[_Group]) -> Iterator[DateMention]:
    behind = _behind(text, groups[0].start)
    if len(groups) == 2 and len(groups[0].numbers) == 1:
        head, tail = groups
        if len(tail.numbers) == 2 and len(tail.numbers[1]) == 4:
            yield from _figures(text, tail, behind)
            return
        for mention in _figures(text, tail, behind):
            first = int(head.numbers[0])
            if mention.month and mention.day and first < mention.day:
                start = _with_day_word(text, head.start)
                yield replace(mention, start=start, day=first)
        return
    if any(len(group.numbers) == 1 for group in groups):
        return
    for index, group in enumerate(groups):
        yield from _figures(text, group, behind if index == 0 else "đến ")


def _figures(text: str, group: _Group, behind: str) -> Iterator[DateMention]:
    numbers, start, end = group.numbers, group.start, group.end
    if len(numbers) == 3:
        first, month, last = (int(number) for number in numbers)
        day, year = (last, first) if len(numbers[0]) == 4 else (first, last)
        yield _day(_with_day_word(text, start), end, day, month, year)
    elif len(numbers[1]) == 4:
        if group.spaced or group.separator not in "/-–" or patterns.NUMBER_BEFORE.search(behind):
            return
        if group.separator != "/" and not patterns.DAY_CUE.search(behind):
            return
        month, year = int(numbers[0]), int(numbers[1])
        yield DateMention(start, end, year, month, None, "month", "month")
    else:
        kind = _day_month_kind(text, group, behind)
        if kind is not None:
            start = _with_day_word(text, start)
            yield _day(start, end, int(numbers[0]), int(numbers[1]), None, kind)


def _day_month_kind(text: str, group: _Group, behind: str) -> Kind | None:
    """Whether two numbers are a day and a month (or a holiday), rather than a ratio or score."""
    if patterns.NUMBER_BEFORE.search(behind) or patterns.UNIT_AFTER.match(text, group.end):
        return None
    if _is_named(behind):
        return "named_day" if group.separator != "." else None
    if patterns.DAY_CUE.search(behind):
        return "day_month"
    if group.separator != "/" or group.spaced:
        return None
    day, month = int(group.numbers[0]), int(group.numbers[1])
    if (day, month) == (24, 7) or not patterns.FREE_AFTER.match(text, group.end):
        return None
    if patterns.EDGE_CUE.search(behind):
        return "day_month"
    # Small numbers with the smaller first are fractions far more often than days.
    return None if day <= month <= 10 else "day_month"


def _is_named(behind: str) -> bool:
    return patterns.NAMED_BEFORE.search(behind) is not None


def _behind(text: str, start: int) -> str:
    return text[max(0, start - patterns.BEHIND) : start]


def _with_day_word(text: str, start: int) -> int:
    match = patterns.DAY_WORD.search(_behind(text, start))
    return start - len(match.group()) if match else start


def _with_shared_years(text: str, mentions: list[DateMention]) -> list[DateMention]:
    """``từ 20/8 đến 11/9/2022``: the first day takes its year from the second."""
    result = list(mentions)
    for index in range(len(mentions) - 2, -1, -1):
        here, following = mentions[index], result[index + 1]
        if here.kind != "day_month" or following.kind != "date" or following.year is None:
            continue
        if not patterns.RANGE_BETWEEN.fullmatch(text, here.end, following.start):
            continue
        later = (following.month or 0, following.day or 0)
        year = following.year if (here.month or 0, here.day or 0) <= later else following.year - 1
        if _is_day(year, here.month or 0, here.day or 0):
            result[index] = replace(here, year=year, kind="date")
    return result
