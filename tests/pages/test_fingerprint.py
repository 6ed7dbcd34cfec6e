"""What a second run finds changed of a file."""

from __future__ import annotations

import os
from pathlib import Path

from searchengine.pages import (
    Fingerprint,
    Problem,
    SourceFile,
    fingerprint_of,
    is_unchanged,
    list_files,
)


def file(size: int = 5, mtime_ns: int = 100) -> SourceFile:
    return SourceFile("/x/không có", "không có", size, mtime_ns)


def test_time_and_size_decide_without_reading() -> None:
    before = Fingerprint(100, 5, "h")
    assert is_unchanged(file(), before)
    assert not is_unchanged(file(size=6, mtime_ns=200), before)


def test_a_file_that_cannot_be_read_again_counts_as_changed() -> None:
    assert not is_unchanged(file(mtime_ns=200), Fingerprint(100, 5, "h"))


def test_the_hash_tells_a_touched_file_from_a_changed_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def now() -> SourceFile:
        [found] = list_files(tmp_path)
        assert not isinstance(found, Problem)
        return found

    path.write_text("một", encoding="utf-8")
    before = fingerprint_of(now())
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert now().mtime_ns != before.mtime_ns
    assert is_unchanged(now(), before)
    path.write_text("hai", encoding="utf-8")
    assert not is_unchanged(now(), before)
