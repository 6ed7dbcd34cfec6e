"""What a server may be told: its limits and its manners, as one frozen value.

Each number is a default that ``searchengine serve`` lets people change; the limits of a query
itself are the engine's. Nothing here is read from a file or from the environment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from searchengine.errors import InputError
from searchengine.options import MAX_DEPTH, MAX_LIMIT

#: Hosts that only this computer can reach.
LOOPBACK = ("127.0.0.1", "localhost", "::1")

#: Connections of all processes together, unless more or fewer are asked for.
CONNECTIONS = 1_000

_TOKEN = re.compile(r"[!-~]+")
_ORIGIN = re.compile(r"\*|https?://[a-z0-9._-]+(:[0-9]+)?|https?://\[[0-9a-f:]+\](:[0-9]+)?")

LogFormat = Literal["text", "json"]
Metrics = Literal["off", "local", "all"]

_LIMITS = (
    "url_bytes",
    "head_bytes",
    "body_bytes",
    "query_characters",
    "page_depth",
    "page_size",
    "seconds",
    "threads",
    "queue",
    "connections",
    "keep_alive",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and manners of a server. Raises :class:`InputError` for a limit below one."""

    #: A pasted text of 3,000 words, its marked letters percent-encoded, and the other options.
    url_bytes: int = 49_152
    #: Headers and the first line together; what browsers send stays below a tenth of it.
    head_bytes: int = 65_536
    #: A document of 10 MB with its escapes, or some thousands of news articles.
    body_bytes: int = 32_000_000
    #: A query of more characters is refused; the engine itself looks only at its beginning.
    query_characters: int = 20_000
    #: Results deeper than this are refused (page × limit); the same holds of the engine.
    page_depth: int = MAX_DEPTH
    #: Hits that one page of results may have; likewise.
    page_size: int = MAX_LIMIT
    #: A request that takes longer is answered with 503.
    seconds: float = 10.0
    #: Searches that run at once. Python runs one at a time anyway: at 8 connections two
    #: threads answer less than one does (docs/benchmarks.md).
    threads: int = 1
    #: Requests that may wait for a thread; one more is answered with 503.
    queue: int = 128
    #: Connections that may be open at once.
    connections: int = CONNECTIONS
    #: Idle connections are closed after so many seconds.
    keep_alive: float = 30.0
    #: Host names under which requests are taken; empty for any.
    hosts: tuple[str, ...] = ()
    #: Who holds this may write; without one nobody may.
    write_token: str | None = field(default=None, repr=False)
    #: Who holds one of these may read; without any all may.
    read_tokens: tuple[str, ...] = field(default=(), repr=False)
    #: Requests a minute that each client may make; without a number any.
    rate_limit: int | None = None
    #: Origins whose pages may read the answers in a browser, as https://example.org; * for all.
    origins: tuple[str, ...] = ()
    #: Whether log lines hold the text of queries.
    log_queries: bool = False
    #: Whether log lines are JSON objects, for programs, or text.
    log_format: LogFormat = "text"
    #: Who is told numbers about the server: who asks from this computer, all, or nobody.
    metrics: Metrics = "local"

    #: The folder of the model by which results may be ordered; without one by words alone.
    model: str | None = None

    def __post_init__(self) -> None:
        for name in _LIMITS:
            if getattr(self, name) <= 0:
                raise InputError(f"the limit {name} must be above 0")
        if self.write_token is not None and not self.write_token.strip():
            raise InputError("the write token is empty: give one of letters and digits")
        if not all(_TOKEN.fullmatch(token) for token in self.read_tokens):
            raise InputError("a read token is empty or has blanks: give one of letters and digits")
        if self.rate_limit is not None and self.rate_limit <= 0:
            raise InputError("the limit rate_limit must be above 0")
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin):
                raise InputError(
                    f"{origin!r} is no origin: write it like https://example.org, without a path"
                )
