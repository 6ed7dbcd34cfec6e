"""``searchengine facets``: what the matching documents are, counted by year, place and so on.

Holds the command alone; counting is the engine's.
"""

from __future__ import annotations

from typing import get_args

import click

from searchengine.backends.counts import Histogram
from searchengine.backends.values import Order, Step
from searchengine.cli.base import EXIT_NOTHING_FOUND, echo_json, open_engine, shared
from searchengine.cli.query_options import counting_options
from searchengine.cli.shell import completers
from searchengine.deadline import limited
from searchengine.options import FACET_VALUES, SearchOptions


@click.command("facets")
@counting_options
@click.option(
    "--by",
    "names",
    multiple=True,
    metavar="FACET",
    shell_complete=completers.facets,
    help="Only this facet, or field of the index.",
)
@click.option(
    "--order",
    type=click.Choice(get_args(Order)),
    default="count",
    show_default=True,
    help="Commonest first, or by name; years and months come newest first.",
)
@click.option(
    "--limit", default=FACET_VALUES, show_default=True, help="How many values of each facet."
)
@click.option(
    "--histogram",
    type=click.Choice(get_args(Step)),
    help="Count by time instead, oldest first, without gaps.",
)
@shared
def facets(
    query: str,
    options: SearchOptions,
    names: tuple[str, ...],
    order: Order,
    limit: int,
    histogram: Step | None,
    directory: str,
    as_json: bool,
) -> int:
    """Count the documents that match by year, month, kind, place, author, folder and so on.

    Without a query and filters every document counts.
    """
    from searchengine.cli import render

    with (
        open_engine(directory) as engine,
        engine.open_view() as view,
        limited(options.time_limit),
    ):
        found = view.histogram(query, options, by=histogram or "year")
        counts = {}
        if histogram is None:
            counts = view.facets(query, options, names=names or None, limit=limit, order=order)
    about = {"ok": True, "query": query, "total": found.total}
    if as_json:
        echo_json({**about, **found.to_json()} if histogram else {**about, "facets": counts})
    elif histogram:
        _print_histogram(found)
    else:
        render.facets(counts)
        click.echo(f"{found.total:,} document{'s' * (found.total != 1)}", err=True)
    return 0 if found.total else EXIT_NOTHING_FOUND


def _print_histogram(found: Histogram) -> None:
    from searchengine.cli import render

    render.counts(list(found))
    for label, count in (
        ("before these", found.earlier),
        ("dated by their year only", found.year_only),
        ("without a date", found.undated),
    ):
        if count:
            click.echo(f"{count:,} {label}", err=True)
