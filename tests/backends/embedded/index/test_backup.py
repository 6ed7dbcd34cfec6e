"""Backups: one whole commit whatever happens meanwhile, and nothing where one cannot be made."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index.commit.directory import Action, Directory
from searchengine.backends.embedded.index.commit.storage import LOCK_FILE
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexWriteError,
    InputError,
    SearchEngineError,
)
from tests.backends.embedded.index.faults import (
    BEGUN,
    GONE_ON,
    Recording,
    begin,
    engine_on,
    failing,
    go_on,
    recording,
    state,
)

#: How often a backup is killed at a random moment, and within how many seconds.
KILLS, LIFE = 20, 0.06
#: Commits that are made while backups are.
COMMITS = 20

processes = multiprocessing.get_context("fork")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index that holds ``BEGUN``, in a folder of its own."""
    path = tmp_path / "here" / "index"
    begin(path)
    return path


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk changes nothing unless the power fails."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture(params=["links", "copies"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file system with hard links, and one without."""
    if request.param == "copies":
        no_links(monkeypatch)
    return str(request.param)


def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr("os.link", refuse)


def contents_of(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.iterdir() if one.name != LOCK_FILE}


def others(path: Path) -> list[str]:
    """What lies beside a backup's place, but for the place itself."""
    return [name for name in os.listdir(path.parent) if name != path.name]


@pytest.mark.parametrize("empty", [False, True])
def test_a_backup_is_the_commit(index: Path, tmp_path: Path, either: str, empty: bool) -> None:
    copy = tmp_path / "there" / "copy"
    if empty:
        copy.mkdir(parents=True)
    with SearchEngine.open(index) as engine:
        done = engine.backup(copy)
        assert done.documents == len(BEGUN)
        assert done.linked == (either == "links")
        with SearchEngine.open(copy) as copied:
            assert copied.version() == engine.version()
    assert contents_of(copy) == contents_of(index)
    assert state(copy) == BEGUN
    assert others(copy) == []
    shared = {one.name for one in copy.iterdir() if one.stat().st_nlink > 1}
    assert bool(shared) == (either == "links")


def test_neither_index_changes_with_the_other(index: Path, tmp_path: Path, either: str) -> None:
    copy = tmp_path / "copy"
    with SearchEngine.open(index) as engine:
        engine.backup(copy)
        before = contents_of(copy)
        go_on(engine)
        engine.delete(["b"])
    assert contents_of(copy) == before
    before = contents_of(index)
    with SearchEngine.open(copy) as copied, SearchEngine.open(index).writer():
        go_on(copied)
    assert state(copy) == GONE_ON
    assert contents_of(index) == before


def test_no_file_that_a_commit_names_is_ever_changed(index: Path) -> None:
    """Commits, merges, deletions and changed settings give a name to each content once."""
    engine, seen = engine_on(index), contents_of(index)
    for number in range(12):
        with engine.writer() as writer:
            writer.add(Document(id=str(number % 5), text=f"Bản tin số {number}"))
            writer.delete(str((number + 2) % 5))
        found = contents_of(index)
        assert {name: found[name] for name in found.keys() & seen.keys()}.items() <= seen.items()
        seen.update(found)
    assert len(seen) > 40


@pytest.mark.parametrize("named", ["a file", "a full folder", "the index", "in the index"])
def test_what_cannot_become_a_backup_is_left_as_it_is(
    index: Path, tmp_path: Path, named: str
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "thư.txt").write_text("giữ")
    place = {
        "a file": full / "thư.txt",
        "a full folder": full,
        "the index": index,
        "in the index": index / "copy",
    }[named]
    with SearchEngine.open(index) as engine, pytest.raises(InputError, match="name a folder"):
        engine.backup(place)
    assert (full / "thư.txt").read_text() == "giữ"
    assert others(full) == ["here"]
    assert state(index) == BEGUN


def test_a_damaged_index_is_not_copied(index: Path, tmp_path: Path, either: str) -> None:
    file = max(index.glob("*.stored"), key=lambda one: one.stat().st_size)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with SearchEngine.open(index) as engine, pytest.raises(IndexDamagedError, match="verify"):
        engine.backup(tmp_path / "copy")
    assert others(tmp_path / "copy") == ["here"]
    assert not (tmp_path / "copy").exists()


