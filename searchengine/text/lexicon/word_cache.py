"""What the language remembers: the answers about words that were asked for last.

It is the same for every index and stays for the life of the process, beside the budget that bounds
what is kept of an index. So it is small: about a megabyte a function, full after a minute of load.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

#: Answers that a function remembers, 200 to 250 bytes each. Of a hundred that a query asks for it
#: would find five more among sixteen times as many (4,000 queries, distinct ones): 0.02 ms of 9,
#: for 200 MB a process.
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
