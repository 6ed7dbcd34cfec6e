"""Turns to write and questions to all: who is answered when, and what a worker's end changes."""

from __future__ import annotations

from typing import Any

import pytest

from searchengine.server.processes.exchange import Exchange


class Workers:
    """Some workers of an exchange, with what each was sent."""

    def __init__(self, names: str) -> None:
        self.exchange = Exchange()
        self.sent: dict[str, list[dict[str, Any]]] = {}
        for name in names:
            self.join(name)
            self.do(name)

    def join(self, name: str) -> list[str]:
        """Let a worker join; what the list holds once it may take connections."""
        joined: list[str] = []
        self.sent[name] = []
        self.exchange.join(name, self.sent[name].append, lambda: joined.append(name))
        return joined

    def ask(self, name: str, what: str, number: int) -> None:
        self.exchange.told(name, {"ask": what, "number": number})

    def do(self, name: str, value: Any = True) -> None:
        """Do what a worker was last told to."""
        self.exchange.told(name, {"done": self.sent[name].pop()["number"], "value": value})

    def answers(self, name: str) -> list[tuple[int, list[Any]]]:
        return [(one["answer"], one["values"]) for one in self.sent[name] if "answer" in one]

    def told_to(self, name: str) -> list[str]:
        return [one["do"] for one in self.sent[name] if "do" in one]


@pytest.fixture
def workers() -> Workers:
    return Workers("abc")


def test_one_writes_at_a_time_in_the_order_of_asking(workers: Workers) -> None:
    for name in "bac":
        workers.ask(name, "turn", 1)
    assert [workers.answers(name) for name in "abc"] == [[], [(1, [])], []]
    workers.ask("b", "leave", 2)
    assert workers.answers("a") == [(1, [])]
    assert workers.answers("c") == []
    workers.ask("a", "show", 2)
    assert workers.answers("c") == [(1, [])], "the next need not wait until all have seen it"


def test_who_has_written_waits_until_all_others_search_it(workers: Workers) -> None:
    workers.ask("a", "turn", 1)
    workers.ask("a", "show", 2)
    assert workers.told_to("a") == []
    assert workers.told_to("b") == workers.told_to("c") == ["refresh"]
    workers.do("b")
    assert workers.answers("a") == [(1, [])]
    workers.do("c", False)
    assert workers.answers("a") == [(1, []), (2, [True, False])]


def test_nobody_waits_for_a_worker_that_has_ended(workers: Workers) -> None:
    workers.ask("a", "turn", 1)
    workers.ask("a", "show", 2)
    workers.do("b")
    workers.exchange.leave("c")
    assert workers.answers("a") == [(1, []), (2, [True])]


def test_the_turn_of_a_worker_that_has_ended_is_the_next_ones(workers: Workers) -> None:
    for name in "abc":
        workers.ask(name, "turn", 1)
    workers.exchange.leave("b")
    assert workers.answers("c") == []
    workers.exchange.leave("a")
    assert workers.answers("c") == [(1, [])]


def test_what_a_worker_asked_before_its_end_is_forgotten(workers: Workers) -> None:
    workers.ask("a", "turn", 1)
    workers.ask("a", "show", 2)
    workers.exchange.leave("a")
    workers.do("b")
    workers.do("c")
    assert workers.answers("a") == [(1, [])]


def test_the_only_one_waits_for_nobody() -> None:
    workers = Workers("a")
    workers.ask("a", "turn", 1)
    workers.ask("a", "show", 2)
    workers.ask("a", "cache", 3)
    assert workers.answers("a") == [(1, []), (2, []), (3, [])]


def test_a_newcomer_takes_part_once_it_searches_what_was_written(workers: Workers) -> None:
    joined = workers.join("d")
    assert workers.told_to("d") == ["refresh"]
    assert joined == []
    # What is written meanwhile is shown to it too.
    workers.ask("a", "turn", 1)
    workers.ask("a", "show", 2)
    assert workers.told_to("d") == ["refresh", "refresh"]
    workers.do("d")
    workers.do("b")
    workers.do("c")
    assert workers.answers("a") == [(1, []), (2, [True] * 3)]
    workers.do("d")
    assert joined == ["d"]


def test_what_the_others_keep_is_asked_of_each(workers: Workers) -> None:
    workers.ask("b", "cache", 1)
    assert workers.told_to("a") == workers.told_to("c") == ["cache"]
    workers.do("a", {"bytes": 1})
    workers.do("c", {"bytes": 2})
    assert workers.answers("b") == [(1, [{"bytes": 1}, {"bytes": 2}])]


def test_an_answer_that_nobody_waits_for_is_ignored(workers: Workers) -> None:
    workers.exchange.told("a", {"done": 999, "value": True})
    assert workers.answers("a") == []


def report(count: int) -> dict[str, dict[str, int]]:
    return {"counted": {"searches": count}, "held": {"processes": 1}}


def sum_told(workers: Workers, name: str) -> int:
    """How many searches the last answer to a worker has of the others and of those that ended."""
    values = workers.answers(name)[-1][1]
    return sum(one["counted"].get("searches", 0) for one in values)


def test_a_report_is_answered_with_those_of_all_others(workers: Workers) -> None:
    workers.exchange.told("a", {"ask": "report", "number": 1, "value": report(1)})
    workers.do("b", report(20))
    assert workers.answers("a") == []
    workers.do("c", report(300))
    assert sum_told(workers, "a") == 320


def test_counts_of_those_that_ended_stay_in_the_sum(workers: Workers) -> None:
    workers.exchange.told("a", {"ask": "report", "number": 1, "value": report(1)})
    workers.do("b", report(20))
    workers.do("c", report(300))
    for name in "ab":
        workers.exchange.leave(name)
    workers.exchange.told("c", {"ask": "report", "number": 1, "value": report(300)})
    assert sum_told(workers, "c") == 21
    held = [one["held"] for one in workers.answers("c")[-1][1]]
    assert held == [{}]


def test_one_that_reports_and_ends_is_counted_once(workers: Workers) -> None:
    workers.exchange.told("a", {"ask": "report", "number": 1, "value": report(1)})
    workers.do("b", report(20))
    workers.exchange.leave("b")
    workers.do("c", report(300))
    assert sum_told(workers, "a") == 320
