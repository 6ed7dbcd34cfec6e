"""What is wrong with a cluster or an index is told in a sentence with the next step."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.contract.base import ALL, page
from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.writing import bulk
from searchengine.backends.opensearch.writing import writer as writing
from searchengine.backends.values import Plan
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexUnavailableError,
    IndexWriteError,
    InputError,
)

PAGE = page("1", "Trống đồng được trưng bày ở đình làng.")


@pytest.fixture
def address(indices: Any) -> str:
    return str(indices.address())


@pytest.fixture
def backend(indices: Any, address: str, tmp_path: Path) -> OpenSearchBackend:
    """An index with one document."""
    made: OpenSearchBackend = indices.create(address, spool=tmp_path)
    with made.writer() as writer:
        writer.add(PAGE)
    return made


@pytest.fixture
def ask(address: str) -> Callable[..., Any]:
    """A function that asks the cluster as somebody else would; NAME is the index."""
    cluster, name = Cluster(Address.parse(address)), Address.parse(address).name
    return lambda method, path, body=None, params=None: cluster.request(
        method, path.replace("NAME", name), body, params
    )


def test_nobody_answers() -> None:
    with pytest.raises(IndexUnavailableError, match="see that it runs"):
        OpenSearchBackend.open("opensearch://127.0.0.1:1/pages")


def test_there_is_no_index(address: str) -> None:
    with pytest.raises(IndexNotFoundError, match="create it"):
        OpenSearchBackend.open(address)


@pytest.mark.parametrize("create", [True, False])
def test_another_program_made_the_index(
    address: str, ask: Callable[..., Any], create: bool
) -> None:
    ask("PUT", "/NAME-1", {"aliases": {Address.parse(address).name: {}}})
    with pytest.raises(InputError, match="choose another name"):
        OpenSearchBackend.open(address, create=create)


@pytest.mark.parametrize("steps", range(6))
def test_making_an_index_that_was_stopped_is_done_again(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    request, made = Cluster.request, []

    def stopped(self: Cluster, method: str, path: str, *args: Any, **options: Any) -> Any:
        if method == "PUT":
            made.append(path)
            if len(made) > steps:
                raise KeyboardInterrupt
        return request(self, method, path, *args, **options)

    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(Cluster, "request", stopped)
        OpenSearchBackend.open(address, create=True)
    assert len(made) == min(steps + 1, 5)
    with OpenSearchBackend.open(address, create=True, spool=tmp_path).writer() as writer:
        writer.add(PAGE)
    assert not OpenSearchBackend.open(address).verify()


def test_of_several_that_make_the_same_index_all_open_it(
    address: str, tmp_path: Path, ask: Callable[..., Any]
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [
            pool.submit(OpenSearchBackend.open, address, create=True, spool=tmp_path)
            for _ in range(4)
        ]
    opened = [one.result() for one in made]
    with opened[0].writer() as writer:
        writer.add(PAGE)
    for one in opened:
        with one.open_view() as view:
            assert view.document_count == 1
    assert len(ask("GET", "/NAME/_alias")) == 1
    # The documents, the vocabularies and the control document.
    assert len(ask("GET", "/NAME-*/_settings")) == 3


def test_the_index_has_another_format(
    backend: OpenSearchBackend, address: str, ask: Callable[..., Any]
) -> None:
    ask("POST", "/NAME-control/_update/control", {"doc": {"format": 99}})
    with pytest.raises(IndexDamagedError, match="format 99"):
        OpenSearchBackend.open(address)


def test_the_index_is_closed(backend: OpenSearchBackend, ask: Callable[..., Any]) -> None:
    with backend.open_view() as view:
        ask("POST", "/NAME/_close")
        with pytest.raises(IndexUnavailableError, match=re.escape("_open")):
            view.search(Plan(ALL))
        ask("POST", "/NAME/_open", params={"wait_for_active_shards": "1"})
        ask("GET", "/_cluster/health/NAME", params={"wait_for_status": "green"})
        assert view.search(Plan(ALL)).total == 1


def test_the_disks_are_full(backend: OpenSearchBackend, ask: Callable[..., Any]) -> None:
    ask("PUT", "/NAME/_settings", {"index.blocks.read_only_allow_delete": True})
    writer = backend.writer()
    writer.add(page("2", "Đình làng mở hội."))
    with pytest.raises(IndexWriteError, match="free space"):
        writer.commit()
    with backend.open_view() as view:
        assert view.search(Plan(ALL)).total == 1
    ask("PUT", "/NAME/_settings", {"index.blocks.read_only_allow_delete": None})
    with backend.writer():
        pass
    with backend.open_view() as view:
        assert view.search(Plan(ALL)).total == 2


def test_a_view_that_the_cluster_let_go_of(
    backend: OpenSearchBackend, ask: Callable[..., Any]
) -> None:
    """It is opened again while its commit is the last one, and not with another."""
    with backend.open_view() as view:
        ask("DELETE", "/_search/point_in_time", {"pit_id": [view._snapshot._pit]})
        assert view.search(Plan(ALL)).total == 1
        with backend.writer() as writer:
            writer.add(page("2", "Đình làng mở hội."))
        ask("DELETE", "/_search/point_in_time", {"pit_id": [view._snapshot._pit]})
        with pytest.raises(IndexUnavailableError, match="open another view"):
            view.search(Plan(ALL))


def test_verifying_finds_what_others_changed(
    backend: OpenSearchBackend, ask: Callable[..., Any]
) -> None:
    assert backend.verify() == []
    source = ask("GET", "/NAME/_doc/1")["_source"]
    ask("PUT", "/NAME/_doc/x", {**source, "seq": 77}, {"refresh": "true"})
    (fault,) = backend.verify()
    assert "1 of 2 documents" in fault
    ask("DELETE", "/NAME/_doc/x", params={"refresh": "true"})
    ask("PUT", "/NAME/_doc/1", {**source, "seq": 0}, {"refresh": "true"})
    (fault,) = backend.verify()
    assert "'1'" in fault


def test_removing_an_index(
    backend: OpenSearchBackend, address: str, ask: Callable[..., Any]
) -> None:
    with backend.writer(), pytest.raises(IndexLockedError):
        OpenSearchBackend.remove(address)
    OpenSearchBackend.remove(address)
    for act in (OpenSearchBackend.remove, OpenSearchBackend.open):
        with pytest.raises(IndexNotFoundError):
            act(address)


def test_the_documents_are_gone(backend: OpenSearchBackend, ask: Callable[..., Any]) -> None:
    (index,) = ask("GET", "/NAME/_alias")
    ask("DELETE", f"/{index}")
    for use in (backend.open_view, backend.writer):
        with pytest.raises(IndexDamagedError, match="index anew"):
            use()
    (fault,) = backend.verify()
    assert index in fault


def test_the_documents_go_before_a_commit(
    backend: OpenSearchBackend, ask: Callable[..., Any]
) -> None:
    (index,) = ask("GET", "/NAME/_alias")
    writer = backend.writer()
    writer.add(page("2", "Đình làng mở hội."))
    ask("DELETE", f"/{index}")
    with pytest.raises(IndexDamagedError, match="index anew"):
        writer.commit()


def test_the_documents_go_while_a_commit_is_made(
    backend: OpenSearchBackend, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cluster makes another index of what is sent to it, which is none of ours."""
    (index,) = ask("GET", "/NAME/_alias")
    send = writing.send

    def gone(*arguments: Any, **options: Any) -> None:
        ask("DELETE", f"/{index}")
        send(*arguments, **options)

    monkeypatch.setattr(writing, "send", gone)
    writer = backend.writer()
    writer.add(page("2", "Đình làng mở hội."))
    with pytest.raises(IndexDamagedError, match="another program"):
        writer.commit()
    with pytest.raises(IndexDamagedError, match="another program"):
        backend.writer()


def test_writing_to_a_closed_index(
    backend: OpenSearchBackend, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "WAITS", ())
    writer = backend.writer()
    writer.add(page("2", "Đình làng mở hội."))
    ask("POST", "/NAME/_close")
    with pytest.raises(IndexUnavailableError, match=re.escape("_open")):
        writer.commit()
    ask("POST", "/NAME/_open", params={"wait_for_active_shards": "1"})
    ask("GET", "/_cluster/health/NAME", params={"wait_for_status": "green"})
    with backend.writer():
        pass
    with backend.open_view() as view:
        assert view.search(Plan(ALL)).total == 2


def test_somebody_has_blocked_writing(backend: OpenSearchBackend, ask: Callable[..., Any]) -> None:
    ask("PUT", "/NAME/_settings", {"index.blocks.write": True})
    writer = backend.writer()
    writer.delete("1")
    with pytest.raises(IndexWriteError, match=r"index\.blocks"):
        writer.commit()
