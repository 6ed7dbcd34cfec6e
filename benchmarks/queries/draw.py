"""Drawing from documents: each query from another one, and runs of syllables without a sign.

Where signs stand between syllables engines may differ in what lies side by side; where single
spaces do, all mean the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from searchengine.text.syllables import Token

S = TypeVar("S")
H = TypeVar("H", bound=Hashable)
#: Places of a text that are tried before the next text is.
TRIES = 20


def distinct(pool: Iterable[S], make: Callable[[S], H | None], count: int) -> Iterator[H]:
    """Yield up to ``count`` different things that ``make`` made, one of each of the pool."""
    seen: set[H] = set()
    for one in pool:
        if len(seen) == count:
            return
        made = make(one)
        if made is not None and made not in seen:
            seen.add(made)
            yield made


def shuffled(pool: Sequence[S], seed: int, name: str) -> tuple[list[S], random.Random]:
    """Return the pool in an order of the set's own, and the set's own source of chance."""
    # A set more or less leaves the others as they are.
    rng = random.Random(f"{seed} {name}")
    order = list(pool)
    rng.shuffle(order)
    return order, rng


def unbroken(text: str, window: Sequence[Token]) -> bool:
    """Whether only single spaces stand between these syllables."""
    return text[window[0].start : window[-1].end] == " ".join(token.text for token in window)


def run_of(
    text: str, tokens: Sequence[Token], length: int, rng: random.Random
) -> Sequence[Token] | None:
    """Return ``length`` syllables at a random place of a text with single spaces between them."""
    for _ in range(TRIES if len(tokens) >= length else 0):
        start = rng.randrange(len(tokens) - length + 1)
        window = tokens[start : start + length]
        if unbroken(text, window):
            return window
    return None
