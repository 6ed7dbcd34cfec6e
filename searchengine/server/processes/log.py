"""One log of several processes: whole lines, one after the other."""

from __future__ import annotations

import contextlib
import threading
from typing import IO


class Log:
    """Writes lines to a stream that nobody else writes to; safe for many threads."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream: IO[bytes] | None = stream
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        """Write a line of our own."""
        self._write(line.encode("utf-8", "backslashreplace") + b"\n")

    def relay(self, source: IO[bytes]) -> None:
        """Write the lines that come from ``source`` until it ends; a last one without end too."""
        with contextlib.closing(source):
            for line in source:
                self._write(line if line.endswith(b"\n") else line + b"\n")

    def _write(self, line: bytes) -> None:
        with self._lock:
            if self._stream is None:
                return
            try:
                self._stream.write(line)
                self._stream.flush()
            except (OSError, ValueError):
                # Nobody reads the log any more; requests are answered all the same.
                self._stream = None
