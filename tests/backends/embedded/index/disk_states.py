"""What a disk may hold after the power fails: a log of what was done, and every state it allows.

The log is read off the folder itself before each step of its directory, so it has whatever changes
the disk, whoever does it. Files are told apart by what they are, not by their names. What the
states come from:

- a file holds what it held when it was last synced, and of what was written since any number of
  pages of 4 KiB from the first on, the next one half or not at all, or zeros in place of them;
- names given, changed and taken since the folder was last synced may each have happened or not.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from searchengine.backends.embedded.index.commit.directory import Action, Directory
from searchengine.backends.embedded.index.commit.storage import STAMP_FILE, stamp_of
from searchengine.backends.embedded.index.schema import FORMAT_VERSION

PAGE = 4096

#: The content of each file by its name.
Files: TypeAlias = Mapping[str, bytes]
#: Which files names are given to, at once: a rename gives one and takes one. 0 is no file.
Naming: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Disk:
    """What is certain at a moment, and what is not.

    ``names`` and ``synced`` are which file a name is of for good and what a file holds for good,
    ``named`` what became of names since, in order, and ``written`` what files hold if all goes
    well. Files are numbers. ``commits`` is how many had been reported as made.
    """

    names: Mapping[str, int]
    synced: Mapping[int, bytes]
    named: tuple[Naming, ...]
    written: Mapping[int, bytes]
    commits: int


class Log:
    """Follows the files of a folder; ``disks`` are its moments, ``commits`` those made so far."""

    def __init__(self, folder: Path, skipped: str | None = None) -> None:
        """Follow ``folder``, taking no note of syncs of files that end with ``skipped``."""
        self._skipped = skipped
        self.disks: list[Disk] = []
        self.commits = 0
        self._folder = folder
        self._handles: dict[int, int] = {}
        self._names: dict[str, int] = {}
        self._synced: dict[int, bytes] = {}
        self._named: list[Naming] = []
        self._written: dict[int, bytes] = {}
        self._look()
        self._sync_names()
        self._synced = dict(self._written)

    def step(self, action: Action, name: str) -> None:
        """Note what was done since the last step, and what a sync makes certain."""
        self.note()
        skips = self._skipped is not None and name.endswith(self._skipped)
        if action == "sync" and not skips:
            number = _applied(self._names, self._named).get(name)
            if not name:
                self._sync_names()
            elif number is not None:
                self._synced[number] = self._written[number]

    def note(self) -> None:
        """Note what was done since the last step."""
        self._look()
        named, written = tuple(self._named), dict(self._written)
        self.disks.append(Disk(dict(self._names), dict(self._synced), named, written, self.commits))

    def made(self) -> None:
        """Note that a commit was reported as made."""
        self.commits += 1
        self.note()

    def close(self) -> None:
        """Let go of the files."""
        for handle in self._handles.values():
            os.close(handle)

    def _look(self) -> None:
        before = _applied(self._names, self._named)
        found = {}
        for entry in os.scandir(self._folder):
            # Folders are the writer's own, for what it sorts.
            if not entry.is_file():
                continue
            number = found[entry.name] = entry.inode()
            if number not in self._handles:
                # Held, its number is not given to another.
                self._handles[number] = os.open(entry.path, os.O_RDONLY)
                self._synced.setdefault(number, b"")
            content = Path(entry.path).read_bytes()
            if self._written.get(number) != content:
                self._written[number] = content
        given = {name: number for name, number in found.items() if before.get(name) != number}
        taken = {number: name for name, number in before.items() if name not in found}
        for name, number in given.items():
            old = taken.pop(number, None)
            self._named.append(((name, number), *([(old, 0)] if old else [])))
        self._named += [((name, 0),) for name in taken.values()]

    def _sync_names(self) -> None:
        self._names, self._named = _applied(self._names, self._named), []


def logged(log: Log) -> type[Directory]:
    """Return a class of directories whose steps ``log`` notes."""

    class Logged(Directory):
        def step(self, action: Action, name: str) -> None:
            log.step(action, name)

    return Logged


def states(disks: Iterable[Disk]) -> dict[frozenset[tuple[str, bytes]], set[int]]:
    """Return all that a reader may find on some disks, each with the counts of commits before it.

    What no manifest, or table of contents of earlier formats, speaks of is left out: files of a
    segment that was never committed, files that have no name of their own yet.
    """
    found: dict[frozenset[tuple[str, bytes]], set[int]] = {}
    for disk in disks:
        for happened in itertools.product((True, False), repeat=len(disk.named)):
            names = _applied(disk.names, itertools.compress(disk.named, happened))
            first = [name for name in names if not name.startswith(("MAIN", ".making-"))]
            for heads in _contents(disk, names, first):
                # Tables of contents are of formats that the stamp names.
                current = heads.get(STAMP_FILE) == stamp_of(FORMAT_VERSION)
                spoken = (name for name in heads if not (current and name.endswith(".toc")))
                said = b"".join(heads[name] for name in spoken)
                rest = [name for name in names if _segment(name) in said]
                for segments in _contents(disk, names, rest):
                    files = frozenset((heads | segments).items())
                    found.setdefault(files, set()).add(disk.commits)
    return found


def leftovers(disk: Disk) -> Iterator[Files]:
    """Yield some whole states of a disk, with what a reader does not look at.

    All that was done, nothing that is not certain, half of all contents, and all but one naming.
    """
    everything = _applied(disk.names, disk.named)
    yield {name: disk.written[number] for name, number in everything.items()}
    yield {name: disk.synced[number] for name, number in disk.names.items()}
    yield {
        name: (disk.synced[number] or disk.written[number][: len(disk.written[number]) // 2])
        for name, number in everything.items()
    }
    for left_out in range(len(disk.named)):
        others = (*disk.named[:left_out], *disk.named[left_out + 1 :])
        names = _applied(disk.names, others)
        yield {name: disk.synced[number] for name, number in names.items()}


def torn(synced: bytes, written: bytes) -> list[bytes]:
    """Return all that a file may hold between what is synced and what was written since."""
    found = [synced, written]
    for end in range(0, len(written) if synced != written else 0, PAGE // 2):
        begun = written[:end] + synced[end:]
        found += [begun, begun.ljust(len(written), b"\0")]
    return list(dict.fromkeys(found))


def _contents(
    disk: Disk, names: Mapping[str, int], chosen: list[str]
) -> Iterator[dict[str, bytes]]:
    """Yield each way in which some files can have turned out."""
    ways = [torn(disk.synced[names[name]], disk.written[names[name]]) for name in chosen]
    for contents in itertools.product(*ways):
        yield dict(zip(chosen, contents, strict=True))


def _segment(name: str) -> bytes:
    """The name of the segment that a file is of; what nothing speaks of, for other files."""
    found = re.fullmatch(r"MAIN_([0-9a-z]+)\..+", name)
    return found[1].encode() if found else b"(none)"


def _applied(names: Mapping[str, int], named: Iterable[Naming]) -> dict[str, int]:
    after = dict(names)
    for naming in named:
        after.update(naming)
    return {name: number for name, number in after.items() if number}
