"""Rounds of one kind: a command that writes is killed at a random moment, then run to its end.

After the kill the index must be sound, and hold what it held before or what the command leaves,
nothing between; after the run that follows, the latter. Commands run in processes that are forked,
so that a kill meets the writing and not the start of Python.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from searchengine import SearchEngine, upgrade_index
from searchengine.backends.embedded.index.commit import merge_policy
from searchengine.errors import IndexNotFoundError
from searchengine.pages.ingest import index_paths
from tests.backends.embedded.index.old_indexes import old_index

Contents = dict[str, str] | None
#: A command is killed at any moment from its start to this share of the time that it takes.
SPREAD = 1.1


@dataclass(frozen=True)
class Command:
    """A command of the program: what it begins with, what is run, and which index it changes."""

    name: str
    arguments: Sequence[str]
    prepare: Callable[[Path], None]
    changed: str = "index"
    merges: bool = False
    #: Whether it may be run again where it is done.
    repeats: bool = True


def pages(folder: Path, numbers: Sequence[int], edition: int) -> None:
    """Write some pages; each says which it is."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        text = f"Bản {edition} của trang {number}: bà con tổ {number} nạo vét mương."
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")


def _indexed(folder: Path) -> None:
    """An index of some pages in two segments, and pages that have changed since."""
    pages(folder / "pages", range(8), 1)
    run(folder, ["index", "pages"])
    pages(folder / "pages", [7, 8, 9], 2)
    run(folder, ["index", "pages"])


def _changed(folder: Path) -> None:
    _indexed(folder)
    pages(folder / "pages", [1, 2, 10], 3)


def _fewer(folder: Path) -> None:
    _indexed(folder)
    for number in (3, 4):
        (folder / "pages" / f"{number}.txt").unlink()


def _old(folder: Path) -> None:
    old_index(folder / "index")


COMMANDS = (
    Command("index", ["index", "pages"], _changed),
    Command("first", ["index", "pages"], lambda folder: pages(folder / "pages", range(8), 1)),
    Command("merge", ["index", "pages"], _changed, merges=True),
    Command("prune", ["index", "pages", "--prune", "--yes"], _fewer),
    Command("delete", ["delete", "1.txt", "9.txt", "5.txt"], _indexed, repeats=False),
    Command("upgrade", ["upgrade"], _old, repeats=False),
    Command("copy", ["copy", "index", "other"], _indexed, changed="other", repeats=False),
    Command("backup", ["backup", "other"], _indexed, changed="other", repeats=False),
)


def run(folder: Path, arguments: Sequence[str], *, merges: bool = False) -> None:
    """Run a command to its end, in a process of its own; it must not fail."""
    _, status = os.waitpid(start(folder, arguments, merges=merges), 0)
    assert os.waitstatus_to_exitcode(status) == 0, (arguments, (folder / "said").read_text())


def start(folder: Path, arguments: Sequence[str], *, merges: bool = False) -> int:
    """Start a command in ``folder``; return the number of its process."""
    process = os.fork()
    if process:
        return process
    try:
        os.chdir(folder)
        said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.fsync = lambda _: None  # type: ignore[assignment] # Only a power failure would matter.
        if merges:
            merge_policy.FACTOR = 2
        from searchengine.cli.commands import main

        workers = ["--workers", "1"] if arguments[0] in ("index", "copy") else []
        main([*arguments, *workers])
    except SystemExit as end:
        os._exit(int(end.code or 0))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    os._exit(3)


@lru_cache(maxsize=1)
def _warm_up() -> None:
    """Have this process load what commands need, so that those it forks need not."""

    with tempfile.TemporaryDirectory() as folder:
        pages(Path(folder, "pages"), range(2), 1)
        with SearchEngine.open(Path(folder, "index"), create=True) as engine:
            index_paths(engine, [str(Path(folder, "pages"))])
            engine.backup(Path(folder, "other"))
            assert engine.verify() == []
        _old(Path(folder, "old"))
        upgrade_index(Path(folder, "old", "index"))


def contents(path: Path) -> Contents:
    """What an index holds, which must be sound; None where there is none."""
    try:
        with SearchEngine.open(path) as engine:
            assert engine.verify() == [], engine.verify()
            return {document.id: document.text for document in engine.documents()}
    except IndexNotFoundError:
        return None


class Rounds:
    """Kills of one command."""

    def __init__(self, command: Command, folder: Path, chance: random.Random) -> None:
        """Prepare it in ``folder``, and see what it does and how long it takes."""
        _warm_up()
        self._command = command
        self._folder = folder
        self._chance = chance
        (folder / "begun").mkdir()
        command.prepare(folder / "begun")
        self.before = self._state(folder / "begun")
        with self._copy() as work:
            self._run(work)
            self.after = self._state(work)
            assert self.after != self.before
        with self._copy() as work:
            started = time.monotonic()
            self._run(work)
            self._seconds = time.monotonic() - started
        #: How the rounds ended: killed before or after the change was made, or not in time.
        self.ends: Counter[str] = Counter()

    def round(self) -> None:
        """Kill the command once, look, and run it to its end."""
        with self._copy() as work:
            process = start(work, self._command.arguments, merges=self._command.merges)
            time.sleep(self._chance.random() * SPREAD * self._seconds)
            os.kill(process, signal.SIGKILL)
            _, status = os.waitpid(process, 0)
            if not os.WIFSIGNALED(status):
                self.ends["ended before"] += 1
                return
            found = self._state(work)
            begun = found == self._empty and found != self.after
            assert found in (self.before, self.after) or begun, found
            self.ends["as after" if found == self.after else "as before"] += 1
            if found == self.after and not self._command.repeats:
                return
            self._run(work)
            assert self._state(work) == self.after

    @property
    def _empty(self) -> Contents:
        """What a new index holds before anything is written to it."""
        return {} if self.before is None and self._command.name != "backup" else self.before

    def _run(self, work: Path) -> None:
        run(work, self._command.arguments, merges=self._command.merges)

    def _state(self, work: Path) -> Contents:
        if self._command.name == "upgrade" and _is_old(work / "index"):
            return {"an old index": "whole"}
        return contents(work / self._command.changed)

    @contextlib.contextmanager
    def _copy(self) -> Iterator[Path]:
        work = self._folder / "work"
        shutil.copytree(self._folder / "begun", work)
        try:
            yield work
        finally:
            shutil.rmtree(work)


def _is_old(path: Path) -> bool:
    """Whether an index is still of a format that is not read."""
    from searchengine.backends.embedded.index.commit.storage import stamped_format
    from searchengine.backends.embedded.index.schema import FORMAT_VERSION

    return bool(stamped_format(path) != FORMAT_VERSION)
