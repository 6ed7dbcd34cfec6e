"""The order of very many documents, by date or a field: as if all of them had been sorted."""

from __future__ import annotations

import numpy as np
import pytest

from searchengine.backends.embedded.ranker import SAMPLED_KEYS, _smallest

_RANDOM = np.random.default_rng(11)
_SIZE = 10 * SAMPLED_KEYS + 7


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(_RANDOM.integers(0, 3_000, _SIZE).astype(np.int32), id="days"),
        pytest.param(_RANDOM.random(_SIZE), id="numbers"),
        pytest.param(np.where(_RANDOM.random(_SIZE) < 0.999, np.inf, 5.0), id="hardly any value"),
        pytest.param(np.arange(_SIZE, 0, -1, np.int32), id="the last first"),
        pytest.param(np.zeros(_SIZE), id="all alike"),
    ],
)
@pytest.mark.parametrize("count", [1, 10, 2_000, _SIZE - 1])
def test_the_smallest_keys_and_those_as_small_as_the_last(keys: np.ndarray, count: int) -> None:
    last = np.sort(keys)[count - 1]
    assert _smallest(keys, count).tolist() == np.flatnonzero(keys <= last).tolist()
