"""The place and date line of a paper: ``Đông Xuân, ngày 03 tháng 7 năm 2022``.

Blanks that were to be filled in by hand leave a month or a year (``ngày … tháng 9 năm 2025``). The
day on which a law was passed (``thông qua ngày``) or a regulation was issued with its decision is
read here too. The name of a place becomes the unit that the letterhead or the text calls so.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from searchengine.document import DatePrecision
from searchengine.pages.rules.place import is_province, page_place
from searchengine.pages.rules.text_patterns import LOWER, UPPER, squeeze
from searchengine.text.dates.patterns import month_number
from searchengine.text.tone import canonical_tones

_WORD = rf"[{UPPER}]+[{LOWER}]*"
_UNIT = (
    r"(?:thành\s+phố|thị\s+xã|thị\s+trấn|phường|xã|quận|huyện|tỉnh|đặc\s+khu|TP|TX|Tp|Tx)\b\.?\s*"
)
#: A narrow column may break the name behind its first word.
_BROKEN = rf"(?:(?<![^\n])[{UPPER}][{LOWER}]+\n)?"
_PLACE = rf"(?:(?i:{_UNIT})|{_BROKEN}){_WORD}(?:(?: | ?[-–] ?){_WORD}){{0,5}}(?: \d{{1,2}})?"
#: Everything is bounded: what is read may hold any number of blanks.
_SPACE = r"\s{0,40}"
_BLANK = r"(?:[.…_][.…_ \t]{0,60})?"
_YEAR = rf"(?P<y>(?:19|20)\d\d)(?!\d)|(?:20)?{_BLANK}"
_MONTH_WORDS = r"(?:một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười(?:\s+(?:một|hai))?)"
#: The place may be missing, and so may any of the figures.
DAY = re.compile(
    rf"(?:(?P<place>{_PLACE})(?:\s{{0,3}},\s{{0,3}}|\s{{1,3}}))?(?:[Nn]gày|NGÀY){_SPACE}(?:"
    rf"(?P<nd>\d{{1,2}}) ?[-/.] ?(?P<nm>\d{{1,2}}) ?[-/.] ?(?P<ny>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<d>\d{{1,2}}|{_BLANK}),?{_SPACE}(?i:tháng){_SPACE}"
    rf"(?P<m>\d{{1,2}}|(?i:{_MONTH_WORDS})(?=\s+năm)|{_BLANK}),?{_SPACE}(?i:năm){_SPACE}(?:{_YEAR}))"
)
#: Such a line by itself, at the foot of a paper that has none at its head.
_FOOT = re.compile(
    r"(?:^[ \t]*|(?<=[\t|])|(?<=\| )|(?<= {3}))"
    rf"(?P<line>{_PLACE} ?, ?[Nn]gày[^\n|]{{5,60}}\d{{4}})[ .|]*$",
    re.M,
)
_WRITTEN = (
    r"(?P<d>\d{1,2})\s*(?:[-/.]\s*(?P<m>\d{1,2})\s*[-/.]\s*(?P<y>(?:19|20)\d\d)"
    r"|tháng\s*(?P<wm>\d{1,2})\s*năm\s*(?P<wy>(?:19|20)\d\d))"
)
_PASSED = re.compile(
    r"(?:Bộ\s+luật|Luật|Pháp\s+lệnh|Nghị\s+quyết)\s+này\s+(?:đã\s+)?được\s[^.;]{5,200}?"
    rf"\sthông\s+qua\s+(?:vào\s+)?ngày\s*{_WRITTEN}"
)
_ATTACHED = re.compile(
    rf"^[ \t]*\(\s*(?:Được\s+)?[Bb]an\s+hành\s+kèm\s+theo\s[^()]{{3,120}}?\s[Nn]gày\s*{_WRITTEN}",
    re.M,
)
_TODAY = re.compile(
    rf"^[ \t]*(?:- ?)?(?:Hôm\s+nay|Vào\s+hồi|Vào\s+lúc|Hồi)\b[^.;\n]{{0,60}}?\bngày\s*{_WRITTEN}",
    re.M,
)
#: How far into a paper its own beginning reaches, in characters.
_OPENING_MAX = 2_000
_OF_CITY = re.compile(r"(?i:TP|TX)\b\.?\s*")


@dataclass(frozen=True, slots=True)
class PaperDate:
    """The day, month or year that a paper gives itself."""

    date: datetime.date
    precision: DatePrecision


def written_date(match: re.Match[str]) -> PaperDate | None:
    """Return the date of a line that :data:`DAY` matched; None where its year was left blank."""
    year = match["ny"] or match["y"]
    day, month = (match["nd"], match["nm"]) if match["ny"] else (match["d"], match["m"])
    if not year:
        return None
    month_figure = 4 if month.lower() == "bốn" else month_number(month.strip(" ._…\t"))
    if not 1 <= month_figure <= 12:
        return PaperDate(datetime.date(int(year), 1, 1), "year")
    if not day.strip(" ._…\t"):
        return PaperDate(datetime.date(int(year), month_figure, 1), "month")
    return _exact(int(year), month_figure, int(day))


def foot_line(text: str) -> re.Match[str] | None:
    """Return the first place and date line below the head, as :data:`DAY` matches it."""
    found = _FOOT.search(text)
    return DAY.fullmatch(found["line"]) if found else None


def passed_date(text: str, kind: str) -> PaperDate | None:
    """Return the day on which a paper says that itself, of its ``kind``, was passed."""
    for match in _PASSED.finditer(text):
        if match.group().lower().startswith(kind.lower()):
            return _figures(match)
    return None


def opening_date(text: str) -> PaperDate | None:
    """Return the day that the beginning of a text tells, of a paper without a date line.

    That of the decision with which a regulation was issued, or on which people met.
    """
    for pattern in (_ATTACHED, _TODAY):
        match = pattern.search(text, 0, _OPENING_MAX)
        if match is not None:
            return _figures(match)
    return None


def unit_of(name: str, issuer: str, text: str) -> str:
    """Return the unit that a place of the date line is, as the rule for places writes it.

    ``issuer`` is the issuing body with the ones above it; ``text`` the paper. A name that nobody
    calls a unit stays as it is.
    """
    name = squeeze(name)
    if not name:
        return ""
    written = page_place("", f"{name[0].upper()}{name[1:]}.")
    if written and written.split()[-1] == name.split()[-1]:
        return written
    name = _OF_CITY.sub("", name, count=1)
    shown = name.title() if name.upper() == name else name
    for told in (issuer, text):
        unit = re.search(
            r"(?i:(?<!\w)(xã|phường|thị\s+trấn|thị\s+xã|đặc\s+khu|quận|huyện|thành\s+phố|tỉnh))\s+"
            + rf"(?i:{re.escape(canonical_tones(shown))})(?!\w)",
            canonical_tones(told),
        )
        if unit is not None:
            return f"{squeeze(unit[1]).lower()} {shown}"
    if is_province(shown):
        return page_place("", f"Tỉnh {shown}.") or shown
    return shown


def _figures(match: re.Match[str]) -> PaperDate | None:
    figures = match["y"] or match["wy"], match["m"] or match["wm"], match["d"]
    return _exact(*(int(figure) for figure in figures))


def _exact(year: int, month: int, day: int) -> PaperDate | None:
    try:
        return PaperDate(datetime.date(year, month, day), "day")
    except ValueError:
        return None
