"""What holds for every request, whatever answers it: an ASGI wrapper around the application.

Checks the address and the host, makes HEAD of GET, adds the security headers, asks clients to
leave when the server is stopping, and writes one access-log line. It knows no route.
"""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any, TextIO
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchengine.server.api.errors import failure
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

    def __init__(self, app: ASGIApp, settings: Settings, log: TextIO | None = None) -> None:
        self._app = app
        self._settings = settings
        self._log = log
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
        status, size, written = 0, 0, False

        def write() -> None:
            nonlocal written
            if not written:
                written = True
                self._write(scope, status, size, time.perf_counter() - started)

        async def answer(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", ()))
                given = {name for name, _ in headers}
                headers += [header for header in SECURITY_HEADERS if header[0] not in given]
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

        inner = {**scope, "method": "GET"} if head_only else scope
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

    def _write(self, scope: Scope, status: int, size: int, seconds: float) -> None:
        if self._log is None:
            return
        address = _shown(scope, with_query=self._settings.log_queries)
        now = datetime.now().isoformat(timespec="seconds")
        line = f"{now} {scope['method']} {address} {status} {seconds * 1000:.1f}ms {size}B\n"
        try:
            self._log.write(line)
            self._log.flush()
        except (OSError, ValueError):
            # Nobody reads the log any more; requests are answered all the same.
            self._log = None


def host_of(scope: MutableMapping[str, Any]) -> str:
    """Return the host name a request was sent to, without its port, in lower case."""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value.decode("latin-1").strip().lower()
            if host.startswith("["):
                return str(host[1:].partition("]")[0])
            return str(host.partition(":")[0])
    return ""


def _shown(scope: Scope, *, with_query: bool) -> str:
    """The address as it was sent: percent-encoded, so that it cannot forge a line."""
    path = scope.get("raw_path") or unquote(scope["path"]).encode("utf-8", "replace")
    shown = path + (b"?" + scope["query_string"] if with_query and scope["query_string"] else b"")
    return "".join(chr(byte) if 0x21 <= byte <= 0x7E else f"%{byte:02X}" for byte in shown)
