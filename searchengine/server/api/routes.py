"""The API's reading routes: the same answers as the command's ``--json``.

Checks parameters, asks the service, encodes what it says. Errors are raised, and told by
``errors``; writing is in ``writes``.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from searchengine import __version__
from searchengine.search_view import SearchView
from searchengine.server.api.answers import document_json, hits_json, results_json
from searchengine.server.api.caching import conditional
from searchengine.server.api.errors import Utf8JSON, encode
from searchengine.server.api.parameters import (
    DocumentParameters,
    FacetParameters,
    HistogramParameters,
    Parameters,
    SearchParameters,
    SimilarParameters,
    SuggestParameters,
    check_query,
    documented,
    read_parameters,
)
from searchengine.server.api.schemas import (
    DocumentAnswer,
    FacetsAnswer,
    Failure,
    HealthAnswer,
    HistogramAnswer,
    SearchAnswer,
    SimilarAnswer,
    StatsAnswer,
    SuggestAnswer,
    VersionAnswer,
)
from searchengine.server.service import Service

#: Paths that belong to programs: their errors are JSON whoever asks.
API_PATHS = (
    "/search", "/suggest", "/facets", "/histogram", "/similar", "/documents", "/stats", "/healthz",
    "/readyz", "/metrics", "/version", "/openapi.json",
)  # fmt: skip

Responses = dict[int | str, dict[str, Any]]

REFUSED: Responses = {
    400: {"model": Failure, "description": "The request asks for what cannot be."},
    401: {"model": Failure, "description": "Reading needs a token: it is missing or another one."},
    414: {"model": Failure, "description": "The address is too long."},
    422: {"model": Failure, "description": "A parameter is missing, unknown or of a wrong kind."},
    429: {"model": Failure, "description": "This client asks too often; see Retry-After."},
    500: {"model": Failure, "description": "The index cannot be read, or the server has a fault."},
    503: {
        "model": Failure,
        "description": "The server is busy, or the index does not answer; Retry-After says when "
        "to ask.",
    },
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
    for part in (REFUSED, *more):
        found.update(part)
    return dict(sorted(found.items()))


def _asking(asked: type[Parameters], model: type[Any], *more: Responses) -> dict[str, Any]:
    """What the OpenAPI document says of a route's parameters and responses."""
    return {"responses": answers(model, *more), "openapi_extra": documented(asked)}


def api_routes(service: Service) -> APIRouter:
    """Return the routes under /search, /suggest and their kin."""
    router = APIRouter()

    @router.get("/search", tags=["search"], **_asking(SearchParameters, SearchAnswer, UNCHANGED))
    async def search(request: Request) -> Response:
        """Find documents."""
        asked = read_parameters(SearchParameters, request.query_params)
        asked.check(service.settings)
        options = asked.options(service.today(), service.semantic(asked.semantic))

        def answer(view: SearchView) -> bytes:
            results = view.search(asked.q, options)
            service.counts.searched(results.total, results.total_partial)
            return encode(results_json(results))

        return await conditional(request, service, answer)

    @router.get("/suggest", tags=["search"], **_asking(SuggestParameters, SuggestAnswer, UNCHANGED))
    async def suggest(request: Request) -> Response:
        """Complete what has been typed so far."""
        asked = read_parameters(SuggestParameters, request.query_params)
        check_query(asked.q, service.settings)

        def answer(view: SearchView) -> bytes:
            found = view.suggest(asked.q, limit=asked.limit)
            return encode({"ok": True, "prefix": asked.q, "suggestions": found})

        return await conditional(request, service, answer)

    @router.get("/facets", tags=["search"], **_asking(FacetParameters, FacetsAnswer, UNCHANGED))
    async def facets(request: Request) -> Response:
        """Count the values that the matching documents have."""
        asked = read_parameters(FacetParameters, request.query_params)
        check_query(asked.q, service.settings)
        options = asked.options(service.today())

        def answer(view: SearchView) -> bytes:
            counts = view.facets(
                asked.q, options, names=asked.by or None, limit=asked.limit, order=asked.order
            )
            total = view.histogram(asked.q, options, by="year").total
            return encode({"ok": True, "query": asked.q, "total": total, "facets": counts})

        return await conditional(request, service, answer)

    @router.get(
        "/histogram", tags=["search"], **_asking(HistogramParameters, HistogramAnswer, UNCHANGED)
    )
    async def histogram(request: Request) -> Response:
        """Count the matching documents by time, oldest first, without gaps."""
        asked = read_parameters(HistogramParameters, request.query_params)
        check_query(asked.q, service.settings)
        options = asked.options(service.today())

        def answer(view: SearchView) -> bytes:
            found = view.histogram(asked.q, options, by=asked.by)
            about = {"ok": True, "query": asked.q, "total": found.total}
            return encode({**about, **found.to_json()})

        return await conditional(request, service, answer)

    @router.get(
        "/similar",
        tags=["documents"],
        **_asking(SimilarParameters, SimilarAnswer, MISSING, UNCHANGED),
    )
    async def similar(request: Request) -> Response:
        """Find the documents that are most like one."""
        asked = read_parameters(SimilarParameters, request.query_params)

        def answer(view: SearchView) -> bytes:
            found = view.similar(asked.id, limit=asked.limit)
            return encode({"ok": True, "id": asked.id, "hits": hits_json(found)})

        return await conditional(request, service, answer)

    @router.get(
        "/documents/{id:path}",
        tags=["documents"],
        **_asking(DocumentParameters, DocumentAnswer, MISSING, UNCHANGED),
    )
    async def document(request: Request, id: DocumentId) -> Response:
        """Return one document with its metadata and its text."""
        asked = read_parameters(DocumentParameters, request.query_params)
        if asked.q is not None:
            check_query(asked.q, service.settings)

        def answer(view: SearchView) -> bytes:
            found = document_json(
                view, id, query=asked.q, correct=asked.correct, original=asked.original
            )
            return encode(found)

        return await conditional(request, service, answer)

    @router.get("/stats", tags=["server"], responses=answers(StatsAnswer))
    async def stats() -> Response:
        """Return numbers about the index, and the memory kept between searches."""
        # No 304: what is kept changes with each search.
        return Utf8JSON({"ok": True, **await service.stats()})

    @router.get("/healthz", tags=["server"], responses=answers(HealthAnswer))
    async def healthz() -> Response:
        """Say whether the index can be read, without waiting for a search thread."""
        return Utf8JSON({"ok": True, "documents": service.document_count()})

    @router.get("/version", tags=["server"], responses=answers(VersionAnswer))
    async def version() -> Response:
        """Return the program's version."""
        return Utf8JSON({"ok": True, "version": __version__})

    return router
