"""Dates told from today: hôm qua, tuần này, tháng trước, năm ngoái, 7 ngày qua.

:func:`find_relative` reads them in a text typed with diacritics or without, and
:func:`relative_period` reads one that stands alone. What they mean is worked out by
:meth:`RelativePeriod.days` once somebody says what day it is; nothing here looks at a clock.
Dates that say their year are ``dates``' business.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from searchengine.text.folding import fold, has_marks
from searchengine.text.normalization import normalize
from searchengine.text.tone import canonical_tones

Unit = Literal["day", "week", "month", "quarter", "year"]

_MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class RelativePeriod:
    """The ``unit`` that is ``shift`` units from today's; or the ``rolling`` last ones up to today.

    ``("month", -1)`` is last month, its first to its last day; ``("month", rolling=1)`` begins
    on the day after today's of last month and ends today. Weeks begin on Monday.
    """

    unit: Unit
    shift: int = 0
    rolling: int = 0

    def days(self, today: datetime.date) -> tuple[datetime.date, datetime.date]:
        """Return the first and last day meant, both included."""
        if self.rolling:
            return min(self._before(today, self.rolling) + datetime.timedelta(1), today), today
        start = self._before(self._start(today), -self.shift)
        return start, max(start, self._before(start, -1) - datetime.timedelta(1))

    def _start(self, day: datetime.date) -> datetime.date:
        """The first day of the unit that ``day`` lies in."""
        if self.unit == "day":
            return day
        if self.unit == "week":
            return day - datetime.timedelta(day.weekday())
        months = _MONTHS[self.unit]
        return day.replace(month=(day.month - 1) // months * months + 1, day=1)

    def _before(self, day: datetime.date, units: int) -> datetime.date:
        """``day`` so many units earlier; in a shorter month, its last day.

        What lies outside the calendar is its first or last day.
        """
        if self.unit in ("day", "week"):
            number = day.toordinal() - units * (7 if self.unit == "week" else 1)
            return datetime.date.fromordinal(min(max(number, 1), datetime.date.max.toordinal()))
        year, month = divmod(day.year * 12 + day.month - 1 - units * _MONTHS[self.unit], 12)
        if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
            return datetime.date.min if units > 0 else datetime.date.max
        last = calendar.monthrange(year, month + 1)[1]
        return datetime.date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class RelativeMention:
    """One relative date; ``start`` and ``end`` count in the normalised, lower-case text."""

    start: int
    end: int
    period: RelativePeriod


_UNITS: dict[str, Unit] = {
    "ngày": "day",
    "tuần": "week",
    "tháng": "month",
    "quý": "quarter",
    "năm": "year",
}
_COUNTS = "một hai ba bốn năm sáu bảy tám chín mười".split()
_PAST = ("trước", "rồi", "vừa rồi")
_FUTURE = ("sau", "tới")
_SINCE = ("qua", "vừa qua")
_ROLLING = (*_SINCE, "nay", "gần đây", "gần đây nhất", "gần nhất", "trở lại đây", "vừa rồi")


def _phrases() -> dict[str, RelativePeriod]:
    found = {
        "hôm nay": RelativePeriod("day"),
        "hôm qua": RelativePeriod("day", -1),
        "hôm kia": RelativePeriod("day", -2),
        "ngày mai": RelativePeriod("day", 1),
        "năm nay": RelativePeriod("year"),
        "năm ngoái": RelativePeriod("year", -1),
        "năm kia": RelativePeriod("year", -2),
    }
    for part in ("sáng", "trưa", "chiều", "tối", "đêm"):
        found[f"{part} nay"] = RelativePeriod("day")
        found[f"{part} qua"] = RelativePeriod("day", -1)
    for word, unit in _UNITS.items():
        if unit == "day":
            continue
        if unit != "year":
            found[f"{word} này"] = RelativePeriod(unit)
        for words, period in (
            (_PAST, RelativePeriod(unit, -1)),
            (_FUTURE, RelativePeriod(unit, 1)),
            (_SINCE, RelativePeriod(unit, rolling=1)),
        ):
            found.update({f"{word} {one}": period for one in words})
    return found


_PHRASES = _phrases()
#: Those that are safe to read without diacritics (`sang nay`, `nam qua` are other words too).
_BARE_PHRASES = {
    fold(phrase): period
    for phrase, period in _PHRASES.items()
    if phrase.endswith((" này", " trước", " ngoái"))
    or phrase in ("hôm nay", "hôm qua", "hôm kia", "năm nay")
}
#: Before a unit: it is one of several, or none is said. (`những năm qua`, `mấy tháng nay`)
_SEVERAL = (
    "những nhiều các mấy vài bao nhiêu hàng từng mỗi nửa rưỡi chục trăm nghìn ngàn triệu tỷ tỉ"
).split()
#: Before a bare unit: a name or a word that it is the end of. (`viet nam truoc`, `chien thang nay`;
#: not `dong`, `ky` or `chi`: `hop dong nam ngoai`, `cung ky nam truoc`.)
_COMPOUNDS = "viet mien phia ha quang hoai chien quyet anh ong minh noi ngoai".split()
#: After a phrase: it is told from another day than today, or `trước` and `sau` belong to what
#: follows. (`năm trước đó`, `tháng trước khi`, `năm trước 1975`)
_OTHER_DAY = "đó ấy kia khi nữa ngày tháng năm thềm mắt hết đây công tết lúc".split()
#: After `nam ngoai`: ngoại giao, ngoại thành, ngoài khơi and the like.
_ABROAD = "giao thanh khoi vu thuong bien hang quoc duong ngu hoi te".split()


def _any(words: object) -> str:
    ordered = sorted(words, key=len, reverse=True)  # type: ignore[call-overload]
    return "(?:" + "|".join(word.replace(" ", r"\s+") for word in ordered) + ")"


def _not_after(words: list[str]) -> str:
    return "".join(rf"(?<!\b{word}\s)" for word in words)


_NUMBER = r"(?<![\w/.,–-])(?P<n>\d{1,3}|" + "|".join(_COUNTS) + r")\s+"
_BARE_NUMBER = r"(?<![\w/.,–-])(?P<n>\d{1,3})\s+"
_NO_OTHER = rf"(?!\s+(?:{_any(_OTHER_DAY)}\b|\d))"
_BARE_OTHER = rf"(?!\s+(?:{_any(set(map(fold, _OTHER_DAY)))}\b|\d))"


def _counted(number: str, units: list[str], rolling: list[str], past: str, end: str) -> str:
    unit = rf"(?P<unit>{_any(units)})\s+"
    return rf"{number}{unit}(?:(?P<rolling>{_any(rolling)})|(?P<past>{past}){end})\b"


_MARKED = re.compile(
    _counted(_NUMBER, list(_UNITS), list(_ROLLING), "trước", rf"\b{_NO_OTHER}")
    + r"|"
    + _not_after(_SEVERAL + _COUNTS)
    + rf"(?<![\w/])(?<!\d\s)(?P<phrase>{_any(_PHRASES)})\b(?:(?<=nay|này|oái|kia)|{_NO_OTHER})"
)
_BARE = re.compile(
    _counted(
        _BARE_NUMBER,
        list(map(fold, _UNITS)),
        list(map(fold, _ROLLING)),
        "truoc",
        rf"\b{_BARE_OTHER}",
    )
    + r"|"
    + _not_after(sorted({*map(fold, _SEVERAL + _COUNTS), *_COMPOUNDS}))
    + rf"(?<![\w/])(?<!\d\s)(?P<phrase>{_any(_BARE_PHRASES)})\b"
    + r"(?:(?<=nay)|(?<=hom\squa)|(?<=kia)"
    + rf"|(?<=goai)(?!\s+{_any(_ABROAD)}\b)|(?<=ruoc){_BARE_OTHER})"
)


def find_relative(text: str) -> Iterator[RelativeMention]:
    """Yield the relative dates of ``text`` in reading order.

    Where the text has any diacritics, only phrases with theirs count: in ``quỹ này`` and ``đất
    Hà Nam trước`` nothing is a date. Without any, a phrase is not read where the syllable before
    it makes another word likely (``viet nam truoc``).
    """
    normal = canonical_tones(normalize(text)).lower()
    marked = has_marks(normal)
    phrases = _PHRASES if marked else _BARE_PHRASES
    for match in (_MARKED if marked else _BARE).finditer(normal):
        if match["phrase"]:
            period: RelativePeriod | None = phrases[" ".join(match["phrase"].split())]
        else:
            period = _counted_period(match["n"], match["unit"], rolling=bool(match["rolling"]))
        if period is not None:
            yield RelativeMention(match.start(), match.end(), period)


def relative_period(text: str) -> RelativePeriod | None:
    """Return the period that ``text`` names and nothing else; None if it is not one.

    Syllables may be tied by ``-`` or ``_``: ``hôm-nay``.
    """
    spaced = " ".join(re.sub(r"[-_]", " ", text).split())
    for mention in find_relative(spaced):
        if (mention.start, mention.end) == (0, len(normalize(spaced))):
            return mention.period
    return None


def _counted_period(count: str, unit: str, *, rolling: bool) -> RelativePeriod | None:
    if (count, unit) == ("năm", "tháng"):
        return None  # Not five months: `năm tháng qua` speaks of the years gone by.
    number = int(count) if count.isdigit() else _COUNTS.index(count) + 1
    of = {**_UNITS, **_BARE_UNITS}[unit]
    if not number:
        return None
    return RelativePeriod(of, rolling=number) if rolling else RelativePeriod(of, -number)


_BARE_UNITS: dict[str, Unit] = {fold(word): unit for word, unit in _UNITS.items()}
