"""Commits that do not end: nothing is lost, nothing is there twice, and nobody goes on unasked."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchengine.backends.opensearch import records, snapshot
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.control import ControlDocument
from searchengine.backends.opensearch.writing.bulk import Target, send
from searchengine.backends.opensearch.writing.writer import OpenSearchWriter
from searchengine.errors import IndexLockedError, IndexUnavailableError, IndexWriteError
from tests.backends.opensearch.breaking import (
    PAGES,
    Open,
    ids,
    lose_the_cluster,
    refresh,
    send_singly,
)

CHANGED = replace(PAGES[1], text="Cầu đã thông xe.")


def break_off(open_backend: Open) -> OpenSearchBackend:
    """An index of the pages 0 and 1, and a commit that had sent four changes of nine.

    It deletes the first page, changes the second, and adds the others.
    """
    backend = open_backend()
    with backend.writer() as writer:
        writer.add(PAGES[0])
        writer.add(PAGES[1])
    with pytest.MonkeyPatch.context() as patch:
        lose_the_cluster(patch, after=4)
        writer = backend.writer()
        writer.delete("0")
        for one in (CHANGED, *PAGES[2:]):
            writer.add(one)
        with pytest.raises(IndexUnavailableError):
            writer.commit()
    return backend


def test_a_commit_that_broke_off_is_ended_by_the_next_writer(
    open_backend: Open, tmp_path: Path
) -> None:
    backend = break_off(open_backend)
    assert ids(backend) == ["0", "1"]
    with open_backend().writer() as after:
        after.add(PAGES[0])
    assert ids(backend) == [*(one.id for one in PAGES[1:]), "0"]
    with backend.open_view() as view:
        assert list(view.fetch(["1"])) == [CHANGED]
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_that_broke_off_is_ended_too(open_backend: Open) -> None:
    backend = open_backend()
    with pytest.MonkeyPatch.context() as patch:
        lose_the_cluster(patch, after=2)
        with backend.writer() as writer:
            for one in PAGES:
                writer.add(one)
            with pytest.raises(IndexUnavailableError):
                writer.checkpoint()
    with backend.writer():
        pass
    assert ids(backend) == [one.id for one in PAGES]


def test_where_its_changes_are_not_it_is_told(open_backend: Open, tmp_path: Path) -> None:
    backend = break_off(open_backend)
    elsewhere = open_backend(spool=tmp_path / "elsewhere")
    with pytest.raises(IndexLockedError, match=str(tmp_path)):
        elsewhere.writer()
    (fault,) = elsewhere.verify()
    assert "did not end" in fault
    assert ids(elsewhere) == ["0", "1"]
    with open_backend().writer():
        pass
    assert backend.verify() == []
    with elsewhere.writer() as writer:
        writer.delete("1")
    assert ids(backend) == [one.id for one in PAGES[2:]]


def test_its_changes_may_be_brought_to_another_machine(open_backend: Open, tmp_path: Path) -> None:
    backend = break_off(open_backend)
    elsewhere = shutil.copytree(tmp_path, tmp_path / "elsewhere")
    with open_backend(spool=elsewhere).writer():
        pass
    assert ids(backend) == [one.id for one in PAGES[1:]]
    assert list(elsewhere.iterdir()) == []
    # Where it began nothing is brought in again.
    with backend.writer() as writer:
        writer.delete("1")
    assert ids(backend) == [one.id for one in PAGES[2:]]


def test_a_commit_whose_changes_are_lost_ends_as_it_stands(
    open_backend: Open, tmp_path: Path
) -> None:
    backend = break_off(open_backend)
    elsewhere = open_backend(spool=tmp_path / "elsewhere")
    assert elsewhere.settle()
    assert ids(backend) == ["1", "2", "3"]
    assert backend.verify() == []
    # What comes after it is behind it, and its changes are brought in by nobody.
    with backend.writer() as writer:
        for one in reversed(PAGES[2:]):
            writer.add(one)
    assert ids(backend) == ["1", *(one.id for one in reversed(PAGES[2:]))]
    assert not backend.settle()


def test_nobody_settles_what_is_being_written(open_backend: Open) -> None:
    backend = open_backend()
    with backend.writer(), pytest.raises(IndexLockedError):
        backend.settle()


def test_a_writer_that_loses_its_lease_sends_no_more(open_backend: Open) -> None:
    backend = open_backend()
    control = ControlDocument(backend._cluster)

    def taken_over(number: int) -> None:
        sent.append(number)
        if number == 3:
            found, place = control._read()
            assert found.lease is not None
            control._write(replace(found, lease=replace(found.lease, holder="other")), place)

    sent: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        send_singly(patch, taken_over)
        writer = backend.writer()
        for one in PAGES:
            writer.add(one)
        with pytest.raises(IndexLockedError, match="taken over"):
            writer.commit()
    assert sent == [1, 2, 3]


def test_what_arrives_late_undoes_no_later_commit(open_backend: Open) -> None:
    backend = open_backend()
    for made in (PAGES[0], PAGES[1], replace(PAGES[0], text="Bến phà.")):
        with backend.writer() as writer:
            writer.add(made)
    with backend.writer() as writer:
        writer.delete("1")
    cluster, index = backend._cluster, backend._control_document.read().index
    source = cluster.request("GET", f"/{index}/_doc/0")["_source"]
    for key in ("0", "1"):
        late = Target(cluster, index, 2, check=lambda: None)
        with pytest.raises(IndexLockedError):
            send(late, [(key, '{"id":"late"}')])
    refresh(backend)
    assert cluster.request("GET", f"/{index}/_doc/0")["_source"] == source
    assert ids(backend) == ["0"]


def test_no_view_is_opened_on_a_part_of_a_commit(
    open_backend: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which a node shows that starts anew. One that is open answers as before."""
    backend = open_backend()
    with backend.writer() as writer:
        for one in PAGES[:3]:
            writer.add(one)
    seen: list[list[str]] = []

    def looked_at(_: int) -> None:
        refresh(backend)
        seen.append(ids(backend))
        with pytest.raises(IndexUnavailableError, match="try again"):
            open_backend().open_view()

    monkeypatch.setattr(snapshot, "WAITS", 2)
    with backend.open_view(), pytest.MonkeyPatch.context() as patch:
        send_singly(patch, lambda number: looked_at(number) if number in (2, 5) else None)
        with backend.writer() as writer:
            writer.delete("0")
            for one in (CHANGED, *PAGES[3:]):
                writer.add(one)
    assert seen == [["0", "1", "2"]] * 2
    assert ids(open_backend()) == ["2", "1", *(one.id for one in PAGES[3:])]


