"""The compiled patterns of the date grammar: what a Vietnamese date looks like, and its company.

A number pair is a day or a fraction depending on the words beside it, so half of this file is
about those words. Texts are normalised (NFC, plain spaces). Nothing is decided here; ``dates``
puts the pieces together. Patterns spell out both cases of a first letter instead of ignoring
case, which keeps the search for them fast.
"""

from __future__ import annotations

import re

#: How many characters before a number the words that decide about it may begin.
BEHIND = 32


def _cased(*words: str) -> str:
    """An alternation of ``words`` as written, capitalised and in capitals."""
    forms = (form for word in words for form in (word, word[0].upper() + word[1:], word.upper()))
    return "(?:" + "|".join(form.replace(" ", r"\s+") for form in dict.fromkeys(forms)) + ")"


#: The years of ``grammar``, from ``YEAR_MIN`` to ``YEAR_MAX``.
_YEAR = r"(?:19\d\d|20\d\d|2100)"
_DASH = r"[-–—]"
_MONTHS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "tư": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười một": 11,
    "mười hai": 12,
    "mười": 10,
}
_MONTH_WORDS = "|".join(
    form.replace(" ", r"\s+") for word in _MONTHS for form in (word, word[0].upper() + word[1:])
)


def month_number(written: str) -> int:
    """The number of a month in figures or words (``"10"``, ``"Mười"``); 0 if there is none."""
    if written.isdigit():
        return int(written)
    return _MONTHS.get(" ".join(written.lower().split()), 0)


#: 21 tháng 3 năm 2020, 21 tháng 3/2020, 21 tháng Ba. The month in words must not swallow the
#: "năm" that announces a year.
WRITTEN = re.compile(
    rf"(?<![\w/.,-])(?P<d>\d{{1,2}})\s*[-–/]?\s*{_cased('tháng')}\s*"
    rf"(?P<m>\d{{1,2}}(?!\d)|(?:{_MONTH_WORDS})(?!\w)(?!\s+{_YEAR}))"
    rf"(?:\s*(?:,?\s*{_cased('năm')}\s*|[/.,\-–]\s*)(?P<y>{_YEAR})(?![\d/]))?"
)
_TERM_ORDINAL = r"(?:\s+(?:lần\s+)?(?:thứ\s+)?(?:[IVXLC]{1,7}|\d{1,2})(?!\w))?"
TERM = re.compile(
    rf"{_cased('nhiệm kỳ', 'nhiệm kì')}{_TERM_ORDINAL}\s*[,:(–-]?\s*(?:{_cased('năm')}\s*)?"
    rf"(?P<a>{_YEAR})\s*(?:{_DASH}|/|đến(?:\s+năm)?)\s*(?P<b>{_YEAR})(?!\d)"
)
PERIOD = re.compile(
    rf"{_cased('giai đoạn', 'niên khóa', 'niên khoá', 'năm học', 'năm', 'khóa', 'khoá')}"
    rf"\s*[:(]?\s*(?P<a>{_YEAR})\s*{_DASH}\s*(?P<b>{_YEAR})(?![\d/])"
)
MONTH = re.compile(
    rf"{_cased('tháng')}\s*(?P<m>\d{{1,2}})\s*(?:[/.\-–]|,?\s*{_cased('năm')})\s*"
    rf"(?P<y>{_YEAR})(?![\d/])"
)
QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "I": 1, "II": 2, "III": 3, "IV": 4}
QUARTER = re.compile(
    rf"{_cased('quý', 'quí')}\s+(?P<q>IV|I{{1,3}}|[1-4])\s*(?:[/.\-–]|,?\s*{_cased('năm')})\s*"
    rf"(?P<y>{_YEAR})(?![\d/])"
)
YEAR = re.compile(rf"{_cased('năm')}\s+(?P<y>{_YEAR})(?![\d/]|[.,]\d)")
BARE_PERIOD = re.compile(rf"(?<![\w/.,–-])(?P<a>{_YEAR})\s*{_DASH}\s*(?P<b>{_YEAR})(?![\w/])")
BARE_YEAR = re.compile(rf"(?<![\w/.,–-])(?P<y>{_YEAR})(?![\w/]|[.,–-]\d)")

#: Numbers tied by slashes, dots or dashes; what they mean is read off their lengths.
#: Each has one, two or four figures. (The check of what stands before comes after the first figure:
#: a pattern that begins with a character class is searched several times faster.)
_PIECE = r"\d(?:\d(?:\d\d)?)?"
CHAIN = re.compile(rf"\d(?<!\d\d){_PIECE[2:]}(?:\s?[/.\-–]\s?{_PIECE}(?!\d))+")
PIECE = re.compile(r"\d+")
CHAIN_BLOCKED_BEFORE = re.compile(r"(?:[\w/]|\d[.,–-]|\w-)$")
CHAIN_BLOCKED_AFTER = re.compile(r"[\w/%]|[-–]\w|[.,]\d")

