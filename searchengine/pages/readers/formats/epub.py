"""Books (epub): their chapters in the order of reading, with title, author and date of the book.

What a book says of itself was written by its publisher, so it is given, not a fallback. The table
of contents is left out; a damaged chapter is told in a warning, and the others are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.decoding import decode
from searchengine.pages.readers.formats.packages import (
    PACKAGE_MAX,
    ZIP,
    Element,
    Package,
    attribute,
    child,
    inside,
    local,
    parse_xml,
    resolve,
)
from searchengine.pages.readers.formats.properties import TITLE_MAX
from searchengine.pages.readers.html import declared_charset
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_TEXTS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
#: Elements that stand in a line of text; all others begin a line.
_IN_LINE = frozenset(
    "a abbr acronym b bdi bdo big cite code dfn em font i img ins kbd label mark q rb ruby s samp"
    " small span strong sub sup svg time tt u var wbr".split()
)
#: Elements without text for readers; ``rt`` tells how a character is spoken.
_LEFT_OUT = frozenset(("head", "script", "style", "nav", "rt", "rp", "del", "template"))
_UNKNOWN = frozenset(("unknown", "untitled", "calibre", ""))


def read_epub(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of a book."""
    with Package(file, "epub") as package:
        name = _package_document(package)
        book = package.xml(name)
        chapters: list[str] = []
        warnings: list[str] = []
        protected = _protected(package)
        for member in _spine(name, book):
            if member in protected:
                raise InputError("is protected against copying; get it without protection")
            try:
                chapters.append("\n".join(_lines(package.read(member), member)))
            except InputError as error:
                warnings.append(f"a chapter was left out, it {error}")
    text = "\n\n".join(chapter for chapter in chapters if chapter.strip())
    if not text:
        raise InputError(warnings[0].partition("it ")[2] if warnings else "holds no text")
    yield file.page(
        text,
        title=_told(book, "title")[:TITLE_MAX],
        author=", ".join(filter(None, _all_told(book, "creator"))),
        date=_date(book),
        warnings=tuple(warnings),
    )


def _package_document(package: Package) -> str:
    """The member that lists the book's parts."""
    for root in package.xml(_CONTAINER).iter("{*}rootfile"):
        name = resolve("", root.get("full-path", ""))
        if name in package:
            return name
    raise InputError("is no epub file: it lists no parts; get it anew")


def _protected(package: Package) -> set[str]:
    """The members that are encrypted; in many books fonts are, and nothing else."""
    if _ENCRYPTION not in package:
        return set()
    uses = package.xml(_ENCRYPTION).iter("{*}CipherReference")
    return {resolve("", one.get("URI", "")) for one in uses}


def _spine(name: str, book: Element) -> Iterator[str]:
    """The chapters in the order of reading, without the book's own table of contents."""
    items = {
        item.get("id"): resolve(name, item.get("href", ""))
        for item in inside(child(book, "manifest"))
        if local(item) == "item"
        and item.get("media-type") in _TEXTS
        and "nav" not in item.get("properties", "").split()
    }
    for entry in inside(child(book, "spine")):
        if entry.get("idref") in items:
            yield items[entry.get("idref")]


def _all_told(book: Element, name: str) -> list[str]:
    found = child(book, "metadata")
    told = (one for one in inside(found) for one in (one, *inside(one)) if local(one) == name)
    values = [" ".join((one.text or "").split()) for one in told]
    return [value for value in values if value.casefold() not in _UNKNOWN]


def _told(book: Element, name: str) -> str:
    return next(iter(_all_told(book, name)), "")


def _date(book: Element) -> str | None:
    """The day of publication; a day that says it is of the file's making is none."""
    for one in inside(child(book, "metadata")):
        if local(one) == "date" and attribute(one, "event") in ("", "publication"):
            return (one.text or "").strip() or None
    return None


def _lines(data: bytes, name: str) -> Iterator[str]:
    """The lines of a chapter, one a block."""
    try:
        root = parse_xml(data, name)
    except InputError:
        # A chapter should be XML; many are HTML, or use its names of characters.
        from lxml import etree

        text = decode(data, declared=declared_charset(data)).text.encode()
        root = etree.fromstring(text, etree.HTMLParser(encoding="utf-8")) if text.strip() else None
    parts: list[str] = []
    if root is not None:
        _collect(root, parts)
    for line in "".join(parts).split("\n"):
        if line := " ".join(line.split()):
            yield line


def _collect(element: Element, parts: list[str]) -> None:
    """Append the text of an element; a line break stands where a block begins or ends."""
    kind = local(element).lower()
    if kind in _LEFT_OUT:
        return
    edge = "" if kind in _IN_LINE else "\t" if kind in ("td", "th") else "\n"
    parts += (edge, _flat(element.text))
    for one in element:
        if local(one):
            _collect(one, parts)
        parts.append(_flat(one.tail))
    parts.append(edge)


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


EPUB = Reader(
    "epub",
    (".epub",),
    read_epub,
    lambda head: head.startswith(ZIP) and head[30:].startswith(b"mimetypeapplication/epub+zip"),
    PACKAGE_MAX,
)
