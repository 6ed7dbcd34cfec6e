"""What the language remembers: the answers about words that were asked for last.

It is the same for every index and stays for the life of the process, beside the budget that bounds
what is kept of an index. So it is small: about a megabyte a function, full after a minute of load.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

#: Answers that a function remembers, 200 to 250 bytes each. Of 4,000 queries with a word that was
#: asked for before, 3 in 100 find its answer gone, which costs 0.01 ms each; with sixteen times as
#: many words kept none would, for 200 MB a process.
WORDS_KEPT = 4096
#: Nothing is remembered of what has more characters: it is no word.
LONGEST_WORD = 64

T = TypeVar("T")


def word_cached(function: Callable[[str], T]) -> Callable[[str], T]:
    """Return a pure ``function`` of one word that remembers what it answered last."""
    kept = lru_cache(maxsize=WORDS_KEPT)(function)

    @wraps(function)
    def answer(word: str) -> T:
        return kept(word) if len(word) <= LONGEST_WORD else function(word)

    return answer
