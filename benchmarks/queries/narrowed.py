"""Sets that ask for more than words: filters, an order, counts, a prefix, signs.

``filters`` are short queries within one source, one place, or the seven days around a document's;
``by_date`` short queries whose newest matches are wanted; ``facets`` short queries with counts of
all matches by year, month and source; ``prefix`` two syllables of a text, the last one cut to
two letters; ``boolean`` two syllables that must be there, one that may, one that must not.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Sequence

from benchmarks.corpus import Item
from benchmarks.queries.draw import distinct, run_of, shuffled
from benchmarks.queries.query import Asked, Beginning, Days, Query, Signs, Value, of_terms
from benchmarks.queries.tokens import of_text, short
from searchengine.backends.values import day_number
from searchengine.text.analysis import analyze_syllables, prepare
from searchengine.text.streams import FOLDED, SYLLABLES
from searchengine.text.syllables import syllables

#: Days before and after a document's own that a filter lets in.
DAYS_AROUND = 3
#: Letters that are left of the last syllable of a prefix.
PREFIX_LETTERS = 2
#: The syllables of a query with signs stand so near each other in a text.
NEAR_SYLLABLES = 12


def take(items: Sequence[Item], count: int, seed: int) -> Iterator[Query]:
    """Yield up to ``count`` queries of each set, one a document."""
    yield from _filters(items, count, seed)
    for name in ("by_date", "facets"):
        pool, rng = shuffled(items, seed, name)
        texts = distinct(pool, lambda item, rng=rng: short(item.title, rng), count)
        yield from (of_text(name, text) for text in texts)
    pool, rng = shuffled(items, seed, "prefix")
    for terms in distinct(pool, lambda item: _beginning(item, rng), count):
        asked = Beginning(FOLDED, list(terms[:-1]), terms[-1])
        yield of_terms("prefix", f"{' '.join(terms)}*", FOLDED, terms, asked)
    pool, rng = shuffled(items, seed, "boolean")
    for four in distinct(pool, lambda item: _four(item, rng.choice(pool), rng), count):
        asked = Signs(SYLLABLES, [four[0], four[1]], [four[2]], [four[3]])
        text = f"+{four[0]} +{four[1]} {four[2]} -{four[3]}"
        yield of_terms("boolean", text, SYLLABLES, four, asked)


def _filters(items: Sequence[Item], count: int, seed: int) -> Iterator[Query]:
    pool, rng = shuffled(items, seed, "filters")
    narrow = [one for one in (_source(pool), _place(pool), _days(pool)) if one]
    if not narrow:
        return
    for number, text in enumerate(distinct(pool, lambda item: short(item.title, rng), count)):
        yield of_text("filters", text, rng.choice(narrow[number % len(narrow)]))


def _source(items: Sequence[Item]) -> list[Asked]:
    return [Value("source", item.source) for item in items if item.source]


def _place(items: Sequence[Item]) -> list[Asked]:
    return [Value("place", item.place) for item in items if item.place]


def _days(items: Sequence[Item]) -> list[Asked]:
    dates = (datetime.date.fromisoformat(item.date[:10]) for item in items if item.date)
    days = map(day_number, dates)
    return [Days(day - DAYS_AROUND, day + DAYS_AROUND) for day in days]


def _beginning(item: Item, rng: random.Random) -> tuple[str, str] | None:
    text = prepare(item.text)
    window = run_of(text, syllables(text), 2, rng)
    if window is None:
        return None
    _, folded = analyze_syllables(text[window[0].start : window[-1].end])
    if len(folded) != 2 or len(folded[1]) <= PREFIX_LETTERS or not "".join(folded).isalpha():
        return None
    return folded[0], folded[1][:PREFIX_LETTERS]


def _four(item: Item, other: Item, rng: random.Random) -> tuple[str, ...] | None:
    here, _ = analyze_syllables(item.text)
    elsewhere, _ = analyze_syllables(other.text)
    if len(here) < NEAR_SYLLABLES or not elsewhere:
        return None
    start = rng.randrange(len(here) - NEAR_SYLLABLES + 1)
    near = sorted({one for one in here[start : start + NEAR_SYLLABLES] if one.isalpha()})
    without = rng.choice(elsewhere)
    if len(near) < 3 or without in near or not without.isalpha():
        return None
    four = (*rng.sample(near, 3), without)
    marked, folded = analyze_syllables(" ".join(four))
    return four if marked != folded else None
