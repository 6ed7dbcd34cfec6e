"""Which year a day and month belong to, and whether anything on a page is later than a date.

Evidence for a year, strong enough to date a page by (measured as in ``lead``: of 207 pages whose
year these settled 205 were dated within 31 days of publication):

- a congress or an election that opens its term (``tổ chức Đại hội … nhiệm kỳ 2022-2025``);
- a full date of the page within a week of that day, on a page that is not about a trial or an
  inquiry, which tell of past days (with those it was right in 91 %);
- ``… tháng đầu năm 2017`` in the latest year that the page names.

Weaker signs were tried and left out: the latest year on the page (45 %), a year named five times
(73 %), the year of a month that is near (66 %), a full date within a month (82 %).
"""

from __future__ import annotations

import datetime
import re
from typing import Literal

from searchengine.pages.rules.lead import FIRST_YEAR, LeadDate, day_of, tells_another_day
from searchengine.text.dates.grammar import YEAR_MAX, DateMention, find_dates

#: A full date this near, in days, gives its year to the day and month of the lead.
NEAR_DAYS = 7
#: A full date later than this, in days, means that the page was written after the lead's day.
LATER_DAYS = 10
LATER_DAY_MONTH_DAYS = 7

_FOUR_DIGITS = re.compile(r"(?P<y>[12](?<![\d.,][12])\d{3})(?!\d|[.,]\d)")
#: Words before a date or year that lies ahead: plans, deadlines.
_AHEAD = re.compile(
    r"(?:đến|tới|hết|trước|vào|từ\s+nay|kế\s+hoạch|mục\s+tiêu|tầm\s+nhìn)\s+"
    r"(?:hết\s+|cuối\s+|đầu\s+|tháng\s+|năm\s+|ngày\s+|quý\s+|học\s+)*$",
    re.IGNORECASE,
)
_BEHIND = 30
_TRIAL = re.compile(
    r"cáo\s+trạng|TAND|[Tt][òo]à?\s+án|xét\s+xử|bị\s+cáo|khởi\s+tố|phiên\s+t[òo]à?|điều\s+tra|CQĐT"
)
_FIRST_MONTHS = re.compile(r"tháng\s+đầu\s+năm\s+(?P<y>20\d\d)(?!\d)")
#: A congress or an election, shortly before its term of office.
_OPENS_TERM = re.compile(r"(?:[Đđ]ại\s+hội|ĐẠI\s+HỘI|[Bb]ầu\s+cử|BẦU\s+CỬ)[^.;\n]{0,90}$")
#: A congress that is only talked about.
_ABOUT_CONGRESS = re.compile(
    r"(?:nghị\s+quyết|bàn|chuẩn\s+bị|chào\s+mừng|hướng\s+tới|tiến\s+tới|kế\s+hoạch|sơ\s+kết|tổng\s+kết"
    r"|giữa\s+nhiệm\s+kỳ|báo\s+cáo|văn\s+kiện|kết\s+quả|sau|trước|thành\s+công)\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)


class Years:
    """The dates and years of one page, read once and asked several questions.

    ``text`` is the normalised body, without the title.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._mentions = find_dates(text)
        self._full = [mention for mention in self._mentions if mention.kind == "date"]

    def contradict(self, day: datetime.date) -> bool:
        """Return whether the page tells of a later day or year as something known."""
        return (
            self._latest_year() > day.year
            or self._has_later_full(day)
            or self._has_later_day_month(day)
        )

    def settle(self, found: LeadDate, heading: str) -> tuple[int, Literal["term", "year"]] | None:
        """Return the year of the lead's day and month with the kind of evidence, or None."""
        term = self._opened_term(found, heading)
        if term is not None:
            return term, "term"
        year = self._latest_year()
        day = day_of(found.mention, year) if FIRST_YEAR <= year <= YEAR_MAX else None
        if day is None or self._has_later_full(day):
            return None
        if self._has_near(day) and not _TRIAL.search(self._text):
            return year, "year"
        firsts = [int(match["y"]) for match in _FIRST_MONTHS.finditer(self._text)]
        return (year, "year") if firsts and max(firsts) == year else None

    def _opened_term(self, found: LeadDate, heading: str) -> int | None:
        for text in (found.sentence, heading):
            for mention in find_dates(text):
                if mention.kind != "term" or mention.year is None:
                    continue
                before = text[: mention.start]
                congress = _OPENS_TERM.search(before)
                if congress is None or _ABOUT_CONGRESS.search(before[: congress.start()][-70:]):
                    continue
                if self._latest_year() <= mention.year and mention.year >= FIRST_YEAR:
                    return mention.year
        return None

    def _latest_year(self) -> int:
        """The latest year that the page names as past or present; 0 if it names none."""
        spans = [(m.start, m.end) for m in self._mentions if m.kind in ("term", "period")]
        latest = 0
        for match in _FOUR_DIGITS.finditer(self._text):
            year, start = int(match["y"]), match.start()
            if not latest < year <= YEAR_MAX or any(first <= start < last for first, last in spans):
                continue
            if not self._is_ahead(start):
                latest = year
        return latest

    def _has_near(self, day: datetime.date) -> bool:
        near = datetime.timedelta(days=NEAR_DAYS)
        return any(
            abs(_known(mention) - day) <= near
            and not tells_another_day(self._text[max(0, mention.start - 45) : mention.start])
            for mention in self._full
        )

    def _has_later_full(self, day: datetime.date) -> bool:
        limit = day + datetime.timedelta(days=LATER_DAYS)
        return any(_known(m) > limit and not self._is_ahead(m.start) for m in self._full)

    def _has_later_day_month(self, day: datetime.date) -> bool:
        limit = day + datetime.timedelta(days=LATER_DAY_MONTH_DAYS)
        for mention in self._mentions:
            if mention.kind == "day_month" and not self._is_ahead(mention.start):
                other = day_of(mention, day.year)
                if other is not None and other > limit:
                    return True
        return False

    def _is_ahead(self, start: int) -> bool:
        return _AHEAD.search(self._text[max(0, start - _BEHIND) : start]) is not None


def _known(mention: DateMention) -> datetime.date:
    day = mention.date()
    assert day is not None  # Full dates have a year.
    return day
