"""The seam: what a search asks of an index, whichever engine keeps it.

:class:`Backend` opens views and writers, a :class:`View` answers from one committed state, a
:class:`Lexicon` says what that state knows of syllables. All that is passed are the plain values
of :mod:`values`. An implementation shows that it keeps to this by passing
``searchengine.backends.contract``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from searchengine.backends.counts import CacheUse, Histogram, Statistics
from searchengine.backends.fields import IndexSettings
from searchengine.backends.values import (
    Beginning,
    FieldTerm,
    Order,
    Plan,
    Ranking,
    ScoreParts,
    Step,
)
from searchengine.document import Document

if TYPE_CHECKING:
    from searchengine.backends.vectors.passages import PassageVectors, VectorModel

T = TypeVar("T")

#: Where one marking of a syllable has this share of its documents, nearly all mark it so.
PLAIN_SHARE = 0.97


class Writer(Protocol):
    """What a writer of any index can do; commits when its ``with`` block ends well."""

    def __enter__(self) -> Writer: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...

    def add(self, document: Document, fingerprint: str = "") -> None:
        """Add a document in place of any with its id."""

    def add_lazy(
        self, id_: str, make: Callable[[], Document], characters: int, fingerprint: str = ""
    ) -> None:
        """Add the document that ``make`` returns, in whichever process it is made."""

    def delete(self, id_: str) -> bool:
        """Delete a document; return whether there was one."""

    def look_up(self, ids: Iterable[str]) -> None:
        """Find out which of these documents there are, all at once.

        Where that is a journey, :meth:`delete` then makes none for each.
        """

    def configure(self, settings: IndexSettings) -> None:
        """Keep ``settings`` from the commit on.

        Synonyms may change at any time. Raises :class:`InputError` for other fields in an index
        that has documents: these were made by the old ones.
        """

    def commit(self) -> None:
        """Make the changes durable and visible to views that are opened from now on."""

    def checkpoint(self) -> None:
        """Commit the changes so far and go on; no other writer comes between."""

    def cancel(self) -> None:
        """Forget the changes since the last commit or checkpoint."""


class VectorWriter(Protocol):
    """Adds vectors to documents that an index has; commits when its ``with`` block ends well.

    Vectors say what a document's title and text mean. They go with it: who replaces or deletes a
    document does so to its vectors.
    """

    def __enter__(self) -> VectorWriter: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...

    @property
    def pending_count(self) -> int:
        """How many documents have no vectors yet, neither committed nor added."""

    def pending(self) -> Iterator[Document]:
        """Yield every document without vectors of the model; call it once.

        One whose title and text are those of a document that has vectors may get the same instead.
        """

    def add(self, id_: str, vectors: PassageVectors) -> None:
        """Add the vectors of a document that :meth:`pending` gave; raises :class:`InputError` for
        another, for vectors of other dimensions than the model's, and for a passage that does not
        lie in the text."""

    def checkpoint(self) -> None:
        """Make what was added durable and visible, and go on; no other writer comes between."""


class Lexicon(Protocol):
    """What one view knows of syllables, marked and folded, and of their bigrams."""

    @property
    def documents(self) -> int:
        """How many documents there are."""

    @property
    def syllables(self) -> float:
        """How many syllables there are in all documents, at least 1."""

    def frequency(self, syllable: str, /) -> int:
        """Return how many documents hold a marked syllable, or about how many hold several side
        by side."""

    def folded_frequency(self, folded: str, /) -> int:
        """Return how many documents hold a folded syllable, however marked."""

    def compounds(self, word: str, /) -> int:
        """Return how many documents hold several marked syllables as one word: ``"giao_thông"``."""

    def pair_frequency(self, left: str, right: str, /) -> int:
        """Return how many documents hold two folded syllables side by side."""

    def marked(self, folded: str, /) -> Sequence[tuple[str, int]]:
        """Return how documents mark a folded syllable and how many do so, commonest first.

        In the ways that Vietnamese may; bare is one of them.
        """

    def markings(self, folded: str, /) -> int:
        """Return how many documents hold a folded syllable, once for each marking."""

    def is_plain(self, folded: str, /) -> bool:
        """Return whether nearly all documents mark a folded syllable in the same way."""

    def sampled(self, left: str, right: str, /) -> Mapping[tuple[str, str], int]:
        """Return how a few documents with a folded bigram mark it, and how many do so."""

    def answer(self, ask: Callable[[Lexicon], T], /) -> T:
        """Return what ``ask`` makes of what this lexicon knows.

        Where each question is a journey, ``ask`` may be called several times, at first with a
        lexicon that says 0 of what it does not know yet: so many questions are asked at once.
        """


class View(Protocol):
    """One committed state of an index: whatever is asked of it, the same commit answers.

    Safe for any number of threads until it is closed; closing is for whoever opened it.
    """

    @property
    def version(self) -> str:
        """What names the commit: letters, digits and ``-``; another commit, another name."""

    @property
    def document_count(self) -> int:
        """How many documents there are; quick."""

    @property
    def settings(self) -> IndexSettings:
        """What the index was told at that commit."""

    def __enter__(self) -> View: ...

    def __exit__(self, *_: object) -> None: ...

    def search(self, plan: Plan) -> Ranking:
        """Return the ranking that ``plan`` asks for.

        Raises :class:`TimeLimitError` if that takes longer than ``plan.seconds``, as do the
        others that take a plan, and :class:`InputError` for a semantic stage of another model than
        that of the vectors, as :meth:`explain` does.
        """

    def facets(
        self, plan: Plan, names: Sequence[str], limit: int, order: Order
    ) -> dict[str, dict[str, int]]:
        """Return the facet counts of every document that ``plan`` matches.

        Years and months come newest first in either order; the others commonest first and then
        by name, or by name only, the Vietnamese way.
        """

    def histogram(self, plan: Plan, by: Step) -> Histogram:
        """Return how many of the documents that ``plan`` matches each month or year has."""

    def explain(self, plan: Plan, ids: Sequence[str]) -> list[ScoreParts | None]:
        """Return the parts of each document's score; None where there is no such document."""

    def frequencies(self, terms: Sequence[FieldTerm]) -> list[int]:
        """Return how many documents hold each of ``terms``."""

    def expect(self, terms: Iterable[FieldTerm], beginnings: Iterable[Beginning]) -> None:
        """Hear what will be asked for: the frequencies of ``terms``, and some ``beginnings``.

        Where each question is a journey, all of it is found out at once; else neither is read.
        """

    def vocabulary(self, beginnings: Sequence[Beginning]) -> list[list[tuple[str, int]]]:
        """Return for each beginning its commonest terms and how many documents hold each.

        The commonest first, then by the order of code points. Where the limit leaves terms out an
        engine may choose among nearly as common ones by what is quick to tell.
        """

    def lexicon(self) -> Lexicon:
        """Return what the view knows of syllables, for suggestions."""

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return what somebody may be about to type who has typed ``prefix``, likeliest first."""

    def fetch(self, ids: Iterable[str]) -> Iterator[Document | None]:
        """Yield the document of each id, None where there is none."""

    def documents(self) -> Iterator[Document]:
        """Yield every document, those of one commit in the order in which they were added.

        The order of a view never changes. An engine may move documents of one commit behind those
        of a later one.
        """

    def entries(self) -> Iterator[tuple[Document, str]]:
        """Yield what :meth:`documents` does, each with its fingerprint; empty where it has none."""

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""

    def vector_model(self) -> VectorModel | None:
        """Return what made the vectors of the documents; None if none of them has any."""

    def vectors(self, ids: Iterable[str]) -> Iterator[PassageVectors | None]:
        """Yield the vectors of each document, None where it has none or does not exist."""

    def statistics(self, *, terms: bool = True) -> Statistics:
        """Return numbers about the index, those of ``terms``, which may take long, if asked for."""


class Backend(Protocol):
    """An index: gives out views and the one writer."""

    #: Whether documents may have vectors.
    stores_vectors: ClassVar[bool]

    @property
    def refresh_seconds(self) -> float:
        """How often to :meth:`refresh`, to follow the commits of others: by what that costs."""

    def open_view(self) -> View:
        """Return a view of the latest commit (or of the last that :meth:`refresh` opened)."""

    def writer(self, *, workers: int = 1) -> Writer:
        """Return the only writer; raises :class:`IndexLockedError` while another is open."""

    def vector_writer(self, model: VectorModel, *, replace: bool = False) -> VectorWriter:
        """Return the only writer, one of vectors that ``model`` makes.

        Raises :class:`IndexLockedError` while another writer is open, and :class:`InputError` in an
        index with vectors of another model, which go with the first commit if ``replace``.
        """

    def refresh(self) -> bool:
        """Open the latest commit for the views to come; return whether there was a new one."""

    def verify(self) -> list[str]:
        """Return what is wrong with the index, a line a fault; empty if nothing is."""

    def cache_use(self) -> CacheUse | None:
        """Return what is kept in memory between searches, at once; None if nothing ever is."""

    def close(self) -> None:
        """Let go of the files; afterwards every call raises :class:`IndexClosedError`.

        Views that are open keep theirs, and answer until they are closed.
        """
