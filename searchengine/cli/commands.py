"""The ``searchengine`` command: arguments in, engine calls, text or JSON out.

Results go to stdout and everything else to stderr. Exit code 0: found or done; 1: nothing found;
2: error, told in one line with the next step. Modules are imported when a command needs them,
because a query from a cold start is the commonest use.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import click

from searchengine import __version__
from searchengine.cli.base import (
    EXIT_ERROR,
    EXIT_NOTHING_FOUND,
    Commands,
    cores,
    echo_json,
    open_engine,
    shared,
)
from searchengine.cli.eval_command import evaluate
from searchengine.cli.facets_command import check_asked, facets
from searchengine.cli.maintenance_commands import delete, export, stats, upgrade, verify
from searchengine.cli.serve_command import serve
from searchengine.errors import InputError


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="searchengine")
@click.pass_context
def main(context: click.Context) -> None:
    """Full-text search for Vietnamese pages."""
    if os.environ.get("NO_COLOR"):
        context.color = False


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--prune", is_flag=True, help="Remove documents whose pages have gone.")
@click.option(
    "--yes", "confirmed", is_flag=True, help="Prune even most of what a PATH gave, or all of it."
)
@click.option(
    "--as",
    "source_name",
    metavar="NAME",
    help="Take PATH for the source NAME, which may have been elsewhere before.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="OURS=THEIRS",
    help="In JSON records, read OURS (id, title, text, date, …) from the field THEIRS.",
)
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that share the work; all cores by default."
)
@shared
def index(
    paths: tuple[str, ...],
    prune: bool,
    confirmed: bool,
    source_name: str | None,
    fields: tuple[str, ...],
    workers: int | None,
    directory: str,
    as_json: bool,
) -> int:
    """Index pages: text, HTML and JSON-lines files, and folders of them.

    Run again, it adds what is new and replaces what has changed.
    """
    from searchengine.cli.progress import Progress
    from searchengine.pages.ingest import index_paths

    for path in paths:
        if not os.path.lexists(path):
            raise InputError(f"there is no {path}: check the path")
    with open_engine(directory, create=True) as engine, Progress(enabled=not as_json) as progress:
        report = index_paths(
            engine,
            paths,
            source_name=source_name,
            prune=prune,
            confirmed=confirmed,
            names=_field_names(fields),
            exclude=[directory],
            workers=workers or cores(),
            progress=progress.advance,
        )
    for warning in report.warnings:
        click.echo(f"warning: {warning}", err=True)
    for problem in report.problems:
        click.echo(f"not read: {problem}", err=True)
    if as_json:
        echo_json(report.to_json())
    else:
        click.echo(report.summary())
    return EXIT_ERROR if report.problems else 0


def _field_names(pairs: Iterable[str]) -> dict[str, str]:
    names = {}
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        if not (ours and separator and theirs):
            raise InputError(f"--field {pair}: write it as OURS=THEIRS, such as text=body")
        names[ours] = theirs
    return names


@main.command()
@click.argument("words", nargs=-1, metavar="QUERY")
@click.option("--limit", default=10, show_default=True, help="How many results a page has.")
@click.option("--page", default=1, show_default=True, help="Which page of results.")
@click.option("--from", "since", metavar="DATE", help="2022, 2022-07, 2022-07-03 or 3/7/2022.")
@click.option("--to", "until", metavar="DATE", help="The last day that counts, written likewise.")
@click.option("--place", help="Only documents of this place.")
@click.option("--source", help="Only documents of this source.")
@click.option("--author", help="Only documents of this author.")
@click.option("--term", help="Only documents of this term of office, such as 2020-2025.")
@click.option("--sort", type=click.Choice(["score", "date"]), default="score", show_default=True)
@click.option("--all", "match_all", is_flag=True, help="Every word must be there.")
@click.option("--no-date-boost", is_flag=True, help="Rank by the text alone.")
@click.option("--scale", type=float, help="Days in which a date's boost falls to half.")
@click.option("--origin", metavar="DATE", help="The date that is best; today without this.")
@click.option(
    "--fold-duplicates", is_flag=True, help="Show pages of nearly the same text as one result."
)
@click.option("--explain", is_flag=True, help="Show where each score comes from.")
@click.option("--ids", "only_ids", is_flag=True, help="Print only the ids.")
@click.option("--count", "only_count", is_flag=True, help="Print only how many match.")
@shared
def search(
    words: tuple[str, ...],
    only_ids: bool,
    only_count: bool,
    no_date_boost: bool,
    scale: float | None,
    origin: str | None,
    directory: str,
    as_json: bool,
    **options: Any,
) -> int:
    """Find documents; without a QUERY, all of a place, a year and so on, newest first."""
    from searchengine.cli import render
    from searchengine.query.dates.boost import date_boost_of

    check_asked(words, options)
    in_full = not (only_ids or only_count)
    with open_engine(directory) as engine:
        results = engine.search(
            " ".join(words),
            date_boost=False if no_date_boost else date_boost_of(scale, origin),
            facets=as_json,
            suggest=in_full,
            snippets=in_full or as_json,
            **options,
        )
    if as_json:
        echo_json(results.to_json())
    elif only_count:
        click.echo(results.total)
    elif only_ids:
        for hit in results:
            click.echo(hit.id)
    else:
        render.results(results)
    return 0 if results.total else EXIT_NOTHING_FOUND


@main.command()
@click.argument("document_id", metavar="ID")
@click.option("--original", is_flag=True, help="Print the page as it was, untrimmed.")
@shared
def show(document_id: str, original: bool, directory: str, as_json: bool) -> int:
    """Print one document with its metadata."""
    from searchengine.cli import render
    from searchengine.document_json import meta_of

    with open_engine(directory) as engine:
        document = engine.get(document_id)
    if as_json:
        echo_json(
            {"ok": True, **meta_of(document), "text": document.text, "original": document.original}
        )
    else:
        render.document(document, original=original)
    return 0


@main.command()
@click.argument("prefix", metavar="PREFIX")
@click.option("--limit", default=10, show_default=True, help="How many completions.")
@shared
def suggest(prefix: str, limit: int, directory: str, as_json: bool) -> int:
    """Complete what has been typed so far."""
    with open_engine(directory) as engine:
        found = engine.suggest(prefix, limit=limit)
    if as_json:
        echo_json({"ok": True, "prefix": prefix, "suggestions": found})
    else:
        for completion in found:
            click.echo(completion)
    return 0 if found else EXIT_NOTHING_FOUND


@main.command()
@click.argument("text", metavar="TEXT")
@shared
def analyze(text: str, directory: str, as_json: bool) -> int:
    """Show what each step of the pipeline makes of a text."""
    from searchengine.cli import render
    from searchengine.text.analysis_report import inspect_text

    steps = inspect_text(text)
    if as_json:
        echo_json({"ok": True, **steps})
    else:
        render.steps(steps)
    return 0


@main.command()
@click.argument("query", metavar="QUERY")
@click.argument("document_id", metavar="ID")
@click.option("--no-date-boost", is_flag=True, help="Rank by the text alone.")
@shared
def explain(
    query: str, document_id: str, no_date_boost: bool, directory: str, as_json: bool
) -> int:
    """Show every part of the score that one document has for a query."""
    from searchengine.cli import render

    with open_engine(directory) as engine:
        found = engine.explain(query, document_id, date_boost=False if no_date_boost else None)
    if as_json:
        echo_json({"ok": True, **found.to_json()})
    else:
        render.explanation(found)
    return 0 if found.matches else EXIT_NOTHING_FOUND


for command in (evaluate, facets, serve, stats, verify, delete, export, upgrade):
    main.add_command(command)
