"""How an index lies on the cluster: its fields, by their names there, and its settings.

Token streams are text whose tokens were made here: each is a run without spaces, and a space in a
term stands as another sign. What a document is made of is ``records``' business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from searchengine.backends.bm25 import K1, B
from searchengine.backends.fields import (
    NUMBERS,
    SCORED_STREAMS,
    SYLLABLE_STREAMS,
    Field,
    FieldTable,
    IndexSettings,
)
from searchengine.errors import IndexDamagedError
from searchengine.text.streams import SEGMENTER
from searchengine.time_zone import time_zone

#: What this version reads and writes.
FORMAT: Final = 2
#: The oldest format that can be made anew from what it stores.
OLDEST_FORMAT: Final = 1
#: Marks an index as one of ours, in ``_meta``.
MARK: Final = "searchengine_format"
#: Stands for a space within a term.
_SPACE: Final = "␣"
#: Longer terms cannot be kept; nobody asks for them.
MAX_TERM: Final = 8000
#: Stand before and behind a metadata value.
FIRST, LAST = "⟨", "⟩"
#: So many places lie between the values of a field: no phrase goes from one into another.
_GAP: Final = 1000
#: What is kept to be read back; all else is only searched.
KEPT: Final = ("id", "document", "original", "fingerprint")


def encode(term: str) -> str:
    """Return a term of a token stream as the cluster has it."""
    return term.replace(" ", _SPACE)


def encode_all(terms: Iterable[str]) -> str:
    """Return the terms of a token stream, none of which has a line end, as the cluster has it."""
    return "\n".join(terms).replace(" ", _SPACE).replace("\n", " ")


def length_field(stream: str) -> str:
    """Return the field of how many terms a stream has."""
    return f"n_{stream}"


def key_of(fields: FieldTable, name: str) -> str:
    """Return what a metadata field is called on the cluster; raises InputError if there is none.

    Names of declared fields may hold what names there may not, and their order may change.
    """
    field = fields.get(name)
    if field in fields.declared:
        digest = hashlib.sha256(field.name.encode()).hexdigest()[:16]
        return f"declared_{digest}_{field.kind}"
    return field.name


def index_body(settings: IndexSettings, shards: int, replicas: int) -> dict[str, Any]:
    """Return what an index is made with."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
            "similarity": {"default": {"type": "BM25", "k1": K1, "b": B}},
            "analysis": {
                "tokenizer": {"long": {"type": "whitespace", "max_token_length": MAX_TERM * 4}},
                "filter": {"short": {"type": "length", "max": MAX_TERM}},
                "analyzer": {"given": {"type": "custom", "tokenizer": "long", "filter": ["short"]}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": meta_of(settings),
            "_source": {"includes": list(KEPT)},
            "properties": {**_PROPERTIES, **properties_of(settings)},
        },
    }


def meta_of(settings: IndexSettings) -> dict[str, Any]:
    """Return what the mapping says of the index: how it was made, and what it was told."""
    return {
        MARK: FORMAT,
        "segmenter": SEGMENTER,
        "time_zone": time_zone().key,
        "settings": settings.to_json(),
    }


def check_meta(meta: Mapping[str, Any], name: str) -> None:
    """Raise :class:`IndexDamagedError` unless this version reads an index that says this.

    ``meta`` is what its mapping says, ``name`` what the index is called.
    """
    made = meta.get(MARK)
    if not isinstance(made, int):
        raise IndexDamagedError(
            f"the index behind {name!r} was made by another program: restore it from a snapshot, "
            "or remove it and index anew"
        )
    check_format(made, name)
    if meta.get("segmenter") != SEGMENTER:
        raise IndexDamagedError(
            f"the words of the index {name!r} were cut by {meta.get('segmenter')}, and this "
            f"version cuts by {SEGMENTER}: run 'searchengine upgrade'"
        )


def check_format(made: int, name: str) -> None:
    """Raise :class:`IndexDamagedError` unless this version reads what has the format ``made``."""
    if made > FORMAT:
        raise IndexDamagedError(
            f"the index {name!r} has format {made}, and this version reads {FORMAT}: use a newer "
            "version of searchengine"
        )
    if made < FORMAT:
        raise IndexDamagedError(
            f"the index {name!r} has format {made}, and this version reads {FORMAT}: run "
            "'searchengine upgrade', which makes it anew from what it stores"
        )


def vocabularies_of(index: str) -> str:
    """Return what the index of the vocabularies is called, by that of the documents."""
    return f"{index}-lexicon"


def vocabularies_body(replicas: int) -> dict[str, Any]:
    """Return what the index of the vocabularies is made with."""
    return {
        "settings": {
            "number_of_shards": 1,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": ["terms", "parts"]},
            "properties": {
                "part": {"type": "keyword"},
                "stream": {"type": "keyword"},
                "first": {"type": "keyword"},
                "last": {"type": "keyword"},
                "count": {"type": "integer", "index": False},
                "terms": {"type": "binary"},
                # All that a commit has left, once all of its blocks are there.
                "parts": {"type": "object", "enabled": False},
            },
        },
    }


def vectors_of(index: str) -> str:
    """Return what the index of the vectors is called, by that of the documents."""
    return f"{index}-vectors"


def vectors_body(shards: int, replicas: int) -> dict[str, Any]:
    """Return what the index of the vectors is made with."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
        },
        "mappings": {
            "dynamic": "strict",
            # All is read from columns.
            "_source": {"enabled": False},
            "properties": {
                "seq": {"type": "long"},
                "commit": {"type": "long"},
                "model": {"type": "keyword", "doc_values": False},
                "text": {"type": "keyword"},
                "vectors": {"type": "binary", "doc_values": True},
            },
        },
    }


def properties_of(settings: IndexSettings) -> dict[str, Any]:
    """Return the properties of all metadata fields."""
    fields = FieldTable(settings.fields)
    found: dict[str, Any] = {}
    for field in fields.fields.values():
        found |= _metadata(key_of(fields, field.name), field)
    return found


def _metadata(key: str, field: Field) -> dict[str, Any]:
    return {
        key: {"type": "keyword"},
        f"{key}_exact": _SIDE_BY_SIDE,
        f"{key}_folded": _SIDE_BY_SIDE,
        f"{key}_sort": {"type": "keyword" if field.kind == "keyword" else "double"},
    }


def _stream(name: str) -> dict[str, Any]:
    options = "positions" if name in SYLLABLE_STREAMS else "freqs"
    return {"type": "text", "analyzer": "given", "index_options": options}


_SIDE_BY_SIDE: Final = {
    "type": "text",
    "analyzer": "given",
    "norms": False,
    "position_increment_gap": _GAP,
}
_WHOLE: Final = {"type": "keyword", "ignore_above": MAX_TERM}
_PROPERTIES: Final[dict[str, Any]] = {
    "id": {"type": "keyword", "index": False, "doc_values": False},
    "document": {"type": "binary"},
    "original": {"type": "binary"},
    "fingerprint": {"type": "keyword", "index": False, "doc_values": False},
    "tokens": {"type": "binary", "doc_values": True},
    "seq": {"type": "long"},
    "first_day": {"type": "integer"},
    "last_day": {"type": "integer"},
    "year": {"type": "integer"},
    "month": {"type": "integer"},
    "title": _WHOLE,
    "title_lower": {**_WHOLE, "doc_values": False},
    "title_bare": {**_WHOLE, "doc_values": False},
    NUMBERS: _WHOLE,
    **{stream: _stream(stream) for stream in SCORED_STREAMS},
    **{length_field(stream): {"type": "integer", "index": False} for stream in SCORED_STREAMS},
}
