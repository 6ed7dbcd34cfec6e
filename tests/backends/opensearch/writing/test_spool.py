"""Changes that wait on the local disk: what becomes of them, and what the disk refuses."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from searchengine.backends.opensearch.writing.spool import Spool
from searchengine.errors import IndexWriteError


def test_of_each_document_the_last_change_is_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "state", "tin", "ai")
    for key, source in (("a", "1"), ("b\t\n", "2"), ("a", "null"), ("c", "3")):
        spool.add(key, source)
    assert spool.begun() is None
    spool.begin({"mark": "x"})
    again = Spool(tmp_path / "state", "tin", "ai")
    assert again.begun() == {"mark": "x"}
    assert list(again.changes()) == [("b\t\n", "2"), ("a", "null"), ("c", "3")]
    assert list(Spool(tmp_path / "state", "tin", "khác").changes()) == []
    again.forget()
    assert (again.begun(), list((tmp_path / "state").iterdir())) == (None, [])


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(IndexWriteError, match=r"cannot be kept in .*state .* name another folder"):
        Spool(tmp_path / "state", "tin", "ai").add("a", "1")


def test_a_full_disk_is_told_before_a_commit_has_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    spool = Spool(tmp_path, "tin", "ai")
    spool.add("a", "1")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(IndexWriteError, match=r"No space left on device\): free space there"):
        spool.begin({"mark": "x"})
    assert spool.begun() is None
    spool.forget()
    assert list(tmp_path.iterdir()) == []
