"""How many processes answer, and what each may have."""

from __future__ import annotations

import pytest

from searchengine.errors import InputError
from searchengine.server.processes import count
from searchengine.server.processes.count import process_count, share_of
from searchengine.server.settings import Settings


@pytest.mark.parametrize(
    ("asked", "documents", "cores", "expected"),
    [
        (None, 20_000, 8, 1),
        (None, 20_001, 8, 4),
        (None, 20_001, 2, 2),
        (None, 20_001, 1, 1),
        (3, 5, 1, 3),
        (1, 1_000_000, 8, 1),
    ],
)
def test_an_index_has_the_processes_that_it_is_worth(
    monkeypatch: pytest.MonkeyPatch, asked: int | None, documents: int, cores: int, expected: int
) -> None:
    monkeypatch.setattr(count, "processors", lambda: cores)
    assert process_count(asked, documents) == expected


def test_where_connections_cannot_be_shared_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert process_count(None, 1_000_000) == 1
    assert process_count(1, 1_000_000) == 1
    with pytest.raises(InputError, match="--processes"):
        process_count(2, 5)


def test_connections_are_shared_and_other_limits_are_each_ones() -> None:
    settings = Settings(connections=100, queue=7, hosts=("a",))
    share = share_of(settings, 3)
    assert (share.connections, share.queue, share.hosts) == (34, 7, ("a",))
