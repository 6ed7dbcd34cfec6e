"""The document: what a page becomes, and what an index keeps of it.

A plain frozen value that library users build by hand (``Document(id="a", text="…")``) and that
``to_document`` builds from a page. It holds no rule and reads no file.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

DatePrecision = Literal["day", "month", "year", "none"]
#: Which rule gave the date: what came with the page, a publication stamp, a full date that opens
#: the lead, the term of office that its congress opens, another date of the page that settles
#: the year, or none.
DateOrigin = Literal["metadata", "stamp", "lead", "term", "year", "none"]


@dataclass(frozen=True, slots=True)
class Document:
    """One searchable document; everything but ``id`` and ``text`` may be left out.

    ``text`` is the article without page junk; ``original`` is the whole text where that is more,
    else None. ``date`` is the first day of what ``date_precision`` says. ``numbers`` are document
    numbers as written, each once; ``term_of_office`` are its first and last year;
    ``content_hash`` names the raw content that the document came from; ``extra`` holds the
    further fields of a record.
    """

    id: str
    text: str
    title: str = ""
    date: datetime.date | None = None
    date_precision: DatePrecision = "none"
    date_origin: DateOrigin = "none"
    place: str = ""
    author: str = ""
    source: str = ""
    path: str = ""
    numbers: tuple[str, ...] = ()
    term_of_office: tuple[int, int] | None = None
    content_hash: str = ""
    original: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A date given without more words is a day that the caller knows.
        if self.date is not None and self.date_precision == "none":
            object.__setattr__(self, "date_precision", "day")
        if self.date is not None and self.date_origin == "none":
            object.__setattr__(self, "date_origin", "metadata")
