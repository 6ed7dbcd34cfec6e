"""What becomes of an index of which a part is gone: it is told, and made again from the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchengine.backends.contract.base import ALL, page
from searchengine.backends.opensearch.address import Address
from searchengine.backends.opensearch.backend import OpenSearchBackend
from searchengine.backends.opensearch.cluster import Cluster
from searchengine.backends.opensearch.control import Control
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.opensearch.writing import writer as writing
from searchengine.backends.values import FieldTerm, Plan
from searchengine.backends.vectors.passages import PassageVectors, VectorModel
from searchengine.errors import IndexDamagedError, IndexUnavailableError, IndexWriteError

PAGES = [page("1", "Thợ gốm nung lò mới."), page("2", "Lò gốm nghỉ Tết.")]
POTTERY = FieldTerm("syllables", "gốm")
MODEL = VectorModel("đất sét", 2)


@pytest.fixture
def address(indices: Any) -> str:
    return str(indices.address())


@pytest.fixture
def opened(indices: Any, address: str, tmp_path: Path) -> Callable[[], OpenSearchBackend]:
    """A function that opens an index of two documents with vectors."""
    made = indices.create(address, spool=tmp_path)
    with made.writer() as writer:
        for one in PAGES:
            writer.add(one)
    embed(made)
    return lambda: OpenSearchBackend.open(address, spool=tmp_path)


def embed(backend: OpenSearchBackend) -> int:
    """Give vectors to documents without any; return how many got some."""
    given = 0
    with backend.vector_writer(MODEL) as writer:
        for one in writer.pending():
            numbers = np.ones((1, 2), np.int8), np.ones(1, np.float32), np.zeros((1, 2), np.int32)
            writer.add(one.id, PassageVectors(*numbers))
            given += 1
    return given


def lose(address: str, part: str) -> str:
    """Delete an index beside that of the documents; return its name."""
    cluster, name = Cluster(Address.parse(address)), Address.parse(address).name
    (lost,) = cluster.request("GET", f"/{name}-*-{part}/_settings")
    cluster.request("DELETE", f"/{lost}")
    return str(lost)


def write(backend: OpenSearchBackend) -> None:
    with backend.writer() as writer:
        writer.add(page("3", "Chợ gốm họp sớm."))


def test_without_its_vocabularies_it_is_told_and_rebuilt(
    opened: Callable[[], OpenSearchBackend], address: str, tmp_path: Path
) -> None:
    lost = lose(address, "lexicon")
    for use in (OpenSearchBackend.open_view, write):
        with pytest.raises(IndexDamagedError, match=rf"{lost}: run 'searchengine rebuild'"):
            use(opened())
    assert any(lost in one for one in opened().verify())
    OpenSearchBackend.rebuild(address, spool=tmp_path)
    assert opened().verify() == []
    with opened().open_view() as view:
        # The commit that was refused had been begun; it is ended before all else.
        assert view.search(Plan(ALL)).total == 3
        assert list(view.frequencies([POTTERY])) == [3]


def test_a_commit_that_broke_off_without_them_can_be_settled(
    opened: Callable[[], OpenSearchBackend], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise IndexUnavailableError("no node can be reached: try again")

    with monkeypatch.context() as patch:
        patch.setattr(writing, "send", lost)
        with pytest.raises(IndexUnavailableError):
            write(opened())
    lose(address, "lexicon")
    assert opened().settle()
    with opened().open_view() as view:
        assert list(view.frequencies([POTTERY])) == [2]


def test_without_its_vectors_it_is_searched_and_embedded_anew(
    opened: Callable[[], OpenSearchBackend], address: str
) -> None:
    lost = lose(address, "vectors")
    with opened().open_view() as view:
        assert view.search(Plan(ALL)).total == 2
        assert view.vector_model() is None
    (fault,) = opened().verify()
    assert lost in fault
    assert embed(opened()) == 2
    assert opened().verify() == []


def test_writing_without_its_vectors_makes_no_others(
    opened: Callable[[], OpenSearchBackend], address: str
) -> None:
    lose(address, "vectors")
    write(opened())
    assert opened().verify() == []
    assert embed(opened()) == 3


def test_it_is_rebuilt_without_its_vectors(
    opened: Callable[[], OpenSearchBackend], address: str, tmp_path: Path
) -> None:
    lose(address, "vectors")
    OpenSearchBackend.rebuild(address, spool=tmp_path)
    assert opened().verify() == []
    assert embed(opened()) == 2


@pytest.mark.parametrize("part", ["lexicon", "vectors"])
def test_what_goes_as_it_is_made_anew_is_read_of_the_new_one(
    opened: Callable[[], OpenSearchBackend],
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
) -> None:
    """A view is being opened when a rebuild ends: its documents are seen, and a part is gone."""
    point, rebuilt = Snapshot._point_in_time, []

    def late(self: Snapshot, control: Control, index: str) -> str:
        if index.endswith(part) and not rebuilt:
            rebuilt.append(index)
            OpenSearchBackend.rebuild(address, spool=tmp_path)
        return point(self, control, index)

    monkeypatch.setattr(Snapshot, "_point_in_time", late)
    with opened().open_view() as view:
        assert list(view.frequencies([POTTERY])) == [2]
        assert view.vector_model() == MODEL
    assert len(rebuilt) == 1


def test_a_folder_for_changes_that_is_none_is_told_and_the_lease_given_back(
    opened: Callable[[], OpenSearchBackend], address: str, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(IndexWriteError, match="name another folder"):
        write(OpenSearchBackend.open(address, spool=file / "changes"))
    write(opened())
