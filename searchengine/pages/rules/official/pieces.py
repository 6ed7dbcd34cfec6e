"""The head of a paper in pieces: its fixed lines, its number, its date, and the text between.

A letterhead has two columns, and texts taken out of files have them beside each other, line by
line in turn, or one below the other; tables come as rows. All of these differ only in order once
the lines that can be known by themselves are lifted out: what is left is the left column and the
text below it. Lines that a signature program, a printer or a copyist put there are dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from searchengine.pages.rules.official.letterhead import MOTTO, NATION, NATION_END, PARTY, UNION
from searchengine.pages.rules.official.number_line import NUMBER
from searchengine.pages.rules.official.place_date import DAY
from searchengine.pages.rules.text_patterns import first_lines, squeeze
from searchengine.text.normalization import normalize

#: How much of a text its head may take, in characters, and how many lines of it are looked at.
HEAD_MAX = 6_000
LINES_MAX = 80
#: Lines that a signature program left above the letterhead, at most.
_JUNK_LINES = 15

Part = Literal["nation", "motto", "party", "union", "number", "day", "text"]
#: In the order in which they are lifted out.
_FIXED: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("nation", NATION),
    ("nation", NATION_END),
    ("motto", MOTTO),
    ("party", PARTY),
    ("union", UNION),
    ("number", NUMBER),
    ("day", DAY),
)
#: A line that a signature program writes; what follows in small letters is its broken end.
_SIGNATURE = re.compile(
    r"(?:signature (?:not verified|valid)|digitally signed|(?:đã )?ký (?:số )?bởi\b|người ký\s*:"
    r"|(?:ngày|thời gian|giờ) ký\b|được ký bởi|chữ ký số|cơ quan\s*:|email\s*:|reason\s*:"
    r"|location\s*:|date\s*:|dn\s*:|foxit|tài liệu (?:được|đã) ký)",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—]|\(?dự thảo\b.{0,20}"
    r"|\(?(?:biểu mẫu|mẫu biểu|biểu|mẫu|phụ lục)(?: số)?(?: ?[:.]? ?[\dIVX]{1,5}\b.{0,40})?"
    r"|(?:hỏa tốc|hoả tốc|thượng khẩn|khẩn|tuyệt mật|tối mật|mật)(?: hẹn giờ)?"
    r"|(?:bản sao|sao y(?: bản chính)?|bản chính|công văn đến|đến)(?:\s*:.{0,60})?"
    r"|\d*\s*công báo/số.*|(?:số|ngày|chuyển|lưu hồ sơ số) ?: ?[\d.…_/ -]*",
    re.IGNORECASE,
)
_RULE = re.compile(r"[^\w()]*")
_MARKS = re.compile(r"^[\s#>*|]+|[\s*|]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the head: what it is, its text on one line, and whether a gap lies above it.

    ``match`` is there for fixed parts. A gap is a blank line or a ruled one.
    """

    part: Part
    text: str
    gap: bool
    match: re.Match[str] | None = None


def skip_junk(text: str) -> int:
    """Return where a paper could begin: below what a signature program put above it."""
    signed = False
    lines = first_lines(text[:HEAD_MAX], _JUNK_LINES + 1)
    for line in lines[:_JUNK_LINES]:
        written = squeeze(normalize(line.text))
        signed = signed or _SIGNATURE.match(written) is not None
        if not (is_junk(written) or (signed and not is_capitals(written) and not _fixed(written))):
            return line.start
    return 0


def head_pieces(head: str) -> list[Piece]:
    """Return the pieces of a normalised head in the order in which they stand."""
    found: list[tuple[int, Part, re.Match[str]]] = []
    left = head
    for part, pattern in _FIXED:
        for match in list(pattern.finditer(left)):
            if _opens(left, match.start()) and (part != "day" or _is_date_line(left, match)):
                found.append((match.start(), part, match))
                # A tab, so that what stands on either side stays apart.
                left = left[: match.start()] + "\t" * len(match.group()) + left[match.end() :]
    placed: list[tuple[int, Piece]] = []
    gap, signed = False, False
    at = 0
    for line in left.split("\n")[:LINES_MAX]:
        fixed = sorted(
            (item for item in found if at <= item[0] <= at + len(line)), key=lambda i: i[0]
        )
        cells = [
            (m.start(), squeeze(_MARKS.sub("", m.group()))) for m in re.finditer(r"[^\t|]+", line)
        ]
        cells = [(start, cell) for start, cell in cells if not _RULE.fullmatch(cell)]
        signed = signed or any(_SIGNATURE.match(cell) for _, cell in cells)
        kept = [
            (start, cell)
            for start, cell in cells
            if not (is_junk(cell) or _SIGNATURE.match(cell))
            and not (signed and not is_capitals(cell) and not fixed)
        ]
        signed = signed and not kept and not fixed
        row = [(at + start, Piece("text", cell, gap)) for start, cell in kept]
        row += [(start, Piece(part, squeeze(m.group()), gap, m)) for start, part, m in fixed]
        placed += row
        gap = not row and (gap or not cells)
        at += len(line) + 1
    return [piece for _, piece in sorted(placed, key=lambda item: item[0])]


def is_capitals(text: str) -> bool:
    """Return whether a line is written in capitals, but for a letter here and there."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and 10 * sum(letter.isupper() for letter in letters) >= 7 * len(letters)


def is_junk(line: str) -> bool:
    """Return whether a squeezed line is a page number, a mark of secrecy, a ruled line, …."""
    return _JUNK.fullmatch(line) is not None or _RULE.fullmatch(line) is not None


def _fixed(line: str) -> bool:
    return any(pattern.match(line) for _, pattern in _FIXED)


def _opens(text: str, start: int) -> bool:
    """Whether what begins at ``start`` begins its line or its column, or follows capitals."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    written = before.rstrip(" *#>_.…,")
    return (
        not written
        or before[-2:].isspace()
        or written[-1] in "\t|)"
        or (before[-1] in " *" and is_capitals("".join(written.split()[-1:])))
    )


def _is_date_line(text: str, match: re.Match[str]) -> bool:
    """Whether a date ends its line or column: one that does not is of a sentence."""
    rest = text[match.end() : match.end() + 40].split("\n")[0]
    return (
        not rest.strip(" .*_|")
        or rest[:1] in "\t|"
        or rest[:2].isspace()
        or (match["place"] is not None and (is_capitals(rest.split()[0]) or "V/v" in rest[:5]))
    )
