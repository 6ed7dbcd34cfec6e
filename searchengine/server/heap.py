"""How the C library keeps memory for this process, and giving back to the system what was freed.

It keeps freed memory between what is still in use, for the next that asks, and has an arena of
memory for each thread: what is freed in one is of no use in another. Under mixed requests both grow
for hours, while what is in use does not.
"""

from __future__ import annotations

import contextlib
import ctypes
import os

#: Between two times. It takes 2 to 20 ms, in which nobody else gets memory, and what is freed
#: meanwhile may be used again.
TRIM_SECONDS = 10.0
#: The number of the setting, as malloc.h has it, and its name for those who run the program.
_ARENA_MAX, _ARENA_MAX_NAME = -8, "MALLOC_ARENA_MAX"


def share_one_arena() -> None:
    """Let all threads share one arena, where that can be said (glibc) and nobody said otherwise.

    For a process that has no threads yet. After two minutes of searches in ten threads with 32 MB
    kept on purpose, a process has 155 MB of its own so, else 270. Python lets one thread at a time
    ask for memory anyway.
    """
    if _ARENA_MAX_NAME not in os.environ:
        with contextlib.suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def trim() -> None:
    """Let the C library return freed memory, where it can (glibc); else nothing."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
