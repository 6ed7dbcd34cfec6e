"""A campaign: ``python -m tests.fuzzing TARGET --minutes N --seed S``; without one, lists targets.

Where atheris is installed it chooses inputs by the code that they reach.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("target", nargs="?", help="what to try; all are listed without it")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument(
        "--longest", type=int, default=sys.maxsize, help="bytes of an input at most"
    )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(31))
    parser.add_argument("--keep", type=Path, default=Path("build/fuzzing"), help="for findings")
    parser.add_argument("--blind", action="store_true", help="altered seeds alone, repeatable")
    parser.add_argument("--replay", type=Path, help="try this one input and show what it does")
    given = parser.parse_args()
    guide = None if given.blind or given.replay or not given.target else _atheris()
    if guide is None:
        from tests.fuzzing.targets import TARGETS
    else:
        with guide.instrument_imports(include=["searchengine"], enable_loader_override=False):
            from tests.fuzzing.targets import TARGETS
    from tests.fuzzing.campaign import Examiner, campaign

    if given.target not in TARGETS:
        parser.exit(2, f"name a target: {' '.join(TARGETS)}\n")
    target = TARGETS[given.target]()
    if given.replay:
        found = Examiner(target).examine(given.replay.read_bytes())
        print(f"{found.kind}\n{found.detail}" if found else "nothing")
        sys.exit(bool(found))
    print(f"{given.target}: seed {given.seed}, {'guided' if guide else 'blind'}", flush=True)
    folder = given.keep / given.target
    campaign(target, given.seed, 60 * given.minutes, given.longest, folder, guide)


def _atheris() -> Any:
    try:
        import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return None
    return atheris


if __name__ == "__main__":
    main()
