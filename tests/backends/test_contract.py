"""The contract, run against each of our engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

from searchengine.backends.contract import BackendContract
from searchengine.backends.contract.generated import Generator
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.backends.values import Query, plan_to_json


class TestMemory(BackendContract):
    def make_backend(self, folder: Path) -> MemoryBackend:
        return MemoryBackend()


def test_generated_plans_ask_for_something() -> None:
    """Of every kind, and most of them find documents."""
    generator = Generator(1, 60)
    oracle = TestMemory().fill(MemoryBackend(), generator.documents)
    plans = [generator.plan() for _ in range(300)]
    said = json.dumps(list(map(plan_to_json, plans)))
    for kind in get_args(Query):
        assert said.count(kind.__name__) > 50
    totals = [oracle.search(plan).total for plan in plans]
    assert sum(0 < total < 60 for total in totals) > 150
