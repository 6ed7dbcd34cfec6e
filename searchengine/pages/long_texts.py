"""A text that is too long for one document, cut into parts that are documents of their own.

A part ends where the text does: before a chapter, else before an article of a law or a page of its
file, else at a line's end. All parts have what the rules found in the first one, which holds the
title and the date; each says which part it is and, of a file with pages, with which it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from searchengine.document import PAGE_BREAK
from searchengine.pages.fingerprint import content_hash
from searchengine.pages.page import Page, to_document

#: A text of more characters is cut; it is what one document may have.
LONGEST = 10_000_000
#: A part has so many characters at most: what a search reads of a text to show it.
PART_MAX = 200_000
#: A part ends at a heading only where it has so many characters already.
PART_MIN = 100_000

_CHAPTER = re.compile(
    r"^[ \t]*(?:Phần|Chương|PHẦN|CHƯƠNG)[ \t]+(?:thứ[ \t]+\w+|THỨ[ \t]+\w+|[IVXLC]+\b|\d+\b)",
    re.MULTILINE,
)
_ARTICLE_OR_PAGE = re.compile(rf"^[ \t]*Điều[ \t]+\d+[a-zđ]?[ \t]*[.:]|{PAGE_BREAK}", re.MULTILINE)
_LINE = re.compile(r"\n")
_SPACE = re.compile(r"\s")


class Part(NamedTuple):
    """A part of a text, and the page that it begins with, from 1."""

    text: str
    first_page: int


def parts_of(text: str) -> Iterator[Part]:
    """Yield ``text`` in parts of at most :data:`PART_MAX` characters; all together are the text."""
    start, page = 0, 1
    while start < len(text):
        end = _end(text, start)
        part = text[start:end]
        ahead = len(part) - len(part.lstrip())
        yield Part(part, page + part.count(PAGE_BREAK, 0, ahead))
        page += part.count(PAGE_BREAK)
        start = end


def split(page: Page) -> Iterator[Page]:
    """Yield ``page``, or its parts where its text is too long for one document.

    The first part keeps its id; the others have ``#`` and their number behind it.
    """
    if page.document is not None or len(page.text) <= LONGEST:
        yield page
        return
    parts = list(parts_of(page.text))
    first = replace(page, text=parts[0].text, part=1)
    yield first
    whole = to_document(first)
    for number, part in enumerate(parts[1:], 2):
        text = part.text.strip()
        if text:
            yield replace(
                page,
                id=f"{page.id}#{number}",
                text=text,
                part=number,
                content_hash=content_hash(part.text.encode("utf-8", "surrogatepass")),
                warnings=(),
                document=replace(
                    whole,
                    text=text,
                    title=f"{whole.title} (phần {number})",
                    original=None,
                    first_page=part.first_page,
                ),
            )


def _end(text: str, start: int) -> int:
    limit = start + PART_MAX
    if limit >= len(text):
        return len(text)
    for pattern, behind in (
        (_CHAPTER, False),
        (_ARTICLE_OR_PAGE, False),
        (_LINE, True),
        (_SPACE, True),
    ):
        found = list(pattern.finditer(text, start + PART_MIN, limit))
        if found:
            return found[-1].end() if behind else found[-1].start()
    return limit
