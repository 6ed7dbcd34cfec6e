"""What every engine keeps of a document, beside the document itself: texts, numbers, days.

Pure functions from a :class:`Document` to its streams and what they are made of; its metadata are
:mod:`fields`' business. Cutting a text into tokens is ``text``'s, and storing them each engine's
own.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections.abc import Sequence

from searchengine.backends.fields import (
    NAME_FOLDED,
    NUMBERS,
    TITLE_BIGRAMS,
    TITLE_FOLDED,
    TITLE_SYLLABLES,
)
from searchengine.backends.values import day_number
from searchengine.document import Document
from searchengine.text.analysis import Analysis, analyze, analyze_syllables, bigrams_of
from searchengine.text.lexicon.file_names import name_words
from searchengine.text.normalization import normalize
from searchengine.text.numbers import find_numbers, number_key
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS

#: Files of records, of which each is a document.
_RECORDS = re.compile(r"\.(?:json|jsonl|ndjson)(?:\.gz)?$", re.IGNORECASE)
_EPOCH = datetime.date(1970, 1, 1)


def body_text(document: Document) -> str:
    """Return the normalised text of the body streams; a title is its first line.

    A title's words count as the page's own.
    """
    if not document.title:
        return normalize(document.text)
    return normalize(f"{' '.join(document.title.splitlines())}\n{document.text}")


def number_keys(document: Document, body: str) -> list[str]:
    """Return the keys of the numbers that a document names and of those in its :func:`body_text`.

    Each once, in the order of code points.
    """
    keys = {number_key(number) for number in document.numbers}
    keys.update(mention.key for mention in find_numbers(body))
    return sorted(keys)


def name_terms(document: Document) -> list[str]:
    """Return the folded syllables of the name of a document's file, in order.

    None where the name says nothing, nor for a record, which shares its file with others.
    """
    name = _file_name(document) if document.path else ""
    return name_words(name) if name else []


def streams_of(documents: Sequence[Document]) -> list[dict[str, Sequence[str]]]:
    """Return the terms of each of :data:`TERM_STREAMS` of some documents, in text order.

    All texts are segmented in one batch.
    """
    bodies = [body_text(one) for one in documents]
    return [
        _streams(document, body, whole)
        for document, body, whole in zip(documents, bodies, analyze(bodies), strict=True)
    ]


def _streams(document: Document, body: str, whole: Analysis) -> dict[str, Sequence[str]]:
    title, folded = analyze_syllables(body.partition("\n")[0] if document.title else "")
    return {
        WORDS: whole.words,
        SYLLABLES: whole.syllables,
        FOLDED: whole.folded,
        BIGRAMS: whole.bigrams,
        TITLE_SYLLABLES: title,
        TITLE_FOLDED: folded,
        TITLE_BIGRAMS: bigrams_of(folded),
        NAME_FOLDED: name_terms(document),
        NUMBERS: number_keys(document, body),
        **whole.derived,
    }


def _file_name(document: Document) -> str:
    """The name of the file that a document is, is a part (``#``) of or is within (``!``)."""
    name = unicodedata.normalize("NFC", document.path.rpartition("/")[2])
    id_ = unicodedata.normalize("NFC", document.id)
    _, found, rest = f"/{id_}".rpartition(f"/{name}")
    if found and rest.startswith("!"):
        return re.split("[!/]", rest.partition("#")[0])[-1]
    is_part = rest.startswith("#") and not _RECORDS.search(name)
    return name if found and (not rest or is_part) else ""


def date_of_day(day: int) -> datetime.date:
    """Return the date of a number that :func:`day_number` gave."""
    return _EPOCH + datetime.timedelta(days=day)


def days_of(document: Document) -> tuple[int, int] | None:
    """Return the first and last day that the document's date covers, or None without a date."""
    date = document.date
    if date is None or document.date_precision == "none":
        return None
    first = last = date
    if document.date_precision == "month":
        first = date.replace(day=1)
        last = date.replace(day=calendar.monthrange(date.year, date.month)[1])
    elif document.date_precision == "year":
        first, last = datetime.date(date.year, 1, 1), datetime.date(date.year, 12, 31)
    return day_number(first), day_number(last)
