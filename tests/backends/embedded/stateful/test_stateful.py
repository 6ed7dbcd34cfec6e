"""The engine in a directory against the one in memory, through random operations and faults.

``--long=MINUTES`` goes on for so long with examples that nobody has seen yet.
"""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.backends.embedded.stateful.machine import Engines

#: Examples of a normal run, and of each piece of a long one; operations of an example at most.
EXAMPLES, PIECE = 200, 40
STEPS, LONG_STEPS = 5, 30

patient = settings(
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    stateful_step_count=STEPS,
)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk changes nothing unless the power fails."""
    monkeypatch.setattr("os.fsync", lambda _: None)


def test_the_engine_does_as_the_model_does(request: pytest.FixtureRequest) -> None:
    minutes = request.config.getoption("--long")
    if minutes is None:
        run_state_machine_as_test(
            Engines, settings=settings(patient, max_examples=EXAMPLES, derandomize=True)
        )
        return
    many = settings(patient, max_examples=PIECE, stateful_step_count=LONG_STEPS)
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        number = random.SystemRandom().getrandbits(32)
        print(f"examples of the seed {number}", flush=True)
        run_state_machine_as_test(seed(number)(type("Engines", (Engines,), {})), settings=many)
