"""Papers and slides of OpenDocument (odt, odp): paragraphs, tables, text boxes, notes at the end.

What was deleted with changes tracked, comments, tables of contents, headers and footers are left
out; a header that holds the letterhead of an official paper comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    inside,
    local,
)
from searchengine.pages.readers.formats.properties import fallbacks
from searchengine.pages.readers.formats.tables import row_lines
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader

_LEFT_OUT = frozenset(
    "tracked-changes annotation table-of-content note-citation covered-table-cell sequence-decls"
    " forms footer header-footer".split()
)
#: A style may have a parent; a circle of them ends here.
_STYLES_DEEP = 20
_TYPES = tuple(
    b"mimetypeapplication/vnd.oasis.opendocument." + kind for kind in (b"text", b"presentation")
)


def read_odt(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of a paper or presentation."""
    with Package(file, "OpenDocument") as package:
        _refuse_encrypted(package)
        text = _text(package)
        known = _meta(package)
    if not text.strip():
        raise InputError("holds no text; if it is pictures of pages, save those as PDF")
    yield file.page(
        text,
        fallbacks=fallbacks(
            title=known.get("title", ""),
            author=known.get("initial-creator", known.get("creator", "")),
            made=known.get("creation-date"),
            saved=known.get("date"),
        ),
    )


def _refuse_encrypted(package: Package) -> None:
    name = "META-INF/manifest.xml"
    if name in package and b"encryption-data" in package.read(name):
        raise InputError("is encrypted; save it without a password")


def _text(package: Package) -> str:
    content = package.xml("content.xml")
    styles = package.xml("styles.xml") if "styles.xml" in package else content
    reading = _Reading([*styles.iter("{*}style"), *content.iter("{*}style")])
    lines = reading.blocks(inside(child(content, "body")))
    if not holds_letterhead("\n".join(lines)):
        for header in styles.iter("{*}header", "{*}header-first"):
            above = reading.blocks(header)
            if holds_letterhead("\n".join(above)):
                lines = [*above, *lines]
                break
    return "\n".join([*lines, *reading.notes])


def _meta(package: Package) -> dict[str, str]:
    if "meta.xml" not in package:
        return {}
    try:
        meta = child(package.xml("meta.xml"), "meta")
    except InputError:
        return {}  # What is damaged beside the text does not matter.
    return {local(one): (one.text or "").strip() for one in inside(meta)}


class _Reading:
    """Reads the blocks of one paper; ``notes`` collects the lines of its notes."""

    def __init__(self, styles: Iterable[Element]) -> None:
        self.notes: list[str] = []
        self._fonts: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        for style in styles:
            name = attribute(style, "name")
            text = child(style, "text-properties")
            if text is not None:
                font = attribute(text, "font-name") or attribute(text, "font-family")
                self._fonts[name] = font.strip("'\"")
            self._parents[name] = attribute(style, "parent-style-name")

    def blocks(self, elements: Iterable[Element]) -> list[str]:
        """Return the lines of paragraphs, tables, lists, frames and what wraps them."""
        lines: list[str] = []
        for element in elements:
            kind = local(element)
            if kind in ("p", "h"):
                runs, boxes = FontRuns(), list[str]()
                self._inline(element, "", runs, boxes)
                lines += [*runs.text().split("\n"), *boxes]
            elif kind == "table-row":
                lines += row_lines(
                    self.blocks(cell) for cell in element if local(cell) == "table-cell"
                )
            elif kind not in _LEFT_OUT:
                lines += self.blocks(element)
        return lines

    def _inline(self, element: Element, font: str, runs: FontRuns, boxes: list[str]) -> None:
        font = self._font(attribute(element, "style-name")) or font
        runs.add(_spaced(element.text), font)
        for one in element:
            kind = local(one)
            if kind == "s":
                runs.add(" " * int(attribute(one, "c") or 1))
            elif kind in ("tab", "line-break"):
                runs.add("\t" if kind == "tab" else "\n")
            elif kind == "note":
                self.notes += self.blocks(inside(child(one, "note-body")))
            elif kind in ("frame", "custom-shape", "text-box"):
                boxes += self.blocks(one)
            elif kind and kind not in _LEFT_OUT:
                self._inline(one, font, runs, boxes)
            runs.add(_spaced(one.tail), font)

    def _font(self, style: str) -> str:
        for _ in range(_STYLES_DEEP):
            if self._fonts.get(style) or not style:
                return self._fonts.get(style, "")
            style = self._parents.get(style, "")
        return ""


def _spaced(text: str | None) -> str:
    """White space of the file's own layout is one space."""
    if not text:
        return ""
    inner = " ".join(text.split())
    return f"{' ' if text[0].isspace() else ''}{inner}{' ' if inner and text[-1].isspace() else ''}"


OPENDOCUMENT = Reader(
    "OpenDocument (odt, odp)",
    (".odt", ".ott", ".odp"),
    read_odt,
    lambda head: head.startswith(ZIP) and head[30:].startswith(_TYPES),
    PACKAGE_MAX,
)
