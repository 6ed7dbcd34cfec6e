"""What every part of the contract stands on: making an engine, filling it, asking it.

Behaviours are in the other modules.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from searchengine.backends.fields import Field, IndexSettings
from searchengine.backends.protocol import Backend, View
from searchengine.backends.values import AllOf, Plan, Query, ScoringTerm, day_number
from searchengine.document import Document

#: Scores and factors agree to this, relatively.
CLOSE = 1e-6
#: Every document.
ALL = AllOf(())


class Contract:
    """The base of every part; a subclass defines :meth:`make_backend`.

    The attributes are what an engine may say of itself.
    """

    #: The suite commits so many documents at a time; None for all at once. An engine that keeps
    #: commits apart on its disk should pass with a small number as well.
    commit_size: ClassVar[int | None] = None
    #: Whether documents of different commits stay in the order in which they were added. Those
    #: of one commit must.
    keeps_order_over_commits: ClassVar[bool] = True
    #: Whether a vocabulary's terms are exactly the commonest where a limit leaves some out.
    exact_vocabulary: ClassVar[bool] = True
    #: Whether a second writer is refused while one is open.
    one_writer: ClassVar[bool] = True
    #: Whether nothing of a commit is seen before all of it is, while its writer is there.
    atomic_commits: ClassVar[bool] = True
    #: What becomes of a commit that broke off: nothing of it is left, or the next writer ends it;
    #: then a view that is opened meanwhile may have some of its changes, each of them whole.
    broken_commits: ClassVar[Literal["undone", "ended"]] = "undone"

    def make_backend(self, folder: Path) -> Backend:
        """Return an empty index; ``folder`` is an empty directory for its files, if it has any."""
        raise NotImplementedError

    def break_off(self) -> AbstractContextManager[None]:
        """Return a block in which a commit fails when about half of it is done."""
        pytest.skip("this engine does not say how its commits break off")

    @pytest.fixture
    def backend(self, tmp_path: Path) -> Iterator[Backend]:
        """An empty index, closed at the end."""
        backend = self.make_backend(tmp_path)
        yield backend
        backend.close()

    def fill(self, backend: Backend, documents: Sequence[Document | str]) -> View:
        """Add documents (texts get the ids a, b, c …) and return a view of them."""
        self.put(backend, documents)
        return backend.open_view()

    def declare(self, backend: Backend, *fields: Field) -> None:
        """Declare the fields of an index that is empty."""
        with backend.writer() as writer:
            writer.configure(IndexSettings(fields=fields))
        backend.refresh()

    def put(self, backend: Backend, documents: Sequence[Document | str]) -> None:
        """Add documents, so many in a commit as :attr:`commit_size` says."""
        made = [
            Document(id=chr(ord("a") + at), text=one) if isinstance(one, str) else one
            for at, one in enumerate(documents)
        ]
        size = self.commit_size or max(len(made), 1)
        for start in range(0, len(made), size):
            with backend.writer() as writer:
                for one in made[start : start + size]:
                    writer.add(one)
        backend.refresh()


def page(id_: str, text: str = "", date: str = "", **fields: object) -> Document:
    """Return a document; ``date`` is a day, a month or a year: 2022-07-03, 2022-07, 2022."""
    if date:
        precision = ("year", "month", "day")[date.count("-")]
        fields |= {
            "date": datetime.date.fromisoformat((date + "-01-01")[:10]),
            "date_precision": precision,
        }
    return Document(id=id_, text=text, **fields)  # type: ignore[arg-type]


def day(iso: str) -> int:
    """Return the day number of a date."""
    return day_number(datetime.date.fromisoformat(iso))


def terms(field: str, *words: str, weight: float = 1.0) -> tuple[ScoringTerm, ...]:
    """Return scoring terms of one field."""
    return tuple(ScoringTerm(field, word, weight) for word in words)


def matched(view: View, query: Query | None, *filters: Query) -> set[str]:
    """Return the ids of the documents that match."""
    ranking = view.search(Plan(match=query, filters=filters, limit=1000))
    ids = [one.document.id for one in ranking.ranked]
    assert ranking.total == len(ids) == len(set(ids))
    return set(ids)


def ranked(view: View, plan: Plan) -> list[str]:
    """Return the ids of what ``plan`` finds, in its order."""
    return [one.document.id for one in view.search(plan).ranked]


def scores(view: View, plan: Plan) -> dict[str, float]:
    """Return the scores of what ``plan`` finds."""
    return {one.document.id: one.score for one in view.search(plan).ranked}
