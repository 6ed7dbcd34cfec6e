"""The instruments: a clock that leaves reading out, latencies, peak memory, a process of its own.

Every build runs in a fresh Python process (``run_task``), so that its peak memory is its own and
no engine inherits another's heap. What is measured with these is decided in ``run`` and ``tasks``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

#: Seconds between two looks at the memory of a task's processes.
SAMPLE_SECONDS = 0.25
_MB = 1_000_000
_ROOT = Path(__file__).parent.parent
#: One thread for libraries that would otherwise start one a core.
_SINGLE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


@dataclass(frozen=True, slots=True)
class Latency:
    """How long searches took: milliseconds (``max_ms`` the slowest), and searches a second."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    qps: float

    @staticmethod
    def of(rounds: Sequence[Sequence[float]]) -> Latency:
        """Return the figures of some rounds, each the seconds of the same searches in order.

        A search counts with the median of its rounds, so percentiles tell easy searches from
        hard ones and not quiet moments of the machine from busy ones.
        """
        seconds = np.median(np.array(rounds), axis=0)
        shares = (50, 95, 99, 100)
        p50, p95, p99, slowest = (np.percentile(seconds, shares) * 1000).tolist()
        return Latency(
            p50, p95, p99, slowest, float(np.median([len(one) / sum(one) for one in rounds]))
        )

    def to_json(self) -> dict[str, float]:
        """Return the figures, to a tenth of a microsecond."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


class TaskError(Exception):
    """A task's process ended without an answer."""


class Clock:
    """Wall time since it was made, without what its iterators spent in fetching items."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._reading = 0.0

    def unread(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items; the time it takes to get each does not count."""
        iterator = iter(items)
        while True:
            started = perf_counter()
            try:
                item = next(iterator)
            except StopIteration:
                return
            finally:
                self._reading += perf_counter() - started
            yield item

    def wall(self) -> float:
        """Return all seconds so far."""
        return perf_counter() - self._started

    def seconds(self) -> float:
        """Return the seconds that count so far."""
        return self.wall() - self._reading


def directory_bytes(directory: Path) -> int:
    """Return the size of all files in and below a directory."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def peak_mb() -> float:
    """Return the most memory that this process has held at once, in megabytes (10**6 bytes).

    Read from the kernel's VmHWM, which starts anew with each program; elsewhere from getrusage.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MB
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / _MB


def run_task(name: str, **arguments: Any) -> dict[str, Any]:
    """Run a function of ``benchmarks.tasks`` in a fresh process and return what it returned.

    ``peak_mb`` is added: the larger of the process's own peak and the most that it and its
    children together were seen to hold, memory that they share counted once.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.tasks", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env={**os.environ, **_SINGLE_THREAD, "PYTHONPATH": _python_path()},
        text=True,
        encoding="utf-8",
    )
    with _Family(process.pid) as family:
        output, _ = process.communicate(json.dumps(arguments, default=str))
    if process.returncode:
        raise TaskError(f"{name} failed with exit code {process.returncode}, see above")
    result: dict[str, Any] = json.loads(output)
    result["peak_mb"] = round(max(result["peak_mb"], family.peak / _MB), 1)
    return result


def time_commands(commands: dict[str, list[str]], runs: int) -> dict[str, list[float]]:
    """Return the seconds of each run of each command; they take turns, the first does not count.

    Raises :class:`TaskError` for a command that fails; 1, nothing found, is no failure.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    environment = {**os.environ, "PYTHONPATH": _python_path()}
    # Whoever installs a program has it compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for turn in range(runs + 1):
        for name, command in commands.items():
            started = perf_counter()
            done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True)
            if turn:
                seconds[name].append(perf_counter() - started)
            if done.returncode not in (0, 1):
                raise TaskError(f"{' '.join(command)}: {done.stderr.decode().strip()}")
    return seconds


def _python_path() -> str:
    return os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


class _Family:
    """Watches the memory of a process that has children; alone it is left in peace."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Family:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            family = _descendants(self._pid)
            if len(family) > 1:
                self.peak = max(self.peak, sum(map(_proportional_bytes, family)))


def _descendants(pid: int) -> list[int]:
    """A process and all that it started, as far as the kernel says."""
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            found += [int(child) for t in tasks for child in (t / "children").read_text().split()]
        except OSError:
            continue
    return found


def _proportional_bytes(pid: int) -> int:
    """The memory of a process, a page that n processes share counted as its n-th part."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    line = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0")
    return int(line.split()[1]) * 1024
