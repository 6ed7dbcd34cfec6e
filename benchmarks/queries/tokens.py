"""Three sets of bare words: questions, titles and short ones.

``questions`` are the leads of documents, about 33 syllables long, as somebody would paste or ask;
``titles`` are titles as they stand; ``short`` are two to four syllables that follow each other in
a title.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator

from benchmarks.corpus import Item, joined
from benchmarks.queries.draw import distinct, unbroken
from benchmarks.queries.query import TOKEN_SETS, Asked, Query
from searchengine.text.analysis import analyze
from searchengine.text.normalization import normalize
from searchengine.text.streams import STREAMS
from searchengine.text.syllables import syllables

#: Syllables of a lead; a text must be twice as long to give one.
QUESTION_SYLLABLES = (29, 37)
SHORT_SYLLABLES = (2, 4)
LEAST_TITLE_SYLLABLES = 4
#: A query the engine would refuse is not taken.
MOST_CHARACTERS = 900


def take(items: Iterable[Item], count: int, seed: int) -> Iterator[Query]:
    """Yield up to ``count`` queries of each set, from as many documents each."""
    rng = random.Random(seed)
    pool = [(item.title, item.text[: 40 * QUESTION_SYLLABLES[1]]) for item in items]
    rng.shuffle(pool)
    makers = (_question, _title, _short)
    for position, (name, make) in enumerate(zip(TOKEN_SETS, makers, strict=True)):
        start = position * len(pool) // 3
        made = distinct(pool[start:] + pool[:start], _maker(make, rng), count)
        yield from (of_text(name, text) for text in made)


def of_text(name: str, text: str, asked: Asked | None = None) -> Query:
    """Return the query of a text's tokens, in all streams."""
    analysis = analyze([text])[0]
    streams = {stream: list(dict.fromkeys(getattr(analysis, stream))) for stream in STREAMS}
    peers = {stream: list(dict.fromkeys(tokens)) for stream, tokens in joined(analysis).items()}
    return Query(name, text, streams, peers, asked)


def short(title: str, rng: random.Random) -> str | None:
    """Return two to four syllables that follow each other in a title."""
    title = normalize(title)
    wanted = rng.randint(*SHORT_SYLLABLES)
    found = syllables(title)
    windows = [found[k : k + wanted] for k in range(len(found) - wanted + 1)]
    windows = [window for window in windows if unbroken(title, window)]
    if not windows:
        return None
    chosen = rng.choice(windows)
    return title[chosen[0].start : chosen[-1].end]


_Make = Callable[[str, str, random.Random], str | None]


def _maker(make: _Make, rng: random.Random) -> Callable[[tuple[str, str]], str | None]:
    def made(one: tuple[str, str]) -> str | None:
        query = make(*one, rng)
        return query if query and len(query) <= MOST_CHARACTERS else None

    return made


def _question(title: str, text: str, rng: random.Random) -> str | None:
    text = normalize(text)
    wanted = rng.randint(*QUESTION_SYLLABLES)
    found = syllables(text)
    if len(found) < 2 * wanted:
        return None
    return " ".join(text[: found[wanted - 1].end].split())


def _title(title: str, text: str, rng: random.Random) -> str | None:
    title = " ".join(normalize(title).split())
    return title if len(syllables(title)) >= LEAST_TITLE_SYLLABLES else None


def _short(title: str, text: str, rng: random.Random) -> str | None:
    return short(title, rng)
