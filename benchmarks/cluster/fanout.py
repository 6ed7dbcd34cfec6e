"""``python -m benchmarks.cluster.fanout TOOK``: how long the slowest of many shards takes.

TOOK has for each set of queries the milliseconds that one shard took for each, as ``speed --took``
writes it for an index of one shard. A search asks all shards at once and waits for the slowest;
each shard's time is drawn from those of the set, ``--times`` as long for a shard that is so many
times as large. Shards that are alike are slow together, so this is the worst case. With
``--hedge``, what has not come back when so many per cent of all have is asked of another copy of
the shard as well, and the sooner answer counts. Waiting for a node that is busy comes on top.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHARDS = (1, 10, 100, 1000)
SEARCHES = 5_000
PERCENTILES = (50.0, 95.0, 99.0)


def main() -> None:
    """Print percentiles of a search over more and more shards."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster.fanout", description=__doc__
    )
    parser.add_argument("took", type=Path)
    parser.add_argument("--shards", type=int, nargs="+", default=SHARDS)
    parser.add_argument("--times", type=float, default=1.0)
    parser.add_argument("--hedge", type=float, help="per cent after which another copy is asked")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    took = json.loads(options.took.read_text())
    print("| queries | shards | p50, ms | p95, ms | p99, ms |\n|---|---|---|---|---|")
    for name, times in took.items():
        for shards in options.shards:
            found = slowest(times, shards, options.seed, hedge=options.hedge)
            p50, p95, p99 = np.percentile(found * options.times, PERCENTILES)
            print(f"| {name} | {shards} | {p50:.0f} | {p95:.0f} | {p99:.0f} |")


def slowest(
    took: Sequence[float],
    shards: int,
    seed: int,
    *,
    hedge: float | None = None,
    searches: int = SEARCHES,
) -> NDArray[np.float64]:
    """Return how long each of many simulated searches takes.

    ``hedge`` is the percentile of ``took`` after which a shard's other copy is asked as well.
    """
    rng = np.random.default_rng(seed)
    times = np.asarray(took, np.float64)
    last = np.zeros(searches)
    for _ in range(shards):
        one = rng.choice(times, searches)
        if hedge is not None:
            after = np.percentile(times, hedge)
            other = after + rng.choice(times, searches)
            one = np.where(one > after, np.minimum(one, other), one)
        np.maximum(last, one, out=last)
    return last


if __name__ == "__main__":
    main()
