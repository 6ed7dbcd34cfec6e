"""The adapter of tantivy with positions: for phrases, filters, dates, facets, prefixes and signs.

The same streams as the peer ``tantivy``, marked and folded syllables with positions; beside them
source and place as whole values, the days and months of dates as numbers, all in columns
(``fast``) too. What another kind than bare tokens asks for is answered as our index answers it
through its seam: the number of all matches is told, and the ten documents are read, unless it is
opened for ``numbers`` alone. tantivy's slop takes syllables in any order, so :meth:`_Opened.count`
asks for each distance by itself. It sorts by date without scoring, documents of one day in the
order of its index.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.corpus import Item
from benchmarks.engines import TOP
from benchmarks.peers import tantivy as plain
from benchmarks.peers.tantivy import any_token, postings_bytes
from benchmarks.queries.query import (
    BY_DATE,
    FACET_LIMIT,
    FACETS,
    TOKENS,
    Beginning,
    Days,
    Phrase,
    Query,
    Signs,
    Value,
)
from searchengine.backends.values import day_number
from searchengine.text.streams import FOLDED, SYLLABLES

__all__ = ["adder", "build", "cannot", "open_index", "postings_bytes"]

FROM_STREAMS = True
PARALLEL = True
BARE = True

_POSITIONS = (SYLLABLES, FOLDED)
_COUNTS = {name: {"terms": {"field": name, "size": FACET_LIMIT}} for name in ("year", "month")}
_COUNTS["source"] = {"terms": {"field": "source", "size": FACET_LIMIT}}

_Must, _Should, _MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


def build(directory: Path, items: Iterable[Item], workers: int) -> Callable[[], None]:
    """Index the items with so many threads and commit; return what waits for its merges."""
    return plain.write_index(directory, _schema(), map(_document, items), workers)


def open_index(directory: Path, *, numbers: bool = False) -> _Opened:
    """Open an index; with ``numbers`` the documents that are found are not read."""
    return _Opened(directory, numbers)


def cannot(kind: str) -> str | None:
    """Return None: it is asked everything."""
    return None


def adder(directory: Path) -> Callable[[Sequence[Item]], None]:
    """Open an index; return what adds items and commits."""
    return plain.adder(directory, _document)


class _Opened:
    def __init__(self, directory: Path, numbers: bool) -> None:
        index = tantivy.Index.open(str(directory))
        self._schema = index.schema
        self._searcher = index.searcher()
        self._numbers = numbers

    def top(self, query: Query) -> Any:
        wanted = self._query(query)
        if query.kind == TOKENS:
            return self._searcher.search(wanted, limit=TOP, count=False).hits
        order = "day" if query.kind == BY_DATE else None
        hits = self._searcher.search(wanted, limit=TOP, count=True, order_by_field=order).hits
        if query.kind == FACETS:
            self._searcher.aggregate(wanted, _COUNTS)
        if not self._numbers:
            for _, address in hits:
                found = self._searcher.doc(address)
                found["id"], found["title"], found["text"]
        return hits

    def ids(self, found: Any) -> list[str]:
        return [str(self._searcher.doc(address)["id"][0]) for _, address in found]

    def count(self, query: Query) -> int:
        asked = query.asked
        if isinstance(asked, Phrase) and asked.slop:
            wanted = self._in_order(asked)
        else:
            wanted = self._query(query)
        return int(self._searcher.search(wanted, limit=1, count=True).count)

    def _query(self, query: Query) -> Any:
        asked, make = query.asked, tantivy.Query
        if isinstance(asked, Phrase):
            return make.phrase_query(self._schema, asked.field, asked.terms, asked.slop)
        if isinstance(asked, Value):
            return self._within(query, make.term_query(self._schema, asked.field, asked.value))
        if isinstance(asked, Days):
            whole = tantivy.FieldType.Integer
            days = make.range_query(self._schema, "day", whole, asked.first, asked.last)
            return self._within(query, days)
        if isinstance(asked, Beginning):
            beginning = make.regex_query(self._schema, asked.field, f"{re.escape(asked.prefix)}.*")
            terms = self._terms(_Should, asked.field, asked.terms)
            return make.boolean_query([*terms, (_Should, beginning)])
        if isinstance(asked, Signs):
            return make.boolean_query(
                [
                    *self._terms(_Must, asked.field, asked.must),
                    *self._terms(_Should, asked.field, asked.should),
                    *self._terms(_MustNot, asked.field, asked.must_not),
                ]
            )
        return any_token(self._schema, query)

    def _terms(self, occur: Any, field: str, terms: Sequence[str]) -> list[tuple[Any, Any]]:
        make = tantivy.Query.term_query
        return [(occur, make(self._schema, field, term, "freq")) for term in terms]

    def _within(self, query: Query, narrow: Any) -> Any:
        """Any of the tokens, and what narrows them, which scores nothing."""
        unscored = tantivy.Query.const_score_query(narrow, 0.0)
        return tantivy.Query.boolean_query(
            [(_Must, any_token(self._schema, query)), (_Must, unscored)]
        )

    def _in_order(self, asked: Phrase) -> Any:
        """A pair in this order, by each distance that its slop allows."""
        first, last = asked.terms
        return tantivy.Query.boolean_query(
            [
                (
                    _Should,
                    tantivy.Query.phrase_query(
                        self._schema, asked.field, [(0, first), (distance, last)]
                    ),
                )
                for distance in range(1, asked.slop + 2)
            ]
        )


def _schema() -> Any:
    builder = plain.schema_builder(_POSITIONS)
    for name in ("source", "place"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    for name in ("month", "year"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


def _document(item: Item) -> Any:
    made = plain.document(item)
    made.add_text("source", item.source)
    made.add_text("place", item.place)
    if item.date:
        date = datetime.date.fromisoformat(item.date[:10])
        made.add_integer("day", day_number(date))
        made.add_integer("month", date.year * 100 + date.month)
        made.add_integer("year", date.year)
    return made
