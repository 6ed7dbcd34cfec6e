"""A writer that commits again and again, and readers in processes with little memory.

Each commit adds a document, replaces one and deletes one, so that the index stays as large as it
is and segments are merged all the time. Readers follow every commit they meet, with several
threads; what each says must be of one commit, and never of an older one than before. At the start,
in the middle and at the end each process says how much memory, open files and maps it has.
"""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.backend import EmbeddedBackend

#: Documents that an index has all the time.
DOCUMENTS = 200
#: What a reader may take of the memory that nobody else has, beyond what it begins with, in bytes.
READER_MEMORY = 200_000_000
#: Bytes of its caches.
CACHE_BYTES = 16 << 20
THREADS = 2

#: Commits between two looks at the clock.
BATCH = 50

# Forked, so that each has the word segmenter's model from the start.
processes = multiprocessing.get_context("fork")


class Use(NamedTuple):
    """What a process has: bytes of its own memory, open files, and maps beside its heap.

    The heap is one, in as many pieces as the system keeps it in.
    """

    memory: int
    files: int
    maps: int


def use() -> Use:
    """Return what this process has."""
    gc.collect()
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    anonymous = next(line for line in rollup.splitlines() if line.startswith("Anonymous:"))
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    return Use(1024 * int(anonymous.split()[1]), len(os.listdir("/proc/self/fd")), maps.count("\n"))


def document(number: int) -> Document:
    """One of the documents: what is replaced and deleted is told by its id."""
    words = " ".join(f"tổ{number * step % 97}" for step in range(1, 30))
    return Document(id=str(number), title=f"Bản tin {number % 50}", text=f"bản tin về {words}")


def make(path: Path) -> None:
    """Make an index of ``DOCUMENTS`` documents and one that says which commit it is of."""
    with SearchEngine.open(path, create=True) as engine, engine.writer() as writer:
        for number in range(DOCUMENTS):
            writer.add(document(number))
        writer.add(Document(id="chung", text="lần 0"))


def write(path: Path, first: int, count: int) -> None:
    """Make commits ``first`` and so many after it."""
    with SearchEngine.open(path, cache_bytes=CACHE_BYTES) as engine:
        for number in range(first, first + count):
            with engine.writer() as writer:
                writer.delete(str(number - 1))
                writer.add(document(number + DOCUMENTS - 1))
                writer.add(Document(id="chung", text=f"lần {number}"))


def read_on(path: Path, stage: Any, told: Any, seconds: float) -> None:
    """Read until ``stage`` says 0; at each of its other values tell what this process has."""
    data = next(
        1024 * int(line.split()[1])
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        if line.startswith("VmData:")
    )
    resource.setrlimit(resource.RLIMIT_DATA, (data + READER_MEMORY, data + READER_MEMORY))
    # Threads change so often that what they share is met in the middle of a change.
    sys.setswitchinterval(1e-5)
    wrong: list[str] = []
    reads = [0] * THREADS
    engine = SearchEngine.open(path, cache_bytes=CACHE_BYTES)

    def follow(number: int) -> None:
        last = 0
        try:
            while stage.value:
                with engine.open_view() as view:
                    commit = int(view.get("chung").text.split()[1])
                    hits = view.search("ban tin", limit=DOCUMENTS * 2, fold_duplicates=False).hits
                    found = {hit.id for hit in hits}
                expected = {str(one) for one in range(commit, commit + DOCUMENTS)}
                if commit < last or found != expected:
                    wrong.append(f"{commit} after {last}: {len(found ^ expected)} differ")
                    return
                engine.suggest("ban t")
                last = commit
                reads[number] += 1
                time.sleep(seconds)
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(THREADS)]
    for one in threads:
        one.start()
    seen = 0
    while stage.value:
        if stage.value != seen and (min(reads) > 2 or wrong):
            seen = stage.value
            told.put((seen, use()))
        time.sleep(0.01)
    for one in threads:
        one.join()
    told.put((0, (sum(reads), wrong)))


class Course(NamedTuple):
    """What a run was: the ``uses`` of the writer and of each reader at each stage."""

    writer: list[Use]
    readers: dict[int, list[Use]]
    reads: int
    wrong: list[str]


def run(
    path: Path,
    commits: int,
    *,
    seconds: float = math.inf,
    readers: int = 2,
    stages: int = 3,
    say: Callable[[str], None],
) -> Course:
    """Make so many commits, or as many as there is time for, under ``readers`` processes.

    What all have is told at each stage.
    """
    make(path)
    warm = min(100, commits // stages)
    write(path, 1, warm)
    stage, told = processes.Value("i", 1), processes.Queue()
    started = [
        processes.Process(target=read_on, args=(path, stage, told, 0.02)) for _ in range(readers)
    ]
    for one in started:
        one.start()
    uses: dict[int, list[Use]] = {}
    own: list[Use] = []
    done = warm
    for number in range(1, stages + 1):
        own.append(use())
        stage.value = number
        for _ in started:
            at, found = told.get(timeout=600)
            uses.setdefault(at, []).append(found)
        say(f"after {done} commits: writer {own[-1]}, readers {uses[number]}")
        if number < stages:
            goal, end = warm + number * (commits - warm) // (stages - 1), time.monotonic()
            end += seconds / (stages - 1)
            while done < goal and time.monotonic() < end:
                count = min(BATCH, goal - done)
                write(path, 1 + done, count)
                done += count
    stage.value = 0
    ends = [told.get(timeout=600)[1] for _ in started]
    for one in started:
        one.join()
    with SearchEngine.open(path) as engine:
        assert isinstance(engine._backend, EmbeddedBackend)
        assert engine.verify() == []
        assert engine.document_count() == DOCUMENTS + 1
    wrong = [one for _, faults in ends for one in faults]
    return Course(own, uses, sum(reads for reads, _ in ends), wrong)