def steps_of_a_backup(index: Path, copy: Path) -> list[tuple[Action, str]]:
    storage = recording()
    engine_on(index, storage).backup(copy)
    shutil.rmtree(copy)
    return storage.steps


@pytest.mark.parametrize("forever", [False, True])
def test_any_step_of_a_backup_may_fail(
    index: Path, tmp_path: Path, either: str, forever: bool
) -> None:
    copy = tmp_path / "copy"
    steps = steps_of_a_backup(index, copy)
    assert len(steps) > 20
    for number, step in enumerate(steps):
        storage = failing(number, forever=forever)
        with pytest.raises(IndexWriteError, match="no such luck"):
            engine_on(index, storage).backup(copy)
        # The last is to wait for its name to be on the disk.
        assert copy.exists() == (number == len(steps) - 1), step
        if copy.exists():
            assert state(copy) == BEGUN
            shutil.rmtree(copy)
        # Whatever was left, the next one is none the worse for it.
        engine_on(index).backup(copy)
        assert state(copy) == BEGUN
        assert others(copy) == ["here"]
        shutil.rmtree(copy)
    assert state(index) == BEGUN


def dying(number: int) -> type[Directory]:
    """A class of directories that end the process at step ``number``."""

    class Dying(Recording):
        steps: list[tuple[Action, str]] = []  # noqa: RUF012, shared by all of one class

        def step(self, action: Action, name: str) -> None:
            super().step(action, name)
            if len(self.steps) > number:
                os.kill(os.getpid(), signal.SIGKILL)

    return Dying


def opens_whole_or_not_at_all(folder: Path) -> bool:
    """Whether each folder in ``folder`` opens as ``BEGUN``, or with a clear error; is there one?"""
    whole = False
    for one in folder.iterdir():
        try:
            with SearchEngine.open(one) as engine:
                found = {document.id: document.text for document in engine.documents()}
        except (IndexNotFoundError, IndexDamagedError):
            assert one.name.startswith(".")
        else:
            assert found == BEGUN
            assert state(one) == BEGUN
            whole = whole or not one.name.startswith(".")
    return whole


def test_killed_at_any_step_it_leaves_a_whole_backup_or_none(
    index: Path, tmp_path: Path, either: str
) -> None:
    copy = tmp_path / "there" / "copy"
    steps = steps_of_a_backup(index, copy)
    copy.parent.rmdir()
    outcomes = []
    for number in range(len(steps)):
        child = processes.Process(target=lambda: engine_on(index, dying(number)).backup(copy))  # noqa: B023
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        outcomes.append(copy.parent.exists() and opens_whole_or_not_at_all(copy.parent))
        shutil.rmtree(copy.parent, ignore_errors=True)
    assert outcomes == [False] * (len(steps) - 1) + [True]


def test_what_a_killed_backup_left_is_cleared_away(index: Path, tmp_path: Path) -> None:
    copy = tmp_path / "there" / "copy"
    child = processes.Process(target=lambda: engine_on(index, dying(12)).backup(copy))
    child.start()
    child.join()
    assert others(copy) == [".copy.searchengine-backup"]
    engine_on(index).backup(copy)
    assert opens_whole_or_not_at_all(copy.parent)
    assert others(copy) == []


def back_up_on(index: Path, copy: Path, begun: int) -> None:
    """Say that it begins, and make one backup after the other until killed."""
    engine = SearchEngine.open(index)
    os.write(begun, b".")
    while True:
        engine.backup(copy)
        copy.rename(copy.with_name("done"))
        shutil.rmtree(copy.with_name("done"))


def test_killed_at_any_moment_it_leaves_a_whole_backup_or_none(
    index: Path, tmp_path: Path, either: str
) -> None:
    copy, moment = tmp_path / "there" / "copy", random.Random(7)
    copy.parent.mkdir()
    began = 0
    told, begun = os.pipe()
    for _ in range(KILLS):
        child = processes.Process(target=back_up_on, args=(index, copy, begun))
        child.start()
        assert os.read(told, 1)
        time.sleep(moment.random() * LIFE)
        child.kill()
        child.join()
        shutil.rmtree(copy.with_name("done"), ignore_errors=True)
        began += bool(os.listdir(copy.parent))
        if opens_whole_or_not_at_all(copy.parent):
            shutil.rmtree(copy)
    os.close(told)
    os.close(begun)
    assert began
    assert state(index) == BEGUN


