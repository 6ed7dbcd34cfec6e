"""What is seen of a commit while it is being made, and of one that broke off."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

import pytest

from searchengine.backends.contract.base import Contract, page
from searchengine.backends.protocol import Backend
from searchengine.document import Document
from searchengine.errors import SearchEngineError

BEFORE = tuple(page(f"trang {at}", f"Sổ hộ khẩu quyển {at}.") for at in range(6))
#: The first is deleted, the next ones replaced, some are added.
AFTER = (
    BEFORE[3],
    *(replace(one, text="Sổ đã chép lại sạch sẽ.") for one in BEFORE[1:3]),
    *BEFORE[4:],
    *(page(f"trang {at}", f"Sổ chép tay quyển {at}.") for at in range(6, 30)),
)


class UnfinishedCommitContract(Contract):
    """Between a commit's first change and its end."""

    def test_a_view_has_all_of_a_commit_or_nothing(self, backend: Backend) -> None:
        if not self.atomic_commits:
            pytest.skip("this engine shows documents before the commit")
        self.put(backend, BEFORE)
        writing = threading.Thread(target=_write, args=(backend,))
        seen: list[dict[str, Document]] = []
        writing.start()
        while writing.is_alive() or not seen:
            seen.append(_documents(backend))
        writing.join()
        for found in seen:
            assert found in (_by_id(BEFORE), _by_id(AFTER))
        backend.refresh()
        assert _documents(backend) == _by_id(AFTER)

    def test_what_becomes_of_a_commit_that_broke_off(self, backend: Backend) -> None:
        before, after = _by_id(BEFORE), _by_id(AFTER)
        self.put(backend, BEFORE)
        with self.break_off(), pytest.raises(SearchEngineError):
            _write(backend)
        backend.refresh()
        found = _documents(backend)
        if self.broken_commits == "undone":
            assert found == before
        for id_ in before.keys() | after.keys():
            assert found.get(id_) in (before.get(id_), after.get(id_))
        with backend.writer() as writer:
            writer.add(page("trang 0", "Mở sổ khác."))
        backend.refresh()
        ended = before if self.broken_commits == "undone" else after
        assert _documents(backend) == {**ended, "trang 0": page("trang 0", "Mở sổ khác.")}


def _write(backend: Backend) -> None:
    """Make of the pages before those after, in one commit."""
    with backend.writer() as writer:
        writer.delete(BEFORE[0].id)
        for one in AFTER:
            writer.add(one)


def _documents(backend: Backend) -> dict[str, Document]:
    with backend.open_view() as view:
        found = list(view.documents())
        assert len(found) == view.document_count
    assert len(_by_id(found)) == len(found)
    return _by_id(found)


def _by_id(documents: Iterable[Document]) -> dict[str, Document]:
    return {one.id: one for one in documents}
