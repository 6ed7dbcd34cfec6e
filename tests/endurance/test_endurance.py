"""Commits under readers in little memory; ``python -m tests.endurance`` makes ten thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endurance import commits

COMMITS = 120
#: What may come and go between two looks: bytes of memory, files and maps.
SLACK = commits.Use(30_000_000, 24, 60)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk changes nothing unless the power fails."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells")
def test_nothing_grows_with_commits(tmp_path: Path) -> None:
    course = commits.run(tmp_path / "index", COMMITS, say=lambda _: None)
    assert course.wrong == []
    assert course.reads > 10
    middle, end = course.readers[2], course.readers[3]
    pairs = [(course.writer[1], course.writer[2]), *zip(sorted(middle), sorted(end), strict=True)]
    for before, after in pairs:
        assert all(b - a < slack for a, b, slack in zip(before, after, SLACK, strict=True)), pairs
