"""bm25s with its numba backend: the same index, scored by code compiled when it is first run."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers import bm25s
from benchmarks.peers.bm25s import (
    BARE,
    FROM_STREAMS,
    PARALLEL,
    adder,
    build,
    cannot,
    postings_bytes,
)

__all__ = [
    "BARE",
    "FROM_STREAMS",
    "PARALLEL",
    "adder",
    "build",
    "cannot",
    "open_index",
    "postings_bytes",
]


def open_index(directory: Path) -> bm25s._Opened:
    """Open an index for the compiled scorer."""
    return bm25s.open_index(directory, backend="numba")
