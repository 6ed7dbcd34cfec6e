"""Adding vectors fails, is killed or loses power at any moment: the index is whole all the same."""

from __future__ import annotations

import errno
import multiprocessing
import random
import shutil
import time
from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.errors import IndexWriteError
from tests.backends.embedded.index.disk_states import Log, leftovers, logged, states
from tests.backends.embedded.index.faults import (
    BEGUN,
    GONE_ON,
    begin,
    engine_on,
    failing,
    recording,
    state,
)
from tests.backends.embedded.index.vectors.made import Letters, embed, having

#: How often a process is killed, and how many seconds it lives at most.
KILLS, LIFE = 8, 0.3
processes = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk changes nothing unless the power fails."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each document a checkpoint is made."""
    monkeypatch.setattr("searchengine.embedding.CHECKPOINT_SECONDS", 0)


def embed_on(path: Path, storage: type[Directory]) -> None:
    engine_on(path, storage).embed(Letters())


@pytest.mark.parametrize("forever", [False, True])
def test_any_step_may_fail(tmp_path: Path, forever: bool) -> None:
    begin(tmp_path / "begun")
    shutil.copytree(tmp_path / "begun", tmp_path / "whole")
    storage = recording()
    embed_on(tmp_path / "whole", storage)
    outcomes = []
    for number in range(len(storage.steps)):
        path = tmp_path / str(number)
        shutil.copytree(tmp_path / "begun", path)
        told = ""
        try:
            embed_on(path, failing(number, errno.ENOSPC, forever=forever))
        except IndexWriteError as refused:
            told = str(refused)
        found = having(path)
        assert state(path) == BEGUN
        assert found == set("abc") or "no such luck" in told
        outcomes.append(len(found))
        # Whatever was left, the next one is none the worse for it, and does the rest.
        assert {*embed(path)} == {*"abc"} - found
        assert having(path) == {*"abc"}
        assert len(list(path.glob("*.manifest*"))) == 1
        assert not list(path.glob(".making-*"))
    assert {0, 1, 2, 3} == set(outcomes)


def test_every_state_of_a_disk_is_a_commit(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    log = Log(tmp_path / "index")

    def told(done: int, _: int) -> None:
        log.commits = done

    engine_on(tmp_path / "index", logged(log)).embed(Letters(), progress=told)
    log.close()
    found = states(log.disks)
    assert 20 < len(found) < 2000
    outcomes = set()
    for files, made in found.items():
        path = put(dict(files), tmp_path / "crashed")
        assert state(path) == BEGUN
        outcomes.add(len(having(path)))
        assert max(made) <= len(having(path)) <= min(made) + 1
    assert outcomes == {0, 1, 2, 3}
    for disk in log.disks[::5]:
        for whole in leftovers(disk):
            path = put(dict(whole), tmp_path / "crashed")
            embed(path)
            assert having(path) == {*"abc"}


def test_without_the_sync_of_a_file_of_vectors_it_would_not_be(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    log = Log(tmp_path / "index", ".vectors")
    engine_on(tmp_path / "index", logged(log)).embed(Letters())
    log.close()
    torn = 0
    for files in states(log.disks):
        put(dict(files), tmp_path / "crashed")
        try:
            having(tmp_path / "crashed")
        except Exception:
            torn += 1
    assert torn


def test_a_merge_with_vectors_is_whole_in_the_states_of_a_disk(tmp_path: Path) -> None:
    begin(tmp_path / "index")
    embed(tmp_path / "index")
    log = Log(tmp_path / "index")
    with engine_on(tmp_path / "index", logged(log)).writer() as writer:
        writer.add(Document(id="a", text=GONE_ON["a"]))
        writer.delete("c")
        writer.add(Document(id="d", text=GONE_ON["d"]))
    log.made()
    log.close()
    outcomes = set()
    # Every state of a commit without vectors is looked at elsewhere.
    found = {frozenset(one.items()) for disk in log.disks for one in leftovers(disk)}
    for files in found:
        path = put(dict(files), tmp_path / "crashed")
        outcomes.add((frozenset(state(path)), frozenset(having(path))))
    assert outcomes == {(frozenset("abc"), frozenset("abc")), (frozenset("abd"), frozenset("b"))}


def test_it_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    path, moment = tmp_path / "index", random.Random(5)
    count = 400
    with SearchEngine.open(path, create=True) as engine, engine.writer() as writer:
        for n in range(count):
            writer.add(Document(id=str(n), text=f"thửa ruộng số {n}"))
    seen = 0
    for _ in range(KILLS):
        process = processes.Process(target=embed, args=(path,))
        process.start()
        time.sleep(moment.random() * LIFE)
        process.kill()
        process.join()
        found = having(path)
        # Nothing that was committed is lost, and it is done in order.
        assert found == {str(n) for n in range(len(found))}
        assert len(found) >= seen
        seen = len(found)
    assert len(embed(path)) == count - seen
    assert len(having(path)) == count


def put(files: dict[str, bytes], path: Path) -> Path:
    """Make a folder of these files, in place of the last one."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path
