"""What the page of one document shows, as plain values: metadata, and text with numbered matches.

The matches are numbered from 1, so that each can be the target of a link. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchengine.backends.fields import FieldTable, label
from searchengine.document import Document
from searchengine.query.display.results import Hit
from searchengine.server.i18n.phrases import Phrases, machine_date, shown_date
from searchengine.server.pages.address import Address
from searchengine.server.pages.narrowing import shown_values
from searchengine.server.pages.view import Piece, pieces
from searchengine.server.paths import relative_path
from searchengine.text.scan import Span

#: A browser stays quick with so many characters of one text; the rest is cut off, and said so.
MAX_CHARACTERS = 400_000
#: So many matches are numbered; further ones are marked but cannot be stepped to.
MAX_NUMBERED = 2_000
#: A date that was worked out rather than read off is said to be so.
_INFERRED = ("term", "year")
#: No other scheme is ever made a link.
_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A stretch of text; ``number`` counts the matches from 1, 0 is no match."""

    text: str
    match: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of metadata; ``machine_date`` only for dates, ``note`` says how sure it is.

    ``declared`` if its name is the index's own. ``url`` is where a value leads that is an address
    of the web, else empty.
    """

    name: str
    value: str
    machine_date: str = ""
    note: str = ""
    declared: bool = False

    @property
    def url(self) -> str:
        return self.value if _WEB_ADDRESS.fullmatch(self.value) else ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as it is shown."""

    title: tuple[Piece, ...]
    name: str
    facts: tuple[Fact, ...]
    paragraphs: tuple[tuple[MarkedPiece, ...], ...]
    matches: int
    cut: bool


@dataclass(frozen=True, slots=True)
class SimilarLink:
    """The way to a document that is like the one shown; ``date`` is empty where it has none."""

    url: str
    title: str
    date: str
    machine_date: str
    place: str


def similar_link(hit: Hit, asked: Address) -> SimilarLink:
    """Return the way to a similar document, which remembers what ``asked`` was looking for."""
    date, precision = hit.date, hit.date_precision
    return SimilarLink(
        url=asked.document_url(hit.id),
        title=hit.title or hit.id,
        date=shown_date(date, precision) if date else "",
        machine_date=machine_date(date, precision) if date else "",
        place=hit.place or "",
    )


def document_view(
    document: Document,
    title_spans: Sequence[Span],
    text_spans: Sequence[Span],
    words: Phrases,
    table: FieldTable,
) -> DocumentView:
    """Return what to show of ``document``, with what matches of its title and text.

    Of its extra fields it shows those that ``table`` declares.
    """
    paragraphs, matches = _paragraphs(document.text[:MAX_CHARACTERS], text_spans)
    title = document.title or document.id
    return DocumentView(
        title=pieces(title, title_spans if document.title else ()),
        name=title,
        facts=tuple(_facts(document, words, table)),
        paragraphs=paragraphs,
        matches=matches,
        cut=len(document.text) > MAX_CHARACTERS,
    )


def _facts(document: Document, words: Phrases, table: FieldTable) -> list[Fact]:
    date = document.date
    found = [Fact(words.date, words.undated)]
    if date is not None:
        precision = document.date_precision
        note = words.inferred if document.date_origin in _INFERRED else ""
        shown = shown_date(date, precision)
        found = [Fact(words.date, shown, machine_date(date, precision), note)]
    is_file = relative_path(document.id, document.path) == document.id
    years = document.term_of_office
    term = f"{years[0]}–{years[1]}" if years else ""
    for name, value in (
        (words.kind, document.kind),
        (words.place, document.place),
        (words.author, document.author),
        (words.source, document.source),
        (words.term, term),
        (words.numbers, ", ".join(document.numbers)),
    ):
        if value:
            found.append(Fact(name, value))
    found += _declared_facts(document, words, table)
    found.append(Fact(words.file if is_file else words.identifier, document.id))
    return found


def _declared_facts(document: Document, words: Phrases, table: FieldTable) -> Iterator[Fact]:
    for field in table.declared:
        shown = shown_values(field, document, words)
        if shown:
            values = field.values(document)
            is_day = field.kind == "date" and len(values) == 1
            day = label(field.kind, values[0]) if is_day else ""
            yield Fact(field.name, shown, day, declared=True)


def _paragraphs(
    text: str, spans: Sequence[Span]
) -> tuple[tuple[tuple[MarkedPiece, ...], ...], int]:
    """The lines of ``text`` that are not empty, cut at ``spans``, and how many matches there are.

    A match that runs over the end of a line is two stretches with one number.
    """
    paragraphs = []
    start, first = 0, 0
    numbered = min(len(spans), MAX_NUMBERED)
    seen: set[int] = set()
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        while first < len(spans) and spans[first][1] <= start:
            first += 1
        found: list[MarkedPiece] = []
        at, index = start, first
        while index < len(spans) and spans[index][0] < end:
            left, right = max(spans[index][0], start), min(spans[index][1], end)
            if left > at:
                found.append(MarkedPiece(text[at:left], match=False))
            number = index + 1 if index < numbered and index not in seen else 0
            seen.add(index)
            found.append(MarkedPiece(text[left:right], match=True, number=number))
            at = right
            index += 1
        if text[at:end]:
            found.append(MarkedPiece(text[at:end], match=False))
        if line.strip():
            paragraphs.append(tuple(found))
        start = end
    return tuple(paragraphs), len([index for index in seen if index < numbered])
