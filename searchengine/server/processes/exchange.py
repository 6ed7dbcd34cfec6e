"""What workers ask of each other, which the parent passes on: whose turn it is to write, and more.

A worker's question is answered with what all the others say; one that ends meanwhile has no part
in it. Only plain messages go in and out, so nothing here knows sockets or processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from searchengine.server.monitoring.reports import Report, added
from searchengine.server.processes.channel import Message

#: What a worker may ask for: its turn to write; that the turn is over, and nothing was written;
#: that it is over, and all others search what was written; what the others keep in memory; what
#: they report, in return for a report of its own.
TURN, LEAVE, SHOW, CACHE, REPORT = "turn", "leave", "show", "cache", "report"
#: What each of the others is told to do for it.
REFRESH = "refresh"

Send = Callable[[Message], None]


class _Question:
    """Something that is asked of several workers."""

    def __init__(self, what: str, asked: set[Hashable], then: Callable[[list[Any]], None]) -> None:
        self.what = what
        self.asked = asked
        self.then = then
        self.values: list[Any] = []


class Exchange:
    """Answers what workers ask, by asking the others."""

    def __init__(self) -> None:
        self._members: dict[Hashable, Send] = {}
        self._questions: dict[int, _Question] = {}
        self._number = 0
        #: Who writes, and who waits for that behind it: workers and the numbers of their messages.
        self._turns: deque[tuple[Hashable, int]] = deque()
        #: What each worker last reported, and what those had counted that have ended: sums of
        #: counts must never fall.
        self._reports: dict[Hashable, Report] = {}
        self._ended: Report = added(())

    def join(self, member: Hashable, send: Send, then: Callable[[], None]) -> None:
        """Let a worker take part; ``then`` is called once it searches all that others wrote.

        Whatever is written from now on it is told of like all others.
        """
        self._members[member] = send
        self._ask([member], REFRESH, lambda _: then())

    def leave(self, member: Hashable) -> None:
        """Forget a worker that has ended: nobody waits for it, and its turn is the next one's."""
        self._members.pop(member, None)
        last = self._reports.pop(member, None)
        if last is not None:
            self._ended = added([self._ended, {"counted": last["counted"], "held": {}}])
        for number, question in list(self._questions.items()):
            if member in question.asked:
                self._settle(number, question, member)
        had_it = bool(self._turns) and self._turns[0][0] == member
        self._turns = deque(turn for turn in self._turns if turn[0] != member)
        if had_it:
            self._give_turn()

    def told(self, member: Hashable, message: Message) -> None:
        """Take a message of a worker."""
        if "done" in message:
            question = self._questions.get(message["done"])
            if question is not None and member in question.asked:
                question.values.append(message["value"])
                if question.what == REPORT:
                    self._reports[member] = message["value"]
                self._settle(message["done"], question, member)
            return
        what, number = message["ask"], message["number"]
        if what == TURN:
            self._turns.append((member, number))
            if len(self._turns) == 1:
                self._give_turn()
            return
        if what in (LEAVE, SHOW):
            self._turns.popleft()
            self._give_turn()
        if what == LEAVE:
            self._answer(member, number, [])
            return
        if what == REPORT:
            self._reports[member] = message["value"]
        others = [one for one in self._members if one != member]
        self._ask(
            others,
            REFRESH if what == SHOW else what,
            lambda values: self._answer(
                member, number, self._reports_for(member) if what == REPORT else values
            ),
        )

    def _reports_for(self, member: Hashable) -> list[Report]:
        """What all others last reported; one that ended after it did is among those that ended."""
        others = [report for one, report in self._reports.items() if one != member]
        return [*others, self._ended]

    def _ask(
        self, members: Iterable[Hashable], what: str, then: Callable[[list[Any]], None]
    ) -> None:
        self._number += 1
        question = _Question(what, set(members), then)
        if not question.asked:
            then([])
            return
        self._questions[self._number] = question
        for member in question.asked:
            self._members[member]({"do": what, "number": self._number})

    def _settle(self, number: int, question: _Question, member: Hashable) -> None:
        question.asked.discard(member)
        if not question.asked:
            del self._questions[number]
            question.then(question.values)

    def _answer(self, member: Hashable, number: int, values: list[Any]) -> None:
        send = self._members.get(member)
        if send is not None:
            send({"answer": number, "values": values})

    def _give_turn(self) -> None:
        if self._turns:
            self._answer(*self._turns[0], [])
