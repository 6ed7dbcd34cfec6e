"""How many connections the system lets a process have: each is an open file."""

from __future__ import annotations

from searchengine.errors import InputError

#: Open files that are no connections: those of the index, the log, what is shared with others.
OTHERS = 200


def room_for(connections: int, *, insist: bool) -> int:
    """Return how many of ``connections`` this process and those it starts may have at once.

    The system's limit is raised as far as it lets itself be. Raises :class:`InputError` if that is
    not enough and somebody ``insist``\\ s.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit.
        return connections
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OTHERS
    if limit != resource.RLIM_INFINITY and limit < needed:
        limit = needed if most == resource.RLIM_INFINITY else min(needed, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
        if limit < needed:
            possible = max(1, limit - OTHERS)
            if insist:
                raise InputError(
                    f"a process of the server may have {limit:,} files open, too few for "
                    f"{connections:,} connections: --max-connections {possible} would do for one "
                    "process, or raise the limit with 'ulimit -n'"
                )
            return possible
    return connections
