"""No pattern tries what may be taken in many ways in all of them: that takes for ever."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import searchengine
from tests.fuzzing.campaign import broken_off

#: What is repeated: signs, words, what begins and ends a part.
PIECES = (
    *" -_*.a1,:/=&(…\n",
    *("A ", "a ", "- ", "1.", "A.", "a.", ", ", "(1)", "<!---->", "Ông ", "ông, ", "Xã ", "xã "),
    *("năm ", "tại ", "bài, ", "a-", "ab@", "ab."),
)
BEFORE = ("", "Tin: ", "ỦY BAN", "ngày ", "a@")
TIMES = 40


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for module in pkgutil.walk_packages(searchengine.__path__, "searchengine."):
        if module.name.endswith("__main__"):
            continue
        # What belongs to an extra may lack its packages.
        with contextlib.suppress(ImportError):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    yield f"{module.name}.{name}", value


EVERY = dict(patterns())


@pytest.mark.parametrize("name", EVERY)
def test_what_is_repeated_is_soon_looked_through(name: str) -> None:
    pattern = EVERY[name]
    with broken_off(seconds=5):
        for piece in PIECES:
            for before in BEFORE:
                text = f"{before}{piece * TIMES}\x01"
                pattern.search(text.encode() if isinstance(pattern.pattern, bytes) else text)


def test_what_takes_for_ever_is_seen() -> None:
    with pytest.raises(TimeoutError), broken_off(seconds=1):
        re.compile("(?:a+)+$").search("a" * TIMES + "\x01")
