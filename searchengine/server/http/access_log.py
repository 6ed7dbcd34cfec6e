"""One line a request: as text for people, or as a JSON object for programs.

What a client sends can forge neither a line nor a field: addresses are percent-encoded, request
ids of letters that could do harm are not taken, and JSON escapes what is left.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TextIO
from urllib.parse import unquote

from starlette.types import Scope

from searchengine.server.settings import Settings

REQUEST_ID = b"x-request-id"
#: What a proxy may call a request; anything else gets an id of ours.
_ID = re.compile(rb"[A-Za-z0-9._:+/=-]{1,128}")


class AccessLog:
    """Writes the lines of requests to a stream, for as long as it takes them."""

    def __init__(self, settings: Settings, stream: TextIO | None) -> None:
        self._settings = settings
        self._stream = stream

    @property
    def names_requests(self) -> bool:
        """Whether each request has an id, which its answer and its line tell."""
        return self._settings.log_format == "json"

    def write(
        self, scope: Scope, status: int, size: int, seconds: float, request_id: str | None
    ) -> None:
        """Write the line of a request that was answered."""
        if self._stream is None:
            return
        address = _shown(scope, with_query=self._settings.log_queries)
        if self.names_requests:
            line = _object(scope["method"], address, status, size, seconds, request_id)
        else:
            now = datetime.now().isoformat(timespec="seconds")
            line = f"{now} {scope['method']} {address} {status} {seconds * 1000:.1f}ms {size}B"
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            # Nobody reads the log any more; requests are answered all the same.
            self._stream = None


def request_id_of(scope: Scope) -> str:
    """Return the id that a proxy gave a request, else one of ours."""
    given = next((value for name, value in scope["headers"] if name == REQUEST_ID), b"")
    return given.decode("ascii") if _ID.fullmatch(given) else os.urandom(8).hex()


def _object(
    method: str, address: str, status: int, size: int, seconds: float, request_id: str | None
) -> str:
    values: Mapping[str, Any] = {
        "time": datetime.now().astimezone().isoformat(timespec="milliseconds"),
        "method": method,
        "path": address,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "bytes": size,
        "request_id": request_id,
    }
    return json.dumps(values, separators=(",", ":"))


def _shown(scope: Scope, *, with_query: bool) -> str:
    """The address as it was sent: percent-encoded, so that it cannot forge a line."""
    path = scope.get("raw_path") or unquote(scope["path"]).encode("utf-8", "replace")
    shown = path + (b"?" + scope["query_string"] if with_query and scope["query_string"] else b"")
    return "".join(chr(byte) if 0x21 <= byte <= 0x7E else f"%{byte:02X}" for byte in shown)
