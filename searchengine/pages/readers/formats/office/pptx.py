"""PowerPoint's slides (pptx): their texts in the order of the slides, with the speaker's notes.

Shapes, groups of them, tables and diagrams are read as they stand in the file; numbers of slides,
dates and footers are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.formats.fonts import FontRuns
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

#: Placeholders that repeat on slides.
_LEFT_OUT = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))


def read_pptx(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of a presentation, its slides with a blank line between them."""
    with Package(file, "pptx") as package:
        slides = ["\n".join(lines) for lines in _slides(package)]
        known = core_properties(package)
    text = "\n\n".join(slide for slide in slides if slide)
    if not text:
        raise InputError("holds no text; if its slides are pictures, save them as PDF")
    yield file.page(
        text,
        fallbacks=fallbacks(
            title=known.get("title", ""),
            author=known.get("creator", ""),
            made=known.get("created"),
            saved=known.get("modified"),
        ),
    )


def _slides(package: Package) -> Iterator[list[str]]:
    name = package.main_part("ppt/presentation.xml")
    relations = package.relations(name)
    for entry in inside(child(package.xml(name), "sldIdLst")):
        # Of the two attributes called id the one with a namespace refers.
        keys = [value for key, value in entry.attrib.items() if key.endswith("}id")]
        _, slide = relations.get(keys[0] if keys else "", ("", ""))
        if slide not in package:
            continue
        lines = list(_shapes(package.xml(slide)))
        for kind, part in sorted(package.relations(slide).values()):
            if kind in ("notesSlide", "diagramData") and part in package:
                lines += _shapes(package.xml(part))
        yield lines


def _shapes(element: Iterable[Element]) -> Iterator[str]:
    """The lines of all shapes in and below an element."""
    for one in element:
        kind = local(one)
        if kind in ("txBody", "t") and len(one):
            yield from _paragraphs(one)
        elif kind == "tbl":
            for row in children(one, "tr"):
                cells = (cell for cell in children(row, "tc") if not _is_covered(cell))
                yield from row_lines(list(_shapes(cell)) for cell in cells)
        elif kind == "AlternateContent":
            ways = [way for way in one if local(way) in ("Choice", "Fallback")]
            yield from next((lines for way in ways if (lines := list(_shapes(way)))), [])
        elif not (kind == "sp" and _placeholder(one) in _LEFT_OUT):
            yield from _shapes(one)


def _placeholder(shape: Element) -> str:
    found = child(shape, "nvSpPr", "nvPr", "ph")
    return "" if found is None else attribute(found, "type")


def _is_covered(cell: Element) -> bool:
    """Whether a cell is part of a merged one that was read already."""
    return "1" in (cell.get("hMerge"), cell.get("vMerge"))


def _paragraphs(body: Element) -> Iterator[str]:
    for paragraph in children(body, "p"):
        runs = FontRuns()
        for one in paragraph:
            if local(one) == "br":
                runs.add("\n")
            text = child(one, "t")
            if text is not None:
                font = child(one, "rPr", "latin")
                runs.add(text.text or "", "" if font is None else attribute(font, "typeface"))
        yield from (line for line in runs.text().replace("\v", "\n").split("\n") if line.strip())


PPTX = Reader(
    "PowerPoint (pptx)",
    (".pptx", ".pptm", ".ppsx"),
    read_pptx,
    lambda head: head.startswith(ZIP) and b"ppt/" in head,
    PACKAGE_MAX,
)
