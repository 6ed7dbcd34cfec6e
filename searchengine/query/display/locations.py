"""Where in its document a passage stands: on which page of a file, in which article of a law.

Pages of a file are told by the form feeds between them, which readers of paged formats leave in a
text; articles of a law by the lines that begin them. Nothing else is looked at, so a text without
either says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchengine.document import PAGE_BREAK

#: A text with so many articles, each numbered behind the one before, is a law; fewer are cited.
LEAST_ARTICLES = 3

_ARTICLE = re.compile(r"^[ \t\f]*Điều[ \t]+(\d{1,3})([a-zđ]?)\b[ \t]*(?:[.:]|$)", re.MULTILINE)
_ONLY = "Điều"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a passage stands: the ``page`` of its file, from 1, and the ``article`` of its law
    ("5", "12a"); None for each that the text does not say."""

    page: int | None = None
    article: str | None = None


def location_of(text: str, start: int, first_page: int = 1) -> Location:
    """Return where ``text[start:]`` begins, in a text that begins with a file's ``first_page``."""
    paged = first_page > 1 or PAGE_BREAK in text
    page = text.count(PAGE_BREAK, 0, start) + first_page if paged else None
    return Location(page, _article(text, start))


def _article(text: str, start: int) -> str | None:
    if text.find(_ONLY, 0, start + len(_ONLY)) < 0:
        return None
    headings = list(_ARTICLE.finditer(text))
    # A part of a law begins with a later one.
    first = next((one for one in headings if one[1] == "1"), headings[0] if headings else None)
    found: str | None = None
    count, last = 0, int(first[1]) - 1 if first else 0
    for heading in headings:
        number = int(heading[1])
        # Articles of another law, quoted in an amendment, begin elsewhere.
        if number not in (last, last + 1):
            continue
        last, count = number, count + 1
        if heading.start() <= start:
            found = heading[1] + heading[2]
        elif count >= LEAST_ARTICLES:
            break
    return found if count >= LEAST_ARTICLES else None
