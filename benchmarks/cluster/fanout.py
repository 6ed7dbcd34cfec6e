"""``python -m benchmarks.cluster.fanout TOOK``: how long the slowest of many shards takes.

TOOK is a JSON list of milliseconds that one shard took for a search, as ``speed --took`` writes it
for an index of one shard. A search asks all shards at once and waits for the slowest, in each of
the requests that it makes one after the other; each shard's time is drawn from TOOK, scaled by
``--times`` for a shard that is so many times as large. With ``--copies`` of each shard, a request
that has not come back when ``--hedge`` per cent of all have is sent to another copy as well, and
the sooner answer counts. Nothing waits for a node that is busy: that comes on top.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHARDS = (1, 5, 20, 50, 100, 200, 500)
SEARCHES = 20_000
PERCENTILES = (50.0, 95.0, 99.0)


def main() -> None:
    """Print percentiles of a search over more and more shards."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster.fanout", description=__doc__
    )
    parser.add_argument("took", type=Path)
    parser.add_argument("--shards", type=int, nargs="+", default=SHARDS)
    parser.add_argument("--times", type=float, default=1.0)
    parser.add_argument("--requests", type=int, default=2, help="of a search (default: 2)")
    parser.add_argument("--hedge", type=float, help="per cent after which another copy is asked")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    took = json.loads(options.took.read_text())
    print("| shards | p50, ms | p95, ms | p99, ms |\n|---|---|---|---|")
    for shards in options.shards:
        found = slowest(took, shards, options.seed, requests=options.requests, hedge=options.hedge)
        p50, p95, p99 = np.percentile(found * options.times, PERCENTILES)
        print(f"| {shards} | {p50:.0f} | {p95:.0f} | {p99:.0f} |")


def slowest(
    took: Sequence[float],
    shards: int,
    seed: int,
    *,
    requests: int = 1,
    hedge: float | None = None,
    searches: int = SEARCHES,
) -> NDArray[np.float64]:
    """Return how long each of many simulated searches takes.

    ``hedge`` is the percentile of ``took`` after which a shard's other copy is asked as well.
    """
    rng = np.random.default_rng(seed)
    times = np.asarray(took, np.float64)
    whole = np.zeros(searches)
    for _ in range(requests):
        last = np.zeros(searches)
        for _ in range(shards):
            one = rng.choice(times, searches)
            if hedge is not None:
                after = np.percentile(times, hedge)
                one = np.minimum(
                    one, np.where(one > after, after + rng.choice(times, searches), one)
                )
            np.maximum(last, one, out=last)
        whole += last
    return whole


if __name__ == "__main__":
    main()
