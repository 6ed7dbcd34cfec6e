"""The page for people: its routes, from a request to HTML.

Everything is rendered here, on the server, from templates that escape whatever they are given;
the scripts only add comfort. What is shown is decided in :mod:`view` and :mod:`document_view`,
its words are in :mod:`phrases`; the API's routes are elsewhere.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from searchengine.errors import (
    DocumentNotFoundError,
    IndexDamagedError,
    IndexUnavailableError,
    InputError,
    QueryError,
    SearchEngineError,
    TimeLimitError,
)
from searchengine.options import SearchOptions, check_page, read_filters
from searchengine.query.display.results import Results
from searchengine.search_view import SearchView
from searchengine.server.api.errors import sentence_for_strangers
from searchengine.server.api.parameters import check_query
from searchengine.server.i18n.languages import WORDS
from searchengine.server.i18n.messages import translate
from searchengine.server.i18n.phrases import Phrases
from searchengine.server.pages.address import (
    API_SEARCH,
    DOCUMENT,
    HOME,
    OPENSEARCH,
    Address,
    address,
    read_address,
)
from searchengine.server.pages.document_view import MAX_CHARACTERS, document_view, similar_link
from searchengine.server.pages.examples import Examples
from searchengine.server.pages.histogram import (
    MAX_BARS,
    Bar,
    bars_by_month,
    bars_by_year,
    is_sparse,
)
from searchengine.server.pages.narrowing import chips, shown_values, sorted_by, sorts_view
from searchengine.server.pages.templating import ASSETS, render
from searchengine.server.pages.view import DUPLICATES_SHOWN, PER_PAGE, results_view
from searchengine.server.service import Service
from searchengine.text.scan import Span

#: Seconds that a browser is asked to wait when the server is busy.
RETRY_AFTER = 2
#: A document's page leads to so many others that are like it.
SIMILAR = 5
_ASK_EACH_TIME = "private, no-cache"
#: Files whose address holds their fingerprint never change.
_FOR_EVER = "public, max-age=31536000, immutable"

Days: TypeAlias = tuple[datetime.date | None, datetime.date | None]


def page_routes(service: Service) -> list[BaseRoute]:
    """Return the routes of the page: start and results, a document, files, OpenSearch."""
    page = _Pages(service)
    return [
        Route(HOME, page.home),
        Route(DOCUMENT, page.document),
        Route(OPENSEARCH, page.opensearch),
        Route("/static/{version}/{name}", page.asset),
    ]


def error_response(request: Request, status: int, message: str = "", kind: str = "") -> Response:
    """Return the page for an error; ``kind`` says more than the status where there is more.

    ``message`` is the engine's own sentence, shown below the friendlier one.
    """
    asked = _address(request)
    words = WORDS[asked.lang]
    known = kind if kind in words.errors else str(status)
    heading, advice = words.errors.get(known, words.errors["500" if status >= 500 else "400"])
    # What is said of a wrong address tells programs where to look, and is no help to a person.
    detail = translate(message, asked.lang) if message and status not in (404, 405) else None
    body = render(
        "error.html",
        _context(asked, words, other=Address(lang=_other(asked)).url()),
        heading=heading,
        advice=advice,
        detail=detail,
        status=status,
    )
    response = _html(body, status)
    if status == 503:
        response.headers["retry-after"] = str(RETRY_AFTER)
    return response


def search_error_response(request: Request, error: SearchEngineError) -> Response:
    """Return the page for an error that the engine raised."""
    kind = ""
    if isinstance(error, IndexDamagedError):
        kind = "damaged"
    elif isinstance(error, IndexUnavailableError):
        kind = "unavailable"
    elif isinstance(error, TimeLimitError):
        kind = "late"
    elif isinstance(error, DocumentNotFoundError):
        return error_response(request, 404, kind="document")
    return error_response(request, error.status, sentence_for_strangers(error), kind)


class _Pages:
    """The handlers; all work on the engine and all rendering is done in the service's threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._examples = Examples()

    async def home(self, request: Request) -> Response:
        asked = _address(request)
        words = WORDS[asked.lang]
        work = self._results if asked.q or asked.filtered else self._start
        try:
            status, body = await self._service.ask(work, asked, words)
        except SearchEngineError as error:
            return search_error_response(request, error)
        return _html(body, status)

    async def document(self, request: Request) -> Response:
        asked = _address(request)
        id_ = request.query_params.get("id", "")
        try:
            body = await self._service.ask(self._document, id_, asked, WORDS[asked.lang])
        except SearchEngineError as error:
            return search_error_response(request, error)
        return _html(body)

    async def opensearch(self, request: Request) -> Response:
        words = WORDS[_address(request).lang]
        body = render("opensearch.xml", words=words, base=str(request.base_url).rstrip("/"))
        return Response(
            body,
            media_type="application/opensearchdescription+xml",
            headers={"cache-control": _ASK_EACH_TIME},
        )

    async def asset(self, request: Request) -> Response:
        asset = ASSETS.get(request.path_params["name"])
        if asset is None:
            return error_response(request, 404)
        headers = {"cache-control": _FOR_EVER}
        return Response(asset.content, media_type=asset.media_type, headers=headers)

    def _start(self, view: SearchView, asked: Address, words: Phrases) -> tuple[int, str]:
        count = view.document_count
        examples = self._examples.of(view)
        return 200, render(
            "start.html",
            _context(asked, words, other=asked.url(lang=_other(asked))),
            documents=words.counted(count),
            empty=not count,
            examples=[(example, asked.url(q=example)) for example in examples],
        )

    def _results(self, view: SearchView, asked: Address, words: Phrases) -> tuple[int, str]:
        problems: dict[str, str] = {}
        days = _days(asked, words, problems)
        shown, message = None, None
        if not problems:
            try:
                results, bars = self._found(view, asked, days)
                deepest = self._service.settings.page_depth
                about = _sorted_values(view, results, asked, words)
                titles = _titles_of_duplicates(view, results)
                shown = results_view(
                    results, asked, words, view.fields, bars, deepest, about, titles
                )
            except (QueryError, InputError) as error:
                message = translate(str(error), words.lang)
        body = render(
            "results.html",
            _context(asked, words, other=asked.url(lang=_other(asked), page=asked.page)),
            view=shown,
            message=message,
            problems=problems,
            chips=chips(asked, words, view.fields),
            sorts=sorts_view(asked, words, view.fields),
            has_model=self._service.model is not None,
            json_url=_json_url(asked, days, self._service.model is not None) if shown else "",
        )
        return (200 if shown else 400), body

    def _found(self, view: SearchView, asked: Address, days: Days) -> tuple[Results, list[Bar]]:
        check_query(asked.q, self._service.settings)
        check_page(asked.page, PER_PAGE, deepest=self._service.settings.page_depth)
        since, until = days
        options = SearchOptions(
            limit=PER_PAGE,
            page=asked.page,
            since=since,
            until=until,
            place=asked.place,
            source=asked.source,
            filters=read_filters(asked.filters),
            sort=asked.sort,
            date_boost=asked.boost,
            match_all=asked.every,
            correct=asked.correct,
            semantic=self._service.model if asked.semantic else None,
            today=self._service.today(),
        )
        results = view.search(asked.q, options)
        self._service.counts.searched(results.total, results.total_partial)
        return results, _bars(view, asked.q, options) if results.total > 1 else []

    def _document(self, view: SearchView, id_: str, asked: Address, words: Phrases) -> str:
        document = view.get(id_)
        texts = document.title, document.text[:MAX_CHARACTERS]
        title_spans, text_spans = _spans(view, asked, texts)
        other = replace(asked, lang=_other(asked))
        similar = [similar_link(hit, asked) for hit in view.similar(document.id, limit=SIMILAR)]
        return render(
            "document.html",
            _context(asked, words, other=other.document_url(id_)),
            id=id_,
            view=document_view(document, title_spans, text_spans, words, view.fields),
            similar=similar,
        )


