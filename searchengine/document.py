"""The document: what a page becomes, and what an index keeps of it.

A plain frozen value that library users build by hand (``Document(id="a", text="…")``) and that
``to_document`` builds from a page. It checks itself when it is made, so that no writer meets a
document that cannot be kept. It holds no rule and reads no file.
"""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, get_args

from searchengine.errors import InputError
from searchengine.time_zone import day_of

DatePrecision = Literal["day", "month", "year", "none"]
#: Which rule gave the date: what came with the page, the address that came with it, the place and
#: date line of an official paper, a publication stamp, a full date that opens the lead, the term
#: of office that its congress opens, another date of the page that settles the year, or none.
DateOrigin = Literal["metadata", "address", "paper", "stamp", "lead", "term", "year", "none"]

#: How deep lists and objects of extra fields may lie in each other: far deeper than records go,
#: and far from where Python's JSON gives up.
EXTRA_DEPTH = 100
#: Whole numbers of extra fields have at most so many bits: Python reads and writes 4,300 digits.
EXTRA_BITS = 14_000
#: How much of a text is shown to tell a document without an id.
_SHOWN = 40
#: Stands in a text where a page of its file begins, but for the first.
PAGE_BREAK = "\f"
_PRECISIONS, _ORIGINS = get_args(DatePrecision), get_args(DateOrigin)
_TEXTS = (
    *("text", "title", "kind", "place", "author", "source", "folder", "path"),
    *("content_hash", "part_of"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """One searchable document; everything but ``id`` and ``text`` may be left out.

    ``text`` is the article without page junk; ``original`` is the whole text where that is more,
    else None. ``date`` is the first day of what ``date_precision`` says; a datetime is taken for
    its day in the time zone that is set. ``kind`` is the kind of paper, such as `Kế hoạch`;
    ``folder`` where its file lies below what was indexed, such as `2024/Nghị quyết`. ``numbers``
    are document numbers as written, each once; ``term_of_office`` are its first and last year;
    ``content_hash`` names the raw content that the document came from. A text that is too long
    for one document is several, each ``part_of`` the same whole, by its id; ``first_page`` is the
    page of the file that a part begins with. ``extra`` holds the further fields of a record, JSON
    values.
    Raises :class:`InputError` that names the document and what is wrong with it.
    """

    id: str
    text: str
    title: str = ""
    date: datetime.date | None = None
    date_precision: DatePrecision = "none"
    date_origin: DateOrigin = "none"
    kind: str = ""
    place: str = ""
    author: str = ""
    source: str = ""
    folder: str = ""
    path: str = ""
    numbers: tuple[str, ...] = ()
    term_of_office: tuple[int, int] | None = None
    content_hash: str = ""
    original: str | None = None
    part_of: str = ""
    first_page: int = 1
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fault = next(_faults(self), None)
        if fault is not None:
            raise InputError(fault)
        if isinstance(self.date, datetime.datetime):
            object.__setattr__(self, "date", day_of(self.date))
        # A date given without more words is a day that the caller knows.
        if self.date is not None and self.date_precision == "none":
            object.__setattr__(self, "date_precision", "day")
        if self.date is not None and self.date_origin == "none":
            object.__setattr__(self, "date_origin", "metadata")


def id_forms(id_: str) -> tuple[str, ...]:
    """Return an id as given and with its letters and marks together and apart, each once.

    Systems differ in how they write names of files, and so do those who ask for one.
    """
    forms = (unicodedata.normalize(form, id_) for form in ("NFC", "NFD"))
    return tuple(dict.fromkeys((id_, *forms)))


def restored(**values: Any) -> Document:
    """Return the document with these ``values`` of its fields, as an index kept it.

    It is not checked again: what an earlier version took stays readable. Raises TypeError for
    a field that documents do not have.
    """
    for name in values.keys() - _NAMES:
        raise TypeError(f"documents have no field {name!r}")
    document = object.__new__(Document)
    keep = object.__setattr__
    for name, value in {**_DEFAULTS, "extra": {}, **values}.items():
        keep(document, name, value)
    return document


_NAMES = frozenset(one.name for one in fields(Document))
_DEFAULTS = {one.name: one.default for one in fields(Document) if one.default is not MISSING}


def _faults(document: Document) -> Iterator[str]:
    """Say what is wrong with a document, the id first, a sentence a fault."""
    if not isinstance(document.id, str):
        yield f"the id of a document must be text, not {_kind(document.id)}: {_start(document.id)}"
    if not document.id:
        said = document.title or document.text
        yield f"a document has no id: give one to that which begins {_start(said)}"
    which = f"document {_start(document.id)}"
    for name in _TEXTS:
        if not isinstance(getattr(document, name), str):
            yield f"{which}: its {name} must be text, not {_kind(getattr(document, name))}"
    if not isinstance(document.original, (str, type(None))):
        yield f"{which}: its original must be text or None, not {_kind(document.original)}"
    if not isinstance(document.date, (datetime.date, type(None))):
        yield f"{which}: its date must be a datetime.date or None, not {_kind(document.date)}"
    if document.date_precision not in _PRECISIONS:
        yield f"{which}: its date_precision must be one of {', '.join(_PRECISIONS)}"
    if document.date_origin not in _ORIGINS:
        yield f"{which}: its date_origin must be one of {', '.join(_ORIGINS)}"
    if type(document.first_page) is not int or document.first_page < 1:
        yield f"{which}: its first_page must be a number from 1 on"
    if not _is_tuple(document.numbers, str):
        yield f"{which}: its numbers must be a tuple of texts"
    term = document.term_of_office
    if term is not None and not (_is_tuple(term, int) and len(term) == 2):
        yield f"{which}: its term_of_office must be a tuple of two years, or None"
    if not isinstance(document.extra, Mapping):
        yield f"{which}: its extra must be a dict of JSON values, not {_kind(document.extra)}"
    for key, value in document.extra.items():
        if not isinstance(key, str):
            yield f"{which}: names of extra fields must be text, not {_kind(key)}: {_start(key)}"
        fault = _not_json(value)
        if fault:
            yield f"{which}: its extra field {_start(key)} holds {fault}; give JSON values only"


def _not_json(value: Any) -> str:
    """What of a value JSON cannot hold, or would give back as something else; empty if nothing."""
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if one is None or isinstance(one, (str, bool)):
            continue
        if isinstance(one, int):
            if one.bit_length() > EXTRA_BITS:
                return f"a number of more than {EXTRA_BITS:,} bits"
        elif isinstance(one, float):
            if not math.isfinite(one):
                return f"the number {one}"
        elif not isinstance(one, (list, dict)):
            return f"a {type(one).__name__}"
        elif depth > EXTRA_DEPTH:
            return f"lists or objects more than {EXTRA_DEPTH} deep"
        elif isinstance(one, list):
            waiting += [(item, depth + 1) for item in one]
        elif not all(isinstance(key, str) for key in one):
            return "an object with a name that is no text"
        else:
            waiting += [(item, depth + 1) for item in one.values()]
    return ""


def _is_tuple(value: Any, kind: type) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, kind) for item in value)


def _kind(value: Any) -> str:
    return "None" if value is None else type(value).__name__


def _start(value: Any) -> str:
    """A value as it may stand in a message: one line, not too long."""
    told = repr(value)
    return told if len(told) <= _SHOWN + 2 else f"{told[:_SHOWN]}…{told[0]}"
