"""Answering a repeated question with 304: what an answer depends on, as an ETag.

An answer changes with the index, with the day (which date boosts count from), with the program
and with the address. ETags are weak, because an answer also says how long it took.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Callable

from fastapi import Request, Response

from searchengine import __version__
from searchengine.search_view import SearchView
from searchengine.server.api.errors import Utf8JSON
from searchengine.server.service import Service

#: Clients may keep an answer, and ask each time whether it still holds.
CACHE_CONTROL = "private, no-cache"


async def conditional(
    request: Request, service: Service, answer: Callable[[SearchView], bytes]
) -> Response:
    """Return 304 if the client has the answer already, else the JSON that ``answer`` gives.

    It is asked in a search thread, of the very commit that the ETag names.
    """
    today = service.today()
    known = request.headers.get("if-none-match", "")
    if known and _holds(known, etag := _etag(request, service.engine.version(), today)):
        return Response(status_code=304, headers=_headers(etag))

    def tagged(view: SearchView) -> tuple[str, bytes]:
        return _etag(request, view.version, today), answer(view)

    etag, body = await service.ask(tagged)
    return Response(body, media_type=Utf8JSON.media_type, headers=_headers(etag))


def _headers(etag: str) -> dict[str, str]:
    return {"etag": etag, "cache-control": CACHE_CONTROL}


def _etag(request: Request, version: str, today: datetime.date) -> str:
    scope = request.scope
    address = b"?".join((scope["path"].encode("utf-8", "replace"), scope["query_string"]))
    return f'W/"{__version__}-{version}-{today.toordinal():x}-{zlib.crc32(address):08x}"'


def _holds(header: str, etag: str) -> bool:
    known = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in known or etag.removeprefix("W/") in known
