"""The ``searchengine`` command: arguments in, engine calls, text or JSON out.

Results go to stdout and everything else to stderr. Exit code 0: found or done; 1: nothing found;
2: error, told in one line with the next step. Modules are imported when a command needs them,
because a query from a cold start is the commonest use.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from searchengine import __version__
from searchengine.cli.base import EXIT_ERROR, EXIT_NOTHING_FOUND, Commands, echo_json, shared
from searchengine.cli.eval_command import evaluate
from searchengine.cli.facets_command import facets
from searchengine.cli.query_options import query_options
from searchengine.cli.serve_command import serve
from searchengine.errors import InputError
from searchengine.options import (
    DEFAULT_OPTIONS,
    MAX_EXPLAINED,
    SUGGESTIONS,
    SearchOptions,
    SortName,
)

if TYPE_CHECKING:
    from searchengine.engine import SearchEngine


def _open(directory: str, *, create: bool = False) -> SearchEngine:
    from searchengine.engine import SearchEngine

    return SearchEngine.open(Path(directory), create=create)


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
    with _open(directory, create=True) as engine, Progress(enabled=not as_json) as progress:
        report = index_paths(
            engine,
            paths,
            prune=prune,
            names=_field_names(fields),
            exclude=[directory],
            workers=workers or _cores(),
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


def _cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _field_names(pairs: Iterable[str]) -> dict[str, str]:
    names = {}
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        if not (ours and separator and theirs):
            raise InputError(f"--field {pair}: write it as OURS=THEIRS, such as text=body")
        names[ours] = theirs
    return names


@main.command()
@click.option(
    "--limit", default=DEFAULT_OPTIONS.limit, show_default=True, help="How many results a page has."
)
@click.option(
    "--page", default=DEFAULT_OPTIONS.page, show_default=True, help="Which page of results."
)
@query_options
@click.option(
    "--sort",
    type=click.Choice(get_args(SortName)),
    default=DEFAULT_OPTIONS.sort,
    show_default=True,
)
@click.option("--no-date-boost", is_flag=True, help="Rank by the text alone.")
@click.option("--scale", type=float, help="Days in which a date's boost falls to half.")
@click.option("--origin", metavar="DATE", help="The date that is best; today without this.")
@click.option(
    "--fold-duplicates", is_flag=True, help="Show pages of nearly the same text as one result."
)
@click.option(
    "--explain",
    is_flag=True,
    help=f"Show where each score comes from, of at most {MAX_EXPLAINED} results.",
)
@click.option("--ids", "only_ids", is_flag=True, help="Print only the ids.")
@click.option("--count", "only_count", is_flag=True, help="Print only how many match.")
@shared
def search(
    query: str,
    options: SearchOptions,
    only_ids: bool,
    only_count: bool,
    no_date_boost: bool,
    scale: float | None,
    origin: str | None,
    directory: str,
    as_json: bool,
    **more: Any,
) -> int:
    """Find documents; without a QUERY, all of a place, a year and so on, newest first."""
    from searchengine.cli import render
    from searchengine.query.dates.boost import date_boost_of

    in_full = not (only_ids or only_count)
    options = replace(
        options,
        date_boost=False if no_date_boost else date_boost_of(scale, origin),
        facets=as_json,
        suggest=in_full,
        snippets=in_full or as_json,
        **more,
    )
    with _open(directory) as engine:
        results = engine.search(query, options)
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
    from searchengine.backends.embedded.index.stored.document_codec import meta_of
    from searchengine.cli import render

    with _open(directory) as engine:
        document = engine.get(document_id)
    if as_json:
        echo_json(
            {"ok": True, **meta_of(document), "text": document.text, "original": document.original}
        )
    else:
        render.document(document, original=original)
    return 0


@main.command()
@shared
def stats(directory: str, as_json: bool) -> int:
    """Print numbers about the index."""
    from searchengine.cli import render

    with _open(directory) as engine:
        numbers = engine.stats()
    if as_json:
        echo_json({"ok": True, **numbers})
    else:
        render.stats(directory, numbers)
    return 0


@main.command()
@shared
def verify(directory: str, as_json: bool) -> int:
    """Read the whole index and say whether it is sound."""
    with _open(directory) as engine:
        faults = engine.verify()
    if as_json:
        echo_json({"ok": not faults, "faults": faults})
    else:
        for fault in faults:
            click.echo(f"damaged: {fault}", err=True)
        if not faults:
            click.echo(f"{directory} is sound")
    return EXIT_ERROR if faults else 0


@main.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@shared
def delete(ids: tuple[str, ...], directory: str, as_json: bool) -> int:
    """Delete documents from the index; the pages themselves are not touched."""
    with _open(directory) as engine:
        missing = engine.delete(ids)
    deleted = len(set(ids)) - len(set(missing))
    for id_ in missing:
        click.echo(f"not there: {id_} ('searchengine search' shows the ids)", err=True)
    if as_json:
        echo_json({"ok": not missing, "deleted": deleted, "missing": missing})
    else:
        click.echo(f"{deleted} deleted")
    return EXIT_NOTHING_FOUND if missing else 0


@main.command()
@click.argument("prefix", metavar="PREFIX")
@click.option("--limit", default=SUGGESTIONS, show_default=True, help="How many completions.")
@shared
def suggest(prefix: str, limit: int, directory: str, as_json: bool) -> int:
    """Complete what has been typed so far."""
    with _open(directory) as engine:
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

    with _open(directory) as engine:
        found = engine.explain(query, document_id, date_boost=False if no_date_boost else None)
    if as_json:
        echo_json({"ok": True, **found.to_json()})
    else:
        render.explanation(found)
    return 0 if found.matches else EXIT_NOTHING_FOUND


@main.command()
@click.option("--output", "-o", metavar="FILE", help="Write to FILE instead of stdout.")
@shared
def export(output: str | None, directory: str, as_json: bool) -> int:
    """Print every document as JSON lines, which 'searchengine index' reads back."""
    from searchengine.backends.embedded.index.stored.document_codec import meta_of

    with _open(directory) as engine:
        try:
            stream = click.open_file(output or "-", "w", encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"cannot write {output} ({error.strerror}): name another file with --output"
            ) from error
        with stream:
            for document in engine.documents():
                record = {**meta_of(document), "text": document.text}
                record["original"] = document.original
                click.echo(json.dumps(record, ensure_ascii=False), file=stream)
    return 0


main.add_command(evaluate)
main.add_command(facets)
main.add_command(serve)