def _bars(view: SearchView, query: str, options: SearchOptions) -> list[Bar]:
    """The histogram of all matches: by month where those fit and say more, else by year."""
    years = view.histogram(query, options, by="year")
    if len(years) * 12 <= MAX_BARS:
        months = bars_by_month(view.histogram(query, options, by="month"))
        if len(years) == 1 or not is_sparse(months):
            return months
    return bars_by_year(years)


def _sorted_values(
    view: SearchView, results: Results, asked: Address, words: Phrases
) -> dict[str, str]:
    """What the hits have of the declared field that they are sorted by, by their ids."""
    field = sorted_by(asked, view.fields)
    if field is None:
        return {}
    shown = {hit.id: shown_values(field, view.get(hit.id), words) for hit in results.hits}
    return {
        id_: words.of(words.field_chip, name=field.name, value=value)
        for id_, value in shown.items()
        if value
    }


def _titles_of_duplicates(view: SearchView, results: Results) -> dict[str, str]:
    """What the documents are called that repeat the hits, by their ids: the first of each hit."""
    repeated = [id_ for hit in results.hits for id_ in hit.duplicates[:DUPLICATES_SHOWN]]
    return {id_: view.get(id_).title or id_ for id_ in repeated}


def _spans(view: SearchView, asked: Address, texts: Sequence[str]) -> Sequence[Sequence[Span]]:
    """What the query matches in each of ``texts``."""
    nothing: list[tuple[Span, ...]] = [() for _ in texts]
    try:
        return view.highlights(asked.q, texts, correct=asked.correct) if asked.q else nothing
    except QueryError:  # A document can be read whatever was asked before.
        return nothing


