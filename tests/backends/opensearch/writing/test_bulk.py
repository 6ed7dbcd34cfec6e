"""Changes on their way to a cluster that is busy, full or another's by now."""

from __future__ import annotations

import json
from typing import Any

import pytest

from searchengine.backends.opensearch.writing import bulk
from searchengine.backends.opensearch.writing.bulk import Target, send
from searchengine.errors import (
    IndexLockedError,
    IndexUnavailableError,
    IndexWriteError,
    SearchEngineError,
)

CHANGES = [("a", '{"x": 1}'), ("b", "null"), ("c", '{"x": 3}')]


class Answering:
    """A cluster that answers each request with the statuses of its items, the last ones again."""

    def __init__(self, *answers: dict[str, int] | SearchEngineError) -> None:
        self.answers = list(answers)
        self.sent: list[list[str]] = []

    def request(self, _: str, path: str, body: str, timeout: float) -> Any:
        assert path == "/tin/_bulk"
        lines = [json.loads(line) for line in body.splitlines()]
        actions = [line for line in lines if "x" not in line]
        keys = [about["_id"] for action in actions for about in action.values()]
        self.sent.append(keys)
        statuses = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(statuses, SearchEngineError):
            raise statuses
        return {"items": [{"index": item(statuses.get(key, 200))} for key in keys]}

    def told(self, error: Any, _: int) -> SearchEngineError:
        return IndexWriteError(error["type"])


def item(status: int) -> dict[str, Any]:
    kinds = {403: "cluster_block_exception", 400: "mapper_parsing_exception"}
    error = {"error": {"type": kinds[status], "reason": "không nhận"}} if status in kinds else {}
    return {"status": status, **error}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WAITS", (0.0, 0.0))


def sent(cluster: Answering, check: Any = lambda: None) -> list[list[str]]:
    send(Target(cluster, "tin", 3, check), CHANGES)  # type: ignore[arg-type]
    return cluster.sent


def test_only_what_was_not_taken_is_sent_again() -> None:
    assert sent(Answering({"b": 429, "c": 503}, {"c": 503}, {})) == [list("abc"), list("bc"), ["c"]]


def test_all_is_sent_again_where_no_answer_came() -> None:
    away = IndexUnavailableError("did not answer")
    assert sent(Answering(away, {})) == [list("abc")] * 2
    with pytest.raises(IndexUnavailableError, match="did not answer"):
        sent(Answering(away))


def test_a_cluster_that_stays_busy_is_told() -> None:
    cluster = Answering({"b": 429})
    with pytest.raises(IndexUnavailableError, match="stays too busy"):
        sent(cluster)
    assert cluster.sent == [list("abc"), ["b"], ["b"]]


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (409, IndexLockedError, "another writer has taken over"),
        (403, IndexWriteError, "cluster_block_exception"),
        (400, IndexWriteError, r"does not take the document 'b' \(không nhận\)"),
    ],
)
def test_what_will_not_be_taken_is_not_sent_again(
    status: int, error: type[Exception], told: str
) -> None:
    cluster = Answering({"b": status})
    with pytest.raises(error, match=told):
        sent(cluster)
    assert len(cluster.sent) == 1


def test_nothing_is_sent_where_nothing_may_be() -> None:
    def refuse() -> None:
        raise IndexLockedError("another")

    cluster = Answering({})
    with pytest.raises(IndexLockedError):
        sent(cluster, refuse)
    assert cluster.sent == []


def test_large_changes_go_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_CHUNK", 5)
    assert sorted(sent(Answering({}))) == [["a"], list("bc")]
