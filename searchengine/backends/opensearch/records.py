"""A document as the cluster keeps it, and what is read back of it.

``tokens`` are its streams, packed: what its exact score is computed from. The document itself is
packed JSON. Which field is of which type is ``mapping``'s business.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from searchengine.backends.counting import period
from searchengine.backends.document_fields import days_of, streams_of
from searchengine.backends.fields import (
    BUILT_IN,
    NAME_FOLDED,
    NUMBERS,
    SCORED_STREAMS,
    SYLLABLE_STREAMS,
    TITLE_BIGRAMS,
    TITLE_FOLDED,
    TITLE_SYLLABLES,
    FieldTable,
    label,
)
from searchengine.backends.opensearch.mapping import FIRST, LAST, encode_all, key_of, length_field
from searchengine.backends.phrases import phrase_count
from searchengine.backends.values import (
    AllOf,
    AnyOf,
    FieldTerm,
    Not,
    Phrase,
    PhraseQuery,
    Query,
    TermQuery,
)
from searchengine.document import Document
from searchengine.document_json import document_of, meta_of
from searchengine.text.analysis import analyze_syllables
from searchengine.text.collate import collation_key
from searchengine.text.derived_streams import DERIVED
from searchengine.text.folding import fold
from searchengine.text.normalization import normalize
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS

Streams = Mapping[str, Sequence[str]]
_Grouped = tuple[dict[str, dict[Any, int]], list[tuple[int, FieldTerm]]]

#: The longest id that the cluster takes.
_MAX_ID = 512
#: The streams that are packed, a line each; neighbours are read from the folded ones.
_PACKED = (
    WORDS, SYLLABLES, FOLDED, *DERIVED, TITLE_SYLLABLES, TITLE_FOLDED, NAME_FOLDED,
)  # fmt: skip
_PAIRS_IN = {BIGRAMS: FOLDED, TITLE_BIGRAMS: TITLE_FOLDED}
#: So many terms of a field are counted one by one.
_FEW = 4
_local = threading.local()
#: Fields whose whole values are terms.
_HELD = (NUMBERS, *(field.name for field in BUILT_IN))


def key_of_id(id_: str) -> str:
    """Return the name that the cluster knows a document by: its id, or its hash if that is long."""
    given = id_.encode("utf-8", "surrogatepass")
    if len(given) > _MAX_ID or not _is_utf8(id_) or id_.startswith("sha256:"):
        return f"sha256:{hashlib.sha256(given).hexdigest()}"
    return id_


def sources_of(
    documents: Sequence[tuple[Document, str]], fields: FieldTable
) -> list[dict[str, Any]]:
    """Return what the cluster is sent of documents and their fingerprints, but for ``seq``."""
    streams = streams_of([document for document, _ in documents])
    return [
        _source(document, fingerprint, of_document, fields)
        for (document, fingerprint), of_document in zip(documents, streams, strict=True)
    ]


def _source(
    document: Document, fingerprint: str, streams: Streams, fields: FieldTable
) -> dict[str, Any]:
    title = normalize(document.title).lower()
    found: dict[str, Any] = {
        "id": document.id,
        "document": pack(json.dumps([meta_of(document), document.text])),
        "title": document.title,
        "title_lower": title,
        "title_bare": fold(title),
        NUMBERS: streams[NUMBERS],
    }
    if fingerprint:
        found["fingerprint"] = fingerprint
    if document.original is not None:
        found["original"] = pack(json.dumps(document.original))
    for stream in SCORED_STREAMS:
        if streams[stream]:
            found[stream] = encode_all(streams[stream])
            found[length_field(stream)] = len(streams[stream])
    days = days_of(document)
    if days:
        found["first_day"], found["last_day"] = days
        found["year"], found["month"] = period(days, "year"), period(days, "month")
    held = {NUMBERS: list(streams[NUMBERS])}
    for field in fields.fields.values():
        values = field.values(document)
        if not values:
            continue
        key = key_of(fields, field.name)
        labels = list(dict.fromkeys(label(field.kind, one) for one in values))
        syllables = [analyze_syllables(one) for one in labels]
        found[key] = labels
        for which, end in enumerate(("exact", "folded")):
            found[f"{key}_{end}"] = [" ".join((FIRST, *one[which], LAST)) for one in syllables]
        if field.kind == "keyword":
            found[f"{key}_sort"] = "\0".join(min(map(collation_key, labels)))
        else:
            found[f"{key}_sort"] = values[0]
        if field.name in _HELD:
            held[field.name] = labels
    found["tokens"] = _packed_tokens(document, streams, held)
    return found


def _packed_tokens(document: Document, streams: Streams, held: Mapping[str, Sequence[str]]) -> str:
    lengths = {stream: len(streams[stream]) for stream in SCORED_STREAMS}
    header = [document.id, document.part_of, days_of(document), lengths, held]
    lines = (f" {'  '.join(streams[stream])} " for stream in _PACKED)
    return pack("\n".join((json.dumps(header), *lines)))


class StoredTokens:
    """The streams of a document as they were packed.

    Two spaces part the terms of a stream, so each has one before and one behind it that is its own.
    """

    def __init__(self, packed: str) -> None:
        self._packed = unpack(packed)
        header, *lines = self._packed.split("\n")
        self.id, self.part_of, days, self._lengths, self._held = json.loads(header)
        self.days: tuple[int, int] | None = (days[0], days[1]) if days else None
        self._lines = dict(zip(_PACKED, lines, strict=True))
        # Scores, matching, nearness and folding ask for much the same.
        self._split: dict[str, list[str]] = {}
        self._counts: dict[FieldTerm, int] = {}

    def count(self, field: str, term: str) -> int:
        """Return how often ``term``, which may be a phrase, stands in ``field``."""
        asked = FieldTerm(field, term)
        if asked not in self._counts:
            self._counts[asked] = self._count(field, term)
        return self._counts[asked]

    def _count(self, field: str, term: str) -> int:
        if field in self._held:
            return 1 if term in self._held[field] else 0
        if field in _PAIRS_IN:
            left, _, right = term.partition(" ")
            if left != right:
                return self._lines[_PAIRS_IN[field]].count(f" {left}  {right} ")
            return self._phrase_count(_PAIRS_IN[field], Phrase((left, right)))
        if field in SYLLABLE_STREAMS and " " in term:
            return self._phrase_count(field, Phrase.of(term))
        return self._lines[field].count(f" {term} ") if field in self._lines else 0

    def counted(self, terms: tuple[FieldTerm, ...]) -> list[int]:
        """Return how often each of ``terms``, no two the same, stands in its field."""
        counts = [0] * len(terms)
        tabulated, others = _grouped(terms)
        for field, places in tabulated.items():
            # All terms of a field at once: of many that are asked for, this is quicker.
            found: Iterable[Any] = self.syllables(_PAIRS_IN.get(field, field))
            if field in _PAIRS_IN:
                found = pairwise(found)
            for key, count in Counter(filter(places.__contains__, found)).items():
                counts[places[key]] = count
        for at, (field, term) in others:
            counts[at] = self._count(field, term)
        self._counts.update(zip(terms, counts, strict=True))
        return counts

    def holds(self, query: Query) -> bool:
        """Return whether ``query``, of terms alone, matches the document."""
        if isinstance(query, (TermQuery, PhraseQuery)):
            return self.count(query.field, query.term) > 0
        if isinstance(query, AllOf):
            return all(map(self.holds, query.queries))
        if isinstance(query, AnyOf):
            return any(map(self.holds, query.queries))
        if isinstance(query, Not):
            return not self.holds(query.query)
        raise TypeError(f"no query of terms: {query}")

    def length(self, field: str) -> int:
        """Return how many terms a stream has."""
        return int(self._lengths[field])

    def syllables(self, field: str) -> list[str]:
        """Return the terms of a stream in text order."""
        if field not in self._split:
            text = self._lines[field][1:-1]
            self._split[field] = text.split("  ") if text else []
        return self._split[field]

    def vocabularies(self) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield every stream with the terms that it has, each once."""
        for field in self._lines:
            yield field, set(self.syllables(field))
        for field, single in _PAIRS_IN.items():
            yield field, {f"{one} {other}" for one, other in pairwise(self.syllables(single))}
        yield NUMBERS, set(self._held[NUMBERS])

    def _phrase_count(self, field: str, phrase: Phrase) -> int:
        line = self._lines[field]
        if not all(f" {one} " in line for one in (*phrase.syllables, *phrase.other)):
            return 0
        if not phrase.slop and not phrase.other:
            together = f" {'  '.join(phrase.syllables)} "
            if len(set(phrase.syllables)) == len(phrase.syllables) or together not in line:
                return line.count(together)
        return phrase_count(phrase, self.syllables(field))

    def __eq__(self, other: object) -> bool:
        """Return whether the same was packed."""
        return isinstance(other, StoredTokens) and self._packed == other._packed

    __hash__ = None  # type: ignore[assignment]


