"""Programs beside this one that read what no library does: started for one file, and bounded."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence

from searchengine.errors import InputError

#: How long a program may take for one file or page, in seconds; LibreOffice takes some to start.
TIME_MAX = 120


def run(
    command: Sequence[str], name: str, also: Mapping[str, str] | None = None, data: bytes = b""
) -> bytes:
    """Return what ``command`` prints; raises :class:`InputError` where it fails or takes too long.

    It is told ``data`` and runs in English, with ``also`` in its environment.
    """
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=TIME_MAX,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(also or {})},
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"keeps {name} busy for over {TIME_MAX} s; convert it to text") from error
    except OSError as error:
        raise InputError(f"cannot be read: {name} does not start ({error}); repair it") from error
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise InputError(f"cannot be read by {name} ({said or done.returncode}); save it anew")
    return done.stdout
