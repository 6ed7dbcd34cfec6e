"""The ``copy`` command: all of an index into another one, between folders and clusters.

Arguments in, one call of the engine; what of a copy is not in the index itself, its history of
sources, is copied here.
"""

from __future__ import annotations

from pathlib import Path

import click

from searchengine.backends.opensearch.address import Address, is_address
from searchengine.cli.base import cluster_options, common, echo_json, folder_of, open_engine
from searchengine.cli.shell import completers
from searchengine.errors import InputError
from searchengine.processors import processors


@click.command("copy")
@click.argument("source", metavar="FROM", shell_complete=completers.folders)
@click.argument("target", metavar="TO", shell_complete=completers.folders)
@click.option("--replace", is_flag=True, help="Put it in the place of the documents of TO.")
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that share the work; all cores by default."
)
@cluster_options
@common
def copy(
    source: str,
    target: str,
    replace: bool,
    workers: int | None,
    shards: int | None,
    replicas: int | None,
    as_json: bool,
) -> int:
    """Copy all of the index FROM into TO: a directory, or opensearch://HOST:9200/NAME.

    Documents, their order and what is known of their files, fields and synonyms; then vectors. TO
    may have no documents, unless --replace is given. Stopped at any moment, TO is as it was or has
    all documents.
    """
    from searchengine.cli.progress import Progress
    from searchengine.pages.history import History

    if _place(source) == _place(target):
        raise InputError("FROM and TO are the same index: name another one to copy to")
    with (
        open_engine(source) as engine,
        open_engine(target, create=True, shards=shards, replicas=replicas) as copied,
        Progress(enabled=not as_json) as progress,
    ):
        documents = engine.copy_to(
            copied, replace=replace, workers=workers or processors(), progress=progress.advance
        )
    history, kept = History(folder_of(source)), History(folder_of(target))
    kept.visits = history.visits
    kept.save()
    if is_address(target) and any(visit.unread for visit in history.visits.values()):
        click.echo(
            "warning: what was not read of the sources is not copied, for an index in a cluster "
            "does not keep it",
            err=True,
        )
    if as_json:
        echo_json({"ok": True, "documents": documents})
    else:
        click.echo(f"{documents:,} documents copied to {target}")
    return 0


def _place(index: str) -> Address | Path:
    """What names an index whichever way it is written."""
    return Address.parse(index) if is_address(index) else Path(index).resolve()
