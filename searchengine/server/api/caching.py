"""Answering a repeated question with 304: what an answer depends on, as an ETag.

An answer changes with the index, with the day (which date boosts count from), with the program
and with the address. ETags are weak, because an answer also says how long it took.
"""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from searchengine import __version__
from searchengine.server.service import Service

#: Clients may keep an answer, and ask each time whether it still holds.
CACHE_CONTROL = "private, no-cache"


def etag_of(request: Request, service: Service) -> str:
    """Return the ETag of the answer to ``request``, at the commit that would answer it now."""
    scope = request.scope
    address = b"?".join((scope["path"].encode("utf-8", "replace"), scope["query_string"]))
    day = service.today().toordinal()
    return f'W/"{__version__}-{service.version()}-{day:x}-{zlib.crc32(address):08x}"'


async def conditional(
    request: Request, service: Service, respond: Callable[[], Awaitable[Response]]
) -> Response:
    """Return 304 if the client has the answer already, else what ``respond`` makes of it."""
    etag = etag_of(request, service)
    headers = {"etag": etag, "cache-control": CACHE_CONTROL}
    if _holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    response = await respond()
    if response.status_code == 200:
        response.headers.update(headers)
    return response


def _holds(header: str, etag: str) -> bool:
    known = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in known or etag.removeprefix("W/") in known
