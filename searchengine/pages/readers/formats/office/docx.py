"""Word's papers (docx): paragraphs, tables row by row, text boxes, and notes behind the text.

What was deleted with changes tracked, hidden text, comments, tables of contents, and headers and
footers are left out; a header that holds the letterhead of an official paper comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.formats.fonts import FontRuns
from searchengine.pages.readers.formats.letterhead import holds_letterhead
from searchengine.pages.readers.formats.packages import (
    PACKAGE_MAX,
    ZIP,
    Element,
    Package,
    attribute,
    child,
    children,
    core_properties,
    inside,
    local,
)
from searchengine.pages.readers.formats.properties import fallbacks
from searchengine.pages.readers.formats.tables import row_lines
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader

#: What stands in a run beside text.
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
#: What is no text of the paper, with all below it.
_LEFT_OUT = frozenset(("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr", "sectPr"))
#: A style may be based on another; a circle of them ends here.
_STYLES_DEEP = 20


def read_docx(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of a paper."""
    with Package(file, "docx") as package:
        text = docx_text(package)
        known = core_properties(package)
    if not text.strip():
        raise InputError("holds no text; if it is pictures of pages, save those as PDF")
    yield file.page(
        text,
        fallbacks=fallbacks(
            title=known.get("title", ""),
            author=known.get("creator", ""),
            made=known.get("created"),
            saved=known.get("modified"),
        ),
    )


def docx_text(package: Package) -> str:
    """Return the text of a paper, a paragraph or a row of a table a line."""
    name = package.main_part("word/document.xml")
    parts = sorted(package.relations(name).values())
    reading = _Reading(_Styles(package, dict(parts).get("styles", "")))
    lines = reading.blocks(inside(child(package.xml(name), "body")))
    if not holds_letterhead("\n".join(lines)):
        lines = [*_letterhead(package, parts, reading), *lines]
    for kind in ("footnotes", "endnotes"):
        for part in (part for one, part in parts if one == kind and part in package):
            notes = children(package.xml(part), kind.removesuffix("s"))
            # Those with a type draw the line between text and notes.
            lines += reading.blocks(note for note in notes if not attribute(note, "type"))
    return "\n".join(lines)


def _letterhead(package: Package, parts: Iterable[tuple[str, str]], reading: _Reading) -> list[str]:
    """The lines of the header that holds an official paper's letterhead, if one does."""
    for kind, part in parts:
        if kind == "header" and part in package:
            lines = reading.blocks(package.xml(part))
            if holds_letterhead("\n".join(lines)):
                return lines
    return []


class _Styles:
    """The fonts of a paper's styles, of its paragraphs and of its letters."""

    def __init__(self, package: Package, part: str) -> None:
        self._fonts: dict[str, str] = {}
        self._based: dict[str, str] = {}
        self.default = ""
        if part not in package:
            return
        root = package.xml(part)
        self._fonts[""] = _font(child(root, "docDefaults", "rPrDefault", "rPr"))
        for style in children(root, "style"):
            name = attribute(style, "styleId")
            self._fonts[name] = _font(child(style, "rPr"))
            based = child(style, "basedOn")
            self._based[name] = "" if based is None else attribute(based, "val")
            if attribute(style, "type") == "paragraph" and attribute(style, "default") == "1":
                self.default = name

    def font(self, style: str) -> str:
        """Return the font of ``style`` or of those that it is based on."""
        for _ in range(_STYLES_DEEP):
            font = self._fonts.get(style, "")
            if font or not style:
                return font
            style = self._based.get(style, "")
        return ""


class _Block(NamedTuple):
    """A paragraph being read: its runs, and the lines of text boxes that hang on it."""

    runs: FontRuns
    boxes: list[str]


class _Reading:
    """Reads the blocks of one paper, whose styles it knows."""

    def __init__(self, styles: _Styles) -> None:
        self._styles = styles

    def blocks(self, elements: Iterable[Element]) -> list[str]:
        """Return the lines of paragraphs and tables, and of what wraps them."""
        lines: list[str] = []
        for element in elements:
            kind = local(element)
            if kind == "p":
                lines += self._paragraph(element)
            elif kind == "tbl":
                lines += self._table(element)
            elif kind == "AlternateContent":
                lines += self.blocks(_alternative(element))
            elif kind == "sdt" and _is_contents(element):
                continue
            elif kind not in _LEFT_OUT:
                lines += self.blocks(element)
        return lines

    def _table(self, table: Element) -> list[str]:
        lines: list[str] = []
        for row in _unwrapped(table, "tr"):
            if child(row, "trPr", "del") is None:
                cells = (cell for cell in _unwrapped(row, "tc") if not _continues(cell))
                lines += row_lines(self.blocks(cell) for cell in cells)
        return lines

    def _paragraph(self, paragraph: Element) -> list[str]:
        style = child(paragraph, "pPr", "pStyle")
        name = self._styles.default if style is None else attribute(style, "val")
        block = _Block(FontRuns(), [])
        self._inline(paragraph, self._styles.font(name) or self._styles.font(""), block)
        return [*block.runs.text().split("\n"), *block.boxes]

    def _inline(self, element: Element, font: str, block: _Block) -> None:
        """Add what stands in a paragraph or a run to ``block``."""
        for one in element:
            kind = local(one)
            if kind == "t":
                block.runs.add(one.text or "", font)
            elif kind in _CHARACTERS:
                block.runs.add(_CHARACTERS[kind])
            elif kind == "txbxContent":
                block.boxes.extend(self.blocks(one))
            elif kind == "AlternateContent":
                self._inline(_alternative(one), font, block)
            elif kind == "r":
                properties = child(one, "rPr")
                if child(properties, "vanish") is None:
                    style = child(properties, "rStyle")
                    named = "" if style is None else self._styles.font(attribute(style, "val"))
                    self._inline(one, _font(properties) or named or font, block)
            elif kind not in _LEFT_OUT:
                self._inline(one, font, block)


def _font(properties: Element | None) -> str:
    """The font that properties of a run name."""
    fonts = child(properties, "rFonts")
    return "" if fonts is None else attribute(fonts, "ascii") or attribute(fonts, "hAnsi")


def _alternative(element: Element) -> Element:
    """One of several ways to write the same: the first, but if it is empty the last."""
    ways = [one for one in element if local(one) in ("Choice", "Fallback")]
    return next((way for way in ways if len(way)), ways[-1] if ways else ())


def _is_contents(element: Element) -> bool:
    """Whether a content control is a table of contents, which repeats the headings."""
    gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
    return gallery is not None and attribute(gallery, "val") == "Table of Contents"


def _unwrapped(element: Element, kind: str) -> Iterator[Element]:
    """The rows of a table, or the cells of a row, also of content controls and insertions."""
    for one in element:
        if local(one) == kind:
            yield one
        elif local(one) not in (*_LEFT_OUT, "tbl", "tc", "p"):
            yield from _unwrapped(one, kind)


def _continues(cell: Element) -> bool:
    """Whether a cell is part of the one above it, which has the text."""
    merge = child(cell, "tcPr", "vMerge")
    return merge is not None and attribute(merge, "val") != "restart"


DOCX = Reader(
    "Word (docx)",
    (".docx", ".docm", ".dotx"),
    read_docx,
    lambda head: head.startswith(ZIP) and b"word/" in head,
    PACKAGE_MAX,
)
