"""Commits that fail or are killed at any moment leave the index as it was, or as it would be."""

from __future__ import annotations

import errno
import multiprocessing
import random
import shutil
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index import worker_pool as helpers
from searchengine.errors import IndexWriteError
from tests.backends.embedded.index.faults import (
    BEGUN,
    GONE_ON,
    begin,
    engine_on,
    failing,
    go_on,
    recording,
    state,
)

#: How often a writer is killed, and under how many commits processes read.
KILLS = 20
COMMITS = 25
READERS = 4
#: A writer lives this many seconds at most before it is killed; a commit takes about a fortieth.
LIFE = 0.15
#: Documents of a commit while processes read; all of one commit say the same.
TOGETHER = 3

# Forked, so that each has the word segmenter's model from the start.
processes = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that holds ``BEGUN``; to be copied."""
    path = tmp_path_factory.mktemp("durability") / "index"
    begin(path)
    return path


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk changes nothing unless the power fails."""
    monkeypatch.setattr("os.fsync", lambda _: None)


def steps_of_a_commit(begun: Path, path: Path) -> int:
    shutil.copytree(begun, path)
    storage = recording()
    go_on(engine_on(path, storage))
    return len(storage.steps)


@pytest.mark.parametrize(
    ("error", "forever"),
    [(errno.EIO, False), (errno.ENOSPC, True)],
    ids=["once", "the disk is full from then on"],
)
def test_any_step_of_a_commit_may_fail(
    begun: Path, tmp_path: Path, error: int, forever: bool
) -> None:
    steps = steps_of_a_commit(begun, tmp_path / "whole")
    assert steps > 25
    outcomes = []
    for number in range(steps):
        path = tmp_path / str(number)
        shutil.copytree(begun, path)
        told = ""
        try:
            go_on(engine_on(path, failing(number, error, forever=forever)))
        except IndexWriteError as refused:
            told = str(refused)
        found = state(path)
        assert found == GONE_ON or (found == BEGUN and "no such luck" in told)
        assert "\n" not in told
        outcomes.append(found == GONE_ON)
        # Whatever was left, the next writer is none the worse for it.
        engine = engine_on(path)
        with engine.writer() as writer:
            writer.add(Document(id="e", text="Lần sau"))
        assert {document.id for document in engine.documents()} == {*found, "e"}
        assert len(list(path.glob("*.manifest*"))) == 1
        assert not list(path.glob(".making-*"))
    assert outcomes == sorted(outcomes)
    assert {True, False} == set(outcomes)


def in_two_steps(engine: SearchEngine) -> None:
    with engine.writer() as writer:
        writer.add(Document(id="a", text=GONE_ON["a"]))
        writer.checkpoint()
        writer.delete("c")
        writer.add(Document(id="d", text=GONE_ON["d"]))


@pytest.mark.parametrize("forever", [False, True])
def test_any_step_of_a_checkpoint_may_fail(begun: Path, tmp_path: Path, forever: bool) -> None:
    shutil.copytree(begun, tmp_path / "whole")
    storage = recording()
    in_two_steps(engine_on(tmp_path / "whole", storage))
    halfway = {**BEGUN, "a": GONE_ON["a"]}
    outcomes = []
    for number in range(len(storage.steps)):
        path = tmp_path / str(number)
        shutil.copytree(begun, path)
        told = False
        try:
            in_two_steps(engine_on(path, failing(number, forever=forever)))
        except IndexWriteError:
            told = True
        outcomes.append([BEGUN, halfway, GONE_ON].index(state(path)))
        assert told or outcomes[-1] == 2
        # Its lock is free, in this process too.
        engine = engine_on(path)
        with engine.writer() as writer:
            writer.add(Document(id="e", text="Lần sau"))
        assert not list(path.glob(".making-*"))
    assert {0, 1, 2} == set(outcomes)


def help_on(parent_only: Connection, held: Connection) -> None:
    """Be a process that started a helper, which holds the other end of a pipe, and wait."""
    helper = processes.Process(target=_help, args=(held,))
    helper.start()
    parent_only.send("started")
    time.sleep(60)


def _help(held: Connection) -> None:
    helpers._begin()
    held.send("ready")
    time.sleep(60)


