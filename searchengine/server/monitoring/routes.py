"""``/metrics`` and ``/readyz``: for those who watch the server, not for those who search."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from fastapi import APIRouter, Request, Response

from searchengine.deadline import limited
from searchengine.errors import IndexUnavailableError, SearchEngineError, TimeLimitError
from searchengine.search_view import SearchView
from searchengine.server.api.errors import RequestError, Utf8JSON
from searchengine.server.api.routes import answers
from searchengine.server.api.schemas import HealthAnswer
from searchengine.server.monitoring.exposition import CONTENT_TYPE, IndexState, exposed
from searchengine.server.service import Service
from searchengine.server.settings import LOOPBACK

#: A question that costs next to nothing and reads a little of everything: any would do.
_PROBE = "a"
#: What the index has on its disks is not waited for longer, in seconds.
STATE_SECONDS = 5.0


def monitoring_routes(service: Service) -> APIRouter:
    """Return the routes for whoever watches the server."""
    router = APIRouter()

    @router.get("/readyz", tags=["server"], responses=answers(HealthAnswer))
    async def readyz() -> Response:
        """Say whether searches are answered within the time limit, by asking a small one."""

        def probe(view: SearchView) -> int:
            view.search(_PROBE, limit=1, facets=False, suggest=False, correct=False)
            return view.document_count

        try:
            documents = await service.ask(probe)
        except SearchEngineError as error:
            raise RequestError(503, str(error)) from error
        return Utf8JSON({"ok": True, "documents": documents})

    if service.settings.metrics != "off":

        @router.get("/metrics", include_in_schema=False)
        async def metrics(request: Request) -> Response:
            """Return numbers about the server in Prometheus' text format."""
            if service.settings.metrics == "local" and not _is_local(request):
                raise RequestError(
                    403, "metrics are told to this computer alone: --metrics all tells them to all"
                )
            report = await service.report()
            # Neither a search thread, for a busy server must tell, nor the event loop.
            body = await asyncio.to_thread(lambda: exposed(report, _state_of(service)))
            headers = {"content-type": CONTENT_TYPE, "cache-control": "no-store"}
            return Response(body, headers=headers)

    return router


def _is_local(request: Request) -> bool:
    """Whether a request comes from this computer; through a proxy that tells whose it is, too."""
    host = request.client.host if request.client else ""
    return host in LOOPBACK or host.startswith(("127.", "::ffff:127."))


def _state_of(service: Service) -> IndexState:
    stats: dict[str, Any] = {}
    with service.engine.open_view() as view:
        # A cluster that is away is no reason to say nothing.
        with contextlib.suppress(IndexUnavailableError, TimeLimitError), limited(STATE_SECONDS):
            stats = view.stats(terms=False)
        documents = view.document_count
    return IndexState(
        documents=documents,
        deleted=stats.get("deleted"),
        segments=stats.get("segments"),
        bytes=stats.get("bytes"),
        committed=service.engine.last_commit(),
    )
