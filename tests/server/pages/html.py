"""What tests of the page share: a page that was sent, and how to ask for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import lxml.html

from searchengine import SearchEngine
from tests.server.client import Client

S001 = "001_15548a90c78a3968.txt"
S003 = "003_d9644e13f35e637b.txt"
HTML = {"accept": "text/html,application/xhtml+xml"}

Engines = Callable[..., SearchEngine]


class Page:
    """A page that was sent, with the few questions that tests ask of it."""

    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.source = response.text
        self.tree = lxml.html.fromstring(response.text)

    def all(self, path: str) -> list[Any]:
        return list(self.tree.xpath(path) if path.startswith("//") else self.tree.cssselect(path))

    def one(self, path: str) -> Any:
        found = self.all(path)
        assert len(found) == 1, (path, len(found))
        return found[0]

    def texts(self, path: str) -> list[str]:
        return [" ".join(element.text_content().split()) for element in self.all(path)]

    def text(self, path: str) -> str:
        return " ".join(self.one(path).text_content().split())

    def link(self, text: str) -> str:
        """Where the link of this text, or of this accessible name, leads."""
        return str(
            next(
                element.get("href")
                for element in self.all("//a")
                if text in (" ".join(element.text_content().split()), element.get("aria-label"))
            )
        )


def ask(client: Client, path: str = "/", **parameters: str) -> Page:
    return Page(client.get(f"{path}?{urlencode(parameters)}", headers=HTML))


def follow(client: Client, address: str) -> Page:
    return Page(client.get(address, headers=HTML))


def state(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