@lru_cache(maxsize=64)
def _grouped(terms: tuple[FieldTerm, ...]) -> _Grouped:
    """Terms of fields of which many are asked for, as tables have them, and the others."""
    plain: dict[str, dict[Any, int]] = {}
    for at, (field, term) in enumerate(terms):
        if field in _PAIRS_IN:
            left, _, right = term.partition(" ")
            key: Any = (left, right)
        elif field in _PACKED and not (field in SYLLABLE_STREAMS and " " in term):
            key = term
        else:
            continue
        plain.setdefault(field, {})[key] = at
    tabulated = {field: places for field, places in plain.items() if len(places) > _FEW}
    done = {at for places in tabulated.values() for at in places.values()}
    return tabulated, [(at, one) for at, one in enumerate(terms) if at not in done]


def is_of_terms(query: Query) -> bool:
    """Return whether :meth:`StoredTokens.holds` can tell if ``query`` matches."""
    if isinstance(query, (AllOf, AnyOf)):
        return all(map(is_of_terms, query.queries))
    if isinstance(query, Not):
        return is_of_terms(query.query)
    return isinstance(query, (TermQuery, PhraseQuery))


def document_in(source: Mapping[str, Any], *, text: bool = True) -> Document:
    """Return the document that a source holds, with its original where that was asked for."""
    meta, body = json.loads(unpack(source["document"]))
    original = source.get("original")
    return document_of(
        meta, body if text else "", None if original is None else json.loads(unpack(original))
    )


def as_line(source: Mapping[str, Any]) -> str:
    """Return a source as JSON without spaces, for ``seq`` to be put before it."""
    text = json.dumps(source, ensure_ascii=False, separators=(",", ":"))
    # What has no UTF-8 is whole in the packed document.
    return text.encode("utf-8", "replace").decode()


def with_seq(line: str, seq: int) -> str:
    """Return what :func:`as_line` made with the document's place in the order of adding."""
    return f'{{"seq":{seq},{line[1:]}'


def pack(text: str) -> str:
    """Return a text for a binary field, compressed."""
    import zstandard

    return base64.b64encode(zstandard.compress(text.encode("utf-8", "surrogatepass"))).decode()


def unpack(packed: str) -> str:
    """Return the text that :func:`pack` was given."""
    return decompressed(base64.b64decode(f"{packed}=="))


def decompressed(packed: bytes) -> str:
    """Return the text that was compressed to ``packed``."""
    import zstandard

    # One serves one thread at a time, and takes as long to make as to use.
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    text: bytes = _local.decompressor.decompress(packed)
    return text.decode("utf-8", "surrogatepass")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
