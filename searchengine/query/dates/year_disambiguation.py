"""Numbers in a query that look like years, and dates typed without diacritics.

In a query a bare number may be a year (`đại hội 2022`), which no running text may assume. Here
is what tells it from a name (`nghị quyết 2020`) and from a count (`2000 đồng`). The date grammar
itself is ``text.dates``'.
"""

from __future__ import annotations

import re
from dataclasses import replace

from searchengine.text.dates.grammar import DateMention
from searchengine.text.folding import fold, has_marks

#: Words of dates typed without diacritics, where a number follows; the same length with them.
_BARE_WORDS = {"ngay": "ngày", "thang": "tháng", "quy": "quý", "nam": "năm", "nhiem ky": "nhiệm kỳ"}
_BARE_WORD = re.compile(rf"\b({'|'.join(_BARE_WORDS)})(?=\s+(?:\d|I{{1,3}}V?\b|IV\b))", re.I)
_SMALL_ROMAN = re.compile(r"(?<=qu[yýí]\s)(?:i{1,3}|iv)(?=\s*/|\s+n[aă]m\b)", re.I)
#: A number behind these is the name of something, not a year. (`nghị quyết 2020`, `phòng 2020`)
_NAMED = (
    r"nghị quyết|nghị định|quyết định|thông tư|công văn|chỉ thị|tờ trình|quốc lộ|tỉnh lộ|tuyến"
    r"|phòng|đường|đầu số|tổng đài|hotline|điện thoại|mã số|lô|thửa"
)
_NAMED_BEFORE = re.compile(rf"(?<!\w)(?:{_NAMED}|(?<!hồ )(?<!cơ )số)\s*:?\s*$", re.I)
#: (`lô` is left out: without diacritics it is also `lo`, to worry.)
_BARE_NAMED_BEFORE = re.compile(
    rf"(?<!\w)(?:{fold(_NAMED.removesuffix('|lô|thửa'))}|(?<!ho )(?<!co )so)\s*:?\s*$", re.I
)
#: A day that is written before the word for month.
_DAY_IN_WORDS = re.compile(r"\d{1,2}\s+(?=th[aá]ng\b)", re.I)
#: Behind it: the number goes on. (`1900 1009`; but not `2020 2021`)
_LONG_NUMBER = r"\s+(?!(?:19|20)\d\d\b)\d{3,}"
#: A number before these is a count. (`2000 đồng`; but not `2020 tỷ lệ`)
_COUNTED = (
    r"\s?(?:%|m2|m3|km|kg|m|ha|tấn|lít|đồng|usd|tỷ|tỉ|triệu|nghìn|ngàn|người|lượt|suất|chiếc|vé|bước)"
    r"(?!\w)(?!\s+(?:lệ|số|giá|phú|dân)\b)"
)
_COUNTED_AFTER = re.compile(rf"{_COUNTED}|{_LONG_NUMBER}", re.I)
_BARE_COUNTED_AFTER = re.compile(
    r"\s?(?:%|m2|m3|km|kg|usd|ty|trieu|nghin|ngan|nguoi|dong)(?!\w)"
    r"(?!\s+(?:le|so|gia|phu|dan|nai|thap|da|anh|nam|bac|ha|hoi|hung|xoai|trieu|son)\b)"
    rf"|{_LONG_NUMBER}",
    re.I,
)


def with_date_words(text: str) -> str:
    """Return ``text`` with the words that the grammar expects of dates, as long as before."""
    text = _SMALL_ROMAN.sub(lambda match: match.group().upper(), text)
    if has_marks(text):
        return text
    return _BARE_WORD.sub(lambda match: _BARE_WORDS[match.group().lower()], text)


def without_name(text: str, mention: DateMention) -> DateMention:
    """Return a date without the number of something before it: `bão số 12 tháng 11 năm 2017`."""
    found = _DAY_IN_WORDS.match(text, mention.start)
    before = _NAMED_BEFORE if has_marks(text) else _BARE_NAMED_BEFORE
    if mention.precision != "day" or not found or not before.search(text, 0, mention.start):
        return mention
    return replace(mention, start=found.end(), day=None, precision="month", kind="month")


def is_number(text: str, mention: DateMention) -> bool:
    """Return whether what reads as a year, or a month and a year, names or counts something."""
    if not text[mention.start : mention.end].replace("/", "").isdigit():
        return False
    marked = has_marks(text)
    before = _NAMED_BEFORE if marked else _BARE_NAMED_BEFORE
    if before.search(text, 0, mention.start):
        return mention.precision != "day"
    after = _COUNTED_AFTER if marked else _BARE_COUNTED_AFTER
    return mention.precision == "year" and bool(after.match(text, mention.end))
