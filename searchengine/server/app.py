"""The ASGI application: the API's and the page's routes, under one set of rules.

Runs nothing by itself: ``run`` listens, tests call the application directly.
"""

from __future__ import annotations

from typing import TextIO

from fastapi import FastAPI
from starlette.types import ASGIApp

from searchengine import __version__
from searchengine.server.api import errors
from searchengine.server.api.routes import api_routes, is_api
from searchengine.server.api.writes import write_routes
from searchengine.server.http.admission import Admission
from searchengine.server.http.middleware import Middleware, for_other_origins
from searchengine.server.http.rate_limit import RateLimit
from searchengine.server.monitoring.routes import monitoring_routes
from searchengine.server.pages.routes import error_response, page_routes
from searchengine.server.service import Service
from searchengine.server.settings import Settings


def create_app(
    service: Service,
    settings: Settings | None = None,
    *,
    log: TextIO | None = None,
    rate_limit: RateLimit | None = None,
) -> Middleware:
    """Return the application that answers from ``service``, which its caller starts and closes.

    Access-log lines go to ``log``; nowhere without one. ``rate_limit`` counts for all processes.
    """
    settings = settings or service.settings

    app = FastAPI(
        title="searchengine",
        summary="Full-text search for Vietnamese",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        # A redirect to another spelling of an address would hide a typing error.
        redirect_slashes=False,
    )
    app.include_router(api_routes(service))
    app.include_router(write_routes(service))
    app.include_router(monitoring_routes(service))
    app.router.routes.extend(page_routes(service))
    respond = errors.install(app, is_api, error_response)
    inner: ASGIApp = app
    if settings.read_tokens or rate_limit is not None:
        inner = Admission(inner, settings, rate_limit, respond, is_api)
    if settings.origins:
        inner = for_other_origins(inner, settings.origins)
    return Middleware(inner, settings, service.counts, log)
