"""The schema: which token streams a document has, and what Whoosh itself keeps of it.

Whoosh keeps identifiers, segments, deletions and the commit; its codec for our segments
(``codec``) keeps stored fields in compressed blocks and token streams as arrays. Names of streams
and columns have their home here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from whoosh import fields

from searchengine.backends.embedded.index.arrays.stream_writer import StreamSpec
from searchengine.backends.embedded.index.phrases.text_order import OrderSpec
from searchengine.backends.fields import (
    FACETS,
    NAME_FOLDED,
    NUMBERS,
    TITLE_BIGRAMS,
    TITLE_FOLDED,
    TITLE_SYLLABLES,
    Field,
)
from searchengine.text.derived_streams import DERIVED
from searchengine.text.streams import BIGRAMS, FOLDED, SEGMENTER, SYLLABLES, WORDS

#: Raised by one whenever an index written by older code cannot be read any more, or has terms that
#: no query asks for any more.
FORMAT_VERSION = 8
#: The first format whose commits are manifests, and the one before it, which can be upgraded too.
FIRST_MANIFESTS, LAST_PICKLES = 6, 5
#: What a segment says of how it was made, beside its format: which segmenter cut its words.
STAMP = {"schema": FORMAT_VERSION, "segmenter": SEGMENTER}

#: Every stream of a segment; ``pairs``: its terms are bigrams of its vocabulary's.
STREAM_SPECS = (
    StreamSpec(WORDS, WORDS),
    StreamSpec(SYLLABLES, SYLLABLES),
    StreamSpec(FOLDED, FOLDED),
    StreamSpec(BIGRAMS, FOLDED, pairs=True),
    StreamSpec(TITLE_SYLLABLES, SYLLABLES),
    StreamSpec(TITLE_FOLDED, FOLDED),
    StreamSpec(TITLE_BIGRAMS, FOLDED, pairs=True),
    StreamSpec(NUMBERS, NUMBERS, lengths=False),
    StreamSpec(NAME_FOLDED, NAME_FOLDED),
    *(StreamSpec(facet, facet, lengths=False) for facet in FACETS),
    *(StreamSpec(name, name) for name in DERIVED),
)

#: Texts keep their syllables in order, for phrases.
ORDER = OrderSpec(SYLLABLES, FOLDED, BIGRAMS, TITLE_SYLLABLES, TITLE_FOLDED, TITLE_BIGRAMS)

#: An index numbers its documents, deleted ones among them, in 32 bits with a sign.
MOST_DOCUMENTS = (1 << 31) - 1

#: The first and last day that a document's date covers, counted from 1970-01-01.
FIRST_DAY, LAST_DAY = "first_day", "last_day"
#: A number that all parts of one whole have, and no other document; 0 for what is no part.
WHOLE = "whole"
COLUMNS = {FIRST_DAY: np.int32, LAST_DAY: np.int32, WHOLE: np.uint64}
#: A document without a date.
NO_DAY = -(2**31)


def stream_of(name: str) -> str:
    """Return the stream that holds the values of a metadata field."""
    return name if name in FACETS else f"field:{name}"


def specs_for(fields: Iterable[Field]) -> tuple[StreamSpec, ...]:
    """Return every stream of an index that declares ``fields``."""
    declared = (stream_of(field.name) for field in fields)
    return (*STREAM_SPECS, *(StreamSpec(name, name, lengths=False) for name in declared))


def columns_for(fields: Iterable[Field]) -> dict[str, Any]:
    """Return every column of an index that declares ``fields``, and its dtype.

    Numbers, and days of dates, are float64; what a document does not have is NaN.
    """
    declared = {stream_of(one.name): np.float64 for one in fields if one.kind != "keyword"}
    return {**COLUMNS, **declared}


def make_schema() -> fields.Schema:
    """Return Whoosh's schema of a new index."""
    return fields.Schema(
        id=fields.ID(unique=True),
        meta=fields.STORED(),
        file=fields.STORED(),
        text=fields.STORED(),
        original=fields.STORED(),
    )
