"""One shape for every failure: ``{"ok": false, "error": "…", "status": 400}``.

Turns what routes, the framework and the engine raise into that shape, one sentence each with the
next step. What a person sees of an error is the page's business, which registers itself here.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import PydanticSerializationError, to_json
from starlette.exceptions import HTTPException

from searchengine.errors import IndexUnavailableError, SearchEngineError

#: Seconds after which a refused request may well succeed.
RETRY_AFTER = "1"

_NEXT_STEPS = {
    404: "there is no such address: see /openapi.json for those there are",
    405: "this address does not take that method: see /openapi.json",
}


#: Said in place of the engine's sentence, which names the nodes of a cluster: these are nobody's
#: business but of whoever runs the server, whose log has it.
UNAVAILABLE = "the index does not answer: try again in a few seconds"


class RequestError(SearchEngineError):
    """A request that a route refuses, with its HTTP status and headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


#: Makes a response that a person can read of a status and a message.
ErrorPage = Callable[[Request, int, str], Response]


class Utf8JSON(Response):
    """JSON that says its charset, with Vietnamese letters as they are."""

    media_type = "application/json; charset=utf-8"
    charset = "utf-8"

    def render(self, content: Any) -> bytes:
        return encode(content)


def encode(value: Any) -> bytes:
    """Return ``value`` as compact JSON in UTF-8."""
    try:
        return to_json(value)
    except PydanticSerializationError:  # A lone surrogate, which UTF-8 cannot say.
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def failure(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response that tells ``message``."""
    answer = {"ok": False, "error": message, "status": status}
    found = dict(headers or {})
    if status == 503:
        found.setdefault("retry-after", RETRY_AFTER)
    return Utf8JSON(answer, status_code=status, headers=found)


#: Makes the response that tells a status, a sentence and headers: to a person or to a program.
Responder = Callable[[Request, int, str, Mapping[str, str]], Response]


def install(app: FastAPI, is_api: Callable[[str], bool], page: ErrorPage | None) -> Responder:
    """Make ``app`` answer every error in our shape, or by ``page`` where a person asks.

    Returns what makes such an answer.
    """

    def respond(
        request: Request, status: int, message: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        for_person = "text/html" in request.headers.get("accept", "")
        if page is not None and for_person and not is_api(request.url.path):
            response = page(request, status, message)
            response.headers.update(headers or {})
        else:
            response = failure(status, message, headers)
        if page is not None and not is_api(request.url.path):
            response.headers.add_vary_header("Accept")
        return response

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, SearchEngineError)
        headers = error.headers if isinstance(error, RequestError) else None
        return respond(request, error.status, sentence_for_strangers(error), headers)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return respond(request, 422, sentence_of(error.errors()))

    async def on_http_exception(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        message = _NEXT_STEPS.get(error.status_code, str(error.detail))
        return respond(request, error.status_code, message, error.headers)

    async def unexpected(request: Request, error: Exception) -> Response:
        traceback.print_exception(error, file=sys.stderr)
        message = f"unexpected {type(error).__name__}: the server's log has the details"
        return respond(request, 500, message)

    app.add_exception_handler(SearchEngineError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, unexpected)
    return respond


def sentence_for_strangers(error: SearchEngineError) -> str:
    """Return what is said of an error to whoever asks over HTTP."""
    return UNAVAILABLE if isinstance(error, IndexUnavailableError) else str(error)


def sentence_of(errors: Sequence[Any]) -> str:
    """Return what is wrong with a request's parameters as one sentence."""
    parts = []
    for error in errors:
        name = ".".join(str(part) for part in error["loc"][1:]) or "the body"
        if error["type"] == "missing":
            parts.append(f"{name} is missing")
        elif error["type"] == "extra_forbidden":
            parts.append(f"there is no parameter {name}")
        else:
            reason = " ".join(str(error["msg"]).split())
            parts.append(f"{name}: {reason[:1].lower()}{reason[1:]}")
    return f"{'; '.join(parts)} (see /openapi.json)"
