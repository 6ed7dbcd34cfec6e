"""How many processes answer, and what each may have of what is for all of them."""

from __future__ import annotations

import sys
from dataclasses import replace

from searchengine.errors import InputError
from searchengine.processors import processors
from searchengine.server.settings import Settings

#: An index of no more documents is answered by one process unless more are asked for: a search
#: takes a few milliseconds, and each process holds memory of its own.
SMALL_INDEX = 20_000
#: So many processes at most, unless more are asked for.
MOST = 4


def process_count(asked: int | None, documents: int) -> int:
    """Return how many processes answer for an index of so many documents.

    ``asked`` is what somebody chose. Raises :class:`InputError` where the system cannot do that.
    """
    if asked is None:
        return min(processors(), MOST) if can_share() and documents > SMALL_INDEX else 1
    if asked > 1 and not can_share():
        raise InputError(
            "this system cannot share a connection among processes: leave out --processes, "
            "or give 1"
        )
    return asked


def can_share() -> bool:
    """Return whether this system lets a process hand connections to others."""
    return sys.platform != "win32"


def share_of(settings: Settings, processes: int) -> Settings:
    """Return the settings of one of so many processes, which share the connections."""
    return replace(settings, connections=-(-settings.connections // processes))
