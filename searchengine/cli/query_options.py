"""What the commands that look for documents share: a query, and the options that narrow it.

Turns them into one :class:`SearchOptions`. What every command has is in ``base``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from searchengine.cli.base import F
from searchengine.cli.shell import completers
from searchengine.options import SearchOptions, read_filters


def _filter(option: str, name: str, **how: Any) -> Callable[[F], F]:
    """A filter by the facet ``name``, whose values a shell completes."""
    return click.option(option, name, shell_complete=completers.facet_values(name), **how)


#: Any of these is enough to ask for documents without a query.
_FILTERS = (
    click.option("--from", "since", metavar="DATE", help="2022, 2022-07, 2022-07-03 or 3/7/2022."),
    click.option("--to", "until", metavar="DATE", help="The last day that counts, likewise."),
    _filter("--kind", "kind", help="Only documents of this kind, such as 'kế hoạch'."),
    _filter("--place", "place", help="Only documents of this place."),
    _filter("--source", "source", help="Only documents of this source."),
    _filter("--author", "author", help="Only documents of this author."),
    _filter("--term", "term", help="Only documents of this term of office, such as 2020-2025."),
    _filter("--in", "folder", metavar="FOLDER", help="Only what lies in or below this folder."),
    click.option(
        "--filter",
        "filters",
        multiple=True,
        metavar="FIELD=VALUE",
        help="Only documents with this value of a field, or one in FIRST..LAST.",
    ),
)
_NAMES = ("since", "until", "kind", "place", "source", "author", "term", "folder", "filters")


def query_options(function: F) -> F:
    """Give a command ``query`` (what was typed, or nothing) and ``options`` that narrow it.

    One of the two must be given.
    """
    return _query_options(function, required=True)


def counting_options(function: F) -> F:
    """Give a command ``query`` and ``options``, neither of which need be given."""
    return _query_options(function, required=False)


def _query_options(function: F, *, required: bool) -> F:
    @functools.wraps(function)
    def run(
        *args: Any,
        words: tuple[str, ...],
        match_all: bool,
        no_correct: bool,
        time_limit: float | None,
        **more: Any,
    ) -> Any:
        filters = {name: more.pop(name) for name in _NAMES}
        if required and not words and not any(filters.values()):
            raise click.UsageError("Missing argument 'QUERY', or a filter such as --from 2022")
        filters["filters"] = read_filters(filters["filters"])
        options = SearchOptions(
            **filters, match_all=match_all, correct=not no_correct, time_limit=time_limit
        )
        return function(*args, query=" ".join(words), options=options, **more)

    for option in reversed(
        (
            click.argument("words", nargs=-1, metavar="[QUERY]"),
            *_FILTERS,
            click.option("--all", "match_all", is_flag=True, help="Every word must be there."),
            click.option(
                "--no-correct",
                is_flag=True,
                help="Search for misspelt words as they are, even if no page has them.",
            ),
            click.option(
                "--time-limit", type=float, metavar="SECONDS", help="Give up after so long."
            ),
        )
    ):
        run = option(run)
    return run  # type: ignore[return-value]
