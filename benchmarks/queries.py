"""Three sets of queries taken from the corpus: questions, titles and short ones.

``questions`` are the leads of documents, about 33 syllables long, as somebody would paste or ask;
``titles`` are titles as they stand; ``short`` are two to four syllables that follow each other in
a title. The same seed gives the same queries. How they are answered is not decided here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.corpus import Item, joined
from searchengine.text.analysis import analyze
from searchengine.text.normalization import normalize
from searchengine.text.streams import STREAMS
from searchengine.text.syllables import Token, syllables

SETS = ("questions", "titles", "short")
#: Syllables of a lead; a text must be twice as long to give one.
QUESTION_SYLLABLES = (29, 37)
SHORT_SYLLABLES = (2, 4)
LEAST_TITLE_SYLLABLES = 4
#: A query the engine would refuse is not taken.
MOST_CHARACTERS = 900


@dataclass(frozen=True, slots=True)
class Query:
    """One query: its text, and its distinct tokens by stream, in the order they stand.

    ``streams`` are the tokens as our index knows them, ``joined`` those that the peers were
    given (a pair of syllables joined by ``_`` and not by a space).
    """

    set: str
    text: str
    streams: dict[str, list[str]]
    joined: dict[str, list[str]]


def take(items: Iterable[Item], count: int, seed: int) -> list[Query]:
    """Return up to ``count`` queries of each set, from as many documents each."""
    rng = random.Random(seed)
    pool = [(item.title, item.text[: 40 * QUESTION_SYLLABLES[1]]) for item in items]
    rng.shuffle(pool)
    queries = []
    makers = (_question, _title, _short)
    for position, (name, make) in enumerate(zip(SETS, makers, strict=True)):
        rotated = pool[position * len(pool) // 3 :] + pool[: position * len(pool) // 3]
        queries += [_query(name, text) for text in _distinct(rotated, make, rng, count)]
    return queries


def save(queries: Sequence[Query], path: Path) -> None:
    """Write queries to a JSON lines file."""
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for query in queries:
            file.write(json.dumps(asdict(query), ensure_ascii=False) + "\n")


def load(path: Path) -> list[Query]:
    """Read the queries of a file that :func:`save` wrote."""
    with open(path, encoding="utf-8", newline="\n") as file:
        return [Query(**json.loads(line)) for line in file]


def _distinct(
    pool: Sequence[tuple[str, str]],
    make: Callable[[str, str, random.Random], str | None],
    rng: random.Random,
    count: int,
) -> Iterator[str]:
    seen: set[str] = set()
    for title, text in pool:
        if len(seen) == count:
            return
        query = make(title, text, rng)
        if query and len(query) <= MOST_CHARACTERS and query not in seen:
            seen.add(query)
            yield query


def _query(name: str, text: str) -> Query:
    analysis = analyze([text])[0]
    streams = {stream: list(dict.fromkeys(getattr(analysis, stream))) for stream in STREAMS}
    peers = {stream: list(dict.fromkeys(tokens)) for stream, tokens in joined(analysis).items()}
    return Query(name, text, streams, peers)


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
    title = normalize(title)
    wanted = rng.randint(*SHORT_SYLLABLES)
    found = syllables(title)
    windows = [found[k : k + wanted] for k in range(len(found) - wanted + 1)]
    windows = [window for window in windows if _unbroken(title, window)]
    if not windows:
        return None
    chosen = rng.choice(windows)
    return title[chosen[0].start : chosen[-1].end]


def _unbroken(text: str, window: Sequence[Token]) -> bool:
    """Whether only single spaces stand between these syllables."""
    return text[window[0].start : window[-1].end] == " ".join(token.text for token in window)
