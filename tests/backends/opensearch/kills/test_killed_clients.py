"""A process is killed at any moment of its commit: after another run each document is there once.

``--long`` kills at 20 moments in place of 3, of a commit that is larger.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.document import Document
from tests.backends.opensearch.kills.writing import edition, seed, write

ROOT = Path(__file__).parents[4]


def run(address: str, spool: Path, count: int, seconds: float | None = None) -> tuple[float, bool]:
    """Write the second edition in a process, for so long; how long that was, and whether it ended.

    Both are counted from when the commit begins.
    """
    command = [sys.executable, "-m", "tests.backends.opensearch.kills.writing"]
    with subprocess.Popen(
        [*command, address, str(spool), str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        begun = time.monotonic()
        if seconds is not None:
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        ended = process.stdout.readline() == "done\n"
        return time.monotonic() - begun, ended


def documents(backend: OpenSearchBackend) -> dict[str, Document]:
    with backend.open_view() as view:
        found = list(view.documents())
        assert len({one.id for one in found}) == len(found) == view.document_count
    return {one.id: one for one in found}


def test_a_client_that_is_killed_while_it_writes(
    indices: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long") is not None
    moments, count = (20, 1500) if long else (3, 200)
    chance = random.Random(seed("killed clients"))
    before, after = ({one.id: one for one in edition(number, count)} for number in (1, 2))
    seconds, left = 0.0, {"nothing": 0, "a part": 0, "all": 0}
    for at in range(moments + 1):
        address, spool = str(indices.address()), tmp_path / str(at)
        backend: OpenSearchBackend = indices.create(address, spool=spool)
        write(backend, 1, count)
        assert documents(backend) == before
        if not at:
            seconds, ended = run(address, spool, count)
            assert ended
            continue
        run(address, spool, count, chance.uniform(0, seconds))
        found = documents(backend)
        # One that was killed while its commit was made visible may have left a part.
        for id_ in before.keys() | after.keys():
            assert found.get(id_) in (before.get(id_), after.get(id_))
        left["all" if found == after else "nothing" if found == before else "a part"] += 1
        assert run(address, spool, count)[1]
        assert documents(backend) == after
        assert backend.verify() == []
        assert list(spool.iterdir()) == []
        backend.close()
        OpenSearchBackend.remove(str(Address.parse(address)))
    print(f"of {moments} that were killed within {seconds:.1f} s, there was left: {left}")
