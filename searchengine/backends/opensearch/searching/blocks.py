"""Blocks of the vocabularies, kept as they were read: which terms there are, in how many documents.

A part of the vocabularies never changes, so what was read of it holds in all commits that have it.
Where each block begins is read once a part; a term lies in one block of each part at most, so what
is asked of a term is as quick however many documents there are.
"""

from __future__ import annotations

import base64
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from searchengine.backends.fields import SYLLABLE_STREAMS, TERM_STREAMS
from searchengine.backends.opensearch.recent import Recent
from searchengine.backends.opensearch.records import decompressed
from searchengine.backends.opensearch.vocabularies import LAST
from searchengine.backends.values import FieldTerm

Json = dict[str, Any]

#: So many blocks are kept, packed: some 6 kB each; and of so many parts where their blocks begin.
KEPT, PARTS = 4000, 64


class Listed(NamedTuple):
    """The blocks of a stream in one part, in order: their names, first terms, numbers of terms."""

    names: list[str]
    firsts: list[str]
    counts: list[int]


#: The blocks of each stream in one part.
Directory = Mapping[str, Listed]


class Blocks:
    """What was read of the vocabularies of indices; safe for many threads."""

    def __init__(self) -> None:
        #: By the names of indices and of their parts.
        self.directories: Recent[tuple[str, str], Directory] = Recent(PARTS)
        self._packed: Recent[tuple[str, str], bytes] = Recent(KEPT)

    def kept(self, index: str, names: Iterable[str]) -> dict[str, bytes]:
        """Return those of the blocks of an index that are here."""
        found = ((name, self._packed.get((index, name))) for name in names)
        return {name: packed for name, packed in found if packed is not None}

    def keep(self, index: str, hits: Iterable[Json]) -> dict[str, bytes]:
        """Keep the blocks of an index that a search has found; return them."""
        found = {hit["_id"]: base64.b64decode(f"{hit['_source']['terms']}==") for hit in hits}
        for name, packed in found.items():
            self._packed[index, name] = packed
        return found


def has_vocabulary(field: str, term: str) -> bool:
    """Return whether a term is of those that vocabularies list, which no phrase is."""
    return field in TERM_STREAMS and not (field in SYLLABLE_STREAMS and " " in term)


def listed(hits: Iterable[Json]) -> Directory:
    """Return the directory of a part; ``hits`` are its blocks by stream and first term."""
    found: dict[str, Listed] = defaultdict(lambda: Listed([], [], []))
    for hit in hits:
        stream, first = hit["sort"]
        names, firsts, counts = found[stream]
        names.append(hit["_id"])
        firsts.append(first)
        counts.append(hit["fields"]["count"][0])
    return dict(found)


def blocks_of_terms(
    directories: Sequence[Directory], terms: Iterable[FieldTerm]
) -> dict[str, list[FieldTerm]]:
    """Return the blocks in which ``terms`` lie if there are any, and which in each."""
    found: dict[str, list[FieldTerm]] = {}
    asked = dict.fromkeys(terms)
    for directory in directories:
        for one in asked:
            blocks = directory.get(one.field)
            at = bisect_right(blocks.firsts, one.term) - 1 if blocks else -1
            if blocks and at >= 0:
                found.setdefault(blocks.names[at], []).append(one)
    return found


def blocks_of_beginnings(
    directories: Sequence[Directory], stream: str, prefixes: Iterable[str]
) -> list[str]:
    """Return the blocks in which all terms lie that begin in any such way."""
    found: dict[str, None] = {}
    for directory in directories:
        if blocks := directory.get(stream):
            for prefix in prefixes:
                start = max(0, bisect_right(blocks.firsts, prefix) - 1)
                end = bisect_left(blocks.firsts, f"{prefix}{LAST}")
                found.update(dict.fromkeys(blocks.names[start:end]))
    return list(found)


def counted(
    terms: Iterable[FieldTerm],
    lying: Mapping[str, Sequence[FieldTerm]],
    packed: Mapping[str, bytes],
) -> dict[FieldTerm, int]:
    """Return in how many documents each of ``terms`` is, which are ``lying`` in some blocks."""
    found = dict.fromkeys(terms, 0)
    for name, inside in lying.items():
        text = f"\n{decompressed(packed[name])}\n"
        for one in inside:
            mark = f"\n{one.term}\t"
            at = text.find(mark)
            if at >= 0:
                found[one] += int(text[at + len(mark) : text.index("\n", at + 1)])
    return found


def added(packed: Iterable[bytes], prefixes: tuple[str, ...] = ("",)) -> dict[str, int]:
    """Return all terms of some blocks that begin in any such way, each with its documents."""
    found: Counter[str] = Counter()
    for one in packed:
        for term, count in _terms(decompressed(one)):
            if term.startswith(prefixes):
                found[term] += count
    return {term: count for term, count in found.items() if count > 0}


def _terms(text: str) -> Iterator[tuple[str, int]]:
    for line in text.split("\n"):
        term, _, count = line.rpartition("\t")
        yield term, int(count)
