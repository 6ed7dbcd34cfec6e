"""What a query is: its text, its tokens, and what it asks for beside them, for every engine.

A set has one kind, which says what an engine must be able to do. Queries survive JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from searchengine.text.streams import STREAMS

TOKENS, PHRASE, SLOP, FILTER = "tokens", "phrase", "slop", "filter"
BY_DATE, FACETS, PREFIX, BOOLEAN = "date", "facets", "prefix", "boolean"

#: Each set and its kind, in the order in which they are measured.
KINDS: Mapping[str, str] = {
    "questions": TOKENS,
    "titles": TOKENS,
    "short": TOKENS,
    "phrases2": PHRASE,
    "phrases3": PHRASE,
    "phrases5": PHRASE,
    "folded2": PHRASE,
    "folded3": PHRASE,
    "folded5": PHRASE,
    "common2": PHRASE,
    "slop": SLOP,
    "filters": FILTER,
    "by_date": BY_DATE,
    "facets": FACETS,
    "prefix": PREFIX,
    "boolean": BOOLEAN,
}
SETS = tuple(KINDS)
TOKEN_SETS = tuple(name for name, kind in KINDS.items() if kind == TOKENS)
#: The sets over which the growth of an index is shown.
GROWTH_SETS = (*TOKEN_SETS, "phrases2", "phrases3", "phrases5", "common2", "filters")
#: The facets that are counted, as our index names them.
FACET_NAMES = ("year", "month", "source")
#: How many values of a facet are wanted.
FACET_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Phrase:
    """``terms`` of ``field`` in this order, side by side or with ``slop`` others between them."""

    field: str
    terms: list[str]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """Documents whose ``field``, source or place, is ``value``."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Days:
    """Documents of the days from ``first`` to ``last``, counted from 1970-01-01, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """Any of ``terms``, or any term of ``field`` that begins with ``prefix``."""

    field: str
    terms: list[str]
    prefix: str


@dataclass(frozen=True, slots=True)
class Signs:
    """Documents with all ``must`` and without any ``must_not``; ``should`` only scores."""

    field: str
    must: list[str]
    should: list[str]
    must_not: list[str]


Asked = Phrase | Value | Days | Beginning | Signs
_CLASSES = {one.__name__: one for one in (Phrase, Value, Days, Beginning, Signs)}


@dataclass(frozen=True, slots=True)
class Query:
    """One query: what a person types, its distinct tokens by stream, in the order they stand.

    ``streams`` are the tokens as our index knows them, ``joined`` those that the peers were
    given (a pair of syllables joined by ``_`` and not by a space). ``asked`` is what the set asks
    for beside the tokens (a filter) or in their place (a phrase); None where the tokens are all.
    """

    set: str
    text: str
    streams: dict[str, list[str]]
    joined: dict[str, list[str]]
    asked: Asked | None = None

    @property
    def kind(self) -> str:
        """What an engine must be able to do to answer it."""
        return KINDS[self.set]


def of_terms(name: str, text: str, field: str, terms: Sequence[str], asked: Asked) -> Query:
    """Return a query of one stream's terms alone."""
    streams: dict[str, list[str]] = {stream: [] for stream in STREAMS}
    streams[field] = list(dict.fromkeys(terms))
    return Query(name, text, streams, streams, asked)


def save(queries: Sequence[Query], path: Path) -> None:
    """Write queries to a JSON lines file."""
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for query in queries:
            values: dict[str, Any] = asdict(query)
            if query.asked is None:
                del values["asked"]
            else:
                values["asked"]["type"] = type(query.asked).__name__
            file.write(json.dumps(values, ensure_ascii=False) + "\n")


def load(path: Path) -> list[Query]:
    """Read the queries of a file that :func:`save` wrote."""
    with open(path, encoding="utf-8", newline="\n") as file:
        return [_query(json.loads(line)) for line in file]


def _query(values: dict[str, Any]) -> Query:
    asked = values.pop("asked", None)
    if asked is None:
        return Query(**values)
    return Query(**values, asked=_CLASSES[asked.pop("type")](**asked))