def test_helpers_of_a_killed_writer_end() -> None:
    (started, starting), (receiving, held) = processes.Pipe(False), processes.Pipe(False)
    writer = processes.Process(target=help_on, args=(starting, held))
    writer.start()
    starting.close()
    held.close()
    assert (started.recv(), receiving.recv()) == ("started", "ready")
    writer.kill()
    writer.join()
    # The end of the pipe: nobody holds its other end any more.
    assert receiving.poll(10)
    with pytest.raises(EOFError):
        receiving.recv()
    started.close()
    receiving.close()


def expected(commits: int) -> dict[str, str]:
    """What an index holds after so many commits of :func:`write_on`."""
    texts = {"chung": f"bản chung {commits}"} if commits else {}
    for number in range(max(commits - 3, 0), commits):
        texts.update({f"{number}-{n}": f"bản {number} văn bản {n}" for n in range(4)})
    return texts


def write_on(path: Path, done: Connection) -> None:
    """Commit for ever, saying after each commit how many there were."""
    engine = SearchEngine.open(path)
    found = next(engine.documents(), None) and engine.get("chung")
    commits = int(found.text.split()[-1]) if found else 0
    while True:
        with engine.writer() as writer:
            writer.add(Document(id="chung", text=f"bản chung {commits + 1}"))
            for n in range(4):
                writer.add(Document(id=f"{commits}-{n}", text=f"bản {commits} văn bản {n}"))
                writer.delete(f"{commits - 3}-{n}")
        commits += 1
        done.send(commits)


def test_a_writer_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    path, moment = tmp_path / "index", random.Random(5)
    engine_on(path)
    committed = 0
    for turn in range(KILLS):
        receiving, sending = processes.Pipe(duplex=False)
        writer = processes.Process(target=write_on, args=(path, sending))
        writer.start()
        sending.close()
        # On a busy machine it may take long to begin: every other one has a commit at least.
        if turn % 2:
            receiving.poll(60)
        time.sleep(moment.random() * LIFE)
        writer.kill()
        writer.join()
        try:
            while True:
                committed = receiving.recv()
        except EOFError:
            receiving.close()
        found = state(path)
        assert found in (expected(committed), expected(committed + 1))
        committed += found != expected(committed)
    assert committed > KILLS / 4


def read_on(path: Path, wanted: Any, stop: Any, wrong: Any) -> None:
    """Read until told to stop: a whole commit each time, never one older than is known."""
    patient, reads, last = SearchEngine.open(path), 0, 0
    try:
        while not stop.is_set():
            known = wanted.value
            for engine in (patient, SearchEngine.open(path)):
                hits = engine.search("bản", limit=TOGETHER * 2).hits
                texts = {engine.get(hit.id).text for hit in hits}
                if len(hits) != TOGETHER or not all(
                    known <= int(text.split()[-1]) for text in texts
                ):
                    wrong.put(f"{known}: {texts}")
            hits = patient.search("bản").hits
            numbers = {hit.snippet.split()[-1] for hit in hits}
            if len(numbers) != 1 or int(min(numbers)) < last:
                wrong.put(f"mixed or older: {numbers} after {last}")
            last = int(min(numbers))
            reads += 1
    except Exception as error:
        wrong.put(repr(error))
    wrong.put(reads)


def test_processes_read_while_another_commits_and_merges(tmp_path: Path) -> None:
    path = tmp_path / "index"
    engine = engine_on(path)
    commit(engine, 0)
    wanted, stop, wrong = processes.Value("i", 0), processes.Event(), processes.Queue()
    readers = [
        processes.Process(target=read_on, args=(path, wanted, stop, wrong)) for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    for number in range(1, COMMITS + 1):
        commit(engine, number)
        wanted.value = number
    stop.set()
    told = [wrong.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    assert [one for one in told if not isinstance(one, int)] == []
    assert min(told) > 0
    assert engine.verify() == []


def commit(engine: SearchEngine, number: int) -> None:
    with engine.writer() as writer:
        for n in range(TOGETHER):
            writer.add(Document(id=str(n), text=f"bản {number}"))


def test_a_directory_that_cannot_be_listed_is_told(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_on(begun)
    refuse: Callable[..., Any] = lambda *_: (_ for _ in ()).throw(PermissionError(13, "no", "x"))  # noqa: E731
    monkeypatch.setattr(
        "searchengine.backends.embedded.index.commit.directory.Directory.list", refuse
    )
    with pytest.raises(IndexWriteError, match="cannot write"):
        engine.writer()
