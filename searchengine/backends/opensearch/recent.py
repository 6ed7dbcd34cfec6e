"""Answers that are kept for a while: the last ones, so many of them."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At least the last ``most`` values that were kept, at most twice as many.

    Safe for many threads, and quick: values are dropped all at once, half of them each time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._last: dict[K, V] = {}
        self._before: dict[K, V] = {}

    def __contains__(self, key: K) -> bool:
        return key in self._last or key in self._before

    def get(self, key: K) -> V | None:
        """Return the value of ``key``, or None."""
        last, before = self._last, self._before
        return last.get(key, before.get(key))

    def __getitem__(self, key: K) -> V:
        # Whoever turns the last ones into those before does not lose any in between.
        last, before = self._last, self._before
        return last[key] if key in last else before[key]

    def __setitem__(self, key: K, value: V) -> None:
        if len(self._last) >= self._most:
            self._before, self._last = self._last, {}
        self._last[key] = value
