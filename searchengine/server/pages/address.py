"""The address bar: everything a page of results depends on, read from an address and written back.

The page keeps no cookie and no session, so an :class:`Address` is its whole state: bookmarks, the
back button and links sent to others all work. Nothing here searches or knows what a value means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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

    ``filters`` are each FIELD=VALUE or FIELD=FIRST..LAST, as typed; ``sort`` names an order of
    the engine. ``every`` asks for documents with all the words; without ``correct`` misspelt ones
    are searched as typed. ``semantic`` goes by what texts mean as well, where the server can.
    """

    q: str = ""
    since: str = ""
    until: str = ""
    year: str = ""
    place: str = ""
    source: str = ""
    filters: tuple[str, ...] = ()
    sort: str = "score"
    boost: bool = True
    every: bool = False
    correct: bool = True
    semantic: bool = True
    page: int = 1
    lang: Language = "vi"

    @property
    def filtered(self) -> bool:
        """Whether anything but the query narrows the results."""
        return any((self.since, self.until, self.year, self.place, self.source, self.filters))

    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """Return the parameters that differ from their defaults, with ``changes`` made first.

        Whatever changes but the page leads back to the first page.
        """
        if changes and "page" not in changes:
            changes["page"] = 1
        wanted = replace(self, **changes)
        return [
            (_PARAMETERS[field.name], written)
            for field in fields(self)
            if (value := getattr(wanted, field.name)) != field.default
            for written in _written(value)
        ]

    def url(self, **changes: Any) -> str:
        """Return the page of results that ``changes`` lead to."""
        return address(HOME, self.pairs(**changes))

    def document_url(self, id_: str, fragment: str = "") -> str:
        """Return the page of a document, which remembers the results it was found among."""
        return address(DOCUMENT, [("id", id_), *self.pairs()]) + fragment

    def unfiltered(self) -> str:
        """Return the same search without any filter."""
        return self.url(since="", until="", year="", place="", source="", filters=())

    def filters_but(self, name: str) -> tuple[str, ...]:
        """Return the filters by other fields than ``name``."""
        return tuple(one for one in self.filters if one.partition("=")[0].strip() != name)


_PARAMETERS = {field.name: field.name for field in fields(Address)} | {
    "since": "from",
    "until": "to",
    "filters": "f",
    "every": "all",
}
#: What the form for a range of a field sends, for a form cannot write FIELD=FIRST..LAST: they
#: replace the filters by that field, and no address that is written has them.
RANGE_FIELD, RANGE_FIRST, RANGE_LAST = "field", "first", "last"


def address(path: str, pairs: list[tuple[str, str]]) -> str:
    """Return ``path`` with parameters, whatever characters their values have."""
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path


def read_address(pairs: Iterable[tuple[str, str]]) -> Address:
    """Return the state that the parameters of an address describe.

    What a person types (query, dates, filters, a field to sort by) is kept as it is; anything else
    that makes no sense counts as absent, because such addresses are made by links and not by hand.
    """
    pairs = tuple(pairs)
    parameters = dict(pairs)
    given = (value.strip() for name, value in pairs if name == _PARAMETERS["filters"])
    year = parameters.get("year", "").strip()
    page = parameters.get("page", "").strip()
    asked = Address(
        q=parameters.get("q", "").strip(),
        since=parameters.get("from", "").strip(),
        until=parameters.get("to", "").strip(),
        year=year if _YEAR.fullmatch(year) else "",
        place=parameters.get("place", "").strip(),
        source=parameters.get("source", "").strip(),
        filters=tuple(dict.fromkeys(filter(None, given))),
        sort=parameters.get("sort", "").strip() or "score",
        boost=parameters.get("boost") != "off",
        every=parameters.get("all") == "on",
        correct=parameters.get("correct") != "off",
        semantic=parameters.get("semantic") != "off",
        page=max(1, int(page)) if _PAGE.fullmatch(page) else 1,
        lang="en" if parameters.get("lang") == "en" else "vi",
    )
    name = parameters.get(RANGE_FIELD, "").strip()
    if not name:
        return asked
    ends = (parameters.get(end, "").strip() for end in (RANGE_FIRST, RANGE_LAST))
    within = "..".join(ends)
    chosen = () if within == ".." else (f"{name}={within}",)
    return replace(asked, filters=(*asked.filters_but(name), *chosen))


def _written(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("on" if value else "off",)
    return (str(value),)
