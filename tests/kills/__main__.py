"""Kill commands that write: ``python -m tests.kills --kills 1000 --seed 7``."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.kills.rounds import COMMANDS, Rounds

#: Kills of each command with one index, before it is made anew.
ROUNDS = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="of all commands together")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="at most so long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(31))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    chance, killed, started = random.Random(given.seed), 0, time.monotonic()
    totals: dict[str, Counter[str]] = {}
    end = started + 60 * given.minutes
    while killed < given.kills and time.monotonic() < end:
        with tempfile.TemporaryDirectory() as folder:
            for command in COMMANDS:
                (place := Path(folder, command.name)).mkdir()
                rounds = Rounds(command, place, chance)
                for _ in range(min(ROUNDS, given.kills)):
                    if time.monotonic() < end:
                        rounds.round()
                totals.setdefault(command.name, Counter()).update(rounds.ends)
                killed += rounds.ends["as before"] + rounds.ends["as after"]
    for name, ends in totals.items():
        print(f"{name}: {', '.join(f'{count} {how}' for how, count in sorted(ends.items()))}")
    print(f"{killed} kills in {(time.monotonic() - started) / 60:.1f} minutes; all sound")


if __name__ == "__main__":
    main()
