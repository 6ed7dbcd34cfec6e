"""Commands that keep an index in order: what it holds, whether it is sound, what leaves it.

Thin: the engine does the work. What all commands share is in ``base``.
"""

from __future__ import annotations

import click

from searchengine.backends.opensearch.address import Address, is_address
from searchengine.cli.base import (
    EXIT_ERROR,
    EXIT_NOTHING_FOUND,
    cores,
    echo_json,
    open_engine,
    shared,
)
from searchengine.cli.shell import completers
from searchengine.errors import InputError


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
    if is_address(directory):
        raise InputError(
            f"{Address.parse(directory)} is no folder: with the version that made it, copy it into "
            "one ('searchengine copy'), then upgrade that and copy it back with --replace"
        )
    from dataclasses import asdict

    from searchengine import upgrade_index
    from searchengine.cli.progress import Progress

    with Progress(enabled=not as_json) as progress:
        done = upgrade_index(directory, workers=workers or cores(), progress=progress.advance)
    if as_json:
        echo_json({"ok": True, **asdict(done)})
    elif done.changed:
        click.echo(f"{directory} is of format {done.after} now: {done.documents:,} documents")
    else:
        click.echo(f"{directory} is of format {done.after} already: nothing to do")
    return 0
