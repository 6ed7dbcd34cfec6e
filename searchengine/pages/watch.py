"""Staying with some paths: what changes there is taken up in bursts, until it is told to stop.

The system tells of changes (``watchfiles``); what they come to, a run over the changed paths
decides. The watch begins before the first run, so nothing that changes meanwhile is missed. Folders
are watched, also for a single file, because programs put a new file in the place of the old one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from searchengine.errors import (
    IndexLockedError,
    IndexUnavailableError,
    InputError,
    SearchEngineError,
)
from searchengine.pages.folders import is_inside
from searchengine.pages.selection import IGNORE_FILE

#: Milliseconds: changes that follow each other so quickly are one burst, which is taken up after
#: the longer time at the latest; and how often a stop is looked for.
QUIET_MS, BURST_MS, LOOK_MS = 400, 5_000, 500

#: Takes up what changed in and below some paths; None for everything.
TakeUp = Callable[["set[str] | None"], None]


def watch_paths(
    paths: Iterable[str],
    take_up: TakeUp,
    *,
    exclude: Iterable[str] = (),
    tell: Callable[[str], None],
) -> None:
    """Take up all of ``paths``, then what changes there, until Ctrl-C or SIGTERM.

    ``exclude`` are folders whose changes do not count. What a burst cannot take up, ``tell`` is
    told; while another program writes to the index, or the index does not answer, it is tried
    again. Raises :class:`InputError` where the system cannot watch.
    """
    roots = {os.path.realpath(path): os.path.abspath(path) for path in paths}
    left_out = [os.path.realpath(path) for path in exclude]

    def counts(_: Any, path: str) -> bool:
        return _given(path, roots) is not None and not any(is_inside(path, o) for o in left_out)

    with _Signals() as signals:
        changed: set[str] = set()
        everything = begun = waits = False
        for burst in _bursts(roots, counts, signals.stopped):
            if burst is None:
                everything = True
            else:
                given = (_given(path, roots) for path in burst)
                changed |= {_part(path) for path in given if path is not None}
            if not (everything or changed):
                continue
            try:
                with signals.running(breaks_off=everything):
                    take_up(None if everything else changed)
            except SearchEngineError as error:
                if not begun:
                    raise
                if isinstance(error, IndexLockedError):
                    continue
                if not waits:
                    tell(f"error: {error}")
                if isinstance(error, IndexUnavailableError):
                    waits = True
                    continue
            if not begun:
                tell("watching for changes (Ctrl-C stops)")
            begun, everything, waits, changed = True, False, False, set()


def _bursts(
    roots: Collection[str], counts: Callable[[Any, str], bool], stopped: threading.Event
) -> Iterator[set[str] | None]:
    """Yield the paths that change, a burst at a time, and now and then none.

    None is yielded when a watch has begun: at first, and where a folder is another one than it
    was, deleted and made anew or mounted again.
    """
    from watchfiles import watch

    folders = {path if os.path.isdir(path) else os.path.dirname(path) for path in roots}
    while not stopped.is_set():
        there = {folder: found for folder in folders if (found := _identity(folder))}
        begun = False
        try:
            for burst in watch(
                *sorted(there),
                watch_filter=counts,
                debounce=BURST_MS,
                step=QUIET_MS,
                stop_event=stopped,
                rust_timeout=LOOK_MS,
                yield_on_timeout=True,
                recursive=not folders.isdisjoint(roots),
                ignore_permission_denied=True,
            ):
                if not begun:
                    begun = True
                    yield None
                yield {path for _, path in burst}
                now = {folder: found for folder in folders if (found := _identity(folder))}
                if now.items() - there.items():
                    break
        except OSError as error:
            raise InputError(
                f"the system cannot watch {', '.join(sorted(there))} ({error}): "
                "run index now and then instead, or raise its limit of watched files"
            ) from error


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _given(path: str, roots: dict[str, str]) -> str | None:
    """``path`` as what was given names it, where it lies in there and is not hidden."""
    for real, given in roots.items():
        if is_inside(path, real):
            below = path[len(real) :].lstrip(os.sep)
            parts = below.split(os.sep)
            if any(part.startswith(".") for part in parts[:-1]):
                return None
            if parts[-1].startswith(".") and parts[-1] != IGNORE_FILE:
                return None
            return os.path.join(given, below) if below else given
    return None


def _part(path: str) -> str:
    """What is to be looked at when ``path`` changes: for what is ignored, all that it is about."""
    return os.path.dirname(path) if os.path.basename(path) == IGNORE_FILE else path


class _Signals:
    """Ctrl-C and SIGTERM: they end the watch when it waits, or when a burst has been taken up.

    A run over everything, which may be long, is broken off, and so is a burst by a second signal.
    Only the main thread gets them; in another one they do what they did.
    """

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._is_running = self._breaks_off = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Signals:
        if threading.current_thread() is threading.main_thread():
            for one in (signal.SIGINT, signal.SIGTERM):
                self._before[one] = signal.signal(one, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def running(self, *, breaks_off: bool) -> Iterator[None]:
        """Say that a run is going on, and whether the first signal ``breaks_off`` what it does."""
        self._is_running, self._breaks_off = True, breaks_off
        try:
            yield
        finally:
            self._is_running = False

    def _stop(self, *_: object) -> None:
        is_second = self.stopped.is_set()
        self.stopped.set()
        if self._is_running and (self._breaks_off or is_second):
            raise KeyboardInterrupt
