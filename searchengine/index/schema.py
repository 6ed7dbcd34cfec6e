"""The Whoosh schema: which streams are indexed, what is a column, what is only stored.

Text arrives here as token lists that ``text.analysis`` made, so no Whoosh analyzer ever runs. A
stream field keeps a term's frequency and no positions: phrases are checked on the stored text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from whoosh import columns, fields, formats

from searchengine.text.analysis import STREAMS

#: Raised by one whenever an index written by older code cannot be read any more.
FORMAT_VERSION = 1

TITLE_SYLLABLES = "title_syllables"
TITLE_FOLDED = "title_folded"
TITLE_BIGRAMS = "title_bigrams"
TITLE_STREAMS = (TITLE_SYLLABLES, TITLE_FOLDED, TITLE_BIGRAMS)
#: Streams with lengths, scored by BM25.
SCORED_STREAMS = (*STREAMS, *TITLE_STREAMS)
#: Document numbers by key; scored by idf alone.
NUMBERS = "numbers"
TERM_STREAMS = (*SCORED_STREAMS, NUMBERS)
#: Metadata that can be filtered by and counted.
FACETS = ("place", "source", "author", "term")

#: A document without a date; days are counted from 1970-01-01.
NO_DAY = -(2**31)
#: Per document: the length of each scored stream, then the first and last day of its date.
FACTS = np.dtype([(name, "<i4") for name in (*SCORED_STREAMS, "first_day", "last_day")])


class TokenStream(fields.FieldType):  # type: ignore[misc]
    """A Whoosh field fed with a list of tokens; posts each term once with its frequency."""

    indexed = True
    stored = False
    scorable = False
    analyzer = None

    def __init__(self) -> None:
        self.format = formats.Existence()

    def index(self, value: Sequence[str], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, value) as Whoosh's writer expects them."""
        for term, frequency in Counter(value).items():
            yield term.encode("utf-8", "replace"), frequency, float(frequency), b""

    def to_bytes(self, value: str | bytes) -> bytes:
        """Return a term's bytes in the term dictionary."""
        return value if isinstance(value, bytes) else value.encode("utf-8", "replace")

    def from_bytes(self, value: bytes) -> str:
        """Return the term that :meth:`to_bytes` wrote."""
        return value.decode("utf-8")


def make_schema() -> fields.Schema:
    """Return the schema of a new index."""
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        facts=fields.COLUMN(columns.FixedBytesColumn(FACTS.itemsize)),
        facets=fields.COLUMN(columns.VarBytesColumn()),
        file=fields.COLUMN(columns.VarBytesColumn()),
        meta=fields.STORED(),
        text=fields.STORED(),
        original=fields.STORED(),
    )
    for stream in TERM_STREAMS:
        schema.add(stream, TokenStream())
    return schema


def pack_facts(lengths: Sequence[int], days: tuple[int, int] | None) -> bytes:
    """Return one :data:`FACTS` record: the scored streams' lengths, first and last day."""
    first, last = days or (NO_DAY, NO_DAY)
    return np.array((*lengths, first, last), dtype=FACTS).tobytes()
