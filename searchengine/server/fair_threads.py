"""Threads that run plain functions in a fair order.

A function makes way where it looks at the time (``deadline.check_time``): its thread waits there
until it is its turn again, or its time is over. Functions that never look are never stopped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Generic, TypeVar

from searchengine.deadline import pausing, seconds_left
from searchengine.server.fair_order import FairOrder, Turn

T = TypeVar("T")


class _Call(Turn, Generic[T]):
    """A function to run, and its place in the order."""

    def __init__(self, function: Callable[[], T]) -> None:
        super().__init__()
        self.function = function
        self.future: Future[T] = Future()
        self.go_on = threading.Event()


class FairThreads:
    """Runs ``at_once`` functions at a time, while up to ``parked`` more have made way."""

    def __init__(
        self,
        at_once: int,
        parked: int,
        *,
        name: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._order = FairOrder(at_once, parked)
        self._executor = ThreadPoolExecutor(at_once + parked, thread_name_prefix=name)
        self._clock = clock
        self._lock = threading.Lock()
        #: What has not begun; it is cancelled when the threads are closed.
        self._waiting: set[_Call[Any]] = set()
        self._closed = False

    def submit(self, function: Callable[[], T]) -> Future[T]:
        """Run ``function`` when its turn comes; return what will have its result."""
        call: _Call[T] = _Call(function)
        with self._lock:
            if self._closed:
                raise RuntimeError("the threads are closed")
            self._waiting.add(call)
            self._order.come(call)
            self._start()
        return call.future

    def close(self) -> None:
        """Let what has begun end, and begin nothing more."""
        with self._lock:
            self._closed = True
            waiting = list(self._waiting)
            self._waiting.clear()
            for call in waiting:
                self._order.give_up(call)
        for call in waiting:
            call.future.cancel()
        self._executor.shutdown(wait=True)

    def _start(self, *, here: bool = False) -> _Call[Any] | None:
        """Start whatever may run now, with the lock held.

        What begins runs in a thread of its own, but for the first one if a thread is free ``here``:
        that is returned.
        """
        kept: _Call[Any] | None = None
        while (turn := self._order.next(self._clock())) is not None:
            assert isinstance(turn, _Call)
            if turn not in self._waiting:
                turn.go_on.set()
                continue
            self._waiting.remove(turn)
            if here and kept is None:
                kept = turn
            else:
                self._executor.submit(self._run, turn)
        return kept

    def _run(self, call: _Call[Any] | None) -> None:
        """Run a call, and those that come right after it: what a thread keeps stays in use."""
        while call is not None:
            try:
                if call.future.set_running_or_notify_cancel():
                    self._answer(call)
            finally:
                with self._lock:
                    self._order.end(call, self._clock())
                    call = self._start(here=True)

    def _answer(self, call: _Call[T]) -> None:
        try:
            with pausing(partial(self._make_way, call)):
                result = call.function()
        except BaseException as error:
            call.future.set_exception(error)
            # The error holds this frame: whatever it worked on is let go when the error is.
            del call
        else:
            call.future.set_result(result)

    def _make_way(self, call: _Call[T]) -> None:
        """Wait if others should run now; called by the function itself, again and again."""
        order = self._order
        if not order.waiting or not call.running:
            return
        now = self._clock()
        if now < call.until:
            return
        with self._lock:
            if order.may_go_on(call, now):
                return
            call.go_on.clear()
            self._start()
        if not call.go_on.wait(seconds_left()):
            with self._lock:
                order.give_up(call)
