"""A progress bar for long work: documents, rate and time left, on stderr, on terminals only."""

from __future__ import annotations

import sys
from typing import Any


class Progress:
    """A context manager; ``advance(done, total)`` moves the bar."""

    def __init__(self, *, enabled: bool = True) -> None:
        self._enabled = enabled and sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self, documents: int, total: int) -> None:
        """Show that ``documents`` of about ``total`` are done."""
        if not self._enabled:
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit=" documents", dynamic_ncols=True)
        self._bar.total = total
        self._bar.update(documents - self._bar.n)
