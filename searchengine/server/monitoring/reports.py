"""What a process reports of itself, and the sum of what several report.

A report is plain JSON values, for it goes from process to process.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from searchengine.backends.counts import CacheUse
from searchengine.server.monitoring.counts import Counts, key_of

PROCESSES, MEMORY, COMMIT = "processes", "memory", "commit"
CACHE, CACHE_LIMIT = "cache", "cache_limit"


class Report(TypedDict):
    """What was ``counted`` since a process began, and what it has (``held``), by key."""

    counted: dict[str, int]
    held: dict[str, int]


def report_of(counts: Counts, version: str, cache: CacheUse | None) -> Report:
    """Return what this process reports, which searches the commit named ``version``."""
    held = {PROCESSES: 1, key_of(COMMIT, version): 1}
    if cache is not None:
        held[CACHE_LIMIT] = cache.limit
        held |= {key_of(CACHE, kind): size for kind, size in cache.kinds.items()}
    memory = resident_bytes()
    if memory is not None:
        held[MEMORY] = memory
    return {"counted": counts.numbers(), "held": held}


def added(reports: Iterable[Mapping[str, Any]]) -> Report:
    """Return the sum of reports."""
    counted: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for report in reports:
        counted.update(report["counted"])
        held.update(report["held"])
    return {"counted": dict(counted), "held": dict(held)}


def resident_bytes() -> int | None:
    """Return how much memory this process holds; None where the system does not tell."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return None
