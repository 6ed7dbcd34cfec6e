"""Every test of scoring runs both ways: as large indexes are scored, and as small ones."""

from __future__ import annotations

import pytest

from searchengine.backends.embedded.scoring import impacts


@pytest.fixture(autouse=True, params=[0, impacts.SMALL_INDEX], ids=["large", "small"])
def small_index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impacts, "SMALL_INDEX", request.param)
