"""A page as it was read, before any rule has looked at it; and what could not be read.

:func:`to_document` puts the rules of this package in order; each rule has a file of its own. Pages
come from ``readers``; nothing here touches a disk.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from searchengine.document import Document
from searchengine.errors import InputError
from searchengine.pages.rules import author as author_rule
from searchengine.pages.rules.given_date import fallback_date, metadata_date
from searchengine.pages.rules.layout import lay_out
from searchengine.pages.rules.page_date import page_date
from searchengine.pages.rules.place import page_place
from searchengine.pages.rules.term_of_office import page_term
from searchengine.pages.rules.title import page_title
from searchengine.text.normalization import normalize
from searchengine.text.numbers import find_numbers

#: How much of a text the rules for dates and places may look at, in characters: the lead and a
#: long article's years. A whole law would cost seconds and tell nothing more.
RULES_MAX = 20_000
#: How many document numbers one document keeps; registers list thousands.
NUMBERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page as found: raw text, what was said about it, and warnings about reading it.

    Empty strings and None mean that nothing was given; rules fill what they can. ``line`` is
    where a record stands in its file. ``fallbacks`` are a title, date and author that hold only
    where the page itself says nothing, such as the properties of its file. ``document`` is there
    for what was exported: it is taken as it is, but for its id. ``as_read`` is the text before it
    was repaired, if it was.
    """

    id: str
    text: str
    title: str = ""
    date: Any = None
    place: str = ""
    author: str = ""
    source: str = ""
    path: str = ""
    line: int | None = None
    content_hash: str = ""
    warnings: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    document: Document | None = None
    as_read: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not read: where, on which line of a record file, and why."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message}"


def to_document(page: Page, zone: datetime.tzinfo | None = None) -> Document:
    """Return the document that ``page`` amounts to: trimmed, titled, dated, placed and signed.

    What was given with the page wins over what the rules find; a moment given with it is dated
    in ``zone``, by default the zone that is set. Raises :class:`InputError` only where
    :func:`checked` would have a problem with the page.
    """
    if page.document is not None:
        return replace(page.document, id=page.id)
    layout = lay_out(page.text, page.title)
    whole = normalize(layout.body)
    body = whole[:RULES_MAX]
    likely = layout.headline or page.fallbacks.get("title", "")
    title = page.title or page_title(likely, layout.body)
    heading = normalize(page.title or layout.headline)
    found = metadata_date(page.date, zone) or page_date(heading, body, layout.stamps)
    if found.date is None:
        found = fallback_date(page.fallbacks.get("date"), body) or found
    return Document(
        id=page.id,
        text=layout.body,
        title=title,
        date=found.date,
        date_precision=found.precision,
        date_origin=found.origin,
        place=page.place or page_place(heading, body),
        author=page.author
        or layout.author
        or author_rule.closing_name(layout.body)
        or page.fallbacks.get("author", ""),
        source=page.source,
        path=page.path,
        numbers=_numbers(f"{heading}\n{whole}"),
        term_of_office=page_term(heading, body),
        content_hash=page.content_hash,
        original=_original(page, layout.body),
        extra=page.extra,
    )


def checked(page: Page) -> Page | Problem:
    """Return ``page``, or the problem with it if no document can be made of it."""
    try:
        Document(
            id=page.id,
            text=page.text,
            title=page.title,
            place=page.place,
            author=page.author,
            source=page.source,
            path=page.path,
            content_hash=page.content_hash,
            extra=page.extra,
        )
    except InputError as error:
        return Problem(page.path, page.line, str(error))
    return page


def _original(page: Page, body: str) -> str | None:
    """The whole text as it was read, where the document's own is another."""
    read = page.text if page.as_read is None else page.as_read
    return read if read != body else None


def _numbers(text: str) -> tuple[str, ...]:
    """Document numbers as written, in reading order, each once however it is written."""
    found: dict[str, str] = {}
    for mention in find_numbers(text):
        found.setdefault(mention.key, mention.text)
        if len(found) == NUMBERS_MAX:
            break
    return tuple(found.values())
