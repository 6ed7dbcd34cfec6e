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

from searchengine.pages.shapes import CAPITALISED
from searchengine.text.dates import DateMention, find_dates
from searchengine.text.normalize import normalize

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
    r"|được đăng(?: lúc| ngày)?"
    r"|published(?: on| at)?|posted(?: on| at)?|date(?=\s*:)|publish date"
)
_UPDATED = (
    r"(?:lần )?(?:cập nhật|sửa)(?: cuối| lần cuối| mới nhất)?(?: lúc| ngày| vào)?"
    r"|ngày (?:cập nhật|sửa)|(?:last )?(?:updated|modified)(?: on| at)?"
)
_TIME = r"\d{1,2}\s?(?::|h|g|giờ)\s?\d{0,2}(?:\s?:\s?\d{2}|\s?phút)?(?:\s?(?:AM|PM|SA|CH))?"
_WEEKDAY = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|t[2-7]|cn)"
_BEFORE = re.compile(
    rf"[\s\W_]*(?:(?P<posted>{_POSTED})|(?P<updated>{_UPDATED}))?"
    rf"(?:[\s:|,;()–-]|lúc|hồi|vào|ngày|(?P<time>{_TIME})|(?P<weekday>{_WEEKDAY}))*",
    re.IGNORECASE,
)
#: A label further inside the line counts when a colon follows it: ``BBT - Cập nhật: …``.
_INNER = re.compile(
    rf".{{1,60}}[\s|(–-](?:(?P<posted>{_POSTED})|(?P<updated>{_UPDATED}))\s*:\s*"
    rf"(?:[\s|,]|lúc|ngày|{_TIME}|{_WEEKDAY})*",
    re.IGNORECASE,
)
#: The dateline of an official document: ``Hồng Lĩnh, ngày 15 tháng 10 năm 2020``.
_DATELINE = re.compile(
    rf"(?:TP\.?\s?)?{CAPITALISED}(?:[ .]{CAPITALISED}){{0,4}}\s*,\s*(?:ngày\s*)?"
)
_AFTER = re.compile(
    rf"(?:[\s:|,;()\[\]•.–-]|lúc|hồi|(?P<time>{_TIME})|(?:GMT|UTC)\s?[+-]?\s?\d{{0,2}}(?::\d\d)?"
    r"|(?:[|–-]\s*)?(?:số\s+)?(?:lượt|lần)\s+(?:xem|đọc|truy cập).*|(?:đã\s+)?xem\s*:?\s*[\d.,]+.*"
    r"|[|–-]\s*(?:tác giả|nguồn|theo|tăng|giảm|cỡ chữ|in|a\+?).*|views?.*)*",
    re.IGNORECASE,
)
#: At the end of a text that lost its line breaks: ``… | 09:00 29/05/2017``.
_GLUED = re.compile(rf"(?:^|[|\n])[\s,]*(?:{_WEEKDAY}[\s,]*)?{_TIME}[\s,|–-]*(?:ngày\s*)?$", re.I)


def read(line: str) -> Stamp | None:
    """Return the stamp that a line is, or None where it says anything else."""
    if len(line) > LINE_MAX or not _YEAR.search(line):
        return None
    line = normalize(line)
    mention = _first_full(line)
    if mention is None:
        return None
    day = mention.date()
    after = _AFTER.fullmatch(line, mention.end)
    if day is None or after is None:
        return None
    before = _BEFORE.fullmatch(line, 0, mention.start)
    if before is None:
        before = _INNER.fullmatch(line, 0, mention.start)
        if before is None:
            dateline = _DATELINE.fullmatch(line, 0, mention.start)
            return Stamp(day, "plain") if dateline else None
    if before["posted"]:
        return Stamp(day, "posted")
    return Stamp(day, "updated" if before["updated"] else "plain")


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
