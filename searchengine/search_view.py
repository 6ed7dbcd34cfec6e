"""Asking one committed state of an index: search, count, explain, complete, read.

Joins the steps of a search: a query is read and planned, an engine answers the plan, and what was
found is dressed for people. Every answer of one :class:`SearchView` is of the same commit.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from searchengine.backends.counts import Histogram
from searchengine.backends.fields import Field, FieldTable, IndexSettings
from searchengine.backends.protocol import Lexicon, View
from searchengine.backends.values import FacetSpec, Order, Plan, Ranking, Step
from searchengine.backends.vectors.passages import VectorModel
from searchengine.deadline import limited, seconds_left
from searchengine.document import Document, id_forms
from searchengine.errors import DocumentNotFoundError, InputError
from searchengine.options import (
    DEFAULT_OPTIONS,
    FACET_VALUES,
    SIMILAR,
    SUGGESTIONS,
    SearchOptions,
    check_page,
)
from searchengine.query.dates.boost import DateBoost
from searchengine.query.display.hits import (
    MAX_CHARACTERS,
    SEARCHED_AS_ONE,
    hits_of,
    scanned_pages,
)
from searchengine.query.display.passages import highlight
from searchengine.query.display.patterns import Meanings, Pattern, pattern_of
from searchengine.query.display.results import Explanation, Hit, Results, explanation_of
from searchengine.query.language.filters import filter_nodes
from searchengine.query.language.tree import positive_nodes
from searchengine.query.plan.asked import facets_of, sort_of
from searchengine.query.plan.ideas import relaxed_notes
from searchengine.query.plan.likeness import most_like
from searchengine.query.plan.planner import Planned, PlannedQuery, plan_query, read_query
from searchengine.query.suggest.pair_forms import NO_PAGES, Pages
from searchengine.text.lexicon.synonyms import Synonyms
from searchengine.text.scan import Span, scan
from searchengine.text.scanned_texts import ScannedTexts
from searchengine.time_zone import today

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from searchengine.options import FilterKeywords, SearchKeywords


class SearchView:
    """One commit of an index, to be asked any number of times, by any number of threads.

    A context manager that lets go of the commit at the end.
    """

    def __init__(self, view: View, synonyms: Synonyms | None = None) -> None:
        """Ask ``view``, with ``synonyms`` in place of those of the index if they are given."""
        self._view = view
        self._synonyms = _synonyms(view.settings.synonyms) if synonyms is None else synonyms
        #: The metadata fields of the index: what can be filtered by, counted and sorted by.
        self.fields: FieldTable = _fields(view.settings.fields)

    def __enter__(self) -> SearchView:
        return self

    def __exit__(self, *error: object) -> None:
        self.__dict__.pop("_lexicon", None)
        self._view.__exit__(*error)

    @property
    def version(self) -> str:
        """What names the commit: letters, digits and ``-``."""
        return self._view.version

    @property
    def settings(self) -> IndexSettings:
        """What the index was told: its fields and synonyms."""
        return self._view.settings

    @property
    def synonyms(self) -> Synonyms:
        """The synonyms that queries are read with."""
        return self._synonyms

    @property
    def vector_model(self) -> VectorModel | None:
        """What made the vectors of the documents; None if none of them has any."""
        return self._view.vector_model()

    @property
    def document_count(self) -> int:
        """How many documents there are."""
        return self._view.document_count

    def search(
        self,
        query: str,
        options: SearchOptions = DEFAULT_OPTIONS,
        **changes: Unpack[SearchKeywords],
    ) -> Results:
        """Return the best documents for ``query``.

        Keywords are :class:`SearchOptions`' and change ``options``. Without any text a filter
        alone lists its documents, newest first. Raises :class:`QueryError` for an empty or
        over-long query and :class:`InputError` for options that cannot be.
        """
        started = time.perf_counter()
        options = replace(options, **changes) if changes else options
        with limited(options.time_limit):
            planned = self._planned(query, options)
            plan = self._with_page(planned.plan, options)
            left_out: tuple[str, ...] = ()
            if (model := options.semantic) is not None:
                from searchengine.query.plan.meaning import with_meaning  # Seldom needed.

                plan, left_out = with_meaning(plan, planned.query, model, lambda: self._lexicon)
            ranking = self._view.search(plan)
            chosen = planned.answered(ranking)
            coverage = (plan.otherwise or plan if ranking.otherwise else plan).coverage
            texts = ranking.ranked if options.snippets else ranking.ranked[:SEARCHED_AS_ONE]
            pages = scanned_pages(texts) if options.snippets or options.suggest else []
            pattern = self._pattern(chosen, _best(ranking, pages)) if options.snippets else None
            hits = hits_of(ranking.ranked, plan.offset + 1, pages, pattern)
            if options.explain:
                explanations = self._explanations(plan, [hit.id for hit in hits])
                hits = list(map(_explained, hits, explanations))
            suggestion = self._suggestion(chosen, ranking, pages) if options.suggest else None
            notes = chosen.reading.query.query.notes + relaxed_notes(coverage, ranking) + left_out
            if not ranking.total:
                notes += tuple(self._folder_notes(chosen, options))
        return Results(
            query=query,
            total=ranking.total,
            took_ms=(time.perf_counter() - started) * 1000,
            page=options.page,
            per_page=options.limit,
            hits=tuple(hits),
            facets=ranking.facets,
            suggestion=suggestion,
            corrected=planned.corrected,
            notes=notes,
            total_partial=ranking.total_partial,
        )

    def facets(
        self,
        query: str = "",
        options: SearchOptions = DEFAULT_OPTIONS,
        *,
        names: Sequence[str] | None = None,
        limit: int = FACET_VALUES,
        order: Order = "count",
        **changes: Unpack[FilterKeywords],
    ) -> dict[str, dict[str, int]]:
        """Return how many matching documents have each value of the facets ``names`` (all).

        Years and months come newest first; the others commonest first, or, with ``order``
        ``"name"``, the Vietnamese way; ``limit`` values of each at most. ``"term"`` is another
        name of ``"term_of_office"``. The query and what narrows it are those of :meth:`search`,
        which also says what is raised, as :class:`InputError` is for a facet that there is not;
        but with neither every document counts.
        """
        names = facets_of(names, self.fields, limit, order)
        options = replace(options, **changes, date_boost=False)
        with limited(options.time_limit):
            plan = self._planned(query, options, every=True).plan
            return self._view.facets(plan, names, limit, order)

    def histogram(
        self,
        query: str = "",
        options: SearchOptions = DEFAULT_OPTIONS,
        *,
        by: Step = "month",
        **changes: Unpack[FilterKeywords],
    ) -> Histogram:
        """Return how many matching documents each month or year has, oldest first, no gaps.

        The query and what narrows it are as for :meth:`facets`.
        """
        if by not in ("month", "year"):
            raise InputError("make the histogram by 'month' or by 'year'")
        options = replace(options, **changes, date_boost=False)
        with limited(options.time_limit):
            return self._view.histogram(self._planned(query, options, every=True).plan, by)

    def explain(
        self,
        query: str,
        id_: str,
        *,
        date_boost: DateBoost | bool | None = None,
        **changes: Unpack[FilterKeywords],
    ) -> Explanation:
        """Return where the score of one document for ``query`` comes from, found by it or not.

        Raises :class:`DocumentNotFoundError` if there is no such document.
        """
        options = SearchOptions(date_boost=date_boost, **changes)
        with limited(options.time_limit):
            return self._explanations(self._planned(query, options).plan, [self.get(id_).id])[0]

    def similar(
        self, id_: str, *, limit: int = SIMILAR, time_limit: float | None = None
    ) -> tuple[Hit, ...]:
        """Return the documents most like one, best first; neither it nor what repeats it.

        By the words that say best what it is about; fewer than ``limit`` where too little is like
        it. Nothing is marked; a snippet is the beginning of a text. Raises
        :class:`DocumentNotFoundError` if there is no such document, :class:`InputError` for a
        limit that cannot be and :class:`TimeLimitError` after ``time_limit`` seconds.
        """
        check_page(1, limit)
        document = self.get(id_)
        with limited(time_limit):
            others = most_like(self._view, document, limit)
            unmarked = pattern_of(read_query("", today(), filtered=True).as_typed.query)
            return tuple(hits_of(others, 1, scanned_pages(others), unmarked))

    def get(self, id_: str) -> Document:
        """Return a document; raises :class:`DocumentNotFoundError` if there is none.

        Where none has just this id, its letters and marks may be written together or apart.
        """
        # All of them: what is left half read is a circle of references in Python 3.10.
        found = [*filter(None, self._view.fetch(id_forms(id_)))]
        if not found:
            raise DocumentNotFoundError(_not_found(id_))
        return found[0]

    def documents(self) -> Iterator[Document]:
        """Yield every document of the index, those of one commit in the order they were added."""
        return self._view.documents()

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""
        return self._view.fingerprints()

    def stats(self, *, terms: bool = True) -> dict[str, Any]:
        """Return numbers about the index as JSON values: the fields of ``Statistics``.

        Those of ``terms`` may take long in a cluster; without it they are left out.
        """
        return asdict(self._view.statistics(terms=terms))

    def suggest(self, prefix: str, *, limit: int = SUGGESTIONS) -> list[str]:
        """Return what somebody may be about to type who has typed ``prefix``, likeliest first.

        Words, phrases and titles as pages write them, whether or not the prefix has diacritics.
        Empty for a prefix without a word; never raises for what it says.
        """
        return self._view.complete(prefix, limit)

    def highlights(
        self, query: str, texts: Iterable[str], *, correct: bool = True
    ) -> list[tuple[Span, ...]]:
        """Return the spans of each of ``texts`` that ``query`` matches, as a search marks them.

        ``correct`` is as in :class:`SearchOptions`. Raises :class:`QueryError` for a query that a
        search would refuse.
        """
        planned = self._planned(query, SearchOptions(correct=correct)).query
        texts = list(texts)
        read = ScannedTexts([scan(text[:MAX_CHARACTERS]) for text in texts[:SEARCHED_AS_ONE]])
        pattern = self._pattern(planned, Pages(read, range(len(read.texts))))
        return [tuple(highlight(text, pattern)) for text in texts]

    @cached_property
    def _lexicon(self) -> Lexicon:
        return self._view.lexicon()

    def _planned(self, query: str, options: SearchOptions, *, every: bool = False) -> Planned:
        """What a text and filters ask for; without any text the filters alone, or ``every`` page.

        A text with words that hardly any document has asks for what was surely meant by it.
        """
        planned = self._as_typed(query, options, every)
        reading = planned.query.reading
        if options.correct and planned.has_rare_word and not reading.is_keystrokes:
            from searchengine.query.suggest.correction import mended  # Seldom needed.

            text, numbers = reading.query.query.text, planned.query.numbers
            if meant := self._lexicon.answer(lambda lexicon: mended(lexicon, text, numbers)):
                planned = replace(self._as_typed(meant, options), corrected=meant)
        return planned

    def _as_typed(self, query: str, options: SearchOptions, every: bool = False) -> Planned:
        """What exactly that text and filters ask for."""
        day = options.today or today()
        filters = filter_nodes(options, day, self.fields)
        read = read_query(
            query,
            day,
            match_all=options.match_all,
            filtered=every or bool(filters),
            synonyms=self._synonyms,
        )
        planned = plan_query(
            self._view, lambda: self._lexicon, read, day, filters, options.date_boost
        )
        return replace(planned, plan=_with_deadline(planned.plan))

    def _with_page(self, plan: Plan, options: SearchOptions) -> Plan:
        """``plan`` with the slice, the order and the facets that ``options`` ask for."""
        facets = FacetSpec(self.fields.facet_names, FACET_VALUES) if options.facets else None
        return replace(
            plan,
            offset=(options.page - 1) * options.limit,
            limit=options.limit,
            sort=sort_of(options.sort, self.fields, plan.sort),
            facets=facets,
            fold_duplicates=options.fold_duplicates,
            texts=options.snippets or options.suggest,
            otherwise=plan.otherwise and self._with_page(plan.otherwise, options),
        )

    def _suggestion(
        self, chosen: PlannedQuery, ranking: Ranking, pages: Sequence[ScannedTexts]
    ) -> str | None:
        """What the query may have meant; nothing for one that was read as keystrokes, nor where
        diacritics beside what is held as it is would find less."""
        query = chosen.reading.query
        if chosen.reading.is_keystrokes or (not query.has_diacritics and query.holds_words()):
            return None
        from searchengine.query.suggest.correction import corrected  # Not every search asks.

        text, best, numbers = query.query.text, _best(ranking, pages), chosen.numbers
        return self._lexicon.answer(lambda lexicon: corrected(lexicon, text, best, numbers))

    def _folder_notes(self, chosen: PlannedQuery, options: SearchOptions) -> Iterator[str]:
        """What to say of folders that are asked for and are not there."""
        from searchengine.query.suggest.folders import folder_notes  # Seldom needed.

        filters = filter_nodes(options, options.today or today(), self.fields)
        asked = (*filters, *positive_nodes(chosen.reading.query.root))
        return folder_notes(self._view, asked)

    def _pattern(self, planned: PlannedQuery, pages: Pages) -> Pattern:
        """What to mark, as the index and ``pages`` write the words that were typed bare."""
        query = planned.reading.query
        meanings: Mapping[str, Meanings] = {}
        if planned.stripped or (query.texts and not query.has_diacritics):
            from searchengine.query.suggest.markings import meanings_of  # Not every search asks.

            stripped = planned.stripped
            meanings = self._lexicon.answer(
                lambda lexicon: meanings_of(lexicon, query, stripped, pages)
            )
        return pattern_of(query, planned.stripped, meanings, planned.idf)

    def _explanations(self, plan: Plan, ids: Sequence[str]) -> list[Explanation]:
        found = []
        for id_, parts in zip(ids, self._view.explain(plan, ids), strict=True):
            if parts is None:
                raise DocumentNotFoundError(_not_found(id_))
            found.append(explanation_of(id_, parts))
        return found


@lru_cache(maxsize=8)
def _synonyms(text: str) -> Synonyms:
    return Synonyms(text)


@lru_cache(maxsize=8)
def _fields(declared: tuple[Field, ...]) -> FieldTable:
    return FieldTable(declared)


def _with_deadline(plan: Plan) -> Plan:
    """``plan`` for an engine that may be in another process, which is told how long it has."""
    otherwise = plan.otherwise and _with_deadline(plan.otherwise)
    return replace(plan, otherwise=otherwise, seconds=seconds_left())


def _explained(hit: Hit, explanation: Explanation) -> Hit:
    return replace(hit, explanation=explanation)


def _best(ranking: Ranking, pages: Sequence[ScannedTexts]) -> Pages:
    """The best documents found, to be read for how they write the query's words."""
    if not pages:
        return NO_PAGES
    best = ranking.ranked[:SEARCHED_AS_ONE]
    # The title stands for a page without text; titles come behind the texts.
    numbers = [at if one.document.text else len(best) + at for at, one in enumerate(best)]
    return Pages(pages[0], numbers)


def _not_found(id_: str) -> str:
    return f"no document {id_!r}: 'searchengine search' shows the ids"
