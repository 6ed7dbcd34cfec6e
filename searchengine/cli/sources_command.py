"""The commands ``sources`` and ``forget``: what was indexed from where, and taking one out again.

Whose each document is the index knows; what was not read, and when, ``pages.history``.
"""

from __future__ import annotations

from collections import Counter

import click

from searchengine.cli.base import EXIT_NOTHING_FOUND, echo_json, folder_of, open_engine, shared
from searchengine.cli.shell import completers


@click.command()
@shared
def sources(directory: str, as_json: bool) -> int:
    """List what was indexed: each source, where and when, and what of it was not read and why."""
    from searchengine.cli import render
    from searchengine.pages.history import History, source_states

    with open_engine(directory) as engine:
        found = source_states(engine, History(folder_of(directory)))
    if as_json:
        echo_json({"ok": True, "sources": [one.to_json() for one in found]})
        return 0 if found else EXIT_NOTHING_FOUND
    for source in found:
        reasons = Counter(one.reason for one in source.unread)
        render.source(source, reasons.most_common())
    if not found:
        click.echo("no sources: 'searchengine index PATH' adds one", err=True)
    return 0 if found else EXIT_NOTHING_FOUND


@click.command()
@click.argument("source", metavar="SOURCE", shell_complete=completers.sources)
@click.option("--yes", "confirmed", is_flag=True, help="Remove its documents without asking.")
@shared
def forget(source: str, confirmed: bool, directory: str, as_json: bool) -> int:
    """Remove a source with all its documents from the index; the pages are not touched."""
    from searchengine.pages.history import History
    from searchengine.pages.history import forget as forget_source

    with open_engine(directory) as engine:
        removed = forget_source(engine, History(folder_of(directory)), source, confirmed=confirmed)
    if as_json:
        echo_json({"ok": True, "source": source, "removed": removed})
    else:
        click.echo(f"{removed:,} removed")
    return 0
