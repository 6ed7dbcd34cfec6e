"""More documents than a corpus has: the same sentences, dealt out to other documents.

A repeated document has a title and as many sentences as one of the corpus, but from all that stood
in a block of documents near it, in a random order. So every posting list grows as it would with
real documents, where copies would only make runs of equal ones. New words there are none, and new
pairs only where sentences meet. Only a block is held in memory.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

#: Documents whose sentences are mixed with each other.
BLOCK = 200
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")

Record = dict[str, Any]


def repeated(read: Callable[[], Iterable[Record]], copies: int, seed: int) -> Iterator[Record]:
    """Yield all records that ``read`` gives, then as many again ``copies`` - 1 times, mixed.

    The records are read anew for each copy. Ids of a copy end in ``~`` and its number.
    """
    yield from read()
    for copy in range(1, copies):
        rng = random.Random(f"{seed} {copy}")
        records = iter(read())
        # Each copy parts the documents into blocks elsewhere, so that others meet.
        first = list(islice(records, rng.randrange(1, BLOCK + 1)))
        blocks = iter(lambda records=records: list(islice(records, BLOCK)), [])
        for block in chain([first], blocks):
            yield from _mixed(block, copy, rng)


def sentences(text: str) -> list[str]:
    """Return the sentences and lines of a text."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def _mixed(block: list[Record], copy: int, rng: random.Random) -> Iterator[Record]:
    parts = [sentences(record["text"]) for record in block]
    titles = [record.get("title") or "" for record in block]
    pool = list(chain.from_iterable(parts))
    rng.shuffle(pool)
    rng.shuffle(titles)
    dealt = iter(pool)
    for record, own, title in zip(block, parts, titles, strict=True):
        text = " ".join(islice(dealt, len(own)))
        yield {**record, "id": f"{record['id']}~{copy}", "title": title, "text": text}
