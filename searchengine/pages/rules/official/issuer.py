"""The issuing body of a paper, from the lines at the left of its letterhead.

The last body counts; above it stands the one that it belongs to. ``BAN THƯỜNG TRỰC`` or ``VĂN
PHÒNG`` alone is that of the body above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchengine.pages.rules.official.casing import body_case
from searchengine.pages.rules.text_patterns import squeeze

#: A line that begins so begins another body; others go on with the one above.
_BODY = (
    r"(?:ỦY BAN|UỶ BAN|UBND|UBMTTQ|UB MTTQ|HĐND|HỘI|ĐẢNG (?:ỦY|UỶ|BỘ|ĐOÀN)"
    r"|(?:TỈNH|THÀNH|HUYỆN|QUẬN|THỊ) (?:ỦY|UỶ|ĐOÀN)|CHI (?:BỘ|CỤC|HỘI|ĐOÀN|NHÁNH)|SỞ|BỘ"
    r"|PHÒNG(?! CHỐNG|,| CHÁY| NGỪA)|BAN|BQL|BCĐ|BCH|TRƯỜNG|TRUNG TÂM|TRẠM|CÔNG (?:AN|ĐOÀN|TY)"
    r"|LIÊN (?:ĐOÀN|HIỆP|MINH)|ĐOÀN|VĂN PHÒNG|CỤC|TỔNG (?:CỤC|CÔNG TY|LIÊN ĐOÀN)|VIỆN|BỆNH VIỆN"
    r"|TÒA ÁN|TOÀ ÁN|THANH TRA|MẶT TRẬN|QUỐC HỘI|CHÍNH PHỦ|THỦ TƯỚNG|CHỦ TỊCH|ĐẠI HỘI|TỔ(?! QUỐC)"
    r"|ĐỘI|HỢP TÁC XÃ|HTX|NGÂN HÀNG|QUỸ|BẢO HIỂM|KHO BẠC|ĐÀI|BÁO|TẠP CHÍ|HẠT|XÍ NGHIỆP|ĐẠI HỌC"
    r"|HỌC VIỆN|KHOA|THÔN|ẤP|KHU PHỐ|TDP|THƯỜNG TRỰC)(?!\w)"
)
_BEGINS = re.compile(_BODY)
#: Inside a line, where several were run together, a body begins behind the name of a unit, and
#: a school or a company wherever it is named.
_INSIDE = re.compile(rf" (?={_BODY})")
_BEHIND_UNIT = re.compile(
    r"(?:^| )(?:XÃ|PHƯỜNG|THỊ TRẤN|QUẬN|HUYỆN|THỊ XÃ|THÀNH PHỐ|TỈNH|(?:HUYỆN|TỈNH|THÀNH|QUẬN|THỊ)"
    r" (?:ỦY|UỶ|ĐOÀN))(?: \S+){1,4}$|TRUNG ƯƠNG$"
)
_ANYWHERE = re.compile(r"(?:TRƯỜNG|CÔNG TY|BỆNH VIỆN|TRUNG TÂM|HỌC VIỆN)(?!\w)")
_GOES_ON = re.compile(r"(?:^| )(?:TỔNG|VÀ|CỦA|TẠI)$|,$")
#: What is a part of the body above it where it stands alone.
_PART = re.compile(
    r"(?:BAN (?:THƯỜNG TRỰC|THƯỜNG VỤ|CHẤP HÀNH|TỔ CHỨC|TUYÊN GIÁO|DÂN VẬN|NỘI CHÍNH|CHỈ ĐẠO)"
    r"|THƯỜNG TRỰC|VĂN PHÒNG|[ỦU][YỶ] BAN KIỂM TRA|THANH TRA|CƠ QUAN)"
)
#: A body whose name goes on in the next line whatever that begins with.
_OPEN = re.compile(r"(?:[ỦU][YỶ] BAN(?: THƯỜNG VỤ)?|BAN CHẤP HÀNH|BCH|.*(?: VÀ| -|,))")
#: Between bodies that issue a paper together.
_JOINT = re.compile(rf" [-–] (?={_BODY})")
#: Rules are taken whole: what may be taken in many ways is tried in all of them.
_NOTE = re.compile(r"\s*(?:\(\d\)|[*¹²³]|(?<!_)_{2,}(?!_)|(?<!-)-{2,}(?!-))+\s*$")
#: What a form has in the place of a body.
_FORM = re.compile(r"\W*(?:TÊN|CƠ QUAN, (?:TỔ CHỨC|ĐƠN VỊ)|ĐƠN VỊ\s*[:.…])")


def issuing_body(lines: Sequence[str], paper: str) -> str:
    """Return the body that issued a paper, or an empty string where its letterhead names none."""
    names = bodies(lines)
    if not names or any(_FORM.match(name) for name in names):
        return ""
    last = names[-1]
    if len(names) > 1 and _PART.fullmatch(last):
        above = body_case(names[-2], paper)
        return f"{body_case(last, paper)} {above}"
    return " - ".join(body_case(one, paper) for one in _JOINT.split(last))


def bodies(lines: Sequence[str]) -> list[str]:
    """Return the bodies that the lines of a letterhead name, the highest first."""
    names: list[str] = []
    for written in (part for line in lines for part in _parts(squeeze(_NOTE.sub("", line)))):
        if names and (not _BEGINS.match(written) or _OPEN.fullmatch(names[-1])):
            names[-1] = f"{names[-1]} {written}"
        elif written:
            names.append(written)
    return names


def _parts(line: str) -> list[str]:
    """The lines that one line was made of."""
    parts, start = [], 0
    for match in _INSIDE.finditer(line):
        before = line[start : match.start()]
        named = _BEHIND_UNIT.search(before) or _ANYWHERE.match(line, match.end())
        if named and not _GOES_ON.search(before):
            parts.append(before)
            start = match.end()
    return [*parts, line[start:]]
