"""What is kept for a while is there for long enough, and bounded."""

from __future__ import annotations

import pytest

from searchengine.backends.opensearch.recent import Recent


def test_the_last_values_stay_and_older_ones_go() -> None:
    kept: Recent[int, str] = Recent(10)
    for key in range(100):
        kept[key] = str(key)
        assert all(kept[one] == str(one) for one in range(max(0, key - 9), key + 1))
    assert sum(key in kept for key in range(100)) <= 20
    with pytest.raises(KeyError):
        kept[0]
