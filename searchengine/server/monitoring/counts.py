"""What one process counts of its requests and searches: numbers that only ever rise.

A key is the name of a metric and its labels, with tabs between, so that counts of several
processes are added as they are. Labels come from the program, never from a request.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from typing import Literal

Outcome = Literal["found", "partial", "nothing"]

#: Upper bounds of a histogram's buckets, in seconds; the last one takes all.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: Methods that are told apart; anybody can make up more.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"))

REQUESTS, BUCKET, SECONDS = "requests", "bucket", "seconds"
SEARCHES, TIME_LIMITED, BUSY = "searches", "time_limited", "busy"


def key_of(name: str, *labels: object) -> str:
    """Return the key of a metric's number for some labels."""
    return "\t".join((name, *map(str, labels)))


class Counts:
    """Numbers that rise; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: Counter[str] = Counter({TIME_LIMITED: 0, BUSY: 0})

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered; ``route`` is the pattern of its address."""
        method = method if method in _METHODS else "other"
        with self._lock:
            self._numbers[key_of(REQUESTS, method, route, status)] += 1
            self._numbers[key_of(BUCKET, route, bisect_left(BUCKETS, seconds))] += 1
            # Whole microseconds: a sum of floats that grows for months would lose small ones.
            self._numbers[key_of(SECONDS, route)] += round(seconds * 1e6)

    def searched(self, whole: int, partial: int) -> None:
        """Count a search that found so many documents, and so many that lack some of its words."""
        outcome: Outcome = "found" if whole else "partial" if partial else "nothing"
        self.add(key_of(SEARCHES, outcome))

    def add(self, key: str) -> None:
        """Count one."""
        with self._lock:
            self._numbers[key] += 1

    def numbers(self) -> dict[str, int]:
        """Return all numbers so far by key."""
        with self._lock:
            return dict(self._numbers)
