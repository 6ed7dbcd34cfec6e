"""Commands that keep an index in order: what it holds, whether it is sound, what leaves it.

Thin: the engine does the work. What all commands share is in ``base``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searchengine.cli.base import (
    EXIT_ERROR,
    EXIT_NOTHING_FOUND,
    cluster_options,
    echo_json,
    open_engine,
    shared,
)
from searchengine.cli.shell import completers
from searchengine.errors import InputError
from searchengine.processors import processors

if TYPE_CHECKING:
    from searchengine.backends.counts import Upgrade


@click.command()
@shared
def stats(directory: str, as_json: bool) -> int:
    """Print numbers about the index."""
    from searchengine.cli import render

    with open_engine(directory) as engine:
        numbers = engine.stats()
    if as_json:
        echo_json({"ok": True, **numbers})
    else:
        render.stats(directory, numbers)
    return 0


@click.command()
@shared
def verify(directory: str, as_json: bool) -> int:
    """Read the whole index and say whether it is sound."""
    with open_engine(directory) as engine:
        faults = engine.verify()
    if as_json:
        echo_json({"ok": not faults, "faults": faults})
    else:
        for fault in faults:
            click.echo(f"damaged: {fault}", err=True)
        if not faults:
            click.echo(f"{directory} is sound")
    return EXIT_ERROR if faults else 0


@click.command()
@click.argument("destination", metavar="DEST", shell_complete=completers.folders)
@shared
def backup(destination: str, directory: str, as_json: bool) -> int:
    """Copy the index into the folder DEST, whoever reads or writes meanwhile.

    DEST must not exist, or be empty. The copy is one commit, and checked; it shares the bytes of
    its files with the index where the file system has hard links. To restore it, use it as the
    index: --index DEST.
    """
    from dataclasses import asdict

    with open_engine(directory) as engine:
        done = engine.backup(destination)
    if as_json:
        echo_json({"ok": True, **asdict(done)})
    else:
        how = "hard links" if done.linked else "copies"
        click.echo(
            f"{done.documents:,} documents of commit {done.generation} are in {destination}: "
            f"{done.bytes:,} bytes in {done.files:,} files, {how}, checked"
        )
    return 0


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…", shell_complete=completers.ids)
@shared
def delete(ids: tuple[str, ...], directory: str, as_json: bool) -> int:
    """Delete documents from the index; the pages themselves are not touched."""
    with open_engine(directory) as engine:
        missing = engine.delete(ids)
    deleted = len(set(ids)) - len(set(missing))
    for id_ in missing:
        click.echo(f"not there: {id_} ('searchengine search' shows the ids)", err=True)
    if as_json:
        echo_json({"ok": not missing, "deleted": deleted, "missing": missing})
    else:
        click.echo(f"{deleted} deleted")
    return EXIT_NOTHING_FOUND if missing else 0


@click.command()
@click.option("--output", "-o", metavar="FILE", help="Write to FILE instead of stdout.")
@shared
def export(output: str | None, directory: str, as_json: bool) -> int:
    """Print every document whole, a line of JSON each, which 'searchengine index' reads back.

    Such a line is taken exactly as it is: metadata, the page as it was, everything.
    """
    from searchengine.document_json import export_line

    with open_engine(directory) as engine:
        try:
            stream = click.open_file(output or "-", "w", encoding="utf-8")
        except OSError as error:
            raise InputError(
                f"cannot write {output} ({error.strerror}): name another file with --output"
            ) from error
        with stream:
            for document in engine.documents():
                click.echo(export_line(document), file=stream)
    return 0


@click.command()
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that share the work; all cores by default."
)
@shared
def upgrade(workers: int | None, directory: str, as_json: bool) -> int:
    """Make an index of an earlier format one that this program reads.

    Its documents are indexed again from what is stored of them; the pages are not needed. Stopped
    at any moment, the index is the old one or the new one. The disk must have space for both.
    """
    done = _rebuilt(directory, workers, as_json, if_needed=True)
    if not as_json and done.changed:
        click.echo(f"{directory} is of format {done.after} now: {done.documents:,} documents")
    elif not as_json:
        click.echo(f"{directory} is of format {done.after} already: nothing to do")
    return 0


@click.command()
@shared
def settle(directory: str, as_json: bool) -> int:
    """End a commit to a cluster that broke off, where the rest of its changes is lost.

    What had been sent of it stands. Index again what it was of: that brings in the rest.
    """
    from searchengine.engine import SearchEngine

    ended = SearchEngine.settle(directory)
    if as_json:
        echo_json({"ok": True, "ended": ended})
    else:
        click.echo("ended as it stood" if ended else "no commit had broken off: nothing to do")
    return 0


@click.command()
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that share the work; all cores by default."
)
@cluster_options
@shared
def rebuild(
    workers: int | None, shards: int | None, replicas: int | None, directory: str, as_json: bool
) -> int:
    """Make the index anew from what it stores, also into other shards and replicas.

    The pages are not needed, and searches go on. Stopped at any moment, the index is the old one
    or the new one: run it again. The disk must have space for both.
    """
    done = _rebuilt(directory, workers, as_json, shards=shards, replicas=replicas)
    if not as_json:
        click.echo(f"{directory} is made anew: {done.documents:,} documents")
    return 0


def _rebuilt(directory: str, workers: int | None, as_json: bool, **options: Any) -> Upgrade:
    """Make an index anew with a progress bar, or, as JSON, print what that did."""
    from dataclasses import asdict

    from searchengine.cli.progress import Progress
    from searchengine.engine import SearchEngine

    with Progress(enabled=not as_json) as progress:
        done = SearchEngine.rebuild(
            directory, workers=workers or processors(), progress=progress.advance, **options
        )
    if as_json:
        echo_json({"ok": True, **asdict(done)})
    return done
