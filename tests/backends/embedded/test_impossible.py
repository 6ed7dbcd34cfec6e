"""What an index cannot hold is damage; want of memory is none, and faults of ours show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from searchengine import SearchEngine
from searchengine.backends.embedded.searcher import Searcher
from searchengine.errors import IndexDamagedError


@pytest.mark.parametrize("error", [IndexError("5 of 3\nis too much"), ValueError("odd")])
def test_what_a_reader_stumbles_over_is_told_on_one_line(
    make_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    engine = make_engine("Bà con góp công")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Searcher, "search", fail)
    with pytest.raises(IndexDamagedError, match="though its checksums fit") as told:
        engine.search("công")
    assert "\n" not in str(told.value)
    assert told.value.__cause__ is error


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("ours"), KeyboardInterrupt()])
def test_other_errors_stay_what_they_are(
    make_engine: Callable[..., SearchEngine], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    engine = make_engine("Bà con góp công")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Searcher, "search", fail)
    with pytest.raises(type(error)):
        engine.search("công")
