"""What is reckoned of many shards: the slowest counts."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.cluster.fanout import slowest

#: One in a hundred takes ten times as long.
TOOK = [10.0] * 99 + [100.0]


def test_one_shard_is_as_measured() -> None:
    found = slowest(TOOK, 1, 7)
    assert set(found) == {10.0, 100.0}
    assert np.mean(found == 100.0) == pytest.approx(0.01, abs=0.004)


def test_more_shards_make_the_rare_common() -> None:
    found = slowest(TOOK, 100, 7)
    assert np.mean(found == 100.0) == pytest.approx(1 - 0.99**100, abs=0.02)


def test_requests_follow_each_other() -> None:
    assert slowest([10.0], 5, 7, requests=3, searches=2).tolist() == [30.0, 30.0]


def test_a_second_copy_cuts_the_slow_ones_off_but_not_all() -> None:
    found = slowest(TOOK, 20, 7, hedge=95.0)
    # 10 until the other copy is asked, and 10 until it has answered.
    assert np.percentile(found, 95) == 20.0
    assert found.max() == 100.0


def test_a_seed_gives_the_same_again() -> None:
    assert np.array_equal(
        slowest(range(50), 3, 7, searches=9), slowest(range(50), 3, 7, searches=9)
    )
    assert not np.array_equal(
        slowest(range(50), 3, 7, searches=9), slowest(range(50), 3, 8, searches=9)
    )