def _days(asked: Address, words: Phrases, problems: dict[str, str]) -> Days:
    """The first and last day that the address allows; what cannot be read goes to ``problems``."""
    from searchengine.text.dates.grammar import parse_date_argument

    bounds: list[datetime.date | None] = []
    for name, text in (("since", asked.since), ("until", asked.until)):
        bounds.append(None)
        if text:
            try:
                days = parse_date_argument(text)
            except InputError:
                problems[name] = words.of(words.bad_date, text=text)
            else:
                bounds[-1] = days.first if name == "since" else days.last
    since, until = bounds
    if since and until and since > until:
        problems["until"] = words.wrong_order
    if asked.year:
        year = int(asked.year)
        if year:
            first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
            since, until = max(since or first, first), min(until or last, last)
    return since, until


def _json_url(asked: Address, days: Days, has_model: bool) -> str:
    """The same question for programs, to a server with a model or without one."""
    since, until = days
    pairs = [
        ("q", asked.q),
        ("page", str(asked.page) if asked.page > 1 else ""),
        ("from", since.isoformat() if since else ""),
        ("to", until.isoformat() if until else ""),
        ("place", asked.place),
        ("source", asked.source),
        *(("filter", one) for one in asked.filters),
        ("sort", asked.sort if asked.sort != "score" else ""),
        ("no_date_boost", "" if asked.boost else "true"),
        ("all", "true" if asked.every else ""),
        ("correct", "" if asked.correct else "false"),
        ("semantic", "true" if asked.semantic and has_model else ""),
    ]
    return address(API_SEARCH, [(name, value) for name, value in pairs if value])


def _address(request: Request) -> Address:
    return read_address(request.query_params.multi_items())


def _other(asked: Address) -> Any:
    return "vi" if asked.lang == "en" else "en"


def _context(asked: Address, words: Phrases, other: str) -> dict[str, Any]:
    """What every page needs: its state, its words and itself in the other language."""
    return {"a": asked, "w": words, "other_url": other}


def _html(body: str, status: int = 200) -> Response:
    return Response(
        body,
        status,
        media_type="text/html",
        headers={"cache-control": _ASK_EACH_TIME},
    )
