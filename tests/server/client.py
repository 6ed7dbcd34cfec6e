"""A client that talks to the application inside the process, for the tests of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from searchengine import SearchEngine
from searchengine.server.app import create_app
from searchengine.server.service import Service
from searchengine.server.settings import Settings

TOKEN = "write-token-of-the-tests"
AS_WRITER = {"authorization": f"Bearer {TOKEN}".encode()}


class Client:
    """Sends requests to an application; ``engine`` is what it answers from."""

    def __init__(self, engine: SearchEngine, log: Any = None, **settings: Any) -> None:
        self.engine = engine
        self.service = Service(engine, Settings(**settings))
        self.app = create_app(self.service, log=log)

    def request(self, method: str, address: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            async with self.http() as client:
                return await client.request(method, address, **options)

        return asyncio.run(send())

    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://test")

    def get(self, address: str, **options: Any) -> httpx.Response:
        return self.request("GET", address, **options)

    def json(self, address: str, **options: Any) -> Any:
        response = self.get(address, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def together(self, *work: Callable[[httpx.AsyncClient], Any]) -> list[Any]:
        """The results of coroutines that run at the same time."""

        async def all_of_them() -> list[Any]:
            async with self.http() as client:
                return await asyncio.gather(*(one(client) for one in work))

        return asyncio.run(all_of_them())
