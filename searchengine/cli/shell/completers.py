"""Names that an index knows, for the tab key: values of facets, fields, ids, sources.

Whatever goes wrong, nothing is completed and nothing is said. What takes long is not looked for:
ids in a large index, and anything in a cluster.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from searchengine.errors import SearchEngineError

if TYPE_CHECKING:
    from searchengine.search_view import SearchView

#: What a shell says in the environment when it asks: its own name, and what it wants.
COMPLETE_VAR = "_SEARCHENGINE_COMPLETE"
#: So many names are offered at most.
OFFERED = 100
#: In a larger index ids are not looked for: every document would be read.
LISTED_DOCUMENTS = 2_000

Completer = Callable[[click.Context, click.Parameter, str], list["CompletionItem[str]"]]


def facet_values(name: str) -> Completer:
    """Complete with the values that documents have of a facet, commonest first."""

    def complete(
        context: click.Context, _: click.Parameter, typed: str
    ) -> list[CompletionItem[str]]:
        with _view(context) as view:
            if view is None:
                return []
            return _beginning(typed, view.facets(names=[name], limit=1_000)[name])

    return complete


def facets(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Complete with what can be counted by."""
    with _view(context) as view:
        return [] if view is None else _beginning(typed, view.fields.facet_names)


def orders(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Complete with what hits can be sorted by."""
    with _view(context) as view:
        declared = [] if view is None else [field.name for field in view.settings.fields]
        return _beginning(typed, ["score", "date", *declared])


def ids(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Complete with the ids of documents, where there are not too many."""
    with _view(context) as view:
        if view is None or view.document_count > LISTED_DOCUMENTS:
            return []
        return _beginning(typed, (document.id for document in view.documents()))


def sources(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Complete with the names of what was indexed."""
    from searchengine.pages.sources import Catalogue

    with _view(context) as view:
        if view is None:
            return []
        catalogue = Catalogue(view.fingerprints(), lambda _: False)
        return _beginning(typed, [source.name for source in catalogue.sources])


def files(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Complete with files and folders."""
    return [CompletionItem(typed, type="file")]


def folders(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """Complete with folders."""
    return [CompletionItem(typed, type="dir")]


@contextmanager
def _view(context: click.Context) -> Iterator[SearchView | None]:
    """The index that the command is about, as far as it is named; None if it does not open."""
    from searchengine.backends.opensearch.address import is_address
    from searchengine.engine import SearchEngine

    named = context.params.get("directory") or os.environ.get("SEARCHENGINE_INDEX") or "index"
    try:
        opened = None if is_address(named) else SearchEngine.open(named)
    except SearchEngineError:
        opened = None
    if opened is None:
        yield None
        return
    with opened as engine, engine.open_view() as view:
        yield view


def _beginning(typed: str, names: Iterable[str]) -> list[CompletionItem[str]]:
    """Those of ``names`` that begin as was typed, with or without diacritics."""
    from searchengine.text.folding import fold

    start = fold(typed).lower()
    found = (name for name in names if fold(name).lower().startswith(start))
    return [CompletionItem(_quoted(name)) for name in islice(found, OFFERED)]


def _quoted(name: str) -> str:
    """A name as the shell that asks has to get it: bash alone takes it as it would be typed."""
    if not os.environ.get(COMPLETE_VAR, "").startswith("bash"):
        return name
    # Twice, for click's script has bash read a backslash once before it is on the command line.
    return re.sub(r"([^\w@%+:,./-])", r"\\\\\1", name)
