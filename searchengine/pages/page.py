"""A page as it was read, before any rule has looked at it; and what could not be read.

:func:`to_document` puts the rules of this package in order; each rule has a file of its own. Pages
come from ``readers``; nothing here touches a disk.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from searchengine.document import PAGE_BREAK, Document
from searchengine.errors import InputError
from searchengine.pages.rules import author as author_rule
from searchengine.pages.rules.address import address_date
from searchengine.pages.rules.given_date import fallback_date, metadata_date
from searchengine.pages.rules.layout import lay_out
from searchengine.pages.rules.official.paper import OfficialPaper, official_paper
from searchengine.pages.rules.page_date import NO_DATE, PageDate, page_date
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
    for what was exported: it is taken as it is, but for its id. ``part`` numbers, from 1, the parts
    of a text that is too long for one document; later ones have a ``document`` from the first.
    ``as_read`` is the text before it was repaired, if it was.
    """

    id: str
    text: str
    title: str = ""
    date: Any = None
    kind: str = ""
    place: str = ""
    author: str = ""
    source: str = ""
    folder: str = ""
    path: str = ""
    line: int | None = None
    content_hash: str = ""
    warnings: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    document: Document | None = None
    part: int = 0
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
        return _as_part(page) if page.part else replace(page.document, id=page.id)
    paper = official_paper(page.text)
    if paper is not None:
        return _of_paper(page, paper, zone)
    layout = lay_out(page.text, page.title)
    whole = normalize(layout.body)
    body = whole[:RULES_MAX]
    heading = normalize(page.title or layout.headline)
    likely = layout.headline or page.fallbacks.get("title", "")
    return _document(
        page,
        layout.body,
        metadata_date(page.date, zone)
        or address_date(page.extra)
        or page_date(heading, body, layout.stamps),
        title=page.title or page_title(likely, layout.body),
        place=page.place or page_place(heading, body),
        author=page.author or layout.author or author_rule.closing_name(layout.body),
        source=page.source,
        numbers=_numbers(f"{heading}\n{whole}"),
        term_of_office=page_term(heading, body),
    )


def _of_paper(page: Page, paper: OfficialPaper, zone: datetime.tzinfo | None) -> Document:
    """The document of an official paper, whose form says what articles leave to be found."""
    text = page.text[paper.start :].strip()
    whole = normalize(text)
    title = paper.title if paper.repeats(page.title) else page.title or paper.title
    told = paper.date
    signed = NO_DATE if told is None else PageDate(told.date, told.precision, "paper")
    return _document(
        replace(page, kind=page.kind or paper.kind),
        text,
        metadata_date(page.date, zone) or signed,
        title=title,
        place=page.place or paper.place or page_place(normalize(title), ""),
        author=page.author or paper.signer,
        source=page.source or paper.issuer,
        numbers=_numbers(f"{paper.number}\n{normalize(title)}\n{whole}"),
        term_of_office=page_term(normalize(title), whole[:RULES_MAX]),
    )


def _document(page: Page, text: str, found: PageDate, *, author: str, **told: Any) -> Document:
    """The document of ``page`` with its article, its date, and what else was ``told`` of it."""
    if found.date is None and "date" in page.fallbacks:
        found = fallback_date(page.fallbacks["date"], normalize(text[:RULES_MAX])) or found
    # Pages of the file that came to an end before the article begins.
    passed = page.text.count(PAGE_BREAK, 0, page.text.find(text)) if PAGE_BREAK in page.text else 0
    return Document(
        id=page.id,
        text=text,
        date=found.date,
        date_precision=found.precision,
        date_origin=found.origin,
        kind=page.kind,
        author=author or page.fallbacks.get("author", ""),
        folder=page.folder,
        path=page.path,
        content_hash=page.content_hash,
        original=_original(page, text),
        part_of=page.id if page.part else "",
        first_page=1 + passed,
        extra=page.extra,
        **told,
    )


def _as_part(page: Page) -> Document:
    """A later part of a text, as the page says: all else is the whole's."""
    assert page.document is not None
    return replace(
        page.document,
        id=page.id,
        folder=page.folder,
        content_hash=page.content_hash,
        part_of=page.id.rpartition("#")[0],
    )


def checked(page: Page) -> Page | Problem:
    """Return ``page``, or the problem with it if no document can be made of it."""
    try:
        Document(
            id=page.id,
            text=page.text,
            title=page.title,
            kind=page.kind,
            place=page.place,
            author=page.author,
            source=page.source,
            folder=page.folder,
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
