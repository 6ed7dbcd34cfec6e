"""One paper laid out as texts come out of files: in one column, in two, row by row, by cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
PARTY = ("ĐẢNG CỘNG SẢN VIỆT NAM",)
UNION = ("ĐOÀN TNCS HỒ CHÍ MINH",)


@dataclass(frozen=True)
class Gives:
    """What a paper says of itself."""

    title: str
    kind: str
    number: str = ""
    date: str = ""
    precision: str = "day"
    place: str = ""
    source: str = ""
    author: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper by its parts, and what it must give."""

    gives: Gives
    left: tuple[str, ...] = ()
    number: str = ""
    day: str = ""
    header: tuple[str, ...] = NATION
    about: tuple[str, ...] = ()
    kind: str = ""
    subject: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ("- Như trên;", "- Lưu: VT.")
    offices: tuple[str, ...] = ()
    name: str = ""
    below: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[list[str], list[str]]:
        left = [*self.left, *([self.number] if self.number else []), *self.about]
        right = [*self.header, *([self.day] if self.day else [])]
        return left, right

    @property
    def closing(self) -> tuple[list[str], list[str]]:
        recipients = ["Nơi nhận:", *self.recipients] if self.recipients else []
        return recipients, [*self.offices, *([self.name] if self.name else [])]

    @property
    def middle(self) -> str:
        head = "\n".join(line for line in (self.kind, *self.subject) if line)
        return "\n\n".join(part for part in (head, *self.body) if part)


def beside(left: Sequence[str], right: Sequence[str], gap: str = "") -> str:
    rows = zip_longest(left, right, fillvalue="")
    if gap:
        return "\n".join(f"{one}{gap}{two}" if two else one for one, two in rows)
    return "\n".join(f"{one:<44}{two}".rstrip() for one, two in rows)


def in_turn(left: Sequence[str], right: Sequence[str]) -> str:
    return "\n".join(line for row in zip_longest(left, right) for line in row if line)


def one_column(paper: Paper) -> str:
    left, right = paper.columns
    recipients, signature = paper.closing
    return "\n\n".join(
        part
        for part in (
            "\n".join([*left, *right]),
            paper.middle,
            "\n".join(recipients),
            "\n".join(signature),
            *paper.below,
        )
        if part
    )


def two_columns(paper: Paper) -> str:
    parts = (beside(*paper.columns), paper.middle, beside(*paper.closing), *paper.below)
    return "\n\n".join(part for part in parts if part)


def tabs(paper: Paper) -> str:
    head, foot = beside(*paper.columns, gap="\t"), beside(*paper.closing, gap="\t\t")
    return "\n\n".join(part for part in (head, paper.middle, foot, *paper.below) if part)


def lines_in_turn(paper: Paper) -> str:
    head, foot = in_turn(*paper.columns), in_turn(*paper.closing)
    return "\n\n".join(part for part in (head, paper.middle, foot, *paper.below) if part)


def right_first(paper: Paper) -> str:
    left, right = paper.columns
    recipients, signature = paper.closing
    parts = ("\n".join([*right, *left]), paper.middle, "\n".join([*signature, "", *recipients]))
    return "\n\n".join(part for part in (*parts, *paper.below) if part)


def table_rows(paper: Paper) -> str:
    """As an HTML reader gives a table: a row a line, the lines of a cell run together."""
    rows = [
        "| " + " | ".join(" ".join(cell) for cell in pair) + " |"
        for pair in (paper.columns, paper.closing)
    ]
    return "\n".join(
        part
        for part in (rows[0], paper.middle.replace("\n\n", "\n"), rows[1], *paper.below)
        if part
    )


def table_cells(paper: Paper) -> str:
    """As another gives it: a cell after the other, with the ruled lines below the titles."""
    left, right = paper.columns
    recipients, signature = paper.closing
    head = "\n|\n".join(
        "\n".join(cell) for cell in ([*left[:2], "-------", *left[2:]], [*right, "---------------"])
    )
    foot = "\n|\n".join("\n".join(cell) for cell in (recipients, signature))
    return "\n".join((head, "|", paper.middle.replace("\n\n", "\n"), foot, *paper.below))


def signed_and_numbered(paper: Paper) -> str:
    """As a PDF with a digital signature gives it."""
    above = (
        "Signature Not Verified\nKý bởi: Văn phòng\nđiện tử của cơ quan\nCơ quan: Tỉnh Hà Tĩnh\n"
        "Ngày ký: 28-12-2031 10:32:58 +07:00\n1/3\n"
    )
    return above + two_columns(paper).replace("\n\n", "\n\n2\n\n", 1)


def broken(paper: Paper) -> str:
    """Narrow columns, one below the other: the title and the date go over two lines."""
    text = one_column(paper)
    text = text.replace("CỘNG HÒA XÃ HỘI CHỦ", "CỘNG HÒA XÃ HỘI\nCHỦ", 1)
    return (
        text.replace(paper.day, paper.day.replace("ngày ", "ngày\n", 1), 1) if paper.day else text
    )


def double_spaced(paper: Paper) -> str:
    """As paragraphs of a word processor: a blank line between any two."""
    return one_column(paper).replace("\n\n", "\n").replace("\n", "\n\n")


def a_draft(paper: Paper) -> str:
    return "DỰ THẢO LẦN 2\n\n" + two_columns(paper)


def decomposed(paper: Paper) -> str:
    return unicodedata.normalize("NFD", lines_in_turn(paper))


LAYOUTS: tuple[Callable[[Paper], str], ...] = (
    one_column,
    two_columns,
    tabs,
    lines_in_turn,
    right_first,
    table_rows,
    table_cells,
    signed_and_numbered,
    broken,
    double_spaced,
    a_draft,
    decomposed,
)
