"""The ``searchengine`` command: arguments in, engine calls, text or JSON out.

Results go to stdout and everything else to stderr. Exit code 0: found or done; 1: nothing found;
2: error, told in one line with the next step. Modules are imported when a command needs them,
because a query from a cold start is the commonest use.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from typing import Any

import click

from searchengine import __version__
from searchengine.cli.base import (
    EXIT_NOTHING_FOUND,
    Commands,
    echo_json,
    open_engine,
    printable,
    shared,
)
from searchengine.cli.demo_command import demo
from searchengine.cli.eval_command import evaluate
from searchengine.cli.facets_command import facets as facets_command
from searchengine.cli.index_command import index
from searchengine.cli.maintenance.commands import (
    backup,
    delete,
    export,
    rebuild,
    settle,
    stats,
    upgrade,
    verify,
)
from searchengine.cli.maintenance.copy_command import copy
from searchengine.cli.model_command import embed, model, opened_model, semantic_options
from searchengine.cli.query_options import query_options
from searchengine.cli.serve_command import mcp, serve
from searchengine.cli.shell import completers
from searchengine.cli.shell.completion_command import completion
from searchengine.cli.sources_command import forget, sources
from searchengine.errors import IndexNotFoundError
from searchengine.options import (
    DEFAULT_OPTIONS,
    MAX_EXPLAINED,
    SIMILAR,
    SUGGESTIONS,
    SearchOptions,
)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="To begin: 'searchengine demo', or 'searchengine index FOLDER' and then "
    "'searchengine search WORDS'.",
)
@click.version_option(__version__, package_name="searchengine")
@click.pass_context
def main(context: click.Context) -> None:
    """Full-text search for Vietnamese pages."""
    if os.environ.get("NO_COLOR"):
        context.color = False


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
    metavar="ORDER",
    shell_complete=completers.orders,
    default=DEFAULT_OPTIONS.sort,
    show_default=True,
    help="score, date or a field of the index; :asc or :desc behind it says otherwise.",
)
@click.option(
    "--facet",
    "facets",
    multiple=True,
    metavar="FACET",
    shell_complete=completers.facets,
    help="Also count the matching documents by this facet, or field of the index.",
)
@click.option("--no-date-boost", is_flag=True, help="Rank by the text alone.")
@click.option("--scale", type=float, help="Days in which a date's boost falls to half.")
@click.option("--origin", metavar="DATE", help="The date that is best; today without this.")
@click.option(
    "--fold-duplicates/--no-fold-duplicates",
    default=DEFAULT_OPTIONS.fold_duplicates,
    show_default=True,
    help="Show pages of nearly the same text as one result.",
)
@click.option(
    "--explain",
    is_flag=True,
    help=f"Show where each score comes from, of at most {MAX_EXPLAINED} results.",
)
@semantic_options
@click.option("--ids", "only_ids", is_flag=True, help="Print only the ids.")
@click.option("--count", "only_count", is_flag=True, help="Print only how many match.")
@shared
def search(
    query: str,
    options: SearchOptions,
    only_ids: bool,
    only_count: bool,
    facets: tuple[str, ...],
    no_date_boost: bool,
    scale: float | None,
    origin: str | None,
    semantic: bool,
    model_directory: str | None,
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
        semantic=opened_model(semantic, model_directory),
        **more,
    )
    with open_engine(directory) as engine, engine.open_view() as view:
        results = view.search(query, options)
        counts = view.facets(query, options, names=facets) if facets else {}
    if as_json:
        echo_json({**results.to_json(), "facets": counts or results.facets})
    elif only_count:
        click.echo(results.total)
    elif only_ids:
        for hit in results:
            if not hit.partial:
                click.echo(hit.id)
    else:
        render.results(results)
        render.facets(counts)
    return 0 if results.total else EXIT_NOTHING_FOUND


@main.command()
@click.argument("document_id", metavar="ID", shell_complete=completers.ids)
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
@click.option("--limit", default=SUGGESTIONS, show_default=True, help="How many completions.")
@shared
def suggest(prefix: str, limit: int, directory: str, as_json: bool) -> int:
    """Complete what has been typed so far."""
    with open_engine(directory) as engine:
        found = engine.suggest(prefix, limit=limit)
    if as_json:
        echo_json({"ok": True, "prefix": prefix, "suggestions": found})
    else:
        for completion in found:
            click.echo(printable(completion))
    return 0 if found else EXIT_NOTHING_FOUND


@main.command()
@click.argument("document_id", metavar="ID")
@click.option("--limit", default=SIMILAR, show_default=True, help="How many documents.")
@shared
def similar(document_id: str, limit: int, directory: str, as_json: bool) -> int:
    """Find the documents that are most like one, by what it is about."""
    from searchengine.cli import render

    with open_engine(directory) as engine:
        found = engine.similar(document_id, limit=limit)
    if as_json:
        echo_json({"ok": True, "id": document_id, "hits": [hit.to_json() for hit in found]})
    else:
        render.hits(found)
        if not found:
            click.echo("nothing is like it", err=True)
    return 0 if found else EXIT_NOTHING_FOUND


@main.command()
@click.argument("text", metavar="TEXT")
@shared
def analyze(text: str, directory: str, as_json: bool) -> int:
    """Show what each step of the pipeline makes of a text."""
    from searchengine.cli import render
    from searchengine.text.analysis_report import inspect_text
    from searchengine.text.lexicon.synonyms import NO_SYNONYMS

    synonyms = NO_SYNONYMS
    # A text can be looked at without any index.
    with (
        contextlib.suppress(IndexNotFoundError),
        open_engine(directory) as engine,
        engine.open_view() as view,
    ):
        synonyms = view.synonyms
    steps = inspect_text(text, synonyms)
    if as_json:
        echo_json({"ok": True, **steps})
    else:
        render.steps(steps)
    return 0


@main.command()
@click.argument("query", metavar="QUERY")
@click.argument("document_id", metavar="ID", shell_complete=completers.ids)
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


for command in (
    index, sources, forget, evaluate, facets_command, serve, stats, verify, backup, delete,
    export, upgrade, rebuild, copy, settle, embed, model, demo, mcp, completion,
):  # fmt: skip
    main.add_command(command)
