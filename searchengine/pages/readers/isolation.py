"""A process of its own for reading what can hang a program, crash it or fill its memory.

It is started with the first such file and kept for the next ones. A file that takes too long, asks
for too much memory or brings the process down is listed as not read, and another process reads the
rest. Nothing is handed over but the file's path; pages come back one by one, so that a large file
is never in memory twice.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from searchengine.pages.folders import SourceFile, shown
from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.reading import read_file, read_opened
from searchengine.pages.readers.registry import Readers

#: How long each page of a file may take, in seconds. Real ones take milliseconds, the largest
#: workbooks and presentations some seconds.
SECONDS = 60.0
#: And a second more for so many bytes of the file: a thousand pages of PDF have a few millions and
#: take half a minute.
BYTES_A_SECOND = 200_000
#: And where pictures of pages are read: some seconds each, all of a file's before its text comes.
OCR_SECONDS = 1800.0
#: How many bytes the process may ask for; a document that is read takes a tenth of it.
MEMORY = 1_000_000_000
#: A process that has needed so much of this is ended after the file, with what it has not freed.
WORN_SHARE = 0.5

#: Returns the readers, and sentences about those that cannot be used; picklable.
MakeReaders = Callable[[], tuple[Readers, Sequence[str]]]


class FileReading:
    """Reads files, here or in the process for those that need one; close it at the end."""

    def __init__(
        self, make: MakeReaders, *, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        """Read with what ``make`` returns, here and in the process, within the limits."""
        self.readers, self.faults = make()
        self._make = make
        self._seconds = seconds
        self._memory = memory
        self._process: Any = None
        self._connection: Connection | None = None

    def __enter__(self) -> FileReading:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, opened: OpenedFile, file: SourceFile) -> Iterator[Page | Problem]:
        """Yield the pages of ``file``, which is ``opened``, and the problems with it."""
        if self._is_isolated(opened):
            return self._elsewhere(file)
        return read_opened(opened, self.readers)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if self._connection is not None:
            self._connection.close()
        # It leads a group of its own: what a reader started ends with it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()
        process.close()

    def _is_isolated(self, opened: OpenedFile) -> bool:
        try:
            above = self.readers.choose(opened.path, opened.head).isolate_above
        except Exception:  # A reader's own code; reading it will tell.
            return False
        return above is not None and opened.size > above

    def _elsewhere(self, file: SourceFile) -> Iterator[Page | Problem]:
        finished = False
        seconds = self._seconds + file.size // BYTES_A_SECOND
        try:
            connection = self._started()
            connection.send(file)
            while connection.poll(seconds):
                found = connection.recv()
                if isinstance(found, bool):
                    finished = not found
                    return
                yield found
            reason = f"takes longer than {seconds:g} seconds for a page"
            yield Problem(shown(file.path), None, f"{reason}; convert it to text")
        except (EOFError, OSError):
            yield Problem(shown(file.path), None, f"{self._end()}; convert it to text")
        finally:
            # What is in the middle of a file, or worn, is of no use for the next one.
            if not finished:
                self.close()

    def _started(self) -> Connection:
        if self._connection is None or self._process is None or not self._process.is_alive():
            self.close()
            # Spawned, not forked: the caller may have threads.
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(theirs, self._make, self._memory), daemon=True
            )
            with _without_main():
                self._process.start()
            theirs.close()
            self._connection = ours
        return self._connection

    def _end(self) -> str:
        """How the process has ended by itself."""
        self._process.join(1)
        code = self._process.exitcode
        try:
            how = signal.Signals(-code).name
        except (TypeError, ValueError):
            how = f"code {code}"
        return f"brings down the program that reads it ({how})"


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Have a process that is started know nothing of the program that starts it.

    It would run the program's file again, which need not be made for that, or not be there.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(connection: Connection, make: MakeReaders, memory: int) -> None:
    """Read the files that come, and send their pages, then whether to be replaced."""
    # Ctrl-C is for the main process, which ends this one itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        os.setsid()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Libraries that print must not spoil what a command prints.
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit(memory)
    readers, _ = make()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            file: SourceFile = connection.recv()
            for found in read_file(file, readers):
                _send(connection, found, file)
            connection.send(_peak() > WORN_SHARE * memory)


def _send(connection: Connection, found: Page | Problem, file: SourceFile) -> None:
    try:
        connection.send(found)
    except (EOFError, OSError):
        raise
    except Exception as error:  # A page of another's reader that cannot be handed on.
        why = " ".join(f"{type(error).__name__}: {error}".split())
        connection.send(Problem(shown(file.path), None, f"has a page that cannot be kept ({why})"))


def _limit(memory: int) -> None:
    """Let this process ask for so many bytes, where the system can hold it to that."""
    try:
        import resource
    except ImportError:  # Windows.
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _peak() -> int:
    """The most memory that this process has had, in bytes; 0 where nobody says."""
    # Linux counts in ru_maxrss what the process that started this one had.
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def _end_with_parent() -> None:
    """End, with all that a reader has started, when the main process has ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)
