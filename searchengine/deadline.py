"""Deadlines: how long an answer may take, known to every loop that works on it.

``with limited(seconds)`` sets one for the code within, in this thread (and task) alone; a loop
calls :func:`check_time` once a turn. Of deadlines within each other the earliest holds. Nothing is
interrupted: what never checks runs on. Where a loop looks at the time it may also have to wait for
others (:func:`pausing`), so nobody looks while holding a lock that others wait for.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from searchengine.errors import TimeLimitError

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
_pause: ContextVar[Callable[[], None] | None] = ContextVar("pause", default=None)


@contextlib.contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Allow the block ``seconds`` from now; None leaves what is allowed already."""
    before = _deadline.get()
    if seconds is None:
        yield
        return
    end = time.monotonic() + seconds
    token = _deadline.set(end if before is None else min(before, end))
    try:
        yield
    finally:
        _deadline.reset(token)


@contextlib.contextmanager
def pausing(pause: Callable[[], None] | None) -> Iterator[None]:
    """Let every look at the time within the block call ``pause`` first; None for nothing at all.

    It may wait until others have run. A block that holds a lock asks for None.
    """
    token = _pause.set(pause)
    try:
        yield
    finally:
        _pause.reset(token)


def seconds_left() -> float | None:
    """Return how many seconds are left, 0 if none; None where nothing limits."""
    end = _deadline.get()
    return None if end is None else max(0.0, end - time.monotonic())


def check_time() -> None:
    """Raise :class:`TimeLimitError` if the time is over; make way for others if need be."""
    pause = _pause.get()
    if pause is not None:
        pause()
    end = _deadline.get()
    if end is not None and time.monotonic() > end:
        raise TimeLimitError(
            "the search took longer than it may: ask for less, such as fewer or rarer words"
        )
