"""``python -m benchmarks.cluster.sets ADDRESS DIR…``: rankings over judged sets, side by side.

Each set of ``searchengine eval`` is indexed in a folder, on the cluster and in OpenSearch as it
comes, and asked all its queries. Printed are nDCG@10 of the three, and the share of queries for
which the folder and the cluster give the same first ten, and the same in the same order.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.cluster.plain import PlainIndex
from searchengine.backends.opensearch.address import Address
from searchengine.evaluation import DEPTH, Place, indexed_set, measures, ranked_ids


def main() -> None:
    """Compare rankings of sets."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster.sets", description=__doc__)
    parser.add_argument("address", help="an address on the cluster; names of sets are added to it")
    parser.add_argument("sets", nargs="+", type=Path, help="folders of sets")
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--step", type=int, default=1, help="ask every n-th query only")
    options = parser.parse_args()
    for one in options.sets:
        print(json.dumps(compared(options.address, one, options.shards, options.step)), flush=True)


def compared(address: str, directory: Path, shards: int, step: int) -> dict[str, Any]:
    """Return the figures of one set."""
    at = Address.parse(address)
    name = f"{at.name}-{directory.name.lower().replace('_', '-')}"
    place = Place(str(replace(at, name=name)), shards=shards)
    with indexed_set(directory) as folder, indexed_set(directory, place) as cluster:
        plain = PlainIndex(str(replace(at, name=f"{name}-plain")), shards=shards)
        plain.add(folder.engine.documents())
        queries = folder.queries[::step]
        found = []
        for query in queries:
            ours = ranked_ids(folder.engine, query.text)
            theirs = plain.search(query.text, DEPTH)
            found.append((query, ours, ranked_ids(cluster.engine, query.text), theirs))
        plain.remove()
    count = len(queries)

    def ndcg(rankings: Iterator[float]) -> float:
        return round(100 * sum(rankings) / count, 2)

    return {
        "set": directory.name,
        "queries": count,
        "embedded": ndcg(measures(one[1], one[0].gold)["ndcg@10"] for one in found),
        "cluster": ndcg(measures(one[2], one[0].gold)["ndcg@10"] for one in found),
        "plain": ndcg(measures(one[3], one[0].gold)["ndcg@10"] for one in found),
        "same_ten": ndcg(float(set(one[1]) == set(one[2])) for one in found),
        "same_order": ndcg(float(one[1] == one[2]) for one in found),
        "differ": [one[0].id for one in found if set(one[1]) != set(one[2])][:5],
    }


if __name__ == "__main__":
    main()
