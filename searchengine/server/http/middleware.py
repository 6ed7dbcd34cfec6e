"""What holds for every request, whatever answers it: an ASGI wrapper around the application.

Checks the address and the host, makes HEAD of GET, adds the security headers, asks clients to
leave when the server is stopping, counts, and has one access-log line written. It knows no route.
"""

from __future__ import annotations

import time
from collections.abc import MutableMapping, Sequence
from typing import Any, TextIO

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchengine.server.api.errors import failure
from searchengine.server.http.access_log import REQUEST_ID, AccessLog, request_id_of
from searchengine.server.monitoring.counts import Counts
from searchengine.server.settings import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

SECURITY_HEADERS: list[tuple[bytes, bytes]] = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]


class Middleware:
    """The outermost layer of the server; ``draining`` asks every client to close and leave."""

    def __init__(
        self, app: ASGIApp, settings: Settings, counts: Counts, log: TextIO | None = None
    ) -> None:
        self._app = app
        self._settings = settings
        self._counts = counts
        self._log = AccessLog(settings, log)
        self.draining = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        head_only = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if head_only else scope
        request_id = request_id_of(scope) if self._log.names_requests else None
        status, size, written = 0, 0, False

        def write() -> None:
            nonlocal written
            if not written:
                written = True
                seconds = time.perf_counter() - started
                self._counts.requested(scope["method"], _route_of(inner), status, seconds)
                self._log.write(scope, status, size, seconds, request_id)

        async def answer(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", ()))
                given = {name for name, _ in headers}
                headers += [header for header in SECURITY_HEADERS if header[0] not in given]
                if request_id is not None:
                    headers.append((REQUEST_ID, request_id.encode("ascii")))
                message = {**message, "headers": headers}
                if self.draining:
                    headers.append((b"connection", b"close"))
            elif head_only:
                message = {**message, "body": b""}
            else:
                size += len(message.get("body", b""))
            # Whoever has the whole answer finds it in the log, even of a server that stops now.
            if message["type"] == "http.response.body" and not message.get("more_body"):
                write()
            await send(message)

        refusal = self._refusal(scope)
        try:
            if refusal is not None:
                await refusal(inner, receive, answer)
            else:
                await self._app(inner, receive, answer)
        except Exception:
            # The application has answered 500 and told the log; it raises again for servers
            # that would log it themselves.
            if not status:
                raise
        finally:
            write()

    def _refusal(self, scope: Scope) -> Any:
        settings = self._settings
        length = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
        if length > settings.url_bytes:
            return failure(
                414,
                f"the address has {length:,} bytes, "
                f"{settings.url_bytes:,} is the limit: shorten it",
            )
        if settings.hosts and host_of(scope) not in settings.hosts:
            return failure(
                400,
                "the server does not answer under this host name: name it with --allow-host",
            )
        return None


def for_other_origins(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Return ``app`` with the headers that let pages of ``origins`` read it, and never write."""
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=("GET", "HEAD"),
        allow_headers=("authorization", "if-none-match"),
        expose_headers=("etag", "retry-after", REQUEST_ID.decode()),
    )


def host_of(scope: MutableMapping[str, Any]) -> str:
    """Return the host name a request was sent to, without its port, in lower case."""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value.decode("latin-1").strip().lower()
            if host.startswith("["):
                return str(host[1:].partition("]")[0])
            return str(host.partition(":")[0])
    return ""


def _route_of(scope: Scope) -> str:
    """The pattern of the address that answered: there are few of these, whatever is asked."""
    return getattr(scope.get("route"), "path", "other")
