"""``searchengine facets``: what the matching documents are, counted by year, place and so on.

Holds the command alone; counting is the engine's, and what all commands share is in
``cli_base``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from searchengine.cli.base import EXIT_NOTHING_FOUND, echo_json, shared

#: The names are ``facets.FACET_NAMES``, written again because importing them takes NumPy.
NAMES = ("year", "month", "place", "source", "author", "term_of_office")
#: Other names for some of them: ``facets.FACET_ALIASES``.
ALIASES = ("term",)


@click.command("facets")
@click.argument("words", nargs=-1, metavar="[QUERY]")
@click.option(
    "--by", "names", multiple=True, type=click.Choice((*NAMES, *ALIASES)), help="Only this facet."
)
@click.option(
    "--order",
    type=click.Choice(["count", "name"]),
    default="count",
    show_default=True,
    help="Commonest first, or by name; years and months come newest first.",
)
@click.option("--limit", default=20, show_default=True, help="How many values of each facet.")
@click.option(
    "--histogram",
    type=click.Choice(["month", "year"]),
    help="Count by time instead, oldest first, without gaps.",
)
@click.option("--from", "since", metavar="DATE", help="2022, 2022-07, 2022-07-03 or 3/7/2022.")
@click.option("--to", "until", metavar="DATE", help="The last day that counts, written likewise.")
@click.option("--place", help="Only documents of this place.")
@click.option("--source", help="Only documents of this source.")
@click.option("--author", help="Only documents of this author.")
@click.option("--term", help="Only documents of this term of office.")
@click.option("--all", "match_all", is_flag=True, help="Every word must be there.")
@shared
def facets(
    words: tuple[str, ...],
    names: tuple[str, ...],
    order: str,
    limit: int,
    histogram: str | None,
    directory: str,
    as_json: bool,
    **filters: Any,
) -> int:
    """Count the documents that match by year, month, place, source, author and term of office.

    Without a query one of the filters is needed, such as --from 2022.
    """
    from searchengine.engine import SearchEngine

    check_asked(words, filters)
    query = " ".join(words)
    with SearchEngine.open(Path(directory)) as engine:
        if histogram is not None:
            found = engine.histogram(query, by=histogram, **filters)  # type: ignore[arg-type]
            if as_json:
                echo_json({"ok": True, "query": query, "total": found.total, **found.to_json()})
            else:
                _print_histogram(found)
            return 0 if found.total else EXIT_NOTHING_FOUND
        counts = engine.facets(
            query,
            names=names or None,
            limit=limit,
            order=order,  # type: ignore[arg-type]
            **filters,
        )
        total = engine.histogram(query, by="year", **filters).total
    if as_json:
        echo_json({"ok": True, "query": query, "total": total, "facets": counts})
    else:
        _print_facets(counts)
        click.echo(f"{total:,} documents", err=True)
    return 0 if total else EXIT_NOTHING_FOUND


def check_asked(words: tuple[str, ...], options: Mapping[str, Any]) -> None:
    """Raise click's error for a missing argument where neither words nor a filter are given."""
    filters = ("since", "until", "place", "source", "author", "term")
    if not words and not any(options[name] for name in filters):
        raise click.UsageError("Missing argument 'QUERY', or a filter such as --from 2022")


def _print_facets(counts: Mapping[str, Mapping[str, int]]) -> None:
    for name, values in counts.items():
        if values:
            click.echo(click.style(name, bold=True))
            _rows(list(values.items()))


def _print_histogram(found: Any) -> None:
    _rows(list(found))
    for label, count in (
        ("before these", found.earlier),
        ("dated by their year only", found.year_only),
        ("without a date", found.undated),
    ):
        if count:
            click.echo(f"{count:,} {label}", err=True)


def _rows(rows: list[tuple[str, int]]) -> None:
    width = max((len(f"{count:,}") for _, count in rows), default=0)
    for label, count in rows:
        click.echo(f"  {count:>{width},}  {label}")