#: The word for a day that belongs to the date itself.
DAY_WORD = re.compile(rf"{_cased('ngày')}\s*$")
_WEEKDAY = (
    r"(?:[Tt]hứ\s+(?:[Hh]ai|[Bb]a|[Tt]ư|[Nn]ăm|[Ss]áu|[Bb][ảẩ]y|[2-7])|[Cc]hủ\s+nhật|CN|T[2-7])"
)
_PART_OF_DAY = _cased(
    "ngày", "hôm", "sáng", "trưa", "chiều", "tối", "đêm", "khuya", "mùng", "mồng", "qua", "nay"
)
_CLOCK = r"\d{1,2}\s?(?:h|g|giờ|:)\s?(?:\d{2}(?:\s?phút)?)?"
#: Right before a number: the number is a day. A first day of a range may stand between
#: (``ngày 15 và 16/10``), and so may an opening bracket or a comma (``hôm nay (3/7)``).
DAY_CUE = re.compile(
    rf"(?:(?<!\w)(?:{_PART_OF_DAY}|{_WEEKDAY}|{_CLOCK}))\s*[,(]?\s*"
    r"(?:\d{1,2}(?:[/-]\d{1,2})?\s*(?:,|và|đến|-|–|hoặc)\s*)*$"
)
#: Words and marks after which a pair with a slash may be a day although no word says so.
EDGE_CUE = re.compile(
    rf"(?:(?<!\w){_cased('từ', 'đến', 'trước', 'sau', 'hết', 'tới', 'vào', 'kể từ')}\s+)$"
)
#: After a pair that no word announces: the end, a mark, or a word that follows a date.
FREE_AFTER = re.compile(
    r"\s*(?:$|[.,;:)\]|!?\"”’\n–-]|(?:đến|tới|và|tại|ở|năm|này|vừa|đã|sẽ|diễn)(?!\w))"
)
#: A count with a unit, never a day: 3/7 %, 2/3 triệu.
UNIT_AFTER = re.compile(
    r"\s?(?:%|(?:m|m2|km|kg|ha|tỷ|tỉ|triệu|nghìn|ngàn|đồng|USD|lần|điểm|người|phút|tuổi|hộ)(?!\w))"
)
#: Document, house and lot numbers.
NUMBER_BEFORE = re.compile(
    rf"(?<!\w)(?:{_cased('số', 'hẻm', 'ngõ', 'ngách', 'kiệt', 'nhà', 'lô', 'thửa', 'tổ', 'luật')}"
    rf"|{_cased('nghị định', 'thông tư', 'quyết định', 'công văn', 'chỉ thị', 'nghị quyết')}"
    r"|NĐ|QĐ|TT|NQ|CT|CV)\s*:?\s*$"
)
#: Holidays, streets, parks and the like that are named after a day.
NAMED_BEFORE = re.compile(
    r"(?<!\w)(?:"
    + _cased("đường", "phố", "phường", "trường", "công viên", "quảng trường", "cầu", "chợ", "ấp")
    + "|"
    + _cased("lễ", "dịp", "nghỉ", "mừng", "kỷ niệm", "kỉ niệm", "quốc khánh", "giải phóng")
    + "|"
    + _cased("quốc tế lao động", "quốc tế phụ nữ", "nhà giáo việt nam", "thương binh liệt sĩ")
    + "|"
    + _cased("phụ nữ việt nam", "nhà máy", "công ty", "hợp tác xã", "đội", "đoàn", "giải")
    + r")\s+(?:ngày\s+)?[(]?$"
)
RANGE_BETWEEN = re.compile(
    r"\s*(?:-|–|,|và|đến|tới)?\s*(?:hết\s+)?(?:ngày\s+)?(?:(?:[^\W\d]+\s+){0,2}ngày\s+)?"
)
LUNAR_AFTER = re.compile(
    r"\s*(?:[(]\s*)?(?:tháng\s+)?(?:năm\s+\w+(?:\s+\w+)?\s*)?(?:[(]\s*)?(?:âm\s+lịch|AL(?!\w))"
)

_ARGUMENT_SEPARATOR = r"(?P<s>[/.\-])"
#: What may be typed as a date option, in the order in which it is tried.
ARGUMENTS = (
    re.compile(r"(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})"),
    re.compile(rf"(?P<y>\d{{4}}){_ARGUMENT_SEPARATOR}(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})"),
    re.compile(r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
    re.compile(rf"(?P<d>\d{{1,2}}){_ARGUMENT_SEPARATOR}(?P<m>\d{{1,2}})(?P=s)(?P<y>\d{{4}})"),
)
