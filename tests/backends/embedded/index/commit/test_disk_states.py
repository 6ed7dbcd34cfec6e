"""Whatever a power failure leaves of a disk is the last commit or the one before, and whole.

Each moment of a commit, a merge, an upgrade and the making of an index is looked at, and in each
every state that the disk may be in (``disk_states``); equal ones once.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine, upgrade_index
from searchengine.backends.embedded.index import schema
from searchengine.backends.embedded.index.commit.storage import (
    create_index,
    index_exists,
    stamped_format,
)
from searchengine.errors import IndexDamagedError
from tests.backends.embedded.index.disk_states import (
    PAGE,
    Disk,
    Files,
    Log,
    leftovers,
    logged,
    torn,
)
from tests.backends.embedded.index.disk_states import states as states_of
from tests.backends.embedded.index.faults import BEGUN, GONE_ON, begin, engine_on, state
from tests.backends.embedded.index.old_indexes import TEXTS, old_index

#: What an index holds that :func:`write_twice` was at work on, by the commits made.
COMMITTED = (BEGUN, {**BEGUN, "a": GONE_ON["a"]}, GONE_ON)
#: So many states there are at most, of one thing that is done, for a reader and for a writer.
MOST, MOST_WRITTEN = 2000, 150


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the disk is reckoned, not waited for."""
    monkeypatch.setattr("os.fsync", lambda _: None)


def write_twice(path: Path, skipped: str | None = None) -> list[Disk]:
    """Make a checkpoint and a commit, which merges; return the moments of both.

    Files whose names end with ``skipped`` are not synced.
    """
    log = Log(path, skipped)
    with engine_on(path, logged(log)).writer() as writer:
        writer.add(Document(id="a", text=GONE_ON["a"]))
        writer.checkpoint()
        log.made()
        writer.delete("c")
        writer.add(Document(id="d", text=GONE_ON["d"]))
    log.made()
    log.close()
    return log.disks


def put(files: Files, path: Path) -> Path:
    """Make a folder of these files, in place of the last one."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def written_on(path: Path) -> dict[str, str]:
    """Return what an index holds, to which another document was added; nothing is left over."""
    with SearchEngine.open(path) as engine, engine.writer() as writer:
        writer.add(Document(id="e", text="Lần sau"))
    found = state(path)
    assert found.pop("e") == "Lần sau"
    assert len(list(path.glob("*.manifest"))) == 1
    assert not [*path.glob(".making-*"), *path.glob("*.toc")]
    named = {one.name.partition(".")[0] for one in path.glob("MAIN_*.*")}
    with SearchEngine.open(path) as engine:
        assert len(named) == engine.stats()["segments"]
    return found


def whole_states(disks: list[Disk]) -> Iterator[tuple[Files, int]]:
    """Yield states with what is left over, equal ones once, and the commits made before."""
    seen = set()
    for disk in disks:
        for files in leftovers(disk):
            key = frozenset(files.items()), disk.commits
            if key not in seen:
                seen.add(key)
                yield files, disk.commits


def check_commits(disks: list[Disk], path: Path) -> None:
    """Assert that every state of some disks is a commit that :func:`write_twice` made, whole."""
    found = states_of(disks)
    assert 20 < len(found) < MOST
    seen = set()
    for files, made in found.items():
        number = COMMITTED.index(state(put(dict(files), path)))
        # The same state may come before and after a commit is reported.
        assert max(made) <= number <= min(made) + 1
        seen.add(number)
    assert seen == {0, 1, 2}


def test_a_reader_finds_a_commit_whole_in_every_state_of_a_disk(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    check_commits(write_twice(tmp_path / "index"), tmp_path / "crashed")


@pytest.mark.parametrize("skipped", [".streams", ".trm", ".manifest"])
def test_without_one_of_its_syncs_it_would_not(tmp_path: Path, skipped: str) -> None:
    """A writer that does not wait for a file leaves states that are no commit."""
    begin(tmp_path / "index")
    disks = write_twice(tmp_path / "index", skipped)
    with pytest.raises((IndexDamagedError, AssertionError, ValueError)):
        check_commits(disks, tmp_path / "crashed")


def test_a_writer_goes_on_from_every_moment(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    found = list(whole_states(write_twice(tmp_path / "index")))
    assert 50 < len(found) < MOST_WRITTEN
    for files, made in found:
        number = COMMITTED.index(written_on(put(files, tmp_path / "crashed")))
        assert made <= number <= made + 1


def check_upgraded(files: Files, path: Path, before: int) -> bool:
    """Assert that an index is the old one, which can be upgraded, or the new one; return which."""
    put(files, path)
    new = stamped_format(path) == schema.FORMAT_VERSION
    assert new or upgrade_index(path).before == before
    assert state(path) == TEXTS
    return new


@pytest.mark.parametrize("name", ["format5.zip", "format7.zip"])
def test_an_upgrade_is_done_or_not_in_every_state_of_a_disk(tmp_path: Path, name: str) -> None:
    path = old_index(tmp_path / "index", name)
    before = stamped_format(path)
    log = Log(path)
    upgrade_index(path, storage=logged(log))
    log.made()
    log.close()
    found = states_of(log.disks)
    assert 2 < len(found) < MOST
    outcomes = set()
    for files, made in found.items():
        new = check_upgraded(dict(files), tmp_path / "crashed", before)
        assert new >= max(made)
        outcomes.add(new)
    assert outcomes == {True, False}
    for disk in log.disks[::6]:
        for files in leftovers(disk):
            check_upgraded(files, tmp_path / "crashed", before)


def test_an_index_is_made_or_can_be_made_in_every_state_of_a_disk(tmp_path: Path) -> None:
    path = tmp_path / "index"
    path.mkdir()
    log = Log(path)
    create_index(path, logged(log))
    log.made()
    log.close()
    outcomes = set()
    for disk in log.disks:
        for files in (*map(dict, states_of([disk])), *leftovers(disk)):
            put(files, tmp_path / "crashed")
            outcomes.add(index_exists(tmp_path / "crashed"))
            assert index_exists(tmp_path / "crashed") or not disk.commits
            engine_on(tmp_path / "crashed").close()
            assert state(tmp_path / "crashed") == {}
    assert outcomes == {True, False}


def test_what_a_file_may_hold_before_it_is_synced() -> None:
    content = bytes(range(1, 251)) * 20  # A page, and less than half of the next one.
    ways = torn(b"", content)
    assert b"" in ways
    assert content in ways
    assert content[:PAGE] in ways
    assert content[: PAGE // 2] in ways
    assert content[:PAGE] + bytes(len(content) - PAGE) in ways
    assert torn(content, content) == [content]
    assert all(way.startswith(content[:PAGE]) for way in torn(content[:PAGE], content))
