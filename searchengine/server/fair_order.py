"""Who runs next, so that quick calls never wait for long ones: plain logic over times it is told.

A call that has run for a slice of time makes way for those that wait, and goes on when nobody
fresh does. Calls that made way go on in the order in which they came, those that ran little before
those that ran long: taking turns, ten long calls would all end late. While fresh ones keep coming,
the one that has waited longest gets a slice now and then, so none stands still.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

#: A call runs for so many seconds before it makes way for those that wait.
SLICE_SECONDS = 0.05
#: One that has run for longer makes way for those that made way after less.
LONG_SECONDS = 0.25
#: So long do calls that made way wait for fresh ones before one of them gets a slice.
PATIENCE_SECONDS = 0.2
#: A call that need not make way looks again after so many seconds.
LOOK_SECONDS = 0.001


@dataclass(eq=False)
class Turn:
    """A call's place in the order."""

    #: Whether it has begun, and whether it runs now.
    begun: bool = field(default=False, init=False)
    running: bool = field(default=False, init=False)
    #: It need not make way before this time.
    until: float = field(default=0.0, init=False)
    #: How many have come before it, and it.
    number: int = field(default=0, init=False)
    #: How long it has run, but for what it runs now; and since when it has run or waited.
    used: float = field(default=0.0, init=False)
    since: float = field(default=0.0, init=False)

    def place(self, now: float) -> tuple[bool, int]:
        """Return what orders those that made way: whether it has run for long, and its number."""
        used = self.used + (now - self.since if self.running else 0.0)
        return used >= LONG_SECONDS, self.number


class FairOrder:
    """Lets ``at_once`` calls run at a time and ``parked`` more be begun; not safe for threads.

    Whoever calls tells the time, starts what :meth:`next` gives, and asks :meth:`may_go_on` while
    it runs.
    """

    def __init__(self, at_once: int, parked: int) -> None:
        self._free = at_once
        self._beginnings = at_once + parked
        self._count = 0
        self._fresh: deque[Turn] = deque()
        #: Those that made way.
        self._parked: list[Turn] = []
        #: When one that had made way last ran.
        self._served = 0.0
        #: Whether anybody waits.
        self.waiting = False

    def come(self, turn: Turn) -> None:
        """Put a call that has just come behind the others."""
        self._count += 1
        turn.number = self._count
        self._fresh.append(turn)
        self._note()

    def next(self, now: float) -> Turn | None:
        """Return a call that runs from now on, None if there is no room or nobody waits."""
        if not self._free:
            return None
        turn = self._chosen(now)
        if turn is None:
            return None
        self._free -= 1
        fresh = not turn.begun
        if fresh:
            self._fresh.popleft()
            self._beginnings -= 1
            turn.begun = True
        else:
            self._parked.remove(turn)
        # One that goes on because nobody fresh waits makes way as soon as somebody does.
        turn.until = now + SLICE_SECONDS if fresh or self._fresh else now
        turn.running = True
        turn.since = now
        self._note()
        return turn

    def may_go_on(self, turn: Turn, now: float) -> bool:
        """Return whether a running call goes on; if not, it waits, and has made room."""
        if turn.used:
            self._served = now
        if self._chosen(now, turn) is None:
            turn.until = now + LOOK_SECONDS
            return True
        self._stop(turn, now)
        self._parked.append(turn)
        self._note()
        return False

    def end(self, turn: Turn, now: float) -> None:
        """Take a call that has begun out of the order, running or not."""
        if turn.running:
            if turn.used:
                self._served = now
            self._stop(turn, now)
        self.give_up(turn)
        self._beginnings += 1

    def give_up(self, turn: Turn) -> None:
        """Let a call wait no more: one that has begun is about to end, another never begins."""
        for row in (self._fresh, self._parked):
            if turn in row:
                row.remove(turn)
        self._note()

    def _chosen(self, now: float, leaving: Turn | None = None) -> Turn | None:
        """Who should run next, in place of ``leaving`` if that is given."""
        if self._fresh and self._beginnings > 0:
            if self._parked:
                due = min(self._parked, key=lambda one: one.since)
                if now - max(due.since, self._served) >= PATIENCE_SECONDS:
                    return due
            return self._fresh[0]
        if self._parked:
            best = min(self._parked, key=lambda one: one.place(now))
            if leaving is None or best.place(now) < leaving.place(now):
                return best
        return None

    def _stop(self, turn: Turn, now: float) -> None:
        turn.used += now - turn.since
        turn.since = now
        turn.running = False
        self._free += 1

    def _note(self) -> None:
        self.waiting = bool(self._fresh or self._parked)
