"""The long run: it fills what is kept before it compares, and asks for as long as it is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from benchmarks.endurance import Minute, endure, growth_of


class Asked:
    """Stands for wrk and for the server: 400 requests a minute, a megabyte more after each."""

    def __init__(self) -> None:
        self.rounds = 0

    def round(self, *_: Any) -> SimpleNamespace:
        self.rounds += 1
        return SimpleNamespace(requests=400, p99_ms=1.0, refused=0, broken=0)

    def memories_mb(self) -> list[float]:
        return [100.0, float(self.rounds)]


def endured(**long: int) -> list[Minute]:
    asked: Any = Asked()
    return endure(asked, asked, 8, **long)


def test_it_fills_for_so_many_requests_however_long_they_take() -> None:
    assert len(endured(requests=1000)) == 3
    assert endured(requests=0) == []


def test_it_lasts_so_many_minutes_however_much_is_asked() -> None:
    assert [minute.memory_mb for minute in endured(minutes=2)] == [[100.0, 1.0], [100.0, 2.0]]


def test_growth_is_that_of_all_processes_from_the_first_minute_to_the_last() -> None:
    assert round(growth_of(endured(minutes=102)), 2) == 1.0
    assert growth_of(endured(minutes=1)) == 0.0
