"""The author of a page: a name that signs it, alone on a line, after a label, or at the very end.

Only written names are taken; agencies, photo credits and sources (``Theo …``, ``Ảnh: …``) are
not authors. Where the signature lies on the page is known to ``layout``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from searchengine.pages.rules.place import is_province
from searchengine.pages.rules.text_patterns import ALL_CAPITALS, CAPITALISED, UPPER, squeeze
from searchengine.text.normalization import normalize

#: A signature line is at most this long: three names with a note.
LINE_MAX = 90

_INITIALS = rf"(?:[{UPPER}]\.){{1,3}}\s?"
_NAME = (
    rf"(?:{_INITIALS}(?:{CAPITALISED}|{ALL_CAPITALS})(?: {CAPITALISED}| {ALL_CAPITALS}){{0,2}}"
    rf"|{CAPITALISED}(?: {CAPITALISED}){{1,4}}|{ALL_CAPITALS}(?: {ALL_CAPITALS}){{1,4}}"
    rf"|(?:[{UPPER}]\.){{2,3}}[{UPPER}]?)"
)
_NAMES = rf"{_NAME}(?:\s*(?:-|–|,|&|/|và)\s*{_NAME}){{0,3}}"
_LABEL = (
    r"(?:tác giả|người viết|người đăng|bài viết|bài(?:\s*(?:,|và|-|&)\s*ảnh)?|bài(?:, ảnh, clip)?"
    r"|tin(?:\s*(?:,|và|-|&)\s*(?:bài|ảnh))*|thực hiện|biên soạn|tổng hợp|phóng viên|pv|by)"
)
_LABELLED = re.compile(rf"[\s\W]*(?i:{_LABEL})\s*[:：]\s*(?P<names>{_NAMES})\s*[.)]?")
_NOTE = r"(?:\s*[(/](?:[^()]{1,40})\)?)?"
_SIGNATURE = re.compile(rf"(?P<names>{_NAMES}){_NOTE}")
_CREDIT = re.compile(
    r"[(\[].{1,120}[)\]]\.?|(?:(?:[Tt]heo|THEO|[Nn]guồn|NGUỒN)[ :]|(?:[Ảả]nh|ẢNH|Clip|Video)\s*:)"
    r".{1,80}"
)
#: A name after the last sentence of a text that has lost its line breaks.
_CLOSING = re.compile(rf"[.!?…][\"”’)]*\s+(?P<names>{_NAMES})(?:\s*\([^()]{{2,40}}\))?\s*$")
#: First words of bodies, sections and credits that are written like names.
_NOT_NAME_WORDS = (
    "theo báo ban phòng sở bộ đài nguồn ảnh tin trường trung tổng cục viện hội ủy uỷ ubnd công tòa"
    " toà tạp website xem video clip bài kỳ phần mục hết đảng chi thành tỉnh quận huyện phường xã"
    " thị nhà văn chương điều số nhóm tập việt đội cộng quốc lịch ngoại champions premier bảng"
    " vòng kết liên mời đọc"
)
_NOT_NAMES = frozenset(_NOT_NAME_WORDS.split())
#: Of those, words that also begin given names, and so are refused only before what they head.
_BODIES = re.compile(
    r"(?:công (?:ty|an|đoàn)|trung (?:tâm|ương|quốc)|hội (?:đồng|nông|phụ|cựu|liên|chữ)|văn phòng"
    r"|chi (?:bộ|cục|đoàn|hội)|thành (?:phố|ủy|uỷ|đoàn)|quốc hội|việt nam|lịch sử)",
    re.IGNORECASE,
)
_GIVEN_TOO = frozenset(("công", "trung", "hội", "văn", "chi", "thành", "quốc", "việt", "lịch"))


def signature(line: str) -> str:
    """Return the names of a line that is a signature and nothing else, or an empty string."""
    if len(line) > LINE_MAX:
        return ""
    # "Minh PhươngTheo Reuters": two lines that were run together.
    line = re.split(r"\s*[(/-]?\s*Theo\s", squeeze(normalize(line)))[0]
    match = _LABELLED.fullmatch(line) or _SIGNATURE.fullmatch(line)
    return _accepted(match)


def labelled(lines: Iterable[str]) -> str:
    """Return the first name that a label such as ``Tác giả:`` announces on a line of its own."""
    for line in lines:
        if len(line) <= LINE_MAX and ":" in line:
            name = _accepted(_LABELLED.fullmatch(squeeze(normalize(line))))
            if name:
                return name
    return ""


def closing_name(body: str) -> str:
    """Return the name that ends a text right after its last sentence, or an empty string."""
    return _accepted(_CLOSING.search(normalize(body[-LINE_MAX * 2 :])))


def is_credit(line: str) -> bool:
    """Return whether a line below a signature credits a source or a picture."""
    return len(line) <= LINE_MAX * 2 and _CREDIT.fullmatch(normalize(line)) is not None


def _accepted(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    names = squeeze(match["names"])
    first = names.split()[0].lower()
    if is_province(names) or _BODIES.match(names):
        return ""
    if first in _NOT_NAMES and first not in _GIVEN_TOO:
        return ""
    return names
