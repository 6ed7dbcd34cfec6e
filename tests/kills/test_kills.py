"""Each command that writes, killed a few times; ``python -m tests.kills`` goes on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.kills.rounds import COMMANDS, Command, Rounds

KILLS = 3


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_killed_command_has_done_all_or_nothing(command: Command, tmp_path: Path) -> None:
    rounds = Rounds(command, tmp_path, random.Random(1))
    for _ in range(KILLS):
        rounds.round()
    assert sum(rounds.ends.values()) == KILLS
