"""What changes an index and what must not change: writers, snapshots, closing."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from searchengine.backends.contract.base import ALL, CLOSE, Contract, page, ranked, scores, terms
from searchengine.backends.fields import FACET_NAMES
from searchengine.backends.protocol import Backend, View
from searchengine.backends.values import (
    Beginning,
    FacetSpec,
    FieldTerm,
    PhraseQuery,
    Plan,
    TermQuery,
    ValueQuery,
)
from searchengine.document import Document
from searchengine.errors import IndexClosedError, IndexLockedError, SearchEngineError
from searchengine.text.streams import FOLDED, SYLLABLES

PAGES = (
    page("một", "Cầu mới nối hai bờ sông Hậu.", date="2021-05-19", place="xã Phú Hậu"),
    page("hai", "Nước lên, bến phà sông Hậu tạm dừng.", date="2021-10", title="Bến phà tạm dừng"),
    page("ba", "Lớp học bơi cho trẻ em ven sông.", place="xã Phú Hậu", author="Lê Mười"),
)
RIVER = Plan(
    TermQuery(SYLLABLES, "sông"),
    terms(FOLDED, "song", "hau", "cau"),
    facets=FacetSpec(FACET_NAMES, 10),
)
PHRASE = Plan(PhraseQuery(FOLDED, ("hai", "bo", "song")), terms(FOLDED, "cau"))
PLACE = Plan(ALL, filters=(ValueQuery("place", ("phú", "hậu"), False),), fold_duplicates=True)

#: Every way of asking a view.
QUESTIONS: tuple[Callable[[View], Any], ...] = (
    lambda view: [view.search(plan) for plan in (RIVER, PHRASE, PLACE)],
    lambda view: view.facets(RIVER, FACET_NAMES, 10, "name"),
    lambda view: view.histogram(RIVER, "month"),
    lambda view: view.explain(RIVER, ["một", "hai", "ba", "bốn"]),
    lambda view: view.frequencies([FieldTerm(FOLDED, "song"), FieldTerm(SYLLABLES, "thuyền")]),
    lambda view: view.vocabulary([Beginning(FOLDED, ("b", "s"), 100)]),
    lambda view: list(view.lexicon().marked("song")),
    lambda view: view.complete("bến p", 5),
    lambda view: list(view.fetch(["một", "hai", "bốn"])),
    lambda view: list(view.documents()),
    lambda view: list(view.entries()),
    lambda view: sorted(view.fingerprints()),
    lambda view: view.statistics().documents,
    lambda view: view.statistics().terms,
)


def answers(view: View) -> list[Any]:
    """What a view says, asked in every way."""
    return [view.version, view.document_count, *(ask(view) for ask in QUESTIONS)]


def ids(backend: Backend) -> set[str]:
    """The ids of the documents of the latest commit."""
    backend.refresh()
    with backend.open_view() as view:
        found = [one.id for one in view.documents()]
        assert len(found) == view.document_count == len(set(found))
        return set(found)


class CommitContract(Contract):
    """Writers, views of one commit each, and the end of both."""

    def test_what_is_committed_is_found(self, backend: Backend) -> None:
        with backend.writer() as writer:
            writer.add(PAGES[0])
            writer.commit()
        assert ids(backend) == {"một"}

    def test_a_document_replaces_the_one_of_its_id(self, backend: Backend) -> None:
        new = replace(PAGES[0], text="Cầu phao tháo dỡ.", place="")
        self.put(backend, PAGES)
        with backend.writer() as writer:
            writer.add(new)
        assert ids(backend) == {"một", "hai", "ba"}
        with backend.open_view() as view:
            assert list(view.fetch(["một"])) == [new]
            assert set(ranked(view, RIVER)) == {"hai", "ba"}
            assert view.facets(Plan(ALL), ("place",), 5, "count")["place"] == {"xã Phú Hậu": 1}

    def test_of_two_in_one_commit_the_last_stays(self, backend: Backend) -> None:
        with backend.writer() as writer:
            writer.add(PAGES[0])
            writer.add(PAGES[1])
            writer.add(replace(PAGES[0], text="Sông cạn."))
        assert ids(backend) == {"một", "hai"}
        with backend.open_view() as view:
            assert [one.id for one in view.documents()] == ["hai", "một"]
            assert list(view.fetch(["một"])) == [replace(PAGES[0], text="Sông cạn.")]

    def test_deleting(self, backend: Backend) -> None:
        self.put(backend, PAGES)
        with backend.writer() as writer:
            assert writer.delete("hai")
            assert not writer.delete("hai")
            assert not writer.delete("không có")
        assert ids(backend) == {"một", "ba"}
        with backend.open_view() as view:
            assert list(view.fetch(["hai"])) == [None]
            assert "hai" not in ranked(view, RIVER)

    def test_what_was_looked_up_is_deleted_like_others(self, backend: Backend) -> None:
        self.put(backend, PAGES)
        with backend.writer() as writer:
            writer.look_up(["hai", "không có", "mới"])
            writer.add(replace(PAGES[0], id="mới"))
            assert writer.delete("hai")
            assert not writer.delete("hai")
            assert not writer.delete("không có")
            assert writer.delete("mới")
            writer.add(PAGES[1])
        with backend.writer() as writer:
            assert writer.delete("ba")
        assert ids(backend) == {"một", "hai"}

    def test_a_checkpoint_stays_whatever_comes_after(self, backend: Backend) -> None:
        writer = backend.writer()
        writer.add(PAGES[0])
        writer.checkpoint()
        assert ids(backend) == {"một"}
        with pytest.raises(IndexLockedError):
            backend.writer()
        writer.add(PAGES[1])
        writer.checkpoint()
        writer.delete("một")
        writer.add(replace(PAGES[1], text="Sông cạn."))
        writer.add(PAGES[2])
        writer.cancel()
        with backend.open_view() as view:
            assert list(view.fetch(["một", "hai", "ba"])) == [*PAGES[:2], None]
        self.put(backend, PAGES)

    def test_after_a_checkpoint_documents_are_replaced_and_deleted(self, backend: Backend) -> None:
        with backend.writer() as writer:
            writer.add(PAGES[0])
            writer.add(PAGES[1])
            writer.checkpoint()
            assert writer.delete("hai")
            writer.add(replace(PAGES[0], text="Sông cạn."))
            writer.checkpoint()
            writer.checkpoint()
            writer.add(PAGES[2])
        assert ids(backend) == {"một", "ba"}
        with backend.open_view() as view:
            assert list(view.fetch(["một"])) == [replace(PAGES[0], text="Sông cạn.")]

    def test_deleting_what_was_just_added(self, backend: Backend) -> None:
        with backend.writer() as writer:
            writer.add(PAGES[0])
            writer.add(PAGES[1])
            assert writer.delete("một")
        assert ids(backend) == {"hai"}

    def test_all_may_be_deleted(self, backend: Backend) -> None:
        self.put(backend, PAGES)
        with backend.writer() as writer:
            for one in PAGES:
                assert writer.delete(one.id)
        assert ids(backend) == set()
        with backend.open_view() as view:
            assert view.search(RIVER).total == 0
            assert view.frequencies([FieldTerm(FOLDED, "song")]) == [0]

    def test_deleted_documents_count_for_nothing(self, backend: Backend) -> None:
        """Scores are those of an index that never had them."""
        expected = {}
        with self.fill(backend, PAGES[:2]) as view:
            expected = scores(view, RIVER)
        with backend.writer() as writer:
            writer.add(page("dài", "sông " * 50, date="2001"))
            writer.add(page("khác", "cầu Hậu"))
        with backend.writer() as writer:
            writer.delete("dài")
            writer.delete("khác")
        assert ids(backend) == {"một", "hai"}
        with backend.open_view() as view:
            assert scores(view, RIVER) == pytest.approx(expected, rel=CLOSE)
            assert list(view.facets(Plan(ALL), ("year",), 9, "count")["year"]) == ["2021"]
            assert ("dài", 1) not in view.vocabulary([Beginning(SYLLABLES, ("d",), 99)])[0]

    def test_documents_made_when_they_are_written(self, backend: Backend) -> None:
        with backend.writer() as writer:
            for one in PAGES:
                make = functools.partial(_given, one)
                writer.add_lazy(one.id, make, len(one.text), f"{one.id}.txt")
        assert ids(backend) == {"một", "hai", "ba"}
        with backend.open_view() as view:
            assert list(view.documents()) == list(PAGES)
            assert sorted(view.fingerprints()) == ["ba.txt", "hai.txt", "một.txt"]

    def test_a_cancelled_writer_changes_nothing(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            writer = backend.writer()
            writer.add(page("bốn", "sông"))
            writer.delete("một")
            writer.cancel()
            assert ids(backend) == {"một", "hai", "ba"}
            with backend.open_view() as after:
                assert answers(after) == answers(view)

    def test_an_error_in_the_block_changes_nothing(self, backend: Backend) -> None:
        def write() -> None:
            with backend.writer() as writer:
                writer.add(page("bốn", "sông"))
                raise ZeroDivisionError

        self.put(backend, PAGES)
        with pytest.raises(ZeroDivisionError):
            write()
        assert ids(backend) == {"một", "hai", "ba"}
        with backend.writer() as writer:
            writer.add(page("bốn", "sông"))
        assert ids(backend) == {"một", "hai", "ba", "bốn"}

    def test_a_document_that_cannot_be_made_changes_nothing(self, backend: Backend) -> None:
        def write() -> None:
            with backend.writer() as writer:
                writer.add(page("bốn", "sông"))
                writer.add_lazy("năm", _never, 10)

        self.put(backend, PAGES)
        with pytest.raises(ZeroDivisionError):
            write()
        assert ids(backend) == {"một", "hai", "ba"}

    def test_a_writer_that_has_committed_takes_no_more(self, backend: Backend) -> None:
        with backend.writer() as writer:
            writer.add(PAGES[0])
            writer.commit()
            with pytest.raises(SearchEngineError):
                writer.add(PAGES[1])
        assert ids(backend) == {"một"}

    def test_one_writer_at_a_time(self, backend: Backend) -> None:
        if not self.one_writer:
            pytest.skip("this engine takes several writers")
        with backend.writer() as writer:
            with pytest.raises(IndexLockedError):
                backend.writer()
            writer.add(PAGES[0])
        with backend.writer() as writer:
            writer.add(PAGES[1])
        assert ids(backend) == {"một", "hai"}

    def test_nothing_is_seen_before_the_commit(self, backend: Backend) -> None:
        if not self.atomic_commits:
            pytest.skip("this engine shows documents before the commit")
        self.put(backend, PAGES)
        with backend.writer() as writer:
            writer.add(page("bốn", "sông"))
            writer.delete("một")
            assert ids(backend) == {"một", "hai", "ba"}
        assert ids(backend) == {"hai", "ba", "bốn"}

    def test_each_commit_has_a_name_of_its_own(self, backend: Backend) -> None:
        versions = []
        for one in PAGES:
            with self.fill(backend, [one]) as view, backend.open_view() as again:
                assert view.version == again.version
                assert re.fullmatch("[A-Za-z0-9-]+", view.version)
                versions.append(view.version)
        with backend.writer() as writer:
            writer.delete("một")
        backend.refresh()
        with backend.open_view() as view:
            versions.append(view.version)
        assert len(set(versions)) == 4

    def test_after_a_refresh_there_is_nothing_new(self, backend: Backend) -> None:
        self.put(backend, PAGES)
        backend.refresh()
        assert not backend.refresh()
        assert backend.refresh_seconds > 0

    def test_a_view_answers_as_before_whatever_is_committed(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            before = answers(view)
            with backend.writer() as writer:
                writer.add(page("bốn", "Thuyền về sông Hậu.", date="2022-01-01", place="xã Vàm"))
            assert answers(view) == before
            with backend.writer() as writer:
                writer.add(replace(PAGES[0], text="Sông Tiền, sông Hậu.", place="xã Vàm"))
            backend.refresh()
            with backend.open_view() as between:
                assert answers(view) == before
                with backend.writer() as writer:
                    writer.delete("hai")
                    writer.delete("ba")
                assert answers(view) == before
                assert between.document_count == 4
            assert ids(backend) == {"một", "bốn"}
            assert answers(view) == before

    def test_documents_are_read_on_while_others_are_committed(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            reading = view.documents()
            found = [next(reading).id]
            with backend.writer() as writer:
                for one in PAGES:
                    writer.delete(one.id)
            assert sorted([*found, *(one.id for one in reading)]) == ["ba", "hai", "một"]

    def test_a_closed_view_answers_no_more(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            pass
        for ask in QUESTIONS:
            with pytest.raises(IndexClosedError):
                ask(view)
        with backend.open_view() as another:
            assert another.document_count == 3

    def test_a_closed_backend_answers_no_more(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            before = answers(view)
            backend.close()
            calls: tuple[Callable[[], object], ...] = (
                backend.open_view,
                backend.writer,
                backend.refresh,
                backend.verify,
            )
            for call in calls:
                with pytest.raises(IndexClosedError):
                    call()
            assert answers(view) == before
        backend.close()


def _given(document: Document) -> Document:
    return document


def _never() -> Document:
    raise ZeroDivisionError
