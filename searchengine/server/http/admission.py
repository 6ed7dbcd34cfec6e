"""Who is let in, and how often: the read tokens and the rate limit, where a server has them.

An ASGI wrapper around the application, inside of what adds headers for other origins, so that
programs there can read why they were refused. Writing has a token of its own.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import math
from collections.abc import Callable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchengine.server.http.rate_limit import RateLimit
from searchengine.server.settings import Settings

#: What those need who watch the server, and what is in every copy of the program.
OPEN = ("/healthz", "/readyz")
UNCOUNTED = ("/healthz",)
STATIC = "/static/"

#: Makes the answer that tells a refusal: as a page to a person, else as JSON.
Refusal = Callable[[Request, int, str, Mapping[str, str]], Response]


class Admission:
    """Lets requests through; at an address that ``is_api`` no browser asks for a password."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        rate_limit: RateLimit | None,
        refusal: Refusal,
        is_api: Callable[[str], bool],
    ) -> None:
        self._app = app
        self._refusal = refusal
        self._is_api = is_api
        self._rate_limit = rate_limit
        #: Who may write may read what it wrote.
        writing = [settings.write_token] if settings.write_token is not None else []
        self._tokens = [token.encode() for token in (*settings.read_tokens, *writing)]
        self._guarded = bool(settings.read_tokens)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refused(Request(scope))
        if answer is not None:
            await answer(scope, receive, self._varying(send))
        else:
            await self._app(scope, receive, self._varying(send))

    def _refused(self, request: Request) -> Response | None:
        path = request.url.path
        static = path.startswith(STATIC)
        if self._rate_limit is not None and path not in UNCOUNTED and not static:
            wait = self._rate_limit.wait_for(request.client.host if request.client else "")
            if wait:
                headers = {"retry-after": str(math.ceil(wait))}
                return self._refusal(
                    request, 429, "too many requests: wait as Retry-After says", headers
                )
        if self._guarded and path not in OPEN and not static and not self._knows(request):
            scheme = (
                "Bearer" if self._is_api(path) else 'Basic realm="searchengine", charset="UTF-8"'
            )
            return self._refusal(
                request,
                401,
                "the token to read is missing or wrong: send 'Authorization: Bearer TOKEN'",
                {"www-authenticate": scheme, "cache-control": "no-store"},
            )
        return None

    def _knows(self, request: Request) -> bool:
        """Whether a request has a token. All are compared, each in the same time."""
        offered = _offered(request.headers.get("authorization", ""))
        return sum(hmac.compare_digest(offered, token) for token in self._tokens) > 0

    def _varying(self, send: Send) -> Send:
        """Tell caches that an answer is for whoever has the token."""
        if not self._guarded:
            return send

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Authorization")
            await send(message)

        return answer


def _offered(header: str) -> bytes:
    """The token in a header: a program's as it is, a browser's as the password to any name."""
    scheme, _, value = header.partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        return value.encode("latin-1", "replace")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            pass
    return b""
