"""Publication stamps: the line of a page that says when it was put there.

``Ngày đăng 23/09/2022 | 16:58``, ``Thứ hai, 03/02/2025, 14:30``, ``Hà Nội, ngày 21 tháng 3 năm
2020``. A stamp is a line of its own, or stands at the very end of a text; a date inside a
sentence is the lead's business (``lead``). Which of several stamps counts is for ``page_date``.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

from searchengine.pages.rules.text_patterns import CAPITALISED
from searchengine.text.dates.grammar import DateMention, find_dates
from searchengine.text.normalization import normalize

#: Lines longer than this are sentences.
LINE_MAX = 160

Kind = Literal["posted", "updated", "plain"]
Position = Literal["above", "below", "tail"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamped day: what the label says, and where it stands (seen from the headline)."""

    date: datetime.date
    kind: Kind
    position: Position = "below"


_YEAR = re.compile(r"\d{4}")
_POSTED = (
    r"(?:ngày|thời gian|giờ) (?:đăng|xuất bản|đưa tin|phát hành|tạo|gửi|viết)(?: tin| bài)?"
    r"|đăng (?:ngày|lúc|vào)|(?:đăng|xuất bản|gửi)(?: lúc| ngày| vào)?(?=\s*:)"
    r"|(?:được|tin|bài) (?:đăng|viết)(?: lúc| ngày| vào)?|(?:đăng|viết) bởi\s*:?\s[^|\d]{1,40}[|–-]"
    r"|published(?: on| at)?|posted(?: on| at)?|date(?=\s*:)|publish date"
)
_UPDATED = (
    r"(?:lần )?(?:cập nhật|sửa)(?: cuối| lần cuối| mới nhất)?(?: lúc| ngày| vào)?"
    r"|ngày (?:cập nhật|sửa)|(?:last )?(?:updated|modified)(?: on| at)?"
)
_TIME = r"\d{1,2}\s?(?::|h|g|giờ)\s?\d{0,2}(?:\s?:\s?\d{2}|\s?phút)?(?:\s?(?:AM|PM|SA|CH))?"
_WEEKDAY = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|t[2-7]|cn)"
_LABEL = rf"(?:(?P<posted>{_POSTED})|(?P<updated>{_UPDATED}))"
_LEADING_LABEL = re.compile(rf"[\s\W_]*{_LABEL}", re.IGNORECASE)
#: A label further inside the line counts when a colon follows it: ``BBT - Cập nhật: …``.
_INNER_LABEL = re.compile(rf"(?<=[\s|(–-]){_LABEL}\s*:", re.IGNORECASE)
_INNER_MAX = 80
#: What may stand between a label and its date, one piece at a time.
_BEFORE = re.compile(
    rf"[\s:|,;()–-]+|{_TIME}|{_WEEKDAY}(?!\w)|lúc|hồi|vào|ngày"
    r"|(?:số\s+)?(?:lượt|lần)\s+(?:xem|đọc)\s*:?\s*[\d.,]+",
    re.IGNORECASE,
)
#: The dateline of an official document: ``Hồng Lĩnh, ngày 15 tháng 10 năm 2020``.
_DATELINE = re.compile(
    rf"(?:TP\.?\s?)?{CAPITALISED}(?:[ .]{CAPITALISED}){{0,4}}\s*,\s*(?:ngày\s*)?"
)
#: What may follow a date on its line, one piece at a time.
_AFTER = re.compile(
    rf"{_TIME}|[\s:|,;()\[\]•.–-]*(?:số\s+)?(?:lượt|lần)\s+(?:xem|đọc|truy cập).*"
    r"|[\s|–-]*(?:đã\s+)?xem\s*:?\s*[\d.,]+.*|\s*[|–-]\s*(?:tác giả|nguồn|theo|cỡ chữ|in|a\+?)\b.*"
    r"|\s*(?:bởi|by)\s+\S.{0,40}|sáng|trưa|chiều|tối"
    r"|[\s:|,;()\[\]•.–-]+|lúc|hồi|(?:GMT|UTC)\s?[+-]?\s?\d{0,2}(?::\d\d)?|\d*\s*views?.*",
    re.IGNORECASE,
)
#: At the end of a text that lost its line breaks: ``… | 09:00 29/05/2017``.
_GLUED = re.compile(rf"(?:^|[|\n])[\s,]*(?:{_WEEKDAY}[\s,]*)?{_TIME}[\s,|–-]*(?:ngày\s*)?$", re.I)


_CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])(?:\s?[AP]M\b)?", re.IGNORECASE)
#: Between a day and a year ``năm`` is a word for the year, unless a comma says that it is May.
_MONTHS = r"\d{1,2}|một|hai|ba|tư|năm(?!\s+20)|sáu|bảy|bẩy|tám|chín|mười(?:\s+(?:một|hai))?"
_YEAR_BEHIND = r"(?:\s*,\s*|\s+)(?P<year>20\d\d)\b"
#: How content management systems write a month: ``24 Th9, 2021``, ``Tháng Chín 24, 2021``,
#: ``24 Tháng 9 2021``.
_SHORT_MONTH = re.compile(r"\b(?:th|thg)\.?\s?(?=\d{1,2}\b)", re.IGNORECASE)
_MONTH_FIRST = re.compile(
    rf"\btháng\s+(?P<month>{_MONTHS})\s+(?P<day>\d{{1,2}}){_YEAR_BEHIND}", re.IGNORECASE
)
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})\s+tháng\s+(?P<month>{_MONTHS}){_YEAR_BEHIND}", re.IGNORECASE
)


def read(line: str) -> Stamp | None:
    """Return the stamp that a line is, or None where it says anything else."""
    if len(line) > LINE_MAX or not _YEAR.search(line):
        return None
    line = _plain(normalize(line))
    mention = _first_full(line)
    if mention is None:
        return None
    day = mention.date()
    if day is None or not _made_of(_AFTER, line, mention.end, len(line)):
        return None
    label = _LEADING_LABEL.match(line, 0, mention.start)
    start = label.end() if label else 0
    if not _made_of(_BEFORE, line, start, mention.start):
        label = _INNER_LABEL.search(line, 0, min(mention.start, _INNER_MAX))
        if label is None or not _made_of(_BEFORE, line, label.end(), mention.start):
            return Stamp(day, "plain") if _DATELINE.fullmatch(line, 0, mention.start) else None
    if label is None:
        return Stamp(day, "plain")
    return Stamp(day, "posted" if label["posted"] else "updated")


def _plain(line: str) -> str:
    """The line with its date as the grammar of dates reads it, and no clock that looks like one."""
    line = _CLOCK.sub(lambda match: " " * len(match.group()), line)
    line = _SHORT_MONTH.sub("tháng ", line)
    for pattern in (_MONTH_FIRST, _DAY_FIRST):
        line = pattern.sub(
            lambda match: f"{match['day']} tháng {match['month'].lower()}, {match['year']}", line
        )
    return line


def _made_of(pieces: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether a part of ``text`` is nothing but matches of ``pieces``, one after the other.

    A loop instead of a repeated group: no line, however odd, can make it try twice.
    """
    while start < end:
        match = pieces.match(text, start, end)
        if match is None or match.end() == start:
            return False
        start = match.end()
    return True


def glued(ending: str) -> list[Stamp]:
    """Return the stamp at the very end of a text, as a list of one, or nothing."""
    ending = normalize(ending).rstrip()
    if not ending[-4:].isdigit():
        return []
    mentions = [mention for mention in find_dates(ending) if mention.kind == "date"]
    if not mentions or mentions[-1].end != len(ending):
        return []
    last = mentions[-1]
    day = last.date()
    if day is None or not _GLUED.search(ending, 0, last.start):
        return []
    return [Stamp(day, "plain", "tail")]


def _first_full(line: str) -> DateMention | None:
    return next((mention for mention in find_dates(line) if mention.kind == "date"), None)
