"""The kind of a paper and what it is about: ``KẾ HOẠCH`` with the lines below it, or ``V/v``.

Official letters (công văn) have no kind above their text: their subject stands at the left, below
the number. Where a subject ends and the text begins is told by a gap, by the words that open a
text, or by the lines' own shape; where nothing tells, the first line is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from searchengine.pages.rules.official.casing import capital, lower_first, sentence_case
from searchengine.pages.rules.official.pieces import Piece, is_capitals
from searchengine.pages.rules.text_patterns import squeeze

#: A subject is at most this long, in characters; what is longer has run into the text.
SUBJECT_MAX = 500
#: A line of a subject is centred and so short; a longer one that begins with a capital is text.
_LINE_MAX = 80
#: A line of the left column is shorter still.
_LEFT_MAX = 45
#: The right column of a letterhead takes at most so many pieces more, where it follows the left.
_BESIDE = 9
LETTER = "Công văn"

_KINDS = (
    "KẾ HOẠCH|QUYẾT ĐỊNH|THÔNG BÁO|BÁO CÁO|TỜ TRÌNH|NGHỊ QUYẾT|CHỈ THỊ|HƯỚNG DẪN|GIẤY MỜI|BIÊN BẢN"
    "|CÔNG VĂN|CÔNG ĐIỆN|BỘ LUẬT|LUẬT|PHÁP LỆNH|LỆNH|NGHỊ ĐỊNH|THÔNG TƯ LIÊN TỊCH|THÔNG TƯ"
    "|NGHỊ QUYẾT LIÊN TỊCH|CHƯƠNG TRÌNH|ĐỀ ÁN|DỰ ÁN|PHƯƠNG ÁN|QUY CHẾ|QUY ĐỊNH|QUY TRÌNH|QUY CHUẨN"
    "|QUY ƯỚC|HƯƠNG ƯỚC|NỘI QUY|ĐIỀU LỆ|GIẤY CHỨNG NHẬN|GIẤY GIỚI THIỆU|GIẤY ỦY QUYỀN|GIẤY XÁC NHẬN"
    "|GIẤY BIÊN NHẬN|GIẤY ĐI ĐƯỜNG|GIẤY NGHỈ PHÉP|GIẤY PHÉP|GIẤY KHEN|GIẤY TRIỆU TẬP|BẰNG KHEN"
    "|HỢP ĐỒNG|KẾT LUẬN|THÔNG TRI|THÔNG CÁO|TUYÊN BỐ|LỜI KÊU GỌI|BẢN GHI NHỚ|BẢN THỎA THUẬN"
    "|BẢN CAM KẾT|BẢN KIỂM ĐIỂM|PHIẾU TRÌNH|PHIẾU GỬI|PHIẾU CHUYỂN|PHIẾU BÁO|THƯ MỜI|THƯ NGỎ"
    "|THƯ KHEN|THƯ CÔNG|TỜ KHAI|ĐƠN|DANH SÁCH|CHIẾN LƯỢC"
)
_BY_LENGTH = "|".join(sorted(_KINDS.split("|"), key=len, reverse=True))
_KIND = re.compile(rf"(?P<kind>{_BY_LENGTH})(?!\w)[\s:.*]*(?P<rest>.*)")
#: What belongs to the kind more than to the subject: the subject goes on in the next line.
_EPITHET = re.compile(r"(?:HÀNH ĐỘNG|PHỐI HỢP|CÔNG TÁC|LIÊN TỊCH|TỔNG KẾT|SƠ KẾT|KẾT QUẢ)?")
_ABOUT = re.compile(r"(?:V\s?/\s?v|v\s?/\s?v|V/V|VV\s?:)\s*[:.]?\s*(?:việc\s+)?(?P<rest>.*)")
_ADDRESSED = re.compile(r"Kính\s+gửi\b", re.IGNORECASE)
_TEXT = re.compile(
    r"(?:căn cứ|xét\s|kính (?:gửi|mời|trình|thưa)|hôm nay|vào (?:hồi|lúc)|hồi \d|thời gian\s*:"
    r"|điều \d|chương [IVX\d]|phần (?:thứ|[IVX\d])|mục \d|[IVX]{1,5}\s*[.)/–-]|\d{1,2}\s*[.)/]\s"
    r"|[a-d][.)]\s|[-+•*–]\s|\(|chúng tôi|họ và tên|tên tôi|tên em|bên a\b|giữa\s*:|chứng nhận)",
    re.IGNORECASE,
)
#: These open texts, and subjects too; only below a subject are they surely of the text.
_MAYBE_TEXT = re.compile(
    r"(?:Thực hiện|Thi hành|Tiếp theo|Theo |Nhằm |Để |Trong |Sau khi|Sau |Qua |Ngày \d|Được sự)"
)
#: In capitals above a text: who decides.
_OFFICE = re.compile(
    r"(?:CHỦ TỊCH|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|HIỆU TRƯỞNG|BỘ TRƯỞNG|THỦ TƯỚNG|TRƯỞNG|BÍ THƯ|CHÁNH"
    r"|QUỐC HỘI|CHÍNH PHỦ|THƯỜNG TRỰC|(?:ỦY|UỶ) BAN (?:NHÂN DÂN|MẶT TRẬN|THƯỜNG VỤ)|HỘI ĐỒNG"
    r"|BAN (?:CHẤP HÀNH|THƯỜNG VỤ|BÍ THƯ)|ĐẠI HỘI|BỘ CHÍNH TRỊ|VIỆN TRƯỞNG|CỤC TRƯỞNG|ĐẢNG ỦY"
    r"|CHI BỘ)(?!\w)"
)
_JOINS = re.compile(r"(?:^|\s)(?:CỦA|VÀ|TẠI|DO|CHO|VỚI|VỀ|THUỘC|,)$")
#: In a text that lost its lines, where the text surely begins.
_INNER = re.compile(r"\s(?=Căn cứ\s|Kính gửi|Xét\s|Thực hiện\s|Điều 1\.|I[.-]\s|Hôm nay)")
_ENDING = re.compile(r"[\s.,;:*/_-]+$")
_QUOTES = re.compile(r"^[\s\"“”(]+(?=[^)]*$)")


@dataclass(frozen=True, slots=True)
class Subject:
    """The kind of a paper (``Kế hoạch``) and what it is about.

    ``at`` is the piece that says so, ``end`` the first piece below the letterhead: the subject of
    a letter may stand beside the other column.
    """

    kind: str
    about: str
    at: int
    end: int

    def title(self, number: str) -> str:
        """Return the title that both make; a paper that tells no subject is told by its number."""
        if self.about:
            return f"{self.kind} {self.about}"
        return f"{self.kind} số {number}" if number else self.kind


def paper_subject(pieces: Sequence[Piece], start: int, paper: str) -> Subject | None:
    """Return the kind and subject that follow the letterhead, or None if what follows is neither.

    ``start`` is the first piece that a kind may be; ``paper`` the normalised text, for casing.
    """
    for at in range(len(pieces)):
        piece = pieces[at]
        if piece.part != "text":
            continue
        about = _ABOUT.match(piece.text)
        if about is not None:
            told = _about(_letter_subject(pieces, at, about["rest"]), paper)
            return Subject(LETTER, f"về việc {told}" if told else "", at, _end(pieces, at))
        if _ADDRESSED.match(piece.text):
            return Subject(LETTER, "", at, at) if at >= start else None
        kind = _kind(piece.text) if at >= start else None
        if kind is not None:
            subject = _named_subject(pieces, at, kind["rest"])
            name = kind["kind"].capitalize()
            about_it = _about(subject, paper)
            if kind["kind"] in ("LUẬT", "BỘ LUẬT", "PHÁP LỆNH"):
                about_it = capital(about_it)
            return Subject(name, about_it, at, at)
        if not (is_capitals(piece.text) or piece.text[0] in '(“"'):
            return None
    return None


def _end(pieces: Sequence[Piece], at: int) -> int:
    """The first piece below a letterhead in whose left column piece ``at`` stands."""
    beside = pieces[at : at + _BESIDE]
    fixed = [
        index for index, piece in enumerate(beside, at) if piece.part not in ("text", "number")
    ]
    return max(fixed, default=at) + 1


def _kind(text: str) -> re.Match[str] | None:
    """The kind that a line begins with: in capitals, or alone in any letters."""
    found = _KIND.match(text)
    if found is None and len(text) <= _LINE_MAX:
        found = _KIND.fullmatch(text.upper())
        found = found if found is not None and not found["rest"] else None
    return found


def _letter_subject(pieces: Sequence[Piece], at: int, first: str) -> list[str]:
    taken = [_ADDRESSED.split(first)[0]]
    for piece in pieces[at + 1 :]:
        if piece.part != "text":
            continue
        continues = piece.text[0].islower() or piece.text[0].isdigit()
        if not continues and (piece.gap or len(piece.text) > _LEFT_MAX):
            break
        if is_capitals(piece.text) or _TEXT.match(piece.text) or len(piece.text) > _LINE_MAX:
            break
        taken.append(piece.text)
    return taken


def _named_subject(pieces: Sequence[Piece], at: int, rest: str) -> list[str]:
    taken: list[str] = []
    if rest:
        cut = _INNER.search(rest)
        if not is_capitals(rest) and len(rest) > SUBJECT_MAX // 2 and cut is None:
            return []
        taken.append(rest[: cut.start()] if cut else rest)
        if cut:
            return taken
    first = not rest or _EPITHET.fullmatch(rest) is not None
    # Where a gap lies above the subject, every line may have one.
    spaced = False
    for index in range(at + 1, len(pieces)):
        piece = pieces[index]
        if piece.part != "text":
            if not first:
                break
            continue
        following = next((one for one in pieces[index + 1 :] if one.part == "text"), None)
        if _TEXT.match(piece.text) or (not first and _opens_text(piece, taken, spaced)):
            break
        if (
            _OFFICE.match(piece.text)
            and is_capitals(piece.text)
            and _decides(piece, following, taken)
        ):
            break
        if first and len(piece.text) > SUBJECT_MAX // 2 and not is_capitals(piece.text):
            cut = _INNER.search(piece.text)
            return [*taken, piece.text[: cut.start()]] if cut else taken
        taken.append(piece.text)
        first, spaced = False, spaced or (first and piece.gap)
    return taken if sum(map(len, taken)) <= SUBJECT_MAX else taken[:1]


def _opens_text(piece: Piece, taken: Sequence[str], spaced: bool) -> bool:
    """Whether a piece below a subject is the text's and no more of the subject.

    Gaps say nothing of lines in capitals where all lines are ``spaced``.
    """
    text, above = piece.text, taken[-1] if taken else ""
    if text[0].islower():
        return False
    if not any(letter.isalpha() for letter in text):
        return piece.gap
    if _JOINS.search(above):
        return False
    capitals = is_capitals(text)
    if capitals != is_capitals(above) or _MAYBE_TEXT.match(text):
        return True
    if capitals or piece.gap:
        return piece.gap and not (capitals and spaced)
    return len(text) > _LINE_MAX or text[-1] in ".:;" or above[-1:] in ".:;"


def _decides(piece: Piece, following: Piece | None, taken: Sequence[str]) -> bool:
    """Whether a line in capitals names who decides, and goes on with no subject."""
    if taken and _JOINS.search(taken[-1]):
        return False
    if piece.gap or not taken:
        return True
    return following is not None and (
        _TEXT.match(following.text) is not None or following.text.startswith(("KHÓA", "KHOÁ", "("))
    )


def _about(lines: Sequence[str], paper: str) -> str:
    """The subject's lines as one phrase that goes on after the kind."""
    shouted: list[tuple[bool, str]] = []
    for line in lines:
        capitals = is_capitals(line) or (bool(shouted) and not any(map(str.isalpha, line)))
        if shouted and shouted[-1][0] == capitals:
            shouted[-1] = (capitals, f"{shouted[-1][1]} {line}")
        else:
            shouted.append((capitals, line))
    joined = squeeze(" ".join(_small(part, paper) if one else part for one, part in shouted))
    joined = _ENDING.sub("", _QUOTES.sub("", joined))
    about = _ABOUT.match(joined)
    if about is None:
        return lower_first(joined, paper)
    return f"về việc {lower_first(about['rest'], paper)}"


def _small(text: str, paper: str) -> str:
    return sentence_case(text.upper(), paper)