def test_what_a_commit_left_behind_is_seen_rather_than_nothing(open_backend: Open) -> None:
    """By views that are opened once its writer has gone; no view changes its answers."""
    backend = break_off(open_backend)
    with backend.open_view() as view:
        refresh(backend)
        assert ids(open_backend()) == ["1", "2", "3"]
        assert [one.id for one in view.documents()] == ["0", "1"]
        backend._cluster.request(
            "DELETE", "/_search/point_in_time", {"pit_id": [view._snapshot._pit]}
        )
        with pytest.raises(IndexUnavailableError, match="open another view"):
            list(view.documents())


def test_a_document_that_the_cluster_does_not_take(
    open_backend: Open,
) -> None:
    """Whoever writes is told of it, until the commit is ended without it."""
    backend = open_backend()
    sources = records.sources_of

    def unfit(*arguments: Any) -> Any:
        made = sources(*arguments)
        for one in made:
            if one["id"] == "1":
                one["unknown"] = "a field that no index has"
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{OpenSearchWriter.__module__}.sources_of", unfit)
        writer = backend.writer()
        for one in PAGES[:2]:
            writer.add(one)
        with pytest.raises(IndexWriteError, match=r"the document '1'.*settle"):
            writer.commit()
    with pytest.raises(IndexWriteError, match="the document '1'"):
        backend.writer()
    assert backend.settle()
    with backend.writer() as after:
        after.add(PAGES[2])
    assert ids(backend) == ["0", "2"]
