"""Commits under readers: ``python -m tests.endurance --commits 10000``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.endurance.commits import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=__doc__)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="at most so long")
    parser.add_argument("--readers", type=int, default=2, help="processes, of two threads each")
    given = parser.parse_args()
    os.fsync = lambda _: None  # type: ignore[assignment] # Only a power failure would matter.
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        course = run(
            Path(folder, "index"), given.commits, seconds=60 * given.minutes,
            readers=given.readers, say=lambda line: print(line, flush=True),
        )  # fmt: skip
    print(f"{course.reads} reads in {(time.monotonic() - started) / 60:.1f} minutes")
    for one in course.wrong:
        print(one)
    sys.exit(bool(course.wrong))


if __name__ == "__main__":
    main()