def test_all_of_a_backup_is_on_the_disk_before_it_is_in_its_place(
    index: Path, tmp_path: Path, either: str
) -> None:
    copy = tmp_path / "copy"
    storage = recording()
    engine_on(index, storage).backup(copy)
    renamed = storage.steps.index(("rename", ""))
    synced = {name for action, name in storage.steps[:renamed] if action == "sync"}
    assert set(contents_of(copy)) <= synced
    assert storage.steps[renamed - 1] == ("sync", "")
    assert [action for action, _ in storage.steps[renamed + 1 :]] == ["sync"]
    written = [name for action, name in storage.steps if action == "create" and name]
    assert written[-1] == "searchengine.json"
    assert written.index(next(name for name in written if name.endswith(".manifest"))) > max(
        written.index(name) for name in written if name.startswith("MAIN_")
    )


def test_a_writer_takes_nothing_away_from_a_backup(
    index: Path, tmp_path: Path, either: str
) -> None:
    """It commits, and merges what is being copied, at every step."""
    copy = tmp_path / "copy"
    steps = len(steps_of_a_backup(index, copy))
    found = []
    for number in range(steps):
        here = tmp_path / str(number)
        shutil.copytree(index, here)

        class Meddling(Directory):
            left = number
            source = here

            def step(self, action: Action, name: str) -> None:
                type(self).left -= 1
                if self.left == -1:
                    go_on(engine_on(self.source))

        engine_on(here, Meddling).backup(copy)
        found.append(state(copy))
        assert state(here) == GONE_ON
        shutil.rmtree(copy)
    # A commit before the backup has begun to copy is in it, whole; none that comes later is.
    begun = found.index(BEGUN)
    assert found == [GONE_ON] * begun + [BEGUN] * (steps - begun)
    assert begun < steps / 3


def commit_on(path: Path, stop: Any) -> None:
    engine, number = SearchEngine.open(path), 0
    while not stop.is_set():
        number += 1
        with engine.writer() as writer:
            for n in range(3):
                writer.add(Document(id=f"bản {n}", text=f"bản thứ {number}"))


def test_backups_while_another_process_commits_and_merges(
    index: Path, tmp_path: Path, either: str
) -> None:
    stop = processes.Event()
    writer = processes.Process(target=commit_on, args=(index, stop))
    writer.start()
    try:
        commits = set()
        with SearchEngine.open(index) as engine:
            for number in range(COMMITS):
                copy = tmp_path / str(number)
                commits.add(engine.backup(copy).generation)
                found = state(copy)
                together = {text for id_, text in found.items() if id_.startswith("bản")}
                assert len(together) <= 1
                assert {id_: found[id_] for id_ in BEGUN} == BEGUN
        assert len(commits) > 2
    finally:
        stop.set()
        writer.join()


def test_one_backup_at_a_time_at_a_place(index: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    told: list[SearchEngineError] = []

    class Twice(Directory):
        def step(self, action: Action, name: str) -> None:
            if action == "sync" and name.endswith(".stored") and not told:
                with pytest.raises(IndexLockedError, match="another program") as refused:
                    engine_on(index).backup(copy)
                told.append(refused.value)
                engine_on(index).backup(tmp_path / "other")

    engine_on(index, Twice).backup(copy)
    assert told
    assert state(copy) == state(tmp_path / "other") == BEGUN


def test_a_link_in_place_of_the_hidden_folder_is_not_followed(index: Path, tmp_path: Path) -> None:
    copy, elsewhere = tmp_path / "copy", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thư.txt").write_text("giữ")
    (tmp_path / ".copy.searchengine-backup").symlink_to(elsewhere)
    with pytest.raises(InputError, match="is a link"):
        engine_on(index).backup(copy)
    assert (elsewhere / "thư.txt").read_text() == "giữ"
