"""Who signed a paper: the name below the office in whose stead, or as which, they signed.

``TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH / (Đã ký) / Nguyễn Văn An``, beside or below the recipients. The
first signature counts: annexes with names of their own follow it. Minutes and contracts have
two, and both are named.
"""

from __future__ import annotations

import re

from searchengine.pages.rules import author as author_rule
from searchengine.pages.rules.official.pieces import is_capitals
from searchengine.pages.rules.official.recipients import beside_recipients, recipients_at
from searchengine.pages.rules.text_patterns import CAPITALISED, UPPER, squeeze

#: Lines between an office and the name below it, and places where a signature may be looked for.
_LINES_MAX = 30
_PLACES_MAX = 60
_REACH = 3_000
_SENTENCE_MIN = 60
#: The signature stands at most so far above the recipients, in characters.
_ABOVE_RECIPIENTS = 600
#: Minutes and contracts have two signatures side by side.
_SIGNERS_MAX = 2

_IN_STEAD = r"(?:T\s?/\s?M|TM|K\s?/\s?T|KT|T\s?/\s?L|TL|TUQ|T\s?/\s?UQ|Q)(?:\.|\s)"
_OFFICE = (
    r"(?:(?:QUYỀN |PHÓ |NGUYÊN )?(?:CHỦ TỊCH|BÍ THƯ|TỔNG BÍ THƯ|(?:TỔNG )?GIÁM ĐỐC|HIỆU TRƯỞNG"
    r"|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|(?:CHI |TỔNG )?CỤC TRƯỞNG|VIỆN TRƯỞNG|CHÁNH (?:VĂN PHÒNG|ÁN"
    r"|THANH TRA)|CHỦ NHIỆM|TRƯỞNG|THỦ TRƯỞNG|ĐỘI TRƯỞNG|TỔ TRƯỞNG|KẾ TOÁN TRƯỞNG|THƯ KÝ|CHỦ TRÌ"
    r"|CHỦ TỌA|CHỦ TOẠ|NGƯỜI|ĐẠI DIỆN|BÊN [AB]|ĐOÀN CHỦ TỊCH|TỔNG THƯ KÝ))(?!\w)"
)
_START = re.compile(
    rf"(?:^|\t|\||  |[;.]\s)[ *_#>]{{0,6}}(?:{_IN_STEAD}\s*[{UPPER}]|{_OFFICE})", re.MULTILINE
)
_AUTHORITY = re.compile(rf"(?:{_IN_STEAD}\s*[{UPPER}]|{_OFFICE})")
_CELLS = re.compile(r"\t+|\s*\|\s*| {2,}")
_NOTE = re.compile(
    r"\(?\s*(?:đã ký|ký|ký tên|ký,|chữ ký|đã ký số)[^()]{0,40}\)?|\(.*\)|[\W_]*", re.I
)
_RANKS = (
    r"(?:(?:(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy|uý)"
    r"|(?:PGS|GS|TS|ThS|Ths|BS|BSCKI+|CN|KS|LS|Bs|Ks|NGƯT|Đ/c|Ông|Bà)\b)[\s.,]*)"
)
_RANK = re.compile(_RANKS)
_NAME = rf"{CAPITALISED}(?:[ -]{CAPITALISED}){{1,4}}"
#: A cell whose lines were run together.
_GLUED = re.compile(
    rf"(?P<office>.*?[{UPPER}]{{2}})\s+(?:\([^()]{{2,30}}\)\s+)?(?P<name>{_RANKS}*{_NAME})"
)
_SURNAMES = frozenset(
    "NGUYỄN TRẦN LÊ PHẠM HUỲNH HOÀNG PHAN VŨ VÕ ĐẶNG BÙI ĐỖ HỒ NGÔ DƯƠNG LÝ ĐINH ĐOÀN TRỊNH MAI"
    " TRƯƠNG LƯƠNG LÂM ĐÀO TẠ HÀ TÔ CAO PHÙNG LƯU THÁI CHU QUÁCH THẠCH KIỀU TĂNG".split()
)


def paper_signer(text: str) -> str:
    """Return the name under the first signature of a normalised text, or an empty string."""
    recipients = recipients_at(text)
    first = 0 if recipients is None else max(0, recipients - _ABOVE_RECIPIENTS)
    for count, start in enumerate(_START.finditer(text, first)):
        if count == _PLACES_MAX:
            break
        line = text.rfind("\n", 0, start.end()) + 1
        names = _names(text[line : start.end() + _REACH])
        if names:
            return " - ".join(names)
    return ""


def _names(closing: str) -> list[str]:
    """The names that sign below the office in the first line of ``closing``."""
    names: list[str] = []
    seen = False
    for line in closing.split("\n")[:_LINES_MAX]:
        before = len(names)
        for cell in _CELLS.split(line):
            written = beside_recipients(squeeze(cell.strip(" *_#>")))
            if _NOTE.fullmatch(written):
                continue
            if _AUTHORITY.match(written):
                seen = True
                glued = _GLUED.fullmatch(written)
                if glued is not None and is_capitals(glued["office"]):
                    names += _name(glued["name"])
                continue
            if not seen:
                continue
            found = _name(written)
            if not found and len(written) > _SENTENCE_MIN and not is_capitals(written):
                return names
            names += found
        offices = any(_AUTHORITY.match(cell.strip(" *_")) for cell in _CELLS.split(line))
        if names and len(names) == before and line.strip() and not offices:
            break
    return names[:_SIGNERS_MAX]


def _name(written: str) -> list[str]:
    """The person that a cell names, as a list of one; nothing where it says anything else."""
    while rank := _RANK.match(written):
        written = written[rank.end() :]
    if is_capitals(written):
        words = written.split()
        if not 2 <= len(words) <= 5 or words[0] not in _SURNAMES:
            return []
        written = written.title()
    if re.fullmatch(_NAME, written) is None:
        return []
    return [written] if author_rule.signature(written) else []
