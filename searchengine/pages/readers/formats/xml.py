"""XML of any kind: the text of its elements, one that holds text and no blocks a line.

Attributes, comments and long runs without a space, such as pictures written as letters, are left
out. No entity is expanded and nothing outside the file is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from searchengine.errors import InputError
from searchengine.pages.page import Page
from searchengine.pages.readers.formats.packages import Element, local, parse_xml
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import DOCUMENT_MAX, Reader

#: No word, number or address is as long, in characters.
WORD_MAX = 500


def read_xml(file: OpenedFile) -> Iterator[Page]:
    """Yield the one page of an XML file, with a warning where it is damaged."""
    data = file.read(DOCUMENT_MAX)
    damage: InputError | None = None
    try:
        root = parse_xml(data, "it")
    except InputError as error:
        root = parse_xml(data, "it", recover=True)
        damage = error
    text = "\n".join(_lines(root))
    if not text:
        raise damage or InputError("holds no text between its tags; nothing was read from it")
    yield file.page(text, warnings=(f"{damage}; what could be read was",) if damage else ())


def _lines(element: Element) -> Iterator[str]:
    if not local(element):
        return
    mixed = [_string(element, "text"), *(_string(one, "tail") for one in element)]
    if len(element) == 0 or any(part.strip() for part in mixed):
        text = "".join(_text(element))
        words = [word for word in text.split() if len(word) <= WORD_MAX]
        if words:
            yield " ".join(words)
        return
    for one in element:
        yield from _lines(one)


def _text(element: Element) -> Iterator[str]:
    """All text in an element; comments and references to entities are none."""
    yield _string(element, "text")
    for one in element:
        if local(one):
            yield from _text(one)
        yield _string(one, "tail")


def _string(element: Element, part: Literal["text", "tail"]) -> str:
    try:
        return getattr(element, part) or ""
    except UnicodeDecodeError:
        return ""  # In a damaged file a reference may name half a character, which is none.


XML = Reader(
    "XML",
    (".xml",),
    read_xml,
    lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"),
    DOCUMENT_MAX,
)
