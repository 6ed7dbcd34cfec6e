"""The API's writing routes: there for who holds the token, and durable when they answer.

A record becomes a document as ``searchengine index`` makes it. What a request writes is one
commit: all of it, or none of it.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import ClientDisconnect

from searchengine.errors import DocumentNotFoundError, IndexLockedError
from searchengine.pages.page import Page, Problem, checked, to_document
from searchengine.pages.readers.records import Fields, read_record
from searchengine.pages.repairing import repaired
from searchengine.server.api.errors import RETRY_AFTER, RequestError, Utf8JSON
from searchengine.server.api.routes import MISSING, DocumentId, Responses, answers
from searchengine.server.api.schemas import Failure, WriteAnswer
from searchengine.server.service import Service

REFUSED_WRITE: Responses = {
    401: {"model": Failure, "description": "The bearer token is missing or another one."},
    403: {"model": Failure, "description": "The server was started without a write token."},
    409: {"model": Failure, "description": "Another program is writing; see Retry-After."},
    413: {"model": Failure, "description": "The body is too long."},
    415: {"model": Failure, "description": "The body is packed."},
}

RECORD_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "text": {"type": "string"},
        "date": {"type": "string"},
        "kind": {"type": "string"},
        "place": {"type": "string"},
        "author": {"type": "string"},
        "source": {"type": "string"},
    },
    "additionalProperties": True,
}

_BEARER = HTTPBearer(auto_error=False, description="The server's write token.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


def write_routes(service: Service) -> APIRouter:
    """Return the routes that add, replace and delete documents."""
    router = APIRouter(tags=["documents"])

    def allowed(given: Credentials) -> None:
        token = service.settings.write_token
        if token is None:
            raise RequestError(
                403, "writing is off: start the server with $SEARCHENGINE_WRITE_TOKEN set"
            )
        offered = given.credentials if given else ""
        if not hmac.compare_digest(offered.encode("latin-1", "replace"), token.encode("utf-8")):
            raise RequestError(
                401,
                "the bearer token is missing or wrong: send 'Authorization: Bearer TOKEN'",
                {"www-authenticate": "Bearer"},
            )

    may_write = [Depends(allowed)]

    @router.put(
        "/documents/{id:path}",
        dependencies=may_write,
        responses=answers(WriteAnswer, REFUSED_WRITE),
        openapi_extra=_body("application/json", RECORD_SCHEMA),
    )
    async def put(request: Request, id: DocumentId) -> Response:
        """Add one document, or replace the one with its id."""
        body = await read_body(request, service.settings.body_bytes)
        pages = [_addressed(_read(body, None), id)]
        return Utf8JSON(await _commit(service, pages))

    @router.delete(
        "/documents/{id:path}",
        dependencies=may_write,
        responses=answers(WriteAnswer, MISSING, REFUSED_WRITE),
    )
    async def delete(id: DocumentId) -> Response:
        """Delete one document."""
        missing = await _written(service, service.engine.delete, [id])
        if missing:
            raise DocumentNotFoundError(f"no document {id!r}: /search shows the ids")
        return Utf8JSON(_counts(deleted=1))

    @router.post(
        "/documents",
        dependencies=may_write,
        responses=answers(WriteAnswer, REFUSED_WRITE),
        openapi_extra=_body("application/x-ndjson", {"type": "string"}),
    )
    async def post(request: Request) -> Response:
        """Add or replace documents, one JSON object a line: all of them, or none."""
        body = await read_body(request, service.settings.body_bytes)
        return Utf8JSON(await _commit(service, await service.call(read_lines, body)))

    return router


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body of ``request``; raises :class:`RequestError` if it is over ``limit``.

    Also for one that is packed, for nobody knows how large it is, and one that breaks off.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RequestError(
            415,
            "the server unpacks nothing: send the body without Content-Encoding",
            {"connection": "close"},
        )
    parts: list[bytes] = []
    size = 0
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        size = int(length)
    else:
        try:
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    break
                parts.append(part)
        except ClientDisconnect as error:
            raise RequestError(400, "the body broke off: send it again") from error
    if size > limit:
        raise RequestError(
            413,
            f"the body has more than {limit:,} bytes: send fewer documents at a time",
            # Nobody reads the rest of it.
            {"connection": "close"},
        )
    return b"".join(parts)


def read_lines(body: bytes) -> list[Page]:
    """Return the page of each line; raises :class:`RequestError` that names the first bad line."""
    pages: list[Page] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(body.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        page = _read(line, number)
        if not page.id:
            raise RequestError(400, f"line {number}: the record has no id; nothing was written")
        if page.id in lines:
            raise RequestError(
                400,
                f"line {number}: the id {page.id!r} is taken by line {lines[page.id]}; "
                "nothing was written",
            )
        lines[page.id] = number
        pages.append(_usable(checked(page), number))
    if not pages:
        raise RequestError(400, "the body holds no record: send one JSON object a line")
    return pages


def _read(line: bytes, number: int | None) -> Page:
    return repaired(_usable(read_record(line, Fields()), number))


def _usable(found: Page | Problem, number: int | None) -> Page:
    """The page; raises :class:`RequestError` that names the line if there is a problem with it."""
    if isinstance(found, Problem):
        where = f"line {number}: " if number is not None else ""
        raise RequestError(400, f"{where}{found.message}; nothing was written")
    return found


def _addressed(page: Page, id_: str) -> Page:
    """``page`` under the id of its address; raises :class:`RequestError` if it has another."""
    if page.id and page.id != id_:
        raise RequestError(
            400, f"the record's id {page.id!r} is not that of its address: leave it out"
        )
    if not id_:
        raise RequestError(400, "the id is empty: write it behind /documents/")
    return _usable(checked(replace(page, id=id_)), None)


async def _commit(service: Service, pages: Sequence[Page]) -> dict[str, Any]:
    counts: dict[str, Any] = await _written(service, _add, service, pages)
    return counts


def _add(service: Service, pages: Sequence[Page]) -> dict[str, Any]:
    # The rules take longer than writing does: nobody else need wait for them.
    documents = [to_document(page) for page in pages]
    replaced = 0
    with service.engine.writer() as writer:
        writer.look_up(document.id for document in documents)
        for document in documents:
            replaced += writer.delete(document.id)
            writer.add(document)
    warnings = [f"{page.id}: {warning}" for page in pages for warning in page.warnings]
    return _counts(added=len(pages) - replaced, replaced=replaced, warnings=warnings)


async def _written(service: Service, function: Any, /, *args: Any) -> Any:
    try:
        return await service.write(function, *args)
    except IndexLockedError as error:
        raise RequestError(409, str(error), {"retry-after": RETRY_AFTER}) from error


def _counts(
    added: int = 0, replaced: int = 0, deleted: int = 0, warnings: Sequence[str] = ()
) -> dict[str, Any]:
    return {
        "ok": True,
        "added": added,
        "replaced": replaced,
        "deleted": deleted,
        "warnings": list(warnings),
    }


def _body(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """What the OpenAPI document says of a body that the route reads for itself."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}
