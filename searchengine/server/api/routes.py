"""The API's reading routes: the same answers as the command's ``--json``.

Checks parameters, asks the service, encodes what it says. Errors are raised, and told by
``errors``; writing is in ``writes``.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from searchengine import __version__
from searchengine.server.api.caching import conditional
from searchengine.server.api.errors import Utf8JSON, encode
from searchengine.server.api.options import (
    DocumentOptions,
    FacetOptions,
    HistogramOptions,
    Options,
    SearchOptions,
    SuggestOptions,
    check_query,
    documented,
    read_options,
)
from searchengine.server.api.schemas import (
    DocumentAnswer,
    FacetsAnswer,
    Failure,
    HealthAnswer,
    HistogramAnswer,
    SearchAnswer,
    StatsAnswer,
    SuggestAnswer,
    VersionAnswer,
)
from searchengine.server.service import Service

#: Paths that belong to programs: their errors are JSON whoever asks.
API_PATHS = (
    "/search", "/suggest", "/facets", "/histogram", "/documents", "/stats", "/healthz",
    "/version", "/openapi.json",
)  # fmt: skip

Responses = dict[int | str, dict[str, Any]]

REFUSED: Responses = {
    400: {"model": Failure, "description": "The request asks for what cannot be."},
    414: {"model": Failure, "description": "The address is too long."},
    422: {"model": Failure, "description": "A parameter is missing, unknown or of a wrong kind."},
    500: {"model": Failure, "description": "The index cannot be read, or the server has a fault."},
    503: {"model": Failure, "description": "The server is busy; Retry-After says when to ask."},
}
MISSING: Responses = {404: {"model": Failure, "description": "There is no such document."}}
UNCHANGED: Responses = {304: {"description": "The answer is the one whose ETag was sent."}}

DocumentId = Annotated[str, Path(description="The document's id; it may hold slashes.")]


def is_api(path: str) -> bool:
    """Return whether ``path`` belongs to the API."""
    return any(path == known or path.startswith(f"{known}/") for known in API_PATHS)


def answers(model: type[Any], *more: Responses) -> Responses:
    """Return the responses of a route for the OpenAPI document."""
    found: Responses = {200: {"model": model}}
    for part in (*more, REFUSED):
        found.update(part)
    return dict(sorted(found.items()))


def _asking(options: type[Options], model: type[Any], *more: Responses) -> dict[str, Any]:
    """What the OpenAPI document says of a route's parameters and responses."""
    return {"responses": answers(model, *more), "openapi_extra": documented(options)}


def api_routes(service: Service) -> APIRouter:
    """Return the routes under /search, /suggest and their kin."""
    router = APIRouter()

    @router.get("/search", tags=["search"], **_asking(SearchOptions, SearchAnswer, UNCHANGED))
    async def search(request: Request) -> Response:
        """Find documents."""
        options = read_options(SearchOptions, request.query_params)
        options.check(service.settings)

        def answer() -> bytes:
            arguments = {**options.arguments(), "today": service.today()}
            return encode(service.engine.search(options.q, **arguments).to_json())

        return await _conditional(request, answer)

    @router.get("/suggest", tags=["search"], **_asking(SuggestOptions, SuggestAnswer, UNCHANGED))
    async def suggest(request: Request) -> Response:
        """Complete what has been typed so far."""
        options = read_options(SuggestOptions, request.query_params)
        check_query(options.q, service.settings)

        def answer() -> bytes:
            found = service.engine.suggest(options.q, limit=options.limit)
            return encode({"ok": True, "prefix": options.q, "suggestions": found})

        return await _conditional(request, answer)

    @router.get("/facets", tags=["search"], **_asking(FacetOptions, FacetsAnswer, UNCHANGED))
    async def facets(request: Request) -> Response:
        """Count the values that the matching documents have."""
        options = read_options(FacetOptions, request.query_params)
        check_query(options.q, service.settings)

        def answer() -> bytes:
            filters = {**options.filters(), "today": service.today()}
            counts = service.engine.facets(
                options.q,
                names=options.by or None,
                limit=options.limit,
                order=options.order,
                **filters,
            )
            total = service.engine.histogram(options.q, by="year", **filters).total
            return encode({"ok": True, "query": options.q, "total": total, "facets": counts})

        return await _conditional(request, answer)

    @router.get(
        "/histogram", tags=["search"], **_asking(HistogramOptions, HistogramAnswer, UNCHANGED)
    )
    async def histogram(request: Request) -> Response:
        """Count the matching documents by time, oldest first, without gaps."""
        options = read_options(HistogramOptions, request.query_params)
        check_query(options.q, service.settings)

        def answer() -> bytes:
            found = service.engine.histogram(
                options.q, by=options.by, today=service.today(), **options.filters()
            )
            about = {"ok": True, "query": options.q, "total": found.total}
            return encode({**about, **found.to_json()})

        return await _conditional(request, answer)

    @router.get(
        "/documents/{id:path}",
        tags=["documents"],
        **_asking(DocumentOptions, DocumentAnswer, MISSING, UNCHANGED),
    )
    async def document(request: Request, id: DocumentId) -> Response:
        """Return one document with its metadata and its text."""
        options = read_options(DocumentOptions, request.query_params)
        if options.q is not None:
            check_query(options.q, service.settings)

        def answer() -> bytes:
            return encode(service.document_json(id, query=options.q, original=options.original))

        return await _conditional(request, answer)

    @router.get("/stats", tags=["server"], responses=answers(StatsAnswer))
    async def stats() -> Response:
        """Return numbers about the index, and the memory kept between searches."""
        # No 304: what is kept changes with each search.
        return Utf8JSON({"ok": True, **await service.call(service.stats)})

    @router.get("/healthz", tags=["server"], responses=answers(HealthAnswer))
    async def healthz() -> Response:
        """Say whether the index can be read, without waiting for a search thread."""
        return Utf8JSON({"ok": True, "documents": service.document_count()})

    @router.get("/version", tags=["server"], responses=answers(VersionAnswer))
    async def version() -> Response:
        """Return the program's version."""
        return Utf8JSON({"ok": True, "version": __version__})

    async def _conditional(request: Request, answer: Any) -> Response:
        async def respond() -> Response:
            return Response(await service.call(answer), media_type=Utf8JSON.media_type)

        return await conditional(request, service, respond)

    return router
