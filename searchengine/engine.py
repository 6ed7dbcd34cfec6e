"""SearchEngine: the one door, for the command, the server and other tools.

Joins the rooms: parses a query, turns filters into query-tree nodes, asks the index through
:class:`~searchengine.backend.Backend`, and dresses what comes back. Typed, silent, without
global state; one engine serves any number of reading threads.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

from searchengine.backend import Backend, WhooshBackend, Writer
from searchengine.errors import DocumentNotFoundError, InputError
from searchengine.pages.document import Document
from searchengine.query.decay import DateBoost
from searchengine.query.highlight import Snippet, highlight, snippet
from searchengine.query.marks import Pattern, patterns_of
from searchengine.query.origin import origin_of
from searchengine.query.parse import parse
from searchengine.query.request import RankedDocument, SearchRequest, Sort
from searchengine.query.results import Explanation, Hit, Results
from searchengine.query.terms import is_marked
from searchengine.query.tree import Bool, DateRange, HasFacet, Node, Query, Words
from searchengine.text.analysis import BIGRAMS, FOLDED, SYLLABLES, analyze_syllables
from searchengine.text.fold import VIETNAMESE_LETTERS, fold
from searchengine.text.normalize import normalize

#: Results deeper than this are refused (page × limit), as are longer pages.
MAX_DEPTH = 10_000
MAX_LIMIT = 1_000
#: A date in the query counts this much more than the default boost, and falls off faster.
QUERY_DATE_WEIGHT = 1.0
QUERY_DATE_SCALE = 365.0
#: How many completions a prefix gets.
SUGGESTIONS = 10

DateLike = datetime.date | str | None


class SearchEngine:
    """An index that can be searched and written to. Open one with :meth:`open`."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = False) -> SearchEngine:
        """Open the index in directory ``path``.

        With ``create`` an empty index is made where there is none. Raises
        :class:`IndexNotFoundError` without one, :class:`IndexDamagedError` for one that cannot
        be read, :class:`InputError` for a directory that cannot become one.
        """
        return cls(WhooshBackend.open(Path(path), create=create))

    def __enter__(self) -> SearchEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index's files."""
        self._backend.close()

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
        sort: Sort = "score",
        match_all: bool = False,
        date_boost: DateBoost | bool | None = None,
        today: datetime.date | None = None,
        explain: bool = False,
        facets: bool = True,
        snippets: bool = True,
    ) -> Results:
        """Return the best documents for ``query``.

        ``since`` and ``until`` are dates or what the command line takes (``"2022-07"``), both
        included. ``match_all`` asks for every bare word. ``date_boost`` False ranks by text
        alone, None or True takes the default; a date in the query becomes the origin unless the
        boost has one. Without ``snippets`` hits have neither snippet nor highlights. Raises
        :class:`QueryError` for an empty or over-long query and :class:`InputError` for options
        that cannot be.
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
        parsed = self._as_typed(parse(query))
        request = _request(parsed, date_boost, today or datetime.date.today(), match_all)
        request = replace(
            request,
            root=_filtered(request.root, since, until, place, source),
            offset=(page - 1) * limit,
            limit=limit,
            sort=sort,
            facets=facets,
            snippets=snippets,
        )
        ranking = self._backend.search(request)
        patterns = patterns_of(parsed.root, marked=request.marked) if snippets else ()
        hits = []
        for rank, found in enumerate(ranking.ranked, request.offset + 1):
            hit = _hit(rank, found, patterns, ranking.syllable_weights)
            if explain:
                hit = replace(hit, explanation=self._explanation(request, hit.id))
            hits.append(hit)
        return Results(
            query=query,
            total=ranking.total,
            took_ms=(time.perf_counter() - started) * 1000,
            page=page,
            per_page=limit,
            hits=tuple(hits),
            facets=ranking.facets,
            notes=parsed.notes,
        )

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
        parsed = self._as_typed(parse(query))
        request = _request(parsed, date_boost, today or datetime.date.today(), match_all=False)
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
        """Return completions of the last word of ``prefix``.

        Words that follow the word before it come first, then the commonest. With diacritics they
        are kept; without, every way of marking the letters is offered.
        """
        before, last = _last_word(normalize(prefix))
        if not last:
            return []
        syllables, folded = analyze_syllables(last)
        counts = dict(self._completions(syllables[-1], exact=syllables[-1] != folded[-1]))
        _, context = analyze_syllables(before)
        together = {
            term: self._backend.frequency(BIGRAMS, f"{context[-1]} {fold(term)}")
            for term in (counts if context else ())
        }
        ranked = sorted(counts, key=lambda term: (-together.get(term, 0), -counts[term], term))
        return [f"{before}{term}" for term in ranked[:limit]]

    def _completions(self, typed: str, *, exact: bool) -> Iterator[tuple[str, int]]:
        if exact:
            yield from self._backend.terms(SYLLABLES, typed)
            return
        for first_letter in _first_letters(typed[0]):
            for term, count in self._backend.terms(SYLLABLES, first_letter):
                if fold(term).startswith(typed):
                    yield term, count

    def _as_typed(self, parsed: Query) -> Query:
        """The query read as Telex or VNI keystrokes, if nothing it says exists as it stands."""
        if not isinstance(parsed.root, Words) or is_marked(parsed.root.text):
            return parsed
        from searchengine.text.telex import decode_query  # Only bare queries need it.

        decoded = decode_query(parsed.root.text)
        if decoded is None or self._exists(parsed.root.text, decoded):
            return parsed
        note = f"read as keystrokes: {decoded}"
        return Query(parsed.text, Words(decoded), (*parsed.notes, note))

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


def _request(
    parsed: Query, date_boost: DateBoost | bool | None, today: datetime.date, match_all: bool
) -> SearchRequest:
    boost: DateBoost | None
    if date_boost is False:
        boost = None
    else:
        boost = date_boost if isinstance(date_boost, DateBoost) else DateBoost()
    origin = (today, today)
    if boost is not None and boost.origin is not None:
        origin = (boost.origin, boost.origin)
    elif boost is not None:
        mentioned = origin_of(parsed.text)
        if mentioned is not None:
            origin = mentioned
            if not isinstance(date_boost, DateBoost):
                boost = replace(boost, weight=QUERY_DATE_WEIGHT, scale=QUERY_DATE_SCALE)
    root = parsed.root
    if match_all and isinstance(root, Words):
        root = Words(root.text, every=True)
    return SearchRequest(root, is_marked(parsed.text), boost, origin, today)


def _day(date: DateLike, end: Literal["first", "last"]) -> datetime.date | None:
    if not isinstance(date, str):
        return date
    from searchengine.text.dates import parse_date_argument  # Slow to import, seldom needed.

    day: datetime.date = getattr(parse_date_argument(date), end)
    return day


def _filtered(
    root: Node, since: DateLike, until: DateLike, place: str | None, source: str | None
) -> Node:
    first, last = _day(since, "first"), _day(until, "last")
    filters: list[Node] = []
    if first is not None or last is not None:
        filters.append(DateRange(first, last))
    filters.extend(
        HasFacet(name, value) for name, value in (("place", place), ("source", source)) if value
    )
    return Bool(must=(root, *filters)) if filters else root


def _hit(
    rank: int, found: RankedDocument, patterns: Sequence[Pattern], weights: Mapping[str, float]
) -> Hit:
    """A hit with what ``patterns`` mark; with a snippet only if there are any."""
    document = found.document
    passage = snippet(document.text, patterns, weights) if patterns else Snippet("")
    return Hit(
        rank=rank,
        id=document.id,
        title=document.title,
        date=document.date,
        date_precision=document.date_precision,
        place=document.place or None,
        author=document.author or None,
        source=document.source or None,
        path=document.path or None,
        score=found.score,
        snippet=passage.text,
        highlights=passage.highlights,
        title_highlights=tuple(highlight(document.title, patterns)) if patterns else (),
    )


def _not_found(id_: str) -> str:
    return f"no document {id_!r}: 'searchengine search' shows the ids"


def _last_word(text: str) -> tuple[str, str]:
    words = text.split()
    if not words or text[-1:].isspace():
        return text, ""
    return text[: len(text) - len(words[-1])], words[-1]


def _first_letters(letter: str) -> list[str]:
    return [letter, *(marked for marked, plain in VIETNAMESE_LETTERS.items() if plain == letter)]
