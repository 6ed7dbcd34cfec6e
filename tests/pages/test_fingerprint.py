"""What a second run finds changed, from two lists of files."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from searchengine.pages import Fingerprint, Problem, SourceFile, fingerprint_of, list_files, plan

IDS = st.sampled_from(["a.txt", "b/c.txt", "d e.txt", "đ.txt"])


def file(id_: str, size: int = 5, mtime_ns: int = 100) -> SourceFile:
    return SourceFile(f"/x/{id_}", id_, size, mtime_ns)


def test_time_and_size_decide_without_reading() -> None:
    known = {id_: Fingerprint(100, 5, "h") for id_ in ("same", "touched", "grown", "gone")}
    listing = [file("same"), file("touched", mtime_ns=200), file("grown", size=6), file("new")]
    changes = plan(listing, known)
    assert [f.id for f in changes.new] == ["new"]
    assert [f.id for f in changes.maybe_changed] == ["touched", "grown"]
    assert [f.id for f in changes.unchanged] == ["same"]
    assert changes.gone == ("gone",)


@given(st.sets(IDS), st.sets(IDS), st.sets(IDS))
def test_every_file_is_in_exactly_one_group(
    listed: set[str], known: set[str], touched: set[str]
) -> None:
    changes = plan(
        [file(id_, mtime_ns=200 if id_ in touched else 100) for id_ in sorted(listed)],
        {id_: Fingerprint(100, 5, "h") for id_ in known},
    )
    groups = [changes.new, changes.maybe_changed, changes.unchanged]
    assert sorted(f.id for group in groups for f in group) == sorted(listed)
    assert set(changes.gone) == known - listed


def test_the_hash_tells_a_touched_file_from_a_changed_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def now() -> SourceFile:
        [found] = list_files([tmp_path])
        assert not isinstance(found, Problem)
        return found

    path.write_text("một", encoding="utf-8")
    before = fingerprint_of(now())
    os.utime(path, (1_000_000_000, 1_000_000_000))
    [touched] = plan([now()], {"a.txt": before}).maybe_changed
    assert fingerprint_of(touched).hash == before.hash
    path.write_text("hai", encoding="utf-8")
    assert fingerprint_of(now()).hash != before.hash
