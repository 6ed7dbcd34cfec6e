"""The address bar: everything a page of results depends on, read from an address and written back.

The page keeps no cookie and no session, so an :class:`Address` is its whole state: bookmarks, the
back button and links sent to others all work. Nothing here searches or knows what a value means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal
from urllib.parse import urlencode

HOME = "/"
DOCUMENT = "/document"
API_SEARCH = "/search"
OPENSEARCH = "/opensearch.xml"

Language = Literal["vi", "en"]

_YEAR = re.compile(r"[0-9]{4}")
_PAGE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Address:
    """What is asked for; ``since`` and ``until`` are as typed, ``year`` is four digits or empty.

    ``every`` asks for documents with all the words.
    """

    q: str = ""
    since: str = ""
    until: str = ""
    year: str = ""
    place: str = ""
    source: str = ""
    sort: Literal["score", "date"] = "score"
    boost: bool = True
    every: bool = False
    page: int = 1
    lang: Language = "vi"

    @property
    def filtered(self) -> bool:
        """Whether anything but the query narrows the results."""
        return any((self.since, self.until, self.year, self.place, self.source))

    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """Return the parameters that differ from their defaults, with ``changes`` made first.

        Whatever changes but the page leads back to the first page.
        """
        if changes and "page" not in changes:
            changes["page"] = 1
        wanted = replace(self, **changes)
        return [
            (_PARAMETERS[field.name], _written(value))
            for field in fields(self)
            if (value := getattr(wanted, field.name)) != field.default
        ]

    def url(self, **changes: Any) -> str:
        """Return the page of results that ``changes`` lead to."""
        return address(HOME, self.pairs(**changes))

    def document_url(self, id_: str, fragment: str = "") -> str:
        """Return the page of a document, which remembers the results it was found among."""
        return address(DOCUMENT, [("id", id_), *self.pairs()]) + fragment

    def unfiltered(self) -> str:
        """Return the same search without any filter."""
        return self.url(since="", until="", year="", place="", source="")


_PARAMETERS = {field.name: field.name for field in fields(Address)} | {
    "since": "from",
    "until": "to",
    "every": "all",
}


def address(path: str, pairs: list[tuple[str, str]]) -> str:
    """Return ``path`` with parameters, whatever characters their values have."""
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path


def read_address(parameters: Mapping[str, str]) -> Address:
    """Return the state that an address describes.

    What a person types (query, dates, filters) is kept as it is; anything else that makes no
    sense counts as absent, because such addresses are made by links and not by hand.
    """
    year = parameters.get("year", "").strip()
    page = parameters.get("page", "").strip()
    return Address(
        q=parameters.get("q", "").strip(),
        since=parameters.get("from", "").strip(),
        until=parameters.get("to", "").strip(),
        year=year if _YEAR.fullmatch(year) else "",
        place=parameters.get("place", "").strip(),
        source=parameters.get("source", "").strip(),
        sort="date" if parameters.get("sort") == "date" else "score",
        boost=parameters.get("boost") != "off",
        every=parameters.get("all") == "on",
        page=max(1, int(page)) if _PAGE.fullmatch(page) else 1,
        lang="en" if parameters.get("lang") == "en" else "vi",
    )


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
