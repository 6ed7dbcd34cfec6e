"""Who may write to an index in a cluster, and what becomes of it when two want to at once."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from searchengine.backends.fields import IndexSettings
from searchengine.backends.opensearch.cluster import ConflictError
from searchengine.backends.opensearch.control import Control, ControlDocument, Lease, _to_json
from searchengine.errors import IndexLockedError

#: No process has this number.
NOBODY = 2**22 + 1


def told(lease: Lease | None) -> Any:
    """What the control document says while somebody has the lease."""
    return _to_json(Control("tin-1", IndexSettings(), lease=lease))


class OneDocument:
    """A cluster with one document, which is changed only where it is as it was when it was read."""

    address = SimpleNamespace(name="tin")

    def __init__(self, lease: Lease | None = None) -> None:
        self.source = told(lease)
        self.changes = 0
        #: What happens before each of the next changes arrives.
        self.meanwhile: list[Callable[[Any], None]] = []

    def put(self, source: Any) -> None:
        self.source = json.loads(json.dumps(source))
        self.changes += 1

    def request(self, method: str, _: str, body: Any = None, params: Any = None) -> Any:
        if method == "GET":
            source = json.loads(json.dumps(self.source))
            return {"_source": source, "_seq_no": self.changes, "_primary_term": 1}
        if self.meanwhile:
            self.meanwhile.pop(0)(body)
        if params["if_seq_no"] != str(self.changes):
            raise ConflictError("another has changed it")
        self.put(body)
        return {}

    @property
    def control(self) -> ControlDocument:
        return ControlDocument(self)  # type: ignore[arg-type]


def lease(host: str = "", process: int = 0, seconds: float = 60.0) -> Lease:
    """A lease that goes on for some seconds, of a process of this computer."""
    here = host or socket.gethostname()
    return Lease("khác", here, process or os.getpid(), time.time() + seconds)


def test_a_lease_is_taken_renewed_and_given_back() -> None:
    cluster = OneDocument()
    holder, taken = cluster.control.acquire()
    assert taken.is_written
    cluster.control.renew(holder)
    cluster.control.check(holder)
    cluster.control.release(holder)
    assert not cluster.control.read().is_written
    with pytest.raises(IndexLockedError, match="another writer has taken over"):
        cluster.control.renew(holder)


@pytest.mark.parametrize("values", [{}, {"host": "máy-khác", "process": NOBODY}])
def test_a_lease_that_holds_keeps_others_out(values: dict[str, Any]) -> None:
    held = lease(**values)
    who = rf"{re.escape(held.host)} \(process {held.process}\) .* in \d+ seconds"
    with pytest.raises(IndexLockedError, match=who):
        OneDocument(held).control.acquire()


@pytest.mark.parametrize("values", [{"process": NOBODY}, {"seconds": -1}])
def test_a_lease_of_one_who_has_gone_keeps_nobody_out(values: dict[str, Any]) -> None:
    assert OneDocument(lease(**values)).control.acquire()[1].is_written


def test_a_process_of_another_user_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.kill", refuse)
    with pytest.raises(IndexLockedError):
        OneDocument(lease(process=NOBODY)).control.acquire()


def test_of_two_at_once_one_is_told() -> None:
    cluster, quicker = OneDocument(), lease()
    cluster.meanwhile = [lambda _: cluster.put(told(quicker))]
    with pytest.raises(IndexLockedError, match="another writer was quicker"):
        cluster.control.acquire()
    assert cluster.control.read().lease == quicker


def test_what_was_written_though_no_answer_came_is_ours() -> None:
    cluster = OneDocument()
    cluster.meanwhile = [cluster.put]
    holder, _ = cluster.control.acquire()
    cluster.control.check(holder)


def test_a_change_is_tried_again_a_few_times() -> None:
    cluster = OneDocument()
    holder, _ = cluster.control.acquire()

    def touch(_: Any) -> None:
        cluster.put(cluster.source)

    cluster.meanwhile = [touch] * 3
    assert cluster.control.change(holder, lambda one: replace(one, commit=7)).commit == 7
    cluster.meanwhile = [touch] * 4
    with pytest.raises(IndexLockedError, match="others keep changing the index"):
        cluster.control.change(holder, lambda one: replace(one, commit=8))
    assert cluster.control.read().commit == 7
