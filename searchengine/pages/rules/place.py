"""The place of a page: the ward, commune, district or province that its title or lead names.

The most specific unit wins, and of equals the first, title before lead. A unit is a word for it
with a capitalised name (``phường Quang Trung``, ``Quận 1``, ``TP.HCM``), written out in lower
case; a place where somebody was born or lives is not what the page is about, and ``Bí thư phường
Lê Thanh Tuấn`` names a person. Nothing is looked up: no list of communes, only of provinces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchengine.pages.rules.text_patterns import CAPITALISED, LOWER, is_shouted, sentence_starts
from searchengine.text.tone import canonical_tones

#: How much of the body can name the place: its first sentences, up to this many characters.
LEAD_MAX = 500
LEAD_SENTENCES = 2
#: Names of units have at most this many syllables; longer runs of capitals hold a person's too.
NAME_MAX = 4
#: How many characters before a unit can take it away from the page.
_BEHIND = 60

CITIES = ("Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế")
PROVINCE_NAMES = (
    "An Giang|Bà Rịa - Vũng Tàu|Bạc Liêu|Bắc Giang|Bắc Kạn|Bắc Ninh|Bến Tre|Bình Dương|Bình Định"
    "|Bình Phước|Bình Thuận|Cà Mau|Cao Bằng|Đắk Lắk|Đắk Nông|Điện Biên|Đồng Nai|Đồng Tháp|Gia Lai"
    "|Hà Giang|Hà Nam|Hà Tĩnh|Hải Dương|Hậu Giang|Hòa Bình|Hưng Yên|Khánh Hòa|Kiên Giang|Kon Tum"
    "|Lai Châu|Lạng Sơn|Lào Cai|Lâm Đồng|Long An|Nam Định|Nghệ An|Ninh Bình|Ninh Thuận|Phú Thọ"
    "|Phú Yên|Quảng Bình|Quảng Nam|Quảng Ngãi|Quảng Ninh|Quảng Trị|Sóc Trăng|Sơn La|Tây Ninh"
    "|Thái Bình|Thái Nguyên|Thanh Hóa|Thừa Thiên Huế|Thừa Thiên - Huế|Tiền Giang|Trà Vinh"
    "|Tuyên Quang|Vĩnh Long|Vĩnh Phúc|Yên Bái"
)
_BY_NAME = {name.casefold(): f"tỉnh {name}" for name in PROVINCE_NAMES.split("|")} | {
    name.casefold(): f"thành phố {name}" for name in CITIES
}
#: Words of the longest of these names, the dash counted.
_PROVINCE_WORDS = 5
_BY_NAME["sài gòn"] = _BY_NAME["hcm"] = _BY_NAME["hồ chí minh"]

#: Unit as written -> unit as shown, and how specific it is (0 most).
_UNITS = {
    "phường": ("phường", 0),
    "xã": ("xã", 0),
    "thị trấn": ("thị trấn", 0),
    "đặc khu": ("đặc khu", 0),
    "quận": ("quận", 1),
    "huyện": ("huyện", 1),
    "thị xã": ("thị xã", 1),
    "thành phố": ("thành phố", 1),
    "tp": ("thành phố", 1),
    "tx": ("thị xã", 1),
    "q": ("quận", 1),
    "p": ("phường", 0),
    "tỉnh": ("tỉnh", 2),
}
_PROVINCE_LEVEL = 2
_SYLLABLE = rf"{CAPITALISED}(?:['’]?[{LOWER}]+)?"
_UNIT = (
    r"(?:[Pp]hường|PHƯỜNG|[Tt]hị\s+(?:trấn|xã)|[Xx]ã|[Đđ]ặc\s+khu|[Qq]uận|[Hh]uyện|[Tt]hành\s+phố"
    r"|[Tt]ỉnh|(?:TP|Tp|TX|Tx|Q|P)(?=[.\s]|HCM))"
)
_PLACE = re.compile(
    rf"(?<![\w.])(?P<unit>{_UNIT})(?:\s+(?:đảo|biển|miền\s+núi|vùng\s+cao))?"
    rf"(?:(?<=[PpXxQ])\.)? *(?:"  # Only an abbreviation has a dot before its name.
    rf"(?P<name>(?<=[ .P])(?:HCM|{_SYLLABLE})(?:(?: | ?[-–] ?(?=Vũng|Huế|Tháp)){_SYLLABLE})*)"
    r"|(?P<number>(?<=[ .])\d{1,2}(?![\d/.,]\d|\d)))(?![\w/])"
)
#: A person's whereabouts, or an address: not what the page is about.
_ELSEWHERE = re.compile(
    r"(?:quê|sinh(?:\s+ra)?|gốc|đến\s+từ|người|sống|đường|phố|địa\s+chỉ)"
    r"(?:\s+(?:quán|tại|ở|của|tỉnh|huyện|xã|số)|\s*:|\s*,)*\s*$"
    r"|(?<!\w)(?:trú|ngụ|quê|hộ\s+khẩu)\s[^.;()]*$"
)
#: Several units named together: ``các xã A, B và C``.
_PLURAL = re.compile(r"(?:các|những|hai|ba|bốn|năm|sáu|nhiều|một\s+số|liên)\s+$", re.IGNORECASE)
#: So do ``3 xã A, B và C``, but not ``khu phố 2 phường A``, where the figure is a name.
_COUNTED = re.compile(
    r"(?<!phố)(?<!tổ)(?<!khu)(?<!ấp)(?<!khóm)(?<!xóm)(?<!quận)\s\d+\s+$", re.IGNORECASE
)
#: ``… của TP. Theo ông …``: the stop ends a sentence; provinces (``TP. HCM``) were read before.
_SENTENCE_END = re.compile(r"T[PpXx]\.\s")
#: An office before the unit: the capitals after it may be its holder's name.
_OFFICE = re.compile(
    r"(?:[Bb]í\s+thư|[Cc]hủ\s+(?:tịch|nhiệm)|[Tt]rưởng|[Gg]iám\s+đốc|[Đđ]ồng\s+chí|[Uu]ỷ\s+viên"
    r"|[Ủủ]y\s+viên|[Cc]ông\s+chức|[Cc]án\s+bộ)\s[^.,;:]{0,40}$"
)


@dataclass(frozen=True, slots=True)
class _Found:
    place: str
    level: int
    start: int
    in_office: bool


def is_province(name: str) -> bool:
    """Return whether ``name`` is a province or a city of that rank, however it is capitalised."""
    return canonical_tones(name).casefold() in _BY_NAME


def page_place(heading: str, body: str) -> str:
    """Return the unit that the page is about, such as ``phường Quang Trung``, or an empty string.

    ``heading`` (the title, perhaps empty) and ``body`` are normalised.
    """
    lead = body[:LEAD_MAX] if len(body) <= LEAD_MAX else body[:LEAD_MAX].rpartition(" ")[0]
    found = _find(lead)
    if found:
        ends = sentence_starts(lead)[LEAD_SENTENCES:]
        found = [item for item in found if not ends or item.start < ends[0]]
    if not is_shouted(heading):
        found = _find(heading) + found
    sure = {item.place for item in found if not item.in_office}
    found = [item for item in found if item.place in sure]
    return min(found, key=lambda item: item.level).place if found else ""


def _find(text: str) -> list[_Found]:
    found = []
    for match in _PLACE.finditer(text):
        item = _read(text, match)
        if item is not None:
            found.append(item)
    return found


def _read(text: str, match: re.Match[str]) -> _Found | None:
    written = " ".join(match["unit"].lower().split())
    unit, level = _UNITS[written]
    behind = text[max(0, match.start() - _BEHIND) : match.start()]
    if _ELSEWHERE.search(behind) or _PLURAL.search(behind) or _COUNTED.search(behind):
        return None
    if match["number"]:
        if unit not in ("phường", "quận"):
            return None
        return _Found(f"{unit} {int(match['number'])}", level, match.start(), False)
    name = " ".join(match["name"].split())
    if unit in ("thành phố", "tỉnh") and (province := _leading_province(name)):
        return _Found(province, _PROVINCE_LEVEL, match.start(), False)
    if len(name.split()) > NAME_MAX or is_shouted(name) or _SENTENCE_END.match(match.group()):
        return None
    return _Found(f"{unit} {name}", level, match.start(), _OFFICE.search(behind) is not None)


def _leading_province(name: str) -> str:
    """The full name of the province that ``name`` begins with (a person's may follow), if any."""
    words = canonical_tones(name).casefold().split()
    for count in range(min(len(words), _PROVINCE_WORDS), 0, -1):
        if province := _BY_NAME.get(" ".join(words[:count])):
            return province
    return ""
