"""Tables that only lay out a letterhead or a signature in HTML: opened, a line of a cell a line.

trafilatura gives a row of a table as one line, and runs the lines of a cell together; what stood
one below the other in a letterhead could then only be guessed. Tables of figures are left to it.
"""

from __future__ import annotations

import re
from typing import Any

#: A table that lays out a head or a foot is short, in characters.
_TEXT_MAX = 2_500
_OF_PAPER = re.compile(
    r"CỘNG\s+H(?:ÒA|OÀ)\s+X|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM|ĐOÀN\s+TNCS|N[ơƠ][iI]\s+nh[ậ]n\s*:"
)
_SPACE = re.compile(r"\s+")
_BLOCKS = ("p", "div", "li", "tr", "h1", "h2", "h3", "h4")


def open_letterheads(tree: Any) -> None:
    """Put paragraphs in the place of the tables of ``tree`` that lay out an official paper."""
    for table in list(tree.iter("table")):
        written = table.text_content()
        if len(written) > _TEXT_MAX or not _OF_PAPER.search(written):
            continue
        if next(table.iterdescendants("table"), None) is not None:
            continue
        lines = [line for cell in table.iter("td", "th") for line in _lines(cell)]
        tail = table.tail
        table.clear()
        table.tag, table.tail = "div", tail
        for line in lines:
            paragraph = table.makeelement("p")
            paragraph.text = line
            table.append(paragraph)


def _lines(cell: Any) -> list[str]:
    """The lines of a cell as a browser would break them."""
    for element in cell.iter():
        element.text = _SPACE.sub(" ", element.text or "")
        element.tail = _SPACE.sub(" ", element.tail or "")
        if element.tag == "br":
            element.tail = f"\n{element.tail}"
        elif element.tag in _BLOCKS and element is not cell:
            element.text, element.tail = f"\n{element.text}", f"\n{element.tail}"
    return [line.strip() for line in cell.text_content().split("\n") if line.strip()]
