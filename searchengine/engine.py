"""SearchEngine: the one door, for the command, the server and other tools.

Joins the packages: parses a query, turns filters into query-tree nodes, asks the index, and dresses
what comes back. Typed, silent, without global state; one engine serves any number of reading
threads.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from searchengine.backends.embedded.backend import Backend, WhooshBackend, Writer
from searchengine.backends.embedded.cache_budget import CACHE_BYTES
from searchengine.backends.embedded.decay import DateBoost
from searchengine.backends.embedded.facets import (
    FACET_NAMES,
    FACET_VALUES,
    Histogram,
    Order,
    Step,
    check_facets,
)
from searchengine.backends.embedded.request import RankedDocument, SearchRequest, Sort
from searchengine.document import Document
from searchengine.errors import DocumentNotFoundError, InputError
from searchengine.query.display.hits import hits_of, scanned_pages
from searchengine.query.display.match_spans import Pattern, patterns_of
from searchengine.query.display.passages import highlight
from searchengine.query.display.results import Explanation, Results
from searchengine.query.language.filters import DateLike, Filters, filtered
from searchengine.query.language.input_method import KEYSTROKES_NOTE, read_keystrokes
from searchengine.query.language.parser import parse
from searchengine.query.language.tree import Bool, Query
from searchengine.query.plan.partial_diacritics import stripped_syllables
from searchengine.query.plan.request_builder import request_of, unquoted
from searchengine.query.plan.weights import is_marked
from searchengine.text.analysis import FOLDED, analyze_syllables
from searchengine.text.normalize import normalize
from searchengine.text.scan import Scanned, Span, scan

#: Results deeper than this are refused (page × limit), as are longer pages.
MAX_DEPTH = 10_000
MAX_LIMIT = 1_000
#: How many completions a prefix gets.
SUGGESTIONS = 10
#: How many of the documents found are read to see how they write the query's words.
READ_FOR_SUGGESTION = 10


class SearchEngine:
    """An index that can be searched and written to. Open one with :meth:`open`."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        create: bool = False,
        auto_refresh: bool = True,
        cache_bytes: int = CACHE_BYTES,
    ) -> SearchEngine:
        """Open the index in directory ``path``.

        With ``create`` an empty index is made where there is none. Without ``auto_refresh``
        commits of others are seen only after :meth:`refresh`. At most about ``cache_bytes``
        bytes are kept in memory between searches, of whatever was read or made for them; what
        every search of the last commit needs is kept even if it is more. Raises
        :class:`IndexNotFoundError` without one, :class:`IndexDamagedError` for one that cannot
        be read, :class:`InputError` for a directory that cannot become one.
        """
        backend = WhooshBackend.open(
            Path(path), create=create, auto_refresh=auto_refresh, cache_bytes=cache_bytes
        )
        return cls(backend)

    def __enter__(self) -> SearchEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index's files."""
        self._backend.close()

    def refresh(self) -> bool:
        """Search the latest commit from now on; return whether there was a new one.

        Only an engine opened without ``auto_refresh`` needs it. Others go on searching meanwhile.
        """
        return self._backend.refresh()

    def version(self) -> str:
        """Return what names the commit that would answer a search now: letters, digits, ``-``."""
        return self._backend.version()

    def document_count(self) -> int:
        """Return how many documents the index has."""
        return self._backend.document_count()

    def writer(self, *, workers: int = 1) -> Writer:
        """Return the writer, a context manager with ``add`` and ``delete``.

        It commits when its block ends and forgets everything if the block raises. With more
        ``workers`` large work is shared among so many processes; a script that asks for that
        needs the usual ``if __name__ == "__main__":``. Raises :class:`IndexLockedError` while
        another writer is open.
        """
        return self._backend.writer(workers=workers)

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        page: int = 1,
        since: DateLike = None,
        until: DateLike = None,
        place: str | None = None,
        source: str | None = None,
        author: str | None = None,
        term: str | None = None,
        sort: Sort = "score",
        match_all: bool = False,
        date_boost: DateBoost | bool | None = None,
        today: datetime.date | None = None,
        explain: bool = False,
        facets: bool = True,
        snippets: bool = True,
        fold_duplicates: bool = False,
        suggest: bool = True,
    ) -> Results:
        """Return the best documents for ``query``.

        ``since`` and ``until`` are dates or what the command line takes (``"2022-07"``, ``"hôm
        qua"``), both included; what is told from today counts from ``today``. ``match_all`` asks
        for every bare word. ``date_boost`` False ranks by text alone, None or True takes the
        default; a date in the query becomes the origin unless the boost has one. Without
        ``snippets`` hits have neither snippet nor highlights. With ``fold_duplicates`` pages of
        nearly the same text are one hit. With ``suggest`` the results say what a misspelt or bare
        query may have meant, if anything. Without any text a filter alone lists its documents,
        newest first. Raises :class:`QueryError` for an empty or over-long query and
        :class:`InputError` for options that cannot be.
        """
        started = time.perf_counter()
        if not 1 <= limit <= MAX_LIMIT:
            raise InputError(f"the limit must be between 1 and {MAX_LIMIT:,}")
        if page < 1 or page * limit > MAX_DEPTH:
            raise InputError(
                f"page {page} is out of reach: only the first {MAX_DEPTH:,} results can be paged"
            )
        if sort not in ("score", "date"):
            raise InputError("sort by 'score' or by 'date'")
        filters = Filters(since, until, place, source, author, term)
        parsed, request = self._asked(query, filters, date_boost, today, match_all)
        request = replace(
            request,
            offset=(page - 1) * limit,
            limit=limit,
            sort=sort,
            facets=facets,
            snippets=snippets,
            fold_duplicates=fold_duplicates,
        )
        ranking = self._backend.search(request)
        read = ranking.ranked if snippets else ranking.ranked[:READ_FOR_SUGGESTION]
        pages = scanned_pages(read) if snippets or suggest else []
        patterns = self._patterns(parsed, marked=request.marked) if snippets else ()
        weights = ranking.syllable_weights
        hits = hits_of(ranking.ranked, request.offset + 1, pages, patterns, weights)
        if explain:
            hits = [replace(hit, explanation=self._explanation(request, hit.id)) for hit in hits]
        suggestion = self._suggestion(parsed, ranking.ranked, pages) if suggest else None
        return Results(
            query=query,
            total=ranking.total,
            took_ms=(time.perf_counter() - started) * 1000,
            page=page,
            per_page=limit,
            hits=tuple(hits),
            facets=ranking.facets,
            suggestion=suggestion,
            notes=parsed.notes,
        )

    def facets(
        self,
        query: str = "",
        *,
        since: DateLike = None,
        until: DateLike = None,
        place: str | None = None,
        source: str | None = None,
        author: str | None = None,
        term: str | None = None,
        names: Sequence[str] | None = None,
        limit: int = FACET_VALUES,
        order: Order = "count",
        match_all: bool = False,
        today: datetime.date | None = None,
    ) -> dict[str, dict[str, int]]:
        """Return how many matching documents have each value of the facets ``names`` (all).

        Years and months come newest first; the others commonest first, or, with ``order``
        ``"name"``, the Vietnamese way. The query and the filters are those of :meth:`search`.
        """
        names = FACET_NAMES if names is None else tuple(names)
        check_facets(names, limit, order)
        filters = Filters(since, until, place, source, author, term)
        _, request = self._asked(query, filters, False, today, match_all)
        return self._backend.facets(request, names, limit, order)

    def histogram(
        self,
        query: str = "",
        *,
        by: Step = "month",
        since: DateLike = None,
        until: DateLike = None,
        place: str | None = None,
        source: str | None = None,
        author: str | None = None,
        term: str | None = None,
        match_all: bool = False,
        today: datetime.date | None = None,
    ) -> Histogram:
        """Return how many matching documents each month or year has, oldest first, no gaps."""
        if by not in ("month", "year"):
            raise InputError("make the histogram by 'month' or by 'year'")
        filters = Filters(since, until, place, source, author, term)
        _, request = self._asked(query, filters, False, today, match_all)
        return self._backend.histogram(request, by)

    def explain(
        self,
        query: str,
        id_: str,
        *,
        date_boost: DateBoost | bool | None = None,
        today: datetime.date | None = None,
    ) -> Explanation:
        """Return where the score of one document for ``query`` comes from.

        Raises :class:`DocumentNotFoundError` if there is no such document.
        """
        _, request = self._asked(query, Filters(), date_boost, today, match_all=False)
        return self._explanation(request, id_)

    def get(self, id_: str) -> Document:
        """Return a document; raises :class:`DocumentNotFoundError` if there is none."""
        document = next(self._backend.fetch([id_]))
        if document is None:
            raise DocumentNotFoundError(_not_found(id_))
        return document

    def delete(self, ids: Iterable[str]) -> list[str]:
        """Delete documents in one commit; return the ids that did not exist."""
        with self.writer() as writer:
            return [id_ for id_ in ids if not writer.delete(id_)]

    def documents(self) -> Iterator[Document]:
        """Yield every document of the index."""
        return self._backend.documents()

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""
        return self._backend.fingerprints()

    def stats(self) -> dict[str, Any]:
        """Return numbers about the index as JSON values."""
        return asdict(self._backend.statistics())

    def verify(self) -> list[str]:
        """Read the whole index; return what is wrong with it, a line a fault."""
        return self._backend.verify()

    def suggest(self, prefix: str, *, limit: int = SUGGESTIONS) -> list[str]:
        """Return what somebody may be about to type who has typed ``prefix``, likeliest first.

        Words, phrases and titles as pages write them, whether or not the prefix has diacritics.
        Empty for a prefix without a word; never raises for what it says.
        """
        return self._backend.complete(prefix, limit)

    def highlights(self, query: str, text: str) -> tuple[Span, ...]:
        """Return the spans of ``text`` that ``query`` matches, as a search would mark them.

        Raises :class:`QueryError` for a query that a search would refuse.
        """
        parsed = self._as_typed(parse(query))
        patterns = self._patterns(parsed, marked=is_marked(parsed.text))
        return tuple(highlight(text, patterns))

    def _patterns(self, parsed: Query, *, marked: bool) -> tuple[Pattern, ...]:
        """What to mark in the texts that are found."""
        stripped: frozenset[str] = frozenset()
        if marked:
            stripped = stripped_syllables(parsed.root, self._backend.frequency)
        return patterns_of(parsed.root, marked=marked, stripped=stripped)

    def _asked(
        self,
        query: str,
        filters: Filters,
        date_boost: DateBoost | bool | None,
        today: datetime.date | None,
        match_all: bool,
    ) -> tuple[Query, SearchRequest]:
        """What a text and filters ask for; without any text the filters alone."""
        today = today or datetime.date.today()
        nodes = filters.nodes(today)
        browsing = nodes and not normalize(query).strip()
        parsed = Query(query, Bool()) if browsing else self._as_typed(parse(query))
        request = request_of(parsed, date_boost, today, match_all=match_all)
        softer = unquoted(parsed)
        if softer is not None and not self._finds_any(request):
            parsed, request = softer, request_of(softer, date_boost, today, match_all=match_all)
        return parsed, replace(request, root=filtered(request.root, nodes))

    def _finds_any(self, request: SearchRequest) -> bool:
        probe = replace(request, limit=1, facets=False, snippets=False)
        return self._backend.search(probe).total > 0

    def _as_typed(self, parsed: Query) -> Query:
        """The query read as Telex or VNI keystrokes, if nothing it says exists as it stands."""
        return read_keystrokes(parsed, self._exists)

    def _suggestion(
        self, parsed: Query, ranked: Sequence[RankedDocument], pages: Sequence[Scanned]
    ) -> str | None:
        """What the query may have meant; never for one that was read as keystrokes."""
        if any(note.startswith(KEYSTROKES_NOTE) for note in parsed.notes):
            return None
        best = zip(ranked[:READ_FOR_SUGGESTION], pages, strict=False)
        found = [page if one.document.text else scan(one.document.title) for one, page in best]
        return self._backend.correct(parsed.text, found)

    def _exists(self, typed: str, decoded: str) -> bool:
        """Whether half of the words that the decoding would change stand in the index as typed.

        One is not enough: among 33,000 news articles nearly every short run of letters occurs.
        """
        _, before = analyze_syllables(typed)
        _, after = analyze_syllables(decoded)
        changed = set(before) - set(after)
        present = sum(self._backend.frequency(FOLDED, term) > 0 for term in changed)
        return present * 2 >= len(changed)

    def _explanation(self, request: SearchRequest, id_: str) -> Explanation:
        found = self._backend.score_parts(request, id_)
        if found is None:
            raise DocumentNotFoundError(_not_found(id_))
        return Explanation(id_, found.score, found.date_factor, found.parts, found.matches)


def _not_found(id_: str) -> str:
    return f"no document {id_!r}: 'searchengine search' shows the ids"
